/*
 * 22-callback-exception - stage 07: a callback fails; the loop and the other
 * callbacks go on.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const struct error went_boom = ERROR(&error_arithmetic, "boom");

static void report(struct loop *loop, const struct error_context *context,
                   void *data)
{
    (void)loop, (void)data;
    printf("reported: %s\n", error_message(context->error));
}

static void boom(void *data)
{
    (void)data;
    callback_raise(&went_boom);
}

/* boom() for a future: callbacks of loops and of futures differ in C. */
static void boom_of(struct future *future, void *data)
{
    (void)future, (void)data;
    callback_raise(&went_boom);
}

static void print_result(struct future *future, void *which)
{
    printf("%s callback %d\n", (char *)which,
           (int)value_number(result_of(future)));
}

static void set_result_7(void *box)
{
    must_do(future_set_result(box, number_value(7)));
}

struct program {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
    struct future *box;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    loop_set_exception_handler(loop, report, NULL);
    CO_CHECK(self, loop_call_soon(loop, NULL, print_text, "before"));
    CO_CHECK(self, loop_call_soon(loop, NULL, boom, NULL));
    CO_CHECK(self, loop_call_soon(loop, NULL, print_text, "after"));
    CO_CHECK(self, loop_call_later(loop, NULL, 0.02, print_text, "timer"));
    self->sleep = async_sleep(0.04);
    CO_AWAIT(self, self->sleep);

    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, future_add_done_callback(self->box, print_result, "first"));
    CO_CHECK(self, future_add_done_callback(self->box, boom_of, NULL));
    CO_CHECK(self, future_add_done_callback(self->box, print_result, "third"));
    CO_CHECK(self, loop_call_soon(loop, NULL, set_result_7, self->box));
    CO_AWAIT(self, *self->box);
    printf("awaited %d\n", (int)value_number(self->box->result));
    CO_FINALLY(self);
    future_free(self->box);
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
