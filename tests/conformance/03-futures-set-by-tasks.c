/*
 * 03-futures-set-by-tasks - stage 07: futures that others fill, gathered.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def fill(box, name, units):
 *         await asyncio.sleep(units * UNIT)
 *         print("filling", name)
 *         box.set_result("value of " + name)
 */
struct fill {
    struct coroutine co;
    void *result;
    struct future *box;
    const char *name;
    int units;
    struct async_sleep sleep;
    char value[32];
};

static struct future *fill(struct coroutine *co)
{
    struct fill *self = (struct fill *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("filling %s\n", self->name);
    snprintf(self->value, sizeof self->value, "value of %s", self->name);
    CO_CHECK(self, future_set_result(self->box, self->value));
    CO_FINALLY(self);
    CO_END(self);
}

static struct fill fill_new(struct future *box, const char *name, int units)
{
    return (struct fill){
        .co = CO_INIT(fill), .box = box, .name = name, .units = units};
}

int main(void)
{
    struct loop *loop = new_loop();
    struct future *alpha = loop_create_future(loop);
    struct future *beta = loop_create_future(loop);
    struct future *fillers[] = {
        async_ensure_future(COROUTINE(fill_new(alpha, "alpha", 2)), loop),
        async_ensure_future(COROUTINE(fill_new(beta, "beta", 1)), loop)};

    printf("before: %s %s\n", truth(future_done(alpha)),
           truth(future_done(beta)));
    struct future *both =
        async_gather((struct coroutine *[]){&alpha->co, &beta->co}, 2);
    const struct gather_outcome *values = run_until_complete(loop, &both->co);
    for (int i = 0; i < 2; i++)
        printf("gathered: %s\n", (char *)values[i].result);
    printf("after: %s / %s\n", (char *)result_of(alpha),
           (char *)result_of(beta));
    future_free(both);
    future_free(alpha);
    future_free(beta);
    future_free(fillers[0]);
    future_free(fillers[1]);
    close_loop(loop);
}
