/*
 * 107-loop-stop-again - stage 07: a loop is stopped in the middle of a pass,
 * and run again; loop_run_until_complete() at its edges.
 */
#include "loop_support.h"

#include <stdio.h>

static struct loop *loop;

/*
 *     def chain(label, links):
 *         say(label, links)
 *         if links:
 *             loop.call_soon(chain, label, links - 1)
 */
static void chain(void *links)
{
    intptr_t left = value_number(links);

    say("chain %d", (int)left);
    if (left > 0)
        must_do(loop_call_soon(loop, NULL, chain, number_value(left - 1)));
}

static void halt(void *times)
{
    say("halt");
    for (intptr_t i = 0; i < value_number(times); i++)
        loop_stop(loop);
}

/*
 *     async def value(yields, error=None):
 *         for _ in range(yields):
 *             await asyncio.sleep(0)
 *         if error:
 *             raise error
 *         return "value"
 */
struct value {
    struct coroutine co;
    void *result;
    int yields;
    const struct error *error;
    struct naps naps;
};

static struct future *value(struct coroutine *co)
{
    struct value *self = (struct value *)co;

    CO_BEGIN(self);
    self->naps = naps(self->yields);
    CO_AWAIT(self, self->naps);
    if (self->error != NULL)
        CO_RAISE(self, self->error);
    self->result = "value";
    CO_FINALLY(self);
    CO_END(self);
}

static struct value value_new(int yields, const struct error *error)
{
    return (struct value){
        .co = CO_INIT(value), .yields = yields, .error = error};
}

static void soon(handle_callback *callback, void *data)
{
    must_do(loop_call_soon(loop, NULL, callback, data));
}

/* print("gives", loop.run_until_complete(awaitable)) */
static void print_what_it_gives(struct coroutine *awaitable)
{
    printf("gives %s\n", (char *)run_until_complete(loop, awaitable));
}

static void run_a_done_future(void)
{
    struct future *box = loop_create_future(loop);

    must_do(future_set_result(box, "old"));
    print_what_it_gives(&box->co);
    future_free(box);
}

static void set_in_time(void *box)
{
    must_do(future_set_result(box, "in time"));
}

static void finish_in_the_pass_of_the_stop(void)
{
    struct future *box = loop_create_future(loop);

    soon(halt, number_value(1));
    soon(set_in_time, box);
    soon(say_text, "behind");
    print_what_it_gives(&box->co);
    future_free(box);
}

static void stop_too_early(void)
{
    struct task *task = loop_create_task(loop, COROUTINE(value_new(3, NULL)));

    soon(halt, number_value(1));
    if (!loop_run_until_complete(loop, &task->co, NULL) &&
        error_is(error_last(), &error_runtime))
        say("stopped before the task was done");
    print_what_it_gives(&task->co);
    task_free(task);
}

static void cancel_task(void *task)
{
    task_cancel(task, NULL);
}

static void fail(void)
{
    static const struct error broke = ERROR(&error_value, "task broke");
    struct task *task;

    if (!loop_run_until_complete(loop, COROUTINE(value_new(1, &broke)), NULL) &&
        error_is(error_last(), &error_value))
        say("caught %s", error_message(error_last()));
    task = loop_create_task(loop, COROUTINE(value_new(3, NULL)));
    soon(cancel_task, task);
    if (!loop_run_until_complete(loop, &task->co, NULL) &&
        error_is(error_last(), &error_cancelled))
        say("cancelled");
    task_free(task);
}

/* try: ... except RuntimeError: */
static bool is_refused(bool done)
{
    return !done && error_is(error_last(), &error_runtime);
}

static void run_inside(void *data)
{
    (void)data;
    if (is_refused(loop_run_forever(loop)))
        say("a running loop cannot be run");
    if (is_refused(loop_close(loop)))
        say("a running loop cannot be closed");
    say("running: %s", truth(loop_is_running(loop)));
    loop_stop(loop);
}

static void call_a_closed_loop(void)
{
    if (is_refused(loop_call_soon(loop, NULL, say_text, "")))
        printf("a closed loop refuses call_soon\n");
    if (is_refused(loop_call_later(loop, NULL, 0, say_text, "")))
        printf("a closed loop refuses call_later\n");
    if (is_refused(loop_call_soon_threadsafe(loop, NULL, say_text, "")))
        printf("a closed loop refuses call_soon_threadsafe\n");
    if (is_refused(loop_run_forever(loop)))
        printf("a closed loop refuses run_forever\n");
}

int main(void)
{
    loop = new_loop();
    count_passes(loop);
    printf("-- stop in mid-pass\n");
    soon(chain, number_value(5));
    soon(halt, number_value(1));
    soon(say_text, "behind the halt");
    must_do(loop_call_later(loop, NULL, 0, say_text, "timer of the same pass"));
    must_do(loop_run_forever(loop));
    printf("-- again, stopped twice\n");
    soon(halt, number_value(2));
    must_do(loop_run_forever(loop));
    printf("-- a done future\n");
    soon(say_text, "queued before");
    run_a_done_future();
    printf("-- a coroutine that never waits\n");
    print_what_it_gives(COROUTINE(value_new(0, NULL)));
    printf("-- done in the pass of the stop\n");
    finish_in_the_pass_of_the_stop();
    printf("-- stopped too early, and resumed\n");
    stop_too_early();
    printf("-- an error, and a cancelled task\n");
    fail();
    printf("-- refusals\n");
    soon(run_inside, NULL);
    must_do(loop_run_forever(loop));
    soon(say_text, "must not appear");
    must_do(loop_call_later(loop, NULL, 0, say_text, "must not appear"));
    printf("running: %s closed: %s\n", truth(loop_is_running(loop)),
           truth(loop_is_closed(loop)));
    must_do(loop_close(loop));
    must_do(loop_close(loop));
    printf("closed: %s\n", truth(loop_is_closed(loop)));
    call_a_closed_loop();
    close_loop(loop);
}
