/*
 * 97-timeout-or-cancel - stage 07: asyncio.timeout when somebody else cancels
 * the task as well.
 */
#include "loop_support.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

#define UNIT 0.02

/* asyncio.current_task().cancelling() */
static unsigned count(void)
{
    return task_cancelling(async_current_task(NULL));
}

/*
 *     async def guarded(loop, limit):
 *         try:
 *             async with asyncio.timeout(limit) as block:
 *                 await loop.create_future()
 *         except TimeoutError:
 *             say("timeout, expired:", block.expired(), ...)
 *         except asyncio.CancelledError as err:
 *             say("cancelled, told", told(err), ...)
 *             raise
 */
struct guarded {
    struct coroutine co;
    void *result;
    double limit;
    struct timeout block;
    struct future gate;
};

static struct future *guarded(struct coroutine *co)
{
    struct guarded *self = (struct guarded *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->block, self->limit));
    self->gate = future_new(async_get_running_loop());
    CO_AWAIT(self, self->gate);
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->block, self->co.error);
    if (error_is(self->co.error, &error_timeout)) {
        say("timeout, expired: %s cancelling: %u",
            truth(timeout_expired(&self->block)), count());
        self->co.error = NULL;
    } else if (error_is(self->co.error, &error_cancelled)) {
        say("cancelled, told %s expired: %s cancelling: %u", told(),
            truth(timeout_expired(&self->block)), count());
    }
    CO_END(self);
}

static struct guarded guarded_new(double limit)
{
    return (struct guarded){.co = CO_INIT(guarded), .limit = limit};
}

/*
 *     async def swallowed_before(loop):
 *         try:
 *             await loop.create_future()
 *         except asyncio.CancelledError:
 *             say("swallowed, cancelling:", count())
 *         await guarded(loop, 0)
 *         async with asyncio.timeout(60) as block:
 *             asyncio.current_task().uncancel()
 *             block.reschedule(0)
 *             try:
 *                 await loop.create_future()
 *             except asyncio.CancelledError:
 *                 say("uncancelled inside, cancelling:", count())
 *         say("left, cancelling:", count())
 */
struct swallowed_before {
    struct coroutine co;
    void *result;
    struct future gate;
    struct guarded guarded;
    struct timeout block;
};

static struct future *swallowed_before(struct coroutine *co)
{
    struct swallowed_before *self = (struct swallowed_before *)co;

    CO_BEGIN(self);
    self->gate = future_new(async_get_running_loop());
    CO_TRY_AWAIT(self, self->gate);
    if (error_is(self->gate.co.error, &error_cancelled))
        say("swallowed, cancelling: %u", count());
    self->guarded = guarded_new(0);
    CO_AWAIT(self, self->guarded);
    CO_CHECK(self, timeout_begin(&self->block, 60));
    task_uncancel(async_current_task(NULL));
    CO_CHECK(self, timeout_reschedule(&self->block, 0));
    self->gate = future_new(async_get_running_loop());
    CO_TRY_AWAIT(self, self->gate);
    if (error_is(self->gate.co.error, &error_cancelled))
        say("uncancelled inside, cancelling: %u", count());
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->block, self->co.error);
    if (self->co.error == NULL)
        say("left, cancelling: %u", count());
    CO_END(self);
}

static struct swallowed_before swallowed_before_new(void)
{
    return (struct swallowed_before){.co = CO_INIT(swallowed_before)};
}

/*
 *     async def filling():
 *         if outmost == UNIT:
 *             time.sleep(2 * UNIT)
 *         try:
 *             async with asyncio.timeout(middle):
 *                 try:
 *                     await asyncio.wait_for(loop.create_future(), inmost)
 *                 except TimeoutError:
 *                     say("inmost timed out")
 *                     await asyncio.sleep(0)
 *         except TimeoutError:
 *             say("middle timed out")
 *             await asyncio.sleep(0)
 */
struct filling {
    struct coroutine co;
    void *result;
    double inmost, middle;
    bool slow;
    struct timeout block;
    struct future *gate;
    struct async_wait_for wait_for;
    struct naps naps;
};

static struct future *filling(struct coroutine *co)
{
    struct filling *self = (struct filling *)co;

