/*
 * frames_test.c - the program that measures what waiting costs: its rows are
 * there, and have the shape that the course tells of. No times, only ratios
 * with wide margins.
 */
#include "run.h"

#include <check.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *csv; /* of one quick run, for all tests */

static void measure(void)
{
    struct ended ended =
        run((const char *const[]){built("frames"), "--quick", NULL});

    ck_assert_msg(ended.status == 0, "%d: %s", ended.status, ended.err);
    csv = strdup(ended.out);
    ended_free(&ended);
}

static void forget(void)
{
    free(csv);
}

/* A cell of a line, from 0; no cell before the note holds a comma. */
static const char *cell_of(const char *line, int cell)
{
    while (cell-- > 0 && line != NULL) {
        line = strchr(line, ',');
        line = line != NULL ? line + 1 : NULL;
    }
    return line;
}

/* The line that begins with "measure,kind,depth,". */
static const char *find_row(const char *measured, const char *kind, int depth)
{
    char beginning[80];
    char digits[16] = "";

    if (depth > 0)
        snprintf(digits, sizeof digits, "%d", depth);
    snprintf(beginning, sizeof beginning, "\n%s,%s,%s,", measured, kind,
             digits);
    const char *line = strstr(csv, beginning);
    ck_assert_msg(line != NULL, "no row %s in\n%s", beginning + 1, csv);
    return line + 1;
}

/* One of its cells; NAN if it could not be measured. */
static double number(const char *measured, const char *kind, int depth,
                     int cell)
{
    const char *row = find_row(measured, kind, depth);
    double value;

    return sscanf(cell_of(row, cell), "%lf", &value) == 1 ? value : (double)NAN;
}

static double median(const char *measured, const char *kind, int depth)
{
    return number(measured, kind, depth, 6);
}

/* What a switch takes when nothing comes between: the low quartile. */
static double switch_ns(const char *kind, int depth)
{
    return number("switch", kind, depth, 5);
}

/* Fibers of our own making are for x86-64 alone. */
static bool has_own(void)
{
    return !isnan(switch_ns("own", 1));
}

START_TEST(the_header_says_what_where_and_when)
{
    static const char *const keys[] = {"command",  "runs",  "machine", "kernel",
                                       "compiler", "flags", "date"};

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char line[40];
        snprintf(line, sizeof line, "# %s: ", keys[i]);
        ck_assert_msg(strstr(csv, line) != NULL, "no %s in\n%s", line, csv);
    }
    ck_assert_ptr_nonnull(strstr(csv, "\nmeasure,kind,depth,at_once,runs,"
                                      "low_quartile,median,high_quartile,"
                                      "unit,note\n"));
}
END_TEST

START_TEST(every_kind_has_its_rows)
{
    static const char *const kinds[] = {"stackless", "own", "ucontext",
                                        "thread", "process"};
    static const int depths[] = {1, 3, 8};

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        find_row("waiting", kinds[k], 0);
        find_row("waiting kernel", kinds[k], 0);
        find_row("fit", kinds[k], 3);
        for (size_t d = 0; d < sizeof depths / sizeof depths[0]; d++)
            find_row("switch", kinds[k], depths[d]);
    }
    find_row("frame", "stackless", 0);
    find_row("task", "stackless", 0);
    find_row("exchange", "stackless", 0);
    find_row("text", "stackless", 0);
}
END_TEST

/* How many times as much `a` is as `b`. */
static void is_over(double a, double times, double b, const char *what)
{
    ck_assert_msg(a > times * b, "%s: %g is not over %g times %g", what, a,
                  times, b);
}

START_TEST(a_frame_is_hundreds_of_bytes_and_holds_the_exchange)
{
    double frame = median("frame", "stackless", 0);

    ck_assert_double_lt(median("exchange", "stackless", 0), frame);
    ck_assert_double_lt(frame, 1000);
    ck_assert_double_gt(frame, 100);
}
END_TEST

/* The sanitizers give memory out as they like, and lay shadows on it. */
START_TEST(a_waiting_fetch_needs_less_the_less_it_waits_with)
{
#ifndef __SANITIZE_ADDRESS__
    double stackless = median("waiting", "stackless", 0);
    double ucontext = median("waiting", "ucontext", 0);
    double thread = median("waiting", "thread", 0);

    if (is_patient()) /* not our own memory, but a tool's */
        return;
    ck_assert_double_gt(stackless, 100);
    ck_assert_double_lt(stackless, 3000);
    is_over(ucontext, 2, stackless, "ucontext, stackless");
    if (has_own())
        is_over(median("waiting", "own", 0), 2, stackless, "own, stackless");
    is_over(thread + median("waiting kernel", "thread", 0), 1.5, ucontext,
            "thread, ucontext");
    is_over(median("waiting", "process", 0), 1.5, thread, "process, thread");
#endif
}
END_TEST

