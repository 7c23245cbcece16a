/*
 * gather.h - waits for several at once, and keeps their order.
 *
 * The Python it mirrors: asyncio.gather() (tasks.py).
 *
 *     self->both = async_gather(
 *         (struct coroutine *[]){COROUTINE(fetch_new(1)), &task->co}, 2);
 *     CO_CHECK(self, self->both);
 *     CO_AWAIT(self, *self->both);            a, b = await gather(...)
 *     self->outcomes = self->both->result;
 *     ...
 *     CO_FINALLY(self);
 *     future_free(self->both);
 */
#ifndef STAGES_07_LOOP_GATHER_H
#define STAGES_07_LOOP_GATHER_H

#include "loop.h"

/* What became of one of them. */
struct gather_outcome {
    void *result;              /* of a cancelled future: the message */
    const struct error *error; /* NULL: it has a result */
};

/*
 * Runs the awaitables at once: a coroutine object gets a task, a future or
 * task is held. Returns a future whose result is an array of `count`
 * outcomes in the order of the awaitables; it belongs to the future, and so do
 * the results that point into the frames of its tasks. The caller lets it go
 * with future_free(), at any time; the array of awaitables stays his.
 *
 * It fails as the first of them that fails, at once; the others run on, and
 * errors of theirs are lost. That one of them was cancelled is a failure with
 * error_cancelled, too. async_gather_exceptions() takes errors for results:
 * gather(return_exceptions=True).
 *
 * To cancel it is to cancel all of them that are not done; it is over when
 * they are, and then fails with error_cancelled even if none of them does.
 *
 * One that is given twice runs, and counts, once. With none, `awaitables` may
 * be NULL, and the future is done. Outside of a running loop the first must be
 * a future: the loop is its loop. Returns NULL with error_last():
 * error_runtime, no loop is running; error_value, a future of another loop;
 * error_memory; or what is behind an awaitable that is NULL. Then objects that
 * have no task yet are closed.
 */
struct future *async_gather(struct coroutine *const awaitables[], size_t count);
struct future *async_gather_exceptions(struct coroutine *const awaitables[],
                                       size_t count);

/* How many outcomes such a future has: len(await gather(...)). */
size_t async_gather_count(const struct future *gather);

#endif
