/*
 * 06-await - one coroutine, one future, one task; and no socket. Who settles
 * the future runs the coroutine, from inside the call.
 */
#include "stages/06-futures/task.h"

struct asker {
    struct coroutine co;
    struct future answer;
};

static struct future *asker(struct coroutine *co)
{
    struct asker *self = (struct asker *)co;

    CO_BEGIN(self);
    puts("  asker: waits");
    CO_AWAIT(self, self->answer);
    printf("  asker: goes on with %s\n", (char *)self->answer.result);
    CO_FINALLY(self);
    puts("  asker: leaves");
    CO_END(self);
}

int main(void)
{
    struct asker frame = {.co = CO_INIT(asker), .answer = future_new()};
    struct task task = task_new(&frame.co);

    puts("main: made a frame and a task; nothing ran");
    task_start(&task);
    puts("main: settles the future");
    future_set_result(&frame.answer, "forty-two");
    puts("main: is back");
}
