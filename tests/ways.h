/*
 * ways.h - for suites that try something in every stage: the ways to run one,
 * and a directory for what comes of it.
 */
#ifndef TESTS_WAYS_H
#define TESTS_WAYS_H

#include "run.h"

#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct way {
    const char *program;
    const char *option; /* or NULL */
    bool keeps;         /* one connection for all pages */
} ways[] = {
    {"01-blocking", NULL, false},      {"02-processes", NULL, false},
    {"03-threads", NULL, false},       {"04-busy-wait", NULL, false},
    {"05-callbacks", NULL, false},     {"06-futures", NULL, false},
    {"06-stackful", NULL, false},      {"07-loop", NULL, false},
    {"07-loop", "--keep-alive", true}, {"07-loop", "--processes=2", false},
};
enum { WAYS = sizeof ways / sizeof ways[0] };

static char dir[] = "/tmp/seven-crawlers-XXXXXX";

static inline const char *file_in_dir(const char *name)
{
    static char path[sizeof dir + 32];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

/* $STAGE names one, and then no other is tried. */
static inline bool is_wanted(const struct way *way)
{
    const char *stage = getenv("STAGE");

    return stage == NULL || strcmp(stage, way->program) == 0;
}

/* To name one in a message, with whatever it was made to go through. */
static inline const char *way_name(const struct way *way)
{
    static char name[64];

    snprintf(name, sizeof name, "%s%s%s", way->program,
             way->option != NULL ? " " : "",
             way->option != NULL ? way->option : "");
    return name;
}

/* Starts it with these arguments behind its own; NULL ends them. */
static inline struct child way_start(const struct way *way,
                                     const char *const arguments[])
{
    enum { MAX_ARGUMENTS = 64 };
    char program[512];
    const char *argv[MAX_ARGUMENTS];
    int n = run_under(argv);

    argv[n++] = program;
    snprintf(program, sizeof program, "%s/tests/stages/%s", build_dir(),
             way->program);
    if (way->option != NULL)
        argv[n++] = way->option;
    for (int i = 0; arguments[i] != NULL; i++) {
        ck_assert_int_lt(n, MAX_ARGUMENTS - 1);
        argv[n++] = arguments[i];
    }
    argv[n] = NULL;
    return child_start(argv);
}

/* How many lines of a manifest begin so; "": how many there are. */
static inline size_t count_lines(const char *manifest, const char *beginning)
{
    size_t count = 0;

    for (; *manifest != '\0'; manifest += strcspn(manifest, "\n") + 1)
        count += strncmp(manifest, beginning, strlen(beginning)) == 0;
    return count;
}

static inline void make_dir(void)
{
    adopt_orphans();
    ck_assert_ptr_nonnull(mkdtemp(dir));
}

static inline void remove_dir(void)
{
    char command[64];

    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}

static inline int run_and_free(SRunner *runner)
{
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
