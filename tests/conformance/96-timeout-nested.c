/*
 * 96-timeout-nested - stage 07: asyncio.timeout: expiry, nesting,
 * rescheduling, refusals.
 */
#include "loop_support.h"
#include "stages/07-loop/timeout.h"

#include <stdio.h>
#include <string.h>

#define UNIT 0.02

/* asyncio.current_task().cancelling() */
static unsigned count(void)
{
    return task_cancelling(async_current_task(NULL));
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    double inner_limit, outer_limit; /* of nested() */
    bool overdue;                    /* of nested() */
    const char *manner;              /* of answers() */
    struct loop *loop;
    int i;
    struct timeout block, inner;
    const struct error *error; /* that leaves the block */
    struct future gate;        /* loop.create_future() */
    struct naps naps;
};

static void say_timeout(struct part *self)
{
    if (error_is(self->error, &error_timeout))
        say("timeout, expired: %s cancelling: %u",
            truth(timeout_expired(&self->block)), count());
}

static struct future *expiry(struct coroutine *co)
{
    static const double limits[] = {0, -5};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    for (; self->i < 2; self->i++) {
        mark_pass();
        CO_CHECK(self, timeout_begin(&self->block, limits[self->i]));
        say("in the block, expired: %s", truth(timeout_expired(&self->block)));
        self->gate = future_new(self->loop);
        CO_TRY_AWAIT(self, self->gate);
        self->error = timeout_end(&self->block, self->gate.co.error);
        say_timeout(self);
    }
    CO_FINALLY(self);
    CO_END(self);
}

/* str(block.when()), of a block without a limit */
static const char *when(const struct timeout *block)
{
    return timeout_when(block) == ASYNC_FOREVER ? "None" : "some time";
}

