/*
 * 93-wait-for-races - stage 07: wait_for when the end, the timeout and a
 * cancel come close together.
 */
#include "loop_support.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def attempt(awaitable, limit):
 *         try:
 *             say("value:", await asyncio.wait_for(awaitable, limit))
 *         except TimeoutError:
 *             say("timeout")
 *         except asyncio.CancelledError as err:
 *             say("cancelled, told", told(err))
 *             raise
 *         except ValueError as err:
 *             say("error", err)
 */
struct attempt {
    struct coroutine co;
    void *result;
    struct coroutine *awaitable;
    double limit;
    struct async_wait_for wait_for;
};

static struct future *attempt(struct coroutine *co)
{
    struct attempt *self = (struct attempt *)co;

    CO_BEGIN(self);
    self->wait_for = async_wait_for(self->awaitable, self->limit);
    CO_AWAIT(self, self->wait_for);
    say("value: %s", (char *)self->wait_for.result);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_timeout)) {
        say("timeout");
        self->co.error = NULL;
    } else if (error_is(self->co.error, &error_cancelled)) {
        say("cancelled, told %s", told());
    } else if (error_is(self->co.error, &error_value)) {
        say("error %s", error_message(self->co.error));
        self->co.error = NULL;
    }
    CO_END(self);
}

static struct attempt attempt_new(struct coroutine *awaitable, double limit)
{
    return (struct attempt){
        .co = CO_INIT(attempt), .awaitable = awaitable, .limit = limit};
}

/*
 *     async def inner(gate):
 *         try:
 *             return await gate
 *         except asyncio.CancelledError as err:
 *             say("inner told", told(err))
 *             await asyncio.sleep(0)
 *             say("inner tidied up")
 *             raise
 */
struct inner {
    struct coroutine co;
    void *result;
    struct future *gate;
    struct async_sleep sleep;
};

static struct future *inner(struct coroutine *co)
{
    struct inner *self = (struct inner *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->gate);
    self->result = self->gate->result;
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("inner told %s", told());
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        say("inner tidied up");
    }
    CO_END(self);
}

static struct inner inner_new(struct future *gate)
{
    return (struct inner){.co = CO_INIT(inner), .gate = gate};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    double end_units, limit; /* of same_pass() and outside() */
    struct loop *loop;
    struct future *gate;
    struct task *task, *caller;
    int i;
    struct attempt attempt;
    struct naps naps;
    struct wait_task wait;
};

static void free_all(struct part *self)
{
    task_free(self->caller);
    task_free(self->task);
    future_free(self->gate);
    self->caller = self->task = NULL;
    self->gate = NULL;
}

static bool make_gate(struct part *self)
{
    future_free(self->gate);
    self->gate = loop_create_future(self->loop);
    return self->gate != NULL;
}

/* task = asyncio.create_task(inner(loop.create_future())) */
static bool start_inner(struct part *self)
{
    if (make_gate(self))
        self->task = async_create_task(COROUTINE(inner_new(self->gate)));
    return self->task != NULL;
}

/* caller = asyncio.create_task(attempt(awaitable, limit)) */
static bool start_caller(struct part *self, struct future *future, double limit)
{
    self->caller =
        async_create_task(COROUTINE(attempt_new(&future->co, limit)));
    return self->caller != NULL;
}

static void end_in_time(void *gate)
{
    must_do(future_set_result(gate, "just in time"));
}

