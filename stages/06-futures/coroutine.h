/*
 * coroutine.h - functions that stop in the middle and go on later.
 *
 * A coroutine is a function and its frame: a struct that holds what must last
 * from one wait to the next, with a struct coroutine `co` as first member. The
 * function returns the future it waits for, or NULL when it is over; to
 * resume it is to call it again. It jumps to where it stopped by a switch on
 * the line saved there. The Python it mirrors: a generator function, its
 * frame, and `yield from` (PEP 255, 342, 380).
 *
 *     static struct future *fetch(struct coroutine *co)   def fetch(self):
 *     {
 *         struct fetch *self = (struct fetch *)co;
 *
 *         CO_BEGIN(self);                                     try:
 *         self->dial = dial_new(self->address);
 *         CO_AWAIT(self, self->dial);                             yield from
 * ...
 *         ...
 *         CO_FINALLY(self);                                   finally:
 *         close_if_open(self->dial.fd);
 *         CO_END(self);
 *     }
 *
 * Three rules, and who sees to them:
 *   - before CO_BEGIN only `self` is declared, and pointers into it, which
 *     every call sets anew (you);
 *   - no local with an initialiser is in scope at a wait: it would not be
 *     initialised when the function goes on there (-Wjump-misses-init);
 *   - no wait inside another switch: its label would be that one's
 *     (coroutine_lost(), at the first resume).
 */
#ifndef STAGES_06_FUTURES_COROUTINE_H
#define STAGES_06_FUTURES_COROUTINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct coroutine;
struct future; /* what is waited for; its first member is a `co`, too */
struct error;  /* why something failed */

/* Goes on. Returns the future it waits for, or NULL: it is over. */
typedef struct future *coroutine_resume(struct coroutine *co);

/* docs: 06-coroutine */
struct coroutine {
    coroutine_resume *resume;  /* the code                      gi_code */
    const struct error *error; /* what it died of, NULL: nothing */
    struct coroutine *awaits;  /* whom it waits in, or NULL     gi_yieldfrom */
    const char *function;      /* its name, once it has begun   __name__ */
    int line;                  /* where it goes on              f_lineno */
    bool leaving;              /* it is past CO_FINALLY */
};

/* A frame's line before its first step, and after its last. */
enum { CO_NEW = 0, CO_OVER = -1 };

/* The `co` of a frame of which nothing has run: what calling f() gives. */
#define CO_INIT(f) ((struct coroutine){.resume = (f)})

/* Resumed where no label is: it was over, or it waits inside a switch. */
_Noreturn static inline void coroutine_lost(const struct coroutine *co)
{
    fprintf(stderr, "coroutine %s resumed at line %d, where it does not wait\n",
            co->function != NULL ? co->function : "?", co->line);
    abort();
}

#define CO_BEGIN(self)               \
    switch ((self)->co.line) {       \
    default:                         \
        coroutine_lost(&(self)->co); \
    case CO_NEW:                     \
        (self)->co.function = __func__

/* docs: 06-await */
/* Waits until x, a future or a coroutine, is over; then look at x.co.error. */
#define CO_TRY_AWAIT(self, x)                             \
    do {                                                  \
        (self)->co.awaits = &(x).co;                      \
        (self)->co.line = __LINE__;                       \
        __attribute__((fallthrough));                     \
    case __LINE__:;                                       \
        struct future *co_waits = (x).co.resume(&(x).co); \
        if (co_waits != NULL)                             \
            return co_waits;                              \
        (self)->co.awaits = NULL;                         \
    } while (0)

/* The same; and if x failed, so does self. */
#define CO_AWAIT(self, x)                 \
    do {                                  \
        CO_TRY_AWAIT(self, x);            \
        if ((x).co.error != NULL)         \
            CO_RAISE(self, (x).co.error); \
    } while (0)
/* docs: end */

/* A bare yield: hands the future f out, and goes on here when resumed. */
#define CO_YIELD(self, f)           \
    do {                            \
        (self)->co.line = __LINE__; \
        return (f);                 \
    case __LINE__:;                 \
    } while (0)

/* Leaves by way of CO_FINALLY; from behind it, for good. */
#define CO_RETURN(self)         \
    do {                        \
        if ((self)->co.leaving) \
            goto co_over;       \
        goto co_leave;          \
    } while (0)

#define CO_RAISE(self, why)       \
    do {                          \
        (self)->co.error = (why); \
        CO_RETURN(self);          \
    } while (0)

/* Reached on success, error and cancel alike. It may wait, too. */
#define CO_FINALLY(self)     \
    co_leave:                \
    __attribute__((unused)); \
    (self)->co.leaving = true

#define CO_END(self)                                             \
    if (false)                                                   \
        goto co_leave; /* without a CO_FINALLY: no such label */ \
    co_over:                                                     \
    __attribute__((unused));                                     \
    }                                                            \
    (self)->co.line = CO_OVER;                                   \
    return NULL

#endif
