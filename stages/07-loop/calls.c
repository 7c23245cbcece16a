/*
 * calls.c - see loop.h: what puts callbacks in line, soon and later.
 */
#include "loop_internal.h"

#include "common/clock.h"

#include <math.h>
#include <stdlib.h>

/* A handle of the loop's own, for those who bring none. */
struct own_handle {
    struct timer timer;
    struct loop *loop;
    handle_callback *callback;
    void *data;
};

static void call_own(void *data)
{
    struct own_handle *own = data;
    handle_callback *callback = own->callback;
    void *callback_data = own->data;

    own->loop->census.handles--;
    free(own);
    callback(callback_data);
}

/* A timer, if there is none, that frees itself when it was called. */
static struct timer *own_timer(struct loop *loop, handle_callback *callback,
                               void *data)
{
    struct own_handle *own = malloc(sizeof *own);

    if (own == NULL)
        return error_raise_null(&error_memory);
    *own = (struct own_handle){
        .timer.handle = {.callback = call_own, .data = own},
        .loop = loop,
        .callback = callback,
        .data = data,
    };
    loop->census.handles++;
    return &own->timer;
}

handle_callback *calls_target(const struct handle *handle)
{
    if (handle->callback != call_own)
        return handle->callback;
    return ((const struct own_handle *)handle->data)->callback;
}

void loop_drop(struct loop *loop, struct handle *handle)
{
    line_remove(&loop->ready, handle);
    if (handle->callback == call_own) {
        loop->census.handles--;
        free(handle->data);
    } else if (!future_drop_call(handle)) {
        outside_drop_call(handle);
    }
}

bool loop_check(struct loop *loop, handle_callback *callback)
{
    static const struct error no_callback =
        ERROR(&error_type, "a callback is needed, not NULL");
    static const struct error wrong_thread =
        ERROR(&error_runtime, "Non-thread-safe operation invoked on an event "
                              "loop other than the current one");

    if (callback == NULL)
        return error_raise(&no_callback);
    if (loop->closed)
        return error_raise(&error_loop_closed);
    if (loop->debug && loop_is_running(loop) &&
        !pthread_equal(loop->thread, pthread_self()))
        return error_raise(&wrong_thread);
    return true;
}

static bool check_is_free(const struct handle *handle)
{
    static const struct error in_use =
        ERROR(&error_runtime, "the handle stands in line already");

    return !handle_is_in_line(handle) || error_raise(&in_use);
}

bool(loop_call_soon)(struct loop *loop, struct handle *handle,
                     handle_callback *callback, void *data)
{
    if (!loop_check(loop, callback))
        return false;
    outside_take(loop); /* who called before from another thread is first */
    if (handle == NULL) {
        struct timer *own = own_timer(loop, callback, data);
        if (own == NULL)
            return false;
        loop_put_in_line(loop, &own->handle);
        return true;
    }
    if (!check_is_free(handle))
        return false;
    *handle = (struct handle){.callback = callback, .data = data};
    loop_put_in_line(loop, handle);
    return true;
}

/* Seconds to nanoseconds; what is beyond the end of time is at its end. */
static bool to_ns(double seconds, int64_t *ns)
{
    static const struct error no_number =
        ERROR(&error_value, "the time of a timer is not a number");
    const double most = (double)(INT64_MAX / NS_PER_S);

    if (isnan(seconds))
        return error_raise(&no_number);
    if (seconds >= most || seconds <= -most)
        *ns = seconds > 0 ? INT64_MAX : INT64_MIN;
    else
        *ns = (int64_t)llround(seconds * NS_PER_S);
    return true;
}

static bool call_at_ns(struct loop *loop, struct timer *timer, int64_t when_ns,
                       handle_callback *callback, void *data)
{
    static const struct error is_set =
        ERROR(&error_runtime, "the timer is set already");

    if (timer == NULL)
        timer = own_timer(loop, callback, data);
    else if (timer->place != 0 || handle_is_in_line(&timer->handle))
        return error_raise(&is_set);
    else
        timer->handle = (struct handle){.callback = callback, .data = data};
    if (timer == NULL)
        return false;
    if (timers_add(&loop->timers, timer, when_ns) == 0)
        return true;
    if (timer->handle.callback == call_own) {
        loop->census.handles--;
        free(timer->handle.data);
    }
    return error_raise(&error_memory);
}

bool(loop_call_at)(struct loop *loop, struct timer *timer, double when,
                   handle_callback *callback, void *data)
{
    int64_t when_ns = 0;

    return loop_check(loop, callback) && to_ns(when, &when_ns) &&
           call_at_ns(loop, timer, when_ns, callback, data);
}

bool(loop_call_later)(struct loop *loop, struct timer *timer, double delay,
                      handle_callback *callback, void *data)
{
    int64_t delay_ns = 0, when_ns;

    if (!loop_check(loop, callback) || !to_ns(delay, &delay_ns))
        return false;
    if (__builtin_add_overflow(loop->clock.now_ns(loop->clock.data), delay_ns,
                               &when_ns))
        when_ns = delay_ns > 0 ? INT64_MAX : INT64_MIN;
    return call_at_ns(loop, timer, when_ns, callback, data);
}

/* The line that begins with it; or any, if it is not the first of one. */
static struct handle **line_of(struct loop *loop, const struct handle *handle)
{
    if (loop->running == handle)
        return &loop->running;
    return loop->found == handle ? &loop->found : &loop->ready;
}

void handle_cancel(struct loop *loop, struct handle *handle)
{
    if (handle_is_in_line(handle))
        line_remove(line_of(loop, handle), handle);
    handle->callback = NULL;
}

void timer_cancel(struct loop *loop, struct timer *timer)
{
    timers_remove(&loop->timers, timer);
    handle_cancel(loop, &timer->handle);
}

bool timer_cancelled(const struct timer *timer)
{
    return handle_cancelled(&timer->handle);
}

double timer_when(const struct timer *timer)
{
    return (double)timer->when_ns / NS_PER_S;
}
