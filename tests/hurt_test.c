/*
 * hurt_test.c - some of what `make hurt` does: tests/hurt/main.c has it all.
 *
 * First what once went wrong, each by its name; then a sample of all points.
 */
#include "run.h"

#include <check.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* Runs the driver, which says what went wrong, if anything. */
static void is_well(const char *const arguments[])
{
    const char *argv[8] = {built("tests/hurt/hurt")};

    for (size_t i = 0; arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    struct ended ended = run(argv);
    ck_assert_msg(ended.status == 0,
                  "it ended with %d and said:\n%.2000s%.2000s", ended.status,
                  ended.out, ended.err);
    ended_free(&ended);
}

/* What each of them came to before it was mended. */
static const char *const found[][3] = {
    /* A limit that cannot be set: asked again till the page's time was up. */
    {"01-blocking", "plain", "setsockopt:3:ENOMEM:on"},
    {"03-threads", "plain", "setsockopt:3:ENOPROTOOPT:on"},
    /* The kernel gives up on the request: reset in six stages, not in 07. */
    {"01-blocking", "plain", "send:2:ETIMEDOUT"},
    {"05-callbacks", "plain", "send:2:ETIMEDOUT"},
    /* All was fetched, and there was no memory to say so. */
    {"01-blocking", "plain", "alloc:34:ENOMEM:on"},
    /* What stood in the manifest before stayed behind the new text. */
    {"01-blocking", "outputs", "fstat:12:EIO:on"},
    {"01-blocking", "outputs", "ftruncate:1:EINTR"},
    /* What is lost only when the file is closed was not noticed. */
    {"01-blocking", "outputs", "fclose:1:EIO"},
    /* No word why there is no crawl; or the status of bad usage. */
    {"01-blocking", "name", "open:1:EMFILE"},
    {"01-blocking", "plain", "open:1:EMFILE"},
    {"01-blocking", "plain", "fopen:1:ENFILE"},
    /* Memory that the kernel lacks: a reset in 07. */
    {"07-loop", "plain", "recv:2:ENOMEM"},
    {"07-loop-keep-alive", "plain", "send:1:ENOMEM"},
    /* A loop that cannot wait: its tasks ended among what was freed. */
    {"07-loop", "plain", "epoll_wait:4:EINVAL"},
    {"07-loop-keep-alive", "follow", "epoll_wait:11:EINVAL:on"},
    {"07-loop-processes", "follow", "epoll_wait:22:EINVAL:on"},
    /* Without memory for the jobs, stdin was closed, twice. */
    {"07-loop-processes", "plain", "alloc:22:ENOMEM"},
    /* Processes that cannot begin were started again, a thousand a second. */
    {"07-loop-processes", "timeout", "epoll_create1:3:EMFILE:on"},
    /* The first of two addresses is dead; of the second only 01 to 06 knew. */
    {"07-loop", "name", "socket:3:EMFILE:on"},
};

START_TEST(what_went_wrong_once_is_well)
{
    is_well(
        (const char *const[]){found[_i][0], found[_i][1], found[_i][2], NULL});
}
END_TEST

/* With $UNDER the stages are run under something that takes its time. */
START_TEST(a_sample_of_all_points_is_well)
{
    const char *every = getenv("UNDER") != NULL ? "2503" : "251";

    is_well((const char *const[]){"-e", every, NULL});
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hurt");
    TCase *hurt = tcase_create("hurt");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(hurt, is_patient() ? 3600 : 120);
    tcase_add_loop_test(hurt, what_went_wrong_once_is_well, 0, LENGTH(found));
    tcase_add_test(hurt, a_sample_of_all_points_is_well);
    suite_add_tcase(suite, hurt);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
