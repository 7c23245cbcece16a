/*
 * 81-cancel-during-cleanup - stage 07: cancels that arrive while a task waits,
 * and while it cleans up.
 */
#include "loop_support.h"
#include "stages/07-loop/shield.h"

#include <stdio.h>

/*
 *     async def on_future(gate):
 *         try:
 *             await gate
 *         except asyncio.CancelledError as err:
 *             say("waiter told", told(err))
 *             await asyncio.sleep(0)
 *             say("clean-up was not cut short")
 *             raise
 */
struct on_future {
    struct coroutine co;
    void *result;
    struct future *gate;
    struct async_sleep sleep;
};

static struct future *on_future(struct coroutine *co)
{
    struct on_future *self = (struct on_future *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->gate);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("waiter told %s", told());
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        say("clean-up was not cut short");
    }
    CO_END(self);
}

static struct on_future on_future_new(struct future *gate)
{
    return (struct on_future){.co = CO_INIT(on_future), .gate = gate};
}

/* The same with `while True: await asyncio.sleep(0)` */
struct on_yield {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *on_yield(struct coroutine *co)
{
    struct on_yield *self = (struct on_yield *)co;

    CO_BEGIN(self);
    while (true) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("yielder told %s", told());
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        say("clean-up was not cut short");
    }
    CO_END(self);
}

static struct on_yield on_yield_new(void)
{
    return (struct on_yield){.co = CO_INIT(on_yield)};
}

/*
 *     async def tidy(gate, rest):
 *         try:
 *             await gate
 *         except asyncio.CancelledError as err:
 *             say("clean-up begins, told", told(err))
 *             try:
 *                 await rest
 *                 say("clean-up ends")
 *             except asyncio.CancelledError as again:
 *                 say("clean-up cut short, told", told(again))
 *                 raise
 *             raise
 *         finally:
 *             say("last line")
 */
struct tidy {
    struct coroutine co;
    void *result;
    struct future *gate, *rest;
};

static struct future *tidy(struct coroutine *co)
{
    struct tidy *self = (struct tidy *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->gate);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("clean-up begins, told %s", told());
        CO_TRY_AWAIT(self, *self->rest);
        if (error_is(self->rest->co.error, &error_cancelled))
            say("clean-up cut short, told %s", told());
        else
            say("clean-up ends");
    }
    say("last line");
    CO_END(self);
}

static struct tidy tidy_new(struct future *gate, struct future *rest)
{
    return (struct tidy){.co = CO_INIT(tidy), .gate = gate, .rest = rest};
}

/*
 *     async def keep(gate, rest):
 *         await gate
 *         say("kept clean-up ends")
 *         rest.set_result("kept")
 */
static struct future *keep(struct coroutine *co)
{
    struct tidy *self = (struct tidy *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->gate);
    say("kept clean-up ends");
    CO_CHECK(self, future_set_result(self->rest, "kept"));
    CO_FINALLY(self);
    CO_END(self);
}

static struct tidy keep_new(struct future *gate, struct future *rest)
{
    return (struct tidy){.co = CO_INIT(keep), .gate = gate, .rest = rest};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct future *gate, *gate_of_task, *rest, *shield;
    struct task *task, *keeper;
    bool first, second;
    struct naps naps;
    struct wait_task wait;
};

/* self->gate = loop.create_future(), and so on */
static bool make_gates(struct part *self)
{
    struct loop *loop = async_get_running_loop();

    return (self->gate = loop_create_future(loop)) != NULL &&
           (self->rest = loop_create_future(loop)) != NULL;
}

static void free_all(struct part *self)
{
    task_free(self->task);
    task_free(self->keeper);
    future_free(self->shield);
    future_free(self->rest);
    future_free(self->gate_of_task);
    future_free(self->gate);
}

static struct future *two_in_one_pass(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gates(self));
    CO_CHECK(self, self->task =
                       async_create_task(COROUTINE(on_future_new(self->gate))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    self->first = task_cancel(self->task, "one");
    self->second = task_cancel(self->task, "two");
    say("cancel: %s %s", truth(self->first), truth(self->second));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancelled: %s cancelling: %u", truth(is_cancelled(self->task)),
        task_cancelling(self->task));
    task_free(self->task);
    CO_CHECK(self, self->task = async_create_task(COROUTINE(on_yield_new())));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    self->first = task_cancel(self->task, "one");
    self->second = task_cancel(self->task, "two");
    say("cancel: %s %s", truth(self->first), truth(self->second));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancelled: %s cancelling: %u", truth(is_cancelled(self->task)),
        task_cancelling(self->task));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *in_cleanup(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gates(self));
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(tidy_new(self->gate, self->rest))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, "stop");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("second cancel: %s", truth(task_cancel(self->task, "now")));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("done: %s rest cancelled: %s", truth(is_done(self->task)),
        truth(future_cancelled(self->rest)));
    CO_TRY_AWAIT(self, *self->task);
    if (error_is(self->task->co.error, &error_cancelled))
        say("main told %s cancelling: %u", told(), task_cancelling(self->task));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *in_shielded_cleanup(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gates(self));
    CO_CHECK(self, self->keeper = async_create_task(
                       COROUTINE(keep_new(self->gate, self->rest))));
    CO_CHECK(self, self->shield = async_shield(&self->rest->co));
    CO_CHECK(self,
             self->gate_of_task = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(tidy_new(self->gate_of_task, self->shield))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, "stop");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, "now");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("done: %s rest done: %s", truth(is_done(self->task)),
        truth(future_done(self->rest)));
    CO_CHECK(self, future_set_result(self->gate, NULL));
    CO_AWAIT(self, *self->keeper);
    say("rest gives %s", (char *)result_of(self->rest));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void cancel_late(void *task)
{
    say("cancel in the same pass, behind its end: %s",
        truth(task_cancel(task, NULL)));
}

static struct future *after_cleanup(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gates(self));
    CO_CHECK(self, future_set_result(self->rest, NULL));
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(tidy_new(self->gate, self->rest))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, "stop");
    CO_CHECK(self, loop_call_soon(async_get_running_loop(), NULL, cancel_late,
                                  self->task));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {
        two_in_one_pass, in_cleanup, in_shielded_cleanup, after_cleanup};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 4; self->i++) {
        printf("--\n");
        self->part = (struct part){.co = CO_INIT(parts[self->i])};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
