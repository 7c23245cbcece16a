/*
 * 20-abandoned-task - stage 07: a background task that nobody awaits, and one
 * that somebody does.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def background():
 *         print("background begins")
 *         try:
 *             await asyncio.sleep(2 * UNIT)
 *             print("background ends")
 *         except asyncio.CancelledError:
 *             print("background cancelled")
 *             await asyncio.sleep(UNIT)
 *             print("background tidied up")
 *             raise
 */
struct background {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

/* docs: 07-background */
static struct future *background(struct coroutine *co)
{
    struct background *self = (struct background *)co;

    CO_BEGIN(self);
    printf("background begins\n");
    self->sleep = async_sleep(2 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("background ends\n");
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        printf("background cancelled\n");
        self->sleep = async_sleep(UNIT);
        CO_AWAIT(self, self->sleep);
        printf("background tidied up\n");
    }
    CO_END(self);
}

static struct background background_new(void)
{
    return (struct background){.co = CO_INIT(background)};
}

struct careless {
    struct coroutine co;
    void *result;
    struct task *task;
};

static struct future *careless(struct coroutine *co)
{
    struct careless *self = (struct careless *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(COROUTINE(background_new())));
    printf("careless returns\n");
    CO_FINALLY(self);
    task_free(self->task); /* the loop holds it until it is done */
    CO_END(self);
}

static struct careless careless_new(void)
{
    return (struct careless){.co = CO_INIT(careless)};
}

struct careful {
    struct coroutine co;
    void *result;
    struct task *task;
};

static struct future *careful(struct coroutine *co)
{
    struct careful *self = (struct careful *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(COROUTINE(background_new())));
    CO_AWAIT(self, *self->task);
    printf("careful returns\n");
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct careful careful_new(void)
{
    return (struct careful){.co = CO_INIT(careful)};
}

int main(void)
{
    run_to_end(COROUTINE(careless_new()));
    printf("--\n");
    run_to_end(COROUTINE(careful_new()));
}
