/*
 * wait_for.c - see wait_for.h. The algorithm is that of Python 3.11: the
 * awaitable is a task of its own, so that it can be cancelled alone.
 */
#include "wait_for.h"

#include "loop_internal.h"

/* A line of a frame of which nothing has run, but which owns something. */
enum { NOT_BEGUN = -4 };

/* ---- what releases a waiter ---- */

static void release(void *waiter)
{
    if (!future_done(waiter))
        future_settle_result(waiter, NULL);
}

/* NULL: it will never be done. */
static void on_done(struct future *future, void *waiter)
{
    if (future != NULL)
        release(waiter);
}

/* ---- wait_for ---- */

/* ensure_future(): from now on the object belongs to its task. */
static bool make_future(struct async_wait_for *self)
{
    struct coroutine *awaitable = &self->awaitable->co;

    self->awaitable = NULL;
    self->future = async_ensure_future(awaitable, async_get_running_loop());
    return self->future != NULL;
}

static void hold_if_future(struct async_wait_for *self)
{
    if (async_isfuture(&self->awaitable->co))
        self->future = future_hold((struct future *)self->awaitable);
}

static bool begin(struct async_wait_for *self)
{
    struct loop *loop = async_get_running_loop();

    if (loop == NULL) /* a coroutine that is closed waits for something new */
        return false;
    self->waiter = future_new(loop);
    if (!loop_call_later(loop, &self->timer, self->timeout, release,
                         &self->waiter) ||
        !make_future(self))
        return false;
    future_watch(self->future, &self->done, on_done, &self->waiter);
    return true;
}

/*
 *     async def _cancel_and_wait(fut):
 *         fut.add_done_callback(cb)
 *         fut.cancel()
 *         await waiter
 */
static void cancel_it(struct async_wait_for *self)
{
    self->cancelled = self->waiter.co.error;
    future_unwatch(&self->done);
    self->waiter = future_new(async_get_running_loop());
    future_watch(self->future, &self->done, on_done, &self->waiter);
    future_cancel(self->future, NULL);
}

/* It was cancelled for being late: how did it take that? */
static const struct error *late(struct async_wait_for *self)
{
    const struct error *error = future_receive(self->future, &self->result);

    return error_is(error, &error_cancelled) ? &error_timeout : error;
}

/* Ours to free, unless a task has it: a future is its owner's. */
static void close_awaitable(struct async_wait_for *self)
{
    struct awaitable *awaitable = self->awaitable;

    self->awaitable = NULL;
    if (awaitable != NULL && !async_isfuture(&awaitable->co))
        coroutine_close(&awaitable->co);
}

static void clean_up(struct async_wait_for *self)
{
    if (self->waiter.loop != NULL)
        timer_cancel(self->waiter.loop, &self->timer);
    future_unwatch(&self->done);
    future_free(self->future);
    close_awaitable(self);
}

/*
 *     async def wait_for(fut, timeout):
 *         if timeout is None:
 *             return await fut
 *         ...                                 # the timer, the callback
 *         try:
 *             await waiter                    # not if timeout <= 0
 *         except CancelledError:
 *             if fut.done():
 *                 return fut.result()
 *             fut.remove_done_callback(cb)
 *             await _cancel_and_wait(fut)
 *             raise
 *         if fut.done():
 *             return fut.result()
 *         fut.remove_done_callback(cb)
 *         await _cancel_and_wait(fut)
 *         try:
 *             return fut.result()
 *         except CancelledError:
 *             raise TimeoutError
 *         finally:
 *             timeout_handle.cancel()
 */
static struct future *wait_for(struct coroutine *co)
{
    struct async_wait_for *self = (struct async_wait_for *)co;

    CO_BEGIN(self);
    if (self->awaitable == NULL)
        CO_RAISE(self, self->co.error);
    if (self->timeout == ASYNC_FOREVER) {
        hold_if_future(self);
        CO_AWAIT(self, *self->awaitable);
        self->result = self->awaitable->result;
        CO_RETURN(self);
    }
    if (self->timeout <= 0) {
        CO_CHECK(self, make_future(self));
    } else {
        CO_CHECK(self, begin(self));
        CO_TRY_AWAIT(self, self->waiter);
        if (error_is(self->waiter.co.error, &error_generator_exit))
            CO_RAISE(self, self->waiter.co.error);
    }
    if (future_done(self->future))
        CO_RAISE(self, future_receive(self->future, &self->result));
    cancel_it(self);
    CO_AWAIT(self, self->waiter);
    if (self->cancelled != NULL)
        CO_RAISE(self, self->cancelled);
    CO_RAISE(self, late(self));
    CO_FINALLY(self);
    clean_up(self);
    CO_END(self);
}

/* What it owns is freed even if an error is raised before it has begun. */
static struct future *resume(struct coroutine *co)
{
    if (co->line == CO_OVER) {
        close_awaitable((struct async_wait_for *)co);
        return NULL;
    }
    if (co->line == NOT_BEGUN)
        co->line = CO_NEW;
    return wait_for(co);
}

struct async_wait_for async_wait_for(struct coroutine *awaitable,
                                     double timeout)
{
    return (struct async_wait_for){
        .co = {.resume = resume,
               .line = NOT_BEGUN,
               .error = awaitable == NULL ? error_last() : NULL},
        .awaitable = (struct awaitable *)awaitable,
        .timeout = timeout};
}
