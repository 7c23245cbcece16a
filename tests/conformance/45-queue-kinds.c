/*
 * 45-queue-kinds - stage 07: three orders, and the calls that do not wait.
 */
#include "loop_support.h"
#include "stages/07-loop/queue.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

static int by_number(const void *first, const void *second)
{
    return (int)(value_number(first) - value_number(second));
}

/*
 *     queue = kind(maxsize=3)
 *     for n in (3, 1, 2):
 *         await queue.put(n)
 *     ...
 *     print(*[await queue.get() for _ in range(3)], end=" ")
 */
struct try_out {
    struct coroutine co;
    void *result;
    const char *kind;
    struct queue queue;
    int i;
    struct queue_put put;
    struct queue_get get;
    struct async_wait_for wait_for;
};

static void check_more_than_done(struct queue *queue)
{
    for (int i = 0; i < 3; i++)
        must_do(queue_task_done(queue));
    if (!queue_task_done(queue) && error_is(error_last(), &error_value))
        printf("  one task_done too many\n");
}

static struct future *try_out(struct coroutine *co)
{
    static const int numbers[] = {3, 1, 2};
    struct try_out *self = (struct try_out *)co;
    void *item;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 3; self->i++) {
        self->put = queue_put(&self->queue, number_value(numbers[self->i]));
        CO_AWAIT(self, self->put);
    }
    printf("%s full: %s size: %zu -> ", self->kind,
           truth(queue_full(&self->queue)), queue_size(&self->queue));
    if (!queue_put_nowait(&self->queue, number_value(4)) &&
        error_is(error_last(), &error_queue_full))
        printf("no room -> ");
    for (self->i = 0; self->i < 3; self->i++) {
        self->get = queue_get(&self->queue);
        CO_AWAIT(self, self->get);
        printf("%d ", (int)value_number(self->get.result));
    }
    if (!queue_get_nowait(&self->queue, &item) &&
        error_is(error_last(), &error_queue_empty))
        printf("-> empty\n");
    check_more_than_done(&self->queue);
    self->wait_for = async_wait_for(COROUTINE(queue_get(&self->queue)), 0.02);
    CO_TRY_AWAIT(self, self->wait_for);
    if (!error_is(self->wait_for.co.error, &error_timeout))
        CO_RAISE(self, self->wait_for.co.error);
    printf("  nothing came in time\n");
    CO_FINALLY(self);
    queue_free(&self->queue);
    CO_END(self);
}

static struct try_out try_out_new(const char *kind, struct queue queue)
{
    return (struct try_out){
        .co = CO_INIT(try_out), .kind = kind, .queue = queue};
}

struct program {
    struct coroutine co;
    void *result;
    struct try_out try_out;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->try_out = try_out_new("Queue", queue_new(3));
    CO_AWAIT(self, self->try_out);
    self->try_out = try_out_new("LifoQueue", lifo_queue_new(3));
    CO_AWAIT(self, self->try_out);
    self->try_out =
        try_out_new("PriorityQueue", priority_queue_new(3, by_number));
    CO_AWAIT(self, self->try_out);
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE((struct program){.co = CO_INIT(program)}));
}
