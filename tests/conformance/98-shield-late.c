/*
 * 98-shield-late - stage 07: shield when the outer is cancelled and the inner
 * ends later.
 */
#include "loop_support.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>

/* The message of the only error it is told of has these five words. */
static void on_error(struct loop *loop, const struct error_context *context,
                     void *data)
{
    (void)loop, (void)data;
    printf("handler: %s / %s\n", context->message,
           error_message(context->error));
}

/*
 *     async def job(label, yields, fail=False):
 *         try:
 *             for _ in range(yields):
 *                 await asyncio.sleep(0)
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             raise
 *         say(label, "ends")
 *         if fail:
 *             raise ValueError(label + " broke")
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    int yields;
    bool fail;
    struct naps naps;
};

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->naps = naps(self->yields);
    CO_AWAIT(self, self->naps);
    say("%s ends", self->label);
    if (self->fail)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    self->result = self->label;
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled", self->label);
    CO_END(self);
}

static struct job job_new(char *label, int yields, bool fail)
{
    return (struct job){
        .co = CO_INIT(job), .label = label, .yields = yields, .fail = fail};
}

/*
 *     async def wait_shielded(inner):
 *         try:
 *             value = await asyncio.shield(inner)
 *             say("waiter got", value)
 *         except asyncio.CancelledError as err:
 *             say("waiter told", told(err))
 *             raise
 */
struct wait_shielded {
    struct coroutine co;
    void *result;
    struct future *inner, *shield;
};

static struct future *wait_shielded(struct coroutine *co)
{
    struct wait_shielded *self = (struct wait_shielded *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->shield = async_shield(&self->inner->co));
    CO_AWAIT(self, *self->shield);
    say("waiter got %s", (char *)self->shield->result);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("waiter told %s", told());
    future_free(self->shield);
    CO_END(self);
}

static struct wait_shielded wait_shielded_new(struct future *inner)
{
    return (struct wait_shielded){.co = CO_INIT(wait_shielded), .inner = inner};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    bool fail;         /* of outer_cancelled() */
    const char *value; /* of same_pass() */
    struct loop *loop;
    struct future *inner; /* a task, or a future: a box */
    struct future *shield, *gone;
    struct task *waiter;
    struct future *both[2];
    bool answer;
    struct naps naps;
    struct wait_task wait;
    struct async_wait wait_both;
};

static void free_all(struct part *self)
{
    task_free(self->waiter);
    future_free(self->gone);
    future_free(self->shield);
    future_free(self->inner);
}

static bool start_inner(struct part *self, int yields, bool fail)
{
    self->inner =
        async_ensure_future(COROUTINE(job_new("inner", yields, fail)), NULL);
    return self->inner != NULL;
}

static bool make_box(struct part *self)
{
    self->inner = loop_create_future(self->loop);
    return self->inner != NULL;
}

static bool start_waiter(struct part *self)
{
    self->waiter = async_create_task(COROUTINE(wait_shielded_new(self->inner)));
    return self->waiter != NULL;
}

static struct future *outer_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_inner(self, 6, self->fail));
    CO_CHECK(self, start_waiter(self));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel waiter: %s", truth(task_cancel(self->waiter, "leave")));
    self->wait = wait_task(self->waiter);
    CO_AWAIT(self, self->wait);
    say("inner done: %s cancelling: %u", truth(future_done(self->inner)),
        task_cancelling(future_task(self->inner)));
    CO_TRY_AWAIT(self, *self->inner);
    if (self->inner->co.error == NULL)
        say("main got %s", (char *)self->inner->result);
    else if (error_is(self->inner->co.error, &error_value))
        say("main got error %s", error_message(self->inner->co.error));
    future_free(self->inner);
    self->inner = NULL;
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *nobody_asks(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_inner(self, 6, true));
    CO_CHECK(self, start_waiter(self));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    task_cancel(self->waiter, "leave");
    self->both[0] = &self->waiter->future;
    self->both[1] = self->inner;
    self->wait_both =
        async_wait(self->both, 2, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait_both);
    say("inner is done, cancelled: %s", truth(future_cancelled(self->inner)));
    say("inner is dropped");
    future_free(self->inner);
    task_free(self->waiter);
    self->inner = NULL;
    self->waiter = NULL;
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    printf("handler was told\n");
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

