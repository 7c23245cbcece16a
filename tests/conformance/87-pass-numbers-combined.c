/*
 * 87-pass-numbers-combined - stage 07: in which pass of the loop gather, wait,
 * wait_for, shield, timeout and a task group let their caller go on.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/task_group.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

/*
 *     async def job(label):
 *         await asyncio.sleep(0)
 *         say(label, "ends")
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    struct async_sleep sleep;
};

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    say("%s ends", self->label);
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(char *label)
{
    return (struct job){.co = CO_INIT(job), .label = label};
}

static struct future *spawn(char *label)
{
    return async_ensure_future(COROUTINE(job_new(label)), NULL);
}

/*
 *     async def group_of(*labels):
 *         async with asyncio.TaskGroup() as group:
 *             for label in labels:
 *                 group.create_task(job(label))
 */
struct group_of {
    struct coroutine co;
    void *result;
    char *labels[2];
    int count;
    struct task_group group;
    struct task_group_end end;
};

static bool add_job(struct task_group *group, char *label)
{
    struct task *task =
        task_group_create_task(group, COROUTINE(job_new(label)));

    task_free(task);
    return task != NULL;
}

static struct future *group_of(struct coroutine *co)
{
    struct group_of *self = (struct group_of *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    for (int i = 0; i < self->count; i++)
        CO_CHECK(self, add_job(&self->group, self->labels[i]));
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_TRY_AWAIT(self, self->end);
    self->co.error = self->end.co.error;
    CO_END(self);
}

static struct group_of group_of_new(char *first, char *second)
{
    return (struct group_of){.co = CO_INIT(group_of),
                             .labels = {first, second},
                             .count = first != NULL ? 2 : 0};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct future *first, *second, *outer;
    struct future *pair[2]; /* the first two, for async_wait() */
    int when;
    struct async_wait wait;
    struct async_wait_for wait_for;
    struct group_of group;
    struct timeout timeout;
    struct as_completed each;
    struct as_completed_next next;
};

static void free_all(struct part *self)
{
    future_free(self->outer);
    future_free(self->second);
    future_free(self->first);
    self->outer = self->second = self->first = NULL;
}

static bool spawn_two(struct part *self, char *first, char *second)
{
    self->pair[0] = self->first = spawn(first);
    self->pair[1] = self->second = spawn(second);
    return self->first != NULL && self->second != NULL;
}

static struct future *direct(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->first = spawn("direct"));
    CO_AWAIT(self, *self->first);
    say("got %s", (char *)self->first->result);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/* say(label, *await gather) */
static void say_values(const char *label, struct future *gather)
{
    const struct gather_outcome *outcomes = gather->result;
    char values[LINE_SIZE] = "";

    for (size_t i = 0; i < async_gather_count(gather); i++)
        add_words(values, "%s", (char *)outcomes[i].result);
    say("%s%s", label, values);
}

static void say_outer_done(struct future *child, void *data)
{
    struct part *part = data;

    (void)child;
    say("outer done: %s", truth(future_done(part->outer)));
}

static void say_callback(struct future *outer, void *data)
{
    (void)outer, (void)data;
    say("outer's callback");
}

static bool gather_two(struct part *self)
{
    self->outer = async_gather(
        (struct coroutine *[]){&self->first->co, &self->second->co}, 2);
    return self->outer != NULL;
}

static struct future *gathered(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_two(self, "g1", "g2"));
    CO_CHECK(self, gather_two(self));
    CO_CHECK(self,
             future_add_done_callback(self->second, say_outer_done, self));
    CO_CHECK(self, future_add_done_callback(self->outer, say_callback, NULL));
    CO_AWAIT(self, *self->outer);
    say_values("got", self->outer);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *waited(struct coroutine *co)
{
    static const enum async_return_when whens[] = {
        ASYNC_ALL_COMPLETED, ASYNC_FIRST_COMPLETED, ASYNC_FIRST_EXCEPTION};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    for (; self->when < 3; self->when++) {
        CO_CHECK(self, spawn_two(self, "w1", "w2"));
        self->wait =
            async_wait(self->pair, 2, whens[self->when], ASYNC_FOREVER);
        CO_AWAIT(self, self->wait);
        say("done: %zu pending: %zu", self->wait.done_count,
            self->wait.pending_count);
        free_all(self);
        mark_pass();
    }
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *waited_for(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->first = spawn("no limit"));
    self->wait_for = async_wait_for(&self->first->co, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait_for);
    say("got %s", (char *)self->wait_for.result);
    mark_pass();
    self->wait_for = async_wait_for(COROUTINE(job_new("coroutine, no limit")),
                                    ASYNC_FOREVER);
    CO_AWAIT(self, self->wait_for);
    say("got %s", (char *)self->wait_for.result);
    mark_pass();
    CO_CHECK(self, self->second = spawn("limit"));
    self->wait_for = async_wait_for(&self->second->co, 60);
    CO_AWAIT(self, self->wait_for);
    say("got %s", (char *)self->wait_for.result);
    mark_pass();
    self->wait_for = async_wait_for(COROUTINE(job_new("coroutine, limit")), 60);
    CO_AWAIT(self, self->wait_for);
    say("got %s", (char *)self->wait_for.result);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *shielded(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->first = spawn("shielded"));
    CO_CHECK(self, self->outer = async_shield(&self->first->co));
    CO_AWAIT(self, *self->outer);
    say("got %s", (char *)self->outer->result);
    free_all(self);
    mark_pass();
    CO_CHECK(self, self->first = spawn("twice"));
    CO_CHECK(self, self->second = async_shield(&self->first->co));
    CO_CHECK(self, self->outer = async_shield(&self->second->co));
    CO_AWAIT(self, *self->outer);
    say("got %s", (char *)self->outer->result);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *grouped(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->group = group_of_new("t1", "t2");
    CO_AWAIT(self, self->group);
    say("group left");
    mark_pass();
    self->group = group_of_new(NULL, NULL);
    CO_AWAIT(self, self->group);
    say("empty group left");
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *timed(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->timeout, 60));
    CO_CHECK(self, self->first = spawn("timed"));
    CO_AWAIT(self, *self->first);
    say("got %s", (char *)self->first->result);
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->timeout, self->co.error);
    free_all(self);
    CO_END(self);
}

