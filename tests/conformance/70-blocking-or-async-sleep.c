/*
 * 70-blocking-or-async-sleep - stage 07: three naps of two units, blocking,
 * async, and wrongly mixed. All of it by stepped time, which a busy machine
 * does not make longer.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.05;

/* Like units_since(), but no loop need be running. */
static int units_passed(double zero)
{
    return (int)((stepped_time() - zero) / UNIT + 0.1);
}

struct async_nap {
    struct coroutine co;
    void *result;
    int n;
    struct async_sleep sleep;
};

static struct future *async_nap(struct coroutine *co)
{
    struct async_nap *self = (struct async_nap *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(2 * UNIT);
    CO_AWAIT(self, self->sleep);
    self->result = number_value(self->n);
    CO_FINALLY(self);
    CO_END(self);
}

static struct async_nap async_nap_new(int n)
{
    return (struct async_nap){.co = CO_INIT(async_nap), .n = n};
}

static struct coroutine *async_nap_object(int n)
{
    return COROUTINE(async_nap_new(n));
}

struct wrong_nap {
    struct coroutine co;
    void *result;
    int n;
};

static struct future *wrong_nap(struct coroutine *co)
{
    struct wrong_nap *self = (struct wrong_nap *)co;

    CO_BEGIN(self);
    stepped_sleep(2 * UNIT);
    self->result = number_value(self->n);
    CO_FINALLY(self);
    CO_END(self);
}

static struct wrong_nap wrong_nap_new(int n)
{
    return (struct wrong_nap){.co = CO_INIT(wrong_nap), .n = n};
}

static struct coroutine *wrong_nap_object(int n)
{
    return COROUTINE(wrong_nap_new(n));
}

struct ticker {
    struct coroutine co;
    void *result;
    int *ticks;
    struct async_sleep sleep;
};

static struct future *ticker(struct coroutine *co)
{
    struct ticker *self = (struct ticker *)co;

    CO_BEGIN(self);
    while (true) {
        ++*self->ticks;
        self->sleep = async_sleep(UNIT / 2);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct ticker ticker_new(int *ticks)
{
    return (struct ticker){.co = CO_INIT(ticker), .ticks = ticks};
}

/*
 *     async def three(nap):
 *         ticks = []
 *         clock = asyncio.create_task(ticker(ticks))
 *         await asyncio.sleep(0)
 *         naps = await asyncio.gather(*(nap(n) for n in range(3)))
 *         clock.cancel()
 *         return naps, len(ticks) >= 3
 */
struct three {
    struct coroutine co;
    void *result; /* whether others ran */
    struct coroutine *(*nap)(int n);
    int *naps;
    int ticks;
    struct task *clock;
    struct async_sleep sleep;
    struct future *all;
    const struct gather_outcome *outcomes;
};

static struct future *three(struct coroutine *co)
{
    struct three *self = (struct three *)co;

    CO_BEGIN(self);
    step_time(async_get_running_loop());
    CO_CHECK(self, self->clock =
                       async_create_task(COROUTINE(ticker_new(&self->ticks))));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    self->all = async_gather(
        (struct coroutine *[]){self->nap(0), self->nap(1), self->nap(2)}, 3);
    CO_CHECK(self, self->all);
    CO_AWAIT(self, *self->all);
    self->outcomes = self->all->result;
    for (int i = 0; i < 3; i++)
        self->naps[i] = (int)value_number(self->outcomes[i].result);
    task_cancel(self->clock, NULL);
    self->result = number_value(self->ticks >= 3);
    CO_FINALLY(self);
    future_free(self->all);
    task_free(self->clock);
    CO_END(self);
}

/* The naps' values go to `naps`: the frame is gone when the loop has ended. */
static struct three three_new(struct coroutine *nap(int n), int naps[3])
{
    return (struct three){.co = CO_INIT(three), .nap = nap, .naps = naps};
}

static void run_three(const char *label, struct coroutine *nap(int n))
{
    double zero = stepped_time();
    int naps[3];
    bool lively = value_number(run_to_end(COROUTINE(three_new(nap, naps))));

    printf("%s naps %d %d %d units: %d - others ran: %s\n", label, naps[0],
           naps[1], naps[2], units_passed(zero), truth(lively));
}

int main(void)
{
    double zero = stepped_time();

    for (int i = 0; i < 3; i++)
        stepped_sleep(2 * UNIT);
    printf("blocking units: %d\n", units_passed(zero));
    run_three("async", async_nap_object);
    run_three("blocking inside", wrong_nap_object);
}
