/*
 * misuse_test.c - coroutines written wrongly, and who notices: each program in
 * tests/misuse is built with the compiler under test ($CC, or cc) and must
 * fail as stated. One is right, so that we know it is the fault that fails.
 *
 * That a local is not initialised after a wait only gcc sees.
 */
#include "run.h"
#include "support.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIR   "tests/misuse/"
#define FLAGS "-std=c11 -D_GNU_SOURCE -I. -Wall -Wextra -Wpedantic -Werror"
#define JUMPS "-Wjump-misses-init"

static const char *compiler(void)
{
    const char *cc = getenv("CC");

    return cc != NULL && cc[0] != '\0' ? cc : "cc";
}

/* Compiles DIR/name.c to the temporary file `name`. */
static struct ended compile(const char *cc, const char *flags, const char *name)
{
    char *program = temp_path(name), *command;

    ck_assert_int_gt(asprintf(&command,
                              "LC_ALL=C exec %s " FLAGS " %s -o %s " DIR
                              "%s.c stages/06-futures/future.c",
                              cc, flags, program, name),
                     0);
    struct ended ended =
        run((const char *const[]){"/bin/sh", "-c", command, NULL});
    free(command);
    free(program);
    return ended;
}

static struct ended run_compiled(const char *name)
{
    char *program = temp_path(name);
    struct ended ended = run((const char *const[]){program, NULL});

    free(program);
    return ended;
}

static void must_compile(const char *cc, const char *flags, const char *name)
{
    struct ended ended = compile(cc, flags, name);

    ck_assert_msg(ended.status == 0, "%s refused %s: %s", cc, name, ended.err);
    ended_free(&ended);
}

static void must_refuse(const char *cc, const char *flags, const char *name,
                        const char *saying)
{
    struct ended ended = compile(cc, flags, name);

    ck_assert_msg(ended.status != 0, "%s took %s", cc, name);
    ck_assert_msg(strstr(ended.err, saying) != NULL, "%s said of %s: %s", cc,
                  name, ended.err);
    ended_free(&ended);
}

/* Whether there is a gcc that sees jumps over an initialisation. */
static bool has_gcc(void)
{
    struct ended ended = compile("gcc", JUMPS, "right");
    bool has = ended.status == 0;

    ended_free(&ended);
    return has;
}

/* The line of the program on which HERE stands. */
static int line_of_here(const char *name)
{
    char path[128];
    int line = 1;

    snprintf(path, sizeof path, DIR "%s.c", name);
    char *text = file_read(path);
    const char *here = strstr(text, "HERE");
    ck_assert_ptr_nonnull(here);
    for (const char *c = text; c < here; c++)
        line += *c == '\n';
    free(text);
    return line;
}

START_TEST(the_right_one_compiles_and_runs)
{
    must_compile(compiler(), "", "right");
    struct ended ended = run_compiled("right");
    ck_assert_int_eq(ended.status, 0);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}
END_TEST

START_TEST(a_wait_inside_a_switch_aborts_at_the_first_resume)
{
    const char *name = "wait_inside_a_switch";
    char saying[128];

    snprintf(saying, sizeof saying,
             "coroutine reader resumed at line %d, where it does not wait\n",
             line_of_here(name));
    must_compile(compiler(), "", name);
    struct ended ended = run_compiled(name);
    ck_assert_int_eq(ended.status, 128 + SIGABRT);
    ck_assert_str_eq(ended.err, saying);
    ended_free(&ended);
}
END_TEST

START_TEST(a_local_initialised_before_a_wait_is_refused_by_name)
{
    if (!has_gcc())
        return;
    must_refuse("gcc", JUMPS, "local_across_a_wait", "jump-misses-init");
    must_refuse("gcc", JUMPS, "local_across_a_wait", "'chunk' declared here");
}
END_TEST

START_TEST(two_waits_on_one_line_are_refused)
{
    must_refuse(compiler(), "", "two_waits_on_one_line", "duplicate case");
}
END_TEST

START_TEST(a_coroutine_without_finally_is_refused)
{
    must_refuse(compiler(), "", "no_finally", "co_leave");
}
END_TEST

START_TEST(a_coroutine_without_an_end_is_refused)
{
    must_refuse(compiler(), "", "no_end", "co_over");
    if (has_gcc())
        must_refuse("gcc", "", "no_end", "return-type");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("misuse");
    TCase *tcase = tcase_create("misuse");
    SRunner *runner = srunner_create(suite);

    tcase_add_unchecked_fixture(tcase, temp_dir_make, temp_dir_remove);
    tcase_add_test(tcase, the_right_one_compiles_and_runs);
    tcase_add_test(tcase, a_wait_inside_a_switch_aborts_at_the_first_resume);
    tcase_add_test(tcase, a_local_initialised_before_a_wait_is_refused_by_name);
    tcase_add_test(tcase, two_waits_on_one_line_are_refused);
    tcase_add_test(tcase, a_coroutine_without_finally_is_refused);
    tcase_add_test(tcase, a_coroutine_without_an_end_is_refused);
    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    suite_add_tcase(suite, tcase);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
