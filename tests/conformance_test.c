/*
 * conformance_test.c - each small program in tests/conformance stands there
 * three times: as Python, as the transcript that the Python prints, and as a
 * C twin on the stages' own code. The twin must print the very same.
 *
 * Whoever adds a program adds all three; a transcript without a twin, or a
 * twin without a transcript, fails.
 */
#include "run.h"
#include "support.h"

#include <check.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIR "tests/conformance/"

/* The names of the transcripts, in order: "30-process-pool-five-jobs". */
static char **names;
static int count;

/* From a path to the name in it, without `suffix`. The caller frees. */
static char *name_in(const char *path, const char *suffix)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;

    return strndup(name, strlen(name) - strlen(suffix));
}

static void find_transcripts(void)
{
    glob_t found;

    if (glob(DIR "*.expected", 0, NULL, &found) != 0) {
        fprintf(stderr, "no transcript in " DIR "\n");
        exit(EXIT_FAILURE);
    }
    names = calloc(found.gl_pathc, sizeof names[0]);
    while (names != NULL && count < (int)found.gl_pathc) {
        names[count] = name_in(found.gl_pathv[count], ".expected");
        count++;
    }
    globfree(&found);
}

static void forget_transcripts(void)
{
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

static char *read_beside(const char *name, const char *suffix)
{
    char path[256];

    snprintf(path, sizeof path, DIR "%s%s", name, suffix);
    return file_read(path);
}

START_TEST(a_twin_prints_what_the_python_prints)
{
    const char *name = names[_i];
    char program[512];

    snprintf(program, sizeof program, "%s/conformance/%s", build_dir(), name);
    char *expected = read_beside(name, ".expected");
    struct ended ended = run((const char *const[]){program, NULL});
    ck_assert_msg(ended.status == 0, "%s: exit status %d: %s", name,
                  ended.status, ended.err);
    ck_assert_msg(strcmp(ended.out, expected) == 0,
                  "%s printed\n%s-- instead of\n%s", name, ended.out, expected);
    ck_assert_msg(ended.err[0] == '\0', "%s said: %s", name, ended.err);
    no_process_left();
    ended_free(&ended);
    free(expected);
}
END_TEST

START_TEST(beside_a_transcript_stand_the_python_and_the_c)
{
    free(read_beside(names[_i], ".py"));
    free(read_beside(names[_i], ".c"));
}
END_TEST

static void look_for_transcripts(const char *pattern, const char *suffix)
{
    glob_t found;

    ck_assert_msg(glob(pattern, 0, NULL, &found) == 0, "no %s", pattern);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *name = name_in(found.gl_pathv[i], suffix);
        free(read_beside(name, ".expected"));
        free(name);
    }
    globfree(&found);
}

START_TEST(every_twin_has_a_transcript)
{
    look_for_transcripts(built("conformance/[0-9]*"), "");
    look_for_transcripts(DIR "[0-9]*.c", ".c");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("conformance");
    TCase *tcase = tcase_create("conformance");
    SRunner *runner = srunner_create(suite);

    find_transcripts();
    tcase_add_checked_fixture(tcase, adopt_orphans, NULL);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_loop_test(tcase, a_twin_prints_what_the_python_prints, 0, count);
    tcase_add_loop_test(tcase, beside_a_transcript_stand_the_python_and_the_c,
                        0, count);
    tcase_add_test(tcase, every_twin_has_a_transcript);
    suite_add_tcase(suite, tcase);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    forget_transcripts();
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
