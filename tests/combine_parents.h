/*
 * combine_parents.h - the parents of combine.py, in C.
 */
#ifndef TESTS_COMBINE_PARENTS_H
#define TESTS_COMBINE_PARENTS_H

#include "combine_children.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/task_group.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait.h"
#include "stages/07-loop/wait_for.h"

struct combo {
    struct coroutine co;
    void *result;
    struct scenario *scenario;
    const struct parent_kind *kind;
    char text[64]; /* what it gives */
    struct awaitable *child;
    struct future *gather, *inner;
    struct future *pair[2];
    struct async_wait wait;
    struct as_completed each;
    struct as_completed_next next;
    struct async_wait_for wait_for;
    struct timeout timeout, outer_timeout;
    struct task_group group;
    struct task_group_end end;
    struct async_sleep sleep;
    struct future never;
};

struct parent_kind {
    const char *name;
    coroutine_resume *body;
    double timeout;
    int how;
};

/* The child as the scenario has it: a task, or an object. */
static struct coroutine *take(struct combo *self, int which)
{
    if (self->scenario->has_tasks)
        return &self->scenario->tasks[which]->co;
    return COROUTINE(worker_new(self->scenario, which));
}

static void write_outcomes(struct combo *self, size_t count)
{
    const struct gather_outcome *outcomes = self->gather->result;

    for (size_t i = 0; i < count; i++) {
        char *text = self->text + strlen(self->text);
        if (i > 0)
            *text++ = ',';
        if (outcomes[i].error != NULL)
            describe(text, outcomes[i].error, outcomes[i].result);
        else
            strcpy(text, outcomes[i].result);
    }
}

enum { PLAIN, EXCEPTIONS, TWICE, DROP, DROP_EXCEPTIONS };

static struct future *make_gather(struct combo *self)
{
    int how = self->kind->how;
    struct coroutine *a = take(self, 0), *b = take(self, 1);

    if (how == TWICE)
        return async_gather((struct coroutine *[]){a, a, b}, 3);
    if (how == EXCEPTIONS || how == DROP_EXCEPTIONS)
        return async_gather_exceptions((struct coroutine *[]){a, b}, 2);
    return async_gather((struct coroutine *[]){a, b}, 2);
}

static struct future *by_gather(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->gather = make_gather(self));
    if (self->kind->how >= DROP)
        CO_RETURN(self);
    CO_AWAIT(self, *self->gather);
    write_outcomes(self, self->kind->how == TWICE ? 3 : 2);
    CO_FINALLY(self);
    future_free(self->gather);
    CO_END(self);
}

static struct future *by_gather_gather(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->inner =
                       async_gather((struct coroutine *[]){take(self, 0)}, 1));
    CO_CHECK(self,
             self->gather = async_gather(
                 (struct coroutine *[]){&self->inner->co, take(self, 1)}, 2));
    CO_AWAIT(self, *self->gather);
    strcpy(self->text, "a,b");
    CO_FINALLY(self);
    future_free(self->gather);
    future_free(self->inner);
    CO_END(self);
}

static struct future *by_wait(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    for (int i = 0; i < 2; i++)
        CO_CHECK(self,
                 self->pair[i] = async_ensure_future(take(self, i), NULL));
    self->wait =
        async_wait(self->pair, 2, (enum async_return_when)self->kind->how,
                   self->kind->timeout);
    CO_AWAIT(self, self->wait);
    sprintf(self->text, "%zu,%zu", self->wait.done_count,
            self->wait.pending_count);
    CO_FINALLY(self);
    future_free(self->pair[0]);
    future_free(self->pair[1]);
    CO_END(self);
}

static struct future *by_each(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, as_completed_begin(
                       &self->each,
                       (struct coroutine *[]){take(self, 0), take(self, 1)}, 2,
                       self->kind->timeout));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_TRY_AWAIT(self, self->next);
        if (self->next.co.error == NULL)
            scenario_log(self->scenario, "P:%s", (char *)self->next.result);
        else if (error_is(self->next.co.error, &error_exception))
            scenario_log(self->scenario, "P:%s",
                         describe_raised(self->next.co.error));
        else
            CO_RAISE(self, self->next.co.error);
    }
    CO_FINALLY(self);
    as_completed_end(&self->each);
    CO_END(self);
}

static struct future *by_wait_for(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    self->wait_for = async_wait_for(take(self, 0), self->kind->timeout);
    CO_AWAIT(self, self->wait_for);
    strcpy(self->text, self->wait_for.result);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *by_wait_for_shield(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->inner = async_shield(take(self, 0)));
    self->wait_for = async_wait_for(&self->inner->co, self->kind->timeout);
    CO_AWAIT(self, self->wait_for);
    strcpy(self->text, self->wait_for.result);
    CO_FINALLY(self);
    future_free(self->inner);
    CO_END(self);
}

