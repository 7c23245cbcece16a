/*
 * run_coroutine_threadsafe.c - see run_in_executor.h: from another thread to
 * the loop.
 *
 *     def run_coroutine_threadsafe(coro, loop):
 *         future = concurrent.futures.Future()
 *         def callback():
 *             _chain_future(ensure_future(coro, loop=loop), future)
 *         loop.call_soon_threadsafe(callback)
 *         return future
 */
#include "run_in_executor.h"

#include "loop_internal.h"
#include "wire.h"

#include <stdlib.h>

/* A coroutine on its way to the loop, then its task there. */
struct sent {
    struct wire wire;          /* first; its future is the task's */
    struct coroutine *object;  /* until there is a task */
    struct done_callback done; /* of the task */
};

/* As the task is, so is the future that another thread may wait for. */
static void copy_state(struct future *future,
                       struct concurrent_future *concurrent)
{
    void *result;

    if (future_cancelled(future))
        concurrent_future_cancel(concurrent);
    if (!concurrent_future_set_running(concurrent))
        return; /* it is cancelled */
    if (future_result(future, &result))
        concurrent_future_set_result(concurrent, result);
    else
        concurrent_future_set_error(concurrent, error_last());
}

/* Nothing more will come of it. */
static void end(struct wire *wire)
{
    struct sent *sent = (struct sent *)wire;

    coroutine_close(sent->object);
    future_unwatch(&sent->done);
    if (wire->future != NULL && future_done(wire->future))
        copy_state(wire->future, wire->concurrent);
    else
        concurrent_future_cancel(wire->concurrent);
    wire_let_go(wire);
}

/* A done_callback: the task is over. */
static void on_done(struct future *future, void *data)
{
    (void)future;
    end(data);
}

/*
 * The concurrent future is settled, not by us. If it was cancelled, the task
 * is asked to end, and may take its time.
 */
static void check_cancel(struct wire *wire)
{
    if (concurrent_future_cancelled(wire->concurrent))
        future_cancel(wire->future, NULL);
}

/* The callback, in the loop's thread. */
static void start(struct wire *wire)
{
    struct sent *sent = (struct sent *)wire;
    struct coroutine *object = sent->object;

    sent->object = NULL;
    wire->call = check_cancel; /* from now on */
    wire->future = async_ensure_future(object, wire->loop);
    if (wire->future != NULL && wire_watch(wire)) {
        future_watch(wire->future, &sent->done, on_done, sent);
        return;
    }
    const struct error *why = error_last();
    if (concurrent_future_set_running(wire->concurrent))
        concurrent_future_set_error(wire->concurrent, why);
    wire_let_go(wire); /* a task goes on, but nobody hears of it */
    callback_raise(why);
}

static bool send_object(struct coroutine *object, struct loop *loop,
                        struct concurrent_future *future)
{
    struct sent *sent = calloc(1, sizeof *sent);

    if (sent == NULL)
        return error_raise(&error_memory);
    sent->object = object;
    sent->wire.loop = loop;
    sent->wire.concurrent = concurrent_future_hold(future);
    sent->wire.call = start;
    sent->wire.cut = end;
    if (wire_send(&sent->wire))
        return true;
    concurrent_future_free(future);
    free(sent);
    return false;
}

struct concurrent_future *
async_run_coroutine_threadsafe(struct coroutine *object, struct loop *loop)
{
    static const struct error not_a_coroutine =
        ERROR(&error_type, "A coroutine object is required");
    struct concurrent_future *future;

    if (object == NULL)
        return NULL;
    if (async_isfuture(object))
        return error_raise_null(&not_a_coroutine);
    coroutine_leave(object);
    future = concurrent_future_new();
    if (future != NULL && send_object(object, loop, future))
        return future;
    const struct error *why = error_last();
    concurrent_future_free(future);
    coroutine_close(object);
    return error_raise_null(why);
}
