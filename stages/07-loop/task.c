/*
 * task.c - see task.h.
 *
 *     def __step(self, exc=None):
 *         try:
 *             result = coro.send(None) if exc is None else coro.throw(exc)
 *         except StopIteration as exc:
 *             super().set_result(exc.value)
 *         except CancelledError:
 *             super().cancel()
 *         except BaseException as exc:
 *             super().set_exception(exc)
 *         else:
 *             result.add_done_callback(self.__wakeup)
 *             self._fut_waiter = result
 */
#include "task_internal.h"

#include <stdlib.h>

struct future task_bare_yield;

struct coroutine *task_get_coroutine(const struct task *task)
{
    return (struct coroutine *)((char *)(uintptr_t)task + FRAME_OFFSET);
}

/* What it returned, or will. */
static void *returned(const struct task *task)
{
    return ((struct awaitable *)task_get_coroutine(task))->result;
}

/* ---- a step ---- */

static void finish(struct task *task)
{
    const struct error *error = task_get_coroutine(task)->error;

    ring_remove(&task->future.loop->tasks, task);
    task->future.loop->census.tasks--;
    if (error == NULL && task->thrown == NULL) {
        future_settle_result(&task->future, returned(task));
    } else if (error == NULL) { /* just before its end: it was not raised */
        future_settle_cancelled(&task->future, task->thrown_message);
    } else if (error_is(error, &error_cancelled)) {
        task->future.told_once = true;
        future_settle_cancelled(&task->future, task->result);
    } else {
        future_settle_error(&task->future, error);
    }
    future_free(&task->future); /* the loop's hold */
}

/* Returns why the task cannot wait for the future, or NULL. */
static const struct error *why_not(const struct task *task,
                                   const struct future *future)
{
    static const struct error other_loop = ERROR(
        &error_runtime, "the awaited future is attached to a different loop");
    static const struct error itself =
        ERROR(&error_runtime, "Task cannot await on itself");

    if (future == &task->future)
        return &itself;
    return future->loop != task->future.loop ? &other_loop : NULL;
}

static void wait_for(struct task *task, struct future *future)
{
    const struct error *why = why_not(task, future);

    if (why != NULL && task->thrown == NULL) /* it may be cancelled already */
        task->thrown = why;
    if (why != NULL || future_done(future)) {
        loop_put_in_line(task->future.loop, &task->step);
        return;
    }
    future_tell(future, &task->step);
    task->waits = future;
    if (task->thrown != NULL && future_cancel(future, task->thrown_message))
        task->thrown = NULL; /* it comes with the future */
}

/*
 * What is to be raised: as it was cancelled, or what it awaited was. In the
 * latter case the frame finds the error there by itself.
 */
static const struct error *take_thrown(struct task *task)
{
    const struct error *thrown = task->thrown;
    struct future *waited = task->waits;

    task->thrown = NULL;
    task->waits = NULL;
    if (waited != NULL) /* __wakeup() asks for the result, whatever is thrown */
        waited->unretrieved = false;
    if (waited != NULL && error_is(waited->co.error, &error_cancelled)) {
        task->result = waited->result;
        return NULL;
    }
    if (error_is(thrown, &error_cancelled))
        task->result = (void *)(uintptr_t)task->thrown_message;
    return thrown;
}

/* docs: 07-task-step */
static void step(void *data)
{
    struct task *task = data;
    struct loop *loop = task->future.loop;
    struct coroutine *co = task_get_coroutine(task);
    struct future *handed;

    const struct error *thrown = take_thrown(task);
    loop->current = task;
    handed = thrown != NULL ? coroutine_throw(co, thrown) : co->resume(co);
    loop->current = NULL;
    if (handed == NULL)
        finish(task);
    else if (handed == &task_bare_yield)
        loop_put_in_line(loop, &task->step);
    else
        wait_for(task, handed);
}

struct task *task_of_step(const struct handle *handle)
{
    return handle->callback == step ? handle->data : NULL;
}

/* ---- making and letting go ---- */

/* docs: 07-task-cancel */
static bool cancel(struct future *future, const char *message)
{
    struct task *task = (struct task *)future;

    future->unretrieved = false;
    if (future_done(future))
        return false;
    task->cancels++;
    if (task->waits != NULL && future_cancel(task->waits, message))
        return true;
    task->thrown = &error_cancelled;
    task->thrown_message = message;
    return true;
}

static void destroy(struct future *future)
{
    object_free((struct task *)future);
}

static const struct future_type task_type = {
    .name = "Task", .cancel = cancel, .destroy = destroy};

static unsigned next_number(void)
{
    static atomic_uint made;

    return 1 + atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
}

