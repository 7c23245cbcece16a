/*
 * semaphore.c - see semaphore.h.
 */
#include "semaphore.h"

#include "task.h"

#include <limits.h>

struct semaphore semaphore_new(long value)
{
    return (struct semaphore){.value = value, .bound = LONG_MAX};
}

struct semaphore bounded_semaphore_new(long value)
{
    return (struct semaphore){.value = value, .bound = value};
}

void semaphore_free(struct semaphore *semaphore)
{
    if (semaphore != NULL)
        waiters_end(semaphore->waiters.count, "semaphore");
}

static bool check_is_one(const struct semaphore *semaphore)
{
    static const struct error negative =
        ERROR(&error_value, "Semaphore initial value must be >= 0");

    return semaphore->value >= 0 || error_raise(&negative);
}

bool semaphore_locked(const struct semaphore *semaphore)
{
    return semaphore->value <= 0 || waiters_any(&semaphore->waiters);
}

/* The place is taken for the one who is woken, not by it. */
static void wake_up_next(struct semaphore *semaphore)
{
    struct waiter *waiter = waiters_first_asleep(&semaphore->waiters);

    if (waiter == NULL)
        return;
    semaphore->value--;
    waiter_wake(waiter);
}

/* It was woken, and cancelled before it could go on: its place is free. */
static void give_back(struct semaphore *semaphore, const struct future *woken)
{
    if (!error_is(woken->co.error, &error_cancelled) || woken->cancelled)
        return;
    semaphore->value++;
    wake_up_next(semaphore);
}

/*
 *     async def acquire(self):
 *         if not self.locked():
 *             self._value -= 1
 *             return True
 *         fut = self._get_loop().create_future()
 *         self._waiters.append(fut)
 *         try:
 *             try:
 *                 await fut
 *             finally:
 *                 self._waiters.remove(fut)
 *         except CancelledError:
 *             if not fut.cancelled():
 *                 self._value += 1
 *                 self._wake_up_next()
 *             raise
 *         if self._value > 0:
 *             self._wake_up_next()
 *         return True
 */
static struct future *acquire(struct coroutine *co)
{
    struct semaphore_acquire *self = (struct semaphore_acquire *)co;
    struct semaphore *semaphore = self->semaphore;

    CO_BEGIN(self);
    CO_CHECK(self, check_is_one(semaphore));
    if (!semaphore_locked(semaphore)) {
        semaphore->value--;
        self->result = number_value(true);
        CO_RETURN(self);
    }
    CO_CHECK(self, waiters_enter(&semaphore->waiters, &self->waiter,
                                 &semaphore->loop, "Semaphore"));
    CO_TRY_AWAIT(self, self->waiter.future);
    waiters_leave(&semaphore->waiters, &self->waiter);
    if (self->waiter.future.co.error != NULL) {
        give_back(semaphore, &self->waiter.future);
        CO_RAISE(self, self->waiter.future.co.error);
    }
    if (semaphore->value > 0)
        wake_up_next(semaphore);
    self->result = number_value(true);
    CO_FINALLY(self);
    CO_END(self);
}

struct semaphore_acquire semaphore_acquire(struct semaphore *semaphore)
{
    return (struct semaphore_acquire){.co = CO_INIT(acquire),
                                      .semaphore = semaphore};
}

bool semaphore_release(struct semaphore *semaphore)
{
    static const struct error too_many =
        ERROR(&error_value, "BoundedSemaphore released too many times");

    if (!check_is_one(semaphore))
        return false;
    if (semaphore->value >= semaphore->bound)
        return error_raise(&too_many);
    semaphore->value++;
    wake_up_next(semaphore);
    return true;
}
