/*
 * run_in_executor.h - from a loop to other threads and processes, and back.
 *
 * The Python it mirrors: loop.run_in_executor() (base_events.py),
 * asyncio.wrap_future() (futures.py) and asyncio.run_coroutine_threadsafe()
 * (tasks.py). Two futures are chained, one of each world: when the work is
 * done the loop's is settled, in the loop's thread; when one is cancelled, so
 * is the other.
 */
#ifndef STAGES_07_LOOP_RUN_IN_EXECUTOR_H
#define STAGES_07_LOOP_RUN_IN_EXECUTOR_H

#include "concurrent.h"
#include "executor.h"
#include "loop.h"

#include <pthread.h>

/*
 * Has the work done by the executor; NULL: by the loop's own, a pool of
 * threads that is made when it is first needed. As for executor_submit(), the
 * argument's bytes are copied, and the future's result is a pointer to
 * `result_size` bytes, which live as long as the future. The caller holds it;
 * future_free(). Returns NULL with error_last(): as executor_submit(), or
 * error_runtime: the loop is closed, or its executor was shut down.
 *
 * Cancelling the future cancels work that has not begun; what runs, runs on.
 * So it does when the loop is closed, but nobody hears of it any more.
 */
struct future *loop_run_in_executor(struct loop *loop,
                                    struct executor *executor,
                                    executor_work *work, const void *argument,
                                    size_t argument_size, size_t result_size);

/*
 * From now on this executor, one of threads, does the work where none is
 * named; NULL: a new one. It is the loop's, which shuts it down and frees it.
 * The one before takes no more work, and ends when it has done what it has.
 * The loop must not be closed.
 */
void loop_set_default_executor(struct loop *loop, struct executor *executor);

/*
 * Is over when the loop's own executor has done all its work and its threads
 * are gone; it takes no more. Cancelled while it waits, it ends no sooner: it
 * blocks the loop, as in Python. Fails with error_runtime, no thread can be
 * started to wait; error_os, error_memory.
 */
struct loop_shutdown_default_executor {
    struct coroutine co;
    void *result;
    struct loop *loop;
    struct executor *executor; /* to be ended; NULL: by an earlier one */
    pthread_t thread;          /* that does so */
    struct concurrent_future *ended;
    struct future *future;
};
struct loop_shutdown_default_executor
loop_shutdown_default_executor(struct loop *loop);

/*
 * A future of the loop (NULL: of the running one) that is settled as the
 * other is, with the same result. The caller holds it; the other one is held
 * as long as it is. Returns NULL with error_last(): error_memory;
 * error_runtime, the loop is closed, or none is running.
 */
struct future *async_wrap_future(struct concurrent_future *future,
                                 struct loop *loop);

/*
 * Hands a coroutine object to a loop that runs in another thread, and returns
 * a future to wait for, which the caller lets go with
 * concurrent_future_free(), at any time. Cancelling it cancels the task over
 * there, which may clean up. A result that is a pointer must not be part of
 * the frame, which is gone by then. If the loop is closed before the task is
 * done, the future is cancelled; in Python it stays pending.
 *
 * Any thread may call it, but the loop must not be freed meanwhile. Returns
 * NULL with error_last(): error_memory; error_type, that is a future;
 * error_runtime, the loop is closed. The object is freed then, too.
 */
struct concurrent_future *
async_run_coroutine_threadsafe(struct coroutine *object, struct loop *loop);

#endif
