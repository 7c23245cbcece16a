/*
 * 16-wait-for-timeout - stage 07: a deadline around whatever can be awaited.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def job(label, units, fail=False):
 *         try:
 *             await asyncio.sleep(units * UNIT)
 *         except asyncio.CancelledError:
 *             print(label, "was cancelled")
 *             raise
 *         if fail:
 *             raise KeyError(label)
 *         return label + " value"
 */
struct job {
    struct coroutine co;
    void *result;
    const char *label;
    int units;
    bool fail;
    char *value; /* who is told the result has the room for it */
    struct async_sleep sleep;
};

enum { VALUE_SIZE = 32 };

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_TRY_AWAIT(self, self->sleep);
    if (error_is(self->sleep.co.error, &error_cancelled))
        printf("%s was cancelled\n", self->label);
    if (self->sleep.co.error != NULL)
        CO_RAISE(self, self->sleep.co.error);
    if (self->fail)
        CO_RAISE(self, error_new(&error_key, "%s", self->label));
    snprintf(self->value, VALUE_SIZE, "%s value", self->label);
    self->result = self->value;
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(const char *label, int units, bool fail, char *value)
{
    return (struct job){.co = CO_INIT(job),
                        .label = label,
                        .units = units,
                        .fail = fail,
                        .value = value};
}

/*
 *     async def attempt(label, awaitable, limit):
 *         try:
 *             print(label, "->", await asyncio.wait_for(awaitable, limit))
 *         except asyncio.TimeoutError:
 *             print(label, "-> timeout")
 *         except KeyError as err:
 *             print(label, "-> error", err.args[0])
 */
struct attempt {
    struct coroutine co;
    void *result;
    const char *label;
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
    printf("%s -> %s\n", self->label, (char *)self->wait_for.result);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_timeout))
        printf("%s -> timeout\n", self->label);
    else if (error_is(self->co.error, &error_key))
        printf("%s -> error %s\n", self->label, error_message(self->co.error));
    else
        CO_RETURN(self);
    self->co.error = NULL;
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

struct program {
    struct coroutine co;
    void *result;
    struct attempt attempt;
    struct task *ready, *victim;
    struct async_sleep sleep;
    char value[VALUE_SIZE];
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    char *value = self->value;

    CO_BEGIN(self);
    self->attempt = attempt_new(
        "quick", COROUTINE(job_new("quick", 1, false, value)), 3 * UNIT);
    CO_AWAIT(self, self->attempt);
    self->attempt = attempt_new(
        "slow", COROUTINE(job_new("slow", 5, false, value)), 2 * UNIT);
    CO_AWAIT(self, self->attempt);
    self->attempt = attempt_new(
        "broken", COROUTINE(job_new("broken", 1, true, value)), 3 * UNIT);
    CO_AWAIT(self, self->attempt);
    self->attempt =
        attempt_new("endless", COROUTINE(job_new("endless", 2, false, value)),
                    ASYNC_FOREVER);
    CO_AWAIT(self, self->attempt);

    CO_CHECK(self, self->ready = async_create_task(
                       COROUTINE(job_new("ready", 1, false, value))));
    CO_AWAIT(self, *self->ready);
    self->attempt = attempt_new("ready", &self->ready->co, 0);
    CO_AWAIT(self, self->attempt);

    CO_CHECK(self, self->victim = async_create_task(
                       COROUTINE(job_new("victim", 5, false, value))));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    self->attempt = attempt_new("victim", &self->victim->co, 0);
    CO_AWAIT(self, self->attempt);
    printf("victim cancelled: %s\n",
           truth(future_cancelled(&self->victim->future)));
    CO_FINALLY(self);
    task_free(self->ready);
    task_free(self->victim);
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
