/*
 * combine_scenario.h - plays a scenario, as combine.py does in asyncio, and
 * says what happened, and in which pass of the loop: see there.
 */
#ifndef TESTS_COMBINE_SCENARIO_H
#define TESTS_COMBINE_SCENARIO_H

#include "combine_parents.h"

#include <check.h>

/* ---- what happens to them ---- */

/*
 *     async def main(self):
 *         self.base = self.loop.passes
 *         ...
 */
struct scenario_main {
    struct coroutine co;
    void *result;
    struct scenario *scenario;
    struct task *parent;
    const char *operation;
    unsigned cancels;
    int sleeps;
    struct async_sleep sleep;
};

static const char *next_word(const char *word)
{
    word += strcspn(word, " ");
    return word + strspn(word, " ");
}

static void cancel_one(struct scenario_main *self)
{
    static const char *const messages[] = {"m1", "m2", "m3", "m4"};
    struct scenario *scenario = self->scenario;
    char target = *self->operation;
    struct task *child = scenario->tasks[target == 'B'];

    if (target == 'P')
        task_cancel(self->parent, messages[self->cancels++]);
    else if (child != NULL)
        task_cancel(child, "k");
}

static void cancel_those_left(struct scenario_main *self)
{
    struct task *task = async_all_tasks(async_get_running_loop());

    for (; task != NULL; task = task_next(task))
        if (task != async_current_task(NULL)) {
            scenario_log(self->scenario, "too long");
            task_cancel(task, NULL);
        }
}

static void log_state(struct scenario *scenario, const char *name,
                      const struct task *task)
{
    const struct future *future = &task->future;

    scenario_write(scenario, " %s=%s%s%u", name,
                   future_cancelled(future) ? "cancelled"
                   : future_done(future)    ? "finished"
                                            : "pending",
                   future->unretrieved ? "!" : "", task_cancelling(task));
}

static struct future *scenario_main(struct coroutine *co)
{
    struct scenario_main *self = (struct scenario_main *)co;
    struct scenario *scenario = self->scenario;

    CO_BEGIN(self);
    scenario->base = loop_census(async_get_running_loop()).passes;
    for (int i = 0; scenario->has_tasks && i < 2; i++)
        CO_CHECK(self, scenario->tasks[i] = async_create_task(
                           COROUTINE(worker_new(scenario, i))));
    CO_CHECK(self,
             self->parent = async_create_task(COROUTINE(parent_new(scenario))));
    for (; *self->operation != '\0';
         self->operation = next_word(self->operation)) {
        if (*self->operation == '+') {
            self->sleeps = atoi(self->operation + 1);
            while (self->sleeps-- > 0) {
                self->sleep = async_sleep(0);
                CO_AWAIT(self, self->sleep);
            }
        } else if (*self->operation == '@') {
            self->sleep = async_sleep(atoi(self->operation + 1));
            CO_AWAIT(self, self->sleep);
        } else {
            cancel_one(self);
        }
    }
    self->sleep = async_sleep(20);
    CO_AWAIT(self, self->sleep);
    cancel_those_left(self);
    self->sleep = async_sleep(20);
    CO_AWAIT(self, self->sleep);
    log_state(scenario, "P", self->parent);
    for (int i = 0; i < 2; i++)
        if (scenario->tasks[i] != NULL)
            log_state(scenario, i == 0 ? "a" : "b", scenario->tasks[i]);
    CO_FINALLY(self);
    task_free(self->parent);
    task_free(scenario->tasks[0]);
    task_free(scenario->tasks[1]);
    CO_END(self);
}

static struct scenario_main scenario_main_new(struct scenario *scenario,
                                              const char *operations)
{
    return (struct scenario_main){.co = CO_INIT(scenario_main),
                                  .scenario = scenario,
                                  .operation = operations};
}

/* ---- playing it ---- */

static void note_report(struct loop *loop, const struct error_context *context,
                        void *data)
{
    struct scenario *scenario = data;
    char *report = scenario->reports[scenario->report_count++];

    (void)loop;
    ck_assert_uint_le(scenario->report_count, MOST_REPORTS);
    snprintf(report, REPORT_SIZE, "%.*s!", (int)strcspn(context->message, " "),
             context->message);
    describe(report + strlen(report), context->error, context->future->result);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void write_reports(struct scenario *scenario)
{
    qsort(scenario->reports, scenario->report_count, REPORT_SIZE, by_text);
    for (size_t i = 0; i < scenario->report_count; i++)
        scenario_write(scenario, " %s", scenario->reports[i]);
}

static int64_t read_time(void *now_ns)
{
    return *(int64_t *)now_ns;
}

static void move_time(void *now_ns, int64_t when_ns)
{
    *(int64_t *)now_ns = when_ns;
}

/* Reads "s3rp0". Returns what follows. */
static const char *read_spec(struct spec *spec, const char *text)
{
    char *end;

    spec->what = *text;
    spec->count = (int)strtol(text + 1, &end, 10);
    spec->end = end[0];
    spec->taking = end[1];
    spec->cleanup = end[2] - '0';
    return next_word(end);
}

/* Plays it, and returns what happened; nothing must be left over. */
static const char *play(const char *text)
{
    static struct scenario scenario;
    int64_t now_ns = 0;
    struct loop *loop = loop_new(NULL);

    ck_assert_ptr_nonnull(loop);
    loop_set_clock(loop, &(struct loop_clock){read_time, move_time, &now_ns});
    loop_set_exception_handler(loop, note_report, &scenario);
    scenario = (struct scenario){.parent = parent_of_kind(text)};
    text = next_word(text);
    scenario.has_tasks = *text == 't';
    text = read_spec(&scenario.specs[0], next_word(text));
    text = read_spec(&scenario.specs[1], text);
    ck_assert(loop_run_until_complete(
        loop, COROUTINE(scenario_main_new(&scenario, text)), NULL));
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    ck_assert_uint_eq(loop_census(loop).handles, 0);
    ck_assert(loop_free(loop));
    write_reports(&scenario);
    return scenario.text + 1; /* behind the first blank */
}

#endif
