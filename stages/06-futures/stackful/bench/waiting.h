/*
 * waiting.h - what a fetch costs while it waits: measured on the stages
 * themselves, as programs, from outside.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_WAITING_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_WAITING_H

#include <stddef.h>

/* Bytes that each fetch in flight adds. */
struct waiting {
    double memory; /* of the program, all its processes together */
    double kernel; /* in the kernel, for stacks and page tables; at least */
};

/*
 * Lets the stage `program` with the option `option` (NULL: none) fetch the
 * same pages from a server that never answers, one at a time and then `count`
 * at a time, and compares what it needs when all wait. Returns 0, or -1 with
 * errno: ECHILD, the program ended by itself; ETIMEDOUT, the fetches did not
 * come; EMFILE, more descriptors than we may have.
 */
int waiting_measure(const char *program, const char *option, size_t count,
                    struct waiting *each);

#endif
