/*
 * loop.h - the event loop: who has a turn, and when.
 *
 * The Python it mirrors: asyncio's event loop (base_events.py,
 * selector_events.py, unix_events.py). A pass of it has three phases:
 *
 *     1. wait until something can be done, and put in line the callbacks of
 *        descriptors that are ready (select, once for all);
 *     2. put in line the timers that are due;
 *     3. call those that stand in line now, one after another. What they put
 *        in line has its turn in the next pass.
 *
 * One thread runs a loop; only loop_call_soon_threadsafe() and what is built
 * upon it may be called from another one.
 */
#ifndef STAGES_07_LOOP_LOOP_H
#define STAGES_07_LOOP_LOOP_H

#include "error.h"
#include "future.h"
#include "handle.h"
#include "task.h"
#include "timers.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>

struct loop;

/* ---- its life ---- */

/*
 * An idle loop with stage 05's selector; `backend` as there, NULL: the best.
 * Returns NULL with error_last(). The caller calls loop_close(), loop_free().
 */
struct loop *loop_new(const char *backend);

/*
 * Closes it; nothing happens if it is closed. Tasks that are not done are
 * reported and ended as coroutine_close() ends a coroutine; what stands in
 * line is dropped. Returns false with error_last(): error_runtime, it is
 * running.
 */
bool loop_close(struct loop *loop);

/*
 * Frees it, closing it first. NULL is fine. While futures of it are held its
 * memory stays, until the last one is let go; how many there were is logged,
 * and false returned, with error_last() a case of error_runtime.
 */
bool loop_free(struct loop *loop);

bool loop_is_running(const struct loop *loop);
bool loop_is_closed(const struct loop *loop);

/* The one that this thread runs; NULL with error_last(): error_runtime. */
struct loop *async_get_running_loop(void);

/* ---- running ---- */

/*
 * Runs until loop_stop(). Returns false with error_last(): error_runtime, it
 * is closed, it is running, or this thread runs another one; error_os, it
 * cannot wait any more.
 */
bool loop_run_forever(struct loop *loop);

/*
 * Runs until the awaitable, a future or a coroutine object, is over; `result`
 * may be NULL. Returns false with error_last(): what it failed with; a case of
 * error_cancelled, with the message that it was cancelled with; error_runtime
 * as above, or the loop was stopped before.
 */
bool loop_run_until_complete(struct loop *loop, struct coroutine *awaitable,
                             void **result);

/* The pass that is running, or the next one if it does not run, is the last. */
void loop_stop(struct loop *loop);

/*
 * asyncio.run(): a new loop that runs the object, then cancels and awaits all
 * tasks left over, closes the async generators, shuts the default executor
 * down, and closes. Ctrl-C cancels the object. Returns as
 * loop_run_until_complete() does; false with error_keyboard_interrupt after
 * Ctrl-C. What *result points to must not be part of the frame, which is gone.
 */
bool async_run(struct coroutine *object, void **result);

/* ---- callbacks, soon and later ---- */

/*
 * Puts a callback in line for the next pass. Whoever may want to cancel it
 * brings a handle, in no line, that stays until the call; with NULL the loop
 * uses one of its own. Returns false with error_last(): error_runtime, the
 * loop is closed (in debug mode also: this is another thread); error_type,
 * no callback; error_memory, only without a handle.
 */
bool loop_call_soon(struct loop *loop, struct handle *handle,
                    handle_callback *callback, void *data);

/*
 * The same after `delay` seconds, or when loop_time() is `when`: at once if
 * that is past. Those with the same deadline are called in the order in which
 * they were set. A timer that is set may not be set again before it is due or
 * cancelled. Also false with error_last(): error_value, the time is no
 * number; error_runtime, the timer is set.
 */
bool loop_call_later(struct loop *loop, struct timer *timer, double delay,
                     handle_callback *callback, void *data);
bool loop_call_at(struct loop *loop, struct timer *timer, double when,
                  handle_callback *callback, void *data);

/*
 * It will not be called: handle.cancel(). From then on its memory is yours.
 * Any number of times, before, in and after the call; the loop must be the
 * one that it was given to.
 */
void handle_cancel(struct loop *loop, struct handle *handle);
void timer_cancel(struct loop *loop, struct timer *timer);

bool timer_cancelled(const struct timer *timer);

/* When it is due, in seconds of loop_time(): handle.when() */
double timer_when(const struct timer *timer);

/*
 * loop_call_soon() from any thread; wakes the loop if it waits. Who may want
 * to cancel the call brings a handle: all zero, and in no use before the call
 * was made or the loop is closed, cancelled or not.
 */
struct threadsafe_handle {
    struct handle handle;
    handle_callback *callback;
    void *data;
    atomic_bool cancelled;
    bool owned; /* by the loop */
};
bool loop_call_soon_threadsafe(struct loop *loop,
                               struct threadsafe_handle *handle,
                               handle_callback *callback, void *data);

/* From any thread. */
void threadsafe_handle_cancel(struct threadsafe_handle *handle);
bool threadsafe_handle_cancelled(struct threadsafe_handle *handle);

/* ---- the time ---- */

/* A timeout of None, in seconds: time is never up. */
#define ASYNC_FOREVER ((double)INFINITY)

/* Seconds of the loop's clock, which only goes forward. */
double loop_time(const struct loop *loop);

