/*
 * 17-cancel-sleeping - stage 07: a task is cancelled in its sleep.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def sleeper():
 *         print("falling asleep")
 *         try:
 *             await asyncio.sleep(50 * UNIT)
 *         except asyncio.CancelledError:
 *             print("woken by cancellation")
 *             raise
 *         print("never printed")
 */
struct sleeper {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *sleeper(struct coroutine *co)
{
    struct sleeper *self = (struct sleeper *)co;

    CO_BEGIN(self);
    printf("falling asleep\n");
    self->sleep = async_sleep(50 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("never printed\n");
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        printf("woken by cancellation\n");
    CO_END(self);
}

static struct sleeper sleeper_new(void)
{
    return (struct sleeper){.co = CO_INIT(sleeper)};
}

static void probe(const char *name, bool answered)
{
    if (!answered && error_is(error_last(), &error_cancelled))
        printf("%s raises cancelled\n", name);
}

struct program {
    struct coroutine co;
    void *result;
    struct task *task;
    const struct error *error;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(COROUTINE(sleeper_new())));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("cancel accepted: %s\n", truth(task_cancel(self->task, NULL)));
    printf("done right away: %s\n", truth(future_done(&self->task->future)));
    CO_TRY_AWAIT(self, *self->task);
    if (error_is(self->task->co.error, &error_cancelled))
        printf("awaiting it raised cancelled\n");
    printf("done, cancelled: %s %s\n", truth(future_done(&self->task->future)),
           truth(future_cancelled(&self->task->future)));
    printf("cancel again: %s\n", truth(task_cancel(self->task, NULL)));
    probe("result", future_result(&self->task->future, NULL));
    probe("exception", future_error(&self->task->future, &self->error));
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
