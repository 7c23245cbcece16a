/*
 * chain.c - see chain.h.
 */
#include "chain.h"

static struct future *chain_link(struct coroutine *co)
{
    struct chain_link *self = (struct chain_link *)co;

    CO_BEGIN(self);
    while (self->deeper == NULL)
        CO_YIELD(self, self->never);
    CO_AWAIT(self, *self->deeper);
    CO_FINALLY(self);
    CO_END(self);
}

void chain_make(struct chain_link *frames, int depth, struct future *never)
{
    for (int i = 0; i < depth; i++)
        frames[i] = (struct chain_link){
            .co = CO_INIT(chain_link),
            .deeper = i + 1 < depth ? &frames[i + 1] : NULL,
            .never = never,
        };
}

__attribute__((noinline)) static void call(struct chain_calls *calls, int depth)
{
    if (depth > 1)
        call(calls, depth - 1);
    else
        while (!calls->stop)
            fiber_yield(&calls->never);
    __asm__ volatile(""); /* a call in last place would be made a jump */
}

const struct error *chain_call(void *data)
{
    struct chain_calls *calls = data;

    call(calls, calls->depth);
    return NULL;
}
