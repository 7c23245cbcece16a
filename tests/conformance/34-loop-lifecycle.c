/*
 * 34-loop-lifecycle - stage 07: a loop is idle, running or closed, and what it
 * refuses in each state.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

/* try: ... except RuntimeError: print() */
static void expect_refusal(bool done, const char *text)
{
    if (!done && error_is(error_last(), &error_runtime))
        printf("%s\n", text);
}

struct inside {
    struct coroutine co;
    void *result;
    struct loop *loop;
};

static struct future *inside(struct coroutine *co)
{
    struct inside *self = (struct inside *)co;

    CO_BEGIN(self);
    printf("inside: running %s found: %s\n", truth(loop_is_running(self->loop)),
           truth(async_get_running_loop() == self->loop));
    expect_refusal(loop_close(self->loop), "inside: close refused");
    /* It frees what it was given even if it refuses to run it. */
    expect_refusal(
        loop_run_until_complete(self->loop, COROUTINE(async_sleep(0)), NULL),
        "inside: nested run refused");
    self->result = "value";
    CO_FINALLY(self);
    CO_END(self);
}

static struct inside inside_new(struct loop *loop)
{
    return (struct inside){.co = CO_INIT(inside), .loop = loop};
}

int main(void)
{
    struct loop *loop = new_loop();

    printf("fresh: %s %s\n", truth(loop_is_running(loop)),
           truth(loop_is_closed(loop)));
    printf("first run: %s\n",
           (char *)run_until_complete(loop, COROUTINE(inside_new(loop))));
    printf("second run: %s\n",
           (char *)run_until_complete(
               loop, COROUTINE(async_sleep_value(0, "again"))));
    expect_refusal(async_get_running_loop() != NULL,
                   "outside: no running loop");
    must_do(loop_close(loop));
    must_do(loop_close(loop));
    printf("closed: %s %s\n", truth(loop_is_running(loop)),
           truth(loop_is_closed(loop)));
    expect_refusal(
        loop_run_until_complete(loop, COROUTINE(async_sleep(0)), NULL),
        "run refused on a closed loop");
    expect_refusal(loop_call_soon(loop, NULL, print_text, "x"),
                   "call_soon refused on a closed loop");
    expect_refusal(loop_call_later(loop, NULL, 0, print_text, "x"),
                   "call_later refused on a closed loop");
    close_loop(loop);
}
