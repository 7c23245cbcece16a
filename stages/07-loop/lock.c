/*
 * lock.c - see lock.h.
 */
#include "lock.h"

#include "task.h"

struct lock lock_new(void)
{
    return (struct lock){0};
}

void lock_free(struct lock *lock)
{
    if (lock != NULL)
        waiters_end(lock->waiters.count, "lock");
}

bool lock_locked(const struct lock *lock)
{
    return lock->locked;
}

/*
 * Only the first is woken, and none if that one is awake already: it will go
 * on, and take the lock; or it was cancelled, and will come here again.
 */
static void wake_up_first(struct lock *lock)
{
    struct waiter *first = lock->waiters.first;

    if (first != NULL && !future_done(&first->future))
        waiter_wake(first);
}

/* It was woken for nothing: the next one must not sleep for ever. */
static void pass_on(struct lock *lock, const struct error *error)
{
    if (error_is(error, &error_cancelled) && !lock->locked)
        wake_up_first(lock);
}

/*
 *     async def acquire(self):
 *         if not self._locked and all(w.cancelled() for w in self._waiters):
 *             self._locked = True
 *             return True
 *         fut = self._get_loop().create_future()
 *         self._waiters.append(fut)
 *         try:
 *             try:
 *                 await fut
 *             finally:
 *                 self._waiters.remove(fut)
 *         except CancelledError:
 *             if not self._locked:
 *                 self._wake_up_first()
 *             raise
 *         self._locked = True
 *         return True
 */
static struct future *acquire(struct coroutine *co)
{
    struct lock_acquire *self = (struct lock_acquire *)co;
    struct lock *lock = self->lock;

    CO_BEGIN(self);
    if (lock->locked || waiters_any(&lock->waiters)) {
        CO_CHECK(self, waiters_enter(&lock->waiters, &self->waiter, &lock->loop,
                                     "Lock"));
        CO_TRY_AWAIT(self, self->waiter.future);
        waiters_leave(&lock->waiters, &self->waiter);
        if (self->waiter.future.co.error != NULL) {
            pass_on(lock, self->waiter.future.co.error);
            CO_RAISE(self, self->waiter.future.co.error);
        }
    }
    lock->locked = true;
    self->result = number_value(true);
    CO_FINALLY(self);
    CO_END(self);
}

struct lock_acquire lock_acquire(struct lock *lock)
{
    return (struct lock_acquire){.co = CO_INIT(acquire), .lock = lock};
}

bool lock_release(struct lock *lock)
{
    static const struct error not_acquired =
        ERROR(&error_runtime, "Lock is not acquired.");

    if (!lock->locked)
        return error_raise(&not_acquired);
    lock->locked = false;
    wake_up_first(lock);
    return true;
}
