/*
 * 18-cancel-cleanup - stage 07: what a cancelled task does on its way out,
 * also if that takes time or fails.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

struct inner {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *inner(struct coroutine *co)
{
    struct inner *self = (struct inner *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(50 * UNIT);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    printf("inner releases\n");
    CO_END(self);
}

static struct inner inner_new(void)
{
    return (struct inner){.co = CO_INIT(inner)};
}

/*
 *     async def outer():
 *         try:
 *             await inner()
 *         except asyncio.CancelledError as why:
 *             print("outer told:", why.args[0])
 *             print("outer flushes")
 *             await asyncio.sleep(2 * UNIT)
 *             print("outer flushed")
 *             raise
 *         finally:
 *             print("outer closes")
 */
struct outer {
    struct coroutine co;
    void *result;
    struct inner inner;
    struct async_sleep sleep;
};

/* docs: phrasebook-outer */
static struct future *outer(struct coroutine *co)
{
    struct outer *self = (struct outer *)co;

    CO_BEGIN(self);
    self->inner = inner_new();
    CO_AWAIT(self, self->inner);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        printf("outer told: %s\n",
               task_cancel_message(async_current_task(NULL)));
        printf("outer flushes\n");
        self->sleep = async_sleep(2 * UNIT);
        CO_AWAIT(self, self->sleep);
        printf("outer flushed\n");
    }
    printf("outer closes\n");
    CO_END(self);
}

static struct outer outer_new(void)
{
    return (struct outer){.co = CO_INIT(outer)};
}

struct clumsy {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *clumsy(struct coroutine *co)
{
    static const struct error failed = ERROR(&error_os, "clean-up failed");
    struct clumsy *self = (struct clumsy *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(50 * UNIT);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_RAISE(self, &failed);
    CO_END(self);
}

static struct clumsy clumsy_new(void)
{
    return (struct clumsy){.co = CO_INIT(clumsy)};
}

struct program {
    struct coroutine co;
    void *result;
    struct task *outer, *clumsy;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->outer = async_create_task(COROUTINE(outer_new())));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    task_cancel(self->outer, "going home");
    CO_TRY_AWAIT(self, *self->outer);
    if (error_is(self->outer->co.error, &error_cancelled))
        printf("main sees cancelled\n");

    CO_CHECK(self, self->clumsy = async_create_task(COROUTINE(clumsy_new())));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    task_cancel(self->clumsy, NULL);
    CO_TRY_AWAIT(self, *self->clumsy);
    if (error_is(self->clumsy->co.error, &error_os))
        printf("main sees error: %s\n", error_message(self->clumsy->co.error));
    printf("counts as cancelled: %s\n",
           truth(future_cancelled(&self->clumsy->future)));
    CO_FINALLY(self);
    task_free(self->clumsy);
    task_free(self->outer);
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
