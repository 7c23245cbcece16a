/*
 * race_talk_test.c - what the race, and who else measures, says beside its
 * table: on a terminal, when asked to be verbose, and when what it has to say
 * cannot be written. It races stages of ours.
 */
#include "run.h"

#include "common/bench.h"
#include "common/race/experiment_progress.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs "race ARGUMENTS" as a shell does, so that they may redirect it. */
static struct ended race(const char *arguments)
{
    char command[512];

    snprintf(command, sizeof command,
             "exec %s --only=05,06 --latency=0 --pages=3 --runs=1 %s",
             built("race"), arguments);
    return run((const char *const[]){"/bin/sh", "-c", command, NULL});
}

static void must_hold(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in:\n%s", part, text);
}

/* ---- a terminal ---- */

static int open_terminal(void)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    ck_assert_int_ge(terminal, 0);
    ck_assert_int_eq(grantpt(terminal), 0);
    ck_assert_int_eq(unlockpt(terminal), 0);
    return terminal;
}

/* All that its user has seen. */
static const char *seen_on(int terminal)
{
    static char text[4096];
    size_t length = 0;
    ssize_t size;

    while ((size = read(terminal, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)size;
    text[length] = '\0';
    return text;
}

START_TEST(a_terminal_shows_who_runs_until_the_table_comes)
{
    static const char wiped[] = "\r\033[K";
    int terminal = open_terminal();
    char arguments[64];

    snprintf(arguments, sizeof arguments, "2>%s", ptsname(terminal));
    struct ended ended = race(arguments);
    ck_assert_int_eq(ended.status, 0);
    const char *seen = seen_on(terminal);
    must_hold(seen, "\r\033[Krun 1 of 1: 05-callbacks\r");
    must_hold(seen, "\r\033[Krun 1 of 1: 06-futures\r");
    ck_assert_str_eq(seen + strlen(seen) - strlen(wiped), wiped);
    ended_free(&ended);
    close(terminal);
}
END_TEST

START_TEST(a_terminal_shows_nothing_if_we_are_to_be_quiet)
{
    int terminal = open_terminal();
    char arguments[64];

    snprintf(arguments, sizeof arguments, "-q 2>%s", ptsname(terminal));
    struct ended ended = race(arguments);
    ck_assert_int_eq(ended.status, 0);
    ck_assert_str_eq(seen_on(terminal), "");
    ended_free(&ended);
    close(terminal);
}
END_TEST

static const struct {
    double done_s, left_s;
    const char *bar;
} bars[] = {
    {0, 0, "\rx [                    ]   0%, 0:00 left: y\033[K"},
    {0, 60, "\rx [                    ]   0%, 1:00 left: y\033[K"},
    {25, 75, "\rx [#####               ]  25%, 1:15 left: y\033[K"},
    {3600, 5, "\rx [################### ] 100%, 0:05 left: y\033[K"},
    {10, 0, "\rx [####################] 100%, 0:00 left: y\033[K"},
};

START_TEST(an_experiment_shows_how_far_it_is)
{
    int terminal = open_terminal();

    ck_assert_ptr_nonnull(freopen(ptsname(terminal), "w", stderr));
    progress_show("x", bars[_i].done_s, bars[_i].left_s, "y");
    ck_assert_str_eq(seen_on(terminal), bars[_i].bar);
    progress_end();
    fflush(stderr);
    ck_assert_str_eq(seen_on(terminal), "\r\033[K");
    close(terminal);
}
END_TEST

START_TEST(a_benchmark_shows_which_round_it_is_in)
{
    int terminal = open_terminal();

    ck_assert_ptr_nonnull(freopen(ptsname(terminal), "w", stderr));
    bench_show_round(0, 3, NULL);
    fflush(stderr);
    ck_assert_str_eq(seen_on(terminal), "\rround 1 of 3\033[K");
    bench_show_round(2, 3, "epoll");
    fflush(stderr);
    ck_assert_str_eq(seen_on(terminal), "\rround 3 of 3: epoll\033[K");
    bench_show_end();
    fflush(stderr);
    ck_assert_str_eq(seen_on(terminal), "\r\033[K");
    close(terminal);
}
END_TEST

/* ---- more, or not all of it ---- */

START_TEST(if_it_is_verbose_each_run_has_its_line)
{
    struct ended ended = race("-v -- /bin/false");

    ck_assert_int_eq(ended.status, 1);
    must_hold(ended.err, "race: run 1 of 1: 05-callbacks: 0.");
    must_hold(ended.err, "race: run 1 of 1: 06-futures: 0.");
    must_hold(
        ended.err,
        "race: run 1 of 1: false: no JSON object on stdout, exit status 1\n");
    ended_free(&ended);
}
END_TEST

static const struct {
    const char *arguments;
    const char *words;
} fulls[] = {
    {">/dev/full", "race: cannot write to stdout: No space left on device\n"},
    {"--json=/dev/full", "race: cannot write /dev/full: No space left"},
    {"--csv=/dev/full", "race: cannot write /dev/full: No space left"},
    {"--timeline-csv=/dev/full", "race: cannot write /dev/full: No space left"},
};

START_TEST(what_cannot_be_written_is_said)
{
    struct ended ended = race(fulls[_i].arguments);

    ck_assert_int_eq(ended.status, 1);
    must_hold(ended.err, fulls[_i].words);
    if (_i > 0) /* all the same */
        must_hold(ended.out, "one manifest: 3 pages");
    ended_free(&ended);
}
END_TEST

START_TEST(urls_of_ones_own_are_in_the_json)
{
    struct site site = site_start((const char *const[]){"--latency=0", NULL});
    char command[512], part[256];

    snprintf(command, sizeof command,
             "exec %s --only=05 --runs=1 -q --json=/dev/stderr --url=%s "
             "--url=%s1",
             built("race"), site.url, site.url);
    struct ended ended =
        run((const char *const[]){"/bin/sh", "-c", command, NULL});
    ck_assert_msg(ended.status == 0, "%s", ended.err);
    snprintf(part, sizeof part, "\"urls\": [\"%s\", \"%s1\"]", site.url,
             site.url);
    must_hold(ended.err, part);
    ended_free(&ended);
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("race_talk");
    TCase *tcase = tcase_create("talk");

    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_test(tcase, a_terminal_shows_who_runs_until_the_table_comes);
    tcase_add_test(tcase, a_terminal_shows_nothing_if_we_are_to_be_quiet);
    tcase_add_loop_test(tcase, an_experiment_shows_how_far_it_is, 0,
                        sizeof bars / sizeof bars[0]);
    tcase_add_test(tcase, a_benchmark_shows_which_round_it_is_in);
    tcase_add_test(tcase, if_it_is_verbose_each_run_has_its_line);
    tcase_add_loop_test(tcase, what_cannot_be_written_is_said, 0,
                        sizeof fulls / sizeof fulls[0]);
    tcase_add_test(tcase, urls_of_ones_own_are_in_the_json);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
