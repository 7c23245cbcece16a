/*
 * stdout_test.c - a stdout that is full, closed, or that nobody reads any
 * more, in every stage and every way of using it: what cannot be written is
 * said, the exit status tells, and the rest is as ever.
 */
#include "ways.h"

static struct site site;

/* Where stdout goes, and what is said of that. */
static const struct sink {
    const char *command; /* for sh; NULL: a pipe that nobody reads */
    const char *said;
} sinks[] = {
    {"exec \"$@\" >/dev/full", "No space left on device"},
    {"exec \"$@\" >&-", "Bad file descriptor"},
    {NULL, "Broken pipe"},
};
enum { SINKS = sizeof sinks / sizeof sinks[0] };

/* What stdout is used for. */
static const struct use {
    const char *option; /* or NULL */
    const char *said;   /* what cannot be written */
} uses[] = {
    {NULL, "cannot write stdout"},
    {"--json", "cannot write stdout"},
    {"--manifest=-", "cannot write the manifest"},
};
enum { USES = sizeof uses / sizeof uses[0], CASES = WAYS * SINKS * USES };

/* Runs the way with its stdout there; the stage's name is not given. */
static struct ended run_into(const struct way *way, const struct sink *sink,
                             const char *const arguments[])
{
    const char *argv[16] = {"/bin/sh", "-c", sink->command, "sh", NULL};
    char program[512];
    int n = 4;

    if (sink->command == NULL) {
        struct child child = way_start(way, arguments);
        close(child.out);
        child.out = -1;
        return child_end(&child);
    }
    snprintf(program, sizeof program, "%s/tests/stages/%s", build_dir(),
             way->program);
    argv[n++] = program;
    if (way->option != NULL)
        argv[n++] = way->option;
    while (*arguments != NULL)
        argv[n++] = *arguments++;
    argv[n] = NULL;
    return run(argv);
}

static void says(const struct ended *ended, const char *what,
                 const struct way *way)
{
    ck_assert_msg(strstr(ended->err, what) != NULL, "%s does not say '%s': %s",
                  way_name(way), what, ended->err);
}

START_TEST(what_stdout_does_not_take_is_said_and_is_a_failure)
{
    const struct way *way = &ways[_i / (SINKS * USES)];
    const struct sink *sink = &sinks[_i / USES % SINKS];
    const struct use *use = &uses[_i % USES];
    struct ended ended =
        run_into(way, sink, (const char *const[]){site.url, use->option, NULL});

    ck_assert_msg(ended.status == 1, "%s: exit status %d: %s", way_name(way),
                  ended.status, ended.err);
    says(&ended, use->said, way);
    says(&ended, sink->said, way);
    ended_free(&ended);
    no_process_left();
}
END_TEST

/* In files everything is as it would have been. */
START_TEST(other_outputs_are_whole_all_the_same)
{
    const struct way *way = &ways[_i / SINKS];
    char manifest[128], trace[128];

    snprintf(manifest, sizeof manifest, "--manifest=%s", file_in_dir("m"));
    snprintf(trace, sizeof trace, "--trace=%s", file_in_dir("t"));
    struct ended ended = run_into(
        way, &sinks[_i % SINKS],
        (const char *const[]){"--follow", manifest, trace, site.url, NULL});
    char *lines = read_file(file_in_dir("m"));
    char *rows = read_file(file_in_dir("t"));
    ck_assert_int_eq(ended.status, 1);
    ck_assert_uint_eq(count_lines(lines, "ok 200 "), 10);
    ck_assert_uint_eq(count_lines(rows, ""), 1 + 10);
    free(lines);
    free(rows);
    ended_free(&ended);
}
END_TEST

START_TEST(who_writes_nothing_there_does_not_mind)
{
    struct ended ended =
        run_into(&ways[_i / SINKS], &sinks[_i % SINKS],
                 (const char *const[]){"--quiet", site.url, NULL});

    ck_assert_int_eq(ended.status, 0);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}
END_TEST

/* ---- files that are full; a stderr that is ---- */

START_TEST(a_file_that_is_full_is_said_and_is_a_failure)
{
    static const char *const options[] = {
        "--manifest=/dev/full", "--trace=/dev/full", "--har=/dev/full",
        "--trace-events=/dev/full"};

    for (int i = 0; i < 4; i++) {
        struct child child = way_start(
            &ways[_i], (const char *const[]){options[i], site.url, NULL});
        struct ended ended = child_end(&child);
        ck_assert_int_eq(ended.status, 1);
        says(&ended, "No space left on device", &ways[_i]);
        ended_free(&ended);
    }
}
END_TEST

START_TEST(a_stderr_that_takes_nothing_changes_no_exit_status)
{
    static const struct sink quiet[] = {{"exec \"$@\" 2>/dev/full", NULL},
                                        {"exec \"$@\" 2>&-", NULL}};
    char fails[128];

    snprintf(fails, sizeof fails, "%sfault/reset-at-once", site.url);
    for (int i = 0; i < 2; i++) {
        struct ended ended = run_into(&ways[_i], &quiet[i],
                                      (const char *const[]){site.url, NULL});
        ck_assert_int_eq(ended.status, 0);
        ended_free(&ended);
        ended = run_into(&ways[_i], &quiet[i],
                         (const char *const[]){"--manifest=-", fails, NULL});
        ck_assert_int_eq(ended.status, 1);
        ck_assert_uint_eq(count_lines(ended.out, "reset - - - "), 1);
        ended_free(&ended);
    }
}
END_TEST

/* ---- the suite ---- */

static void set_up(void)
{
    make_dir();
    site = site_start((const char *const[]){"--latency=0", NULL});
}

static void tear_down(void)
{
    site_stop(&site);
    remove_dir();
}

int main(void)
{
    Suite *suite = suite_create("stdout");
    TCase *tcase = tcase_create("stdout");

    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_loop_test(
        tcase, what_stdout_does_not_take_is_said_and_is_a_failure, 0, CASES);
    tcase_add_loop_test(tcase, other_outputs_are_whole_all_the_same, 0,
                        WAYS * SINKS);
    tcase_add_loop_test(tcase, who_writes_nothing_there_does_not_mind, 0,
                        WAYS * SINKS);
    tcase_add_loop_test(tcase, a_file_that_is_full_is_said_and_is_a_failure, 0,
                        WAYS);
    tcase_add_loop_test(
        tcase, a_stderr_that_takes_nothing_changes_no_exit_status, 0, WAYS);
    suite_add_tcase(suite, tcase);
    return run_and_free(srunner_create(suite));
}
