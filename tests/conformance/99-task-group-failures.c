/*
 * 99-task-group-failures - stage 07: a task group whose tasks fail, or whose
 * body does.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def child(label, yields, manner="value"):
 *         try:
 *             for _ in range(yields):
 *                 await asyncio.sleep(0)
 *             if manner == "cancel":
 *                 asyncio.current_task().cancel()
 *                 await asyncio.sleep(0)
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             await asyncio.sleep(0)
 *             if manner == "clumsy":
 *                 raise OSError(label + " clean-up broke")
 *             raise
 *         if manner == "fail":
 *             say(label, "fails")
 *             raise ValueError(label + " broke")
 *         say(label, "ends")
 */
struct child {
    struct coroutine co;
    void *result;
    const char *label, *manner;
    struct naps naps;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->naps);
    if (strcmp(self->manner, "cancel") == 0) {
        task_cancel(async_current_task(NULL), NULL);
        self->naps = naps(1);
        CO_AWAIT(self, self->naps);
    }
    if (strcmp(self->manner, "fail") == 0) {
        say("%s fails", self->label);
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    }
    say("%s ends", self->label);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("%s cancelled", self->label);
        self->naps = naps(1);
        CO_AWAIT(self, self->naps);
        if (strcmp(self->manner, "clumsy") == 0)
            CO_RAISE(self,
                     error_new(&error_os, "%s clean-up broke", self->label));
    }
    CO_END(self);
}

static struct child child_new(const char *label, int yields, const char *manner)
{
    return (struct child){.co = CO_INIT(child),
                          .label = label,
                          .manner = manner,
                          .naps = naps(yields)};
}

/* group.create_task(child(...)) */
static bool begin(struct task_group *group, const char *label, int yields,
                  const char *manner)
{
    return group_add(group, COROUTINE(child_new(label, yields, manner)));
}

/*
 * What all parts of the program have in their frames. Their bodies are those
 * of `async with asyncio.TaskGroup() as group:`, and are left by CO_FINALLY.
 */
struct part {
    struct coroutine co;
    void *result;
    int body_yields;
    struct task_group group;
    struct task_group_end end;
    struct task *good, *slow;
    struct naps naps;
    struct async_sleep sleep;
};

/*
 *     async with asyncio.TaskGroup() as group:
 *         good = group.create_task(child("good", 1))
 *         group.create_task(child("bad", 3, "fail"))
 *         slow = group.create_task(child("slow", 50))
 *         try:
 *             for _ in range(body_yields):
 *                 await asyncio.sleep(0)
 *             say("body ends")
 *         except asyncio.CancelledError:
 *             say("body cancelled; good done:", good.done(), ...)
 *             raise
 */
static struct future *one_fails(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, self->good = task_group_create_task(
                       &self->group, COROUTINE(child_new("good", 1, "value"))));
    CO_CHECK(self, begin(&self->group, "bad", 3, "fail"));
    CO_CHECK(self,
             self->slow = task_group_create_task(
                 &self->group, COROUTINE(child_new("slow", 50, "value"))));
    self->naps = naps(self->body_yields);
    CO_AWAIT(self, self->naps);
    say("body ends");
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("body cancelled; good done: %s slow done: %s",
            truth(is_done(self->good)), truth(is_done(self->slow)));
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    task_free(self->good);
    task_free(self->slow);
    CO_END(self);
}

static struct future *two_fail(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "one", 3, "fail"));
    CO_CHECK(self, begin(&self->group, "two", 2, "fail"));
    CO_CHECK(self, begin(&self->group, "three", 2, "fail"));
    CO_CHECK(self, begin(&self->group, "four", 50, "clumsy"));
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

static const struct error body_broke = ERROR(&error_value, "body broke");

static struct future *body_raises(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "slow", 50, "value"));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    CO_RAISE(self, &body_broke);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

