/*
 * timeout.h - a deadline for a part of a coroutine.
 *
 * The Python it mirrors: asyncio.timeout(), timeout_at() (timeouts.py).
 *
 *     CO_BEGIN(self);
 *     CO_CHECK(self, timeout_begin(&self->timeout, 30));
 *     self->page = fetch_new(url);            async with timeout(30):
 *     CO_AWAIT(self, self->page);                 page = await fetch(url)
 *     CO_FINALLY(self);
 *     self->co.error = timeout_end(&self->timeout, self->co.error);
 *     CO_END(self);
 */
#ifndef STAGES_07_LOOP_TIMEOUT_H
#define STAGES_07_LOOP_TIMEOUT_H

#include "loop.h"

enum timeout_state {
    TIMEOUT_CREATED,
    TIMEOUT_ACTIVE,
    TIMEOUT_EXPIRING, /* the task was cancelled, which is not yet known */
    TIMEOUT_EXPIRED,
    TIMEOUT_FINISHED,
};

/* Part of a frame. All zero is one that was not begun. */
struct timeout {
    enum timeout_state state;
    struct task *task;
    unsigned cancels; /* of the task, when this began */
    double when;
    struct timer timer;
};

/*
 * From now on, until timeout_end(), the task has `delay` seconds, or until
 * loop_time() is `when`; then it is cancelled. ASYNC_FOREVER: no limit.
 * Returns true; or false with error_last(): error_runtime, this is no task,
 * or it was begun already; error_value, the time is no number; error_memory.
 */
bool timeout_begin(struct timeout *timeout, double delay);
bool timeout_at_begin(struct timeout *timeout, double when);

/*
 * To be called with what ended the part, NULL if nothing did. Returns what to
 * go on with: the same; or error_timeout, if it is the cancelling by this
 * timeout, and nobody else wants the task to end. Of one that is not begun,
 * the same.
 */
const struct error *timeout_end(struct timeout *timeout,
                                const struct error *error);

/*
 * Sets another deadline. Returns false with error_last(): error_runtime, it
 * was not begun, is over, or time is up; error_value, error_memory.
 */
bool timeout_reschedule(struct timeout *timeout, double when);

/* The deadline in seconds of loop_time(), or ASYNC_FOREVER. */
double timeout_when(const struct timeout *timeout);

/* Whether time was up before it ended. */
bool timeout_expired(const struct timeout *timeout);

#endif
