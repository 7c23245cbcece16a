/*
 * fiber_switch.h - how the processor goes from one stack to another: the same
 * two functions in fiber_ucontext.c and fiber_own.c.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_FIBER_SWITCH_H
#define STAGES_06_FUTURES_STACKFUL_FIBER_SWITCH_H

#include <stddef.h>

/*
 * A context is where a stack was left: enough to go on there. It is `size`
 * bytes, aligned to 16, and is the switch's own.
 */
struct fiber_switch {
    const char *name;
    size_t size;
    /*
     * Makes a context at which entry() begins, on the `stack_size` bytes from
     * `stack` (both multiples of 16). entry() must never return.
     */
    void (*make)(void *context, char *stack, size_t stack_size,
                 void (*entry)(void));
    /*
     * Leaves this stack, kept in `from`, for the one that was kept or made in
     * `to`. Returns when somebody goes back to `from`.
     */
    void (*swap)(void *from, void *to);
};

/* ucontext(3): wherever there is a C library that still has it. */
extern const struct fiber_switch fiber_ucontext;

#ifdef __x86_64__
extern const struct fiber_switch fiber_own;
#endif

/*
 * The switch called "own" or "ucontext"; NULL takes the best there is.
 * Returns NULL if this processor has none of that name.
 */
const struct fiber_switch *fiber_switch_find(const char *name);

#endif
