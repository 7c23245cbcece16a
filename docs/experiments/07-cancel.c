/* Two frames deep in a sleep, cancelled: each cleans up on the way out. */
#include "stages/07-loop/async.h"

struct frame {
    struct coroutine co;
    void *result;
    const char *name;
    struct awaitable *awaits; /* the frame below, or the sleep */
};

static struct future *stay(struct coroutine *co)
{
    struct frame *self = (struct frame *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->awaits);
    CO_FINALLY(self);
    printf("%s: cleans up after %s\n", self->name, error_name(self->co.error));
    CO_END(self);
}

static void cancel(void *task)
{
    task_cancel(task, "time to go");
}

int main(void)
{
    struct loop *loop = loop_new(NULL);
    struct async_sleep sleep = async_sleep(3600);
    struct frame inner = {CO_INIT(stay), NULL, "inner", (void *)&sleep};
    struct frame outer = {CO_INIT(stay), NULL, "outer", (void *)&inner};
    struct task *task = loop_create_task(loop, COROUTINE(outer));
    loop_call_later(loop, NULL, 0.01, cancel, task);
    if (!loop_run_until_complete(loop, &task->co, NULL))
        printf("the task is cancelled: %s\n", error_message(error_last()));
    task_free(task);
    return !loop_free(loop);
}
