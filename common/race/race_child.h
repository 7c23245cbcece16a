/*
 * race_child.h - child processes: started, waited for, always ended.
 *
 * A child leads a process group of its own, so that it ends together with
 * what it started, and so that a Ctrl-C at the terminal reaches the race
 * alone, which then ends everybody in its own order.
 */
#ifndef COMMON_RACE_CHILD_H
#define COMMON_RACE_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct child {
    pid_t pid; /* 0: there is none */
};

/*
 * Blocks SIGCHLD, SIGINT, SIGTERM and SIGHUP from now on but for the moments
 * in which the functions below wait, and ignores SIGPIPE: no signal comes
 * between a look and the wait, and none is lost.
 */
void child_signals_hold(void);

/* Lets them come at any time: a call that waits is interrupted (EINTR). */
void child_signals_release(void);

/* The first of SIGINT, SIGTERM and SIGHUP that came, or 0. */
int child_signal(void);

/*
 * Starts the program argv[0] (searched in PATH if it has no slash) with its
 * output on the descriptors `out` and `err` and nothing to read. Returns 0,
 * or -1 with errno, that of execvp(3) included: then there is no process.
 */
int child_start(struct child *child, char *const argv[], int out, int err);

enum child_news {
    CHILD_ENDED,       /* it is over; child_reap() is due */
    CHILD_OVERDUE,     /* the deadline passed */
    CHILD_INTERRUPTED, /* see child_signal() */
    CHILD_OTHER_ENDED, /* the other one is over */
    CHILD_READABLE,    /* the descriptor is */
};

/*
 * Waits until the child ends, until `deadline` (by clock_now_ns()), until a
 * signal asks us to leave, until `other` ends (NULL: nobody else) or until
 * `fd` is readable (-1: none). Ends nobody, reaps nobody.
 */
enum child_news child_wait(const struct child *child, int64_t deadline,
                           const struct child *other, int fd);

/* Whether it has ended, as far as one can tell without waiting. */
bool child_has_ended(const struct child *child);

/*
 * Kills what is left of the child's group, waits for the child and forgets
 * it. Sets *status as waitpid() does and *usage to what the kernel accounted
 * to it and to its children that it waited for; both may be NULL. Nothing to
 * do if there is no child.
 */
void child_reap(struct child *child, int *status, struct rusage *usage);

/* Asks the child to end (SIGTERM), gives it two seconds, then reaps it. */
void child_stop(struct child *child);

#endif
