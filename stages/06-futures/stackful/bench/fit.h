/*
 * fit.h - how many of a kind can wait at once.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_FIT_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_FIT_H

#include <stddef.h>

/* Where it was stopped, in words for people. */
struct fit {
    size_t count;
    char reason[96];
};

/*
 * Each makes one after another, each of them waiting three calls deep, until
 * one is refused, there are `cap` of them, or little memory would be left to
 * others; then ends them all. To be called in a process of its own: what is
 * refused there hurts nobody else.
 */
struct fit fit_stackless(size_t cap);
struct fit fit_fibers(const char *how, size_t cap); /* "own", "ucontext" */
struct fit fit_threads(size_t cap);
struct fit fit_processes(size_t cap);

#endif
