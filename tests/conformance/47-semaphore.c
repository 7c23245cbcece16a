/*
 * 47-semaphore - stage 07: at most two inside.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/semaphore.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.05;
static int inside, peak;

/*
 *     async def visit(name, gate):
 *         global inside, peak
 *         async with gate:
 *             inside += 1
 *             peak = max(peak, inside)
 *             print("in ", name)
 *             await asyncio.sleep(UNIT)
 *             inside -= 1
 *         print("out", name)
 */
struct visit {
    struct coroutine co;
    void *result;
    char name;
    struct semaphore *gate;
    struct semaphore_acquire acquire;
    struct async_sleep sleep;
};

static struct future *visit(struct coroutine *co)
{
    struct visit *self = (struct visit *)co;

    CO_BEGIN(self);
    self->acquire = semaphore_acquire(self->gate);
    CO_AWAIT(self, self->acquire);
    inside++;
    peak = inside > peak ? inside : peak;
    printf("in  %c\n", self->name);
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    inside--;
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        semaphore_release(self->gate);
    if (self->co.error == NULL)
        printf("out %c\n", self->name);
    CO_END(self);
}

static struct visit visit_new(char name, struct semaphore *gate)
{
    return (struct visit){.co = CO_INIT(visit), .name = name, .gate = gate};
}

static struct future *gather_visits(struct semaphore *gate)
{
    return async_gather((struct coroutine *[]){COROUTINE(visit_new('a', gate)),
                                               COROUTINE(visit_new('b', gate)),
                                               COROUTINE(visit_new('c', gate)),
                                               COROUTINE(visit_new('d', gate)),
                                               COROUTINE(visit_new('e', gate))},
                        5);
}

struct program {
    struct coroutine co;
    void *result;
    double zero;
    struct semaphore gate, plain, bounded;
    struct future *visits;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time(async_get_running_loop());
    self->zero = loop_time(async_get_running_loop());
    self->gate = semaphore_new(2);
    CO_CHECK(self, self->visits = gather_visits(&self->gate));
    CO_AWAIT(self, *self->visits);
    printf("peak %d units %d\n", peak, units_since(self->zero, UNIT));
    self->plain = semaphore_new(0);
    printf("locked: %s\n", truth(semaphore_locked(&self->plain)));
    CO_CHECK(self, semaphore_release(&self->plain));
    printf("locked: %s\n", truth(semaphore_locked(&self->plain)));
    self->bounded = bounded_semaphore_new(1);
    if (!semaphore_release(&self->bounded) &&
        error_is(error_last(), &error_value))
        printf("bounded semaphore refuses\n");
    CO_FINALLY(self);
    future_free(self->visits);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE((struct program){.co = CO_INIT(program)}));
}