START_TEST(only_threads_and_processes_need_stacks_in_the_kernel)
{
    ck_assert_double_lt(median("waiting kernel", "stackless", 0), 4000);
    ck_assert_double_lt(median("waiting kernel", "ucontext", 0), 4000);
    ck_assert_double_gt(median("waiting kernel", "thread", 0), 4000);
    ck_assert_double_gt(median("waiting kernel", "process", 0), 4000);
}
END_TEST

START_TEST(handing_over_to_a_thread_takes_tens_of_switches)
{
    double stackless = switch_ns("stackless", 1);
    double ucontext = switch_ns("ucontext", 1);
    double thread = switch_ns("thread", 1);

    is_over(thread, 10, stackless, "thread, stackless");
    is_over(switch_ns("process", 1), 10, stackless, "process, stackless");
    is_over(ucontext, 3, stackless, "ucontext, stackless");
    if (has_own())
        is_over(ucontext, 2, switch_ns("own", 1), "ucontext, own");
}
END_TEST

START_TEST(a_stackless_resume_walks_down_and_a_switch_of_stacks_does_not)
{
    is_over(switch_ns("stackless", 8), 1.5, switch_ns("stackless", 1),
            "stackless, 8 deep and 1");
    is_over(4 * switch_ns("ucontext", 1), 1, switch_ns("ucontext", 8),
            "ucontext, four times 1 and 8");
}
END_TEST

START_TEST(as_many_fit_as_were_tried_if_few_were)
{
    ck_assert_double_eq(median("fit", "stackless", 3), 1000);
    ck_assert_double_eq(median("fit", "ucontext", 3), 1000);
    ck_assert_double_eq(median("fit", "thread", 3), 100);
    ck_assert_double_eq(median("fit", "process", 3), 50);
    ck_assert_ptr_nonnull(
        strstr(find_row("fit", "process", 3), "no more were tried"));
}
END_TEST

START_TEST(bad_usage_is_refused_with_2)
{
    static const char *const bad[] = {"--rounds=0", "--rounds=x",
                                      "--rounds=1001", "--what", "what"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct ended ended =
            run((const char *const[]){built("frames"), bad[i], NULL});
        ck_assert_msg(ended.status == 2, "%s: %d", bad[i], ended.status);
        ck_assert_str_eq(ended.out, "");
        ck_assert_str_ne(ended.err, "");
        ended_free(&ended);
    }
}
END_TEST

START_TEST(help_is_written_to_stdout)
{
    struct ended ended =
        run((const char *const[]){built("frames"), "--help", NULL});

    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strstr(ended.out, "Usage: frames"));
    ended_free(&ended);
}
END_TEST

START_TEST(a_stage_that_is_not_there_is_a_row_that_says_so)
{
    struct ended ended = run((const char *const[]){
        built("frames"), "--quick", "--rounds=1", "--stages=/nowhere", NULL});

    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strstr(
        ended.out, "waiting,thread,,100,0,,,,B,No such file or directory\n"));
    no_process_left();
    ended_free(&ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frames");
    TCase *tcase = tcase_create("frames");

    adopt_orphans();
    tcase_add_unchecked_fixture(tcase, measure, forget);
    tcase_add_test(tcase, the_header_says_what_where_and_when);
    tcase_add_test(tcase, every_kind_has_its_rows);
    tcase_add_test(tcase, a_frame_is_hundreds_of_bytes_and_holds_the_exchange);
    tcase_add_test(tcase, a_waiting_fetch_needs_less_the_less_it_waits_with);
    tcase_add_test(tcase, only_threads_and_processes_need_stacks_in_the_kernel);
    tcase_add_test(tcase, handing_over_to_a_thread_takes_tens_of_switches);
    tcase_add_test(
        tcase, a_stackless_resume_walks_down_and_a_switch_of_stacks_does_not);
    tcase_add_test(tcase, as_many_fit_as_were_tried_if_few_were);
    tcase_add_test(tcase, bad_usage_is_refused_with_2);
    tcase_add_test(tcase, help_is_written_to_stdout);
    tcase_add_test(tcase, a_stage_that_is_not_there_is_a_row_that_says_so);
    tcase_set_timeout(tcase, 120);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