struct task *task_new(struct loop *loop, struct coroutine *object)
{
    static const struct error not_a_coroutine =
        ERROR(&error_type, "a coroutine object was expected, not a future");

    if (object == NULL)
        return NULL;
    if (async_isfuture(object))
        return error_raise_null(&not_a_coroutine);
    if (!loop_check(loop, step)) {
        const struct error *why = error_last();
        coroutine_close(object);
        return error_raise_null(why);
    }
    struct task *task = object_task(object);
    object_leave(task);
    task->future = future_of_type(loop, &task_type);
    future_made(&task->future);
    future_hold(&task->future); /* the loop's, until it is done */
    task->number = next_number();
    task->step = (struct handle){.callback = step, .data = task};
    ring_add(&loop->tasks, task);
    loop->census.tasks++;
    loop_put_in_line(loop, &task->step);
    return task;
}

struct task *loop_create_task(struct loop *loop, struct coroutine *object)
{
    if (loop->task_factory != NULL && object != NULL && !loop->closed)
        return loop->task_factory(loop, object);
    return task_new(loop, object);
}

struct task *async_create_task(struct coroutine *object)
{
    struct loop *loop = async_get_running_loop();

    if (loop != NULL)
        return loop_create_task(loop, object);
    const struct error *why = error_last();
    coroutine_close(object);
    return error_raise_null(why);
}

void loop_set_task_factory(struct loop *loop, loop_task_factory *factory)
{
    loop->task_factory = factory;
}

loop_task_factory *loop_get_task_factory(const struct loop *loop)
{
    return loop->task_factory;
}

void task_free(struct task *task)
{
    if (task != NULL)
        future_free(&task->future);
}

struct future *async_ensure_future(struct coroutine *awaitable,
                                   struct loop *loop)
{
    static const struct error other_loop = ERROR(
        &error_value, "The future belongs to a different loop than the one "
                      "specified as the loop argument");

    if (awaitable == NULL)
        return NULL;
    if (async_isfuture(awaitable)) {
        struct future *future = (struct future *)awaitable;
        if (loop != NULL && loop != future->loop)
            return error_raise_null(&other_loop);
        return future_hold(future);
    }
    struct task *task = loop != NULL ? loop_create_task(loop, awaitable)
                                     : async_create_task(awaitable);
    return task != NULL ? &task->future : NULL;
}

/* ---- cancelling ---- */

bool task_cancel(struct task *task, const char *message)
{
    return future_cancel(&task->future, message);
}

unsigned task_cancelling(const struct task *task)
{
    return task->cancels;
}

unsigned task_uncancel(struct task *task)
{
    if (task->cancels > 0)
        task->cancels--;
    return task->cancels;
}

void task_raise_cancelled(const char *message)
{
    struct task *task = async_current_task(NULL);

    if (task != NULL)
        task->result = (void *)(uintptr_t)message;
}

const char *task_cancel_message(const struct task *task)
{
    if (future_done(&task->future))
        return future_cancel_message(&task->future);
    return task->result;
}

struct task *future_task(struct future *future)
{
    return future->type == &task_type ? (struct task *)future : NULL;
}

/* ---- when the loop closes ---- */

/* Whatever it waits for, it will not be told. */
static void stop_waiting(struct task *task)
{
    if (task->waits != NULL && !future_done(task->waits))
        future_forget(task->waits, &task->step);
    else if (handle_is_in_line(&task->step))
        line_remove(&task->future.loop->ready, &task->step);
    task->waits = NULL;
}

static void abandon(struct loop *loop, struct task *task)
{
    char text[256];

    ring_remove(&loop->tasks, task);
    loop->census.tasks--;
    if (!task->quiet)
        loop_call_exception_handler(
            loop, &(struct error_context){
                      .message = "Task was destroyed but it is pending!",
                      .future = &task->future,
                      .task = task});
    task_describe(task, text, sizeof text);
    if (!coroutine_end(task_get_coroutine(task)))
        async_log("%s: %s", text, error_message(error_last()));
    future_free(&task->future);
}

/* First nobody waits for anybody, so that they may go in any order. */
void tasks_abandon(struct loop *loop)
{
    for (struct task *task = loop->tasks; task != NULL; task = task_next(task))
        stop_waiting(task);
    while (loop->tasks != NULL)
        abandon(loop, loop->tasks);
    while (loop->objects != NULL) {
        const struct coroutine *object = task_get_coroutine(loop->objects);
        if (object->line == CO_NEW)
            async_log("coroutine '%s' was never awaited", object->function);
        object_leave(loop->objects);
    }
}
