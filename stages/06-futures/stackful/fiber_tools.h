/*
 * fiber_tools.h - what the address sanitizer and valgrind must be told of
 * stacks that change under their feet. In other builds nothing is left of it.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_FIBER_TOOLS_H
#define STAGES_06_FUTURES_STACKFUL_FIBER_TOOLS_H

#include <stddef.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#elif defined __SANITIZE_ADDRESS__
#define FIBER_ASAN 1
#endif

#ifdef __has_include
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

/* A stack, as the tools know it. */
struct fiber_tools {
    const void *stack; /* its lowest byte */
    size_t size;
    void *fake_stack;     /* the sanitizer's, while it is left */
    unsigned valgrind_id; /* valgrind's number for it */
};

#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

/* We leave a stack, for good if `from` is NULL, and go to another. */
static inline void fiber_tools_leave(struct fiber_tools *from,
                                     const struct fiber_tools *to)
{
    __sanitizer_start_switch_fiber(from != NULL ? &from->fake_stack : NULL,
                                   to->stack, to->size);
}

/* We are on a stack (again), and learn from which one we came. */
static inline void fiber_tools_arrive(struct fiber_tools *here,
                                      struct fiber_tools *from)
{
    __sanitizer_finish_switch_fiber(here->fake_stack, &from->stack,
                                    &from->size);
}

/* Of an earlier stack in this place marks may be left. */
static inline void fiber_tools_clean(const struct fiber_tools *tools)
{
    __asan_unpoison_memory_region(tools->stack, tools->size);
}
#else
static inline void fiber_tools_leave(struct fiber_tools *from,
                                     const struct fiber_tools *to)
{
    (void)from;
    (void)to;
}

static inline void fiber_tools_arrive(struct fiber_tools *here,
                                      struct fiber_tools *from)
{
    (void)here;
    (void)from;
}

static inline void fiber_tools_clean(const struct fiber_tools *tools)
{
    (void)tools;
}
#endif

/* There is a stack, from now on. */
static inline struct fiber_tools fiber_tools_new(char *stack, size_t size)
{
    struct fiber_tools tools = {.stack = stack, .size = size};

    fiber_tools_clean(&tools);
#ifdef VALGRIND_STACK_REGISTER
    tools.valgrind_id = VALGRIND_STACK_REGISTER(stack, stack + size);
#endif
    return tools;
}

/* It will be unmapped. */
static inline void fiber_tools_end(const struct fiber_tools *tools)
{
    fiber_tools_clean(tools);
#ifdef VALGRIND_STACK_REGISTER
    VALGRIND_STACK_DEREGISTER(tools->valgrind_id);
#endif
}

#endif
