/*
 * A coroutine makes a call that blocks for 200 ms. Wrong: a timer of 20 ms
 * comes when that is over. With an argument: the same in debug mode.
 */
#include "stages/07-loop/async.h"

static void say(void *text)
{
    puts(text);
}

static struct future *page(struct coroutine *co)
{
    struct awaitable *self = (struct awaitable *)co;

    CO_BEGIN(self);
    if (system("sleep 0.2") == 0) /* or any other call that blocks */
        puts("the call is over");
    CO_FINALLY(self);
    CO_END(self);
}

int main(int argc, char **argv)
{
    struct loop *loop = loop_new(NULL);

    (void)argv;
    loop_set_debug(loop, argc > 1);
    loop_call_later(loop, NULL, 0.02, say, "20 ms are over");
    loop_run_until_complete(
        loop, COROUTINE((struct awaitable){.co = CO_INIT(page)}), NULL);
    return !loop_free(loop);
}
