/*
 * examples_test.c - the small programs of stage 07, as their users run them.
 */
#include "run.h"

#include "site_client.h"

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* A server that has said where it is. */
struct example {
    struct child child;
    char said[64]; /* its first line, without the end */
};

static struct example example_start(const char *name, const char *argument)
{
    char path[64];
    size_t size = 0;

    snprintf(path, sizeof path, "examples/%s", name);
    struct example example = {.child = child_start((const char *const[]){
                                  built(path), "0", argument, NULL})};
    while (size < sizeof example.said - 1 &&
           read(example.child.out, example.said + size, 1) == 1 &&
           example.said[size] != '\n')
        size++;
    example.said[size] = '\0';
    return example;
}

/* Ctrl-C ends it well. */
static void example_stop(struct example *example)
{
    kill(example->child.pid, SIGINT);
    struct ended ended = child_end(&example->child);
    ck_assert_msg(ended.status == 0, "it ended with %d: %s", ended.status,
                  ended.err);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}

static struct ended run_example(const char *name, const char *const arguments[])
{
    const char *argv[8];
    char path[64];
    size_t n = 0;

    snprintf(path, sizeof path, "examples/%s", name);
    argv[n++] = built(path);
    while (*arguments != NULL)
        argv[n++] = *arguments++;
    argv[n] = NULL;
    return run(argv);
}

#define RUN(name, ...) \
    run_example(name, (const char *const[]){__VA_ARGS__, NULL})

/* ---- servers ---- */

static const struct {
    const char *request, *status, *body;
} answers[] = {
    {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.0 200 OK", "<h1>Index</h1>"},
    {"GET /hello/world HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.0 200 OK",
     "<h1>hello, world!</h1>"},
    {"GET /hello/<b>&\"' HTTP/1.1\r\n\r\n", "HTTP/1.0 200 OK",
     "<h1>hello, &#60;b&#62;&#38;&#34;&#39;!</h1>"},
    {"GET /none HTTP/1.1\r\n\r\n", "HTTP/1.0 404 Not Found", ""},
    {"POST / HTTP/1.1\r\n\r\n", "HTTP/1.0 405 Method Not Allowed", ""},
};

enum { ANSWERS = sizeof answers / sizeof answers[0] };

START_TEST(the_web_server_says_names_as_text)
{
    struct example server = example_start("web-server", "0.001");
    struct received received;
    const char *head_end;

    int fd = dial(server.said);
    say(fd, answers[_i].request, strlen(answers[_i].request));
    received = receive_all(fd);
    ck_assert_msg(strncmp(received.bytes.data, answers[_i].status,
                          strlen(answers[_i].status)) == 0,
                  "%s", received.bytes.data);
    head_end = strstr(received.bytes.data, "\r\n\r\n");
    ck_assert_ptr_nonnull(head_end);
    ck_assert_str_eq(head_end + 4, answers[_i].body);
    buffer_free(&received.bytes);
    close(fd);
    example_stop(&server);
}
END_TEST

START_TEST(the_echo_server_says_back_what_the_client_says)
{
    struct example server = example_start("echo-server", NULL);
    char port[16];

    ck_assert_int_eq(sscanf(server.said, "listening on port %15s", port), 1);
    struct ended ended = RUN("echo-client", port, "one", "two");
    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strstr(ended.out, "one"));
    ck_assert_ptr_nonnull(strstr(ended.out, "two"));
    ended_free(&ended);
    example_stop(&server);
}
END_TEST

/* ---- clients of the practice site ---- */

static struct site site;

static const char *page(int number)
{
    static char urls[3][80];

    snprintf(urls[number], sizeof urls[number], "%s%d", site.url, number + 1);
    return urls[number];
}

static void begin_site(void)
{
    site = site_start((const char *const[]){"--latency=20ms", NULL});
}

static void end_site(void)
{
    site_stop(&site);
}

START_TEST(headers_are_shown_of_every_host)
{
    struct ended ended = RUN("headers", page(0), page(1), page(2));
    size_t count = 0;

    ck_assert_msg(ended.status == 0, "%s", ended.err);
    for (const char *at = ended.out; (at = strstr(at, "200 OK")) != NULL; at++)
        count++;
    ck_assert_uint_eq(count, 3);
    ended_free(&ended);
}
END_TEST

START_TEST(requests_are_made_one_by_one_and_together)
{
    struct ended ended = RUN("requests", page(0), page(1), page(2));

    ck_assert_msg(ended.status == 0, "%s", ended.err);
    ck_assert_ptr_nonnull(strstr(ended.out, "one by one"));
    ck_assert_ptr_nonnull(strstr(ended.out, "together"));
    ended_free(&ended);
}
END_TEST

START_TEST(downloads_are_files_of_their_own)
{
    char folder[] = "/tmp/seven-crawlers-XXXXXX";
    char command[64];
    int files = 0;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    struct ended ended = RUN("downloads", folder, page(0), page(1), page(2));
    ck_assert_msg(ended.status == 0, "%s", ended.err);
    DIR *directory = opendir(folder);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        files += entry->d_name[0] != '.';
    closedir(directory);
    ck_assert_int_eq(files, 3);
    ended_free(&ended);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("examples");
    TCase *servers = tcase_create("servers"),
          *clients = tcase_create("clients");
    SRunner *runner = srunner_create(suite);

    tcase_add_loop_test(servers, the_web_server_says_names_as_text, 0, ANSWERS);
    tcase_add_test(servers, the_echo_server_says_back_what_the_client_says);
    suite_add_tcase(suite, servers);
    tcase_add_checked_fixture(clients, begin_site, end_site);
    tcase_add_test(clients, headers_are_shown_of_every_host);
    tcase_add_test(clients, requests_are_made_one_by_one_and_together);
    tcase_add_test(clients, downloads_are_files_of_their_own);
    suite_add_tcase(suite, clients);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
