/*
 * 104-queue-wakeups - stage 07: whom a put or a get wakes, and what a cancel
 * then does.
 */
#include "loop_support.h"
#include "stages/07-loop/queue.h"

#include <stdio.h>

/*
 *     async def getter(label, queue):
 *         try:
 *             say(label, "got", await queue.get())
 *         except asyncio.CancelledError:
 *             say(label, "cancelled, size:", queue.qsize())
 *             raise
 */
struct getter {
    struct coroutine co;
    void *result;
    const char *label;
    struct queue *queue;
    struct queue_get get;
};

static struct future *getter(struct coroutine *co)
{
    struct getter *self = (struct getter *)co;

    CO_BEGIN(self);
    self->get = queue_get(self->queue);
    CO_AWAIT(self, self->get);
    say("%s got %s", self->label, (char *)self->get.result);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled, size: %zu", self->label, queue_size(self->queue));
    CO_END(self);
}

static struct coroutine *gets(const char *label, void *queue)
{
    return COROUTINE(((struct getter){
        .co = CO_INIT(getter), .label = label, .queue = queue}));
}

/*
 *     async def putter(label, queue):
 *         try:
 *             await queue.put(label)
 *             say(label, "is in, size:", queue.qsize())
 *         except ...
 */
struct putter {
    struct coroutine co;
    void *result;
    char *label;
    struct queue *queue;
    struct queue_put put;
};

static struct future *putter(struct coroutine *co)
{
    struct putter *self = (struct putter *)co;

    CO_BEGIN(self);
    self->put = queue_put(self->queue, self->label);
    CO_AWAIT(self, self->put);
    say("%s is in, size: %zu", self->label, queue_size(self->queue));
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled, size: %zu", self->label, queue_size(self->queue));
    CO_END(self);
}

static struct coroutine *puts_in(const char *label, void *queue)
{
    return COROUTINE(((struct putter){
        .co = CO_INIT(putter), .label = (char *)label, .queue = queue}));
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    int i;
    struct queue queue;
    struct queue_get get;
    struct team team;
    struct naps naps;
    struct wait_team wait;
};

/* queue.get_nowait() */
static const char *take(struct queue *queue)
{
    void *item = NULL;

    must_do(queue_get_nowait(queue, &item));
    return item;
}

/* say(text, one.cancel(), other.cancel()) */
static void say_cancel(struct team *team, const char *text, size_t one,
                       size_t other)
{
    bool first = team_cancel(team, one), second = team_cancel(team, other);

    say("%s %s %s", text, truth(first), truth(second));
}

static struct future *in_order(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, gets, &self->queue, "a", "b", "c",
                              "d", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, queue_put_nowait(&self->queue, "1"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel b in its sleep: %s", truth(team_cancel(&self->team, 1)));
    CO_CHECK(self, queue_put_nowait(&self->queue, "2"));
    CO_CHECK(self, queue_put_nowait(&self->queue, "3"));
    say("two put, size: %zu", queue_size(&self->queue));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *woken_getter_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             team_spawn(&self->team, gets, &self->queue, "a", "b", "c", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, queue_put_nowait(&self->queue, "item"));
    say("cancel a, just woken: %s", truth(team_cancel(&self->team, 0)));
    CO_CHECK(self,
             team_spawn(&self->team, gets, &self->queue, "newcomer", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("first pass over, size: %zu", queue_size(&self->queue));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    for (int i = 0; i < 3; i++)
        CO_CHECK(self, queue_put_nowait(&self->queue, "more"));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *both_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, gets, &self->queue, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, queue_put_nowait(&self->queue, "item"));
    say_cancel(&self->team, "cancel both:", 0, 1);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say("not lost: %s", take(&self->queue));
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *robbed(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, gets, &self->queue, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, queue_put_nowait(&self->queue, "item"));
    say("main snatches the %s", take(&self->queue));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, queue_put_nowait(&self->queue, "second"));
    CO_CHECK(self, queue_put_nowait(&self->queue, "third"));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *putters_in_order(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    const char *item;

    CO_BEGIN(self);
    self->queue = queue_new(1);
    CO_CHECK(self, queue_put_nowait(&self->queue, "first"));
    CO_CHECK(self, team_spawn(&self->team, puts_in, &self->queue, "a", "b", "c",
                              "d", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    item = take(&self->queue);
    say("got %s size: %zu", item, queue_size(&self->queue));
    say_cancel(&self->team, "cancel a, just woken, and c:", 0, 2);
    for (self->i = 0; self->i < 2; self->i++) {
        self->get = queue_get(&self->queue);
        CO_AWAIT(self, self->get);
        say("main got %s", (char *)self->get.result);
    }
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say("size: %zu", queue_size(&self->queue));
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *putter_robbed(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->queue = queue_new(1);
    CO_CHECK(self, queue_put_nowait(&self->queue, "first"));
    CO_CHECK(self,
             team_spawn(&self->team, puts_in, &self->queue, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("got %s", take(&self->queue));
    CO_CHECK(self, queue_put_nowait(&self->queue, "pushed in"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 3; self->i++) {
        self->get = queue_get(&self->queue);
        CO_AWAIT(self, self->get);
        say("main got %s", (char *)self->get.result);
    }
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *room_for_two(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    const char *one, *two;

    CO_BEGIN(self);
    self->queue = queue_new(2);
    CO_CHECK(self, team_spawn(&self->team, puts_in, &self->queue, "a", "b", "c",
                              "d", "e", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("full: %s", truth(queue_full(&self->queue)));
    one = take(&self->queue);
    two = take(&self->queue);
    say("got %s %s full: %s", one, two, truth(queue_full(&self->queue)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("full: %s", truth(queue_full(&self->queue)));
    CO_CHECK(self,
             team_spawn(&self->team, gets, &self->queue, "x", "y", "z", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
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
    static coroutine_resume *const parts[] = {
        in_order,         woken_getter_cancelled, both_cancelled, robbed,
        putters_in_order, putter_robbed,          room_for_two};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 7; self->i++) {
        printf("--\n");
        mark_pass();
        self->part =
            (struct part){.co = CO_INIT(parts[self->i]), .queue = queue_new(0)};
        CO_AWAIT(self, self->part);
        queue_free(&self->part.queue);
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