    CO_BEGIN(self);
    if (self->slow)
        stepped_sleep(2 * UNIT);
    CO_CHECK(self, timeout_begin(&self->block, self->middle));
    CO_CHECK(self, self->gate = loop_create_future(async_get_running_loop()));
    self->wait_for = async_wait_for(&self->gate->co, self->inmost);
    CO_TRY_AWAIT(self, self->wait_for);
    if (!error_is(self->wait_for.co.error, &error_timeout))
        CO_RAISE(self, self->wait_for.co.error);
    say("inmost timed out");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    future_free(self->gate);
    self->co.error = timeout_end(&self->block, self->co.error);
    if (error_is(self->co.error, &error_timeout)) {
        say("middle timed out");
        self->co.error = NULL;
        self->naps = naps(1);
        CO_AWAIT(self, self->naps);
    }
    CO_END(self);
}

static struct filling filling_new(double inmost, double middle, bool slow)
{
    return (struct filling){.co = CO_INIT(filling),
                            .inmost = inmost,
                            .middle = middle,
                            .slow = slow};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    double limit;                   /* of outside() */
    int passes;                     /* before, of outside() */
    double inmost, middle, outmost; /* of sandwich() */
    struct loop *loop;
    struct task *task;
    struct naps naps;
    struct wait_task wait;
    struct async_wait_for wait_for;
};

/* task = asyncio.create_task(guarded(loop, limit)) */
static bool start_guarded(struct part *self, double limit)
{
    self->task = async_create_task(COROUTINE(guarded_new(limit)));
    return self->task != NULL;
}

static struct future *outside(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_guarded(self, self->limit));
    self->naps = naps(self->passes);
    CO_AWAIT(self, self->naps);
    say("cancel: %s", truth(task_cancel(self->task, "from outside")));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("task cancelled: %s", truth(is_cancelled(self->task)));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static void cancel_behind(void *part)
{
    task_cancel(((struct part *)part)->task, "behind");
}

static void cancel_ahead(void *part)
{
    task_cancel(((struct part *)part)->task, "ahead");
}

static void queue_behind(void *part)
{
    must_do(
        loop_call_soon(((struct part *)part)->loop, NULL, cancel_behind, part));
}

static void queue_ahead(void *part)
{
    must_do(
        loop_call_soon(((struct part *)part)->loop, NULL, cancel_ahead, part));
}

static struct future *ahead_of_expiry(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_guarded(self, 0));
    CO_CHECK(self, loop_call_soon(self->loop, NULL, queue_behind, self));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("task cancelled: %s", truth(is_cancelled(self->task)));
    task_free(self->task);
    self->task = NULL;
    CO_CHECK(self, loop_call_soon(self->loop, NULL, queue_ahead, self));
    CO_CHECK(self, start_guarded(self, 0));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("task cancelled: %s", truth(is_cancelled(self->task)));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

/* str(task.exception()) */
static const char *error_of(struct task *task)
{
    const struct error *error = NULL;

    must_do(future_error(&task->future, &error));
    return error != NULL ? error_message(error) : "None";
}

static struct future *had_a_cancel(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(swallowed_before_new())));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, NULL);
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("task cancelled: %s error: %s", truth(is_cancelled(self->task)),
        error_of(self->task));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct future *sandwich(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->wait_for =
        async_wait_for(COROUTINE(filling_new(self->inmost, self->middle,
                                             self->outmost == UNIT)),
                       self->outmost);
    CO_TRY_AWAIT(self, self->wait_for);
    if (self->wait_for.co.error == NULL)
        say("all well");
    else if (error_is(self->wait_for.co.error, &error_timeout))
        say("outmost timed out");
    else
        CO_RAISE(self, self->wait_for.co.error);
    CO_FINALLY(self);
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
        {.co = {.resume = outside}, .limit = 60, .passes = 1},
        {.co = {.resume = outside}, .limit = 60, .passes = 0},
        {.co = {.resume = outside}, .limit = 0, .passes = 1},
        {.co = {.resume = outside}, .limit = 0, .passes = 2},
        {.co = {.resume = ahead_of_expiry}},
        {.co = {.resume = had_a_cancel}},
        {.co = {.resume = sandwich}, .inmost = 0, .middle = 60, .outmost = 60},
        {.co = {.resume = sandwich}, .inmost = 60, .middle = 0, .outmost = 60},
        {.co = {.resume = sandwich},
         .inmost = 60,
         .middle = 60,
         .outmost = UNIT},
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