static bool settle(struct future *box, const char *value)
{
    static const struct error broke = ERROR(&error_value, "broke");

    return value != NULL ? future_set_result(box, (void *)(uintptr_t)value)
                         : future_set_error(box, &broke);
}

static struct future *same_pass(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_box(self));
    CO_CHECK(self, start_waiter(self));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, settle(self->inner, self->value));
    say("cancel waiter: %s", truth(task_cancel(self->waiter, "leave")));
    self->wait = wait_task(self->waiter);
    CO_AWAIT(self, self->wait);
    say("box error: %s waiter cancelled: %s", error_of(self->inner),
        truth(is_cancelled(self->waiter)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *one_pass_later(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_box(self));
    CO_CHECK(self, start_waiter(self));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, settle(self->inner, "value"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel waiter: %s", truth(task_cancel(self->waiter, "leave")));
    self->wait = wait_task(self->waiter);
    CO_AWAIT(self, self->wait);
    say("waiter cancelled: %s", truth(is_cancelled(self->waiter)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_shield_done(struct future *shield, void *data)
{
    (void)data;
    say("shield done, cancelled: %s", truth(future_cancelled(shield)));
}

static struct future *inner_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, start_inner(self, 5, false));
    CO_CHECK(self, self->shield = async_shield(&self->inner->co));
    CO_CHECK(self,
             future_add_done_callback(self->shield, say_shield_done, NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel inner: %s", truth(future_cancel(self->inner, "why")));
    CO_TRY_AWAIT(self, *self->shield);
    if (error_is(self->shield->co.error, &error_cancelled))
        say("shield told %s", told());
    self->wait = wait_task(future_task(self->inner));
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/* asyncio.shield(future) is future */
static bool is_same(struct future *future)
{
    struct future *shield = async_shield(&future->co);

    must_do(shield != NULL);
    future_free(shield);
    return shield == future;
}

static struct future *done_already(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_box(self));
    CO_CHECK(self, future_set_result(self->inner, "old value"));
    say("shield of done is the same: %s", truth(is_same(self->inner)));
    CO_CHECK(self, self->shield = async_shield(&self->inner->co));
    CO_AWAIT(self, *self->shield);
    say("value: %s", (char *)self->shield->result);
    CO_CHECK(self, self->gone = loop_create_future(self->loop));
    future_cancel(self->gone, NULL);
    say("shield of cancelled is the same: %s", truth(is_same(self->gone)));
    future_free(self->inner);
    future_free(self->shield);
    self->shield = NULL;
    CO_CHECK(self, make_box(self));
    CO_CHECK(self, self->shield = async_shield(&self->inner->co));
    say("shield of pending is the same: %s",
        truth(self->shield == self->inner));
    self->answer = future_cancel(self->shield, NULL);
    say("cancel it: %s pending stays: %s", truth(self->answer),
        truth(future_done(self->inner)));
    future_cancel(self->inner, NULL);
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
    static const struct part parts[] = {
        {.co = {.resume = outer_cancelled}, .fail = false},
        {.co = {.resume = outer_cancelled}, .fail = true},
        {.co = {.resume = nobody_asks}},
        {.co = {.resume = same_pass}, .value = "value"},
        {.co = {.resume = same_pass}, .value = NULL},
        {.co = {.resume = one_pass_later}},
        {.co = {.resume = inner_cancelled}},
        {.co = {.resume = done_already}},
    };
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    loop_set_exception_handler(loop, on_error, NULL);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 8; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = parts[self->i];
        self->part.loop = loop;
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