static struct future *same_pass(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gate(self));
    CO_CHECK(self, loop_call_later(self->loop, NULL, self->end_units * UNIT,
                                   end_in_time, self->gate));
    CO_CHECK(self, start_caller(self, self->gate, self->limit * UNIT));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    stepped_sleep(6 * UNIT);
    mark_pass();
    CO_AWAIT(self, *self->caller);
    printf("gate cancelled: %s\n", truth(future_cancelled(self->gate)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void end_late(void *gate)
{
    must_do(future_set_result(gate, "a pass late"));
}

static void end_a_pass_later(void *gate)
{
    must_do(loop_call_soon(future_get_loop(gate), NULL, end_late, gate));
}

static struct future *next_pass(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gate(self));
    CO_CHECK(self, loop_call_later(self->loop, NULL, 2 * UNIT, end_a_pass_later,
                                   self->gate));
    CO_CHECK(self, start_caller(self, self->gate, 2.5 * UNIT));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    stepped_sleep(6 * UNIT);
    mark_pass();
    CO_AWAIT(self, *self->caller);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_late(void *loop)
{
    must_do(loop_call_soon(loop, NULL, say_text, "too late"));
}

static void say_later(void *loop)
{
    must_do(loop_call_soon(loop, NULL, say_late, loop));
}

static struct future *two_passes(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gate(self));
    CO_CHECK(self, loop_call_later(self->loop, NULL, 2 * UNIT, say_later,
                                   self->loop));
    CO_CHECK(self, start_caller(self, self->gate, 2.5 * UNIT));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    stepped_sleep(6 * UNIT);
    mark_pass();
    CO_AWAIT(self, *self->caller);
    printf("gate cancelled: %s\n", truth(future_cancelled(self->gate)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *outside(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_inner(self));
    CO_CHECK(self, start_caller(self, &self->task->future, self->limit));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel: %s", truth(task_cancel(self->caller, "leave")));
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    say("caller, inner cancelled: %s %s", truth(is_cancelled(self->caller)),
        truth(is_cancelled(self->task)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *outside_twice(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_inner(self));
    CO_CHECK(self, start_caller(self, &self->task->future, 60));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->caller, "leave");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel again: %s inner done: %s",
        truth(task_cancel(self->caller, "now")), truth(is_done(self->task)));
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    say("caller cancelled: %s inner done: %s",
        truth(is_cancelled(self->caller)), truth(is_done(self->task)));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *done_and_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_gate(self));
    CO_CHECK(self, start_caller(self, self->gate, 60));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, future_set_result(self->gate, "value beats the cancel"));
    say("cancel: %s", truth(task_cancel(self->caller, NULL)));
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    say("caller cancelled: %s cancelling: %u",
        truth(is_cancelled(self->caller)), task_cancelling(self->caller));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *no_time(struct coroutine *co)
{
    static const double limits[] = {0, -1};
    static const struct error old = ERROR(&error_value, "old");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 2; self->i++) {
        self->limit = limits[self->i];
        CO_CHECK(self, start_inner(self));
        self->naps = naps(1);
        CO_AWAIT(self, self->naps);
        mark_pass();
        self->attempt = attempt_new(&self->task->co, self->limit);
        CO_AWAIT(self, self->attempt);
        self->attempt = attempt_new(
            COROUTINE(async_sleep_value(0, "unstarted")), self->limit);
        CO_AWAIT(self, self->attempt);
        CO_CHECK(self, make_gate(self));
        CO_CHECK(self, future_set_result(self->gate, "old"));
        self->attempt = attempt_new(&self->gate->co, self->limit);
        CO_AWAIT(self, self->attempt);
        CO_CHECK(self, make_gate(self));
        CO_CHECK(self, future_set_error(self->gate, &old));
        self->attempt = attempt_new(&self->gate->co, self->limit);
        CO_AWAIT(self, self->attempt);
        free_all(self);
    }
    CO_CHECK(self, make_gate(self));
    future_cancel(self->gate, "old");
    self->attempt = attempt_new(&self->gate->co, 0);
    CO_TRY_AWAIT(self, self->attempt);
    if (error_is(self->attempt.co.error, &error_cancelled))
        say("a cancelled one is no timeout");
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
    static const struct part parts[] = {
        {.co = {.resume = same_pass}, .end_units = 3, .limit = 2},
        {.co = {.resume = same_pass}, .end_units = 2, .limit = 3},
        {.co = {.resume = next_pass}},
        {.co = {.resume = two_passes}},
        {.co = {.resume = outside}, .limit = 60},
        {.co = {.resume = outside}, .limit = ASYNC_FOREVER},
        {.co = {.resume = outside_twice}},
        {.co = {.resume = done_and_cancelled}},
        {.co = {.resume = no_time}},
    };
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    step_time(loop);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 9; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = parts[self->i];
        self->part.loop = loop;
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
