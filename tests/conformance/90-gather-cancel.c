/*
 * 90-gather-cancel - stage 07: gather and cancellation, from outside and of
 * one child.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def child(label, yields, manner="value"):
 *         try:
 *             for _ in range(yields):
 *                 await asyncio.sleep(0)
 *         except asyncio.CancelledError as err:
 *             say(label, "told", told(err))
 *             await asyncio.sleep(0)
 *             if manner == "swallow":
 *                 for _ in range(3):
 *                     await asyncio.sleep(0)
 *                 say(label, "swallowed it")
 *                 return label + " survived"
 *             raise
 *         if manner == "fail":
 *             raise ValueError(label + " broke")
 *         say(label, "ends")
 *         return label
 */
struct child {
    struct coroutine co;
    void *result;
    const char *label, *manner;
    int yields;
    char text[32];
    struct naps naps, rest;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;

    CO_BEGIN(self);
    self->naps = naps(self->yields);
    CO_TRY_AWAIT(self, self->naps);
    if (error_is(self->naps.co.error, &error_cancelled)) {
        say("%s told %s", self->label, told());
        self->rest = naps(1);
        CO_AWAIT(self, self->rest);
        if (strcmp(self->manner, "swallow") != 0)
            CO_RAISE(self, self->naps.co.error);
        self->rest = naps(3);
        CO_AWAIT(self, self->rest);
        say("%s swallowed it", self->label);
        snprintf(self->text, sizeof self->text, "%s survived", self->label);
        self->result = self->text;
        CO_RETURN(self);
    }
    if (strcmp(self->manner, "fail") == 0)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    say("%s ends", self->label);
    snprintf(self->text, sizeof self->text, "%s", self->label);
    self->result = self->text;
    CO_FINALLY(self);
    CO_END(self);
}

static struct child child_new(const char *label, int yields, const char *manner)
{
    return (struct child){.co = CO_INIT(child),
                          .label = label,
                          .manner = manner,
                          .yields = yields};
}

/* line += " " + word(error or value) */
static void add_word(char line[LINE_SIZE], const struct error *error,
                     const char *value)
{
    if (error == NULL)
        add_words(line, "%s", value);
    else if (error_is(error, &error_cancelled))
        add_words(line, "cancelled");
    else
        add_words(line, "error %s", error_message(error));
}

/* Several tasks. */
struct several {
    struct future *tasks[3];
    size_t count;
};

static bool spawn_next(struct several *self, const char *label, int yields,
                       const char *manner)
{
    struct future *task =
        async_ensure_future(COROUTINE(child_new(label, yields, manner)), NULL);

    if (task != NULL)
        self->tasks[self->count++] = task;
    return task != NULL;
}

static void free_several(struct several *self)
{
    while (self->count > 0)
        future_free(self->tasks[--self->count]);
}

/* asyncio.gather(*tasks, return_exceptions=collected) */
static struct future *gather(const struct several *several, bool collected)
{
    struct coroutine *children[3];

    for (size_t i = 0; i < several->count; i++)
        children[i] = &several->tasks[i]->co;
    return collected ? async_gather_exceptions(children, several->count)
                     : async_gather(children, several->count);
}

/* " cancelled b running": how each of them has ended, or not */
static const char *ends(const struct several *several)
{
    static char line[LINE_SIZE];

    line[0] = '\0';
    for (size_t i = 0; i < several->count; i++) {
        struct future *task = several->tasks[i];
        const struct error *error = &error_cancelled;
        if (!future_done(task)) {
            add_words(line, "running");
            continue;
        }
        if (!future_cancelled(task))
            must_do(future_error(task, &error));
        add_word(line, error, task->result);
    }
    return line;
}

/*
 *     async def collect(children, collected):
 *         try:
 *             values = await asyncio.gather(*children,
 *                                           return_exceptions=collected)
 *             say("caller got:", *map(word, values))
 *         except asyncio.CancelledError as err:
 *             say("caller cancelled, told", told(err))
 *             raise
 *         except ValueError as err:
 *             say("caller got error", err)
 */
struct collect {
    struct coroutine co;
    void *result;
    const struct several *children;
    bool collected;
    struct future *gather;
};

static void say_outcomes(struct future *gathered)
{
    const struct gather_outcome *outcomes = gathered->result;
    char line[LINE_SIZE] = "";

    for (size_t i = 0; i < async_gather_count(gathered); i++)
        add_word(line, outcomes[i].error, outcomes[i].result);
    say("caller got:%s", line);
}

static struct future *collect(struct coroutine *co)
{
    struct collect *self = (struct collect *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->gather = gather(self->children, self->collected));
    CO_AWAIT(self, *self->gather);
    say_outcomes(self->gather);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("caller cancelled, told %s", told());
    if (error_is(self->co.error, &error_value)) {
        say("caller got error %s", error_message(self->co.error));
        self->co.error = NULL;
    }
    future_free(self->gather);
    CO_END(self);
}

static struct collect collect_new(const struct several *children,
                                  bool collected)
{
    return (struct collect){
        .co = CO_INIT(collect), .children = children, .collected = collected};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    bool collected;
    struct several several;
    struct future *outer;
    struct task *caller;
    bool answer, second_answer;
    struct naps naps;
    struct wait_task wait;
    struct async_wait wait_all;
};

