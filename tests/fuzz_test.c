/*
 * fuzz_test.c - the fuzz targets over their corpora, and over some thousand
 * inputs that lie near them: tests/fuzz/replay.c, once for each.
 */
#include "run.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

/* Each target and how many inputs it is given beside its corpus. */
static const struct {
    const char *name, *count;
} targets[] = {
    {"http", "6000"},  {"chunks", "8000"},  {"url", "8000"},
    {"links", "6000"}, {"message", "5000"},
};

enum { TARGETS = sizeof targets / sizeof targets[0] };

START_TEST(a_target_finds_nothing_in_its_corpus_nor_near_it)
{
    const char *name = targets[_i].name;
    char program[512], corpus[128];

    snprintf(program, sizeof program, "%s/tests/fuzz/%s", build_dir(), name);
    snprintf(corpus, sizeof corpus, "tests/fuzz/corpus/%s", name);
    const char *const argv[] = {program, "-n", targets[_i].count, "-s", "8",
                                corpus,  NULL};
    struct ended ended = run(argv);
    ck_assert_msg(ended.status == 0,
                  "%s ended with %d: %s\n"
                  "to see it again: %s %s.last-input",
                  name, ended.status, ended.err, program, program);
    ended_free(&ended);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fuzz");
    TCase *tcase = tcase_create("replay");

    tcase_add_loop_test(tcase, a_target_finds_nothing_in_its_corpus_nor_near_it,
                        0, TARGETS);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
