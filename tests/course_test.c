/*
 * course_test.c - the runner of the exercises, with a small course made here,
 * and the grader of a learner's own crawler.
 */
#include "run.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char base[32];      /* of all tests */
static char directory[64]; /* of one of them, in it */

/* Three exercises in two chapters: each asks for its own name. */
static const char make_course[] =
    "for id in 00/1-warm-up 00/2-fix 01/1-warm-up; do\n"
    "    d=$EXERCISES/$id; mkdir -p $d; cd $d\n"
    "    echo \"# The name of $id\" >task.md\n"
    "    printf 'look %s\\n---\\nlisten %s\\n---\\nput %s\\n' $id $id $id \\\n"
    "        >hints.md\n"
    "    printf '#include <stdio.h>\\nint main(void)\\n{\\n"
    "    puts(\"%s\"); /* your turn: who? */\\n}\\n' nobody >starter.c\n"
    "    sed s,nobody,$id, starter.c >solution.c\n"
    "    echo '[ \"$($1)\" = '$id' ] || { echo it is not '$id'; exit 1; }' \\\n"
    "        >test.sh\n"
    "done\n";

/* Runs the shell over a command, put together as by printf(). */
__attribute__((format(printf, 1, 2))) static struct ended
shell(const char *format, ...)
{
    char command[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    return run((const char *[]){"/bin/sh", "-c", command, NULL});
}

static void make_base(void)
{
    strcpy(base, "/tmp/course-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(base));
}

/* Unchecked, so that it is removed whatever becomes of the tests. */
static void remove_base(void)
{
    struct ended ended = shell("rm -rf %s", base);

    ended_free(&ended);
}

static void make_directory(void)
{
    char path[128];

    snprintf(directory, sizeof directory, "%s/XXXXXX", base);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/e", directory);
    setenv("EXERCISES", path, 1);
    snprintf(path, sizeof path, "%s/c", directory);
    setenv("COURSE", path, 1);
    setenv("d", path, 1);
    setenv("CFLAGS", "-O0", 1);
    struct ended ended = shell("%s", make_course);
    ck_assert_msg(ended.status == 0, "%s", ended.err);
    ended_free(&ended);
}

/* Nothing that is said is wider than a terminal. */
static void is_narrow(const char *text)
{
    for (; *text != '\0'; text += strspn(text, "\n")) {
        size_t columns = strcspn(text, "\n");
        ck_assert_msg(columns <= 80, "too wide: %.*s", (int)columns, text);
        text += columns;
    }
}

/*
 * Runs a command in which `course` stands for the runner. It must end with
 * `status` and say these words, on stdout or on stderr.
 */
static void says(int status, const char *command, const char *words)
{
    struct ended ended =
        shell("course() { sh docs/tools/course.sh \"$@\"; }\n%s", command);

    if (strstr(command, "course") != NULL && strstr(command, "prove") == NULL)
        is_narrow(ended.out);
    ck_assert_msg(ended.status == status && (strstr(ended.out, words) != NULL ||
                                             strstr(ended.err, words) != NULL),
                  "%s: ended with %d and said: %s%s", command, ended.status,
                  ended.out, ended.err);
    ended_free(&ended);
}

/* Puts our solution in the place of the learner's copy. */
#define SOLVE(id)                                                           \
    "mkdir -p $(dirname $d/" id "); cp $EXERCISES/" id "/solution.c $d/" id \
    ".c; "

/* ---- being led ---- */

START_TEST(the_first_time_it_shows_the_first_exercise_and_makes_a_copy)
{
    says(0, "course", "0 of 3 exercises are done");
    says(0, "course", "00/1-warm-up: The name of 00/1-warm-up");
    says(0, "course", "make course DO=check");
    says(0, "cmp $EXERCISES/00/1-warm-up/starter.c $d/00/1-warm-up.c", "");
}
END_TEST

START_TEST(what_is_not_right_yet_is_told_by_the_test)
{
    says(1, "course check", "00/1-warm-up: not yet.");
    says(1, "course check", "it is not 00/1-warm-up");
    says(1, "course check", "still as it was given");
    says(1, "course check", "edit   ");
}
END_TEST

START_TEST(what_does_not_compile_is_told_by_the_compiler)
{
    says(1, "course >$d.out; echo oops >$d/00/1-warm-up.c; course check",
         "does not compile yet");
    says(1, "course check", "error:");
    says(1, "course check", "make course DO=check");
}
END_TEST

START_TEST(what_is_right_counts_and_the_solution_can_be_seen)
{
    says(1, "course solution", "shown once yours is right");
    says(0, SOLVE("00/1-warm-up") "course check",
         "that is right. 1 of 3 are done");
    says(0, "course", "It is done.");
    says(0, "course solution", "+    puts(\"00/1-warm-up\")");
    says(0, "course list", "00/1-warm-up   done");
}
END_TEST

START_TEST(next_goes_on_and_comes_back_to_what_was_left)
{
    says(0, "course next", "00/1-warm-up is left for later");
    says(0, "course", "00/2-fix: The name");
    says(0, "course check || " SOLVE("00/2-fix") "course check; course next",
         "01/1-warm-up: The name");
    says(0, "course list", "00/1-warm-up   later");
    says(0, SOLVE("01/1-warm-up") "course check; course next",
         "00/1-warm-up: The name");
    says(0, "course next", "the only one that is left");
    says(0, SOLVE("00/1-warm-up") "course check; course next",
         "That was all of it");
}
END_TEST

START_TEST(hints_come_one_at_a_time_and_are_counted)
{
    says(0, "course hint", "look 00/1-warm-up");
    says(0, "course", "1 of 3 given");
    says(0, "course hint", "listen 00/1-warm-up");
    says(0, "course hint", "That was the last one");
    says(0, "course hint", "all three hints are given");
    says(0, "course hint", "put 00/1-warm-up");
    says(0, "course hint 00/2", "look 00/2-fix");
}
END_TEST

START_TEST(reset_gives_the_starter_again_and_loses_nothing)
{
    says(0, "course >$d.out; echo mine >$d/00/1-warm-up.c; course reset",
         "00/1-warm-up.c.old");
    says(0, "cmp $EXERCISES/00/1-warm-up/starter.c $d/00/1-warm-up.c", "");
    says(0, "cat $d/00/1-warm-up.c.old", "mine");
    says(0, "course reset", "is as it was given");
    says(0, "echo more >$d/00/1-warm-up.c; course reset", ".old2");
    says(0, "cat $d/00/1-warm-up.c.old", "mine");
}
END_TEST

START_TEST(any_exercise_can_be_chosen_and_stays_chosen)
{
    says(0, "course show 01/1-warm-up", "01/1-warm-up: The name");
    says(0, "course", "01/1-warm-up: The name");
    says(1, "course check 0/2", "it is not 00/2-fix");
    says(0, "course list", "00/2-fix        <-");
}
END_TEST

START_TEST(what_there_is_not_is_named_with_what_there_is)
{
    says(2, "course show 07/1-warm-up",
         "There are 00/1-warm-up to 01/1-warm-u");
    says(2, "course show '.*'", "no exercise '.*'");
    says(2, "course show ../etc", "no exercise");
    says(2, "course think", "there is no DO=think");
    says(2, "course think", "DO=check, hint, reset, solution, next and list");
}
END_TEST

START_TEST(progress_that_is_damaged_is_named_and_nothing_is_lost)
{
    says(0, SOLVE("00/1-warm-up") "course hint", "hint 1");
    says(1, "echo 00/2-fix dun 1 >>$d/progress; course", "damaged in line 4");
    says(1, "course check", "What you wrote is unhurt");
    says(1, ": >$d/progress; course", "damaged in line 1");
    says(1, "head -c 999 /dev/urandom >$d/progress; course", "damaged");
    says(2, "rm $d/progress; mkdir $d/progress; course", "progress");
    says(0, "rmdir $d/progress; course", "0 of 3");
    says(2, "echo at 09/1-gone >$d/progress; course", "choose another one");
}
END_TEST

/* ---- the proof ---- */

START_TEST(what_is_wrong_with_an_exercise_is_found)
{
    says(2, "course prove", "there is no ");
    says(2, "EXERCISES=/nonexistent; course prove", "there are no exercises");
    /* What would make it whole, without a look at the programs. */
    says(1,
         "for k in 3-extend 4-measure; do "
         "cp -r $EXERCISES/00/2-fix $EXERCISES/00/$k; done; "
         "rm -r $EXERCISES/01; mkdir $d; BUILD=$d\n"
         "echo look >$EXERCISES/00/2-fix/hints.md\n"
         "cp $EXERCISES/00/3-extend/starter.c $EXERCISES/00/3-extend/so*.c\n"
         "rm $EXERCISES/00/4-measure/test.sh\n"
         "course prove >$d.out; code=$?\n"
         "sort $d.out; exit $code",
         "2-fix: hints.md has not three hints");
    says(0, "cat $d.out", "3-extend: starter.c and solution.c are the same");
    says(0, "cat $d.out", "4-measure: there is no test.sh");
    says(0, "cat $d.out", "1-warm-up: there is no ");
}
END_TEST

/* `both` is what the starter does, and the solution, in the place of a C. */
static void prove_of(int status, const char *starter, const char *solution,
                     const char *words)
{
    char command[1024];

    snprintf(command, sizeof command,
             "rm -rf $EXERCISES/01; cd $EXERCISES/00\n"
             "for k in 3-extend 4-measure; do cp -r 2-fix $k; done\n"
             "for k in *; do b=$d/exercises/00/$k; mkdir -p $b\n"
             "    echo 'sh \"$1\"' >$k/test.sh\n"
             "    echo '%s' >$b/starter; echo '%s' >$b/solution\n"
             "    chmod +x $b/*; done; cd - >$d.out\n"
             "BUILD=$d; course prove",
             starter, solution);
    says(status, command, words);
}

START_TEST(a_starter_must_fail_and_a_solution_must_pass)
{
    prove_of(
        0, "echo no; exit 1", "exit 0",
        "course: 4 exercises, every starter fails and every solution pass");
    prove_of(1, "exit 0", "exit 0", "the starter's test ends with 0, not 1");
    prove_of(1, "exit 1", "exit 0", "does not say one line");
    prove_of(1, "echo no; exit 1", "echo no; exit 1",
             "the solution's test ends with 1, not 0: no");
}
END_TEST

/* ---- grading ---- */

/* Writes a script that is a crawler of sorts. */
static char *script(const char *text)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/crawler", directory);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "#!/bin/sh\n%s\n", text);
    fclose(file);
    setenv("script", path, 1);
    ck_assert_int_eq(system("chmod +x $script"), 0);
    return path;
}

START_TEST(a_stage_has_all_behaviours)
{
    says(0, "course grade ${BUILD:-build}/03-threads",
         "57 of 57 behaviours hold.");
}
END_TEST

START_TEST(a_program_that_does_nothing_is_told_what_to_begin_with)
{
    says(1, "course grade /bin/true", "true wrote no manifest");
    says(1, "course grade /bin/true", "Begin with this one");
    says(1, "course grade /bin/true", "0 of 57 behaviours hold.");
}
END_TEST

START_TEST(a_manifest_that_is_wrong_is_shown_beside_the_right_one)
{
    script("for a; do case $a in --manifest=*)\n"
           "    echo ok 200 1 12 http://127.0.0.1/ >\"${a#*=}\" ;; esac; done");
    says(1, "course grade $script", "crawler has 0 of 3 lines right");
    says(1, "course grade $script", "0 of 57 behaviours hold.");
}
END_TEST

START_TEST(a_crawler_that_has_only_some_of_it_gets_its_part)
{
    /* It knows a stage's first options alone. */
    script("for a; do case $a in\n"
           "    --manifest=* | http* | -f | -c* | -t*) ;;\n"
           "    *) exit 3 ;; esac; done\n"
           "exec ${BUILD:-build}/03-threads \"$@\"");
    says(1, "course grade $script", "22 of 57 behaviours hold.");
}
END_TEST

START_TEST(what_cannot_be_graded_is_named)
{
    says(2, "course grade /nonexistent", "there is no /nonexistent");
    says(2, "course grade /tmp", "is a directory");
    says(2, "course grade Makefile", "cannot be executed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("course");
    TCase *led = tcase_create("led"), *grading = tcase_create("grading");

    tcase_add_unchecked_fixture(led, make_base, remove_base);
    tcase_add_checked_fixture(led, make_directory, NULL);
    tcase_add_test(led,
                   the_first_time_it_shows_the_first_exercise_and_makes_a_copy);
    tcase_add_test(led, what_is_not_right_yet_is_told_by_the_test);
    tcase_add_test(led, what_does_not_compile_is_told_by_the_compiler);
    tcase_add_test(led, what_is_right_counts_and_the_solution_can_be_seen);
    tcase_add_test(led, next_goes_on_and_comes_back_to_what_was_left);
    tcase_add_test(led, hints_come_one_at_a_time_and_are_counted);
    tcase_add_test(led, reset_gives_the_starter_again_and_loses_nothing);
    tcase_add_test(led, any_exercise_can_be_chosen_and_stays_chosen);
    tcase_add_test(led, what_there_is_not_is_named_with_what_there_is);
    tcase_add_test(led, progress_that_is_damaged_is_named_and_nothing_is_lost);
    tcase_add_test(led, what_is_wrong_with_an_exercise_is_found);
    tcase_add_test(led, a_starter_must_fail_and_a_solution_must_pass);
    tcase_add_unchecked_fixture(grading, make_base, remove_base);
    tcase_add_checked_fixture(grading, make_directory, NULL);
    tcase_add_test(grading, a_stage_has_all_behaviours);
    tcase_add_test(grading,
                   a_program_that_does_nothing_is_told_what_to_begin_with);
    tcase_add_test(grading,
                   a_manifest_that_is_wrong_is_shown_beside_the_right_one);
    tcase_add_test(grading, a_crawler_that_has_only_some_of_it_gets_its_part);
    tcase_add_test(grading, what_cannot_be_graded_is_named);
    tcase_set_timeout(led, 60);
    tcase_set_timeout(grading, 120);
    suite_add_tcase(suite, led);
    suite_add_tcase(suite, grading);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