static struct future *completed(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_two(self, "c1", "c1"));
    CO_CHECK(self, as_completed_begin(&self->each,
                                      (struct coroutine *[]){&self->first->co,
                                                             &self->second->co},
                                      2, ASYNC_FOREVER));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_AWAIT(self, self->next);
        say("got %s", (char *)self->next.result);
    }
    CO_FINALLY(self);
    as_completed_end(&self->each);
    free_all(self);
    CO_END(self);
}

static struct future *done_already(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->first = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, future_set_result(self->first, "ready"));
    CO_AWAIT(self, *self->first);
    say("awaited: %s", (char *)self->first->result);
    mark_pass();
    CO_CHECK(self, self->second = async_gather(
                       (struct coroutine *[]){&self->first->co}, 1));
    CO_AWAIT(self, *self->second);
    say_values("gather:", self->second);
    future_free(self->second);
    self->second = NULL;
    mark_pass();
    self->wait =
        async_wait(&self->first, 1, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    say("wait: %zu", self->wait.done_count);
    mark_pass();
    self->wait_for = async_wait_for(&self->first->co, 60);
    CO_AWAIT(self, self->wait_for);
    say("wait_for, 60: %s", (char *)self->wait_for.result);
    mark_pass();
    self->wait_for = async_wait_for(&self->first->co, 0);
    CO_AWAIT(self, self->wait_for);
    say("wait_for, 0: %s", (char *)self->wait_for.result);
    mark_pass();
    CO_CHECK(self, self->second = async_shield(&self->first->co));
    CO_AWAIT(self, *self->second);
    say("shield: %s", (char *)self->second->result);
    mark_pass();
    CO_CHECK(self, as_completed_begin(&self->each,
                                      (struct coroutine *[]){&self->first->co},
                                      1, ASYNC_FOREVER));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_AWAIT(self, self->next);
        say("as_completed: %s", (char *)self->next.result);
    }
    mark_pass();
    CO_CHECK(self, self->outer = async_gather(NULL, 0));
    CO_AWAIT(self, *self->outer);
    say_values("gather of nothing:", self->outer);
    CO_FINALLY(self);
    as_completed_end(&self->each);
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
    static coroutine_resume *const parts[] = {
        direct,  gathered, waited,    waited_for,  shielded,
        grouped, timed,    completed, done_already};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 9; self->i++) {
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
