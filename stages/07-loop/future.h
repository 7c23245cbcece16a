/*
 * future.h - a result that is not there yet, and who wants to know.
 *
 * The Python it mirrors: asyncio.Future (futures.py). Unlike stage 06's it
 * wakes nobody from inside the call that settles it: those who wait are put
 * in line at their loop, and get their turn in its next pass.
 *
 * A future is settled once: with a result, with an error, or by being
 * cancelled. It can be awaited as a coroutine can: CO_AWAIT(self, *future).
 */
#ifndef STAGES_07_LOOP_FUTURE_H
#define STAGES_07_LOOP_FUTURE_H

#include "error.h"
#include "handle.h"

#include "stages/06-futures/coroutine.h"

#include <stdint.h>

struct loop;
struct future_type; /* what a task, a gather ... do otherwise */

/*
 * Read it with the functions below. It must not move while it is pending.
 * Its first two members are those that every coroutine's frame begins with,
 * so `x.co` and `x.result` are right for whatever was awaited.
 */
struct future {
    struct coroutine co; /* over when it is settled; co.error: it failed */
    void *result;        /* the settler's; of a cancelled one: the message */
    struct loop *loop;
    const struct future_type *type; /* NULL: a plain future */
    struct handle *callbacks;       /* who wants to know, in this order */
    unsigned holds;                 /* it is freed when nobody holds it */
    bool in_frame;                  /* by future_new(): part of some frame */
    bool cancelled;
    bool told_once;   /* future_cancel_message() goes to the first only */
    bool unretrieved; /* it failed, and nobody has asked for the error */
};

/* Called in a later pass than the one in which the future was settled. */
typedef void future_callback(struct future *future, void *data);

/* ---- making and letting go ---- */

/*
 * A pending future of the loop (loop.create_future()), held by the caller,
 * who lets it go with future_free(). Returns NULL with error_last():
 * error_memory.
 */
struct future *loop_create_future(struct loop *loop);

/*
 * Lets a future go; NULL is fine. It is freed when nobody holds it any more:
 * you, those who combine it with others, and, of a task, the loop until the
 * task is done. An error that nobody has asked for is then reported. To await
 * it is no hold: who does sees to it that it stays until he has gone on.
 */
void future_free(struct future *future);

/* Holds a future that somebody else holds; ended by future_free(). */
struct future *future_hold(struct future *future);

/*
 * A pending future by value, for a frame: it is part of that frame, is never
 * freed, and must not be in use any more when the frame ends.
 */
struct future future_new(struct loop *loop);

/* ---- settling ---- */

/*
 * Settles it. Returns true; or false with error_last(): error_invalid_state,
 * it was settled before; error_runtime, it is a task, or another one
 * that only its maker settles, or somebody waits and the loop is closed.
 */
bool future_set_result(struct future *future, void *result);
bool future_set_error(struct future *future, const struct error *error);

/*
 * Cancels it, with a message (NULL: none) that must stay. Who awaits it fails
 * with error_cancelled. A task is asked to end: see task.h. Returns false if
 * it was settled before.
 */
bool future_cancel(struct future *future, const char *message);

/* ---- reading ---- */

bool future_done(const struct future *future);
bool future_cancelled(const struct future *future);

/*
 * Its result, into *result. Returns false with error_last() otherwise: what
 * it failed with, error_cancelled, or error_invalid_state: it is pending.
 */
bool future_result(struct future *future, void **result);

/*
 * What it failed with, into *error: NULL if it has a result. Returns false
 * with error_last(): error_cancelled, or error_invalid_state: it is pending.
 */
bool future_error(struct future *future, const struct error **error);

/*
 * The message that it was cancelled with, or NULL. A task that ended with the
 * error gives it away once, as in Python: to the first that awaits it, or asks
 * for its result or error; from then on there is none.
 */
const char *future_cancel_message(const struct future *future);

struct loop *future_get_loop(const struct future *future);

/* ---- telling others ---- */

/*
 * Has the callback called with the future once it is settled, in a later
 * pass; in the next one if it is settled already. The same may be added more
 * than once. Returns true, or false with error_last(): error_memory,
 * error_type (no callback), error_runtime (the loop is closed).
 */
bool future_add_done_callback(struct future *future, future_callback *callback,
                              void *data);

/*
 * Takes every callback out that was added with these two and is not in line
 * yet. Returns how many there were.
 */
size_t future_remove_done_callback(struct future *future,
                                   future_callback *callback, void *data);

/*
 * One such callback. All zero: it was not added, or it is done with. What
 * combines futures has them in memory of its own: see loop_internal.h.
 */
struct done_callback {
    struct handle handle;  /* among the future's callbacks, then in line */
    struct future *future; /* held from when it is settled until the call */
    future_callback *callback;
    void *data;
    bool owned; /* it frees itself */
};

/* ---- a number in the place of a pointer, and back ---- */

static inline void *number_value(intptr_t number)
{
    return (void *)number;
}

static inline intptr_t value_number(const void *value)
{
    return (intptr_t)value;
}

#endif
