/*
 * wait_for.h - waits, but not for ever.
 *
 * The Python it mirrors: asyncio.wait_for() (tasks.py, 3.11).
 *
 *     self->page = async_wait_for(COROUTINE(fetch_new(url)), 30);
 *     CO_AWAIT(self, self->page);             page = await wait_for(...)
 *     use(self->page.result);
 */
#ifndef STAGES_07_LOOP_WAIT_FOR_H
#define STAGES_07_LOOP_WAIT_FOR_H

#include "loop.h"

/* Lives in the frame of who awaits it; then `co` and `result` are to be read.
 */
struct async_wait_for {
    struct coroutine co;
    void *result; /* the awaitable's */
    struct awaitable *awaitable;
    double timeout;
    struct future *future; /* what the awaitable became; held */
    struct future waiter;  /* settled by what comes first: future or timer */
    struct done_callback done;
    struct timer timer;
    const struct error *cancelled; /* who waits was, or NULL: time is up */
};

/*
 * Waits for the awaitable, at most `timeout` seconds; ASYNC_FOREVER awaits it
 * as it is. When time is up the awaitable is cancelled, and once it has ended
 * the wait fails with error_timeout; or with what it failed with, or with its
 * result, if that is how it took the cancelling. With a timeout of 0 or less
 * it must be done already. If who waits is cancelled, so is the awaitable;
 * async_shield() saves it.
 *
 * A coroutine object gets a task; a future or task is held meanwhile. A result
 * in the frame of an object is gone with it: let it point elsewhere. Also
 * fails with error_value, the timeout is no number, or the future belongs to
 * another loop; error_memory; or what is behind an awaitable that is NULL.
 */
struct async_wait_for async_wait_for(struct coroutine *awaitable,
                                     double timeout);

#endif
