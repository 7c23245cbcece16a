/*
 * gather.c - see gather.h.
 *
 *     def _done_callback(fut):
 *         nfinished += 1
 *         if outer.done():
 *             fut.exception()                 # it counts as retrieved
 *         elif not return_exceptions and fut.exception() is not None:
 *             outer.set_exception(fut.exception())
 *         elif nfinished == nfuts:
 *             outer.set_result([fut.result() for fut in children])
 *
 * Who holds whom: as long as somebody else holds the gather, it holds all its
 * children. As long as it waits for children, it holds itself: they run on,
 * and their errors are to be received, even if nobody wants the result. But
 * then it holds no pending child any more: a future that only a gather holds,
 * and a gather that only its children hold, would be there for ever. (Python
 * has its garbage collector for that.)
 */
#include "gather.h"

#include "loop_internal.h"
#include "several.h"

#include <stdlib.h>

/* One awaitable. */
struct child {
    struct done_callback done;
    struct gather *gather;
    struct future *future; /* held, or NULL */
    struct child *first;   /* that is the same; mostly this one */
};

struct gather {
    struct future future;
    bool return_exceptions;
    bool cancel_requested;
    bool alone;        /* only its children know it: see above */
    size_t different;  /* children */
    size_t finished;   /* of these */
    size_t waited_for; /* of these; as long as it is not 0, it holds itself */
    size_t count;
    struct gather_outcome *outcomes; /* behind the children */
    struct child children[];
};

/* ---- children end ---- */

/*
 * How the child ended. Of a task that was cancelled the message is not in the
 * list: that is where it ended, and goes to who awaits it.
 */
static struct gather_outcome outcome_of(struct future *child)
{
    const struct error *error = child->co.error;
    bool tells = error == NULL || error_is(error, &error_cancelled);

    if (child->cancelled && future_task(child) != NULL)
        tells = false;
    return (struct gather_outcome){tells ? child->result : NULL, error};
}

/*
 * fut._make_cancelled_error(): the message of it. A gather that failed with
 * error_cancelled is not cancelled itself, and has none.
 */
static const char *cancel_message(struct future *child)
{
    const struct task *task = future_task(child);

    if (child->cancelled)
        return future_take_message(child);
    return task != NULL ? task->thrown_message : NULL;
}

/* What it failed with is handed on as it is: fut.exception() */
static const char *failure_message(struct future *child)
{
    bool tells = error_is(child->co.error, &error_cancelled);

    return tells ? future_take_message(child) : NULL;
}

static void fail(struct gather *self, const struct error *error,
                 const char *message)
{
    self->future.result = (void *)(uintptr_t)message;
    future_settle_error(&self->future, error);
}

static struct future *child_at(const struct gather *self, size_t i)
{
    return self->children[i].first->future;
}

static void finish(struct gather *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct future *child = child_at(self, i);
        child->unretrieved = false;
        self->outcomes[i] = outcome_of(child);
    }
    if (self->cancel_requested)
        fail(self, &error_cancelled,
             cancel_message(child_at(self, self->count - 1)));
    else
        future_settle_result(&self->future, self->outcomes);
}

/* docs: 07-child-ended */
static void child_ended(struct gather *self, struct future *child)
{
    self->finished++;
    if (future_done(&self->future)) {
        child->unretrieved = false;
    } else if (!self->return_exceptions && child->co.error != NULL) {
        child->unretrieved = false;
        fail(self, child->co.error, failure_message(child));
    } else if (self->finished == self->different) {
        finish(self);
    }
}

/* NULL: it will never end, and is gone, or its loop is closed. */
static void on_child_done(struct future *future, void *data)
{
    struct child *child = data;
    struct gather *self = child->gather;

    if (future != NULL) {
        if (child->future == NULL)
            child->future = future_hold(future);
        child_ended(self, future);
    }
    if (--self->waited_for == 0)
        future_free(&self->future);
}

/* ---- what this kind of future does in its own way ---- */

/* It is not over before its children are. And if it is, its error is kept. */
static bool cancel(struct future *future, const char *message)
{
    struct gather *self = (struct gather *)future;
    bool any = false;

    if (future_done(future))
        return false;
    for (size_t i = 0; i < self->count; i++)
        if (future_cancel(child_at(self, i), message))
            any = true;
    if (any)
        self->cancel_requested = true;
    return any;
}

