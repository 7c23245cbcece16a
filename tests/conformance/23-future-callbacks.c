/*
 * 23-future-callbacks - stage 07: who wants to know of a future's end, is
 * added, taken out, and called in order.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static void shout(struct future *future, void *box)
{
    printf("shout %d same future: %s\n", (int)value_number(result_of(future)),
           truth(future == box));
}

static void murmur(struct future *future, void *data)
{
    (void)data;
    printf("murmur %d\n", (int)value_number(result_of(future)));
}

static void unwanted(struct future *future, void *data)
{
    (void)future, (void)data;
    printf("must not appear\n");
}

struct program {
    struct coroutine co;
    void *result;
    struct future *box, *other;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, future_add_done_callback(self->box, murmur, NULL));
    CO_CHECK(self, future_add_done_callback(self->box, unwanted, NULL));
    CO_CHECK(self, future_add_done_callback(self->box, shout, self->box));
    CO_CHECK(self, future_add_done_callback(self->box, unwanted, NULL));
    CO_CHECK(self, future_add_done_callback(self->box, murmur, NULL));
    printf("removed: %zu\n",
           future_remove_done_callback(self->box, unwanted, NULL));
    printf("removed: %zu\n",
           future_remove_done_callback(self->box, unwanted, NULL));
    CO_CHECK(self, future_set_result(self->box, number_value(22)));
    printf("set_result has returned\n");
    CO_AWAIT(self, *self->box);
    printf("number plus one: %d\n", (int)value_number(self->box->result) + 1);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    printf("-- on a finished future\n");
    CO_CHECK(self, future_add_done_callback(self->box, shout, self->box));
    printf("added\n");
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    printf("-- taken out after the result: too late, it is queued already\n");
    CO_CHECK(self, self->other = loop_create_future(loop));
    CO_CHECK(self, future_add_done_callback(self->other, murmur, NULL));
    CO_CHECK(self, future_set_result(self->other, number_value(0)));
    printf("removed: %zu\n",
           future_remove_done_callback(self->other, murmur, NULL));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    future_free(self->other);
    future_free(self->box);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

static void late(struct future *future, void *data)
{
    (void)data;
    printf("done callback of run_until_complete's future: %s\n",
           (char *)result_of(future));
}

static void set_result_kept(void *box)
{
    must_do(future_set_result(box, "kept"));
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));

    struct loop *loop = new_loop();
    struct future *box = loop_create_future(loop);
    must_do(future_add_done_callback(box, late, NULL));
    must_do(loop_call_later(loop, NULL, 0.01, set_result_kept, box));
    printf("run_until_complete gives %s\n",
           (char *)run_until_complete(loop, &box->co));
    future_free(box);
    close_loop(loop);
}
