/*
 * soak_test.c - does tests/soak.sh find what it is there to find? A short soak
 * of stages as they are, one of programs that do not do what they should, and
 * samples as those would give them that grow.
 */
#include "run.h"
#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void must_say(const struct ended *ended, const char *text)
{
    ck_assert_msg(strstr(ended->out, text) != NULL, "no '%s' in\n%s%s", text,
                  ended->out, ended->err);
}

/* ---- whole soaks ---- */

/*
 * Programs in the place of a stage: each lets stage 05 crawl, with the
 * arguments that it was given, and then does this.
 */
static const struct {
    const char *name;
    const char *script;
} programs[] = {
    {"well", "exit $code"},
    {"losing", "sed -i 2d $manifest; exit $code"},
    {"lying", "sed -i '2s/^ok 200/ok 201/' $manifest; exit $code"},
    {"inventing", "echo ok 200 1 0 http://x/ >>$manifest; exit $code"},
    {"late", "sed -i 's/^ok .*/timeout - - -/' $manifest; exit 1"},
    {"leaving", "echo left over: 1 threads >&2; exit 99"},
    {"hanging", "exec sleep 1000"},
};

static void write_program(const char *name, const char *script)
{
    char path[64];

    snprintf(path, sizeof path, "tests/stages/%s", name);
    char *program = temp_path(path);
    FILE *file = fopen(program, "we");
    ck_assert_ptr_nonnull(file);
    fprintf(file,
            "#!/bin/sh\n"
            "code=0\n"
            "for a; do case $a in --manifest=*) manifest=${a#*=};; esac; done\n"
            "%s \"$@\" || code=$?\n"
            "%s\n",
            built("tests/stages/05-callbacks"), script);
    fclose(file);
    ck_assert_int_eq(chmod(program, 0755), 0);
    free(program);
}

/* A directory that could be build/, with those programs and the site. */
static void make_build(void)
{
    char command[1024], *dir;

    temp_dir_make();
    dir = temp_path("");
    snprintf(command, sizeof command,
             "mkdir -p %s/tests/stages && ln -s \"$(realpath %s/site)\" %s",
             dir, build_dir(), dir);
    ck_assert_int_eq(system(command), 0);
    free(dir);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        write_program(programs[i].name, programs[i].script);
    /* It keeps for a while what was freed, which looks like growth. */
    setenv("ASAN_OPTIONS", "quarantine_size_mb=0", 1);
}

static void remove_build(void)
{
    char command[512], *tests = temp_path("tests");

    snprintf(command, sizeof command, "rm -r %s", tests);
    ck_assert_int_eq(system(command), 0);
    temp_dir_remove();
    free(tests);
}

START_TEST(a_soak_in_which_all_is_well_says_so)
{
    struct ended ended = run((const char *const[]){
        "/bin/sh", "tests/soak.sh", build_dir(), "CONNECTIONS=200",
        "LATENCY=0.05", "EVERY=0.02", "PAGES=6000", "05-callbacks",
        "07-loop --keep-alive", NULL});

    ck_assert_msg(ended.status == 0, "%s%s", ended.out, ended.err);
    must_say(&ended, "\n05-callbacks            6000 ");
    must_say(&ended, "\n07-loop --keep-alive    6000 ");
    must_say(&ended, "\nOne manifest of all:\n  59");
    ended_free(&ended);
}
END_TEST

/* A short one, of which the memory cannot be judged. */
static struct ended soak_programs(const char *first, const char *second)
{
    char *dir = temp_path("");
    struct ended ended = run((const char *const[]){
        "/bin/sh", "tests/soak.sh", dir, "CONNECTIONS=50", "LATENCY=0.01",
        "EVERY=0.01", "PAGES=300", "PATIENCE=1", first, second, NULL});

    ck_assert_msg(ended.status == 1, "%s%s", ended.out, ended.err);
    free(dir);
    return ended;
}

static const struct {
    const char *first, *second;
    const char *says[3];
} soaks[] = {
    {"losing",
     NULL,
     {"  losing: pages asked for and in its manifest (> lost", "> http://127",
      "\nThe first manifest:"}},
    {"inventing", NULL, {"  inventing: pages asked for", "< http://x/"}},
    {"well", "lying", {"  lying: its manifest is another one", "> ok 201 "}},
    {"late", NULL, {" timeout: no fault of this site comes to that"}},
    {"leaving",
     NULL,
     {"  leaving: it ended with 99, not 1, and said:\nleft over: 1 threads"}},
    {"hanging", NULL, {"  hanging: it ended with 137"}},
};

