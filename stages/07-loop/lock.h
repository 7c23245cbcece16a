/*
 * lock.h - one at a time, where a section has waits in it.
 *
 * The Python it mirrors: asyncio.Lock (locks.py). Between two waits nobody
 * else runs, so there no lock is needed. It is fair: who asked first gets it
 * first, and nobody overtakes those who wait. It is not owned by a task, and
 * no thread may use it but the loop's.
 *
 * `async with lock:` is an acquire, the body, and a release in CO_FINALLY, if
 * the acquire came to its end:
 *
 *     CO_BEGIN(self);                             async with lock:
 *     self->acquire = lock_acquire(self->lock);
 *     CO_AWAIT(self, self->acquire);
 *     ...                                             ...
 *     CO_FINALLY(self);
 *     if (async_entered(&self->acquire.co))
 *         lock_release(self->lock);
 *     CO_END(self);
 *
 * (async_entered() is in async_with.h.) A section in the middle of a longer
 * function is best a coroutine of its own; if there is no wait in it, a plain
 * lock_release() at its end will do.
 */
#ifndef STAGES_07_LOOP_LOCK_H
#define STAGES_07_LOOP_LOCK_H

#include "waiters.h"

/*
 * It lives where its owner puts it, and must neither move nor go away while
 * somebody holds it or waits for it. All zero is a free one.
 */
struct lock {
    bool locked;
    struct loop *loop; /* in which somebody has waited first, or NULL */
    struct waiters waiters;
};

/* A free lock: asyncio.Lock() */
struct lock lock_new(void);

/*
 * It goes away. It has no memory of its own, so this need not be called: it
 * only looks whether somebody waits, in whose frame it would leave a broken
 * link, and then aborts. NULL is fine.
 */
void lock_free(struct lock *lock);

/* lock.locked() */
bool lock_locked(const struct lock *lock);

/*
 * await lock.acquire(): waits until it is free and all who came before have
 * had it, then takes it; its result is true. A free one is taken in the same
 * step. When it is cancelled, it has not taken the lock. Also fails with
 * error_runtime, if it has to wait and others did so in another loop.
 */
struct lock_acquire {
    struct coroutine co;
    void *result;
    struct lock *lock;
    struct waiter waiter;
};
struct lock_acquire lock_acquire(struct lock *lock);

/*
 * Frees it, and wakes the first who waits; who takes it in a later step.
 * Returns false with error_last(): error_runtime, it is free.
 */
bool lock_release(struct lock *lock);

#endif
