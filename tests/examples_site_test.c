/*
 * examples_site_test.c - the practice site as an example of stage 07: its
 * pages are those of the site that they are taken from, to the byte.
 */
#include "site_client.h"

#include <check.h>
#include <signal.h>

/* Both with these pages; `ours` is on the loop. */
#define PAGES "--pages=6", "--size=100kB", "--seed=7", "--latency=0"

static struct site theirs;
static struct child ours;
static char url[64]; /* of ours */

static void start_ours(const char *const arguments[])
{
    const char *argv[8] = {built("examples/site")};
    size_t length = 0;

    for (size_t i = 0; arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    ours = child_start(argv);
    while (length + 1 < sizeof url && read(ours.out, url + length, 1) == 1 &&
           url[length] != '\n')
        length++;
    url[length] = '\0';
}

static void end_ours(int number)
{
    kill(ours.pid, number);
    struct ended ended = child_end(&ours);
    ck_assert_msg(ended.status == 0, "%d: %s", ended.status, ended.err);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}

static void start_both(void)
{
    theirs = site_start((const char *const[]){"-q", PAGES, NULL});
    start_ours((const char *const[]){PAGES, NULL});
}

static void end_both(void)
{
    site_stop(&theirs);
    end_ours(SIGTERM);
}

/* ---- what it serves ---- */

static const char *const paths[] = {"/", "/1", "/5", "/5?a=b"};

START_TEST(a_page_is_the_site_s_page)
{
    struct buffer right = get(theirs.url, paths[_i]);
    struct buffer answer = get(url, paths[_i]);

    assert_starts(&right, "HTTP/1.1 200 OK\r\n");
    assert_same(&right, &answer);
    buffer_free(&right);
    buffer_free(&answer);
}
END_TEST

/* The request, and how the answer begins and how it ends. */
static const struct {
    const char *request;
    const char *begins, *ends;
    bool closes;
} answers[] = {
    {"GET /6 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n",
     "Content-Length: 0\r\n\r\n", false},
    {"HEAD /1 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n",
     "Content-Length: 100000\r\n\r\n", false},
    {"HEAD /1 HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n",
     "Connection: close\r\n\r\n", true},
    {"HEAD /1 HTTP/1.0\r\n\r\n", "HTTP/1.1 200 OK\r\n",
     "Connection: close\r\n\r\n", true},
    {"HEAD /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
     "HTTP/1.1 200 OK\r\n", "Connection: keep-alive\r\n\r\n", false},
    {"PUT /1 HTTP/1.1\r\n\r\n", "HTTP/1.1 405 ", "Content-Length: 0\r\n\r\n",
     false},
    {"PUT /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 405 ",
     "Connection: close\r\n\r\n", true},
    {"HEAD /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\nConnection: close\r\n\r\n",
     "HTTP/1.1 200 OK\r\n", "Connection: close\r\n\r\n", true},
    {"nonsense\r\n\r\n", "", "", true},
};

START_TEST(a_request_is_answered_as_it_asks)
{
    int fd = dial(url);
    const char *ends = answers[_i].ends;

    say_text(fd, answers[_i].request);
    struct received received =
        answers[_i].closes ? receive_all(fd) : receive_until(fd, 1, SIZE_MAX);
    ck_assert_int_eq(received.ending, answers[_i].closes ? CLOSED : OPEN);
    assert_starts(&received.bytes, answers[_i].begins);
    ck_assert_uint_ge(received.bytes.length, strlen(ends));
    ck_assert_str_eq(received.bytes.data + received.bytes.length - strlen(ends),
                     ends);
    buffer_free(&received.bytes);
    close(fd);
}
END_TEST

START_TEST(a_client_that_leaves_early_is_no_error)
{
    int fd = dial(url);

    say_text(fd, "GET /1 HTT"); /* end_both() sees what was said of it */
    close(fd);
    fd = dial(url);
    say_get(fd, "/1");
    close(fd);
    struct buffer answer = get(url, "/");
    assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
    buffer_free(&answer);
}
END_TEST

/* ---- the program ---- */

static const char *const bad_options[] = {
    "--port=65536", "--pages=0",     "--pages=99999999999", "--size=0",
    "--size=x",     "--latency=-1s", "--links=1000000",     "--seed=x",
    "--frobnicate", "--port",
};

START_TEST(an_option_that_makes_no_sense_is_bad_usage)
{
    struct ended ended = run(
        (const char *const[]){built("examples/site"), bad_options[_i], NULL});

    ck_assert_int_eq(ended.status, 2);
    ck_assert_str_eq(ended.out, "");
    ck_assert_ptr_nonnull(strstr(ended.err, "site: `site --help` says"));
    ended_free(&ended);
}
END_TEST

START_TEST(help_is_a_result)
{
    struct ended ended =
        run((const char *const[]){built("examples/site"), "--help", NULL});

    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strstr(ended.out, "Usage: site "));
    ended_free(&ended);
}
END_TEST

START_TEST(a_signal_ends_it_well_in_mid_wait)
{
    start_ours(
        (const char *const[]){"--latency=1h", "--links=0", "--port=0", NULL});
    int fd = dial(url);
    say_get(fd, "/1");
    end_ours(_i == 0 ? SIGTERM : SIGINT);
    close(fd);
}
END_TEST

START_TEST(a_port_that_is_taken_is_said)
{
    char port[32];

    start_ours((const char *const[]){"--latency=0", NULL});
    snprintf(port, sizeof port, "--port=%d", atoi(strrchr(url, ':') + 1));
    struct ended ended =
        run((const char *const[]){built("examples/site"), port, NULL});
    ck_assert_int_eq(ended.status, EXIT_FAILURE);
    ck_assert_ptr_nonnull(strstr(ended.err, "site: "));
    ended_free(&ended);
    end_ours(SIGTERM);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("examples_site");
    TCase *serving = tcase_create("serving"),
          *program = tcase_create("program");

    tcase_add_unchecked_fixture(serving, start_both, end_both);
    tcase_add_loop_test(serving, a_page_is_the_site_s_page, 0,
                        sizeof paths / sizeof paths[0]);
    tcase_add_loop_test(serving, a_request_is_answered_as_it_asks, 0,
                        sizeof answers / sizeof answers[0]);
    tcase_add_test(serving, a_client_that_leaves_early_is_no_error);
    tcase_add_loop_test(program, an_option_that_makes_no_sense_is_bad_usage, 0,
                        sizeof bad_options / sizeof bad_options[0]);
    tcase_add_test(program, help_is_a_result);
    tcase_add_loop_test(program, a_signal_ends_it_well_in_mid_wait, 0, 2);
    tcase_add_test(program, a_port_that_is_taken_is_said);
    tcase_set_timeout(serving, is_patient() ? 600 : 60);
    tcase_set_timeout(program, is_patient() ? 600 : 60);
    suite_add_tcase(suite, serving);
    suite_add_tcase(suite, program);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
