/*
 * condition.h - waits, under a lock, for others to change something.
 *
 * The Python it mirrors: asyncio.Condition (locks.py). To wait is to release
 * the lock, to sleep until somebody notifies, and to take the lock again.
 * `async with condition:` is written as that of a lock (lock.h), with
 * condition_acquire() and condition_release().
 */
#ifndef STAGES_07_LOOP_CONDITION_H
#define STAGES_07_LOOP_CONDITION_H

#include "lock.h"

/*
 * It lives where its owner puts it, and must neither move nor go away while
 * somebody holds its lock or waits. All zero is one with a lock of its own.
 */
struct condition {
    struct lock own;
    struct lock *shared;    /* used in place of its own; NULL: there is none */
    struct loop *loop;      /* in which somebody has waited first, or NULL */
    struct waiters waiters; /* for a notification */
};

/* `lock` may be shared by several; NULL: its own. asyncio.Condition(lock) */
struct condition condition_new(struct lock *lock);

/* It goes away: aborts if somebody waits. Need not be called; NULL is fine. */
void condition_free(struct condition *condition);

/* As the lock's: see lock.h. */
struct condition_acquire {
    struct coroutine co;
    void *result;
    struct lock_acquire acquire;
};
struct condition_acquire condition_acquire(struct condition *condition);
bool condition_release(struct condition *condition);
bool condition_locked(const struct condition *condition);

/*
 * await condition.wait(): releases the lock, sleeps until it is notified, and
 * takes the lock again, whatever comes; its result is true. Who cancels it
 * while it waits for the lock is heard when it has the lock. Also fails with
 * error_runtime: the lock is free, or others waited in another loop.
 */
struct condition_wait {
    struct coroutine co;
    void *result;
    struct condition *condition;
    struct waiter waiter;
    struct lock_acquire acquire;
};
struct condition_wait condition_wait(struct condition *condition);

/*
 * await condition.wait_for(predicate): waits, and again, until the predicate
 * returns something else than NULL: its result. It is called with the lock
 * held, at least once, and must not wait. number_value() makes a value of a
 * truth. Fails as condition_wait().
 */
typedef void *condition_predicate(void *data);
struct condition_wait_for {
    struct coroutine co;
    void *result;
    struct condition *condition;
    condition_predicate *predicate;
    void *data;
    struct condition_wait wait;
};
struct condition_wait_for condition_wait_for(struct condition *condition,
                                             condition_predicate *predicate,
                                             void *data);

/*
 * Wakes those who wait, the first `count` of them or all; they go on when the
 * caller has released the lock. If one is cancelled at the same time its
 * notification is lost, as in Python 3.11. Returns false with error_last():
 * error_runtime, the lock is free.
 */
bool condition_notify(struct condition *condition, size_t count);
bool condition_notify_all(struct condition *condition);

#endif
