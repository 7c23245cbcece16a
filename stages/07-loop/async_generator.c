/*
 * async_generator.c - see async_generator.h: what is asked of a generator.
 *
 * A step goes into the generator's body and comes out again with a value: the
 * body then hands out `yielded`, which goes no further. Any other future that
 * the body hands out is one that it waits for: the step passes it on to the
 * task. From the task down to what is waited for, each frame knows the one
 * inside it by `awaits`, so a cancellation is raised in the body.
 *
 *     def asend(gen, value):              # Objects/genobject.c, in Python
 *         if gen.running: raise RuntimeError
 *         gen.running = True
 *         handed = gen.send(value)
 *         while not isinstance(handed, WrappedValue):
 *             handed = gen.send((yield handed))
 *         gen.running = False
 *         return handed.value
 */
#include "async_generator.h"

#include "loop_internal.h"

/* Lines of frames that have none of their own; see coroutine.h for others. */
enum { YIELDED = -2, ASKED = -3, INSIDE = -4 };

const struct error async_generator_ignored_exit =
    ERROR(&error_runtime, "async generator ignored GeneratorExit");

static struct coroutine *body_of(struct async_generator *generator)
{
    return (struct coroutine *)generator->frame;
}

static bool is_over(struct async_generator *generator)
{
    return body_of(generator)->line == CO_OVER;
}

/* ---- a yield ---- */

/* What is handed out with a value; of no loop, so that no task can wait. */
static struct future yielded;

/* Over when it was answered. */
static struct future *yield_resume(struct coroutine *co)
{
    if (co->line == CO_OVER)
        return NULL;
    co->line = YIELDED;
    return &yielded;
}

struct async_yield async_yield(void *value)
{
    return (struct async_yield){.co = CO_INIT(yield_resume), .value = value};
}

/* The one that a body stands at: the innermost that is awaited. */
static struct async_yield *yield_of(struct coroutine *body)
{
    while (body->awaits != NULL)
        body = body->awaits;
    return (struct async_yield *)body;
}

void async_generator_answer(struct async_generator *generator, void *sent,
                            const struct error *thrown)
{
    struct coroutine *body = body_of(generator);

    if (body->line != CO_NEW) {
        struct async_yield *yield = yield_of(body);
        yield->result = sent;
        yield->co.error = thrown;
        yield->co.line = CO_OVER;
    } else if (thrown != NULL) { /* it dies before its beginning */
        body->error = thrown;
        body->line = CO_OVER;
    }
}

/* ---- the loop's generators: those that have begun, and are not over ---- */

static bool begin(struct async_generator *generator)
{
    generator->loop = async_get_running_loop();
    if (generator->loop == NULL)
        return false;
    line_append(&generator->loop->generators, &generator->place);
    return true;
}

static void leave_loop(struct async_generator *generator)
{
    if (handle_is_in_line(&generator->place))
        line_remove(&generator->loop->generators, &generator->place);
}

/* ---- a step ---- */

/* It came out of the generator, or did not go in. */
static struct future *end(struct async_generator_step *self,
                          const struct error *error)
{
    struct async_generator *generator = self->generator;

    self->generator = NULL;
    self->co.error = error;
    self->co.line = CO_OVER;
    self->co.awaits = NULL;
    if (self->holds)
        async_generator_free(generator);
    return NULL;
}

/* What the end of the body is to who awaits the step; NULL: no error. */
static const struct error *ending(const struct async_generator_step *self,
                                  const struct error *error)
{
    static const struct error stopped =
        ERROR(&error_runtime, "async generator raised StopIteration");
    static const struct error stopped_async =
        ERROR(&error_runtime, "async generator raised StopAsyncIteration");

    if (error_is(error, &error_stop_iteration))
        return &stopped;
    if (error_is(error, &error_stop_async_iteration))
        return &stopped_async;
    if (self->what == GENERATOR_CLOSE)
        return error_is(error, &error_generator_exit) ? NULL : error;
    return error != NULL ? error : &error_stop_async_iteration;
}

/* Inside, until the body waits, has a value or is over. */
static struct future *go_on(struct async_generator_step *self)
{
    struct async_generator *generator = self->generator;
    struct coroutine *body = body_of(generator);
    struct future *handed = is_over(generator) ? NULL : body->resume(body);

