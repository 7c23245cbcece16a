/*
 * as_completed.c - see wait.h: asyncio.as_completed().
 *
 *     def _on_completion(f):
 *         todo.remove(f)
 *         done.put_nowait(f)
 *
 *     def _on_timeout():
 *         for f in todo:
 *             done.put_nowait(None)
 *         todo.clear()
 *
 *     async def _wait_for_one():
 *         f = await done.get()
 *         if f is None:
 *             raise exceptions.TimeoutError
 *         return f.result()
 *
 * `done` is an asyncio.Queue. Here it is an array, since it is known how many
 * will arrive, and the ring of those who wait for the next to arrive.
 */
#include "loop_internal.h"
#include "several.h"
#include "wait.h"

#include <assert.h>
#include <stdlib.h>

struct completing {
    struct done_callback done;
    struct future *future; /* held; NULL: it came before */
    struct as_completed *each;
};

/* ---- the queue ---- */

static bool is_empty(const struct as_completed *self)
{
    return self->taken == self->arrived;
}

/* Queue._wakeup_next(): the first that was not cancelled meanwhile. */
static void wake_next(struct as_completed *self)
{
    while (self->getters != NULL) {
        struct as_completed_next *next = self->getters->data;
        line_remove(&self->getters, &next->link);
        if (future_done(&next->getter))
            continue;
        future_settle_result(&next->getter, next);
        return;
    }
}

static void put(struct as_completed *self, struct future *future)
{
    self->done[self->arrived++] = future;
    wake_next(self);
}

static void wait_in_line(struct as_completed_next *self)
{
    self->getter = future_new(self->each->loop);
    self->link.data = self;
    line_append(&self->each->getters, &self->link);
}

/* Who was woken, and does not take what arrived, wakes the next. */
static void give_way(struct as_completed_next *self)
{
    if (handle_is_in_line(&self->link))
        line_remove(&self->each->getters, &self->link);
    else if (self->getter.result != NULL && !self->getter.cancelled &&
             !is_empty(self->each))
        wake_next(self->each);
}

static const struct error *take(struct as_completed_next *self)
{
    struct as_completed *each = self->each;

    self->future = each->done[each->taken++];
    if (self->future == NULL)
        return &error_timeout;
    return future_receive(self->future, &self->result);
}

static struct future *next(struct coroutine *co)
{
    struct as_completed_next *self = (struct as_completed_next *)co;

    CO_BEGIN(self);
    while (is_empty(self->each)) {
        wait_in_line(self);
        CO_TRY_AWAIT(self, self->getter);
        if (self->getter.co.error != NULL) {
            give_way(self);
            CO_RAISE(self, self->getter.co.error);
        }
    }
    CO_RAISE(self, take(self));
    CO_FINALLY(self);
    CO_END(self);
}

struct as_completed_next as_completed_next(struct as_completed *self)
{
    assert(self->left > 0);
    self->left--;
    return (struct as_completed_next){.co = CO_INIT(next), .each = self};
}

/* ---- what arrives ---- */

/* NULL: it will never be done. */
static void on_completion(struct future *future, void *data)
{
    struct as_completed *self = ((struct completing *)data)->each;

    if (future == NULL)
        return;
    put(self, future);
    if (--self->pending == 0)
        timer_cancel(self->loop, &self->timer);
}

static void on_timeout(void *data)
{
    struct as_completed *self = data;

    for (size_t i = 0; i < self->count; i++) {
        if (self->items[i].done.future == NULL)
            continue;
        future_unwatch(&self->items[i].done);
        put(self, NULL);
    }
    self->pending = 0;
}

/* ---- begin and end ---- */

static bool add(struct as_completed *self, struct seen *seen, size_t i,
                struct coroutine *awaitable)
{
    struct completing *item = &self->items[i];

    if (seen_first(seen, awaitable, i) != i)
        return true;
    item->each = self;
    item->future = async_ensure_future(awaitable, self->loop);
    if (item->future == NULL)
        return false;
    self->pending++;
    return true;
}

/* Returns whether it could add all; *taken of them are its now. */
static bool add_all(struct as_completed *self,
                    struct coroutine *const awaitables[], size_t *taken)
{
    struct seen seen;
    bool added = true;

    if (!seen_begin(&seen, self->count))
        return false;
    while (added && *taken < self->count) {
        added = add(self, &seen, *taken, awaitables[*taken]);
        ++*taken;
    }
    seen_end(&seen);
    return added;
}

static bool make_room(struct as_completed *self, size_t count)
{
    self->loop = async_get_running_loop();
    if (self->loop == NULL)
        return false;
    self->count = count;
    self->items = calloc(count + 1, sizeof *self->items);
    self->done = calloc(count + 1, sizeof(struct future *));
    return (self->items != NULL && self->done != NULL) ||
           error_raise(&error_memory);
}

static bool start(struct as_completed *self, double timeout)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->items[i].future != NULL)
            future_watch(self->items[i].future, &self->items[i].done,
                         on_completion, &self->items[i]);
    self->left = self->pending;
    return self->pending == 0 || timeout == ASYNC_FOREVER ||
           loop_call_later(self->loop, &self->timer, timeout, on_timeout, self);
}

bool as_completed_begin(struct as_completed *self,
                        struct coroutine *const awaitables[], size_t count,
                        double timeout)
{
    size_t taken = 0;

    assert(self->items == NULL);
    *self = (struct as_completed){0};
    if (make_room(self, count) && add_all(self, awaitables, &taken) &&
        start(self, timeout))
        return true;
    several_close(awaitables, taken, count);
    const struct error *why = error_last();
    as_completed_end(self);
    return error_raise(why);
}

void as_completed_end(struct as_completed *self)
{
    if (self->loop != NULL)
        timer_cancel(self->loop, &self->timer);
    for (size_t i = 0; self->items != NULL && i < self->count; i++) {
        future_unwatch(&self->items[i].done);
        future_free(self->items[i].future);
    }
    free(self->items);
    free(self->done);
    *self = (struct as_completed){0};
}
