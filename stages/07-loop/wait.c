/*
 * wait.c - see wait.h: asyncio.wait().
 *
 *     async def _wait(fs, timeout, return_when, loop):
 *         waiter = loop.create_future()
 *         timeout_handle = loop.call_later(timeout, _release_waiter, waiter)
 *         for f in fs:
 *             f.add_done_callback(_on_completion)
 *         try:
 *             await waiter
 *         finally:
 *             timeout_handle.cancel()
 *             for f in fs:
 *                 f.remove_done_callback(_on_completion)
 */
#include "wait.h"

#include "loop_internal.h"
#include "several.h"

#include <stdlib.h>

struct waited {
    struct done_callback done;
    struct future *future; /* held; NULL: it came before */
    struct waiting *all;
};

/*
 * It outlasts the wait as long as callbacks stand in line: they are called
 * yet, and may ask for an error.
 */
struct waiting {
    struct async_wait *wait; /* NULL: it is over */
    enum async_return_when return_when;
    size_t counter; /* of those that have not called */
    size_t watched; /* of those that will call */
    struct waited futures[];
};

static void release(struct async_wait *self)
{
    if (!future_done(&self->waiter))
        future_settle_result(&self->waiter, NULL);
}

static void on_timeout(void *data)
{
    release(data);
}

/* That it asks for the error is why the error counts as retrieved. */
static bool failed(struct future *future)
{
    const struct error *error;

    return !future_cancelled(future) && future_error(future, &error) &&
           error != NULL;
}

static void completed(struct waiting *all, struct future *future)
{
    all->counter--;
    if (all->counter > 0 && all->return_when != ASYNC_FIRST_COMPLETED &&
        !(all->return_when == ASYNC_FIRST_EXCEPTION && failed(future)))
        return;
    if (all->wait == NULL) /* nobody waits any more */
        return;
    timer_cancel(all->wait->waiter.loop, &all->wait->timer);
    release(all->wait);
}

static void free_if_over(struct waiting *all)
{
    if (all->wait == NULL && all->watched == 0)
        free(all);
}

/* NULL: it will never be done. */
static void on_completion(struct future *future, void *data)
{
    struct waiting *all = ((struct waited *)data)->all;

    if (future != NULL)
        completed(all, future);
    all->watched--;
    free_if_over(all);
}

/* Returns false if the time is no number, or there is no memory. */
static bool set_timer(struct async_wait *self)
{
    return self->timeout == ASYNC_FOREVER ||
           loop_call_later(self->waiter.loop, &self->timer, self->timeout,
                           on_timeout, self);
}

static bool make_room(struct async_wait *self)
{
    struct waiting *all =
        calloc(1, sizeof *all + self->count * sizeof all->futures[0]);

    if (all == NULL)
        return error_raise(&error_memory);
    all->wait = self;
    all->return_when = self->return_when;
    self->all = all;
    return true;
}

static bool begin(struct async_wait *self)
{
    struct seen seen;

    self->waiter = future_new(async_get_running_loop());
    if (!make_room(self) || !set_timer(self) || !seen_begin(&seen, self->count))
        return false;
    for (size_t i = 0; i < self->count; i++) {
        struct waited *waited = &self->all->futures[i];
        if (seen_first(&seen, self->futures[i], i) != i)
            continue;
        waited->all = self->all;
        waited->future = future_hold(self->futures[i]);
        future_watch(waited->future, &waited->done, on_completion, waited);
        self->all->counter++;
        self->all->watched++;
    }
    seen_end(&seen);
    return true;
}

static void count(struct async_wait *self)
{
    for (size_t i = 0; i < self->count; i++) {
        const struct future *future = self->all->futures[i].future;
        if (future != NULL && future_done(future))
            self->done_count++;
        else if (future != NULL)
            self->pending_count++;
    }
}

/* f.remove_done_callback(): one that stands in line is called yet. */
static void unwatch(struct waited *waited)
{
    if (waited->done.future != NULL && !future_done(waited->future)) {
        future_unwatch(&waited->done);
        waited->all->watched--;
    }
    future_free(waited->future);
}

static void leave(struct async_wait *self)
{
    if (self->all == NULL)
        return;
    timer_cancel(self->waiter.loop, &self->timer);
    for (size_t i = 0; i < self->count; i++)
        unwatch(&self->all->futures[i]);
    self->all->wait = NULL;
    free_if_over(self->all);
    self->all = NULL;
}

static const struct error *why_not(const struct async_wait *self)
{
    static const struct error none =
        ERROR(&error_value, "Set of Tasks/Futures is empty.");

    if (self->count == 0)
        return &none;
    if ((unsigned)self->return_when > ASYNC_FIRST_EXCEPTION)
        return error_new(&error_value, "Invalid return_when value: %d",
                         (int)self->return_when);
    return NULL;
}

static struct future *wait(struct coroutine *co)
{
    struct async_wait *self = (struct async_wait *)co;

    CO_BEGIN(self);
    if (why_not(self) != NULL)
        CO_RAISE(self, why_not(self));
    CO_CHECK(self, begin(self));
    CO_AWAIT(self, self->waiter);
    count(self);
    CO_FINALLY(self);
    leave(self);
    CO_END(self);
}

struct async_wait async_wait(struct future *const futures[], size_t count,
                             enum async_return_when return_when, double timeout)
{
    return (struct async_wait){.co = CO_INIT(wait),
                               .futures = futures,
                               .count = count,
                               .return_when = return_when,
                               .timeout = timeout};
}
