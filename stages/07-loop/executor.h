/*
 * executor.h - work that would block, done elsewhere: by threads or processes.
 *
 * The Python it mirrors: concurrent.futures.ThreadPoolExecutor and
 * ProcessPoolExecutor (3.11). Both copy the argument and the result as bytes,
 * so that the same work may be given to either: what it points to must be
 * good where it runs. Both take the jobs in the order of submission.
 *
 *     future = executor_submit(executor, fibonacci, &n, sizeof n, sizeof sum);
 *
 *     future = executor.submit(fibonacci, n)
 */
#ifndef STAGES_07_LOOP_EXECUTOR_H
#define STAGES_07_LOOP_EXECUTOR_H

#include "concurrent.h"
#include "error.h"

#include <stdbool.h>
#include <stddef.h>

struct executor;

/*
 * What is to be done. `argument` is a copy of the bytes that were submitted,
 * `result` has room for the result, all zero; both are aligned for any type,
 * and `result` is NULL if its size is 0. Returns NULL, or the error that it
 * failed with.
 */
typedef const struct error *executor_work(const void *argument, void *result);

/*
 * Threads, at most `max_workers`; 0: 4 more than there are processors, at most
 * 32. One is started with a job when none is idle, and signals are blocked in
 * it. When no more can be started, fewer are enough. Returns NULL with
 * error_last(): MemoryError, OSError. The caller calls executor_free().
 */
struct executor *executor_threads_new(size_t max_workers);

/*
 * Processes, at most `max_workers`; 0: as many as there are processors. They
 * are forked on demand by the executor's one thread, the manager, which is
 * where the callbacks of the futures are called, too. Returns as above.
 *
 * Being forked, a worker has what this process had at that moment: a copy of
 * all memory and descriptors, so that a connection closed here stays open as
 * long as the worker lives; but none of the threads, so that a lock that one
 * of them held is locked there for ever. Work for processes takes no locks
 * but those of malloc, stdio and error.h, which forks wait for. What it prints
 * by stdio is lost unless flushed: workers leave by _exit. Handlers of signals
 * are reset, Ctrl-C is ignored.
 *
 * The error that work returns arrives as the very same if it is a constant,
 * else as one of the same kind, number and text; its kind is a constant.
 *
 * A worker that dies fails the job it had, with a BrokenExecutor that says
 * why; the next job gets a fresh one. In Python it breaks the whole executor:
 * here one page's failure is one page's failure. A job fails with OSError if
 * there is no worker and none can be forked, or none can be waited for.
 */
struct executor *executor_processes_new(size_t max_workers);

/*
 * Gives `work` to a worker, with a copy of `argument_size` bytes. Any thread
 * may call it, a callback among them. The future's result is a pointer to
 * `result_size` bytes that live as long as the future, NULL for none. Returns
 * the future with a hold for the caller, who frees it; or NULL with
 * error_last(): RuntimeError, after shutdown or there is no thread and none
 * can be started; MemoryError; OSError with EMSGSIZE, more than a message to a
 * process holds.
 */
struct concurrent_future *
executor_submit(struct executor *executor, executor_work *work,
                const void *argument, size_t argument_size, size_t result_size);

/*
 * Takes no more jobs. What was submitted is still done, unless
 * `cancel_futures` cancels what has not begun; then those callbacks are called
 * by this thread. With `wait` it returns when all is done and the workers are
 * gone: not to be called from one of its workers or a callback, and by one
 * thread at a time. May be called again.
 */
void executor_shutdown(struct executor *executor, bool wait,
                       bool cancel_futures);

/*
 * Shuts it down with wait and frees it; nobody uses it any more. But after
 * executor_shutdown() without wait it does not wait either: the workers finish
 * what there is, and the last one out frees the rest. NULL is fine.
 */
void executor_free(struct executor *executor);

#endif
