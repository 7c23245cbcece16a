/*
 * shortage_test.c - descriptors that run out, threads and processes that
 * cannot be started: every stage goes on with fewer, or says clearly that it
 * cannot begin.
 */
#include "ways.h"

#include <stdbool.h>

enum { PAGES = 12, MOST_DESCRIPTORS = 20, FEWEST_DESCRIPTORS = 4 };

static struct site site;

/* "--manifest=..." of that number, one of those at work at the same time. */
static const char *manifest_option(int number)
{
    static char option[128];
    char name[16];

    snprintf(name, sizeof name, "m%d", number);
    snprintf(option, sizeof option, "--manifest=%s", file_in_dir(name));
    return option;
}

/* Reads and removes it; "" if there is none. The caller frees. */
static char *take_manifest(int number)
{
    const char *path = manifest_option(number) + strlen("--manifest=");

    if (access(path, R_OK) != 0)
        return strdup("");
    char *manifest = read_file(path);
    unlink(path);
    return manifest;
}

/* ---- descriptors ---- */

enum outcome { ALL_WELL, CANNOT_BEGIN };

/* All pages, and none of them failed; or none at all, and that is said. */
static enum outcome judge(const struct way *way, int limit,
                          const struct ended *ended, const char *manifest)
{
    size_t pages = count_lines(manifest, "");

    if (ended->status == 0) {
        ck_assert_uint_eq(count_lines(manifest, "ok 200 "), PAGES);
        ck_assert_str_eq(ended->err, "");
        return ALL_WELL;
    }
    if (ended->status == 127) /* not even its libraries could be opened */
        return CANNOT_BEGIN;
    ck_assert_msg(ended->status == 1 || ended->status == 2,
                  "%s, %d descriptors: exit status %d: %s", way_name(way),
                  limit, ended->status, ended->err);
    ck_assert_msg(strstr(ended->err, "Too many open files") != NULL ||
                      strstr(ended->out, "Too many open files") != NULL,
                  "%s, %d descriptors, does not say why: %s%s", way_name(way),
                  limit, ended->out, ended->err);
    ck_assert_msg(pages == count_lines(manifest, "system - - - "),
                  "%s, %d descriptors: %s", way_name(way), limit, manifest);
    return CANNOT_BEGIN;
}

static struct child start_limited(const struct way *way, int limit)
{
    run_descriptor_limit = limit;
    struct child child = way_start(
        way, (const char *const[]){"-f", "-c8", manifest_option(limit),
                                   site.url, NULL});
    run_descriptor_limit = 0;
    return child;
}

START_TEST(with_few_descriptors_it_goes_on_and_with_fewer_it_says_so)
{
    const struct way *way = &ways[_i];
    struct child children[MOST_DESCRIPTORS + 1];
    enum outcome before = CANNOT_BEGIN;

    if (getenv("STAGES_UNDER_VALGRIND") != NULL)
        return; /* it needs descriptors for itself */
    for (int limit = FEWEST_DESCRIPTORS; limit <= MOST_DESCRIPTORS; limit++)
        children[limit] = start_limited(way, limit);
    for (int limit = FEWEST_DESCRIPTORS; limit <= MOST_DESCRIPTORS; limit++) {
        struct ended ended = child_end(&children[limit]);
        char *manifest = take_manifest(limit);
        enum outcome outcome = judge(way, limit, &ended, manifest);
        ck_assert_msg(before == CANNOT_BEGIN || outcome == ALL_WELL,
                      "%s can do with %d descriptors, and not with %d",
                      way_name(way), limit - 1, limit);
        before = outcome;
        free(manifest);
        ended_free(&ended);
    }
    ck_assert_int_eq(before, ALL_WELL);
    no_process_left();
}
END_TEST

/* ---- threads and processes ---- */

/* What is started there, in whatever number. */
static const char *what_it_starts(const struct way *way)
{
    if (strcmp(way->program, "03-threads") == 0)
        return "thread";
    if (strcmp(way->program, "02-processes") == 0 ||
        (way->option != NULL && strcmp(way->option, "--processes=2") == 0))
        return "fork";
    return NULL;
}

