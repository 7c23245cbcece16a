/*
 * 110-async-generator-life - stage 07: the life of an async generator: what is
 * sent, thrown and refused, and how it ends.
 */
#include "loop_support.h"
#include "stages/07-loop/async_generator.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def letters(label, wait=0):
 *         say(label, "begins")
 *         try:
 *             for letter in "xyz":
 *                 for _ in range(wait):
 *                     await asyncio.sleep(0)
 *                 try:
 *                     word = yield letter
 *                     if word:
 *                         say(label, "was sent", word)
 *                 except KeyError:
 *                     say(label, "shrugs off an error")
 *                     yield "shrug"
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             raise
 *         finally:
 *             say(label, "tidies")
 *             await asyncio.sleep(0)
 *             say(label, "has tidied")
 */
struct letters {
    struct coroutine co;
    void *result;
    const char *label;
    int wait, i;
    struct naps naps;
    struct async_yield out;
    struct async_sleep sleep;
};

static struct future *letters(struct coroutine *co)
{
    static char *const xyz[] = {"x", "y", "z"};
    struct letters *self = (struct letters *)co;

    CO_BEGIN(self);
    say("%s begins", self->label);
    for (; self->i < 3; self->i++) {
        self->naps = naps(self->wait);
        CO_AWAIT(self, self->naps);
        ASYNC_TRY_YIELD(self, self->out, xyz[self->i]);
        if (error_is(self->out.co.error, &error_key)) {
            say("%s shrugs off an error", self->label);
            ASYNC_YIELD(self, self->out, "shrug");
        } else if (self->out.co.error != NULL) {
            CO_RAISE(self, self->out.co.error);
        } else if (self->out.result != NULL) {
            say("%s was sent %s", self->label, (char *)self->out.result);
        }
    }
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled", self->label);
    say("%s tidies", self->label);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    say("%s has tidied", self->label);
    CO_END(self);
}

static struct async_generator *letters_new(const char *label, int wait)
{
    return ASYNC_GENERATOR(((struct letters){
        .co = CO_INIT(letters), .label = label, .wait = wait}));
}

/*
 *     async def breaks():
 *         yield 1
 *         raise ValueError("body broke")
 */
struct yields {
    struct coroutine co;
    void *result;
    struct async_yield out;
};

static struct future *breaks(struct coroutine *co)
{
    static const struct error broke = ERROR(&error_value, "body broke");
    struct yields *self = (struct yields *)co;

    CO_BEGIN(self);
    ASYNC_YIELD(self, self->out, "1");
    CO_RAISE(self, &broke);
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     async def stubborn():
 *         try:
 *             yield 1
 *         except GeneratorExit:
 *             say("yields instead of closing")
 *             yield 2
 */
static struct future *stubborn(struct coroutine *co)
{
    struct yields *self = (struct yields *)co;

