/*
 * 44-queue-join - stage 07: producers, consumers, and a queue with room for
 * two between them.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/queue.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>
#include <string.h>

static const double UNIT = 0.02;

enum { AMOUNT = 4, CREW = 3 };

/* What happened: taken.append(item), log.append(...) */
struct tally {
    const char *taken[2 * AMOUNT];
    int count;
    int waits;
};

/*
 *     async def producer(queue, name, amount, log):
 *         for n in range(amount):
 *             item = f"{name}{n}"
 *             if queue.full():
 *                 log.append(f"{name} waits")
 *             await queue.put(item)
 */
struct producer {
    struct coroutine co;
    void *result;
    struct queue *queue;
    char name;
    struct tally *tally;
    int n;
    char (*items)[AMOUNT][3]; /* the room for their names */
    struct queue_put put;
};

static char *next_item(struct producer *self)
{
    char *item = (*self->items)[self->n];

    item[0] = self->name;
    item[1] = (char)('0' + self->n);
    return item;
}

static struct future *producer(struct coroutine *co)
{
    struct producer *self = (struct producer *)co;

    CO_BEGIN(self);
    for (self->n = 0; self->n < AMOUNT; self->n++) {
        if (queue_full(self->queue))
            self->tally->waits++;
        self->put = queue_put(self->queue, next_item(self));
        CO_AWAIT(self, self->put);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct producer producer_new(struct queue *queue, char name,
                                    struct tally *tally,
                                    char (*items)[AMOUNT][3])
{
    return (struct producer){.co = CO_INIT(producer),
                             .queue = queue,
                             .name = name,
                             .tally = tally,
                             .items = items};
}

/*
 *     async def consumer(queue, taken):
 *         while True:
 *             item = await queue.get()
 *             await asyncio.sleep(UNIT)
 *             taken.append(item)
 *             queue.task_done()
 */
struct consumer {
    struct coroutine co;
    void *result;
    struct queue *queue;
    struct tally *tally;
    struct queue_get get;
    struct async_sleep sleep;
};

static struct future *consumer(struct coroutine *co)
{
    struct consumer *self = (struct consumer *)co;

    CO_BEGIN(self);
    while (true) {
        self->get = queue_get(self->queue);
        CO_AWAIT(self, self->get);
        self->sleep = async_sleep(UNIT);
        CO_AWAIT(self, self->sleep);
        self->tally->taken[self->tally->count++] = self->get.result;
        CO_CHECK(self, queue_task_done(self->queue));
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct consumer consumer_new(struct queue *queue, struct tally *tally)
{
    return (struct consumer){
        .co = CO_INIT(consumer), .queue = queue, .tally = tally};
}

static int count_distinct(const struct tally *tally)
{
    int distinct = 0;

    for (int i = 0; i < tally->count; i++) {
        int same = 0;
        while (strcmp(tally->taken[same], tally->taken[i]) != 0)
            same++;
        distinct += same == i;
    }
    return distinct;
}

static void print_those_of(const struct tally *tally, char name)
{
    for (int i = 0; i < tally->count; i++)
        if (tally->taken[i][0] == name)
            printf(" %s", tally->taken[i]);
}

static void report(const struct tally *tally)
{
    printf("joined; taken: %d distinct: %d\n", tally->count,
           count_distinct(tally));
    printf("per producer in order:");
    print_those_of(tally, 'p');
    print_those_of(tally, 'q');
    printf("\nsomeone waited for room: %s\n", truth(tally->waits > 0));
}

/* ---- the first half of main ---- */

struct crew {
    struct coroutine co;
    void *result;
    struct queue queue;
    struct tally tally;
    char items[2][AMOUNT][3];
    struct task *tasks[CREW];
    struct future *producers, *ended;
    struct queue_join join;
};

static struct future *gather_producers(struct crew *self)
{
    return async_gather(
        (struct coroutine *[]){
            COROUTINE(
                producer_new(&self->queue, 'p', &self->tally, &self->items[0])),
            COROUTINE(producer_new(&self->queue, 'q', &self->tally,
                                   &self->items[1]))},
        2);
}

static bool all_cancelled(const struct crew *self)
{
    bool all = true;

    for (int i = 0; i < CREW; i++)
        all = all && future_cancelled(&self->tasks[i]->future);
    return all;
}

static struct future *crew(struct coroutine *co)
{
    struct crew *self = (struct crew *)co;

    CO_BEGIN(self);
    self->queue = queue_new(2);
    for (int i = 0; i < CREW; i++)
        CO_CHECK(self, self->tasks[i] = async_create_task(COROUTINE(
                           consumer_new(&self->queue, &self->tally))));
    CO_CHECK(self, self->producers = gather_producers(self));
    CO_AWAIT(self, *self->producers);
    printf("producers done; empty: %s size: %zu\n",
           truth(queue_empty(&self->queue)), queue_size(&self->queue));
    self->join = queue_join(&self->queue);
    CO_AWAIT(self, self->join);
    report(&self->tally);
    for (int i = 0; i < CREW; i++)
        task_cancel(self->tasks[i], NULL);
    CO_CHECK(self, self->ended = async_gather_exceptions(
                       (struct coroutine *[]){&self->tasks[0]->co,
                                              &self->tasks[1]->co,
                                              &self->tasks[2]->co},
                       CREW));
    CO_AWAIT(self, *self->ended);
    printf("crew cancelled: %s\n", truth(all_cancelled(self)));
    CO_FINALLY(self);
    future_free(self->producers);
    future_free(self->ended);
    for (int i = 0; i < CREW; i++)
        task_free(self->tasks[i]);
    queue_free(&self->queue);
    CO_END(self);
}

/* ---- the second ---- */

/*
 *     queue = asyncio.Queue()
 *     queue.put_nowait("last")
 *     waiting = asyncio.create_task(queue.join())
 *     ...
 */
struct last {
    struct coroutine co;
    void *result;
    struct queue queue;
    struct task *waiting;
    struct async_sleep sleep;
};

static struct future *last(struct coroutine *co)
{
    struct last *self = (struct last *)co;
    void *item;

    CO_BEGIN(self);
    self->queue = queue_new(0);
    CO_CHECK(self, queue_put_nowait(&self->queue, "last"));
    CO_CHECK(self, self->waiting =
                       async_create_task(COROUTINE(queue_join(&self->queue))));
    CO_CHECK(self, queue_get_nowait(&self->queue, &item));
    printf("get_nowait: %s empty: %s\n", (char *)item,
           truth(queue_empty(&self->queue)));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("join returned though empty: %s\n",
           truth(future_done(&self->waiting->future)));
    CO_CHECK(self, queue_task_done(&self->queue));
    CO_AWAIT(self, *self->waiting);
    printf("join returned after task_done: %s\n",
           truth(future_done(&self->waiting->future)));
    CO_FINALLY(self);
    task_free(self->waiting);
    queue_free(&self->queue);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    struct crew crew;
    struct last last;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time(async_get_running_loop());
    self->crew.co = CO_INIT(crew);
    CO_AWAIT(self, self->crew);
    self->last.co = CO_INIT(last);
    CO_AWAIT(self, self->last);
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE((struct program){.co = CO_INIT(program)}));
}
