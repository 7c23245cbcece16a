/*
 * coverage_test.c - what tests/coverage.awk makes of counted lines, and of the
 * reasons why there are not more.
 */
#include "run.h"
#include "support.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A directory of two files, of which one lacks a tenth of its lines. */
#define LINES \
    "filename,line_total,line_covered\na/b/x.c,100,100\na/b/y.c,50,45\n"

static const struct {
    const char *reasons, *lines;
    int status;
    const char *says;
} rows[] = {
    {"", "a/x.c,100,95\n", 0, "All 1 files have 95 % of their lines"},
    {"", "a/x.c,0,0\n", 0, "All 1 files"},
    {"", "", 1, "coverage: nothing was counted\n"},
    {"", LINES, 1, "coverage: a/b/y.c: 90.0 %, and no reason for it\n"},
    {"", LINES, 1, "\n     5 of   150   96.7 %  a/b/\n"},
    {"# y.c\n\na/b/y.c 5 They run when the moon is full.\n", LINES, 0,
     "\n     5 of    50   90.0 %  a/b/y.c\n"
     "                          They run when the moon is full.\n"},
    {"a/b/y.c 5 Why\n", LINES, 0, "All 2 files have 95 % of their lines, or a"},
    {"a/b/y.c 4 Why\n", LINES, 1,
     "coverage: a/b/y.c: 5 lines, and a reason for 4\n"},
    {"a/b/ 5 Why\n", LINES, 0,
     "\n     5 of   150   96.7 %  a/b/\n                          Why\n"},
    {"a/b/ 4 Why\n", LINES, 1, "coverage: a/b/: 5 lines, and a reason for 4\n"},
    {"a/ 9 Why\n", LINES, 1, "coverage: a/b/y.c: 90.0 %, and no reason"},
    {"a/b/x.c 1 Why\na/b/z.c 1 Why\n", "a/b/x.c,100,99\n", 1,
     "coverage: a/b/z.c: has a reason, and is not there\n"},
};

START_TEST(a_gap_is_shown_and_needs_a_reason)
{
    char *reasons = temp_path("reasons"), *lines = temp_path("lines");

    file_write(reasons, rows[_i].reasons, strlen(rows[_i].reasons));
    file_write(lines, rows[_i].lines, strlen(rows[_i].lines));
    struct ended ended = run((const char *const[]){
        "/usr/bin/awk", "-v", "least=95", "-f", "tests/coverage.awk", reasons,
        "what=lines", lines, NULL});
    ck_assert_msg(strstr(ended.out, rows[_i].says) != NULL, "no '%s' in\n%s%s",
                  rows[_i].says, ended.out, ended.err);
    ck_assert_int_eq(ended.status, rows[_i].status);
    ended_free(&ended);
    free(reasons);
    free(lines);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tcase = tcase_create("awk");
    SRunner *runner = srunner_create(suite);

    tcase_add_unchecked_fixture(tcase, temp_dir_make, temp_dir_remove);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_loop_test(tcase, a_gap_is_shown_and_needs_a_reason, 0,
                        sizeof rows / sizeof rows[0]);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
