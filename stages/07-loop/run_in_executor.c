/*
 * run_in_executor.c - see run_in_executor.h: from the loop to an executor.
 *
 *     def run_in_executor(self, executor, func, *args):
 *         if executor is None:
 *             executor = self._default_executor = ThreadPoolExecutor()
 *         return futures.wrap_future(executor.submit(func, *args), loop=self)
 */
#include "run_in_executor.h"

#include "loop_internal.h"
#include "wire.h"

#include <stdlib.h>

/* ---- wrap_future ---- */

struct wrapped {
    struct future future;
    struct concurrent_future *source; /* held: its bytes may be our result */
    struct done_callback done;
};

static void destroy(struct future *future)
{
    struct wrapped *wrapped = (struct wrapped *)future;

    concurrent_future_free(wrapped->source);
    free(wrapped);
}

static const struct future_type wrapped_type = {.name = "Future",
                                                .destroy = destroy};

/* A done_callback: if it was cancelled, so is what it wraps. */
static void check_cancel(struct future *future, void *data)
{
    const struct wrapped *wrapped = data;

    if (future != NULL && future_cancelled(future))
        concurrent_future_cancel(wrapped->source);
}

static struct wrapped *wrapped_new(struct concurrent_future *source,
                                   struct loop *loop)
{
    struct wrapped *wrapped = calloc(1, sizeof *wrapped);

    if (wrapped == NULL)
        return error_raise_null(&error_memory);
    wrapped->future = future_of_type(loop, &wrapped_type);
    wrapped->source = concurrent_future_hold(source);
    future_made(&wrapped->future);
    future_watch(&wrapped->future, &wrapped->done, check_cancel, wrapped);
    return wrapped;
}

/* The source is settled: so is the loop's future, if it is not by now. */
static void copy_state(struct wire *wire)
{
    void *result;

    if (!future_done(wire->future)) {
        if (concurrent_future_result(wire->concurrent, 0, &result))
            future_settle_result(wire->future, result);
        else if (concurrent_future_cancelled(wire->concurrent))
            future_settle_cancelled(wire->future, NULL);
        else
            future_settle_error(wire->future, error_last());
    }
    wire_let_go(wire);
}

/* The loop is told when the source is settled. */
static bool watch_source(struct wrapped *wrapped)
{
    struct wire *wire = malloc(sizeof *wire);

    if (wire == NULL)
        return error_raise(&error_memory);
    *wire = (struct wire){
        .loop = wrapped->future.loop,
        .future = future_hold(&wrapped->future),
        .concurrent = concurrent_future_hold(wrapped->source),
        .call = copy_state,
        .cut = wire_let_go,
    };
    wire_join(wire);
    if (wire_watch(wire))
        return true;
    wire_let_go(wire);
    return error_raise(&error_memory);
}

struct future *async_wrap_future(struct concurrent_future *source,
                                 struct loop *loop)
{
    if (loop == NULL && (loop = async_get_running_loop()) == NULL)
        return NULL;
    if (loop_is_closed(loop))
        return error_raise_null(&error_loop_closed);
    struct wrapped *wrapped = wrapped_new(source, loop);
    if (wrapped == NULL)
        return NULL;
    if (watch_source(wrapped))
        return &wrapped->future;
    future_free(&wrapped->future);
    return error_raise_null(&error_memory);
}

void *wrapped_bytes(struct future *future)
{
    return concurrent_future_bytes(((struct wrapped *)future)->source);
}

/* ---- run_in_executor ---- */

static struct executor *default_executor(struct loop *loop)
{
    static const struct error shut_down =
        ERROR(&error_runtime, "Executor shutdown has been called");

    if (loop->executor_shut_down)
        return error_raise_null(&shut_down);
    if (loop->executor == NULL)
        loop->executor = executor_threads_new(0);
    return loop->executor;
}

struct future *loop_run_in_executor(struct loop *loop,
                                    struct executor *executor,
                                    executor_work *work, const void *argument,
                                    size_t argument_size, size_t result_size)
{
    if (loop_is_closed(loop))
        return error_raise_null(&error_loop_closed);
    if (executor == NULL && (executor = default_executor(loop)) == NULL)
        return NULL;
    struct concurrent_future *source =
        executor_submit(executor, work, argument, argument_size, result_size);
    if (source == NULL)
        return NULL;
    struct future *future = async_wrap_future(source, loop);
    const struct error *why = error_last();
    if (future == NULL)
        concurrent_future_cancel(source); /* if it is not too late: then
                                             nobody hears of the work */
    concurrent_future_free(source);
    return future != NULL ? future : error_raise_null(why);
}

/* Without waiting: what it has to do is done, then its threads end. */
static void drop_executor(struct loop *loop)
{
    if (loop->executor == NULL)
        return;
    executor_shutdown(loop->executor, false, false);
    executor_free(loop->executor);
    loop->executor = NULL;
}

void loop_set_default_executor(struct loop *loop, struct executor *executor)
{
    drop_executor(loop);
    loop->executor = executor;
}

void default_executor_close(struct loop *loop)
{
    drop_executor(loop);
    concurrent_future_free(loop->executor_ended);
    loop->executor_ended = NULL;
}
