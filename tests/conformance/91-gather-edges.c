/*
 * 91-gather-edges - stage 07: gather of odd things: the same future twice,
 * finished ones, nested gathers, nothing, two errors in one pass.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

/*
 *     async def child(label, fail=False):
 *         say(label, "begins")
 *         await asyncio.sleep(0)
 *         if fail:
 *             raise ValueError(label + " broke")
 *         return label
 */
struct child {
    struct coroutine co;
    void *result;
    char *label;
    bool fail;
    struct async_sleep sleep;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;

    CO_BEGIN(self);
    say("%s begins", self->label);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    if (self->fail)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct child child_new(char *label, bool fail)
{
    return (struct child){.co = CO_INIT(child), .label = label, .fail = fail};
}

static struct future *spawn(char *label, bool fail)
{
    return async_ensure_future(COROUTINE(child_new(label, fail)), NULL);
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    struct future *one, *two; /* given to the gather */
    struct future *inner, *outer;
    bool answer;
    struct naps naps;
};

static void free_all(struct part *self)
{
    future_free(self->outer);
    future_free(self->inner);
    future_free(self->two);
    future_free(self->one);
    self->outer = self->inner = self->two = self->one = NULL;
}

/* A future that has a value, or an error. */
static struct future *settled(const struct part *self, char *value)
{
    struct future *box = loop_create_future(self->loop);

    must_do(box != NULL && future_set_result(box, value));
    return box;
}

static struct future *failed(const struct part *self, const char *message)
{
    struct future *box = loop_create_future(self->loop);

