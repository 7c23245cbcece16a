/*
 * 94-wait-for-stubborn - stage 07: wait_for around an inner task that does not
 * simply die.
 */
#include "loop_support.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>
#include <string.h>

static const double UNIT = 0.02;

/*
 *     async def inner(label, manner, begun=None):
 *         try:
 *             await asyncio.sleep(50 * UNIT)
 *         except asyncio.CancelledError:
 *             print(label, "cancelled")
 *             if begun:
 *                 begun.set_result(None)
 *             await asyncio.sleep(2 * UNIT)
 *             print(label, "took its time")
 *             if manner == "swallow":
 *                 return label + " value"
 *             if manner == "raise":
 *                 raise ValueError(label + " broke")
 *             raise
 */
struct inner {
    struct coroutine co;
    void *result;
    const char *label, *manner;
    struct future *begun;
    char text[32];
    struct async_sleep sleep, rest;
};

static struct future *inner(struct coroutine *co)
{
    struct inner *self = (struct inner *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(50 * UNIT);
    CO_TRY_AWAIT(self, self->sleep);
    if (!error_is(self->sleep.co.error, &error_cancelled))
        CO_RAISE(self, self->sleep.co.error);
    printf("%s cancelled\n", self->label);
    if (self->begun != NULL)
        CO_CHECK(self, future_set_result(self->begun, NULL));
    self->rest = async_sleep(2 * UNIT);
    CO_AWAIT(self, self->rest);
    printf("%s took its time\n", self->label);
    if (strcmp(self->manner, "raise") == 0)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    if (strcmp(self->manner, "swallow") != 0)
        CO_RAISE(self, self->sleep.co.error);
    snprintf(self->text, sizeof self->text, "%s value", self->label);
    self->result = self->text;
    CO_FINALLY(self);
    CO_END(self);
}

static struct inner inner_new(const char *label, const char *manner,
                              struct future *begun)
{
    return (struct inner){
        .co = CO_INIT(inner), .label = label, .manner = manner, .begun = begun};
}

/*
 *     async def attempt(label, awaitable, limit):
 *         try:
 *             print(label, "-> value",
 *                   await asyncio.wait_for(awaitable, limit))
 *         except TimeoutError as err:
 *             print(label, "-> timeout, caused by a cancellation:",
 *                   isinstance(err.__cause__, asyncio.CancelledError))
 *         except ValueError as err:
 *             print(label, "-> error", err)
 *         except asyncio.CancelledError:
 *             print(label, "-> cancelled")
 *             raise
 *
 * An error is a constant here, and has no cause: that is to be seen from how
 * the future ended. For this, and for its value, it is held a little longer.
 */
struct attempt {
    struct coroutine co;
    void *result;
    const char *label;
    struct coroutine *awaitable;
    double limit;
    struct future *future;
    struct async_wait_for wait_for;
};

static struct future *attempt(struct coroutine *co)
{
    struct attempt *self = (struct attempt *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = async_ensure_future(self->awaitable, NULL));
    self->wait_for = async_wait_for(&self->future->co, self->limit);
    CO_AWAIT(self, self->wait_for);
    printf("%s -> value %s\n", self->label,
           self->wait_for.result != NULL ? (char *)self->wait_for.result
                                         : "None");
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_timeout)) {
        printf("%s -> timeout, caused by a cancellation: %s\n", self->label,
               truth(future_cancelled(self->future)));
        self->co.error = NULL;
    } else if (error_is(self->co.error, &error_value)) {
        printf("%s -> error %s\n", self->label, error_message(self->co.error));
        self->co.error = NULL;
    } else if (error_is(self->co.error, &error_cancelled)) {
        printf("%s -> cancelled\n", self->label);
    }
    future_free(self->future);
    CO_END(self);
}

static struct attempt attempt_new(const char *label,
                                  struct coroutine *awaitable, double limit)
{
    return (struct attempt){.co = CO_INIT(attempt),
                            .label = label,
                            .awaitable = awaitable,
                            .limit = limit};
}

/* attempt("outer", attempt("inner", asyncio.sleep(50 * UNIT), ...), ...) */
static struct attempt nested_attempt(double inner_units, double outer_units)
{
    struct coroutine *sleep = COROUTINE(async_sleep(50 * UNIT));
    struct coroutine *inner_attempt =
        COROUTINE(attempt_new("inner", sleep, inner_units * UNIT));

    return attempt_new("outer", inner_attempt, outer_units * UNIT);
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int i;
    double begin;
    struct future *box, *shield;
    struct task *task, *caller;
    struct attempt attempt;
    struct naps naps;
    struct wait_task wait;
};

static void free_all(struct part *self)
{
    task_free(self->caller);
    task_free(self->task);
    future_free(self->shield);
    future_free(self->box);
}

static struct future *manners(struct coroutine *co)
{
    static const char *const all[] = {"swallow", "raise", "die"};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 3; self->i++) {
        self->begin = loop_time(self->loop);
        self->attempt = attempt_new(
            all[self->i],
            COROUTINE(inner_new(all[self->i], all[self->i], NULL)), UNIT);
        CO_AWAIT(self, self->attempt);
        printf("three units passed: %s\n",
               truth((loop_time(self->loop) - self->begin) / UNIT > 2.9));
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *nested(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->attempt = nested_attempt(1, 20);
    CO_AWAIT(self, self->attempt);
    self->attempt = nested_attempt(20, 1);
    CO_AWAIT(self, self->attempt);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *both_at_once(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->caller =
                       async_create_task(COROUTINE(nested_attempt(1, 10))));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    stepped_sleep(14 * UNIT);
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    printf("caller cancelled: %s\n", truth(is_cancelled(self->caller)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *by_hand(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(inner_new("slow", "die", self->box))));
    CO_CHECK(self, self->caller = async_create_task(COROUTINE(
                       attempt_new("caller", &self->task->co, UNIT))));
    CO_AWAIT(self, *self->box);
    printf("cancel during the inner's clean-up: %s\n",
           truth(task_cancel(self->caller, NULL)));
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    printf("inner done: %s\n", truth(is_done(self->task)));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    printf("inner cancelled: %s %u\n", truth(is_cancelled(self->task)),
           task_cancelling(self->task));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *plain_future(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    self->attempt = attempt_new("future", &self->box->co, UNIT);
    CO_AWAIT(self, self->attempt);
    printf("future cancelled: %s\n", truth(future_cancelled(self->box)));
    future_free(self->box);
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    CO_CHECK(self, self->shield = async_shield(&self->box->co));
    self->attempt = attempt_new("shielded", &self->shield->co, UNIT);
    CO_AWAIT(self, self->attempt);
    printf("future cancelled: %s\n", truth(future_cancelled(self->box)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {manners, nested, both_at_once,
                                              by_hand, plain_future};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    step_time(loop);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        self->part = (struct part){.co = CO_INIT(parts[self->i]), .loop = loop};
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
