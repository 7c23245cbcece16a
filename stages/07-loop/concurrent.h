/*
 * concurrent.h - a future that threads share: one settles it, others wait.
 *
 * The Python it mirrors: concurrent.futures.Future (3.11), not asyncio's: it
 * belongs to no loop, has a lock inside, and result() really waits. An
 * executor hands it out; a loop wraps it before it awaits it.
 *
 * Every call may come from any thread that has a hold on the future. CPython
 * has two CancelledErrors, one here and one in asyncio; here both are
 * error_cancelled.
 */
#ifndef STAGES_07_LOOP_CONCURRENT_H
#define STAGES_07_LOOP_CONCURRENT_H

#include "error.h"

#include <stdbool.h>
#include <stddef.h>

struct concurrent_future;

/* ---- holding it ---- */

/*
 * Makes a pending future, with one hold on it, the caller's. Returns NULL with
 * error_last(): MemoryError, OSError.
 */
struct concurrent_future *concurrent_future_new(void);

/*
 * The same with `size` bytes of its own, all zero, aligned for any type, which
 * live as long as the future: a place for what its result points to. They are
 * written before the future is settled, and read after that.
 */
struct concurrent_future *concurrent_future_new_with_bytes(size_t size);

/* Those bytes; NULL if there are none. */
void *concurrent_future_bytes(struct concurrent_future *future);

/*
 * One more hold: returns the same future. Each hold is let go once by
 * concurrent_future_free(), and with the last one the future goes; what waits
 * in it for a settlement that nobody will make is forgotten. NULL is fine.
 */
struct concurrent_future *
concurrent_future_hold(struct concurrent_future *future);
void concurrent_future_free(struct concurrent_future *future);

/* ---- for whoever does the work ---- */

/*
 * set_running_or_notify_cancel(): says that the work begins, from when on it
 * cannot be cancelled. Returns false with error_last(): error_cancelled, it
 * was, and there is nothing to do; RuntimeError, it was called before.
 */
bool concurrent_future_set_running(struct concurrent_future *future);

/*
 * Settles the future: wakes those who wait, then calls the callbacks, in this
 * thread. The result is a pointer that the future never looks behind. Returns
 * false with error_last(): InvalidStateError, it is settled already.
 */
bool concurrent_future_set_result(struct concurrent_future *future,
                                  void *result);
bool concurrent_future_set_error(struct concurrent_future *future,
                                 const struct error *error);

/* ---- for whoever wants the result ---- */

/*
 * Settles it as cancelled if the work has not begun, with callbacks as above.
 * Returns true if it is cancelled, now or before; false: it runs or is done.
 */
bool concurrent_future_cancel(struct concurrent_future *future);

/* How it stands, which may be otherwise when the caller looks at the answer. */
bool concurrent_future_cancelled(struct concurrent_future *future);
bool concurrent_future_running(struct concurrent_future *future);
bool concurrent_future_done(struct concurrent_future *future); /* settled */

/*
 * Waits until it is settled, at most `timeout_s` seconds by the monotonic
 * clock; negative: for ever. Returns true and sets *result; false with
 * error_last(): the error it was settled with, error_cancelled, or TimeoutError
 * if it is not settled yet. `result` may be NULL. Not for the thread that a
 * loop runs in, nor for a callback of the future's own executor.
 */
bool concurrent_future_result(struct concurrent_future *future,
                              double timeout_s, void **result);

/*
 * exception(): the same, but the error it was settled with, NULL: none, comes
 * back in *error, and false stands for the other two alone.
 */
bool concurrent_future_error(struct concurrent_future *future, double timeout_s,
                             const struct error **error);

/* `data` is what it was added with. The future is held meanwhile. */
typedef void concurrent_callback(struct concurrent_future *future, void *data);

/*
 * Has `callback` called once, when the future is settled, by the thread that
 * does it; at once, by this thread, if it is settled. Callbacks come in the
 * order in which they were added, without any lock held. Returns false with
 * error_last(): MemoryError.
 */
bool concurrent_future_add_done_callback(struct concurrent_future *future,
                                         concurrent_callback *callback,
                                         void *data);

/*
 * Takes it back, the first one that was added with these two. Returns true:
 * it will not be called; false: it was, or another thread is about to, or it
 * was never added. Python has this for asyncio's futures alone.
 */
bool concurrent_future_remove_done_callback(struct concurrent_future *future,
                                            concurrent_callback *callback,
                                            void *data);

#endif
