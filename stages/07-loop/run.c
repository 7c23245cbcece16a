/*
 * run.c - see loop.h: a loop that runs for one result; and async_run(), one
 * from its making to its end.
 *
 *     with Runner() as runner:
 *         return runner.run(main)
 */
#include "async_generator.h"
#include "gather.h"
#include "loop_internal.h"
#include "run_in_executor.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* ---- until a future is settled ---- */

/* The future that the loop runs for is settled. */
static void stop_at_end(void *data)
{
    loop_stop(data);
}

static bool run_until_settled(struct loop *loop, struct future *future,
                              void **result)
{
    static const struct error stopped =
        ERROR(&error_runtime, "Event loop stopped before Future completed.");
    struct handle end = {.callback = stop_at_end, .data = loop};

    if (future_done(future))
        loop_put_in_line(loop, &end);
    else
        future_tell(future, &end);
    bool ran = loop_run_forever(loop);
    if (handle_is_in_line(&end)) {
        if (!future_done(future))
            future_forget(future, &end);
        else
            handle_cancel(loop, &end);
    }
    if (!ran)
        return false;
    if (!future_done(future))
        return error_raise(&stopped);
    const char *message = NULL; /* no task is running that could be told */
    if (error_is(future->co.error, &error_cancelled))
        message = future->result;
    return future_result(future, result) ||
           (message != NULL &&
            error_raise(error_new(&error_cancelled, "%s", message)));
}

bool loop_run_until_complete(struct loop *loop, struct coroutine *awaitable,
                             void **result)
{
    if (awaitable == NULL)
        return false;
    if (!loop_check_can_run(loop)) {
        const struct error *why = error_last();
        if (!async_isfuture(awaitable))
            coroutine_close(awaitable);
        return error_raise(why);
    }
    bool is_new = !async_isfuture(awaitable);
    struct future *future = async_ensure_future(awaitable, loop);
    if (future == NULL)
        return false;
    if (is_new && future_task(future) != NULL)
        future_task(future)->quiet = true; /* we say that it was not done */
    bool has_result = run_until_settled(loop, future, result);
    const struct error *why = error_last();
    future_free(future);
    return has_result || error_raise(why);
}

/* ---- Ctrl-C ---- */

struct interrupt {
    struct loop *loop;
    struct task *main;
    bool came;
};

/* The first one asks the coroutine to end; the next one is not caught. */
static void on_interrupt(void *data)
{
    struct interrupt *interrupt = data;

    interrupt->came = true;
    loop_remove_signal_handler(interrupt->loop, SIGINT);
    task_cancel(interrupt->main, NULL);
}

/* Not if somebody else takes care of it, nor in any thread but the first. */
static void catch_interrupt(struct interrupt *interrupt)
{
    struct sigaction now;

    if (gettid() == getpid() && sigaction(SIGINT, NULL, &now) == 0 &&
        now.sa_handler == SIG_DFL)
        loop_add_signal_handler(interrupt->loop, SIGINT, on_interrupt,
                                interrupt);
}

static bool run_main(struct loop *loop, struct coroutine *object, void **result)
{
    struct interrupt interrupt = {.loop = loop};

    interrupt.main = loop_create_task(loop, object);
    if (interrupt.main == NULL)
        return false;
    interrupt.main->quiet = true;
    catch_interrupt(&interrupt);
    bool ended = loop_run_until_complete(loop, &interrupt.main->co, result);
    const struct error *why = error_last();
    loop_remove_signal_handler(loop, SIGINT);
    if (!ended && interrupt.came && future_cancelled(&interrupt.main->future) &&
        task_uncancel(interrupt.main) == 0)
        why = &error_keyboard_interrupt;
    task_free(interrupt.main);
    return ended || error_raise(why);
}

/* ---- what is left over ---- */

static void report_failed(struct loop *loop, struct task *task)
{
    const struct error *error;

    if (!future_cancelled(&task->future) &&
        future_error(&task->future, &error) && error != NULL)
        loop_call_exception_handler(
            loop,
            &(struct error_context){
                .message = "unhandled exception during asyncio.run() shutdown",
                .error = error,
                .task = task});
}

/* All are cancelled first, then awaited: they may clean up together. */
static void cancel_and_await(struct loop *loop, struct coroutine *left[],
                             size_t count)
{
    struct future *all = async_gather_exceptions(left, count); /* holds them */

    if (all == NULL)
        return; /* then closing the loop ends them */
    for (size_t i = 0; i < count; i++)
        task_cancel((struct task *)left[i], NULL);
    loop_run_until_complete(loop, &all->co, NULL);
    for (size_t i = 0; i < count; i++)
        report_failed(loop, (struct task *)left[i]);
    future_free(all);
}

static void cancel_all_tasks(struct loop *loop)
{
    size_t count = loop->census.tasks, i = 0;
    struct coroutine **left = calloc(count + 1, sizeof(struct coroutine *));

    if (left == NULL)
        return;
    for (struct task *task = loop->tasks; task != NULL; task = task_next(task))
        left[i++] = &task->co;
    if (count > 0)
        cancel_and_await(loop, left, count);
    free(left);
}

bool async_run(struct coroutine *object, void **result)
{
    static const struct error running =
        ERROR(&error_runtime,
              "asyncio.run() cannot be called from a running event loop");
    struct loop *loop = NULL;

    if (object == NULL)
        return false;
    if (running_loop == NULL)
        loop = loop_new(NULL);
    else
        error_raise(&running);
    if (loop == NULL) {
        const struct error *why = error_last();
        coroutine_close(object);
        return error_raise(why);
    }
    bool ended = run_main(loop, object, result);
    const struct error *why = error_last();
    /* docs: 07-run-ending */
    cancel_all_tasks(loop);
    loop_run_until_complete(loop, COROUTINE(loop_shutdown_asyncgens(loop)),
                            NULL);
    loop_run_until_complete(
        loop, COROUTINE(loop_shutdown_default_executor(loop)), NULL);
    loop_free(loop);
    /* docs: end */
    return ended || error_raise(why);
}
