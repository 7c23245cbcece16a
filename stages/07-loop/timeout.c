/*
 * timeout.c - see timeout.h.
 *
 *     def _on_timeout(self):
 *         self._task.cancel()
 *         self._state = _State.EXPIRING
 *
 *     async def __aexit__(self, exc_type, ...):
 *         if self._state is _State.EXPIRING:
 *             self._state = _State.EXPIRED
 *             if (self._task.uncancel() <= self._cancelling
 *                     and exc_type is CancelledError):
 *                 raise TimeoutError
 */
#include "timeout.h"

#include "loop_internal.h"

#include <assert.h>

static void on_timeout(void *data)
{
    struct timeout *timeout = data;

    assert(timeout->state == TIMEOUT_ACTIVE);
    task_cancel(timeout->task, NULL);
    timeout->state = TIMEOUT_EXPIRING;
}

static bool check_is_active(const struct timeout *timeout)
{
    static const struct error why_not[] = {
        [TIMEOUT_CREATED] =
            ERROR(&error_runtime, "Timeout has not been entered"),
        [TIMEOUT_EXPIRING] =
            ERROR(&error_runtime, "Cannot change state of expiring Timeout"),
        [TIMEOUT_EXPIRED] =
            ERROR(&error_runtime, "Cannot change state of expired Timeout"),
        [TIMEOUT_FINISHED] =
            ERROR(&error_runtime, "Cannot change state of finished Timeout"),
    };

    return timeout->state == TIMEOUT_ACTIVE ||
           error_raise(&why_not[timeout->state]);
}

bool timeout_reschedule(struct timeout *timeout, double when)
{
    if (!check_is_active(timeout))
        return false;
    struct loop *loop = timeout->task->future.loop;
    timeout->when = when;
    timer_cancel(loop, &timeout->timer);
    if (when == ASYNC_FOREVER)
        return true;
    if (when <= loop_time(loop))
        return loop_call_soon(loop, &timeout->timer.handle, on_timeout,
                              timeout);
    return loop_call_at(loop, &timeout->timer, when, on_timeout, timeout);
}

/* Whether it can begin, in this task. */
static bool check_can_begin(const struct timeout *timeout)
{
    static const struct error entered =
        ERROR(&error_runtime, "Timeout has already been entered");
    static const struct error no_task =
        ERROR(&error_runtime, "Timeout should be used inside a task");

    if (async_get_running_loop() == NULL)
        return false;
    if (timeout->state == TIMEOUT_ACTIVE || timeout->state == TIMEOUT_EXPIRING)
        return error_raise(&entered);
    return async_current_task(NULL) != NULL || error_raise(&no_task);
}

bool timeout_at_begin(struct timeout *timeout, double when)
{
    if (!check_can_begin(timeout))
        return false;
    struct task *task = async_current_task(NULL);
    *timeout = (struct timeout){.state = TIMEOUT_ACTIVE,
                                .task = task,
                                .cancels = task_cancelling(task)};
    if (timeout_reschedule(timeout, when))
        return true;
    timeout->state = TIMEOUT_CREATED;
    return false;
}

bool timeout_begin(struct timeout *timeout, double delay)
{
    const struct loop *loop = async_get_running_loop();

    return loop != NULL && timeout_at_begin(timeout, loop_time(loop) + delay);
}

static const struct error *end_expiring(struct timeout *timeout,
                                        const struct error *error)
{
    timeout->state = TIMEOUT_EXPIRED;
    if (task_uncancel(timeout->task) <= timeout->cancels &&
        error_is(error, &error_cancelled))
        return &error_timeout;
    return error;
}

const struct error *timeout_end(struct timeout *timeout,
                                const struct error *error)
{
    if (timeout->state == TIMEOUT_EXPIRING)
        return end_expiring(timeout, error);
    if (timeout->state != TIMEOUT_ACTIVE)
        return error;
    timer_cancel(timeout->task->future.loop, &timeout->timer);
    timeout->state = TIMEOUT_FINISHED;
    return error;
}

double timeout_when(const struct timeout *timeout)
{
    return timeout->when;
}

bool timeout_expired(const struct timeout *timeout)
{
    return timeout->state == TIMEOUT_EXPIRING ||
           timeout->state == TIMEOUT_EXPIRED;
}
