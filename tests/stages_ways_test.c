/*
 * stages_ways_test.c - ways to run a stage that are not in its contract's
 * suites: each selector of stage 06 and its twins, several names that are
 * looked up at once, and what --verbose adds. All stages run beside each
 * other, since they mostly wait.
 */
#include "run.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_GIVEN = 24 };

/* A stage and one more argument, or NULL. */
static const char *const ways[][2] = {
    {"01-blocking", NULL},
    {"02-processes", NULL},
    {"03-threads", NULL},
    {"04-busy-wait", NULL},
    {"05-callbacks", NULL},
    {"06-futures", "--selector=epoll"},
    {"06-futures", "--selector=poll"},
    {"06-futures", "--selector=select"},
    {"06-flat", "--selector=epoll"},
    {"06-flat", "--selector=poll"},
    {"06-flat", "--selector=select"},
    {"06-stackful", "--selector=epoll"},
    {"06-stackful", "--selector=poll"},
    {"06-stackful", "--selector=select"},
    {"07-loop", NULL},
    {"07-loop", "--processes=2"},
};

enum { WAYS = sizeof ways / sizeof ways[0] };

static struct site site; /* ten pages, no latency */
static struct ended ended[WAYS];

static void set_up(void)
{
    site = site_start((const char *const[]){"--latency=0", NULL});
    temp_dir_make();
}

static void tear_down(void)
{
    temp_dir_remove();
    site_stop(&site);
}

static struct child start(const char *const way[2], const char *const given[])
{
    const char *argv[MAX_GIVEN + 4];
    char program[64];
    size_t n = 0;

    snprintf(program, sizeof program, "tests/stages/%s", way[0]);
    argv[n++] = built(program);
    if (way[1] != NULL)
        argv[n++] = way[1];
    for (size_t i = 0; given[i] != NULL; i++)
        argv[n++] = given[i];
    argv[n] = NULL;
    return child_start(argv);
}

/* All must end with this status; what they said is in `ended`. */
static void run_all(int status, const char *const given[])
{
    struct child children[WAYS];

    for (size_t i = 0; i < WAYS; i++)
        children[i] = start(ways[i], given);
    for (size_t i = 0; i < WAYS; i++)
        ended[i] = child_end(&children[i]);
    for (size_t i = 0; i < WAYS; i++)
        ck_assert_msg(ended[i].status == status, "%s %s: %d\n%s%s", ways[i][0],
                      ways[i][1] != NULL ? ways[i][1] : "", ended[i].status,
                      ended[i].out, ended[i].err);
}

#define RUN_ALL(status, ...) \
    run_all(status, (const char *const[]){__VA_ARGS__, NULL})

static void free_all(void)
{
    for (size_t i = 0; i < WAYS; i++)
        ended_free(&ended[i]);
}

/* All have printed this, and nothing else if it is all there may be. */
static void all_print(const char *text)
{
    for (size_t i = 0; i < WAYS; i++)
        ck_assert_str_eq(ended[i].out, text);
}

static void all_talk_of(const char *part)
{
    for (size_t i = 0; i < WAYS; i++)
        ck_assert_msg(strstr(ended[i].err, part) != NULL, "%s: no '%s' in\n%s",
                      ways[i][0], part, ended[i].err);
}

/* The page at `path`; static, eight of them. */
static const char *page(const char *path)
{
    static char urls[8][128];
    static int next;
    char *url = urls[next++ % 8];

    snprintf(url, sizeof urls[0], "%s%s", site.url, path);
    return url;
}

/* The page `path` of a host of that name, at the site's port. */
static const char *named(const char *name, const char *path)
{
    static char urls[8][128];
    static int next;
    char *url = urls[next++ % 8];

    snprintf(url, sizeof urls[0], "http://%s%s%s", name, strrchr(site.url, ':'),
             path);
    return url;
}

START_TEST(every_selector_finds_the_same_pages)
{
    char *right;

    RUN_ALL(0, "-q", "-f", "-c3", "--manifest=-", page(""));
    right = strdup(ended[0].out);
    ck_assert_ptr_nonnull(strstr(right, page("9")));
    all_print(right);
    free(right);
    free_all();
}
END_TEST

