/*
 * 100-task-group-cancelled - stage 07: a task group that is cancelled from
 * outside, tasks that add tasks to it, and groups in groups.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"

#include <stdio.h>
#include <string.h>

/* asyncio.current_task().cancelling() */
static unsigned count(void)
{
    return task_cancelling(async_current_task(NULL));
}

/*
 *     async def child(label, yields, manner="value", tidy=1):
 *         try:
 *             for _ in range(yields):
 *                 await asyncio.sleep(0)
 *         except asyncio.CancelledError as err:
 *             say(label, "told", told(err))
 *             for _ in range(tidy):
 *                 await asyncio.sleep(0)
 *             say(label, "tidied up")
 *             if manner == "clumsy":
 *                 raise OSError(label + " clean-up broke")
 *             raise
 *         if manner == "fail":
 *             raise ValueError(label + " broke")
 *         say(label, "ends")
 */
struct child {
    struct coroutine co;
    void *result;
    const char *label, *manner;
    int tidy;
    struct naps naps;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->naps);
    if (strcmp(self->manner, "fail") == 0)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    say("%s ends", self->label);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("%s told %s", self->label, told());
        self->naps = naps(self->tidy);
        CO_AWAIT(self, self->naps);
        say("%s tidied up", self->label);
        if (strcmp(self->manner, "clumsy") == 0)
            CO_RAISE(self,
                     error_new(&error_os, "%s clean-up broke", self->label));
    }
    CO_END(self);
}

static struct child child_new(const char *label, int yields, const char *manner,
                              int tidy)
{
    return (struct child){.co = CO_INIT(child),
                          .label = label,
                          .manner = manner,
                          .tidy = tidy,
                          .naps = naps(yields)};
}

/* group.create_task(child(...)) */
static bool begin(struct task_group *group, const char *label, int yields,
                  const char *manner)
{
    return group_add(group, COROUTINE(child_new(label, yields, manner, 1)));
}

/* ---- a group in a group ---- */

/*
 *     async with asyncio.TaskGroup() as inner:
 *         inner.create_task(child("inner child", 50))
 *         inner.create_task(child("bad", 1, "fail"))      # if so wanted
 */
struct inner {
    struct coroutine co;
    void *result;
    bool with_bad;
    struct task_group group;
    struct task_group_end end;
};

static struct future *inner(struct coroutine *co)
{
    struct inner *self = (struct inner *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "inner child", 50, "value"));
    if (self->with_bad)
        CO_CHECK(self, begin(&self->group, "bad", 1, "fail"));
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

static struct inner inner_new(bool with_bad)
{
    return (struct inner){.co = CO_INIT(inner), .with_bad = with_bad};
}

/* ---- the parts of the program: bodies of a group, left by CO_FINALLY ---- */

struct part {
    struct coroutine co;
    void *result;
    const char *manner;
    int body_yields, tidy;
    struct task_group group;
    struct task_group_end end;
    struct inner inner;
    struct naps naps;
    struct async_sleep sleep;
};

/*
 *     async def family(body_yields, manner="value", tidy=1):
 *         async with asyncio.TaskGroup() as group:
 *             group.create_task(child("child", 50, manner, tidy))
 *             for _ in range(body_yields):
 *                 await asyncio.sleep(0)
 *             say("body ends")
 */
static struct future *family(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, group_add(&self->group,
                             COROUTINE(child_new("child", 50, self->manner,
                                                 self->tidy))));
    self->naps = naps(self->body_yields);
    CO_AWAIT(self, self->naps);
    say("body ends");
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async def adds(group, generation):
 *         say("generation", generation)
 *         await asyncio.sleep(0)
 *         if generation < 3:
 *             group.create_task(adds(group, generation + 1))
 */
struct adds {
    struct coroutine co;
    void *result;
    struct task_group *group;
    int generation;
    struct async_sleep sleep;
};

static struct adds adds_new(struct task_group *group, int generation);

static struct future *adds(struct coroutine *co)
{
    struct adds *self = (struct adds *)co;

    CO_BEGIN(self);
    say("generation %d", self->generation);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    if (self->generation < 3)
        CO_CHECK(self, group_add(self->group,
                                 COROUTINE(adds_new(self->group,
                                                    self->generation + 1))));
    CO_FINALLY(self);
    CO_END(self);
}

static struct adds adds_new(struct task_group *group, int generation)
{
    return (struct adds){
        .co = CO_INIT(adds), .group = group, .generation = generation};
}

static struct future *growing(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self,
             group_add(&self->group, COROUTINE(adds_new(&self->group, 1))));
    say("body ends");
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async def adds_too_late(group):
 *         try:
 *             await asyncio.sleep(60)
 *         finally:
 *             try:
 *                 group.create_task(child("must not appear", 0))
 *             except RuntimeError:
 *                 say("refused while shutting down")
 */
struct adds_too_late {
    struct coroutine co;
    void *result;
    struct task_group *group;
    struct async_sleep sleep;
};

