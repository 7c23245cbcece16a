/*
 * 33-handle-cancel - stage 07: callbacks soon, later and at a time can be
 * cancelled. Who may want to brings the handle, or the timer.
 */
#include "loop_support.h"

#include <math.h>
#include <stdio.h>

static const double UNIT = 0.02;

/* The loop counts whole nanoseconds, which a double need not meet exactly. */
static bool is_same_time(double a, double b)
{
    return fabs(a - b) < 1e-6;
}

static void assassin(void *victim)
{
    printf("assassin\n");
    handle_cancel(async_get_running_loop(), victim);
}

int main(void)
{
    struct loop *loop = new_loop();
    double base = loop_time(loop);
    struct handle keep = {0}, drop = {0}, victim = {0};
    struct timer later = {0}, exact = {0};

    must_do(loop_call_soon(loop, &keep, print_text, "soon kept"));
    must_do(loop_call_soon(loop, &drop, print_text, "soon dropped"));
    must_do(
        loop_call_later(loop, &later, 1 * UNIT, print_text, "later dropped"));
    must_do(
        loop_call_at(loop, &exact, base + 2 * UNIT, print_text, "at dropped"));
    must_do(loop_call_at(loop, NULL, base + 3 * UNIT, print_text, "at kept"));
    must_do(loop_call_at(loop, NULL, base + 4 * UNIT, stop_loop, loop));
    printf("deadline known: %s\n",
           truth(is_same_time(timer_when(&exact), base + 2 * UNIT)));
    handle_cancel(loop, &drop);
    timer_cancel(loop, &later);
    timer_cancel(loop, &exact);
    handle_cancel(loop, &drop);

    must_do(loop_call_soon(loop, NULL, assassin, &victim));
    must_do(loop_call_soon(loop, &victim, print_text, "victim"));
    must_do(loop_call_soon(loop, NULL, print_text, "bystander"));
    must_do(loop_run_forever(loop));
    handle_cancel(loop, &keep);
    printf("flags: %s %s %s\n", truth(handle_cancelled(&keep)),
           truth(handle_cancelled(&drop)), truth(handle_cancelled(&victim)));
    close_loop(loop);
}
