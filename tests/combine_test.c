/*
 * combine_test.c - gather, wait, as_completed, wait_for, timeout, shield and
 * task groups: what happens in which pass is as in CPython. What no scenario
 * shows is in combine_several_test.c and combine_one_test.c.
 *
 * tests/combine.rows holds scenarios and what combine.py observed of them:
 * every one of them with children that return, fail, or are cancelled; with a
 * parent that is cancelled before its first step, while it waits, during the
 * children's cleanup, and twice. Not in it are those in which Python calls a
 * callback that nobody wants any more in a pass in which nothing else happens:
 * here it is taken back.
 */
#include "combine_scenario.h"
#include "stages/07-loop/error_group.h"

#define ROWS "tests/combine.rows"

START_TEST(each_scenario_goes_pass_by_pass_as_in_cpython)
{
    FILE *rows = fopen(ROWS, "r");
    char row[2048];
    int count = 0;

    ck_assert_msg(rows != NULL, "no " ROWS ": run this at the top");
    while (fgets(row, sizeof row, rows) != NULL) {
        char *expected = strstr(row, " | ");
        ck_assert_ptr_nonnull(expected);
        row[strcspn(row, "\n")] = '\0';
        *expected = '\0';
        ck_assert_msg(strcmp(play(row), expected + 3) == 0,
                      "%s\n    is: %s\nshould: %s", row, play(row),
                      expected + 3);
        count++;
    }
    fclose(rows);
    ck_assert_int_gt(count, 300);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("combine");
    TCase *tests = tcase_create("combine");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(tests, each_scenario_goes_pass_by_pass_as_in_cpython);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
