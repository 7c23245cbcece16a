/*
 * footprint.h - the memory that a program needs, its child processes included,
 * as /proc has it.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_FOOTPRINT_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_FOOTPRINT_H

#include <sys/types.h>

struct footprint {
    /* Bytes in memory; what n processes share counts one nth for each. */
    double memory;
    /*
     * Bytes of page tables and of a kernel stack for each thread. The
     * kernel's notes on threads, mappings and sockets come on top.
     */
    double kernel;
};

/* Of the process and its children. Returns 0, or -1 with errno. */
int footprint_take(pid_t pid, struct footprint *footprint);

#endif
