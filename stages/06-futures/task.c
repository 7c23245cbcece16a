/*
 * task.c - see task.h.
 */
#include "task.h"

struct task task_new(struct coroutine *co)
{
    return (struct task){.done = future_new(), .co = co};
}

/* docs: 06-task-step */
static void task_step(void *data)
{
    struct task *task = data;

    task->waits = NULL;
    task->waits = task->co->resume(task->co); /* coro.send(future.result) */
    if (task->waits != NULL)
        future_on_done(task->waits, task_step, task);
    else if (task->co->error != NULL)
        future_set_error(&task->done, task->co->error);
    else
        future_set_result(&task->done, NULL); /* StopIteration */
}

void task_start(struct task *task)
{
    task_step(task);
}

/* docs: 06-task-throw */
bool task_throw(struct task *task, const struct error *error)
{
    if (task->waits == NULL)
        return false;
    future_set_error(task->waits, error);
    return true;
}
