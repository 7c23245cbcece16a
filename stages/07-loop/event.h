/*
 * event.h - many wait until one says that it has happened.
 *
 * The Python it mirrors: asyncio.Event (locks.py).
 */
#ifndef STAGES_07_LOOP_EVENT_H
#define STAGES_07_LOOP_EVENT_H

#include "waiters.h"

/*
 * It lives where its owner puts it, and must neither move nor go away while
 * somebody waits for it. All zero is one that is not set.
 */
struct event {
    bool happened;
    struct loop *loop; /* in which somebody has waited first, or NULL */
    struct waiters waiters;
};

/* One that is not set: asyncio.Event() */
struct event event_new(void);

/* It goes away: aborts if somebody waits. Need not be called; NULL is fine. */
void event_free(struct event *event);

/* event.is_set() */
bool event_is_set(const struct event *event);

/*
 * Sets it: all who wait go on in the next pass, in the order in which they
 * came, even if it is cleared meanwhile; and nobody waits until it is.
 */
void event_set(struct event *event);

/* From now on who waits for it sleeps again. */
void event_clear(struct event *event);

/*
 * await event.wait(): is over at once if it is set, else when it will be; its
 * result is true. Also fails with error_runtime, if it has to wait and others
 * did so in another loop.
 */
struct event_wait {
    struct coroutine co;
    void *result;
    struct event *event;
    struct waiter waiter;
};
struct event_wait event_wait(struct event *event);

#endif
