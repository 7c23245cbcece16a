/*
 * combine_children.h - the children of combine.py, in C, and what is said.
 */
#ifndef TESTS_COMBINE_CHILDREN_H
#define TESTS_COMBINE_CHILDREN_H

#include "stages/07-loop/error_group.h"
#include "stages/07-loop/sleep.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a child does; see combine.py. */
struct spec {
    char what, end, taking;
    int count, cleanup;
};

enum { MOST_REPORTS = 8, REPORT_SIZE = 128 };

struct scenario {
    const struct parent_kind *parent;
    struct spec specs[2];
    bool has_tasks;        /* the children are tasks before the parent is */
    struct task *tasks[2]; /* the children, if they are known */
    size_t base;           /* passes before it began */
    char text[1024];
    char reports[MOST_REPORTS][REPORT_SIZE];
    size_t report_count;
};

/* ---- what is said about it ---- */

__attribute__((format(printf, 2, 3))) static void
scenario_write(struct scenario *scenario, const char *format, ...)
{
    size_t length = strlen(scenario->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(scenario->text + length, sizeof scenario->text - length, format,
              arguments);
    va_end(arguments);
}

#define scenario_log(scenario, ...)                                \
    (scenario_write((scenario), " %zu:",                           \
                    loop_census(async_get_running_loop()).passes - \
                        (scenario)->base),                         \
     scenario_write((scenario), __VA_ARGS__))

static void describe(char *text, const struct error *error,
                     const char *cancel_message)
{
    const struct error_group *group = error_group(error);

    if (group == NULL) {
        bool cancelled = error_is(error, &error_cancelled);
        const char *message = cancelled ? cancel_message : error->message;
        sprintf(text, "%s%s%s", error_name(error), message != NULL ? ":" : "",
                message != NULL ? message : "");
        return;
    }
    sprintf(text, "%s[", error_name(error));
    for (size_t i = 0; i < group->count; i++) {
        describe(text + strlen(text), group->errors[i], NULL);
        strcat(text, i + 1 < group->count ? "," : "]");
    }
}

/* Of what was just raised in this task. */
static const char *describe_raised(const struct error *error)
{
    static char text[256];

    describe(text, error, task_cancel_message(async_current_task(NULL)));
    return text;
}

static const char *raised_message(void)
{
    const char *message = task_cancel_message(async_current_task(NULL));

    return message != NULL ? message : "";
}

/* ---- the children ---- */

static const char *const names[] = {"a", "b"};

struct worker {
    struct coroutine co;
    void *result;
    struct scenario *scenario;
    struct spec spec;
    int which, i;
    struct async_sleep sleep;
    struct future never;
};

static struct future *work(struct coroutine *co)
{
    struct worker *self = (struct worker *)co;

    CO_BEGIN(self);
    if (self->spec.what == 's') {
        for (self->i = 0; self->i < self->spec.count; self->i++) {
            self->sleep = async_sleep(0);
            CO_AWAIT(self, self->sleep);
        }
    } else if (self->spec.what == 't') {
        self->sleep = async_sleep(self->spec.count);
        CO_AWAIT(self, self->sleep);
    } else {
        self->never = future_new(async_get_running_loop());
        CO_AWAIT(self, self->never);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static const struct error *error_of(int which)
{
    return error_new(&error_value, "%s", names[which]);
}

struct child {
    struct coroutine co;
    void *result;
    struct worker worker;
    struct async_sleep sleep;
    int i;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;
    struct worker *worker = &self->worker;
    const struct spec *spec = &worker->spec;
    const char *name = names[worker->which];

    CO_BEGIN(self);
    self->result = (char *)(uintptr_t)name;
    scenario_log(worker->scenario, "%s+", name);
    CO_TRY_AWAIT(self, *worker);
    if (worker->co.error != NULL) {
        scenario_log(worker->scenario, "%sx%s", name, raised_message());
        for (self->i = 0; self->i < spec->cleanup; self->i++) {
            self->sleep = async_sleep(0);
            CO_AWAIT(self, self->sleep);
        }
        if (spec->taking == 'r')
            CO_RETURN(self);
        CO_RAISE(self, spec->taking == 'e' ? error_of(worker->which)
                                           : worker->co.error);
    }
    if (spec->end != 'r')
        CO_RAISE(self,
                 spec->end == 'e' ? error_of(worker->which) : &error_cancelled);
    scenario_log(worker->scenario, "%s-", name);
    CO_FINALLY(self);
    CO_END(self);
}

static struct child worker_new(struct scenario *scenario, int which)
{
    return (struct child){.co = CO_INIT(child),
                          .worker = {.co = CO_INIT(work),
                                     .scenario = scenario,
                                     .spec = scenario->specs[which],
                                     .which = which}};
}

#endif
