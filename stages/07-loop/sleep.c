/*
 * sleep.c - see sleep.h.
 *
 *     async def sleep(delay, result=None):
 *         if delay <= 0:
 *             await __sleep0()                # a bare yield
 *             return result
 *         future = loop.create_future()
 *         h = loop.call_later(delay, set_result_unless_cancelled, future)
 *         try:
 *             return await future
 *         finally:
 *             h.cancel()
 */
#include "sleep.h"

#include "loop_internal.h"

#include <math.h>

/* Lines of a frame that has none of its own; see coroutine.h for the others. */
enum { YIELDED = -2, ASLEEP = -3 };

static void wake_up(void *data)
{
    struct async_sleep *self = data;

    if (!future_done(&self->future)) /* it may have been cancelled just now */
        future_settle_result(&self->future, self->result);
}

static struct future *end(struct async_sleep *self, const struct error *error)
{
    self->co.error = error;
    self->co.line = CO_OVER;
    return NULL;
}

/* Out of line: a bare yield, which is the common case, need not save so much.
 */
__attribute__((noinline)) static struct future *
fall_asleep(struct async_sleep *self)
{
    struct loop *loop = async_get_running_loop();
    struct coroutine co = self->co;
    void *result = self->result;

    self->future = future_new(loop);
    self->co = co;
    self->result = result;
    self->timer = (struct timer){0};
    if (loop == NULL ||
        !loop_call_later(loop, &self->timer, self->delay, wake_up, self))
        return end(self, error_last());
    self->co.line = ASLEEP;
    return &self->future;
}

struct future *async_sleep_resume(struct coroutine *co)
{
    struct async_sleep *self = (struct async_sleep *)co;

    switch (co->line) {
    case CO_NEW:
        if (self->delay > 0 || isnan(self->delay))
            return fall_asleep(self);
        co->line = YIELDED;
        return &task_bare_yield;
    case YIELDED:
        co->line = CO_OVER;
        return NULL;
    case ASLEEP:
        return &self->future;
    default: /* it failed, cancelled or closed, or its time came */
        if (self->delay > 0)
            timer_cancel(self->future.loop, &self->timer);
        return NULL;
    }
}
