/*
 * 95-as-completed - stage 07: as_completed: order, errors, timeout.
 */
#include "loop_support.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>

/*
 *     async def job(label, yields, fail=False):
 *         for _ in range(yields):
 *             await asyncio.sleep(0)
 *         if fail:
 *             raise ValueError(label + " broke")
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    int yields;
    bool fail;
    struct naps naps;
};

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->naps = naps(self->yields);
    CO_AWAIT(self, self->naps);
    if (self->fail)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(char *label, int yields, bool fail)
{
    return (struct job){
        .co = CO_INIT(job), .label = label, .yields = yields, .fail = fail};
}

/*
 *     async def drain(tasks, timeout=None):
 *         for awaited in asyncio.as_completed(tasks, timeout=timeout):
 *             try:
 *                 say("got", await awaited)
 *             except ValueError as err:
 *                 say("got error", err)
 *             except TimeoutError:
 *                 say("got a timeout")
 *             except asyncio.CancelledError:
 *                 say("got a cancellation")
 */
struct drain {
    struct coroutine co;
    void *result;
    struct coroutine *tasks[5];
    size_t count;
    double timeout;
    struct as_completed each;
    struct as_completed_next next;
};

static void say_got(const struct as_completed_next *next)
{
    const struct error *error = next->co.error;

    if (error == NULL)
        say("got %s", (char *)next->result);
    else if (error_is(error, &error_value))
        say("got error %s", error_message(error));
    else if (error_is(error, &error_timeout))
        say("got a timeout");
    else if (error_is(error, &error_cancelled))
        say("got a cancellation");
}

static struct future *drain(struct coroutine *co)
{
    struct drain *self = (struct drain *)co;

    CO_BEGIN(self);
    CO_CHECK(self, as_completed_begin(&self->each, self->tasks, self->count,
                                      self->timeout));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_TRY_AWAIT(self, self->next);
        say_got(&self->next);
    }
    CO_FINALLY(self);
    as_completed_end(&self->each);
    CO_END(self);
}

static struct drain drain_new(struct future *const tasks[], size_t count,
                              double timeout)
{
    struct drain drained = {
        .co = CO_INIT(drain), .count = count, .timeout = timeout};

    for (size_t i = 0; i < count; i++)
        drained.tasks[i] = &tasks[i]->co;
    return drained;
}

/* Without `except`: async def drain_one(tasks) */
static struct future *drain_one(struct coroutine *co)
{
    struct drain *self = (struct drain *)co;

    CO_BEGIN(self);
    CO_CHECK(self, as_completed_begin(&self->each, self->tasks, self->count,
                                      self->timeout));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_AWAIT(self, self->next);
        say("got %s", (char *)self->next.result);
    }
    CO_FINALLY(self);
    as_completed_end(&self->each);
    CO_END(self);
}

static struct drain drain_one_new(struct future *const tasks[], size_t count)
{
    struct drain drained = drain_new(tasks, count, ASYNC_FOREVER);

    drained.co = CO_INIT(drain_one);
    return drained;
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    double limit; /* of timeout() */
    struct future *tasks[4], *box;
    size_t count;
    bool was_done;
    struct task *reader;
    struct drain drain;
    struct as_completed source;
    struct as_completed_next next;
    struct async_wait wait;
    struct naps naps;
    struct wait_task wait_task;
};

static bool spawn(struct part *self, char *label, int yields, bool fail)
{
    struct future *task =
        async_ensure_future(COROUTINE(job_new(label, yields, fail)), NULL);

    if (task != NULL)
        self->tasks[self->count++] = task;
    return task != NULL;
}

static void free_all(struct part *self)
{
    task_free(self->reader);
    future_free(self->box);
    while (self->count > 0)
        future_free(self->tasks[--self->count]);
}

static struct async_wait wait_for_all(const struct part *self)
{
    return async_wait(self->tasks, self->count, ASYNC_ALL_COMPLETED,
                      ASYNC_FOREVER);
}

static struct future *order(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct future **t = self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(self, "a", 5, false) && spawn(self, "b", 1, false) &&
                       spawn(self, "c", 3, false));
    self->drain = drain_new((struct future *[]){t[0], t[1], t[0], t[2], t[1]},
                            5, ASYNC_FOREVER);
    CO_AWAIT(self, self->drain);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_ended(struct future *a, void *data)
{
    (void)a, (void)data;
    say("a has ended");
}