/*
 * Another clock than the machine's: what it shows, and, if it can be moved,
 * how to move it to the moment for which the loop would have to wait.
 */
struct loop_clock {
    int64_t (*now_ns)(void *data);
    void (*move_to)(void *data, int64_t when_ns); /* NULL: wait for it */
    void *data;
};

/* Not while timers are set. NULL: the machine's. */
void loop_set_clock(struct loop *loop, const struct loop_clock *clock);

/* ---- descriptors ---- */

/*
 * Has the callback called in each pass that finds `fd` ready for reading, or
 * writing, in place of the one that was there. Returns false with
 * error_last(): error_runtime, the loop is closed; error_type, no callback;
 * error_value, no descriptor, or one beyond what select can hold; error_os as
 * selector_register() has it: EPERM, a regular file, which is always ready.
 */
bool loop_add_reader(struct loop *loop, int fd, handle_callback *callback,
                     void *data);
bool loop_add_writer(struct loop *loop, int fd, handle_callback *callback,
                     void *data);

/*
 * It is called no more, even if it stands in line. To be called before the
 * descriptor is closed. Returns whether there was one.
 */
bool loop_remove_reader(struct loop *loop, int fd);
bool loop_remove_writer(struct loop *loop, int fd);

/* ---- signals ---- */

/*
 * Has the callback called, as an ordinary one, each time that the signal
 * comes, in place of the callback that was there. One loop of the process has
 * a signal. Returns false with error_last(): error_runtime, the loop is closed,
 * another loop has it, or it cannot be caught (SIGKILL); error_value, that is
 * no signal; error_type, no callback; error_os, error_memory.
 */
bool loop_add_signal_handler(struct loop *loop, int signal_number,
                             handle_callback *callback, void *data);

/*
 * Gives the signal its default action back, and calls the callback no more,
 * even if it stands in line. Returns whether there was one.
 */
bool loop_remove_signal_handler(struct loop *loop, int signal_number);

/* ---- errors that nobody else can receive ---- */

/* What went wrong, and with whom; what does not apply is NULL. */
struct error_context {
    const char *message;
    const struct error *error;
    struct future *future;
    struct task *task;
    const char *callback; /* its name, if it is known */
};
typedef void loop_exception_handler(struct loop *loop,
                                    const struct error_context *context,
                                    void *data);

/* NULL: the default one, which logs. */
void loop_set_exception_handler(struct loop *loop,
                                loop_exception_handler *handler, void *data);
loop_exception_handler *loop_get_exception_handler(const struct loop *loop);

void loop_call_exception_handler(struct loop *loop,
                                 const struct error_context *context);
void loop_default_exception_handler(struct loop *loop,
                                    const struct error_context *context);

/*
 * For a callback that fails: what an exception that leaves it is in Python.
 * To be followed by a return. The loop tells the exception handler, and goes
 * on with the next callback.
 */
void callback_raise(const struct error *error);

/* Where what is logged goes: logging.getLogger("asyncio"). NULL: stderr. */
typedef void async_log_sink(const char *text, void *data);
void async_set_log(async_log_sink *sink, void *data);

/* ---- tasks, otherwise ---- */

/*
 * Makes the tasks, in place of task_new(), which it may call. It takes the
 * object, even if it returns NULL, then with error_last().
 */
typedef struct task *loop_task_factory(struct loop *loop,
                                       struct coroutine *object);
void loop_set_task_factory(struct loop *loop, loop_task_factory *factory);
loop_task_factory *loop_get_task_factory(const struct loop *loop);

/* ---- looking for mistakes ---- */

/*
 * In debug mode the loop logs callbacks that took longer than
 * loop_slow_callback_duration() seconds (0.1), refuses calls from another
 * thread, and logs coroutine objects that nobody has awaited when it closes.
 * It is off at first.
 */
void loop_set_debug(struct loop *loop, bool debug);
bool loop_get_debug(const struct loop *loop);
void loop_set_slow_callback_duration(struct loop *loop, double seconds);
double loop_slow_callback_duration(const struct loop *loop);

/*
 * So that a slow callback can be named, in debug mode the loop remembers how
 * each was written where it was given.
 */
void loop_name_callback(struct loop *loop, handle_callback *callback,
                        const char *name);
#define loop_call_soon(loop, handle, callback, data) \
    (loop_name_callback(loop, callback, #callback),  \
     (loop_call_soon)(loop, handle, callback, data))
#define loop_call_later(loop, timer, delay, callback, data) \
    (loop_name_callback(loop, callback, #callback),         \
     (loop_call_later)(loop, timer, delay, callback, data))
#define loop_call_at(loop, timer, when, callback, data) \
    (loop_name_callback(loop, callback, #callback),     \
     (loop_call_at)(loop, timer, when, callback, data))

/* What the loop knows of at this moment, for those who look for leaks. */
struct loop_census {
    size_t futures; /* held by anybody, tasks among them; not in frames */
    size_t tasks;   /* that are not done */
    size_t handles; /* in line, due later, or waiting for a future */
    size_t watched; /* descriptors with a reader or writer */
    size_t passes;  /* since it was made */
    size_t waits;   /* returns from the selector */
    size_t retries; /* calls on sockets that answered "not yet" */
};
struct loop_census loop_census(const struct loop *loop);

#endif
