/*
 * What does a task cost that does nothing but sleep? Measured with a thousand
 * of them, with ten thousand, and with a hundred thousand.
 */
#include "stages/07-loop/async.h"

#include <malloc.h>
#include <stdio.h>

/*
 *     async def sleeper():
 *         await asyncio.sleep(3600)
 */
struct sleeper {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *sleeper(struct coroutine *co)
{
    struct sleeper *self = (struct sleeper *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(3600);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

/* A task that sleeps; nobody but the loop holds it. */
static void add_sleeper(struct loop *loop)
{
    struct task *task = loop_create_task(
        loop, COROUTINE((struct sleeper){.co = CO_INIT(sleeper)}));

    if (task == NULL)
        abort();
    task->quiet = true; /* that it was never done is no news */
    task_free(task);
}

/* All bytes that malloc has given out, in heap and mappings. */
static double allocated(void)
{
    struct mallinfo2 info = mallinfo2();

    return (double)(info.uordblks + info.hblkhd);
}

/* your turn: how many bytes each of so many sleeping tasks needs. */
static double bytes_each(size_t tasks)
{
    struct loop *loop = loop_new(NULL);

    add_sleeper(loop);
    double bytes = allocated();
    loop_free(loop);
    return bytes / (double)tasks;
}

int main(void)
{
    for (size_t tasks = 1000; tasks <= 100000; tasks *= 10)
        printf("%6zu tasks: %.0f bytes each\n", tasks, bytes_each(tasks));
    printf("frame %zu, task %zu, timer %zu bytes\n", sizeof(struct sleeper),
           sizeof(struct task), sizeof(struct timer));
}
