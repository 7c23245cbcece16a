/*
 * tasks.c - see measures.h: what a task costs.
 */
#include "measures.h"

#include "common/clock.h"
#include "stages/07-loop/loop.h"
#include "stages/07-loop/sleep.h"

#include <malloc.h>
#include <math.h>
#include <stdlib.h>

/* ---- a switch ---- */

/*
 *     async def give_way(times):
 *         for _ in range(times):
 *             await asyncio.sleep(0)
 */
struct give_way {
    struct coroutine co;
    void *result;
    size_t left;
    struct async_sleep sleep;
};

static struct future *give_way(struct coroutine *co)
{
    struct give_way *self = (struct give_way *)co;

    CO_BEGIN(self);
    while (self->left-- > 0) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct give_way give_way_new(size_t times)
{
    return (struct give_way){.co = CO_INIT(give_way), .left = times};
}

/* Runs the loop until the last task, and so every task, is done. */
static double run_all(struct loop *loop, struct task *last)
{
    int64_t begun_ns = clock_now_ns();

    if (last == NULL || !loop_run_until_complete(loop, &last->co, NULL))
        return NAN;
    return (double)(clock_now_ns() - begun_ns);
}

double task_switch(size_t tasks)
{
    size_t each = measures_times(2000000) / tasks;
    struct loop *loop = loop_new(NULL);
    struct task *last = NULL;

    if (loop == NULL)
        return NAN;
    for (size_t i = 0; i < tasks; i++) {
        task_free(last);
        last = loop_create_task(loop, COROUTINE(give_way_new(each)));
    }
    double ns = run_all(loop, last);
    task_free(last);
    loop_free(loop);
    return ns / (double)(tasks * each);
}

/* ---- spawn and join ---- */

/*
 *     async def join(times):
 *         for _ in range(times):
 *             await asyncio.create_task(give_way(0))
 */
struct join {
    struct coroutine co;
    void *result;
    size_t left;
    struct task *task;
};

static struct future *join(struct coroutine *co)
{
    struct join *self = (struct join *)co;

    CO_BEGIN(self);
    while (self->left-- > 0) {
        CO_CHECK(self,
                 self->task = async_create_task(COROUTINE(give_way_new(0))));
        CO_AWAIT(self, *self->task);
        task_free(self->task);
        self->task = NULL;
    }
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct join join_new(size_t times)
{
    return (struct join){.co = CO_INIT(join), .left = times};
}

double spawn_and_join(size_t depth)
{
    size_t times = measures_times(1000000) / depth;
    int64_t begun_ns = clock_now_ns();

    if (!async_run(COROUTINE(join_new(times)), NULL))
        return NAN;
    return (double)(clock_now_ns() - begun_ns) / (double)times;
}

/* ---- asleep ---- */

/*
 *     async def sleeper():
 *         await asyncio.sleep(3600)
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
    self->sleep = async_sleep(3600);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

static struct sleeper sleeper_new(void)
{
    return (struct sleeper){.co = CO_INIT(sleeper)};
}

/* All that malloc has given out, in heap and mappings, its own included. */
static double allocated(void)
{
    struct mallinfo2 info = mallinfo2();

    return (double)(info.uordblks + info.hblkhd);
}

double sleeping_task(size_t tasks)
{
    struct loop *loop = loop_new(NULL);
    struct task *task;

    if (loop == NULL)
        return NAN;
    double before = allocated();
    for (size_t i = 0; i < tasks; i++) {
        if ((task = loop_create_task(loop, COROUTINE(sleeper_new()))) == NULL)
            return NAN;
        task->quiet = true; /* they are not done when the loop closes */
        task_free(task);
    }
    loop_stop(loop);
    loop_run_forever(loop); /* one pass: all fall asleep */
    double bytes = allocated() - before;
    loop_free(loop);
    return bytes / (double)tasks;
}
