/*
 * measures.h - what build/micro measures: each a function that does its work
 * `size` at a time and returns what one costs, or NAN if it could not be done.
 *
 * Beside each stands, where there is one, its floor: the same work in bare C,
 * with nothing of the loop.
 */
#ifndef STAGES_07_LOOP_BENCH_MEASURES_H
#define STAGES_07_LOOP_BENCH_MEASURES_H

#include <stdbool.h>
#include <stddef.h>

/* Does less, to see whether it works. */
extern bool measures_quick;

/* How often something is done in one measurement: `times`, or a fraction. */
size_t measures_times(size_t times);

/* ---- floors.c: nanoseconds ---- */

double floor_switch(size_t generators); /* resume, yield, and to the end */
double floor_callback(size_t batch);    /* put in a queue, and called */
double floor_poll(size_t descriptors);  /* epoll_wait(0), nothing ready */
double floor_timer(size_t pending);     /* stage 05's heap: set, drop */
double floor_spawn(size_t depth);       /* malloc, resume to its end, free */

/* ---- tasks.c ---- */

double task_switch(size_t tasks);    /* ns: async_sleep(0), all in turn */
double spawn_and_join(size_t depth); /* ns: a task made, awaited, freed */
double sleeping_task(size_t tasks);  /* bytes allocated for each */

/* ---- callbacks.c: nanoseconds ---- */

double call_soon_chain(size_t length);  /* each puts the next one in line */
double call_soon_batch(size_t batch);   /* all in line, then one pass */
double polled_pass(size_t descriptors); /* a pass that asks the kernel */

/* ---- timers.c ---- */

double timer_arm_and_cancel(size_t pending); /* ns */
double timer_arm_and_fire(size_t count);     /* ns: all set, all called */
double timers_cpu(size_t count);      /* ns of CPU a timer, due within 1 s */
double timers_lateness(size_t count); /* ms: how late the worst of them was */

#endif
