/*
 * switches.h - how long it takes to resume something that waits, until it
 * waits again.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_SWITCHES_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_SWITCHES_H

/*
 * Each measures for about 20 ms how long one resume and the wait after it
 * take together, `depth` calls deep (1 to CHAIN_MAX_DEPTH). Returns
 * nanoseconds, or -1 with errno.
 */
double switch_stackless_ns(int depth);
double switch_fiber_ns(const char *how, int depth); /* "own", "ucontext" */

/* Handed to another thread, or to another process, and back. */
double switch_thread_ns(int depth);
double switch_process_ns(int depth);

#endif
