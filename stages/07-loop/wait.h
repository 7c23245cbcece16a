/*
 * wait.h - waits for some of several, or for one after another.
 *
 * The Python it mirrors: asyncio.wait(), asyncio.as_completed() (tasks.py).
 *
 *     self->wait = async_wait(self->futures, 2, ASYNC_FIRST_COMPLETED, 0.5);
 *     CO_AWAIT(self, self->wait);             done, pending = await wait(...)
 *     if (future_done(self->futures[0])) ...
 */
#ifndef STAGES_07_LOOP_WAIT_H
#define STAGES_07_LOOP_WAIT_H

#include "loop.h"

/* ---- asyncio.wait() ---- */

enum async_return_when {
    ASYNC_ALL_COMPLETED,
    ASYNC_FIRST_COMPLETED,
    ASYNC_FIRST_EXCEPTION, /* a cancelled one has none */
};

/* Lives in the frame of who awaits it; then the counts are to be read. */
struct async_wait {
    struct coroutine co;
    void *result;         /* none */
    size_t done_count;    /* of different futures, which are done ... */
    size_t pending_count; /* ... or not, when the wait is over */

    struct future *const *futures;
    size_t count;
    enum async_return_when return_when;
    double timeout;
    struct waiting *all; /* these futures, while it lasts */
    struct future waiter;
    struct timer timer;
};

/*
 * Waits until all futures are done, or the first, or the first with an error;
 * at most `timeout` seconds, and what is not done then stays as it is: nothing
 * is cancelled, and no error of theirs raised. Which are done future_done()
 * says of each. One that is given twice counts once.
 *
 * The array is read when the wait begins, and not later; the futures are held
 * until it is over. Fails with error_value: there is none, the timeout is no
 * number, or no such `return_when`; error_memory.
 */
struct async_wait async_wait(struct future *const futures[], size_t count,
                             enum async_return_when return_when,
                             double timeout);

/* ---- asyncio.as_completed() ---- */

/*
 *     CO_CHECK(self, as_completed_begin(&self->each, jobs, 3, ASYNC_FOREVER));
 *     while (self->each.left > 0) {                   for next in
 *         self->next = as_completed_next(&self->each);    as_completed(jobs):
 *         CO_AWAIT(self, self->next);
 *         use(self->next.result);                         use(await next)
 *     }
 *     CO_FINALLY(self);
 *     as_completed_end(&self->each);
 */
struct as_completed {
    size_t left; /* so many more may be asked for */

    struct loop *loop;
    struct completing *items; /* one for each awaitable */
    struct future **done;     /* in the order of their ending; NULL: too late */
    size_t count, pending, arrived, taken;
    struct handle *getters; /* who waits for the next to arrive, in a ring */
    struct timer timer;
};

/* Lives in the frame of who awaits it; then `co`, `result` and `future`. */
struct as_completed_next {
    struct coroutine co;
    void *result;          /* of the one that was next; it failed as that did */
    struct future *future; /* that one; held by the struct as_completed */

    struct as_completed *each;
    struct handle link; /* among the getters */
    struct future getter;
};

/*
 * Runs the awaitables at once, as async_gather() does, to be had in the order
 * of their ending with as_completed_next(), each once. `timeout` seconds from
 * now time is up for those that are not done: they run on. Returns true; or
 * false with error_last() as async_gather(), or error_value, the timeout is no
 * number. `self` must be all zero, or ended, and may not move.
 */
bool as_completed_begin(struct as_completed *self,
                        struct coroutine *const awaitables[], size_t count,
                        double timeout);

/*
 * Waits for the next to be done, and gives what it gave, or fails as it did;
 * with error_timeout if time is up. Several may wait. May be called
 * `self->left` times.
 */
struct as_completed_next as_completed_next(struct as_completed *self);

/*
 * Lets go of all; what is not done runs on. Nobody may wait any more. Nothing
 * happens if it was not begun.
 */
void as_completed_end(struct as_completed *self);

#endif
