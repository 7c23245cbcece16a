/*
 * race_activity.h - what a child did while it ran: had a core, stood in line
 * for one, or (the rest of the time) waited in the kernel.
 *
 * Looked up every few milliseconds in /proc/PID/task/TID/schedstat, for all
 * threads of all processes of the child's group: nanoseconds, where times(2)
 * counts in hundredths of a second. Where there is no such file nothing is
 * known, and nothing is recorded.
 */
#ifndef COMMON_RACE_ACTIVITY_H
#define COMMON_RACE_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ACTIVITY_STEP_NS (10 * INT64_C(1000000)) /* from look to look */

/* What they did between two looks. */
struct activity_step {
    double begin, end; /* seconds since the child was started */
    double running;    /* cores they had on average: 1 is one core, busy */
    double ready;      /* threads that stood in line for one, on average */
};

struct activity {
    struct activity_step *steps;
    size_t count, room;
    int64_t started_ns, looked_ns;
    struct activity_task *tasks; /* all threads of the machine seen so far */
};

/*
 * Begins with a child that was started at `started_ns` by clock_now_ns(). The
 * caller frees with activity_free().
 */
void activity_begin(struct activity *activity, int64_t started_ns);

/*
 * Looks at the process group `group`, and adds a step; not if the last look was
 * less than a millisecond ago. Without memory the step is left out.
 */
void activity_look(struct activity *activity, pid_t group);

/* It is over: frees what only looking needs. The steps stay. */
void activity_end(struct activity *activity);

/* Frees all; `activity` is as empty as {0} then. */
void activity_free(struct activity *activity);

#endif