/* However long it has been away: the pages' time is not over yet. */
START_TEST(a_machine_that_comes_to_it_late_fetches_all_the_same)
{
    char *right;

    RUN_ALL(0, "-q", "-f", "-c3", "--manifest=-", page(""));
    right = strdup(ended[0].out);
    free_all();
    setenv("ODD_CLOCK", "slow", 1);
    RUN_ALL(0, "-q", "-f", "-c3", "-t10000h", "--manifest=-", page(""));
    all_print(right);
    free(right);
    free_all();
}
END_TEST

START_TEST(names_that_are_looked_up_at_once_do_not_wait_for_each_other)
{
    char lines[2048];

    setenv("LEFTOVERS_THREAD", "1", 1); /* those of never.test */
    RUN_ALL(1, "-q", is_patient() ? "-t5" : "-t700ms", "--manifest=-",
            named("never.test", "1"), named("never.test", "2"),
            named("zero.test", ""), named("alive.test", "fault/status/204"),
            named("second-alive.test", "fault/status/404"));
    snprintf(lines, sizeof lines,
             "ok 204 0 cbf29ce484222325 %s\n"
             "timeout - - - %s\ntimeout - - - %s\n"
             "ok 404 13 63c6d6b3b3aff663 %s\n"
             "resolve - - - %s\n",
             named("alive.test", "fault/status/204"), named("never.test", "1"),
             named("never.test", "2"),
             named("second-alive.test", "fault/status/404"),
             named("zero.test", ""));
    all_print(lines);
    free_all();
}
END_TEST

START_TEST(links_that_are_left_are_named_if_it_is_verbose)
{
    char part[256];

    RUN_ALL(0, "-v", "-f", page("fault/links-elsewhere"),
            page("fault/long-link"));
    snprintf(part, sizeof part, ": %s links to mailto:a@b: left\n",
             page("fault/links-elsewhere"));
    all_talk_of(part);
    snprintf(part, sizeof part, ": %s: 1 links too long (8192 bytes)",
             page("fault/long-link"));
    all_talk_of(part);
    all_talk_of(": 8 links to elsewhere left\n");
    free_all();
}
END_TEST

START_TEST(they_are_not_named_otherwise)
{
    RUN_ALL(0, "-f", page("fault/links-elsewhere"));
    for (size_t i = 0; i < WAYS; i++)
        ck_assert_str_eq(ended[i].err, "");
    free_all();
}
END_TEST

/* ---- files ---- */

/* What some editors begin a file with is no part of its first URL. */
START_TEST(a_list_may_begin_with_a_byte_order_mark)
{
    char *list = temp_path("list"), text[256], lines[256];

    snprintf(text, sizeof text, "\xef\xbb\xbf%s\n", page("fault/status/204"));
    file_write(list, text, strlen(text));
    RUN_ALL(0, "-q", "--manifest=-", "-i", list);
    snprintf(lines, sizeof lines, "ok 204 0 cbf29ce484222325 %s\n",
             page("fault/status/204"));
    all_print(lines);
    free_all();
    free(list);
}
END_TEST

/* Else the list would be gone before it is read. */
START_TEST(the_list_itself_is_no_file_to_write_into)
{
    char *list = temp_path("list"), manifest[256], *text;

    file_write(list, site.url, strlen(site.url));
    snprintf(manifest, sizeof manifest, "--manifest=%s", list);
    RUN_ALL(2, "-q", "-i", list, manifest);
    all_talk_of(list);
    text = file_read(list);
    ck_assert_str_eq(text, site.url);
    free(text);
    free_all();
    free(list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stages_ways");
    TCase *tcase = tcase_create("ways");

    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_test(tcase, every_selector_finds_the_same_pages);
    tcase_add_test(tcase, a_machine_that_comes_to_it_late_fetches_all_the_same);
    tcase_add_test(tcase,
                   names_that_are_looked_up_at_once_do_not_wait_for_each_other);
    tcase_add_test(tcase, links_that_are_left_are_named_if_it_is_verbose);
    tcase_add_test(tcase, they_are_not_named_otherwise);
    tcase_add_test(tcase, a_list_may_begin_with_a_byte_order_mark);
    tcase_add_test(tcase, the_list_itself_is_no_file_to_write_into);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
