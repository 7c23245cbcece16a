/*
 * loop_memory_test.c - the loop where memory runs out: who waits for others.
 */
#include "loop_memory.h"

#include "stages/07-loop/error_group.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/shield.h"

/* ---- waiting for several ---- */

static struct future *gathers(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->future = async_gather(
        (struct coroutine *[]){napping(), napping(), napping()}, 3);
    CO_CHECK(self, self->future);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(napping()));
    self->future = &self->task->future;
    self->wait = async_wait(&self->future, 1, ASYNC_ALL_COMPLETED, 0.5);
    CO_AWAIT(self, self->wait);
    self->wait = async_wait(&self->future, 1, ASYNC_FIRST_COMPLETED, 5);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct future *takes_as_completed(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, as_completed_begin(
                       &self->each,
                       (struct coroutine *[]){napping(), napping()}, 2, 5));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_AWAIT(self, self->next);
    }
    CO_FINALLY(self);
    as_completed_end(&self->each);
    CO_END(self);
}

/* ---- waiting for one ---- */

static struct future *shields(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = async_shield(napping()));
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits_too_long(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->wait_for = async_wait_for(napping(), 0.5);
    CO_TRY_AWAIT(self, self->wait_for);
    if (!error_is(self->wait_for.co.error, &error_timeout))
        CO_RAISE(self, self->wait_for.co.error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *has_a_deadline(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->timeout, 5));
    CO_CHECK(self, timeout_reschedule(&self->timeout, 1));
    self->sleep = async_sleep(3);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->timeout, self->co.error);
    if (error_is(self->co.error, &error_timeout))
        self->co.error = NULL; /* it is due */
    CO_END(self);
}

/* ---- groups ---- */

static int failures; /* each is another error, which is made then */

static struct future *fails(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0.5);
    CO_AWAIT(self, self->sleep);
    CO_RAISE(self, error_new(&error_key, "for the %dth time", ++failures));
    CO_FINALLY(self);
    CO_END(self);
}

/* One of its two tasks fails, so the body and the other are cancelled. */
static struct future *groups(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self,
             self->task = task_group_create_task(&self->group, napping()));
    task_free(self->task);
    CO_CHECK(self, self->task = task_group_create_task(
                       &self->group, COROUTINE(program_new(fails))));
    self->sleep = async_sleep(3);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_TRY_AWAIT(self, self->end);
    self->co.error = self->end.co.error;
    if (error_group(self->co.error) != NULL)
        self->co.error = NULL; /* it is due, whatever is in it */
    task_free(self->task);
    CO_END(self);
}

/* ---- generators ---- */

struct counter {
    struct coroutine co;
    void *result;
    struct async_yield out;
    struct async_sleep sleep;
};

static struct future *count(struct coroutine *co)
{
    struct counter *self = (struct counter *)co;

    CO_BEGIN(self);
    for (;;) {
        ASYNC_YIELD(self, self->out, "one more");
        self->sleep = async_sleep(1);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    self->sleep = async_sleep(0.001); /* its end takes a while, too */
    CO_TRY_AWAIT(self, self->sleep);
    CO_END(self);
}

static struct async_generator *counter_new(void)
{
    return ASYNC_GENERATOR((struct counter){.co = CO_INIT(count)});
}

/* One of them is let go, the other one is left to the loop. */
static struct future *counts(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->generators[0] = counter_new());
    self->step = async_generator_anext(self->generators[0]);
    CO_AWAIT(self, self->step);
    self->step = async_generator_anext(self->generators[0]);
    CO_AWAIT(self, self->step);
    CO_CHECK(self, self->generators[1] = counter_new());
    self->step = async_generator_anext(self->generators[1]);
    CO_AWAIT(self, self->step);
    async_generator_free(self->generators[0]);
    self->generators[0] = NULL;
    self->shutdown = loop_shutdown_asyncgens(async_get_running_loop());
    CO_AWAIT(self, self->shutdown);
    CO_FINALLY(self);
    async_generator_free(self->generators[0]);
    async_generator_free(self->generators[1]);
    CO_END(self);
}

/* Leaves a task and a generator, which async_run() has to end. */
static struct future *leaves(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(napping()));
    CO_CHECK(self, self->generators[0] = counter_new());
    self->step = async_generator_anext(self->generators[0]);
    CO_AWAIT(self, self->step);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    task_free(self->task);
    async_generator_free(self->generators[0]);
    CO_END(self);
}

/* ---- their lives ---- */

static const struct life lives[] = {
    {"gathers", gathers, false},
    {"waits", waits, false},
    {"takes_as_completed", takes_as_completed, false},
    {"shields", shields, false},
    {"waits_too_long", waits_too_long, false},
    {"has_a_deadline", has_a_deadline, false},
    {"groups", groups, false},
    {"counts", counts, false},
};

START_TEST(without_memory_a_program_ends_and_nothing_is_left)
{
    life = &lives[_i];
    live_all_lives(live);
}
END_TEST

static void live_at_once(void)
{
    must_be_well(async_run(COROUTINE(program_new(leaves)), NULL));
}

static void ignore_log(const char *text, void *data)
{
    (void)text, (void)data;
}

START_TEST(without_memory_a_loop_that_is_made_for_it_ends_too)
{
    static const struct life at_once = {"leaves", leaves, true};

    life = &at_once;
    async_set_log(ignore_log, NULL);
    live_all_lives(live_at_once);
}
END_TEST

int main(void)
{
    return run_lives("loop_memory",
                     without_memory_a_program_ends_and_nothing_is_left,
                     sizeof lives / sizeof lives[0],
                     without_memory_a_loop_that_is_made_for_it_ends_too);
}