static void let_go_of_pending(struct gather *self)
{
    for (size_t i = 0; i < self->count; i++) {
        struct future *child = self->children[i].future;
        if (child == NULL || future_done(child))
            continue;
        self->children[i].future = NULL;
        future_free(child);
    }
}

static void let_go(struct future *future)
{
    struct gather *self = (struct gather *)future;

    if (self->alone || self->waited_for == 0 || future->holds > 1)
        return;
    self->alone = true;
    future_hold(future); /* the last child may go in this loop */
    let_go_of_pending(self);
    future_free(future);
}

static void destroy(struct future *future)
{
    struct gather *self = (struct gather *)future;

    for (size_t i = 0; i < self->count; i++)
        future_free(self->children[i].future);
    free(self);
}

static const struct future_type gather_type = {"_GatheringFuture", cancel,
                                               destroy, let_go};

/* ---- making one ---- */

static struct gather *gather_new(size_t count, bool return_exceptions)
{
    struct gather *self =
        calloc(1, sizeof *self + count * sizeof(struct child) +
                      count * sizeof(struct gather_outcome));

    if (self == NULL)
        return error_raise_null(&error_memory);
    self->future = future_of_type(NULL, &gather_type);
    self->return_exceptions = return_exceptions;
    self->count = count;
    self->outcomes = (struct gather_outcome *)&self->children[count];
    return self;
}

/* The loop is known; from now on it ends by future_free(). */
static void set_loop(struct gather *self, struct loop *loop)
{
    self->future.loop = loop;
    future_made(&self->future);
}

static bool watch(struct gather *self, struct child *child)
{
    if (future_done(child->future) && loop_is_closed(child->future->loop))
        return error_raise(&error_loop_closed);
    if (self->future.loop == NULL)
        set_loop(self, child->future->loop);
    if (self->waited_for++ == 0)
        future_hold(&self->future);
    self->different++;
    future_watch(child->future, &child->done, on_child_done, child);
    return true;
}

/* Returns false if there is no future to be had from the awaitable. */
static bool add(struct gather *self, struct seen *seen, size_t i,
                struct coroutine *awaitable)
{
    struct child *child = &self->children[i];
    bool is_ours = awaitable != NULL && !async_isfuture(awaitable);

    child->gather = self;
    child->first = &self->children[seen_first(seen, awaitable, i)];
    if (child->first != child)
        return true;
    child->future = async_ensure_future(awaitable, self->future.loop);
    if (child->future == NULL)
        return false;
    if (is_ours) /* nobody else can see to it that it is ever done */
        future_task(child->future)->quiet = true;
    return watch(self, child);
}

/* Returns whether it could add all; *taken of them are its now. */
static bool add_all(struct gather *self, struct coroutine *const awaitables[],
                    size_t *taken)
{
    struct seen seen;
    bool added = true;

    if (!seen_begin(&seen, self->count))
        return false;
    while (added && *taken < self->count) {
        added = add(self, &seen, *taken, awaitables[*taken]);
        ++*taken;
    }
    seen_end(&seen);
    return added;
}

/* Those that were made run on, and what they fail with is nobody's concern. */
static void give_up(struct gather *self)
{
    if (self->future.loop == NULL) {
        destroy(&self->future);
        return;
    }
    future_settle_result(&self->future, NULL);
    future_free(&self->future);
}

static struct future *gather_of_none(bool return_exceptions)
{
    struct loop *loop = async_get_running_loop();
    struct gather *self =
        loop != NULL ? gather_new(0, return_exceptions) : NULL;

    if (self == NULL)
        return NULL;
    set_loop(self, loop);
    future_settle_result(&self->future, self->outcomes);
    return &self->future;
}

static struct future *gather(struct coroutine *const awaitables[], size_t count,
                             bool return_exceptions)
{
    size_t taken = 0;

    if (count == 0)
        return gather_of_none(return_exceptions);
    struct gather *self = gather_new(count, return_exceptions);
    if (self != NULL && add_all(self, awaitables, &taken))
        return &self->future;
    several_close(awaitables, taken, count);
    const struct error *why = error_last();
    if (self != NULL)
        give_up(self);
    return error_raise_null(why);
}

struct future *async_gather(struct coroutine *const awaitables[], size_t count)
{
    return gather(awaitables, count, false);
}

struct future *async_gather_exceptions(struct coroutine *const awaitables[],
                                       size_t count)
{
    return gather(awaitables, count, true);
}

size_t async_gather_count(const struct future *gather_future)
{
    return ((const struct gather *)gather_future)->count;
}
