/*
 * shield.c - see shield.h.
 *
 *     def _inner_done_callback(inner):
 *         if outer.cancelled():
 *             inner.exception()               # it counts as retrieved
 *         elif inner.cancelled():
 *             outer.cancel()
 *         else:
 *             outer.set_result(inner.result())    # or set_exception()
 *
 *     def _outer_done_callback(outer):
 *         if not inner.done():
 *             inner.remove_done_callback(_inner_done_callback)
 *
 * As long as somebody else holds the outer future, it holds the inner one; and
 * as long as it waits for that, it holds itself. As with a gather, not both.
 */
#include "shield.h"

#include "loop_internal.h"

#include <stdlib.h>

struct shield {
    struct future outer;
    struct future *inner; /* held, or NULL */
    struct done_callback inner_done, outer_done;
    bool waits; /* for the inner one; then it holds itself */
};

static void let_go_of_inner(struct shield *self)
{
    struct future *inner = self->inner;

    self->inner = NULL;
    future_free(inner);
}

static void wait_no_more(struct shield *self)
{
    self->waits = false;
    future_free(&self->outer);
}

static bool settle_outer(struct future *outer, struct future *inner)
{
    if (inner->co.error == NULL)
        return future_set_result(outer, inner->result);
    if (!future_done(outer) && error_is(inner->co.error, &error_cancelled))
        outer->result = inner->result; /* a gather that was cancelled */
    return future_set_error(outer, inner->co.error);
}

static void hand_on(struct shield *self, struct future *inner)
{
    inner->unretrieved = false;
    if (future_cancelled(&self->outer))
        return;
    if (inner->cancelled)
        future_cancel(&self->outer, NULL);
    else if (!settle_outer(&self->outer, inner))
        callback_raise(error_last()); /* somebody else has settled it */
}

/* NULL: it will never be done. */
static void on_inner_done(struct future *inner, void *data)
{
    struct shield *self = data;

    if (inner != NULL)
        hand_on(self, inner);
    wait_no_more(self);
}

/* From here on nobody receives what the inner one fails with. */
static void on_outer_done(struct future *outer, void *data)
{
    struct shield *self = data;

    if (outer == NULL || !self->waits || self->inner == NULL ||
        future_done(self->inner))
        return;
    future_unwatch(&self->inner_done);
    let_go_of_inner(self);
    wait_no_more(self);
}

static void let_go(struct future *outer)
{
    struct shield *self = (struct shield *)outer;

    if (!self->waits || outer->holds > 1 || self->inner == NULL ||
        future_done(self->inner))
        return;
    let_go_of_inner(self);
}

static void destroy(struct future *outer)
{
    let_go_of_inner((struct shield *)outer);
    free(outer);
}

static const struct future_type shield_type = {"Future", NULL, destroy, let_go};

static struct future *shield(struct shield *self, struct future *inner)
{
    *self = (struct shield){.outer = future_of_type(inner->loop, &shield_type),
                            .inner = inner,
                            .waits = true};
    future_made(&self->outer);
    future_hold(&self->outer); /* as long as it waits */
    future_watch(inner, &self->inner_done, on_inner_done, self);
    future_watch(&self->outer, &self->outer_done, on_outer_done, self);
    return &self->outer;
}

struct future *async_shield(struct coroutine *awaitable)
{
    struct future *inner = async_ensure_future(awaitable, NULL);

    if (inner == NULL || future_done(inner))
        return inner;
    struct shield *self = malloc(sizeof *self);
    if (self != NULL)
        return shield(self, inner);
    future_free(inner);
    return error_raise_null(&error_memory);
}
