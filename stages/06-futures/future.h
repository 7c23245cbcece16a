/*
 * future.h - a result that is not there yet.
 *
 * The Python it mirrors: the Future in ten lines of the articles. Whoever
 * settles it wakes the one who waits for it at once, from inside the call
 * (stage 07 mends that: see tests/futures_test.c for what it costs).
 */
#ifndef STAGES_06_FUTURES_FUTURE_H
#define STAGES_06_FUTURES_FUTURE_H

#include "coroutine.h"
#include "error.h"

/* Called with `data` when the future is settled; the future may be freed. */
typedef void future_callback(void *data);

/*
 * Lives in the frame of whoever made it, and must not move while somebody
 * waits for it. It can be awaited as a coroutine can: its `co` is over when
 * it is settled, with its error in co.error.
 */
/* docs: 06-future */
struct future {
    struct coroutine co;
    void *result;          /* what it was settled with; the settler's */
    future_callback *wake; /* of the one who waits, or NULL */
    void *wake_data;
};

/* A future that is not settled. */
struct future future_new(void);

bool future_is_done(const struct future *future);

/*
 * Settles it with a result, or with an error (not NULL), and then wakes the
 * one who waits: after this call the future may be gone. On a future that is
 * settled nothing happens.
 */
void future_set_result(struct future *future, void *result);
void future_set_error(struct future *future, const struct error *error);

/*
 * Whom to wake. There is one at most: a second one is a broken invariant. The
 * future is not settled.
 */
void future_on_done(struct future *future, future_callback *wake, void *data);

#endif
