/*
 * fiber_ucontext.c - the switch of ucontext(3), in C on any processor.
 *
 * It keeps all that a signal handler would have to put back, the set of
 * blocked signals among it: two system calls for every wait and its end. POSIX
 * dropped it in 2008; the C library here still has it.
 */
#include "fiber_switch.h"

#include <stdlib.h>
#include <ucontext.h>

static void ucontext_make(void *opaque, char *stack, size_t stack_size,
                          void (*entry)(void))
{
    ucontext_t *context = opaque;

    if (getcontext(context) < 0)
        abort(); /* it has no reason to fail */
    context->uc_stack.ss_sp = stack;
    context->uc_stack.ss_size = stack_size;
    context->uc_link = NULL;
    makecontext(context, entry, 0);
}

static void ucontext_swap(void *from, void *to)
{
    if (swapcontext(from, to) < 0)
        abort();
}

const struct fiber_switch fiber_ucontext = {
    .name = "ucontext",
    .size = sizeof(ucontext_t),
    .make = ucontext_make,
    .swap = ucontext_swap,
};
