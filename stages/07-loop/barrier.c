/*
 * barrier.c - see barrier.h.
 */
#include "barrier.h"

#include "async_with.h"
#include "task.h"

struct barrier barrier_new(long parties)
{
    return (struct barrier){.parties = parties};
}

void barrier_free(struct barrier *barrier)
{
    if (barrier != NULL)
        condition_free(&barrier->condition);
}

long barrier_n_waiting(const struct barrier *barrier)
{
    return barrier->state == BARRIER_FILLING ? barrier->count : 0;
}

bool barrier_broken(const struct barrier *barrier)
{
    return barrier->state == BARRIER_BROKEN;
}

/* ---- what is waited for ---- */

static void *may_enter(void *data)
{
    const struct barrier *barrier = data;

    return number_value(barrier->state != BARRIER_DRAINING &&
                        barrier->state != BARRIER_RESETTING);
}

static void *may_leave(void *data)
{
    const struct barrier *barrier = data;

    return number_value(barrier->state != BARRIER_FILLING);
}

/* ---- waiting ---- */

static bool check_has_parties(const struct barrier *barrier)
{
    static const struct error none = ERROR(&error_value, "parties must be > 0");

    return barrier->parties > 0 || error_raise(&none);
}

static bool check_not_aborted(const struct barrier *barrier)
{
    static const struct error aborted =
        ERROR(&error_broken_barrier, "Barrier aborted");

    return barrier->state != BARRIER_BROKEN || error_raise(&aborted);
}

static bool check_all_came(const struct barrier *barrier)
{
    static const struct error broken =
        ERROR(&error_broken_barrier, "Abort or reset of barrier");

    return barrier->state == BARRIER_FILLING ||
           barrier->state == BARRIER_DRAINING || error_raise(&broken);
}

/* Goes in. The last one lets all out. */
static bool enter(struct barrier_wait *self)
{
    struct barrier *barrier = self->barrier;

    self->inside = true;
    self->index = barrier->count++;
    if (barrier->count != barrier->parties)
        return false;
    barrier->state = BARRIER_DRAINING;
    condition_notify_all(&barrier->condition);
    return true;
}

/* Goes out. The last one lets those in who have come meanwhile. */
static void leave(struct barrier *barrier)
{
    if (--barrier->count > 0)
        return;
    if (barrier->state != BARRIER_BROKEN)
        barrier->state = BARRIER_FILLING;
    condition_notify_all(&barrier->condition);
}

/*
 *     async def wait(self):
 *         async with self._cond:
 *             await self._block()
 *             try:
 *                 index = self._count
 *                 self._count += 1
 *                 if index + 1 == self._parties:
 *                     await self._release()
 *                 else:
 *                     await self._wait()
 *                 return index
 *             finally:
 *                 self._count -= 1
 *                 self._exit()
 */
static struct future *wait(struct coroutine *co)
{
    struct barrier_wait *self = (struct barrier_wait *)co;
    struct barrier *barrier = self->barrier;

    CO_BEGIN(self);
    CO_CHECK(self, check_has_parties(barrier));
    self->acquire = condition_acquire(&barrier->condition);
    CO_AWAIT(self, self->acquire);
    self->wait = condition_wait_for(&barrier->condition, may_enter, barrier);
    CO_AWAIT(self, self->wait);
    CO_CHECK(self, check_not_aborted(barrier));
    if (!enter(self)) {
        self->wait =
            condition_wait_for(&barrier->condition, may_leave, barrier);
        CO_AWAIT(self, self->wait);
        CO_CHECK(self, check_all_came(barrier));
    }
    self->result = number_value(self->index);
    CO_FINALLY(self);
    if (self->inside)
        leave(barrier);
    if (async_entered(&self->acquire.co))
        condition_release(&barrier->condition);
    CO_END(self);
}

struct barrier_wait barrier_wait(struct barrier *barrier)
{
    return (struct barrier_wait){.co = CO_INIT(wait), .barrier = barrier};
}

/* ---- breaking it off ---- */

/*
 *     async def reset(self):
 *         async with self._cond:
 *             self._state = (_BarrierState.RESETTING if self._count > 0 else
 *                            _BarrierState.FILLING)
 *             self._cond.notify_all()
 */
static struct future *reset(struct coroutine *co)
{
    struct barrier_reset *self = (struct barrier_reset *)co;
    struct barrier *barrier = self->barrier;

    CO_BEGIN(self);
    self->acquire = condition_acquire(&barrier->condition);
    CO_AWAIT(self, self->acquire);
    barrier->state = barrier->count > 0 ? BARRIER_RESETTING : BARRIER_FILLING;
    condition_notify_all(&barrier->condition);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        condition_release(&barrier->condition);
    CO_END(self);
}

struct barrier_reset barrier_reset(struct barrier *barrier)
{
    return (struct barrier_reset){.co = CO_INIT(reset), .barrier = barrier};
}

/*
 *     async def abort(self):
 *         async with self._cond:
 *             self._state = _BarrierState.BROKEN
 *             self._cond.notify_all()
 */
static struct future *abort_it(struct coroutine *co)
{
    struct barrier_abort *self = (struct barrier_abort *)co;
    struct barrier *barrier = self->barrier;

    CO_BEGIN(self);
    self->acquire = condition_acquire(&barrier->condition);
    CO_AWAIT(self, self->acquire);
    barrier->state = BARRIER_BROKEN;
    condition_notify_all(&barrier->condition);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        condition_release(&barrier->condition);
    CO_END(self);
}

struct barrier_abort barrier_abort(struct barrier *barrier)
{
    return (struct barrier_abort){.co = CO_INIT(abort_it), .barrier = barrier};
}