/* Crawls all pages, where ODD_START=`order` (tests/odd_calls.h). */
static struct ended crawl_where(const struct way *way, const char *order)
{
    setenv("ODD_START", order, 1);
    struct child child =
        way_start(way, (const char *const[]){"-f", "-c4", manifest_option(0),
                                             site.url, NULL});
    struct ended ended = child_end(&child);
    no_process_left();
    return ended;
}

START_TEST(if_only_the_first_can_be_started_it_does_all_the_work)
{
    const char *what = what_it_starts(&ways[_i]);
    char order[32];

    if (what == NULL)
        return;
    snprintf(order, sizeof order, "%s:2:on", what);
    struct ended ended = crawl_where(&ways[_i], order);
    char *manifest = take_manifest(0);
    ck_assert_msg(ended.status == 0, "%s: %d: %s%s", way_name(&ways[_i]),
                  ended.status, ended.out, ended.err);
    ck_assert_uint_eq(count_lines(manifest, "ok 200 "), PAGES);
    free(manifest);
    ended_free(&ended);
}
END_TEST

START_TEST(if_none_can_be_started_that_is_an_error)
{
    const char *what = what_it_starts(&ways[_i]);
    char order[32];

    if (what == NULL)
        return;
    snprintf(order, sizeof order, "%s:1:on", what);
    struct ended ended = crawl_where(&ways[_i], order);
    char *manifest = take_manifest(0);
    ck_assert_int_eq(ended.status, 1);
    ck_assert_msg(strstr(ended.err, "could be started") != NULL, "%s: %s",
                  way_name(&ways[_i]), ended.err);
    ck_assert_uint_eq(count_lines(manifest, "system - - - "), 1);
    ck_assert_uint_eq(count_lines(manifest, ""), 1);
    free(manifest);
    ended_free(&ended);
}
END_TEST

/* Of two pages one has a name, and nobody can be started to look it up. */
START_TEST(a_name_that_nobody_can_look_up_hurts_its_page_alone)
{
    bool in_threads = strcmp(ways[_i].program, "03-threads") == 0;
    char url[128];

    /* Two threads of its own, and then none. */
    setenv("ODD_START", in_threads ? "thread:3:on" : "thread:1:on", 1);
    snprintf(url, sizeof url, "http://alive.test%s", strrchr(site.url, ':'));
    struct child child =
        way_start(&ways[_i], (const char *const[]){"-c2", manifest_option(0),
                                                   site.url, url, NULL});
    struct ended ended = child_end(&child);
    char *manifest = take_manifest(0);
    ck_assert_int_eq(ended.status, 1);
    ck_assert_uint_eq(count_lines(manifest, "ok 200 "), 1);
    ck_assert_uint_eq(count_lines(manifest, "system - - - "), 1);
    ck_assert_msg(strstr(ended.out, "Resource temporarily unavailable") != NULL,
                  "%s: %s", way_name(&ways[_i]), ended.out);
    free(manifest);
    ended_free(&ended);
    no_process_left();
}
END_TEST

/* ---- the suite ---- */

static void set_up(void)
{
    make_dir();
    site =
        site_start((const char *const[]){"--pages=12", "--latency=10ms", NULL});
}

static void tear_down(void)
{
    site_stop(&site);
    remove_dir();
}

int main(void)
{
    const TTest *const tests[] = {
        with_few_descriptors_it_goes_on_and_with_fewer_it_says_so,
        if_only_the_first_can_be_started_it_does_all_the_work,
        if_none_can_be_started_that_is_an_error,
        a_name_that_nobody_can_look_up_hurts_its_page_alone,
    };
    Suite *suite = suite_create("shortage");
    TCase *tcase = tcase_create("shortage");

    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_loop_test(tcase, tests[i], 0, WAYS);
    suite_add_tcase(suite, tcase);
    return run_and_free(srunner_create(suite));
}