    if (handed != NULL && handed != &yielded)
        return handed;
    generator->running = false;
    if (handed == NULL) {
        leave_loop(generator);
        return end(self, ending(self, body->error));
    }
    if (self->what == GENERATOR_CLOSE)
        return end(self, &async_generator_ignored_exit);
    self->result = yield_of(body)->value;
    return end(self, NULL);
}

static struct future *go_in(struct async_generator_step *self)
{
    struct async_generator *generator = self->generator;

    generator->running = true;
    if (!self->holds)
        generator->holds++;
    self->holds = true;
    self->co.line = INSIDE;
    self->co.awaits = body_of(generator);
    async_generator_answer(generator, self->sent, self->thrown);
    return go_on(self);
}

static struct future *go_in_to_send(struct async_generator_step *self)
{
    static const struct error running = ERROR(
        &error_runtime, "anext(): asynchronous generator is already running");
    static const struct error just_started =
        ERROR(&error_type, "can't send non-None value to a just-started async "
                           "generator");
    struct async_generator *generator = self->generator;

    if (generator->running)
        return end(self, &running);
    if (is_over(generator))
        return end(self, &error_stop_async_iteration);
    if (body_of(generator)->line != CO_NEW)
        return go_in(self);
    if (self->sent != NULL)
        return end(self, &just_started);
    return begin(generator) ? go_in(self) : end(self, error_last());
}

static struct future *go_in_to_throw(struct async_generator_step *self)
{
    static const struct error running[] = {
        [GENERATOR_THROW] =
            ERROR(&error_runtime,
                  "athrow(): asynchronous generator is already running"),
        [GENERATOR_CLOSE] =
            ERROR(&error_runtime,
                  "aclose(): asynchronous generator is already running")};
    struct async_generator *generator = self->generator;

    if (is_over(generator))
        return end(self, NULL);
    if (generator->running)
        return end(self, &running[self->what]);
    if (generator->closed)
        return end(self, &error_stop_async_iteration);
    generator->closed = self->what == GENERATOR_CLOSE;
    return go_in(self);
}

/* What is over is awaited once more. */
static struct future *end_again(struct async_generator_step *self)
{
    static const struct error reused_send = ERROR(
        &error_runtime, "cannot reuse already awaited __anext__()/asend()");
    static const struct error reused_throw =
        ERROR(&error_runtime, "cannot reuse already awaited aclose()/athrow()");

    return end(self,
               self->what == GENERATOR_SEND ? &reused_send : &reused_throw);
}

/*
 * The step is a task's, and an error was raised in it before it went in. As in
 * CPython the error is raised in the generator, unless the step is closed.
 */
static struct future *go_in_with_error(struct async_generator_step *self)
{
    struct async_generator *generator = self->generator;

    if (generator->running || is_over(generator) ||
        error_is(self->co.error, &error_generator_exit))
        return end(self, self->co.error);
    self->thrown = self->co.error;
    return go_in(self);
}

static struct future *step_resume(struct coroutine *co)
{
    struct async_generator_step *self = (struct async_generator_step *)co;

    if (co->line == INSIDE)
        return go_on(self);
    if (self->generator == NULL)
        return end_again(self);
    if (co->line == CO_OVER)
        return go_in_with_error(self);
    return self->what == GENERATOR_SEND ? go_in_to_send(self)
                                        : go_in_to_throw(self);
}

static struct async_generator_step step_new(struct async_generator *generator,
                                            enum async_generator_what what)
{
    struct async_generator_step step = {
        .co = CO_INIT(step_resume), .generator = generator, .what = what};

    step.co.line = ASKED; /* CO_NEW would die without coming here */
    return step;
}

struct async_generator_step
async_generator_anext(struct async_generator *generator)
{
    return step_new(generator, GENERATOR_SEND);
}

struct async_generator_step
async_generator_asend(struct async_generator *generator, void *value)
{
    struct async_generator_step step = step_new(generator, GENERATOR_SEND);

    step.sent = value;
    return step;
}

struct async_generator_step
async_generator_athrow(struct async_generator *generator,
                       const struct error *error)
{
    struct async_generator_step step = step_new(generator, GENERATOR_THROW);

    step.thrown = error;
    return step;
}

struct async_generator_step
async_generator_aclose(struct async_generator *generator)
{
    struct async_generator_step step = step_new(generator, GENERATOR_CLOSE);

    step.thrown = &error_generator_exit;
    return step;
}
