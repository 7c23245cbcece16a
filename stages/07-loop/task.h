/*
 * task.h - drives a coroutine, one step for each time that it is woken.
 *
 * The Python it mirrors: asyncio.Task (tasks.py). A task is a future, settled
 * when its coroutine is over, with what that returned or failed with.
 *
 *     self->task = async_create_task(COROUTINE(fetch_new(url)));
 *     ...
 *     CO_AWAIT(self, *self->task);            body = await task
 *     self->body = self->task->result;
 *     CO_FINALLY(self);
 *     task_free(self->task);
 *
 * A frame that is to be driven by a task begins with these two members, as a
 * future does; what the coroutine returns is put into the second:
 *
 *     struct fetch {
 *         struct coroutine co;
 *         void *result;
 *         ...
 *
 * What is handed out must be awaited: at a CO_YIELD of one's own nobody looks
 * at errors, so neither a failure nor a cancellation is raised there.
 */
#ifndef STAGES_07_LOOP_TASK_H
#define STAGES_07_LOOP_TASK_H

#include "future.h"

/* What every frame that a task drives, and every future, begins with. */
struct awaitable {
    struct coroutine co;
    void *result;
};

/*
 * It holds its coroutine's frame: one piece of memory for both, so whoever
 * holds the task may look at what the coroutine left in its frame.
 */
struct task {
    union { /* so that *task can be awaited as *future can */
        struct {
            struct coroutine co;
            void *result;
        };
        struct future future;
    };
    struct handle step;   /* in line at the loop, or among those who wait */
    struct future *waits; /* for this one, or NULL */
    const struct error *thrown; /* raised at the next step: error_cancelled,
                                   or what it did wrong; NULL: nothing */
    const char *thrown_message; /* with error_cancelled */
    struct task *next, *prev;   /* among those of the loop that are not done */
    const char *name;           /* NULL: "Task-<number>" */
    unsigned number;            /* 0: an object that no task drives yet */
    unsigned cancels;           /* requests, less those taken back */
    bool quiet;                 /* that it was never done is no news */
    const void *magic;          /* tells an object from other memory */
};

/* ---- coroutine objects ---- */

/*
 * COROUTINE(fetch_new(url)) makes an object of a frame of which nothing has
 * run: a copy in memory of its own. It is yours until you give it to a task,
 * or to anything that takes an awaitable, which then frees it, even if that
 * call fails; or until coroutine_close(). Returns NULL with error_last():
 * error_memory; whatever it is given to passes that on.
 */
#define COROUTINE(frame)                                                     \
    coroutine_new(&((__typeof__(frame)[1]){frame})[0].co, FRAME_SIZE(frame), \
                  #frame)

/*
 * sizeof(frame); if it does not begin as it should, there is an array of a
 * negative size. A _Static_assert() would have to stand inside a struct, and
 * there clang takes no frame that is made of another object.
 */
#define FRAME_SIZE(frame) \
    (sizeof(frame) +      \
     0 * sizeof(char[BEGINS_WITH_CO_AND_RESULT(frame) ? 1 : -1]))
#define BEGINS_WITH_CO_AND_RESULT(frame) \
    (offsetof(__typeof__(frame), result) == offsetof(struct awaitable, result))

/* What COROUTINE() calls; `call` is how it was made, until it has begun. */
struct coroutine *coroutine_new(const struct coroutine *frame, size_t size,
                                const char *call);

/*
 * Frees an object that was not given away: coro.close(). NULL is fine, and so
 * is a future, to which nothing happens. The object may have been begun by
 * awaiting it: then error_generator_exit is raised where it waits, and its
 * CO_FINALLY runs, but may not wait. Returns true; or false with error_last():
 * what it failed with, or error_runtime: it waited.
 */
bool coroutine_close(struct coroutine *object);

/* Whether it is a future or a task, and no coroutine: asyncio.isfuture(). */
bool async_isfuture(const struct coroutine *awaitable);

/* Inside a coroutine: fails as the call did, if it returned NULL or false. */
#define CO_CHECK(self, call)              \
    do {                                  \
        if (!(call))                      \
            CO_RAISE(self, error_last()); \
    } while (0)

/* ---- tasks ---- */

/*
 * Makes a task that drives the object: its first step comes in the loop's
 * next pass. The caller holds the task and lets it go with task_free(); that
 * does not end it: the loop holds it until it is done. Returns NULL with
 * error_last(): error_runtime, the loop is closed (or no loop is running);
 * error_type, that is a future; error_memory.
 */
struct task *loop_create_task(struct loop *loop, struct coroutine *object);
struct task *async_create_task(struct coroutine *object);

/* The same without the loop's task factory: asyncio.Task(coro, loop=loop). */
struct task *task_new(struct loop *loop, struct coroutine *object);

/* future_free(&task->future); NULL is fine. */
void task_free(struct task *task);

/*
 * A future as it is, held once more; of a coroutine object a new task. Ended
 * by future_free(). `loop` NULL: the running one. Returns NULL with
 * error_last() as loop_create_task().
 */
struct future *async_ensure_future(struct coroutine *awaitable,
                                   struct loop *loop);

/*
 * Asks it to end: error_cancelled is raised where it waits, in its next step;
 * of one that has not begun, nothing will run. The coroutine may clean up,
 * wait, and even go on. `message` may be NULL and must stay. Returns false if
 * the task is done.
 */
bool task_cancel(struct task *task, const char *message);

/* How often that was asked for: task.cancelling() */
unsigned task_cancelling(const struct task *task);

/* Takes one request back, and returns how many are left: task.uncancel() */
unsigned task_uncancel(struct task *task);

/* The message of the last cancellation that was raised in it, or NULL. */
const char *task_cancel_message(const struct task *task);

/*
 * Its name; the text must stay. "Task-1" and so on unless it was given one:
 * that text is in a buffer of this thread until the next call.
 */
const char *task_get_name(const struct task *task);
void task_set_name(struct task *task, const char *name);

/* The frame that it drives. */
struct coroutine *task_get_coroutine(const struct task *task);

/* The task that a future is, or NULL: it is none. */
struct task *future_task(struct future *future);

/* The one whose step is running in this loop (NULL: the running loop). */
struct task *async_current_task(const struct loop *loop);

/*
 * The tasks of the loop that are not done, in the order of their making: the
 * first, and the next after one. NULL: there is no more.
 */
struct task *async_all_tasks(const struct loop *loop);
struct task *task_next(const struct task *task);

/*
 * Writes where it waits: function and line of every frame, the outermost
 * first. task.print_stack()
 */
void task_print_stack(const struct task *task, FILE *file);

#endif
