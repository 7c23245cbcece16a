/*
 * timers.h - which of many timers is due first.
 *
 * The Python it mirrors: the heap of TimerHandles in base_events.py, with two
 * differences: timers with the same deadline come out in the order in which
 * they were set, and a cancelled one leaves at once instead of staying until
 * its time has come.
 */
#ifndef STAGES_07_LOOP_TIMERS_H
#define STAGES_07_LOOP_TIMERS_H

#include "handle.h"

#include <stddef.h>
#include <stdint.h>

/*
 * asyncio.TimerHandle. All zero is one that is not set. While it is set it
 * must not move, and its memory must stay; `when_ns` and `place` are only to
 * be looked at. The heap never touches `handle`.
 */
struct timer {
    struct handle handle; /* first: what is due goes in line by it */
    int64_t when_ns;      /* the loop's clock */
    size_t place;         /* in the heap, from 1; 0: not set */
};

/*
 * All zero is an empty one. It takes 24 bytes for each timer, up to twice
 * that after it has grown, and keeps the most that it ever needed until
 * timers_free().
 */
struct timers {
    struct timer_entry *heap; /* heap[1] is due first */
    size_t count;
    size_t capacity;
    uint64_t next_order; /* for the next to be set */
};

/*
 * Sets a timer that is not set; any time will do, also one that has passed.
 * Returns 0, or -1 with errno ENOMEM, and it is still not set. O(log n), but
 * O(1) on average if the times are random, or each later than those before.
 */
int timers_add(struct timers *timers, struct timer *timer, int64_t when_ns);

/* Takes a timer out; nothing happens if it is not set. O(log n). */
void timers_remove(struct timers *timers, struct timer *timer);

/* The one that is due first, or NULL. It stays. O(1). */
struct timer *timers_first(const struct timers *timers);

/*
 * Takes out the first one if it is due at `now_ns`, else returns NULL. It is
 * not set any more, so it may be set again. O(log n).
 */
struct timer *timers_pop_due(struct timers *timers, int64_t now_ns);

/* Frees what the heap needed. No timer in it is set any more. */
void timers_free(struct timers *timers);

#endif
