/*
 * 12-gather-exception - stage 07: one of those gathered fails.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def good(label, units):
 *         await asyncio.sleep(units * UNIT)
 *         print(label, "ends well")
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    int units;
    struct async_sleep sleep;
};

static struct future *good(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("%s ends well\n", self->label);
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     async def bad(label, units):
 *         await asyncio.sleep(units * UNIT)
 *         print(label, "fails")
 *         raise ValueError(label + " broke")
 */
static struct future *bad(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("%s fails\n", self->label);
    CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(coroutine_resume *how, char *label, int units)
{
    return (struct job){.co = CO_INIT(how), .label = label, .units = units};
}

/*
 *     async def main():
 *         quick = asyncio.create_task(good("quick", 1))
 *         ...
 *         try:
 *             await asyncio.gather(quick, broken, slow, worse)
 *         except ValueError as err:
 *             print("caught:", err)
 *         ...
 */
struct program {
    struct coroutine co;
    void *result;
    struct task *quick, *broken, *slow, *worse;
    struct future *gather;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    const struct error *error;

    CO_BEGIN(self);
    CO_CHECK(self, self->quick =
                       async_create_task(COROUTINE(job_new(good, "quick", 1))));
    CO_CHECK(self, self->broken =
                       async_create_task(COROUTINE(job_new(bad, "broken", 2))));
    CO_CHECK(self, self->slow =
                       async_create_task(COROUTINE(job_new(good, "slow", 3))));
    CO_CHECK(self, self->worse =
                       async_create_task(COROUTINE(job_new(bad, "worse", 4))));
    self->gather =
        async_gather((struct coroutine *[]){&self->quick->co, &self->broken->co,
                                            &self->slow->co, &self->worse->co},
                     4);
    CO_CHECK(self, self->gather);
    CO_TRY_AWAIT(self, *self->gather);
    if (error_is(self->gather->co.error, &error_value))
        printf("caught: %s\n", error_message(self->gather->co.error));
    else if (self->gather->co.error != NULL)
        CO_RAISE(self, self->gather->co.error);
    printf("done flags: %s %s %s %s\n", truth(is_done(self->quick)),
           truth(is_done(self->broken)), truth(is_done(self->slow)),
           truth(is_done(self->worse)));
    self->sleep = async_sleep(3 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("slow result: %s cancelled: %s\n",
           (char *)result_of(&self->slow->future),
           truth(future_cancelled(&self->slow->future)));
    CO_CHECK(self, future_error(&self->worse->future, &error));
    printf("worse kept: %s\n", error_message(error));
    CO_FINALLY(self);
    future_free(self->gather);
    task_free(self->quick);
    task_free(self->broken);
    task_free(self->slow);
    task_free(self->worse);
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
