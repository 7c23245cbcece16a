/*
 * semaphore.h - so many at a time, and no more.
 *
 * The Python it mirrors: asyncio.Semaphore and BoundedSemaphore (locks.py, as
 * of 3.11.7). It is fair: who is woken has its place already, so nobody who
 * comes later can take it. `async with semaphore:` is written as that of a
 * lock: see lock.h.
 */
#ifndef STAGES_07_LOOP_SEMAPHORE_H
#define STAGES_07_LOOP_SEMAPHORE_H

#include "waiters.h"

/*
 * It lives where its owner puts it, and must neither move nor go away while
 * somebody waits for it.
 */
struct semaphore {
    long value;        /* places that are free */
    long bound;        /* there are never more; LONG_MAX of a plain one */
    struct loop *loop; /* in which somebody has waited first, or NULL */
    struct waiters waiters;
};

/*
 * One with `value` free places: asyncio.Semaphore(value). The bounded one
 * never has more than that: asyncio.BoundedSemaphore(value). With less than 0
 * it is none: to acquire or to release it fails with error_value.
 */
struct semaphore semaphore_new(long value);
struct semaphore bounded_semaphore_new(long value);

/* It goes away: aborts if somebody waits. Need not be called; NULL is fine. */
void semaphore_free(struct semaphore *semaphore);

/* Whether who acquires it now has to wait: semaphore.locked() */
bool semaphore_locked(const struct semaphore *semaphore);

/*
 * await semaphore.acquire(): takes a place, in the same step if one is free
 * and nobody waits; its result is true. When it is cancelled, it has taken
 * none. Also fails with error_runtime, if it has to wait and others did so in
 * another loop; error_value, see above.
 */
struct semaphore_acquire {
    struct coroutine co;
    void *result;
    struct semaphore *semaphore;
    struct waiter waiter;
};
struct semaphore_acquire semaphore_acquire(struct semaphore *semaphore);

/*
 * Gives a place back, or one more than there were: to the first who waits, if
 * there is one. Returns false with error_last(): error_value, a bounded one
 * has all its places.
 */
bool semaphore_release(struct semaphore *semaphore);

#endif
