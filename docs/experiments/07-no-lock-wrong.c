/* Ten tasks add to a balance, in one thread. Wrong: they wait in between. */
#include "stages/07-loop/async.h"

static int balance;

struct deposit {
    struct coroutine co;
    void *result;
    int seen;
    struct async_sleep sleep;
};

/* docs: 07-deposit */
static struct future *deposit(struct coroutine *co)
{
    struct deposit *self = (struct deposit *)co;

    CO_BEGIN(self);
    self->seen = balance;
    self->sleep = async_sleep(0); /* all others have their turn */
    CO_AWAIT(self, self->sleep);
    balance = self->seen + 1;
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    struct loop *loop = loop_new(NULL);
    struct deposit one = {.co = CO_INIT(deposit)};

    for (int i = 0; i < 10; i++)
        task_free(loop_create_task(loop, COROUTINE(one)));
    loop_run_until_complete(loop, COROUTINE(async_sleep(0.01)), NULL);
    printf("10 deposits of 1, balance %d\n", balance);
    return !loop_free(loop);
}
