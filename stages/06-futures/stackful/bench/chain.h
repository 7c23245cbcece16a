/*
 * chain.h - something that waits, some calls deep, in each of two ways: a
 * chain of stackless frames, each awaiting the next, and a fiber in a chain of
 * calls. Only the innermost waits; resumed, it waits again.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_CHAIN_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_CHAIN_H

#include "stages/06-futures/stackful/fiber.h"

enum { CHAIN_MAX_DEPTH = 8 };

/* A stackless frame with next to nothing in it. */
struct chain_link {
    struct coroutine co;
    struct chain_link *deeper; /* whom it awaits; NULL: the innermost */
    struct future *never;      /* what the innermost waits for */
};

/*
 * Makes frames[0] .. frames[depth - 1] a chain. Resumed at frames[0].co it
 * hands `never` out, for ever; its frames need no freeing.
 */
void chain_make(struct chain_link *frames, int depth, struct future *never);

/* What a fiber does the same with. */
struct chain_calls {
    int depth;
    struct future never;
    bool stop; /* resumed once more, it ends */
};

/* For fiber_new(), with a struct chain_calls. */
const struct error *chain_call(void *calls);

#endif