static struct future *by_shield(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->inner = async_shield(take(self, 0)));
    if (self->kind->how == DROP)
        CO_RETURN(self);
    CO_AWAIT(self, *self->inner);
    strcpy(self->text, self->inner->result);
    CO_FINALLY(self);
    future_free(self->inner);
    CO_END(self);
}

static struct future *by_shield_gather(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->gather = make_gather(self));
    CO_CHECK(self, self->inner = async_shield(&self->gather->co));
    CO_AWAIT(self, *self->inner);
    write_outcomes(self, 2);
    CO_FINALLY(self);
    future_free(self->inner);
    future_free(self->gather);
    CO_END(self);
}

static struct future *by_timeout(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->child = (struct awaitable *)take(self, 0));
    if (self->kind->how == TWICE)
        CO_CHECK(self,
                 timeout_begin(&self->outer_timeout, self->kind->timeout));
    CO_CHECK(self, timeout_begin(&self->timeout, self->kind->timeout));
    CO_AWAIT(self, *self->child);
    strcpy(self->text, self->child->result);
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->timeout, self->co.error);
    self->co.error = timeout_end(&self->outer_timeout, self->co.error);
    if (!self->scenario->has_tasks)
        coroutine_close(&self->child->co);
    CO_END(self);
}

enum { ENDS, WAITS, FAILS };

static struct future *by_group(struct coroutine *co)
{
    struct combo *self = (struct combo *)co;
    struct task **tasks = self->scenario->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    for (int i = 0; i < 2; i++)
        CO_CHECK(self,
                 tasks[i] = task_group_create_task(
                     &self->group, COROUTINE(worker_new(self->scenario, i))));
    if (self->kind->how == WAITS) {
        self->never = future_new(async_get_running_loop());
        CO_AWAIT(self, self->never);
    } else if (self->kind->how == FAILS) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        CO_RAISE(self, &error_key);
    }
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_TRY_AWAIT(self, self->end);
    self->co.error = self->end.co.error;
    CO_END(self);
}

static const struct parent_kind PARENTS[] = {
    {"gather", by_gather, 0, PLAIN},
    {"gather_exceptions", by_gather, 0, EXCEPTIONS},
    {"gather_twice", by_gather, 0, TWICE},
    {"gather_gather", by_gather_gather, 0, 0},
    {"drop_gather", by_gather, 0, DROP},
    {"drop_gather_exceptions", by_gather, 0, DROP_EXCEPTIONS},
    {"wait", by_wait, ASYNC_FOREVER, ASYNC_ALL_COMPLETED},
    {"wait_first", by_wait, ASYNC_FOREVER, ASYNC_FIRST_COMPLETED},
    {"wait_exception", by_wait, ASYNC_FOREVER, ASYNC_FIRST_EXCEPTION},
    {"wait_2s", by_wait, 2, ASYNC_ALL_COMPLETED},
    {"each", by_each, ASYNC_FOREVER, 0},
    {"each_2s", by_each, 2, 0},
    {"wait_for", by_wait_for, ASYNC_FOREVER, 0},
    {"wait_for_0s", by_wait_for, 0, 0},
    {"wait_for_2s", by_wait_for, 2, 0},
    {"wait_for_shield", by_wait_for_shield, 2, 0},
    {"shield", by_shield, 0, PLAIN},
    {"shield_gather", by_shield_gather, 0, PLAIN},
    {"drop_shield", by_shield, 0, DROP},
    {"timeout", by_timeout, 2, PLAIN},
    {"timeout_0s", by_timeout, 0, PLAIN},
    {"timeout_timeout", by_timeout, 2, TWICE},
    {"group", by_group, 0, ENDS},
    {"group_waits", by_group, 0, WAITS},
    {"group_fails", by_group, 0, FAILS},
};

/* The one whose name the text begins with. */
static const struct parent_kind *parent_of_kind(const char *text)
{
    size_t length = strcspn(text, " ");

    for (size_t i = 0; i < sizeof PARENTS / sizeof PARENTS[0]; i++)
        if (strlen(PARENTS[i].name) == length &&
            memcmp(PARENTS[i].name, text, length) == 0)
            return &PARENTS[i];
    abort();
}

/* Says how its combo went. */
struct parent {
    struct coroutine co;
    void *result;
    struct combo combo;
};

static struct future *parent(struct coroutine *co)
{
    struct parent *self = (struct parent *)co;
    struct scenario *scenario = self->combo.scenario;

    CO_BEGIN(self);
    scenario_log(scenario, "P+");
    CO_TRY_AWAIT(self, self->combo);
    if (self->combo.co.error != NULL) {
        scenario_log(scenario, "P!%s", describe_raised(self->combo.co.error));
        CO_RAISE(self, self->combo.co.error);
    }
    scenario_log(scenario, "P=%s", self->combo.text);
    CO_FINALLY(self);
    CO_END(self);
}

static struct parent parent_new(struct scenario *scenario)
{
    return (struct parent){.co = CO_INIT(parent),
                           .combo = {.co = CO_INIT(scenario->parent->body),
                                     .scenario = scenario,
                                     .kind = scenario->parent}};
}

#endif
