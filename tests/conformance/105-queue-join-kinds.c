/*
 * 105-queue-join-kinds - stage 07: several who join a queue, what is refused,
 * and what comes first of equals.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/queue.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def joiner(label, queue):
 *         try:
 *             await queue.join()
 *             say(label, "joined, size:", queue.qsize())
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             raise
 */
struct joiner {
    struct coroutine co;
    void *result;
    const char *label;
    struct queue *queue;
    struct queue_join join;
};

static struct future *joiner(struct coroutine *co)
{
    struct joiner *self = (struct joiner *)co;

    CO_BEGIN(self);
    self->join = queue_join(self->queue);
    CO_AWAIT(self, self->join);
    say("%s joined, size: %zu", self->label, queue_size(self->queue));
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled", self->label);
    CO_END(self);
}

static struct coroutine *joins(const char *label, void *queue)
{
    return COROUTINE(((struct joiner){
        .co = CO_INIT(joiner), .label = label, .queue = queue}));
}

/* The tuples that go through a priority queue: (2, "b") */
struct item {
    int number;
    const char *text;
};

static int by_fields(const void *first, const void *second)
{
    const struct item *a = first, *b = second;

    return a->number != b->number ? a->number - b->number
                                  : strcmp(a->text, b->text);
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    int i;
    struct queue queue;
    struct queue_get get;
    struct queue_join join;
    struct team team;
    struct future *all;
    struct naps naps;
    struct wait_team wait;
};

static void free_all(struct part *self)
{
    future_free(self->all);
    team_free(&self->team);
    queue_free(&self->queue);
}

/* queue.get_nowait() */
static void *take(struct queue *queue)
{
    void *item = NULL;

    must_do(queue_get_nowait(queue, &item));
    return item;
}

static int take_number(struct queue *queue)
{
    return (int)value_number(take(queue));
}

static struct future *joining(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    int one, two;

    CO_BEGIN(self);
    self->queue = queue_new(0);
    self->join = queue_join(&self->queue);
    CO_AWAIT(self, self->join);
    say("never used: joined at once");
    for (int i = 1; i <= 2; i++)
        CO_CHECK(self, queue_put_nowait(&self->queue, number_value(i)));
    CO_CHECK(self,
             team_spawn(&self->team, joins, &self->queue, "a", "b", "c", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    one = take_number(&self->queue);
    two = take_number(&self->queue);
    say("got %d %d", one, two);
    CO_CHECK(self, queue_task_done(&self->queue));
    say("cancel b: %s", truth(team_cancel(&self->team, 1)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, queue_task_done(&self->queue));
    say("all done");
    CO_CHECK(self, queue_put_nowait(&self->queue, number_value(3)));
    CO_CHECK(self, team_spawn(&self->team, joins, &self->queue, "late", NULL));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("late done: %s", truth(is_done(self->team.tasks[3])));
    take(&self->queue);
    CO_CHECK(self, queue_task_done(&self->queue));
    CO_AWAIT(self, *self->team.tasks[3]);
    if (!queue_task_done(&self->queue) && error_is(error_last(), &error_value))
        say("a task_done too many is refused");
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void never_full(size_t maxsize)
{
    struct queue endless = queue_new(0);

    for (int i = 0; i < 100; i++)
        must_do(queue_put_nowait(&endless, number_value(i)));
    say("never full: %s size: %zu maxsize: %zu %zu",
        truth(!queue_full(&endless)), queue_size(&endless), endless.maxsize,
        maxsize);
    queue_free(&endless);
}

static struct future *refusals(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    void *item;

    CO_BEGIN(self);
    self->queue = queue_new(1);
    if (!queue_get_nowait(&self->queue, &item) &&
        error_is(error_last(), &error_queue_empty))
        say("empty");
    CO_CHECK(self, queue_put_nowait(&self->queue, number_value(1)));
    if (!queue_put_nowait(&self->queue, number_value(2)) &&
        error_is(error_last(), &error_queue_full))
        say("full");
    never_full(self->queue.maxsize);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_got(const struct item *item)
{
    say("got %d %s", item->number, item->text);
}

static void say_putters_done(const struct team *team)
{
    char line[LINE_SIZE] = "putters done:";

    for (size_t i = 0; i < team->count; i++)
        add_words(line, "%s", truth(is_done(team->tasks[i])));
    say("%s", line);
}

/*
 *     queue = asyncio.PriorityQueue(2)
 *     tasks = [asyncio.create_task(queue.put((n, "put")))
 *              for n in (5, 4, 3, 2, 1)]
 */
static struct future *priorities(struct coroutine *co)
{
    static struct item items[] = {{2, "b"}, {1, "z"}, {3, "c"},
                                  {1, "a"}, {2, "a"}, {1, "m"}};
    static struct item put[] = {
        {5, "put"}, {4, "put"}, {3, "put"}, {2, "put"}, {1, "put"}};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->queue = priority_queue_new(0, by_fields);
    for (int i = 0; i < 6; i++)
        CO_CHECK(self, queue_put_nowait(&self->queue, &items[i]));
    while (!queue_empty(&self->queue))
        say_got(take(&self->queue));
    queue_free(&self->queue);

    self->queue = priority_queue_new(2, by_fields);
    for (int i = 0; i < 5; i++)
        CO_CHECK(self, team_add(&self->team,
                                COROUTINE(queue_put(&self->queue, &put[i]))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        self->get = queue_get(&self->queue);
        CO_AWAIT(self, self->get);
        say_got(self->get.result);
    }
    say_putters_done(&self->team);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *stack(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->queue = lifo_queue_new(3);
    for (int n = 1; n <= 5; n++)
        CO_CHECK(self,
                 team_add(&self->team,
                          COROUTINE(queue_put(&self->queue, number_value(n)))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 2; self->i++) {
        self->get = queue_get(&self->queue);
        CO_AWAIT(self, self->get);
        say("got %d", (int)value_number(self->get.result));
    }
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    while (!queue_empty(&self->queue)) {
        self->get = queue_get(&self->queue);
        CO_AWAIT(self, self->get);
        say("got %d", (int)value_number(self->get.result));
    }
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static int got(const struct future *gather, size_t i)
{
    const struct gather_outcome *outcomes = gather->result;

    return ((struct item *)outcomes[i].result)->number;
}

static struct future *getters_of_priorities(struct coroutine *co)
{
    static struct item items[] = {{3, ""}, {1, ""}, {2, ""}};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->queue = priority_queue_new(0, by_fields);
    for (int i = 0; i < 3; i++)
        CO_CHECK(self,
                 team_add(&self->team, COROUTINE(queue_get(&self->queue))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (int i = 0; i < 3; i++)
        CO_CHECK(self, queue_put_nowait(&self->queue, &items[i]));
    CO_CHECK(self, self->all = async_gather(
                       (struct coroutine *[]){&self->team.tasks[0]->co,
                                              &self->team.tasks[1]->co,
                                              &self->team.tasks[2]->co},
                       3));
    CO_AWAIT(self, *self->all);
    say("getters got %d %d %d", got(self->all, 0), got(self->all, 1),
        got(self->all, 2));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {joining, refusals, priorities,
                                              stack, getters_of_priorities};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i])};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
