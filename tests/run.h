/*
 * run.h - runs the project's programs as a user would, from a test.
 */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <stdbool.h>
#include <sys/types.h>

/* A program that was started. */
struct child {
    pid_t pid;
    int out; /* the read end of its stdout, or -1 */
    int err; /* of its stderr, or -1 */
};

/* What a program that has ended left behind. */
struct ended {
    int status; /* its exit status; 128 + the signal if one killed it */
    char *out;  /* all it wrote to stdout; ended_free() frees it */
    char *err;  /* to stderr */
};

/* Where what was built is: $BUILD, or "build". */
const char *build_dir(void);

/* Puts "BUILD/name" into a static buffer. */
const char *built(const char *name);

/* RLIMIT_NOFILE of the programs started from now on; 0: as ours. */
extern int run_descriptor_limit;

/*
 * If not 0: how long a program may run that we did not write. Then it has a
 * process group of its own, which is killed with it, and dies with the test.
 */
extern int run_patience_s;

/* Whether the program may take ten times as long: $PATIENT is set. */
bool is_patient(void);

/*
 * Puts what a stage is run under before its program into `argv`, and returns
 * how many words that is: valgrind if $STAGES_UNDER_VALGRIND is set, or none.
 */
enum { RUN_UNDER_MOST = 7 };
int run_under(const char *argv[]);

/* Starts a program with its stdin at /dev/null; NULL ends the arguments. */
struct child child_start(const char *const argv[]);

/*
 * Reads its output until it ends, and reaps it. Fails the test, after having
 * killed it, if that takes longer than any test may: a minute, ten under
 * valgrind.
 */
struct ended child_end(struct child *child);

/* Both: starts it and sees it end. */
struct ended run(const char *const argv[]);

void ended_free(struct ended *ended);

/*
 * From now on orphans of our children become ours, so that they can be
 * counted (Linux). no_process_left() fails the test if there is any process
 * below us but the sites that it started, running or a zombie.
 */
void adopt_orphans(void);
void no_process_left(void);

/* Starts build/site with these further arguments. `url` is what it prints. */
struct site {
    struct child child;
    char url[64]; /* http://127.0.0.1:PORT/ */
};
struct site site_start(const char *const arguments[]);
void site_stop(struct site *site);

/* The whole file as a string, which the caller frees; fails the test if not. */
char *read_file(const char *path);

#endif