static struct future *adds_too_late(struct coroutine *co)
{
    struct adds_too_late *self = (struct adds_too_late *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(60);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    if (!begin(self->group, "must not appear", 0, "value") &&
        error_is(error_last(), &error_runtime))
        say("refused while shutting down");
    CO_END(self);
}

static struct adds_too_late adds_too_late_new(struct task_group *group)
{
    return (struct adds_too_late){.co = CO_INIT(adds_too_late), .group = group};
}

static struct future *shutting_down(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, group_add(&self->group,
                             COROUTINE(adds_too_late_new(&self->group))));
    CO_CHECK(self, begin(&self->group, "bad", 1, "fail"));
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async with asyncio.TaskGroup() as outer:
 *         outer.create_task(child("outer child", 50))
 *         try:
 *             await inner(True)
 *         except ExceptionGroup as group:
 *             say("inner error:", *map(str, group.exceptions), ...)
 *             raise ValueError("passed on") from None
 */
static struct future *nested(struct coroutine *co)
{
    static const struct error passed_on = ERROR(&error_value, "passed on");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "outer child", 50, "value"));
    self->inner = inner_new(true);
    CO_TRY_AWAIT(self, self->inner);
    if (error_is(self->inner.co.error, &error_exception_group)) {
        const struct error_group *group = error_group(self->inner.co.error);
        say("inner error: %s cancelling: %u", error_message(group->errors[0]),
            count());
        CO_RAISE(self, &passed_on);
    }
    CO_RAISE(self, self->inner.co.error);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async with asyncio.TaskGroup() as outer:
 *         outer.create_task(child("bad", 2, "fail"))
 *         try:
 *             await inner(False)
 *         finally:
 *             say("inner left, cancelling:", count())
 */
static struct future *failure_outside_in(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self, begin(&self->group, "bad", 2, "fail"));
    self->inner = inner_new(false);
    CO_TRY_AWAIT(self, self->inner);
    say("inner left, cancelling: %u", count());
    CO_RAISE(self, self->inner.co.error);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async def fails_too(task):
 *         await asyncio.sleep(0)
 *         say("cancel the parent:", task.cancel("outsider"))
 *         raise ValueError("same pass")
 */
struct fails_too {
    struct coroutine co;
    void *result;
    struct task *task;
    struct async_sleep sleep;
};

static struct future *fails_too(struct coroutine *co)
{
    static const struct error error = ERROR(&error_value, "same pass");
    struct fails_too *self = (struct fails_too *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    say("cancel the parent: %s", truth(task_cancel(self->task, "outsider")));
    CO_RAISE(self, &error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct fails_too fails_too_new(struct task *task)
{
    return (struct fails_too){.co = CO_INIT(fails_too), .task = task};
}

static struct future *meets_failure(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self,
             group_add(&self->group,
                       COROUTINE(fails_too_new(async_current_task(NULL)))));
    self->sleep = async_sleep(60);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_AEXIT(self, self->end);
    CO_END(self);
}

/*
 *     async def outcome(part):
 *         try:
 *             await part
 *             say("no error, cancelling:", count())
 *         except ExceptionGroup as group:
 *             say("group error:", *("/ " + str(e) for e in group.exceptions),
 *                 "- cancelling:", count())
 *         except asyncio.CancelledError as err:
 *             say("cancelled, told", told(err), "cancelling:", count())
 *             raise
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

    CO_BEGIN(self);
    CO_TRY_AWAIT(self, self->part);
    error = self->part.co.error;
    if (error == NULL)
        say("no error, cancelling: %u", count());
    else if (error_is(error, &error_exception_group))
        say("group error: %s - cancelling: %u", errors_in(error_group(error)),
            count());
    else if (error_is(error, &error_cancelled))
        say("cancelled, told %s cancelling: %u", told(), count());
    if (!error_is(error, &error_exception_group))
        CO_RAISE(self, error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct outcome outcome_new(struct part part)
{
    return (struct outcome){.co = CO_INIT(outcome), .part = part};
}

/*
 *     async def from_outside(part, *messages):
 *         task = asyncio.create_task(outcome(part))
 *         await asyncio.sleep(0)
 *         for message in messages:
 *             await asyncio.sleep(0)
 *             say("cancel:", task.cancel(message))
 *         await asyncio.wait([task])
 *         say("task cancelled:", task.cancelled())
 */
struct from_outside {
    struct coroutine co;
    void *result;
    struct part part;
    const char *const *message; /* the next one; NULL ends them */
    struct task *task;
    struct async_sleep sleep;
    struct wait_task wait;
};

static struct future *from_outside(struct coroutine *co)
{
    struct from_outside *self = (struct from_outside *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task =
                       async_create_task(COROUTINE(outcome_new(self->part))));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    for (; *self->message != NULL; self->message++) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        say("cancel: %s", truth(task_cancel(self->task, *self->message)));
    }
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("task cancelled: %s", truth(is_cancelled(self->task)));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct from_outside from_outside_new(struct part part,
                                            const char *const messages[])
{
    return (struct from_outside){
        .co = CO_INIT(from_outside), .part = part, .message = messages};
}

/* ---- the program ---- */

/* With messages it is done from outside, else within an outcome(). */
struct row {
    coroutine_resume *part;
    int body_yields;
    const char *manner;
    int tidy;
    const char *const *messages;
};

static struct task *start(const struct row *row)
{
    struct part part = {.co = CO_INIT(row->part),
                        .body_yields = row->body_yields,
                        .manner = row->manner,
                        .tidy = row->tidy};

    return async_create_task(
        row->messages != NULL ? COROUTINE(from_outside_new(part, row->messages))
                              : COROUTINE(outcome_new(part)));
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
    static const char *const no_word[] = {NULL}, *const go[] = {"go", NULL},
                             *const go_now[] = {"go", "go now", NULL};
    static const struct row rows[] = {{family, 50, "value", 1, go},
                                      {family, 0, "value", 1, go},
                                      {family, 0, "clumsy", 1, go},
                                      {family, 0, "value", 3, go_now},
                                      {family, 50, "value", 3, go_now},
                                      {growing, 0, NULL, 0, NULL},
                                      {shutting_down, 0, NULL, 0, NULL},
                                      {nested, 0, NULL, 0, NULL},
                                      {failure_outside_in, 0, NULL, 0, NULL},
                                      {meets_failure, 0, NULL, 0, no_word}};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 10; self->i++) {
        printf("--\n");
        mark_pass();
        CO_CHECK(self, self->task = start(&rows[self->i]));
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
