/*
 * 84-cancel-through-tasks - stage 07: a task is cancelled that waits for a task
 * that waits for a task.
 */
#include "loop_support.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def layer(label, below, manner="raise"):
 *         try:
 *             value = await below
 *             say(label, "got", value)
 *             return value
 *         except asyncio.CancelledError as err:
 *             say(label, "told", told(err))
 *             if manner == "swallow":
 *                 return label + " saved it"
 *             if manner == "rename":
 *                 raise ValueError(label + " renamed it")
 *             raise
 *         except ValueError as err:
 *             say(label, "got error", err)
 *             raise
 */
struct layer {
    struct coroutine co;
    void *result;
    const char *label;
    struct future *below;
    const char *manner;
    char text[32];
};

static struct future *layer(struct coroutine *co)
{
    struct layer *self = (struct layer *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->below);
    self->result = self->below->result;
    say("%s got %s", self->label, (char *)self->result);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled)) {
        say("%s told %s", self->label, told());
        if (strcmp(self->manner, "swallow") == 0) {
            snprintf(self->text, sizeof self->text, "%s saved it", self->label);
            self->result = self->text;
            self->co.error = NULL;
        }
        if (strcmp(self->manner, "rename") == 0)
            CO_RAISE(self,
                     error_new(&error_value, "%s renamed it", self->label));
    } else if (error_is(self->co.error, &error_value)) {
        say("%s got error %s", self->label, error_message(self->co.error));
    }
    CO_END(self);
}

static struct layer layer_new(const char *label, struct future *below,
                              const char *manner)
{
    return (struct layer){
        .co = CO_INIT(layer), .label = label, .below = below, .manner = manner};
}

static const char *outcome(struct task *task)
{
    const struct error *error = NULL;

    if (is_cancelled(task))
        return "cancelled";
    must_do(future_error(&task->future, &error));
    return error != NULL ? "error" : "value";
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    const char *manner;
    struct future *gate;
    struct task *low, *mid, *top; /* or low, left and right */
    struct future *pair[2];
    bool answer;
    struct naps naps;
    struct wait_task wait;
    struct async_wait wait_both;
};

static void free_all(struct part *self)
{
    task_free(self->top);
    task_free(self->mid);
    task_free(self->low);
    future_free(self->gate);
}

static bool make_low(struct part *self)
{
    self->gate = loop_create_future(async_get_running_loop());
    if (self->gate != NULL)
        self->low =
            async_create_task(COROUTINE(layer_new("low", self->gate, "raise")));
    return self->low != NULL;
}

static struct future *tower(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_low(self));
    CO_CHECK(self, self->mid = async_create_task(COROUTINE(
                       layer_new("mid", &self->low->future, self->manner))));
    CO_CHECK(self, self->top = async_create_task(COROUTINE(
                       layer_new("top", &self->mid->future, "raise"))));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    self->answer = task_cancel(self->top, "bye");
    say("cancel: %s gate cancelled: %s tasks done: %s %s %s",
        truth(self->answer), truth(future_cancelled(self->gate)),
        truth(is_done(self->low)), truth(is_done(self->mid)),
        truth(is_done(self->top)));
    self->wait = wait_task(self->top);
    CO_AWAIT(self, self->wait);
    say("low mid top: %s %s %s", outcome(self->low), outcome(self->mid),
        outcome(self->top));
    say("cancelling: %u %u %u", task_cancelling(self->low),
        task_cancelling(self->mid), task_cancelling(self->top));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct part tower_new(const char *manner)
{
    return (struct part){.co = CO_INIT(tower), .manner = manner};
}

static struct future *two_waiters(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_low(self));
    CO_CHECK(self, self->mid = async_create_task(COROUTINE(
                       layer_new("left", &self->low->future, "raise"))));
    CO_CHECK(self, self->top = async_create_task(COROUTINE(
                       layer_new("right", &self->low->future, "raise"))));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    task_cancel(self->top, "only you");
    self->pair[0] = &self->mid->future;
    self->pair[1] = &self->top->future;
    self->wait_both =
        async_wait(self->pair, 2, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait_both);
    say("left right: %s %s cancelling: %u %u", outcome(self->mid),
        outcome(self->top), task_cancelling(self->mid),
        task_cancelling(self->top));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void read_result(const char *reader, struct future *future)
{
    if (!future_result(future, NULL) &&
        error_is(error_last(), &error_cancelled))
        say("%s reader told %s", reader, told());
}

static struct future *two_readers(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_low(self));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->low, "once");
    self->wait = wait_task(self->low);
    CO_AWAIT(self, self->wait);
    read_result("task", &self->low->future);
    read_result("task", &self->low->future);
    future_free(self->gate);
    CO_CHECK(self, self->gate = loop_create_future(async_get_running_loop()));
    future_cancel(self->gate, "always");
    read_result("future", self->gate);
    read_result("future", self->gate);
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
    static const char *const manners[] = {"raise", "swallow", "rename"};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 3; self->i++) {
        printf("-- %s\n", manners[self->i]);
        self->part = tower_new(manners[self->i]);
        CO_AWAIT(self, self->part);
    }
    printf("-- two waiters\n");
    self->part = (struct part){.co = CO_INIT(two_waiters)};
    CO_AWAIT(self, self->part);
    printf("-- two readers\n");
    self->part = (struct part){.co = CO_INIT(two_readers)};
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
