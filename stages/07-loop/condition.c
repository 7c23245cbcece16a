/*
 * condition.c - see condition.h.
 */
#include "condition.h"

#include "loop_internal.h"

struct condition condition_new(struct lock *lock)
{
    return (struct condition){.shared = lock};
}

void condition_free(struct condition *condition)
{
    if (condition == NULL)
        return;
    waiters_end(condition->waiters.count, "condition");
    lock_free(&condition->own);
}

/* ---- its lock ---- */

static struct lock *lock_of(struct condition *condition)
{
    return condition->shared != NULL ? condition->shared : &condition->own;
}

bool condition_locked(const struct condition *condition)
{
    return condition->shared != NULL ? condition->shared->locked
                                     : condition->own.locked;
}

static struct future *acquire(struct coroutine *co)
{
    struct condition_acquire *self = (struct condition_acquire *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->acquire);
    self->result = self->acquire.result;
    CO_FINALLY(self);
    CO_END(self);
}

struct condition_acquire condition_acquire(struct condition *condition)
{
    return (struct condition_acquire){
        .co = CO_INIT(acquire), .acquire = lock_acquire(lock_of(condition))};
}

bool condition_release(struct condition *condition)
{
    return lock_release(lock_of(condition));
}

/* ---- waiting ---- */

/*
 * Taking the lock again failed: that hides what went before. Of cancellations
 * a new one is raised in the end, and a new one has no message.
 */
static void note_failure(struct condition_wait *self)
{
    self->co.error = self->acquire.co.error;
    if (error_is(self->co.error, &error_cancelled))
        task_raise_cancelled(NULL);
}

/*
 *     async def wait(self):
 *         if not self.locked():
 *             raise RuntimeError('cannot wait on un-acquired lock')
 *         self.release()
 *         try:
 *             fut = self._get_loop().create_future()
 *             self._waiters.append(fut)
 *             try:
 *                 await fut
 *                 return True
 *             finally:
 *                 self._waiters.remove(fut)
 *         finally:
 *             cancelled = False
 *             while True:
 *                 try:
 *                     await self.acquire()
 *                     break
 *                 except CancelledError:
 *                     cancelled = True
 *             if cancelled:
 *                 raise CancelledError
 */
static struct future *wait(struct coroutine *co)
{
    static const struct error un_acquired =
        ERROR(&error_runtime, "cannot wait on un-acquired lock");
    struct condition_wait *self = (struct condition_wait *)co;
    struct condition *condition = self->condition;

    CO_BEGIN(self);
    if (!condition_release(condition))
        CO_RAISE(self, &un_acquired);
    if (waiters_enter(&condition->waiters, &self->waiter, &condition->loop,
                      "Condition")) {
        CO_TRY_AWAIT(self, self->waiter.future);
        waiters_leave(&condition->waiters, &self->waiter);
        self->co.error = self->waiter.future.co.error;
    } else {
        self->co.error = error_last();
    }
    do {
        self->acquire = lock_acquire(lock_of(condition));
        CO_TRY_AWAIT(self, self->acquire);
        if (self->acquire.co.error != NULL)
            note_failure(self);
    } while (error_is(self->acquire.co.error, &error_cancelled));
    self->result = number_value(self->co.error == NULL);
    CO_FINALLY(self);
    CO_END(self);
}

struct condition_wait condition_wait(struct condition *condition)
{
    return (struct condition_wait){.co = CO_INIT(wait), .condition = condition};
}

/*
 *     async def wait_for(self, predicate):
 *         while not (result := predicate()):
 *             await self.wait()
 *         return result
 */
static struct future *wait_for(struct coroutine *co)
{
    struct condition_wait_for *self = (struct condition_wait_for *)co;

    CO_BEGIN(self);
    while ((self->result = self->predicate(self->data)) == NULL) {
        self->wait = condition_wait(self->condition);
        CO_AWAIT(self, self->wait);
    }
    CO_FINALLY(self);
    CO_END(self);
}

struct condition_wait_for condition_wait_for(struct condition *condition,
                                             condition_predicate *predicate,
                                             void *data)
{
    return (struct condition_wait_for){.co = CO_INIT(wait_for),
                                       .condition = condition,
                                       .predicate = predicate,
                                       .data = data};
}

/* ---- notifying ---- */

bool condition_notify(struct condition *condition, size_t count)
{
    static const struct error un_acquired =
        ERROR(&error_runtime, "cannot notify on un-acquired lock");

    if (!condition_locked(condition))
        return error_raise(&un_acquired);
    struct waiter *waiter = condition->waiters.first;
    for (; waiter != NULL && count > 0;
         waiter = waiters_next(&condition->waiters, waiter))
        if (!future_done(&waiter->future)) {
            count--;
            waiter_wake(waiter);
        }
    return true;
}

bool condition_notify_all(struct condition *condition)
{
    return condition_notify(condition, condition->waiters.count);
}
