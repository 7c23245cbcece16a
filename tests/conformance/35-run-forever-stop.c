/*
 * 35-run-forever-stop - stage 07: to stop a loop sets a flag, read at the end
 * of each pass.
 */
#include "loop_support.h"

#include <stdio.h>

static void halt(void *loop)
{
    printf("halt\n");
    must_do(
        loop_call_soon(loop, NULL, print_text, "left over for the next run"));
    loop_stop(loop);
}

static void set_result_settled(void *box)
{
    must_do(future_set_result(box, "settled"));
}

int main(void)
{
    struct loop *loop = new_loop();

    step_time(loop);
    printf("-- first run\n");
    must_do(loop_call_soon(loop, NULL, print_text, "before"));
    must_do(loop_call_soon(loop, NULL, halt, loop));
    must_do(loop_call_soon(loop, NULL, print_text, "same pass"));
    must_do(loop_run_forever(loop));
    printf("-- second run, stopped in advance\n");
    loop_stop(loop);
    must_do(loop_call_later(loop, NULL, 100, print_text, "never due"));
    must_do(loop_run_forever(loop));
    printf("-- third run, stopped by a timer\n");
    must_do(loop_call_later(loop, NULL, 0.02, stop_loop, loop));
    must_do(loop_call_later(loop, NULL, 0.01, print_text, "timer before stop"));
    must_do(loop_run_forever(loop));
    printf("-- run_until_complete cut short\n");
    struct future *box = loop_create_future(loop);
    must_do(loop_call_soon(loop, NULL, stop_loop, loop));
    if (!loop_run_until_complete(loop, &box->co, NULL) &&
        error_is(error_last(), &error_runtime))
        printf("stopped before the future was done\n");
    must_do(loop_call_soon(loop, NULL, set_result_settled, box));
    printf("resumed: %s\n", (char *)run_until_complete(loop, &box->co));
    future_free(box);
    close_loop(loop);
}
