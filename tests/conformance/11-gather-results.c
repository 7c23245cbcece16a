/*
 * 11-gather-results - stage 07: results by position, not by time.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def job(label, units):
 *         await asyncio.sleep(units * UNIT)
 *         print("ending", label)
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    int units;
    struct async_sleep sleep;
};

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("ending %s\n", self->label);
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(char *label, int units)
{
    return (struct job){.co = CO_INIT(job), .label = label, .units = units};
}

static void print_results(const char *title, const struct future *gather)
{
    const struct gather_outcome *outcomes = gather->result;

    printf("%s: %s %s %s\n", title, (char *)outcomes[0].result,
           (char *)outcomes[1].result, (char *)outcomes[2].result);
}

/*
 *     async def main():
 *         got = await asyncio.gather(job("first", 2), job("second", 3), ...)
 *         print("results:", *got)
 *         print("empty:", len(await asyncio.gather()))
 *         ready = asyncio.get_running_loop().create_future()
 *         ready.set_result("future")
 *         task = asyncio.create_task(job("task", 1))
 *         print("mixed:", *await asyncio.gather(ready, job(...), task))
 */
struct program {
    struct coroutine co;
    void *result;
    struct future *got, *none, *mixed;
    struct future *ready;
    struct task *task;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->got =
        async_gather((struct coroutine *[]){COROUTINE(job_new("first", 2)),
                                            COROUTINE(job_new("second", 3)),
                                            COROUTINE(job_new("third", 1))},
                     3);
    CO_CHECK(self, self->got);
    CO_AWAIT(self, *self->got);
    print_results("results", self->got);

    CO_CHECK(self, self->none = async_gather(NULL, 0));
    CO_AWAIT(self, *self->none);
    printf("empty: %zu\n", async_gather_count(self->none));

    CO_CHECK(self, self->ready = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, future_set_result(self->ready, "future"));
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(job_new("task", 1))));
    self->mixed =
        async_gather((struct coroutine *[]){&self->ready->co,
                                            COROUTINE(job_new("coroutine", 2)),
                                            &self->task->co},
                     3);
    CO_CHECK(self, self->mixed);
    CO_AWAIT(self, *self->mixed);
    print_results("mixed", self->mixed);
    CO_FINALLY(self);
    future_free(self->got);
    future_free(self->none);
    future_free(self->mixed);
    future_free(self->ready);
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