START_TEST(what_a_stage_does_wrong_is_said)
{
    struct ended ended = soak_programs(soaks[_i].first, soaks[_i].second);

    for (size_t i = 0; i < 3 && soaks[_i].says[i] != NULL; i++)
        must_say(&ended, soaks[_i].says[i]);
    ended_free(&ended);
}
END_TEST

/* ---- samples ---- */

/*
 * What a stage with 100 connections did in 60 samples, of which the last ten
 * do not count. Pages of memory have 4 KiB; malloc's least block has 32 bytes.
 */
enum { SAMPLES = 60, CONNECTIONS = 100, PAGES = 400000 };

struct seen {
    const char *says; /* NULL: nothing */
    long pages, in_flight;
    int descriptors, samples;
    double bytes_a_page;  /* from the beginning to the last ten samples */
    int at_start, at_end; /* pages of memory more, then */
};

static const struct seen seen[] = {
    {NULL, PAGES, CONNECTIONS, 112, SAMPLES, 0, 0, 0},
    {NULL, PAGES, CONNECTIONS, 112, SAMPLES, 0, 9000, 0},
    {NULL, PAGES, CONNECTIONS, 112, SAMPLES, 0, 0, 9000},
    {NULL, PAGES, CONNECTIONS, 112, SAMPLES, 1, 0, 0},
    {"in the second half its memory grew by 6", PAGES, CONNECTIONS, 112,
     SAMPLES, 32, 0, 0},
    {"133 descriptors are more than its connections need", PAGES, CONNECTIONS,
     133, SAMPLES, 0, 0, 0},
    {"it says 399999 pages, not 400000", PAGES - 1, CONNECTIONS, 112, SAMPLES,
     0, 0, 0},
    {"there were 99 pages in flight, not 100", PAGES, CONNECTIONS - 1, 112,
     SAMPLES, 0, 0, 0},
    {"only 7 samples under load: too few to judge", PAGES, CONNECTIONS, 112, 17,
     0, 0, 0},
    {"only 0 samples under load: too few to judge", PAGES, CONNECTIONS, 50,
     SAMPLES, 0, 0, 0},
};

static void write_samples(const char *path, const struct seen *run_seen)
{
    FILE *file = fopen(path, "we");
    double grown = 1000, step = run_seen->bytes_a_page * PAGES / 4096 / 50;

    for (int i = 0; i < run_seen->samples; i++, grown += step)
        fprintf(file, "%d.5 %d %d\n", 70000 + i, run_seen->descriptors,
                (int)grown + (i < 5 ? -900 : 0) +
                    (i < SAMPLES / 4 ? 0 : run_seen->at_start) +
                    (i < SAMPLES - 10 ? 0 : run_seen->at_end));
    fclose(file);
}

static void write_json(const char *path, const struct seen *run_seen)
{
    FILE *file = fopen(path, "we");

    fprintf(file,
            "{\"stage\": \"x\", \"pages\": %ld, \"failed\": 1,\n"
            " \"wall_s\": 60.5, \"max_in_flight\": %ld, \"waits\": 3}\n",
            run_seen->pages, run_seen->in_flight);
    fclose(file);
}

START_TEST(what_is_seen_from_outside_is_judged)
{
    const struct seen *run_seen = &seen[_i];
    char *json = temp_path("json"), *samples = temp_path("samples");

    write_json(json, run_seen);
    write_samples(samples, run_seen);
    struct ended ended = run((const char *const[]){
        "/usr/bin/awk", "-v", "name=x", "-v", "pages=400000", "-v",
        "connections=100", "-v", "page_kib=4", "-v", "latency=3", "-f",
        "tests/soak.awk", "what=json", json, "what=samples", samples, NULL});
    ck_assert_msg(ended.status == (run_seen->says != NULL), "%s%s", ended.out,
                  ended.err);
    must_say(&ended, run_seen->says != NULL ? run_seen->says : "\n");
    ended_free(&ended);
    free(json);
    free(samples);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("soak");
    TCase *whole = tcase_create("whole");
    SRunner *runner = srunner_create(suite);

    tcase_add_unchecked_fixture(whole, make_build, remove_build);
    tcase_set_timeout(whole, is_patient() ? 600 : 60);
    tcase_add_test(whole, a_soak_in_which_all_is_well_says_so);
    tcase_add_loop_test(whole, what_a_stage_does_wrong_is_said, 0,
                        sizeof soaks / sizeof soaks[0]);
    tcase_add_loop_test(whole, what_is_seen_from_outside_is_judged, 0,
                        sizeof seen / sizeof seen[0]);
    suite_add_tcase(suite, whole);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
