/*
 * allocated.h - what a stackless fetch allocates, to the byte.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_ALLOCATED_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_ALLOCATED_H

#include <stddef.h>

/* In bytes, the allocator's own included. */
struct allocated {
    size_t frame;    /* of stage 06's fetch, every frame it delegates to */
    size_t task;     /* what drives it and limits its time */
    size_t exchange; /* what the frame holds for HTTP, as every stage does */
    size_t text;     /* the URL and the request, allocated beside it */
};

/* To be called in a process of its own: it frees nothing. -1 with errno. */
int allocated_measure(struct allocated *allocated);

#endif
