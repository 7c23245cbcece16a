/*
 * 80-cancel-before-first-step - stage 07: a task is cancelled that has not
 * made its first step.
 */
#include "loop_support.h"

#include <stdio.h>

/*
 *     async def body(label):
 *         say(label, "begins")
 *         try:
 *             await asyncio.sleep(0)
 *             say(label, "goes on")
 *         except asyncio.CancelledError as err:
 *             say(label, "thrown into, told", told(err))
 *             raise
 *         finally:
 *             say(label, "finally")
 */
struct body {
    struct coroutine co;
    void *result;
    const char *label;
    struct async_sleep sleep;
};

static struct future *body(struct coroutine *co)
{
    struct body *self = (struct body *)co;

    CO_BEGIN(self);
    say("%s begins", self->label);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    say("%s goes on", self->label);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s thrown into, told %s", self->label, told());
    say("%s finally", self->label);
    CO_END(self);
}

static struct body body_new(const char *label)
{
    return (struct body){.co = CO_INIT(body), .label = label};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct task *task;
    bool answer, second_answer;
    unsigned left;
    struct naps naps;
    struct wait_task wait;
};

static void report(struct future *task, void *data)
{
    (void)data;
    say("done-callback, cancelled: %s", truth(future_cancelled(task)));
}

static struct future *once(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(COROUTINE(body_new("once"))));
    CO_CHECK(self, future_add_done_callback(&self->task->future, report, NULL));
    self->answer = task_cancel(self->task, NULL);
    say("cancel: %s done: %s cancelling: %u", truth(self->answer),
        truth(is_done(self->task)), task_cancelling(self->task));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("one pass later done, cancelled: %s %s", truth(is_done(self->task)),
        truth(is_cancelled(self->task)));
    self->answer = task_cancel(self->task, NULL);
    say("cancel again: %s cancelling: %u", truth(self->answer),
        task_cancelling(self->task));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct future *twice(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(body_new("twice"))));
    self->answer = task_cancel(self->task, "first");
    self->second_answer = task_cancel(self->task, "second");
    say("cancel: %s %s cancelling: %u", truth(self->answer),
        truth(self->second_answer), task_cancelling(self->task));
    CO_TRY_AWAIT(self, *self->task);
    if (error_is(self->task->co.error, &error_cancelled))
        say("awaiting it raised cancelled, told %s", told());
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct future *taken_back(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(body_new("taken back"))));
    task_cancel(self->task, "too late to regret");
    self->left = task_uncancel(self->task);
    say("uncancel: %u cancelling: %u", self->left, task_cancelling(self->task));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancelled all the same: %s", truth(is_cancelled(self->task)));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static void cancel_ahead(void *data)
{
    struct part *part = data;

    task_cancel(part->task, "queued ahead");
}

static void cancel_behind(void *task)
{
    task_cancel(task, "queued behind");
}

static struct future *same_pass(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, loop_call_soon(loop, NULL, cancel_ahead, self));
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(body_new("victim"))));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancel ahead of the first step, cancelled: %s",
        truth(is_cancelled(self->task)));
    task_free(self->task);
    CO_CHECK(self, self->task =
                       async_create_task(COROUTINE(body_new("late victim"))));
    CO_CHECK(self, loop_call_soon(loop, NULL, cancel_behind, self->task));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancel behind the first step, cancelled: %s",
        truth(is_cancelled(self->task)));
    CO_FINALLY(self);
    task_free(self->task);
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
    static coroutine_resume *const parts[] = {once, twice, taken_back,
                                              same_pass};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 4; self->i++) {
        printf("--\n");
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
