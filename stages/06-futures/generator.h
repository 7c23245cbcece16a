/*
 * generator.h - a coroutine driven by hand: next, send, throw, close.
 *
 * The Python it mirrors: a generator object (PEP 342). What a generator yields
 * is a future with a value on it; to send is to settle that future, to throw
 * is to fail it, and both then resume the outermost frame. The future travels
 * up through every frame that delegates, so the driver reaches the innermost
 * one directly (PEP 380).
 *
 *     struct counter {                          def counter():
 *         struct coroutine co;
 *         struct yield out;
 *     };
 *         GENERATOR_YIELD(self, self->out, number_value(1));    yield 1
 */
#ifndef STAGES_06_FUTURES_GENERATOR_H
#define STAGES_06_FUTURES_GENERATOR_H

#include "future.h"

#include <stdint.h>

/* A value on its way out, and the answer that comes in for it. */
struct yield {
    struct coroutine co; /* of `answer`, see yield_new() */
    struct future answer;
    void *value;
};

/* A number in the place of a pointer, and back. */
static inline void *number_value(intptr_t number)
{
    return (void *)number;
}

static inline intptr_t value_number(const void *value)
{
    return (intptr_t)value;
}

struct future *yield_resume(struct coroutine *co);

static inline struct yield yield_new(void *value)
{
    return (struct yield){
        .co = CO_INIT(yield_resume), .answer = future_new(), .value = value};
}

/*
 * `yield v`: afterwards out.answer.result is what was sent; an error that was
 * thrown ends the generator by way of CO_FINALLY.
 */
#define GENERATOR_YIELD(self, out, v) \
    do {                              \
        (out) = yield_new(v);         \
        CO_AWAIT(self, out);          \
    } while (0)

/* The same inside `try`: afterwards look at out.co.error. */
#define GENERATOR_TRY_YIELD(self, out, v) \
    do {                                  \
        (out) = yield_new(v);             \
        CO_TRY_AWAIT(self, out);          \
    } while (0)

enum generator_state {
    GENERATOR_YIELDED, /* `value` is what it yielded */
    GENERATOR_OVER,    /* StopIteration: what it returned is in its frame */
    GENERATOR_FAILED,  /* `error` came out of it */
};

/* The driver's side of a generator; the frame is its owner's. */
struct generator {
    struct coroutine *co;
    struct yield *pending; /* the yield that it stands at, or NULL */
    void *value;
    const struct error *error;
    bool running; /* right now, so it cannot be asked */
};

/* Thrown by generator_close(); what catches it must not yield again. */
extern const struct error generator_exit;

/* RuntimeError, TypeError and ValueError, as Python words them. */
extern const struct error generator_ignored_exit;
extern const struct error generator_just_started;
extern const struct error generator_already_executing;

/* A generator over a frame of which nothing has run. */
struct generator generator_new(struct coroutine *co);

/*
 * Goes on to the next yield: next(g). One that is over stays over; one that
 * is running, since it asks itself, fails with generator_already_executing.
 */
enum generator_state generator_next(struct generator *generator);

/*
 * Goes on with `value` as the value of the pending yield: g.send(value). On
 * one that has not begun only NULL may be sent (generator_just_started).
 */
enum generator_state generator_send(struct generator *generator, void *value);

/*
 * Goes on by raising `error` at the pending yield: g.throw(error). One that
 * has not begun, or is over, fails with it without running. generator_exit
 * first closes the frames that it delegates to, from the innermost up, and
 * each frame gets it, whatever the one below made of it (PEP 380).
 */
enum generator_state generator_throw(struct generator *generator,
                                     const struct error *error);

/*
 * Lets it end, CO_FINALLY included: g.close(). Returns GENERATOR_OVER; or
 * GENERATOR_FAILED if another error came out, or it went on yielding
 * (generator_ignored_exit).
 */
enum generator_state generator_close(struct generator *generator);

#endif
