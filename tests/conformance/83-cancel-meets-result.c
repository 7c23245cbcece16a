/*
 * 83-cancel-meets-result - stage 07: a cancel and a result that meet in one
 * pass.
 */
#include "loop_support.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def waiter(label, box):
 *         try:
 *             say(label, "got", await box)
 *         except asyncio.CancelledError:
 *             say(label, "cancelled, box done, cancelled:", box.done(),
 *                 box.cancelled())
 *             raise
 *         except ValueError as err:
 *             say(label, "got error", err)
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
        say("%s cancelled, box done, cancelled: %s %s", self->label,
            truth(future_done(self->box)), truth(future_cancelled(self->box)));
    if (error_is(self->co.error, &error_value)) {
        say("%s got error %s", self->label, error_message(self->co.error));
        self->co.error = NULL;
    }
    CO_END(self);
}

static struct waiter waiter_new(const char *label, struct future *box)
{
    return (struct waiter){.co = CO_INIT(waiter), .label = label, .box = box};
}

/*
 *     async def start(label, box):
 *         task = asyncio.create_task(waiter(label, box))
 *         await asyncio.sleep(0)
 *         return task
 */
struct start {
    struct coroutine co;
    void *result;
    const char *label;
    struct future *box;
    struct async_sleep sleep;
};

static struct future *start(struct coroutine *co)
{
    struct start *self = (struct start *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->result = async_create_task(
                       COROUTINE(waiter_new(self->label, self->box))));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

static struct start start_new(const char *label, struct future *box)
{
    return (struct start){.co = CO_INIT(start), .label = label, .box = box};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct future *box, *ahead, *behind;
    struct task *task, *inner, *two;
    bool answer;
    struct start start;
    struct naps naps;
    struct wait_task wait;
};

static void free_all(struct part *self)
{
    task_free(self->task);
    task_free(self->inner);
    task_free(self->two);
    future_free(self->box);
    future_free(self->ahead);
    future_free(self->behind);
}

static struct future *value_first(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(async_get_running_loop()));
    self->start = start_new("value first", self->box);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    CO_CHECK(self, future_set_result(self->box, "value"));
    say("cancel: %s", truth(task_cancel(self->task, NULL)));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancelled: %s box keeps %s", truth(is_cancelled(self->task)),
        (char *)result_of(self->box));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/* str(future.exception()) */
static const char *error_of(struct future *future)
{
    const struct error *error = NULL;

    must_do(future_error(future, &error));
    return error != NULL ? error_message(error) : "None";
}

static struct future *error_first(struct coroutine *co)
{
    static const struct error broke = ERROR(&error_value, "broke");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(async_get_running_loop()));
    self->start = start_new("error first", self->box);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    CO_CHECK(self, future_set_error(self->box, &broke));
    say("cancel: %s", truth(task_cancel(self->task, NULL)));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say("cancelled: %s box keeps %s", truth(is_cancelled(self->task)),
        error_of(self->box));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *cancel_first(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(async_get_running_loop()));
    self->start = start_new("cancel first", self->box);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    self->answer = task_cancel(self->task, NULL);
    say("cancel: %s box cancelled: %s", truth(self->answer),
        truth(future_cancelled(self->box)));
    if (!future_set_result(self->box, "value") &&
        error_is(error_last(), &error_invalid_state))
        say("the box refuses a value");
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void cancel_outer(struct future *inner, void *data)
{
    struct part *part = data;

    (void)inner;
    say("outer cancel: %s", truth(task_cancel(part->task, NULL)));
}

static bool start_inner(struct part *self)
{
    self->inner =
        async_create_task(COROUTINE(async_sleep_value(0, "inner value")));
    return self->inner != NULL;
}

static void say_how_it_ended(const struct part *self)
{
    say("inner gives %s outer cancelled: %s",
        (char *)result_of(&self->inner->future),
        truth(is_cancelled(self->task)));
}

/* The callback stands behind the outer task's wake-up, then ahead of it. */
static struct future *finished_inner(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_inner(self));
    self->start = start_new("outer", &self->inner->future);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    CO_CHECK(self, future_add_done_callback(&self->inner->future, cancel_outer,
                                            self));
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say_how_it_ended(self);
    task_free(self->inner);
    task_free(self->task);
    self->task = NULL;

    CO_CHECK(self, start_inner(self));
    CO_CHECK(self, future_add_done_callback(&self->inner->future, cancel_outer,
                                            self));
    self->start = start_new("outer", &self->inner->future);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    self->wait = wait_task(self->task);
    CO_AWAIT(self, self->wait);
    say_how_it_ended(self);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void cancel_one(struct future *ahead, void *data)
{
    struct part *part = data;

    (void)ahead;
    say("cancel ahead: %s", truth(task_cancel(part->task, NULL)));
}

static void cancel_two(struct future *behind, void *data)
{
    struct part *part = data;

    (void)behind;
    say("cancel behind: %s", truth(task_cancel(part->two, NULL)));
}

static struct future *last_step(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->ahead = loop_create_future(loop));
    CO_CHECK(self, self->behind = loop_create_future(loop));
    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, future_add_done_callback(self->ahead, cancel_one, self));
    self->start = start_new("one", self->box);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    self->start = start_new("two", self->box);
    CO_AWAIT(self, self->start);
    self->two = self->start.result;
    CO_CHECK(self, future_add_done_callback(self->behind, cancel_two, self));
    CO_CHECK(self, future_set_result(self->ahead, NULL));
    CO_CHECK(self, future_set_result(self->box, "value"));
    CO_CHECK(self, future_set_result(self->behind, NULL));
    self->wait = wait_task(self->two);
    CO_AWAIT(self, self->wait);
    say("cancelled: %s %s", truth(is_cancelled(self->task)),
        truth(is_cancelled(self->two)));
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
        value_first, error_first, cancel_first, finished_inner, last_step};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
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

/* The timers of both fall due while the program sleeps. */
static void cancel_task(void *task)
{
    task_cancel(task, NULL);
}

/*
 *     async def over_already(loop):
 *         task = await start("sleeper", create_task(sleep(0, "x")))
 *         napper = asyncio.create_task(asyncio.sleep(UNIT, "nap"))
 *         await asyncio.sleep(0)
 *         loop.call_later(2 * UNIT, napper.cancel)
 *         time.sleep(4 * UNIT)
 *         await asyncio.wait([napper, task])
 */
static struct future *over_already(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    step_time(loop);
    CO_CHECK(self, self->inner =
                       async_create_task(COROUTINE(async_sleep_value(0, "x"))));
    self->start = start_new("sleeper", &self->inner->future);
    CO_AWAIT(self, self->start);
    self->task = self->start.result;
    CO_CHECK(self, self->two = async_create_task(
                       COROUTINE(async_sleep_value(UNIT, "nap"))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self,
             loop_call_later(loop, NULL, 2 * UNIT, cancel_task, self->two));
    stepped_sleep(4 * UNIT);
    self->wait = wait_task(self->two);
    CO_AWAIT(self, self->wait);
    say("nap cancelled in the pass of its end: %s",
        truth(is_cancelled(self->two)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
    printf("--\n");
    mark_pass();
    run_to_end(COROUTINE((struct part){.co = CO_INIT(over_already)}));
}