static struct future *body_and_child(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "clumsy", 50, "clumsy"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_RAISE(self, &body_broke);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *         try:
 *             await asyncio.sleep(60)
 *         except asyncio.CancelledError:
 *             raise OSError("body answers") from None
 */
static struct future *body_answers_with_error(struct coroutine *co)
{
    static const struct error answer = ERROR(&error_os, "body answers");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "bad", 1, "fail"));
    self->sleep = async_sleep(60);
    CO_TRY_AWAIT(self, self->sleep);
    if (error_is(self->sleep.co.error, &error_cancelled))
        CO_RAISE(self, &answer);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

static struct future *body_swallows(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "bad", 1, "fail"));
    self->sleep = async_sleep(60);
    CO_TRY_AWAIT(self, self->sleep);
    if (error_is(self->sleep.co.error, &error_cancelled))
        say("body swallows, cancelling: %u",
            task_cancelling(async_current_task(NULL)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("body goes on");
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

static struct future *cancelled_children(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "by itself", 1, "cancel"));
    CO_CHECK(self,
             self->slow = task_group_create_task(
                 &self->group, COROUTINE(child_new("by hand", 50, "value"))));
    CO_CHECK(self, begin(&self->group, "other", 4, "value"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->slow, NULL);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    task_free(self->slow);
    CO_END(self);
}

static void refused_by(struct task_group *group, const char *when)
{
    if (!begin(group, "must not appear", 0, "value") &&
        error_is(error_last(), &error_runtime))
        say("refused %s", when);
}

static struct future *refused(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    refused_by(&self->group, "before it is entered");
    CO_CHECK(self, task_group_begin(&self->group));
    self->end = task_group_end(&self->group, NULL);
    CO_AWAIT(self, self->end);
    refused_by(&self->group, "after its end");
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "bad", 0, "fail"));
    self->sleep = async_sleep(60);
    CO_TRY_AWAIT(self, self->sleep);
    if (error_is(self->sleep.co.error, &error_cancelled))
        refused_by(&self->group, "after a failure");
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async def outcome(part):
 *         try:
 *             await part
 *             say("no error, cancelling:", current_task().cancelling())
 *         except ExceptionGroup as group:
 *             say("group error:", *("/ " + str(e) for e in group.exceptions),
 *                 "- cancelling:", current_task().cancelling())
 *         except asyncio.CancelledError:
 *             say("cancelled")
 */
struct outcome {
    struct coroutine co;
    void *result;
    struct part part;
};

static struct future *outcome(struct coroutine *co)
{
    struct outcome *self = (struct outcome *)co;
    const struct error *error;
    unsigned cancelling;

    CO_BEGIN(self);
    CO_TRY_AWAIT(self, self->part);
    error = self->part.co.error;
    cancelling = task_cancelling(async_current_task(NULL));
    if (error == NULL)
        say("no error, cancelling: %u", cancelling);
    else if (error_is(error, &error_exception_group))
        say("group error: %s - cancelling: %u", errors_in(error_group(error)),
            cancelling);
    else if (error_is(error, &error_cancelled))
        say("cancelled");
    else
        CO_RAISE(self, error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct outcome outcome_new(coroutine_resume *part, int body_yields)
{
    return (struct outcome){
        .co = CO_INIT(outcome),
        .part = {.co = CO_INIT(part), .body_yields = body_yields}};
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct task *task;
};

static struct future *program(struct coroutine *co)
{
    static const struct {
        coroutine_resume *part;
        int body_yields;
    } parts[] = {{one_fails, 0},      {one_fails, 50},
                 {two_fail, 0},       {body_raises, 0},
                 {body_and_child, 0}, {body_answers_with_error, 0},
                 {body_swallows, 0},  {cancelled_children, 0},
                 {refused, 0}};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 9; self->i++) {
        printf("--\n");
        mark_pass();
        CO_CHECK(self, self->task = async_create_task(COROUTINE(outcome_new(
                           parts[self->i].part, parts[self->i].body_yields))));
        CO_AWAIT(self, *self->task);
        task_free(self->task);
        self->task = NULL;
    }
    CO_FINALLY(self);
    task_free(self->task);
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