static struct future *no_wait_no_timeout(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->block, -1));
    say("no wait in here");
    self->error = timeout_end(&self->block, NULL);
    if (self->error != NULL)
        CO_RAISE(self, self->error);
    say("left, expired: %s", truth(timeout_expired(&self->block)));
    CO_CHECK(self, timeout_begin(&self->block, ASYNC_FOREVER));
    self->naps = naps(1);
    CO_TRY_AWAIT(self, self->naps);
    self->error = timeout_end(&self->block, self->naps.co.error);
    if (self->error != NULL)
        CO_RAISE(self, self->error);
    say("no limit, when: %s expired: %s", when(&self->block),
        truth(timeout_expired(&self->block)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     async def nested(loop, inner_limit, outer_limit):
 *         try:
 *             async with asyncio.timeout(outer_limit) as outer:
 *                 try:
 *                     async with asyncio.timeout(inner_limit) as inner:
 *                         await loop.create_future()
 *                 except TimeoutError:
 *                     say("the inner raised")
 *                 except asyncio.CancelledError:
 *                     say("the inner passes a cancellation on")
 *                     raise
 *                 say("between the ends")
 *                 await asyncio.sleep(0)
 *         except TimeoutError:
 *             say("the outer raised")
 *         say("expired, inner outer:", ...)
 *
 * overdue_together() is the same, with a time.sleep() ahead of the await.
 */
static struct future *nested(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->block, self->outer_limit));
    CO_CHECK(self, timeout_begin(&self->inner, self->inner_limit));
    if (self->overdue)
        stepped_sleep(4 * UNIT);
    self->gate = future_new(self->loop);
    CO_TRY_AWAIT(self, self->gate);
    self->error = timeout_end(&self->inner, self->gate.co.error);
    if (error_is(self->error, &error_timeout)) {
        say("the inner raised");
        say("between the ends");
        self->naps = naps(1);
        CO_TRY_AWAIT(self, self->naps);
        self->error = self->naps.co.error;
    } else if (error_is(self->error, &error_cancelled)) {
        say("the inner passes a cancellation on");
    }
    self->error = timeout_end(&self->block, self->error);
    if (error_is(self->error, &error_timeout))
        say("the outer raised");
    say("expired, inner outer: %s %s cancelling: %u",
        truth(timeout_expired(&self->inner)),
        truth(timeout_expired(&self->block)), count());
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     async def answers(loop, manner):
 *         try:
 *             async with asyncio.timeout(0) as block:
 *                 try:
 *                     await loop.create_future()
 *                 except asyncio.CancelledError:
 *                     if manner == "rename":
 *                         raise ValueError("body broke")
 *                     say("swallowed, cancelling:", count())
 *                     await asyncio.sleep(0)
 *         except ValueError as err:
 *             say("error", err)
 *         say(manner, "expired:", block.expired(), "cancelling:", count())
 */
static struct future *answers(struct coroutine *co)
{
    static const struct error broke = ERROR(&error_value, "body broke");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->block, 0));
    self->gate = future_new(self->loop);
    CO_TRY_AWAIT(self, self->gate);
    if (strcmp(self->manner, "rename") == 0) {
        self->error = &broke;
    } else {
        say("swallowed, cancelling: %u", count());
        self->naps = naps(1);
        CO_TRY_AWAIT(self, self->naps);
        self->error = self->naps.co.error;
    }
    self->error = timeout_end(&self->block, self->error);
    if (error_is(self->error, &error_value))
        say("error %s", error_message(self->error));
    say("%s expired: %s cancelling: %u", self->manner,
        truth(timeout_expired(&self->block)), count());
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *moved(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct timeout *block = &self->block;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(block, 0));
    CO_CHECK(self, timeout_reschedule(block, loop_time(self->loop) + 60));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("moved away in time, expired: %s", truth(timeout_expired(block)));
    CO_CHECK(self, timeout_reschedule(block, ASYNC_FOREVER));
    say("taken away, when: %s", when(block));
    CO_CHECK(self, timeout_reschedule(block, loop_time(self->loop) - 1));
    say("moved into the past, expired: %s", truth(timeout_expired(block)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("must not appear");
    CO_FINALLY(self);
    self->co.error = timeout_end(block, self->co.error);
    if (error_is(self->co.error, &error_timeout)) {
        say("timeout, expired: %s", truth(timeout_expired(block)));
        self->co.error = NULL;
    }
    CO_END(self);
}

/* Whether block.reschedule(None) raises a RuntimeError. */
static bool is_refused(struct timeout *block)
{
    return !timeout_reschedule(block, ASYNC_FOREVER) &&
           error_is(error_last(), &error_runtime);
}

static struct future *refused(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct timeout *block = &self->block;

    CO_BEGIN(self);
    if (is_refused(block))
        say("refused before the block");
    CO_CHECK(self, timeout_begin(block, 60));
    say("when is ahead: %s",
        truth(timeout_when(block) > loop_time(self->loop)));
    self->error = timeout_end(block, NULL);
    if (is_refused(block))
        say("refused after the block");
    CO_CHECK(self, timeout_begin(block, 0));
    self->gate = future_new(self->loop);
    CO_TRY_AWAIT(self, self->gate);
    self->error = self->gate.co.error;
    if (is_refused(block))
        self->error = error_last();
    self->error = timeout_end(block, self->error);
    if (error_is(self->error, &error_runtime))
        say("refused while expiring, cancelling: %u", count());
    CO_FINALLY(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
    struct task *task;
};

static struct future *program(struct coroutine *co)
{
    static const struct part parts[] = {
        {.co = {.resume = expiry}},
        {.co = {.resume = no_wait_no_timeout}},
        {.co = {.resume = nested}, .inner_limit = 0, .outer_limit = 60},
        {.co = {.resume = nested}, .inner_limit = 60, .outer_limit = 0},
        {.co = {.resume = nested}, .inner_limit = 0, .outer_limit = 0},
        {.co = {.resume = nested},
         .inner_limit = UNIT,
         .outer_limit = 2 * UNIT,
         .overdue = true},
        {.co = {.resume = answers}, .manner = "swallow"},
        {.co = {.resume = answers}, .manner = "rename"},
        {.co = {.resume = moved}},
        {.co = {.resume = refused}},
    };
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    step_time(loop);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 10; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = parts[self->i];
        self->part.loop = loop;
        CO_CHECK(self, self->task = async_create_task(COROUTINE(self->part)));
        CO_AWAIT(self, *self->task);
        task_free(self->task);
        self->task = NULL;
    }
    CO_FINALLY(self);
    task_free(self->task);
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
