/*
 * 04-callback-scheduling - stage 07: callbacks soon, later and at a time, on
 * one loop with one clock.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.05;

static double zero;

static void note(void *label)
{
    printf("%s at unit %d\n", (char *)label, units_since(zero, UNIT));
}

struct program {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    step_time(loop);
    zero = loop_time(loop);
    CO_CHECK(self, loop_call_later(loop, NULL, 4 * UNIT, note, "later-4"));
    CO_CHECK(self, loop_call_at(loop, NULL, zero + 2 * UNIT, note, "at-2"));
    CO_CHECK(self, loop_call_later(loop, NULL, 3 * UNIT, note, "later-3"));
    CO_CHECK(self, loop_call_at(loop, NULL, zero + 1 * UNIT, note, "at-1"));
    CO_CHECK(self, loop_call_soon(loop, NULL, note, "soon-first"));
    CO_CHECK(self, loop_call_soon(loop, NULL, note, "soon-second"));
    printf("registered\n");
    self->sleep = async_sleep(5 * UNIT);
    CO_AWAIT(self, self->sleep);
    note("main");
    CO_FINALLY(self);
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
