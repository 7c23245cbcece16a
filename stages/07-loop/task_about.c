/*
 * task_about.c - see task.h: what a task says about itself.
 */
#include "loop_internal.h"

const char *task_get_name(const struct task *task)
{
    static _Thread_local char name[32];

    if (task->name != NULL)
        return task->name;
    snprintf(name, sizeof name, "Task-%u", task->number);
    return name;
}

void task_set_name(struct task *task, const char *name)
{
    task->name = name;
}

struct task *async_current_task(const struct loop *loop)
{
    if (loop == NULL)
        loop = running_loop;
    return loop != NULL ? loop->current : NULL;
}

struct task *async_all_tasks(const struct loop *loop)
{
    return loop->tasks;
}

struct task *task_next(const struct task *task)
{
    return task->next != task->future.loop->tasks ? task->next : NULL;
}

static const char *state_of(const struct task *task)
{
    if (!future_done(&task->future))
        return "pending";
    if (task->future.cancelled)
        return "cancelled";
    return task->co.error != NULL ? "failed" : "finished";
}

void task_describe(const struct task *task, char *text, size_t size)
{
    snprintf(text, size, "<Task %s name='%s' coro=%s>", state_of(task),
             task_get_name(task), task_get_coroutine(task)->function);
}

void task_print_stack(const struct task *task, FILE *file)
{
    char text[256];
    const struct coroutine *co = task_get_coroutine(task);

    task_describe(task, text, sizeof text);
    if (co->line == CO_NEW || co->line == CO_OVER) {
        fprintf(file, "No stack for %s\n", text);
        return;
    }
    fprintf(file, "Stack for %s (most recent call last):\n", text);
    for (; co != NULL; co = co->awaits) /* some have no lines to tell of */
        if (co->function != NULL)
            fprintf(file, "  line %d, in %s\n", co->line, co->function);
}
