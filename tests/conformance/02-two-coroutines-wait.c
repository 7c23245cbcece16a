/*
 * 02-two-coroutines-wait - stage 07: two of equal length, driven together.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>

static const double UNIT = 0.05;

/*
 *     async def walker(label):
 *         print(label, "sets out")
 *         await asyncio.sleep(UNIT)
 *         print(label, "arrives")
 */
struct walker {
    struct coroutine co;
    void *result;
    const char *label;
    struct async_sleep sleep;
};

static struct future *walker(struct coroutine *co)
{
    struct walker *self = (struct walker *)co;

    CO_BEGIN(self);
    printf("%s sets out\n", self->label);
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("%s arrives\n", self->label);
    CO_FINALLY(self);
    CO_END(self);
}

static struct walker walker_new(const char *label)
{
    return (struct walker){.co = CO_INIT(walker), .label = label};
}

/*
 *     async def both():
 *         crowd = [asyncio.ensure_future(walker(n)) for n in ("left", "right")]
 *         done, pending = await asyncio.wait(crowd)
 *         return len(done), len(pending)
 */
struct counts {
    size_t done, pending;
};

struct both {
    struct coroutine co;
    void *result;
    struct counts *counts;
    struct future *crowd[2];
    struct async_wait wait;
};

static struct future *both(struct coroutine *co)
{
    struct both *self = (struct both *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->crowd[0] = async_ensure_future(
                       COROUTINE(walker_new("left")), NULL));
    CO_CHECK(self, self->crowd[1] = async_ensure_future(
                       COROUTINE(walker_new("right")), NULL));
    self->wait = async_wait(self->crowd, 2, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    *self->counts =
        (struct counts){self->wait.done_count, self->wait.pending_count};
    self->result = self->counts;
    CO_FINALLY(self);
    future_free(self->crowd[0]);
    future_free(self->crowd[1]);
    CO_END(self);
}

static struct both both_new(struct counts *counts)
{
    return (struct both){.co = CO_INIT(both), .counts = counts};
}

int main(void)
{
    struct loop *loop = new_loop();
    struct counts counts;

    step_time(loop);
    double start = loop_time(loop);
    run_until_complete(loop, COROUTINE(both_new(&counts)));
    printf("done, pending: %zu %zu\n", counts.done, counts.pending);
    printf("units passed: %d\n", (int)((loop_time(loop) - start) / UNIT + 0.1));
    close_loop(loop);
}
