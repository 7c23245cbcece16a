/*
 * 01-hello-sleep - stage 07: one coroutine, run to its end.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.05;

struct hello {
    struct coroutine co;
    void *result;
    double begun;
    struct async_sleep sleep;
};

static struct future *hello(struct coroutine *co)
{
    struct hello *self = (struct hello *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->begun = loop_time(loop);
    printf("hello\n");
    self->sleep = async_sleep_value(2 * UNIT, "token");
    CO_AWAIT(self, self->sleep);
    printf("world\n");
    printf("sleep returned: %s\n", (char *)self->sleep.result);
    printf("units passed: %d\n", units_since(self->begun, UNIT));
    self->begun = loop_time(loop);
    self->sleep = async_sleep_value(0, "quick");
    CO_AWAIT(self, self->sleep);
    printf("zero sleep returned: %s\n", (char *)self->sleep.result);
    self->sleep = async_sleep_value(-1, "quicker");
    CO_AWAIT(self, self->sleep);
    printf("negative sleep returned: %s\n", (char *)self->sleep.result);
    printf("units passed: %d\n", units_since(self->begun, UNIT));
    self->result = "bye";
    CO_FINALLY(self);
    CO_END(self);
}

static struct hello hello_new(void)
{
    return (struct hello){.co = CO_INIT(hello)};
}

int main(void)
{
    printf("run returned: %s\n", (char *)run_to_end(COROUTINE(hello_new())));
}
