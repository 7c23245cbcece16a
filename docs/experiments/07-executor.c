/* The same call in a thread of the loop's executor: the timer comes in time. */
#include "stages/07-loop/async.h"

struct page {
    struct coroutine co;
    void *result;
    struct future *called;
};

static void say(void *text)
{
    puts(text);
}

static const struct error *call(const void *argument, void *result)
{
    (void)argument, (void)result;
    return system("sleep 0.2") == 0 ? NULL : &error_os;
}

static struct future *page(struct coroutine *co)
{
    struct page *self = (struct page *)co;
    struct loop *loop = async_get_running_loop();
    CO_BEGIN(self);
    loop_call_later(loop, NULL, 0.02, say, "20 ms are over");
    self->called = loop_run_in_executor(loop, NULL, call, NULL, 0, 0);
    CO_CHECK(self, self->called);
    CO_AWAIT(self, *self->called);
    puts("the call is over");
    CO_FINALLY(self);
    future_free(self->called);
    CO_END(self);
}

int main(void)
{
    return !async_run(COROUTINE((struct page){.co = CO_INIT(page)}), NULL);
}
