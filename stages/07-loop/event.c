/*
 * event.c - see event.h.
 */
#include "event.h"

#include "task.h"

struct event event_new(void)
{
    return (struct event){0};
}

void event_free(struct event *event)
{
    if (event != NULL)
        waiters_end(event->waiters.count, "event");
}

bool event_is_set(const struct event *event)
{
    return event->happened;
}

void event_set(struct event *event)
{
    struct waiter *waiter = event->waiters.first;

    if (event->happened)
        return;
    event->happened = true;
    for (; waiter != NULL; waiter = waiters_next(&event->waiters, waiter))
        if (!future_done(&waiter->future))
            waiter_wake(waiter);
}

void event_clear(struct event *event)
{
    event->happened = false;
}

/*
 *     async def wait(self):
 *         if self._value:
 *             return True
 *         fut = self._get_loop().create_future()
 *         self._waiters.append(fut)
 *         try:
 *             await fut
 *             return True
 *         finally:
 *             self._waiters.remove(fut)
 */
static struct future *wait(struct coroutine *co)
{
    struct event_wait *self = (struct event_wait *)co;
    struct event *event = self->event;

    CO_BEGIN(self);
    if (!event->happened) {
        CO_CHECK(self, waiters_enter(&event->waiters, &self->waiter,
                                     &event->loop, "Event"));
        CO_AWAIT(self, self->waiter.future);
    }
    self->result = number_value(true);
    CO_FINALLY(self);
    waiters_leave(&event->waiters, &self->waiter);
    CO_END(self);
}

struct event_wait event_wait(struct event *event)
{
    return (struct event_wait){.co = CO_INIT(wait), .event = event};
}
