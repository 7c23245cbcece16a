/*
 * async_generator_end.c - see async_generator.h: how generators are made, let
 * go, and closed all together.
 *
 *     def _asyncgen_finalizer_hook(self, agen):
 *         self.call_soon(self.create_task, agen.aclose())
 *
 *     async def shutdown_asyncgens(self):
 *         closing_agens = list(self._asyncgens)
 *         results = await gather(*[ag.aclose() for ag in closing_agens],
 *                                return_exceptions=True)
 */
#include "async_generator.h"
#include "gather.h"

#include "loop_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct coroutine *body_of(struct async_generator *generator)
{
    return (struct coroutine *)generator->frame;
}

/* ---- making and letting go ---- */

struct async_generator *async_generator_new(const struct coroutine *frame,
                                            size_t size)
{
    struct async_generator *generator = calloc(1, sizeof *generator + size);

    if (generator == NULL)
        return error_raise_null(&error_memory);
    memcpy(generator->frame, frame, size);
    generator->place.data = generator;
    generator->holds = 1;
    return generator;
}

/* COROUTINE(async_generator_aclose()) that holds the generator, too. */
static struct coroutine *closing_object(struct async_generator *generator)
{
    struct async_generator_step aclose = async_generator_aclose(generator);

    aclose.holds = true;
    struct coroutine *object = COROUTINE(aclose);
    if (object != NULL)
        generator->holds++;
    return object;
}

/* The finale: loop.create_task(generator.aclose()) */
static void close_in_task(void *data)
{
    struct async_generator *generator = data;
    struct coroutine *object = closing_object(generator);
    struct task *task = loop_create_task(generator->loop, object);

    generator->finale.callback = NULL;
    if (task == NULL)
        generator->closed = true; /* no memory for it: when the loop closes */
    task_free(task);
    async_generator_free(generator);
}

/*
 * One that is not over is left to the loop: now, to a task; and if it went on
 * though it was asked to end, or the loop is closing, to generators_abandon().
 */
void async_generator_free(struct async_generator *generator)
{
    if (generator == NULL || --generator->holds > 0)
        return;
    if (!handle_is_in_line(&generator->place)) {
        free(generator);
        return;
    }
    generator->let_go = true;
    if (generator->closed || generator->loop->closed)
        return;
    generator->holds = 1; /* the finale's */
    generator->finale =
        (struct handle){.callback = close_in_task, .data = generator};
    loop_put_in_line(generator->loop, &generator->finale);
}

/* ---- when the loop closes ---- */

/* No task will go on with it. One that waits, without a step, is stuck. */
static void end_now(struct async_generator *generator)
{
    struct coroutine *body = body_of(generator);
    bool stuck = generator->running;

    generator->running = true;
    if (!stuck)
        async_generator_answer(generator, NULL, &error_generator_exit);
    if (stuck || body->resume(body) != NULL)
        async_log("%s: %s", body->function,
                  error_message(&async_generator_ignored_exit));
    body->line = CO_OVER;
    generator->running = false;
}

static void abandon(struct loop *loop, struct async_generator *generator)
{
    if (!generator->running)
        generator->holds++; /* as long as it runs, as a step has it */
    end_now(generator);
    line_remove(&loop->generators, &generator->place);
    if (generator->finale.callback != NULL) /* it was dropped with the line */
        async_generator_free(generator);
    async_generator_free(generator);
}

void generators_abandon(struct loop *loop)
{
    while (loop->generators != NULL)
        abandon(loop, loop->generators->data);
}

/* ---- all of a loop ---- */

/* Holds one more; without an array only counts it. */
static void take(struct loop_shutdown_asyncgens *self,
                 struct async_generator *generator)
{
    if (generator->let_go)
        return;
    if (self->closing != NULL) {
        self->closing[self->count] = generator;
        generator->holds++;
    }
    self->count++;
}

static void take_all(struct loop_shutdown_asyncgens *self)
{
    struct handle *first = self->loop->generators, *place = first;

    self->count = 0;
    if (first == NULL)
        return;
    do
        take(self, place->data);
    while ((place = place->next) != first);
}

static bool hold_all(struct loop_shutdown_asyncgens *self)
{
    take_all(self);
    if (self->count == 0)
        return true;
    self->closing = calloc(self->count, sizeof(struct async_generator *));
    if (self->closing == NULL) {
        self->count = 0;
        return error_raise(&error_memory);
    }
    take_all(self);
    return true;
}

static struct future *close_all(struct loop_shutdown_asyncgens *self)
{
    struct coroutine **objects = calloc(self->count, sizeof *objects);

    if (objects == NULL)
        return error_raise_null(&error_memory);
    for (size_t i = 0; i < self->count; i++)
        objects[i] = closing_object(self->closing[i]);
    struct future *all = async_gather_exceptions(objects, self->count);
    free(objects);
    return all;
}

static void report(struct loop *loop, struct async_generator *generator,
                   const struct error *error)
{
    char message[128];

    snprintf(message, sizeof message,
             "an error occurred during closing of asynchronous generator %s",
             body_of(generator)->function);
    loop_call_exception_handler(
        loop, &(struct error_context){.message = message, .error = error});
}

static void report_failed(struct loop_shutdown_asyncgens *self)
{
    const struct gather_outcome *outcomes = self->all->result;

    for (size_t i = 0; i < self->count; i++)
        if (error_is(outcomes[i].error, &error_exception))
            report(self->loop, self->closing[i], outcomes[i].error);
}

static void let_all_go(struct loop_shutdown_asyncgens *self)
{
    for (size_t i = 0; i < self->count; i++)
        async_generator_free(self->closing[i]);
    free(self->closing);
    future_free(self->all);
}

static struct future *shut_down(struct coroutine *co)
{
    struct loop_shutdown_asyncgens *self = (struct loop_shutdown_asyncgens *)co;

    CO_BEGIN(self);
    CO_CHECK(self, hold_all(self));
    if (self->count == 0)
        CO_RETURN(self);
    CO_CHECK(self, self->all = close_all(self));
    CO_AWAIT(self, *self->all);
    report_failed(self);
    CO_FINALLY(self);
    let_all_go(self);
    CO_END(self);
}

struct loop_shutdown_asyncgens loop_shutdown_asyncgens(struct loop *loop)
{
    return (struct loop_shutdown_asyncgens){.co = CO_INIT(shut_down),
                                            .loop = loop};
}
