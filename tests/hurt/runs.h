/*
 * runs.h - runs stages, several at a time, and keeps what they leave.
 */
#ifndef TESTS_HURT_RUNS_H
#define TESTS_HURT_RUNS_H

#include "hurt.h"
#include "shapes.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* One run of one stage, and, when it is over, what it left. */
struct run {
    const struct variant *variant;
    const struct shape *shape;
    char orders[512];  /* $HURT */
    const void *about; /* the caller's */

    pid_t pid; /* 0: it is over */
    int64_t begun_ns;
    int64_t cpu_ns; /* user and system, its children's too */
    int status;     /* as waitpid() has it */
    bool hung;      /* it had to be killed */
    bool orphans;   /* processes outlived it */
    char *out;      /* what it wrote, NUL-terminated */
    char *err;
    char *manifest; /* NULL: there is none */
    bool made_all;  /* the other files that the shape asks for have a text */
    unsigned made[HURT_CALL_COUNT];
    unsigned hurt;
};

/* Where things are, and how to run. */
struct runs_options {
    const char *build; /* the stages are in BUILD/tests/hurt */
    const char *dir;   /* for files of the runs, one below for each */
    const char *site;  /* 127.0.0.1:PORT */
    const char *under; /* a command to run them under, or NULL */
    int limit_s;       /* who runs longer hangs */
};

enum { RUNS_AT_ONCE = 64 };

/* Begins. From here on SIGCHLD, SIGINT and SIGTERM are blocked: see runs.c. */
void runs_open(const struct runs_options *options);

/* What is called with each run that is over; it is freed afterwards. */
typedef void run_over(struct run *run);

/*
 * Starts a run, after having waited until there may be one more. The pointers
 * must last, `orders` is copied.
 */
void runs_start(const struct variant *variant, const struct shape *shape,
                const char *orders, const void *about, run_over *over);

/* From now on at most so many run at a time. */
void runs_limit(int jobs);

/* Waits until none runs any more. */
void runs_await_all(void);

#endif
