/*
 * examples_errors_test.c - the small programs of stage 07 when they are asked
 * for what they cannot do: they say so, and their exit status says it, too.
 */
#include "run.h"
#include "support.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A port that is bound, and at which nobody listens. */
static int refusing = -1;
static char port[8], host[32], url[64];

static struct site site;

static void set_up(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;

    refusing = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(refusing, (void *)&address, size), 0);
    getsockname(refusing, (void *)&address, &size);
    snprintf(port, sizeof port, "%u", (unsigned)ntohs(address.sin_port));
    snprintf(host, sizeof host, "127.0.0.1:%s", port);
    snprintf(url, sizeof url, "http://%s/", host);
    site = site_start((const char *const[]){"--latency=0", NULL});
    temp_dir_make();
}

static void tear_down(void)
{
    temp_dir_remove();
    site_stop(&site);
    close(refusing);
}

/* Words that stand for what is known only now; `half` is a broken page. */
static const char *meant(const char *word)
{
    static char half[128];

    snprintf(half, sizeof half, "%sfault/close-in-body", site.url);
    return strcmp(word, "PORT") == 0   ? port
           : strcmp(word, "HOST") == 0 ? host
           : strcmp(word, "URL") == 0  ? url
           : strcmp(word, "HALF") == 0 ? half
           : strcmp(word, "SITE") == 0 ? site.url
                                       : word;
}

static const struct {
    const char *const words[5];
    int status;
    const char *out, *err; /* parts */
} rows[] = {
    {{"headers"}, 1, "", "Usage: headers "},
    {{"headers", "ftp://x/"}, 1, "", "headers: ftp://x/: give http://"},
    {{"headers", "HOST"}, 0, ": Connection refused\n", ""},
    {{"headers", "SITE", "HOST"}, 0, ": Connection refused\n", ""},
    {{"requests"}, 2, "", "Usage: requests "},
    {{"requests", "URL", "URL", "URL"}, 1, "", "refused"},
    {{"downloads", "/tmp"}, 2, "", "Usage: downloads "},
    {{"downloads", "/tmp", "ftp://x/"}, 2, "", "Usage: downloads "},
    {{"downloads", "/tmp", "URL"}, 0, ": Connection refused\n", ""},
    {{"downloads", "/nonexistent", "SITE"}, 0, ": No such file or dir", ""},
    {{"downloads", "/tmp", "HALF"}, 0, ": no whole answer\n", ""},
    {{"echo-client"}, 2, "", "Usage: echo-client "},
    {{"echo-client", "PORT", "hi"}, 1, "", "echo-client: "},
    {{"echo-server", "PORT"}, 1, "", "echo-server: "},
    {{"web-server", "PORT"}, 1, "", "web-server: "},
};

START_TEST(what_cannot_be_done_is_said)
{
    const char *argv[8];
    char program[64];
    size_t n = 0;

    snprintf(program, sizeof program, "examples/%s", rows[_i].words[0]);
    argv[n++] = built(program);
    while (n < 5 && rows[_i].words[n] != NULL) {
        argv[n] = meant(rows[_i].words[n]);
        n++;
    }
    argv[n] = NULL;
    struct ended ended = run(argv);
    ck_assert_msg(ended.status == rows[_i].status &&
                      strstr(ended.out, rows[_i].out) != NULL &&
                      strstr(ended.err, rows[_i].err) != NULL,
                  "%s %s: %d\n%s%s", rows[_i].words[0],
                  n > 1 ? rows[_i].words[1] : "", ended.status, ended.out,
                  ended.err);
    ended_free(&ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("examples_errors");
    TCase *tcase = tcase_create("errors");
    SRunner *runner = srunner_create(suite);

    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_loop_test(tcase, what_cannot_be_done_is_said, 0,
                        sizeof rows / sizeof rows[0]);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
