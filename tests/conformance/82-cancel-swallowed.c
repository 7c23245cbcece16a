/*
 * 82-cancel-swallowed - stage 07: a task that swallows its cancel, counts and
 * takes requests back, and one that cancels itself.
 */
#include "loop_support.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def stubborn(lives):
 *         me = asyncio.current_task()
 *         while lives:
 *             try:
 *                 await asyncio.sleep(0)
 *             except asyncio.CancelledError as err:
 *                 lives -= 1
 *                 say("swallowed", told(err), "cancelling:", me.cancelling())
 *         say("uncancel:", me.uncancel(), me.uncancel(), me.uncancel())
 *         return "outlived it"
 */
struct stubborn {
    struct coroutine co;
    void *result;
    int lives;
    unsigned left[3];
    struct async_sleep sleep;
};

static struct future *stubborn(struct coroutine *co)
{
    struct stubborn *self = (struct stubborn *)co;
    struct task *me = async_current_task(NULL);

    CO_BEGIN(self);
    while (self->lives > 0) {
        self->sleep = async_sleep(0);
        CO_TRY_AWAIT(self, self->sleep);
        if (error_is(self->sleep.co.error, &error_cancelled)) {
            self->lives--;
            say("swallowed %s cancelling: %u", told(), task_cancelling(me));
        }
    }
    for (int i = 0; i < 3; i++)
        self->left[i] = task_uncancel(me);
    say("uncancel: %u %u %u", self->left[0], self->left[1], self->left[2]);
    self->result = "outlived it";
    CO_FINALLY(self);
    CO_END(self);
}

static struct stubborn stubborn_new(int lives)
{
    return (struct stubborn){.co = CO_INIT(stubborn), .lives = lives};
}

/*
 *     async def self_cancel(ending, gate):
 *         asyncio.current_task().cancel("by myself")
 *         say(ending, "goes on after its own cancel")
 *         try:
 *             if ending == "yield":
 *                 await asyncio.sleep(0)
 *             elif ...
 *             say(ending, "reaches its end")
 *             return ending
 *         except asyncio.CancelledError as err:
 *             say(ending, "told", told(err))
 *             raise
 */
struct self_cancel {
    struct coroutine co;
    void *result;
    char *ending;
    struct future *gate;
    struct async_sleep sleep;
};

static bool ends_by(const struct self_cancel *self, const char *ending)
{
    return strcmp(self->ending, ending) == 0;
}

static struct future *self_cancel(struct coroutine *co)
{
    static const struct error broke = ERROR(&error_value, "broke");
    struct self_cancel *self = (struct self_cancel *)co;

    CO_BEGIN(self);
    task_cancel(async_current_task(NULL), "by myself");
    say("%s goes on after its own cancel", self->ending);
    self->sleep = async_sleep(0);
    if (ends_by(self, "yield")) {
        CO_AWAIT(self, self->sleep);
    } else if (ends_by(self, "wait")) {
        CO_AWAIT(self, *self->gate);
    } else if (ends_by(self, "raise")) {
        CO_RAISE(self, &broke);
    } else if (ends_by(self, "finished")) {
        CO_AWAIT(self, *self->gate);
        say("finished future gives %s", (char *)self->gate->result);
        CO_AWAIT(self, self->sleep);
    } else if (ends_by(self, "regret")) {
        say("uncancel: %u", task_uncancel(async_current_task(NULL)));
        CO_AWAIT(self, self->sleep);
    } else if (ends_by(self, "swallow")) {
        CO_TRY_AWAIT(self, *self->gate);
        if (error_is(self->gate->co.error, &error_cancelled))
            say("swallowed, gate cancelled: %s",
                truth(future_cancelled(self->gate)));
    }
    say("%s reaches its end", self->ending);
    self->result = self->ending;
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s told %s", self->ending, told());
    CO_END(self);
}

static struct self_cancel self_cancel_new(char *ending, struct future *gate)
{
    return (struct self_cancel){
        .co = CO_INIT(self_cancel), .ending = ending, .gate = gate};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    int i;
    struct future *gate;
    struct task *task;
    struct naps naps;
    struct wait_task wait;
};

static struct future *swallow(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(COROUTINE(stubborn_new(2))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, "first");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->task, "second");
    CO_AWAIT(self, *self->task);
    say("stubborn gives %s", (char *)self->task->result);
    say("cancelled: %s cancelling: %u", truth(is_cancelled(self->task)),
        task_cancelling(self->task));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static void say_outcome(const char *ending, struct task *task,
                        const struct future *gate)
{
    const struct error *error = NULL;

    if (is_cancelled(task))
        say("%s -> cancelled, gate cancelled: %s", ending,
            truth(future_cancelled(gate)));
    else if (future_error(&task->future, &error) && error != NULL)
        say("%s -> error %s", ending, error_message(error));
    else
        say("%s -> value %s", ending, (char *)result_of(&task->future));
}

static struct future *self_cancels(struct coroutine *co)
{
    static char *const endings[] = {"yield",   "wait",   "finished", "regret",
                                    "swallow", "return", "raise"};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 7; self->i++) {
        CO_CHECK(self,
                 self->gate = loop_create_future(async_get_running_loop()));
        if (strcmp(endings[self->i], "finished") == 0)
            CO_CHECK(self, future_set_result(self->gate, "a value"));
        CO_CHECK(self, self->task = async_create_task(COROUTINE(
                           self_cancel_new(endings[self->i], self->gate))));
        self->wait = wait_task(self->task);
        CO_AWAIT(self, self->wait);
        say_outcome(endings[self->i], self->task, self->gate);
        task_free(self->task);
        future_free(self->gate);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *returned_message(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(self_cancel_new("return", NULL))));
    CO_TRY_AWAIT(self, *self->task);
    if (error_is(self->task->co.error, &error_cancelled))
        say("awaiting it told %s", told());
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
    static coroutine_resume *const parts[] = {swallow, self_cancels,
                                              returned_message};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 3; self->i++) {
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
