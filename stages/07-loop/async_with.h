/*
 * async_with.h - acquire and release, both of which may wait.
 *
 * The Python it mirrors: `async with` (PEP 492). A thing that can be entered
 * has two coroutines: one enters it; the other, told the error that left the
 * body (NULL: none), leaves it, and returns whether it takes that error upon
 * itself. A function is the body; what comes after it is for who awaits it.
 *
 *     CO_BEGIN(self);
 *     self->enter = lease_enter(&self->lease);     async with Lease() as it:
 *     CO_AWAIT(self, self->enter);
 *     self->work = work_new(self->enter.result);
 *     CO_AWAIT(self, self->work);                      await work(it)
 *     CO_FINALLY(self);
 *     if (async_entered(&self->enter.co)) {
 *         self->leave = lease_exit(&self->lease, self->co.error);
 *         CO_AEXIT(self, self->leave);
 *     }
 *     CO_END(self);
 *
 * Success, error and cancellation all come by there. Several are left in the
 * reverse order, each told what the one before made of the error.
 */
#ifndef STAGES_07_LOOP_ASYNC_WITH_H
#define STAGES_07_LOOP_ASYNC_WITH_H

#include "stages/06-futures/coroutine.h"

/*
 * Whether what enters was awaited, and succeeded; in a frame that is all zero
 * it was not.
 */
static inline bool async_entered(const struct coroutine *enter)
{
    return enter->line == CO_OVER && enter->error == NULL;
}

/*
 * In CO_FINALLY: awaits __aexit__. If it fails, self fails so; if its result
 * is not NULL, that is True, self has not failed.
 */
#define CO_AEXIT(self, leave)                                   \
    do {                                                        \
        CO_TRY_AWAIT(self, leave);                              \
        if ((leave).co.error != NULL || (leave).result != NULL) \
            (self)->co.error = (leave).co.error;                \
    } while (0)

#endif
