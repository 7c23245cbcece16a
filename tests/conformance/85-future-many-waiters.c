/*
 * 85-future-many-waiters - stage 07: one future, several tasks that wait for it
 * and several callbacks.
 */
#include "loop_support.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def waiter(label, box):
 *         try:
 *             say(label, "got", await box)
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             raise
 */
struct waiter {
    struct coroutine co;
    void *result;
    const char *label;
    struct future *box;
};

static struct future *waiter(struct coroutine *co)
{
    struct waiter *self = (struct waiter *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->box);
    say("%s got %s", self->label, (char *)self->box->result);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled", self->label);
    CO_END(self);
}

static struct waiter waiter_new(const char *label, struct future *box)
{
    return (struct waiter){.co = CO_INIT(waiter), .label = label, .box = box};
}

static void callback(struct future *box, void *label)
{
    say("%s called, cancelled: %s", (char *)label,
        truth(future_cancelled(box)));
}

static void add_late(struct future *box, void *label)
{
    must_do(future_add_done_callback(box, callback, label));
}

/*
 *     async def crowd(box):
 *         tasks = [asyncio.create_task(waiter("task one", box))]
 *         await asyncio.sleep(0)
 *         box.add_done_callback(lambda b: callback("callback one", b))
 *         ...
 *         return tasks
 */
struct crowd {
    struct coroutine co;
    void *result;
    struct future *box;
    struct future *tasks[4];
    size_t count;
    struct naps naps;
};

/* tasks.append(asyncio.create_task(waiter(label, box))) */
static bool add_waiter(struct crowd *crowd, const char *label)
{
    struct future *task =
        async_ensure_future(COROUTINE(waiter_new(label, crowd->box)), NULL);

    if (task != NULL)
        crowd->tasks[crowd->count++] = task;
    return task != NULL;
}

static struct future *crowd(struct coroutine *co)
{
    struct crowd *self = (struct crowd *)co;
    struct future *box = self->box;

    CO_BEGIN(self);
    CO_CHECK(self, add_waiter(self, "task one"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, future_add_done_callback(box, callback, "callback one"));
    CO_CHECK(self, add_waiter(self, "task two"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, future_add_done_callback(box, callback, "callback two"));
    CO_CHECK(self, future_add_done_callback(box, add_late, "callback late"));
    CO_CHECK(self, add_waiter(self, "task three"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    CO_END(self);
}

static struct crowd crowd_new(struct future *box)
{
    return (struct crowd){.co = CO_INIT(crowd), .box = box};
}

static struct async_wait wait_for_all(const struct crowd *crowd)
{
    return async_wait(crowd->tasks, crowd->count, ASYNC_ALL_COMPLETED,
                      ASYNC_FOREVER);
}

/* say("all seen; cancelled:", *..., "cancelling:", *...) */
static void say_all_seen(const struct crowd *crowd)
{
    char cancelled[64] = "", cancelling[64] = "";

    for (size_t i = 0; i < crowd->count; i++) {
        struct task *task = future_task(crowd->tasks[i]);
        size_t length = strlen(cancelled);
        snprintf(cancelled + length, sizeof cancelled - length, " %s",
                 truth(is_cancelled(task)));
        length = strlen(cancelling);
        snprintf(cancelling + length, sizeof cancelling - length, " %u",
                 task_cancelling(task));
    }
    say("all seen; cancelled:%s cancelling:%s", cancelled, cancelling);
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    bool cancel; /* of settle() */
    bool first, second;
    int i;
    struct future *box;
    struct crowd crowd;
    struct async_wait wait;
    struct waiter waiter;
    struct naps naps;
};

static void free_all(struct part *self)
{
    while (self->crowd.count > 0)
        future_free(self->crowd.tasks[--self->crowd.count]);
    future_free(self->box);
}

static struct future *settle(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(loop));
    self->crowd = crowd_new(self->box);
    CO_AWAIT(self, self->crowd);
    if (self->cancel) {
        self->first = future_cancel(self->box, "stop");
        self->second = future_cancel(self->box, "again");
        say("box cancel: %s %s", truth(self->first), truth(self->second));
    } else {
        CO_CHECK(self, future_set_result(self->box, "value"));
    }
    CO_CHECK(self,
             future_add_done_callback(self->box, callback, "callback after"));
    CO_CHECK(self,
             loop_call_soon(loop, NULL, say_text, "call_soon behind them"));
    CO_CHECK(self, add_waiter(&self->crowd, "newcomer"));
    self->wait = wait_for_all(&self->crowd);
    CO_AWAIT(self, self->wait);
    say_all_seen(&self->crowd);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *one_of_them(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(async_get_running_loop()));
    self->crowd = crowd_new(self->box);
    CO_AWAIT(self, self->crowd);
    self->first = future_cancel(self->crowd.tasks[1], NULL);
    say("cancel task two: %s box: %s", truth(self->first),
        truth(future_cancelled(self->box)));
    self->wait = wait_for_all(&self->crowd);
    CO_AWAIT(self, self->wait);
    say_all_seen(&self->crowd);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void cancel_first(struct future *box, void *data)
{
    struct crowd *crowd = data;

    (void)box;
    say("cancel: %s", truth(future_cancel(crowd->tasks[0], NULL)));
}

static struct future *stab_in_the_back(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(async_get_running_loop()));
    self->crowd = crowd_new(self->box);
    CO_CHECK(self,
             future_add_done_callback(self->box, cancel_first, &self->crowd));
    CO_CHECK(self, add_waiter(&self->crowd, "a"));
    CO_CHECK(self, add_waiter(&self->crowd, "b"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, future_set_result(self->box, "value"));
    self->wait = wait_for_all(&self->crowd);
    CO_AWAIT(self, self->wait);
    say("cancelled: %s %s", truth(future_cancelled(self->crowd.tasks[0])),
        truth(future_cancelled(self->crowd.tasks[1])));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *no_wait(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, future_set_result(self->box, "ready"));
    CO_CHECK(self, loop_call_soon(loop, NULL, say_text, "next pass"));
    for (self->i = 0; self->i < 3; self->i++) {
        self->waiter = waiter_new("unhurried", self->box);
        CO_AWAIT(self, self->waiter);
    }
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
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
    static coroutine_resume *const parts[] = {settle, settle, one_of_them,
                                              stab_in_the_back, no_wait};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        self->part = (struct part){.co = CO_INIT(parts[self->i]),
                                   .cancel = self->i == 1};
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