    CO_BEGIN(self);
    ASYNC_TRY_YIELD(self, self->out, "1");
    if (error_is(self->out.co.error, &error_generator_exit)) {
        say("yields instead of closing");
        ASYNC_YIELD(self, self->out, "2");
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct async_generator *yields_new(coroutine_resume *body)
{
    return ASYNC_GENERATOR(((struct yields){.co = CO_INIT(body)}));
}

/*
 *     async def step(coro):
 *         try:
 *             say("gave", await coro)
 *         except StopAsyncIteration:
 *             say("the end")
 *         except (RuntimeError, TypeError):
 *             say("refused")
 *         except (ValueError, KeyError):
 *             say("error")
 *         except asyncio.CancelledError:
 *             say("stepper cancelled")
 *             raise
 */
struct step {
    struct coroutine co;
    void *result;
    struct async_generator_step asked;
};

static struct future *step(struct coroutine *co)
{
    struct step *self = (struct step *)co;
    const struct error *error;

    CO_BEGIN(self);
    CO_TRY_AWAIT(self, self->asked);
    error = self->asked.co.error;
    if (error == NULL)
        say("gave %s", (char *)self->asked.result);
    else if (error_is(error, &error_stop_async_iteration))
        say("the end");
    else if (error_is(error, &error_runtime) || error_is(error, &error_type))
        say("refused");
    else if (error_is(error, &error_value) || error_is(error, &error_key))
        say("error");
    else if (error_is(error, &error_cancelled)) {
        say("stepper cancelled");
        CO_RAISE(self, error);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct step step_new(struct async_generator_step asked)
{
    return (struct step){.co = CO_INIT(step), .asked = asked};
}

/* step(anext(source)), step(source.asend(word)), step(source.athrow(error)) */
static struct step step_anext(struct async_generator *source)
{
    return step_new(async_generator_anext(source));
}

static struct step step_asend(struct async_generator *source, void *word)
{
    return step_new(async_generator_asend(source, word));
}

static struct step step_athrow(struct async_generator *source,
                               const struct error *kind)
{
    return step_new(async_generator_athrow(source, kind));
}

static struct step step_aclose(struct async_generator *source)
{
    return step_new(async_generator_aclose(source));
}

/*
 *     async for letter in source:
 *         raise ValueError("consumer broke at " + letter)
 */
struct consumer {
    struct coroutine co;
    void *result;
    struct async_generator *source;
    struct async_generator_step next;
};

static struct future *consumer(struct coroutine *co)
{
    struct consumer *self = (struct consumer *)co;

    CO_BEGIN(self);
    for (;;) {
        CO_ANEXT(self, self->next, self->source);
        CO_RAISE(self, error_new(&error_value, "consumer broke at %s",
                                 (char *)self->next.result));
    }
    CO_FINALLY(self);
    CO_END(self);
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct async_generator *source;
    struct step step;
    struct async_generator_step asked;
    struct consumer consumer;
    struct team team;
    struct naps naps;
    struct wait_team wait;
};

static void free_all(struct part *self)
{
    team_free(&self->team);
    async_generator_free(self->source);
}

static struct future *closing(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("closed", 0));
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->asked = async_generator_aclose(self->source);
    CO_AWAIT(self, self->asked);
    say("aclose is over");
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->asked = async_generator_aclose(self->source);
    CO_AWAIT(self, self->asked);
    say("aclose of a closed one");
    async_generator_free(self->source);
    CO_CHECK(self, self->source = letters_new("unstarted, must not appear", 0));
    self->asked = async_generator_aclose(self->source);
    CO_AWAIT(self, self->asked);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *throwing(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("thrown", 0));
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->step = step_athrow(self->source, &error_key);
    CO_AWAIT(self, self->step);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->step = step_athrow(self->source, &error_value);
    CO_AWAIT(self, self->step);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    async_generator_free(self->source);
    CO_CHECK(self, self->source = letters_new("unstarted, must not appear", 0));
    self->step = step_athrow(self->source, &error_value);
    CO_AWAIT(self, self->step);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *sending(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("sent", 0));
    self->step = step_asend(self->source, "too early");
    CO_AWAIT(self, self->step);
    self->step = step_asend(self->source, NULL);
    CO_AWAIT(self, self->step);
    self->step = step_asend(self->source, "hello");
    CO_AWAIT(self, self->step);
    for (;;) {
        CO_ANEXT(self, self->asked, self->source);
        say("for got %s", (char *)self->asked.result);
    }
    self->step = step_asend(self->source, "too late");
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

/*
 *     try:
 *         async for n in source:
 *             say("got", n)
 *     except ValueError as err:
 *         say("error", err)
 */
static struct future *broken(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = yields_new(breaks));
    for (;;) {
        self->asked = async_generator_anext(self->source);
        CO_TRY_AWAIT(self, self->asked);
        if (self->asked.co.error != NULL)
            break;
        say("got %s", (char *)self->asked.result);
    }
    if (error_is(self->asked.co.error, &error_value))
        say("error %s", error_message(self->asked.co.error));
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *consumer_fails(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("kept", 0));
    self->consumer =
        (struct consumer){.co = CO_INIT(consumer), .source = self->source};
    CO_TRY_AWAIT(self, self->consumer);
    if (error_is(self->consumer.co.error, &error_value))
        say("error %s - the generator is not told",
            error_message(self->consumer.co.error));
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->asked = async_generator_aclose(self->source);
    CO_AWAIT(self, self->asked);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *two_at_once(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("slow", 3));
    for (int i = 0; i < 2; i++)
        CO_CHECK(self,
                 team_add(&self->team, COROUTINE(step_anext(self->source))));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    team_free(&self->team);
    CO_CHECK(self, team_add(&self->team, COROUTINE(step_anext(self->source))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    self->step = step_aclose(self->source);
    CO_AWAIT(self, self->step);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    self->asked = async_generator_aclose(self->source);
    CO_AWAIT(self, self->asked);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *cancelled_inside(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("slow", 3));
    CO_CHECK(self, team_add(&self->team, COROUTINE(step_anext(self->source))));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel: %s", truth(team_cancel(&self->team, 0)));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *refuses_to_close(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = yields_new(stubborn));
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->step = step_aclose(self->source);
    CO_AWAIT(self, self->step);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *left_early(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = letters_new("left", 1));
    for (;;) {
        CO_ANEXT(self, self->asked, self->source);
        say("for got %s", (char *)self->asked.result);
        if (strcmp(self->asked.result, "y") == 0)
            break;
    }
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
    self->step = step_anext(self->source);
    CO_AWAIT(self, self->step);
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
        closing,          throwing,         sending,
        broken,           consumer_fails,   two_at_once,
        cancelled_inside, refuses_to_close, left_early};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 9; self->i++) {
        printf("--\n");
        mark_pass();
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
