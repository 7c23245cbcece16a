/*
 * 15-wait-all-results - stage 07: wait for all, then ask each how it went.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>

static const double UNIT = 0.05;

/*
 *     async def some_work(units):
 *         print("waiting", units)
 *         await asyncio.sleep(units * UNIT)
 *         if units == 3:
 *             raise RuntimeError("three is unlucky")
 *         return f"done after {units}"
 */
struct some_work {
    struct coroutine co;
    void *result;
    int units;
    struct async_sleep sleep;
    char text[32];
};

static struct future *some_work(struct coroutine *co)
{
    static const struct error unlucky =
        ERROR(&error_runtime, "three is unlucky");
    struct some_work *self = (struct some_work *)co;

    CO_BEGIN(self);
    printf("waiting %d\n", self->units);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    if (self->units == 3)
        CO_RAISE(self, &unlucky);
    snprintf(self->text, sizeof self->text, "done after %d", self->units);
    self->result = self->text;
    CO_FINALLY(self);
    CO_END(self);
}

static struct some_work some_work_new(int units)
{
    return (struct some_work){.co = CO_INIT(some_work), .units = units};
}

/*
 *         if task.exception():
 *             print("task error:", task.exception())
 *         else:
 *             print("task value:", task.result())
 */
static void print_outcome(struct future *task)
{
    const struct error *error;

    must_do(future_error(task, &error));
    if (error != NULL)
        printf("task error: %s\n", error_message(error));
    else
        printf("task value: %s\n", (char *)result_of(task));
}

/* done == set(tasks) */
static bool are_done(struct future *const tasks[], int count)
{
    for (int i = 0; i < count; i++)
        if (!future_done(tasks[i]))
            return false;
    return true;
}

/*
 *     async def main():
 *         tasks = [asyncio.ensure_future(some_work(n)) for n in (1, 3, 4)]
 *         done, pending = await asyncio.wait(tasks)
 *         print("sets:", len(done), len(pending), "same members:", ...)
 *         for task in tasks:
 *             ...
 */
struct program {
    struct coroutine co;
    void *result;
    struct future *tasks[3];
    struct async_wait wait;
};

static struct future *program(struct coroutine *co)
{
    static const int units[] = {1, 3, 4};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    for (int i = 0; i < 3; i++)
        CO_CHECK(self, self->tasks[i] = async_ensure_future(
                           COROUTINE(some_work_new(units[i])), NULL));
    self->wait = async_wait(self->tasks, 3, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    printf("sets: %zu %zu same members: %s\n", self->wait.done_count,
           self->wait.pending_count, truth(are_done(self->tasks, 3)));
    for (int i = 0; i < 3; i++)
        print_outcome(self->tasks[i]);
    CO_FINALLY(self);
    for (int i = 0; i < 3; i++)
        future_free(self->tasks[i]);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    struct loop *loop = new_loop();

    step_time(loop);
    double zero = loop_time(loop);
    run_until_complete(loop, COROUTINE(program_new()));
    printf("units: %d\n", (int)((loop_time(loop) - zero) / UNIT + 0.1));
    close_loop(loop);
}
