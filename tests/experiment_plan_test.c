/*
 * experiment_plan_test.c - experiments without running one: the table of them,
 * what there is still to do, and the file that can be gone on with.
 */
#include "common/race/experiment_file.h"
#include "common/race/experiment_plan.h"
#include "common/race/experiments.h"
#include "support.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- the table ---- */

static void check_scene(const struct scene *scene)
{
    ck_assert_ptr_null(strpbrk(scene->x, ",\"\n"));
    ck_assert_uint_gt(scene->pages, 0);
    ck_assert_uint_gt(scene->concurrency, 0);
    ck_assert_ptr_nonnull(scene->latency);
    ck_assert(isfinite(scene_wait_s(scene, true)));
}

static void check_race(const struct experiment *experiment)
{
    const struct scene *scene;
    const struct contender *who;

    ck_assert_uint_gt(experiment->runs, 0);
    ck_assert_uint_ge(experiment->runs, experiment->long_runs);
    ck_assert_uint_ge(experiment->long_runs, 3);
    ck_assert(experiment->limit_s > EXPERIMENT_LONG_S);
    for (scene = experiment->scenes; scene->x != NULL; scene++)
        check_scene(scene);
    ck_assert_ptr_ne(scene, experiment->scenes);
    for (scene = experiment->quick; scene->x != NULL; scene++)
        check_scene(scene);
    ck_assert_ptr_ne(scene, experiment->quick);
    for (who = experiment->contenders; who->label != NULL; who++)
        ck_assert_ptr_null(strpbrk(who->label, ",\"\n"));
    ck_assert_ptr_ne(who, experiment->contenders);
}

START_TEST(every_description_is_whole)
{
    for (const struct experiment *e = experiments; e->name != NULL; e++) {
        ck_assert_ptr_eq(experiment_find(e->name), e); /* no name twice */
        ck_assert_ptr_nonnull(e->shows);
        if (e->quantity != NULL) {
            check_race(e);
        } else {
            ck_assert_ptr_nonnull(e->program[0]);
            ck_assert_ptr_nonnull(e->quick_program[0]);
        }
    }
    ck_assert_ptr_null(experiment_find("all"));
    ck_assert_ptr_null(experiment_find("list"));
}
END_TEST

/* ---- the file ---- */

#define HEAD \
    "# command: a\n# machine: m\n# date: 1\n" EXPERIMENT_ROW_BEGINS "\n"
#define SAME \
    "# command: b\n# machine: m\n# date: 2\n" EXPERIMENT_ROW_BEGINS "\n"

static void write_file(const char *name, const char *text)
{
    char *path = temp_path(name);

    file_write(path, text, strlen(text));
    free(path);
}

static void count_row(const struct experiment_row *row, void *data)
{
    ck_assert_str_eq(row->x, "1");
    ++*(size_t *)data;
}

START_TEST(half_a_row_is_no_row)
{
    static const char part[] = HEAD "e,1,a,1,1,ok,0.5,\n"
                                    "e,1,b,1,1,cannot,,\"x, y\"\n"
                                    "e,1,c,1,1,ok,0.";
    char *path = temp_path("file.csv");
    struct experiment_file file;
    size_t rows = 0;

    write_file("file.csv.part", part);
    ck_assert_int_eq(
        experiment_file_open(&file, path, SAME, "2", count_row, &rows), 0);
    ck_assert_uint_eq(rows, 2);
    fputs("e,1,c,1,1,ok,0.5,\n", file.file);
    ck_assert_int_eq(experiment_file_row_done(&file), 0);
    ck_assert_uint_eq(file.rows, 3);
    ck_assert_int_eq(experiment_file_close(&file, true), 0);
    char *text = file_read(path);
    ck_assert_str_eq(text, HEAD "e,1,a,1,1,ok,0.5,\n"
                                "e,1,b,1,1,cannot,,\"x, y\"\n"
                                "# continued: 2\n"
                                "e,1,c,1,1,ok,0.5,\n");
    free(text);
    free(path);
}
END_TEST

START_TEST(what_was_there_stays_until_there_is_something_whole)
{
    char *path = temp_path("file.csv");
    struct experiment_file file;
    size_t rows = 0;

    write_file("file.csv", "the old one\n");
    ck_assert_int_eq(
        experiment_file_open(&file, path, HEAD, "2", count_row, &rows), 0);
    ck_assert_int_eq(experiment_file_close(&file, false), 0);
    char *text = file_read(path);
    ck_assert_str_eq(text, "the old one\n");
    free(text);
    free(path);
    path = temp_path("file.csv.part");
    ck_assert_int_eq(access(path, F_OK), 0);
    free(path);
}
END_TEST

/* ---- what there is to do ---- */

START_TEST(who_takes_long_runs_less_often)
{
    const struct experiment *experiment = experiment_find("pages");
    struct plan plan;

    ck_assert_int_eq(plan_make(&plan, experiment, false), 0);
    ck_assert_uint_gt(experiment->runs, experiment->long_runs);
    struct experiment_row row = {.x = experiment->scenes[0].x,
                                 .entrant = experiment->contenders[0].label,
                                 .run = experiment->long_runs,
                                 .ok = true,
                                 .wall_s = EXPERIMENT_LONG_S / 2};
    plan_note_row(&row, &plan);
    ck_assert(plan_is_due(&plan, 0, 0, experiment->long_runs));
    plan_cell(&plan, 0, 0)->wall_s = EXPERIMENT_LONG_S;
    ck_assert(!plan_is_due(&plan, 0, 0, experiment->long_runs));
    plan_free(&plan);
}
END_TEST

START_TEST(the_time_left_goes_down_as_rows_come_in)
{
    const struct experiment *experiment = experiment_find("ten-pages");
    struct plan plan;
    double done_s, left_s, before_s;

    ck_assert_int_eq(plan_make(&plan, experiment, false), 0);
    plan_seconds(&plan, &done_s, &before_s);
    ck_assert(done_s == 0);
    struct experiment_row row = {.x = experiment->scenes[0].x,
                                 .entrant = experiment->contenders[0].label,
                                 .run = 1,
                                 .ok = true,
                                 .wall_s = 4.5};
    plan_note_row(&row, &plan);
    plan_seconds(&plan, &done_s, &left_s);
    ck_assert(done_s == 4.5);
    ck_assert(left_s < before_s);
    plan_free(&plan);
}
END_TEST

static Suite *experiment_plan_suite(void)
{
    Suite *suite = suite_create("experiment_plan");
    TCase *tcase = tcase_create("experiment_plan");

    tcase_add_unchecked_fixture(tcase, temp_dir_make, temp_dir_remove);
    tcase_add_test(tcase, every_description_is_whole);
    tcase_add_test(tcase, half_a_row_is_no_row);
    tcase_add_test(tcase, what_was_there_stays_until_there_is_something_whole);
    tcase_add_test(tcase, who_takes_long_runs_less_often);
    tcase_add_test(tcase, the_time_left_goes_down_as_rows_come_in);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(experiment_plan_suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
