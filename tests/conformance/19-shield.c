/*
 * 19-shield - stage 07: the waiter is cancelled, what it waits for lives on.
 */
#include "loop_support.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def job(label):
 *         await asyncio.sleep(3 * UNIT)
 *         print(label, "ends")
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    struct async_sleep sleep;
};

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(3 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("%s ends\n", self->label);
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(char *label)
{
    return (struct job){.co = CO_INIT(job), .label = label};
}

static struct future *start_job(char *label)
{
    return async_ensure_future(COROUTINE(job_new(label)), NULL);
}

/*
 *     async def waiter(inner):
 *         try:
 *             return await asyncio.shield(inner)
 *         except asyncio.CancelledError:
 *             print("waiter cancelled, inner done:", inner.done())
 *             raise
 */
struct waiter {
    struct coroutine co;
    void *result;
    struct future *inner, *shield;
};

static struct future *waiter(struct coroutine *co)
{
    struct waiter *self = (struct waiter *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->shield = async_shield(&self->inner->co));
    CO_AWAIT(self, *self->shield);
    self->result = self->shield->result;
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        printf("waiter cancelled, inner done: %s\n",
               truth(future_done(self->inner)));
    future_free(self->shield);
    CO_END(self);
}

static struct waiter waiter_new(struct future *inner)
{
    return (struct waiter){.co = CO_INIT(waiter), .inner = inner};
}

static struct future *start_waiter(struct future *inner)
{
    return async_ensure_future(COROUTINE(waiter_new(inner)), NULL);
}

struct program {
    struct coroutine co;
    void *result;
    struct future *inner[3], *outer[2], *shield;
    struct async_sleep sleep;
    struct async_wait wait;
    struct async_wait_for wait_for;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->inner[0] = start_job("kept"));
    CO_CHECK(self, self->outer[0] = start_waiter(self->inner[0]));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    future_cancel(self->outer[0], NULL);
    self->wait =
        async_wait(&self->outer[0], 1, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    printf("outer cancelled: %s inner cancelled: %s\n",
           truth(future_cancelled(self->outer[0])),
           truth(future_cancelled(self->inner[0])));
    CO_AWAIT(self, *self->inner[0]);
    printf("inner gives %s\n", (char *)self->inner[0]->result);

    CO_CHECK(self, self->inner[1] = start_job("patient"));
    CO_CHECK(self, self->shield = async_shield(&self->inner[1]->co));
    self->wait_for = async_wait_for(&self->shield->co, UNIT);
    CO_TRY_AWAIT(self, self->wait_for);
    if (error_is(self->wait_for.co.error, &error_timeout))
        printf("timeout, inner done: %s\n", truth(future_done(self->inner[1])));
    else if (self->wait_for.co.error != NULL)
        CO_RAISE(self, self->wait_for.co.error);
    CO_AWAIT(self, *self->inner[1]);
    printf("inner gives %s\n", (char *)self->inner[1]->result);

    CO_CHECK(self, self->inner[2] = start_job("lost"));
    CO_CHECK(self, self->outer[1] = start_waiter(self->inner[2]));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    future_cancel(self->inner[2], NULL);
    self->wait =
        async_wait(&self->outer[1], 1, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    printf("outer cancelled: %s\n", truth(future_cancelled(self->outer[1])));
    CO_FINALLY(self);
    future_free(self->shield);
    for (int i = 0; i < 3; i++)
        future_free(self->inner[i]);
    for (int i = 0; i < 2; i++)
        future_free(self->outer[i]);
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