static struct future *errors(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct future **t = self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(self, "a", 1, false) && spawn(self, "b", 3, true) &&
                       spawn(self, "c", 9, false) &&
                       spawn(self, "d", 5, false));
    future_cancel(t[2], NULL);
    CO_CHECK(self, future_add_done_callback(t[0], say_ended, NULL));
    self->drain = drain_new((struct future *[]){t[1], t[2], t[3], t[0]}, 4,
                            ASYNC_FOREVER);
    CO_AWAIT(self, self->drain);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/* source = asyncio.as_completed(tasks) */
static bool begin_source(struct part *self)
{
    struct coroutine *tasks[4];

    for (size_t i = 0; i < self->count; i++)
        tasks[i] = &self->tasks[i]->co;
    return as_completed_begin(&self->source, tasks, self->count, ASYNC_FOREVER);
}

static struct future *slow_reader(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(self, "a", 1, false) && spawn(self, "b", 4, false) &&
                       spawn(self, "c", 2, false));
    CO_CHECK(self, begin_source(self));
    self->next = as_completed_next(&self->source);
    self->wait = wait_for_all(self);
    CO_AWAIT(self, self->wait);
    say("all have ended");
    CO_AWAIT(self, self->next);
    say("got %s", (char *)self->next.result);
    while (self->source.left > 0) {
        self->next = as_completed_next(&self->source);
        CO_AWAIT(self, self->next);
        say("got %s", (char *)self->next.result);
    }
    CO_FINALLY(self);
    as_completed_end(&self->source);
    free_all(self);
    CO_END(self);
}

static struct future *timeout(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct future **t = self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(self, "a", 0, false) && spawn(self, "b", 6, false) &&
                       spawn(self, "c", 8, false));
    CO_CHECK(self, self->box = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, future_set_result(self->box, "box"));
    CO_AWAIT(self, *t[0]);
    mark_pass();
    self->drain =
        drain_new((struct future *[]){self->box, t[1], t[2]}, 3, self->limit);
    CO_AWAIT(self, self->drain);
    say("still running: %s %s %s", truth(!future_done(t[0])),
        truth(!future_done(t[1])), truth(!future_done(t[2])));
    self->wait = wait_for_all(self);
    CO_AWAIT(self, self->wait);
    say("results: %s %s %s", (char *)result_of(t[0]), (char *)result_of(t[1]),
        (char *)result_of(t[2]));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *give_up(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct future **t = self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(self, "a", 2, false) && spawn(self, "b", 4, false));
    CO_CHECK(self, begin_source(self));
    self->next = as_completed_next(&self->source);
    CO_AWAIT(self, self->next);
    say("got %s", (char *)self->next.result);
    as_completed_end(&self->source);
    self->was_done = future_done(t[1]);
    CO_AWAIT(self, *t[1]);
    say("b done: %s and gives %s", truth(self->was_done), (char *)t[1]->result);
    CO_FINALLY(self);
    as_completed_end(&self->source);
    free_all(self);
    CO_END(self);
}

static struct future *reader_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct future **t = self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(self, "a", 4, false) && spawn(self, "b", 6, false));
    CO_CHECK(self,
             self->reader = async_create_task(COROUTINE(drain_one_new(t, 2))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel the reader: %s", truth(task_cancel(self->reader, NULL)));
    self->wait_task = wait_task(self->reader);
    CO_AWAIT(self, self->wait_task);
    say("reader cancelled: %s tasks done: %s %s",
        truth(is_cancelled(self->reader)), truth(future_done(t[0])),
        truth(future_done(t[1])));
    self->drain = drain_new(t, 2, ASYNC_FOREVER);
    CO_AWAIT(self, self->drain);
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
    static const struct part parts[] = {
        {.co = {.resume = order}},
        {.co = {.resume = errors}},
        {.co = {.resume = slow_reader}},
        {.co = {.resume = timeout}, .limit = 0},
        {.co = {.resume = timeout}, .limit = -1},
        {.co = {.resume = give_up}},
        {.co = {.resume = reader_cancelled}},
    };
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 7; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = parts[self->i];
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