    must_do(box != NULL &&
            future_set_error(box, error_new(&error_value, "%s", message)));
    return box;
}

/* " t box": what the gather gave */
static const char *values(struct future *gather)
{
    static char line[LINE_SIZE];
    const struct gather_outcome *outcomes = gather->result;

    line[0] = '\0';
    for (size_t i = 0; i < async_gather_count(gather); i++)
        add_words(line, "%s",
                  outcomes[i].error != NULL ? error_message(outcomes[i].error)
                                            : (char *)outcomes[i].result);
    return line;
}

/* await asyncio.gather(task, box, task, box, child("u"), task) */
static bool gather_twice(struct part *self)
{
    struct coroutine *task = &self->one->co, *box = &self->two->co;

    self->outer = async_gather(
        (struct coroutine *[]){task, box, task, box,
                               COROUTINE(child_new("u", false)), task},
        6);
    return self->outer != NULL;
}

/* nested = asyncio.gather(asyncio.gather(child("in")), child("out")) */
static bool gather_nested(struct part *self)
{
    self->inner = async_gather(
        (struct coroutine *[]){COROUTINE(child_new("in", false))}, 1);
    if (self->inner != NULL)
        self->outer = async_gather(
            (struct coroutine *[]){&self->inner->co,
                                   COROUTINE(child_new("out", false))},
            2);
    return self->outer != NULL;
}

/*     (inside,), outside = await nested
 *     say("got", inside, outside) */
static void say_nested(const struct future *nested)
{
    const struct gather_outcome *outcomes = nested->result;
    const struct gather_outcome *inside = outcomes[0].result;

    say("got %s %s", (char *)inside[0].result, (char *)outcomes[1].result);
}

static struct future *twice(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->one = spawn("t", false));
    self->two = settled(self, "box");
    CO_CHECK(self, gather_twice(self));
    CO_AWAIT(self, *self->outer);
    say("got%s", values(self->outer));
    free_all(self);
    mark_pass();
    CO_CHECK(self, gather_nested(self));
    CO_AWAIT(self, *self->outer);
    say_nested(self->outer);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/* self->outer = asyncio.gather(self->one, self->two) */
static bool gather_both(struct part *self)
{
    self->outer =
        async_gather((struct coroutine *[]){&self->one->co, &self->two->co}, 2);
    return self->outer != NULL;
}

static struct future *finished(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->one = settled(self, "1");
    self->two = settled(self, "2");
    CO_CHECK(self, gather_both(self));
    CO_AWAIT(self, *self->outer);
    say("finished ones give%s", values(self->outer));
    free_all(self);
    mark_pass();
    self->one = failed(self, "old");
    CO_CHECK(self, self->two = spawn("late", false));
    CO_CHECK(self, gather_both(self));
    CO_TRY_AWAIT(self, *self->outer);
    if (error_is(self->outer->co.error, &error_value))
        say("finished error: %s - late done: %s",
            error_message(self->outer->co.error),
            truth(future_done(self->two)));
    CO_AWAIT(self, *self->two);
    free_all(self);
    mark_pass();
    CO_CHECK(self, self->outer = async_gather(NULL, 0));
    CO_AWAIT(self, *self->outer);
    say("nothing gives %zu values", async_gather_count(self->outer));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/* gather(child("x", True), *tasks, child("y"), return_exceptions=True) */
static bool gather_as_values(struct part *self)
{
    self->outer = async_gather_exceptions(
        (struct coroutine *[]){COROUTINE(child_new("x", true)), &self->one->co,
                               &self->two->co,
                               COROUTINE(child_new("y", false))},
        4);
    return self->outer != NULL;
}

static struct future *two_errors(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->one = spawn("one", true));
    CO_CHECK(self, self->two = spawn("two", true));
    CO_CHECK(self,
             self->outer = async_gather(
                 (struct coroutine *[]){&self->two->co, &self->one->co}, 2));
    CO_TRY_AWAIT(self, *self->outer);
    if (error_is(self->outer->co.error, &error_value))
        say("surfaced: %s", error_message(self->outer->co.error));
    future_free(self->outer);
    mark_pass();
    CO_CHECK(self, gather_as_values(self));
    CO_AWAIT(self, *self->outer);
    say("as values:%s", values(self->outer));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_cancelled(const struct future *gather)
{
    if (error_is(gather->co.error, &error_cancelled))
        say("cancelled, told %s", told());
}

static struct future *innermost(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->one = loop_create_future(self->loop));
    CO_CHECK(self, self->two = async_ensure_future(
                       COROUTINE(async_wait_for(&self->one->co, ASYNC_FOREVER)),
                       NULL));
    CO_CHECK(self, self->inner =
                       async_gather((struct coroutine *[]){&self->two->co}, 1));
    CO_CHECK(self, self->outer = async_gather_exceptions(
                       (struct coroutine *[]){&self->inner->co}, 1));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    self->answer = future_cancel(self->outer, "deep");
    say("cancel: %s gate cancelled: %s", truth(self->answer),
        truth(future_cancelled(self->one)));
    CO_TRY_AWAIT(self, *self->outer);
    say_cancelled(self->outer);
    say("outer cancelled: %s task: %s", truth(future_cancelled(self->outer)),
        truth(future_cancelled(self->two)));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_as_value(const struct gather_outcome outcomes[2])
{
    say("as a value: %s %s", (char *)outcomes[0].result,
        truth(error_is(outcomes[1].error, &error_cancelled)));
}

static struct future *cancelled_one(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->one = settled(self, "1");
    CO_CHECK(self, self->two = loop_create_future(self->loop));
    future_cancel(self->two, "old");
    CO_CHECK(self, gather_both(self));
    CO_TRY_AWAIT(self, *self->outer);
    say_cancelled(self->outer);
    say("outer cancelled: %s", truth(future_cancelled(self->outer)));
    mark_pass();
    CO_CHECK(self,
             self->inner = async_gather_exceptions(
                 (struct coroutine *[]){&self->one->co, &self->two->co}, 2));
    CO_AWAIT(self, *self->inner);
    say_as_value(self->inner->result);
    free_all(self);
    self->one = settled(self, "1");
    self->two = settled(self, "2");
    CO_CHECK(self, gather_both(self));
    self->answer = future_cancel(self->outer, NULL);
    CO_AWAIT(self, *self->outer);
    say("cancel a gather of finished ones: %s%s", truth(self->answer),
        values(self->outer));
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
    static coroutine_resume *const parts[] = {twice, finished, two_errors,
                                              innermost, cancelled_one};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i]), .loop = loop};
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
