/*
 * faults_matrix_test.c - every cause that a server or a network can bring
 * about, in every stage, as the first request and a later one, over IPv4 and
 * IPv6: what must become of the page does, and of the others.
 *
 * With $FAULTS set it tries all of them, and prints the matrix: `make faults`.
 */
#include "tests/faults/cells.h"
#include "tests/faults/matrix.h"
#include "tests/faults/scene.h"

#include "faults.h"
#include "run.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char dir[] = "/tmp/seven-crawlers-XXXXXX";

static bool is_whole(void)
{
    return getenv("FAULTS") != NULL;
}

START_TEST(every_cause_comes_to_what_the_table_says)
{
    char *wrong = matrix_run(_i, is_whole(), dir);

    if (wrong != NULL)
        ck_abort_msg("%s", wrong);
}
END_TEST

/* Whether some cause has this fault of the practice site's menu. */
static bool is_tried(const char *name)
{
    for (int s = 0; s < SECTIONS; s++)
        for (const struct cause *cause = sections[s].causes;
             cause->name != NULL; cause++)
            for (int e = 0; e < MAX_EXAMPLES; e++) {
                const struct example *example = &cause->examples[e];
                if (example->name != NULL && example->make == NULL &&
                    strcmp(example->name, name) == 0)
                    return true;
            }
    return false;
}

START_TEST(no_fault_of_the_menu_is_left_out)
{
    for (size_t i = 0; faults[i].path != NULL; i++)
        ck_assert_msg(is_tried(faults[i].path + strlen("/fault/")),
                      "no cause has %s", faults[i].path);
}
END_TEST

static void set_up(void)
{
    adopt_orphans();
    ck_assert_ptr_nonnull(mkdtemp(dir));
    sites_start();
}

static void tear_down(void)
{
    char command[64];

    sites_stop();
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}

int main(void)
{
    Suite *suite = suite_create("faults_matrix");
    TCase *matrix = tcase_create("matrix");
    SRunner *runner = srunner_create(suite);

    setvbuf(stdout, NULL, _IOLBF, 0);
    matrix_open();
    tcase_add_unchecked_fixture(matrix, set_up, tear_down);
    tcase_set_timeout(matrix, is_whole() || is_patient() ? 3600 : 120);
    tcase_add_loop_test(matrix, every_cause_comes_to_what_the_table_says, 0,
                        SECTIONS);
    tcase_add_test(matrix, no_fault_of_the_menu_is_left_out);
    suite_add_tcase(suite, matrix);

    srunner_run_all(runner, CK_ENV);
    if (is_whole())
        matrix_print();
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
