/*
 * async_generator.h - a generator that may wait between its values.
 *
 * The Python it mirrors: async generators and `async for` (PEP 525, 492). Its
 * body is a coroutine that awaits what it likes, and yields in between; each
 * value is awaited by whoever wants the next one.
 *
 *     CO_BEGIN(self);                          async def numbers(count):
 *     for (; self->n < self->count; self->n++) {   for n in range(count):
 *         ASYNC_YIELD(self, self->out,
 *                     number_value(self->n));          yield n
 *         self->pause = async_sleep(1);
 *         CO_AWAIT(self, self->pause);                 await sleep(1)
 *     }
 *
 *     CO_CHECK(self, self->numbers = ASYNC_GENERATOR(numbers_new(4)));
 *     for (;;) {
 *         CO_ANEXT(self, self->next,           async for n in numbers(4):
 *                  self->numbers);
 *         use(self->next.result);                  use(n)
 *     }
 *     CO_FINALLY(self);
 *     async_generator_free(self->numbers);
 *
 * Whoever made a generator lets it go, and need not know where it stands: one
 * left in the middle is closed by the loop, which may take its CO_FINALLY a
 * few passes. So it outlives the frame that it was made in, if it must.
 */
#ifndef STAGES_07_LOOP_ASYNC_GENERATOR_H
#define STAGES_07_LOOP_ASYNC_GENERATOR_H

#include "loop.h"

/*
 * Made by ASYNC_GENERATOR(), in memory of its own. A step that is inside holds
 * it, too; and the loop knows those that have begun and are not over.
 */
struct async_generator {
    struct handle place;  /* among the loop's, once it has begun */
    struct loop *loop;    /* then */
    struct handle finale; /* in line when the loop is to close it */
    unsigned holds;
    bool running;                       /* a step is inside, which may wait */
    bool closed;                        /* it was asked to end */
    bool let_go;                        /* by all who held it */
    _Alignas(max_align_t) char frame[]; /* of its body      ag_frame */
};

/* ---- inside a generator ---- */

/* A value on its way out; lives in the generator's frame. */
struct async_yield {
    struct coroutine co;
    void *result; /* what was sent in for it */
    void *value;
};

/* Awaited by the two below; outside of a generator it fails: error_runtime. */
struct async_yield async_yield(void *value);

/*
 * `yield v`: afterwards out.result is what was sent in, NULL by `async for`;
 * an error that was thrown in ends the generator by way of CO_FINALLY.
 */
#define ASYNC_YIELD(self, out, v) \
    do {                          \
        (out) = async_yield(v);   \
        CO_AWAIT(self, out);      \
    } while (0)

/* The same inside `try`: afterwards look at out.co.error. */
#define ASYNC_TRY_YIELD(self, out, v) \
    do {                              \
        (out) = async_yield(v);       \
        CO_TRY_AWAIT(self, out);      \
    } while (0)

/* ---- making and letting go ---- */

/*
 * A generator over a frame, made as an object of it is: see COROUTINE(). It is
 * yours until async_generator_free(). Returns NULL with error_last():
 * error_memory.
 */
#define ASYNC_GENERATOR(frame)                                  \
    async_generator_new(&((__typeof__(frame)[1]){frame})[0].co, \
                        FRAME_SIZE(frame))
struct async_generator *async_generator_new(const struct coroutine *frame,
                                            size_t size);

/*
 * Lets it go, in its loop's thread; NULL is fine. It is freed when it is over
 * or has not begun, and nobody waits for its next value. One left in the
 * middle is closed first: in the next pass the loop makes a task of
 * async_generator_aclose(); if that fails the exception handler is told. What
 * is left when the loop closes gets error_generator_exit, and may not wait.
 */
void async_generator_free(struct async_generator *generator);

/* ---- asking it ---- */

/*
 * One thing asked of a generator; lives in the frame of who awaits it, once.
 * What the result points to may be part of the generator's frame: it is there
 * as long as the generator is.
 */
struct async_generator_step {
    struct coroutine co;
    void *result;                      /* what it yielded */
    struct async_generator *generator; /* NULL: it is over */
    enum async_generator_what {
        GENERATOR_SEND,
        GENERATOR_THROW,
        GENERATOR_CLOSE
    } what;
    void *sent;
    const struct error *thrown;
    bool holds; /* the generator, while it is inside */
};

/*
 * Goes on to the next yield: anext(generator), generator.asend(value). Fails
 * with error_stop_async_iteration when the generator is over; with what came
 * out of it; error_runtime: another step is inside it, no loop is running, or
 * a stop iteration came out of it; error_type: it has not begun, and `value`
 * is not NULL. The first step ties it to the loop that is running.
 */
struct async_generator_step
async_generator_anext(struct async_generator *generator);
struct async_generator_step
async_generator_asend(struct async_generator *generator, void *value);

/*
 * Goes on by raising `error` where it stands: generator.athrow(error). One
 * that has not begun fails with it, without running. One that is over is left
 * alone: the result is NULL. Fails as asend does.
 */
struct async_generator_step
async_generator_athrow(struct async_generator *generator,
                       const struct error *error);

/*
 * Lets it end, CO_FINALLY included, which may wait: generator.aclose(). It has
 * error_generator_exit raised where it stands. Fails if another error comes
 * out; error_runtime: it went on yielding, or another step is inside it;
 * error_stop_async_iteration: it had gone on yielding before.
 */
struct async_generator_step
async_generator_aclose(struct async_generator *generator);

/*
 * `async for` is a loop that begins with this: it awaits the next value, which
 * is then next.result; at the end it breaks out of the loop that it stands in,
 * and any other error fails self. `next` is a struct async_generator_step.
 */
#define CO_ANEXT(self, next, generator)                             \
    {                                                               \
        (next) = async_generator_anext(generator);                  \
        CO_TRY_AWAIT(self, next);                                   \
        if (error_is((next).co.error, &error_stop_async_iteration)) \
            break;                                                  \
        if ((next).co.error != NULL)                                \
            CO_RAISE(self, (next).co.error);                        \
    }

/* ---- all of a loop ---- */

/* Lives in the frame of who awaits it. */
struct loop_shutdown_asyncgens {
    struct coroutine co;
    void *result;
    struct loop *loop;
    struct async_generator **closing; /* held */
    size_t count;
    struct future *all;
};

/*
 * Closes the generators that have begun and are not over, all at once, and
 * waits for it: loop.shutdown_asyncgens(). async_run() does it at the end.
 * What goes wrong is told to the exception handler. Those that were let go are
 * being closed already. Fails with error_memory; error_cancelled.
 */
struct loop_shutdown_asyncgens loop_shutdown_asyncgens(struct loop *loop);

#endif