static void free_all(struct part *self)
{
    task_free(self->caller);
    future_free(self->outer);
    free_several(&self->several);
}

static struct async_wait wait_for_all(const struct several *several)
{
    return async_wait(several->tasks, several->count, ASYNC_ALL_COMPLETED,
                      ASYNC_FOREVER);
}

static void say_outer_done(struct future *outer, void *data)
{
    (void)outer, (void)data;
    say("outer done");
}

/* say("outer cancelled:", ..., "error is cancelled:", word(outer_error)) */
static void say_outer_error(struct future *outer)
{
    const struct error *error = NULL;
    char line[LINE_SIZE] = "";

    if (!future_error(outer, &error))
        error = error_last();
    add_word(line, error, "no");
    say("outer cancelled: %s error is cancelled:%s",
        truth(future_cancelled(outer)), line);
}

static struct future *cancel_outer(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_next(&self->several, "a", 9, "value"));
    CO_CHECK(self, spawn_next(&self->several, "b", 1, "value"));
    CO_CHECK(self, spawn_next(&self->several, "c", 9, "swallow"));
    CO_CHECK(self, self->outer = gather(&self->several, self->collected));
    CO_CHECK(self, future_add_done_callback(self->outer, say_outer_done, NULL));
    CO_CHECK(self, self->caller = async_create_task(COROUTINE(async_wait(
                       &self->outer, 1, ASYNC_ALL_COMPLETED, ASYNC_FOREVER))));
    self->naps = naps(3);
    CO_AWAIT(self, self->naps);
    self->answer = future_cancel(self->outer, "go");
    say("cancel outer: %s done: %s", truth(self->answer),
        truth(future_done(self->outer)));
    CO_AWAIT(self, *self->caller);
    say_outer_error(self->outer);
    self->answer = future_cancel(self->outer, NULL);
    say("cancel again: %s%s", truth(self->answer), ends(&self->several));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static bool start_caller(struct part *self)
{
    self->caller = async_create_task(
        COROUTINE(collect_new(&self->several, self->collected)));
    return self->caller != NULL;
}

static struct future *cancel_caller(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_next(&self->several, "a", 9, "value"));
    CO_CHECK(self, spawn_next(&self->several, "b", 9, "swallow"));
    CO_CHECK(self, start_caller(self));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("cancel caller: %s", truth(task_cancel(self->caller, "go")));
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    say("caller cancelled: %s%s", truth(is_cancelled(self->caller)),
        ends(&self->several));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *cancel_child(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_next(&self->several, "a", 3, "value"));
    CO_CHECK(self, spawn_next(&self->several, "b", 9, "value"));
    CO_CHECK(self, spawn_next(&self->several, "c", 5, "value"));
    CO_CHECK(self, start_caller(self));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("cancel child: %s",
        truth(future_cancel(self->several.tasks[1], "you")));
    self->wait = wait_task(self->caller);
    CO_AWAIT(self, self->wait);
    say("caller cancelled: %s%s", truth(is_cancelled(self->caller)),
        ends(&self->several));
    self->wait_all = wait_for_all(&self->several);
    CO_AWAIT(self, self->wait_all);
    say("in the end:%s", ends(&self->several));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *cancel_after_failure(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_next(&self->several, "a", 1, "fail"));
    CO_CHECK(self, spawn_next(&self->several, "b", 5, "value"));
    CO_CHECK(self, self->outer = gather(&self->several, false));
    CO_TRY_AWAIT(self, *self->outer);
    if (error_is(self->outer->co.error, &error_value))
        say("caught %s", error_message(self->outer->co.error));
    self->answer = future_cancel(self->outer, NULL);
    say("cancel outer: %s%s", truth(self->answer), ends(&self->several));
    self->wait_all = wait_for_all(&self->several);
    CO_AWAIT(self, self->wait_all);
    say("in the end:%s", ends(&self->several));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *cancel_before_start(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, spawn_next(&self->several, "a", 1, "value"));
    CO_CHECK(self, spawn_next(&self->several, "b", 1, "value"));
    CO_CHECK(self, self->outer = gather(&self->several, self->collected));
    self->answer = future_cancel(self->outer, "early");
    self->second_answer = future_cancel(self->outer, "twice");
    say("cancel outer: %s %s", truth(self->answer), truth(self->second_answer));
    CO_TRY_AWAIT(self, *self->outer);
    if (error_is(self->outer->co.error, &error_cancelled))
        say("told %s", told());
    say("%s", ends(&self->several) + strlen(" "));
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
    static coroutine_resume *const parts[] = {
        cancel_outer, cancel_caller, cancel_child, cancel_before_start};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 8; self->i++) {
        printf("-- %s\n", self->i % 2 == 1 ? "return_exceptions" : "plain");
        self->part = (struct part){.co = CO_INIT(parts[self->i / 2]),
                                   .collected = self->i % 2 == 1};
        CO_AWAIT(self, self->part);
    }
    printf("-- after a failure\n");
    self->part = (struct part){.co = CO_INIT(cancel_after_failure)};
    CO_AWAIT(self, self->part);
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
