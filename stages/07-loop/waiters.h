/*
 * waiters.h - those who wait for a lock, a queue and the like, in the order in
 * which they came. For the files of this folder.
 *
 * The Python it mirrors: the deques of futures in asyncio's locks.py and
 * queues.py, and mixins.py. A place in line is part of the frame of who waits,
 * so waiting costs no memory, and leaving from the middle a few assignments.
 */
#ifndef STAGES_07_LOOP_WAITERS_H
#define STAGES_07_LOOP_WAITERS_H

#include "future.h"

/* Pending: it sleeps. Done: it was woken or cancelled, and will go on soon. */
struct waiter {
    struct future future;
    struct waiter *next, *prev; /* in a ring; NULL: in no line */
};

/* All zero is nobody. */
struct waiters {
    struct waiter *first;
    size_t count;
};

/*
 * Puts a waiter that stands nowhere at the end, with a pending future of the
 * running loop. *bound is the loop in which somebody has waited first, NULL
 * at first; `name` is what is waited for. Returns false with error_last():
 * error_runtime, this is another loop, or none is running.
 */
bool waiters_enter(struct waiters *line, struct waiter *waiter,
                   struct loop **bound, const char *name);

/* Takes it out; nothing happens if it stands in no line any more. */
void waiters_leave(struct waiters *line, struct waiter *waiter);

static inline bool waiter_is_in_line(const struct waiter *waiter)
{
    return waiter->next != NULL;
}

/* The one behind it, NULL: it is the last. */
struct waiter *waiters_next(const struct waiters *line,
                            const struct waiter *waiter);

/* The first that was neither woken nor cancelled, or NULL. */
struct waiter *waiters_first_asleep(const struct waiters *line);

/* Whether there is one that was not cancelled. */
bool waiters_any(const struct waiters *line);

/* Wakes one that is asleep: it goes on in the next pass. */
void waiter_wake(struct waiter *waiter);

/* What they wait for ends. If there is one, says so and aborts. */
void waiters_end(size_t count, const char *name);

#endif
