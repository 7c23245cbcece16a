/*
 * future.c - see future.h.
 */
#include "loop_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- disguises: see future_disguise() ---- */

static _Thread_local struct disguise *disguises;

static void take_off(struct disguise *disguise)
{
    disguise->future->co.error = disguise->error;
    disguise->future->co.line = disguise->line;
    future_free(disguise->future);
    disguise->future = NULL;
}

void future_disguise(struct disguise *disguise, struct future *future,
                     const struct error *error)
{
    *disguise = (struct disguise){future_hold(future), future->co.error,
                                  future->co.line, false, disguises};
    disguises = disguise;
    future->co.error = error;
    future->co.line = CO_OVER;
}

void future_undisguise(struct disguise *disguise)
{
    if (disguise->future != NULL)
        take_off(disguise);
    disguises = disguise->outer;
}

/* Whoever asks a future how it is gets the truth. */
static void see_through(const struct future *future)
{
    for (struct disguise *worn = disguises; worn != NULL; worn = worn->outer)
        if (worn->future == future)
            take_off(worn);
}

/* Only he who awaits it is to be deceived, and only once. */
static bool deceives(const struct future *future)
{
    for (struct disguise *worn = disguises; worn != NULL; worn = worn->outer)
        if (worn->future == future && !worn->awaited)
            return worn->awaited = true;
    return false;
}

void *future_take_message(struct future *future)
{
    void *message = future->result;

    if (future->told_once)
        future->result = NULL;
    return message;
}

/*
 * Its error is raised, and if it was cancelled, with its message. One in a
 * frame may only look so: it is the task that was cancelled.
 */
static void take_error(struct future *future)
{
    future->unretrieved = false;
    if (error_is(future->co.error, &error_cancelled) &&
        (future->cancelled || !future->in_frame))
        task_raise_cancelled(future_take_message(future));
}

/* A future awaits itself: def __await__(self): yield self; return result() */
static struct future *future_resume(struct coroutine *co)
{
    struct future *future = (struct future *)co;

    if (disguises != NULL && deceives(future))
        return NULL;
    if (!future_done(future))
        return future;
    take_error(future); /* whoever awaits it gets it */
    return NULL;
}

const struct error *future_receive(struct future *future, void **result)
{
    take_error(future);
    if (future->co.error == NULL)
        *result = future->result;
    return future->co.error;
}

/* ---- making and letting go ---- */

struct future future_of_type(struct loop *loop, const struct future_type *type)
{
    return (struct future){.co = {.resume = future_resume},
                           .loop = loop,
                           .type = type,
                           .holds = 1};
}

struct future future_new(struct loop *loop)
{
    struct future future = future_of_type(loop, NULL);

    future.in_frame = true;
    return future;
}

void future_made(struct future *future)
{
    future->loop->census.futures++;
}

struct future *loop_create_future(struct loop *loop)
{
    struct future *future = malloc(sizeof *future);

    if (future == NULL)
        return error_raise_null(&error_memory);
    *future = future_of_type(loop, NULL);
    future_made(future);
    return future;
}

struct future *future_hold(struct future *future)
{
    future->holds++;
    return future;
}

static const char *type_name(const struct future *future)
{
    return future->type != NULL ? future->type->name : "Future";
}

static void report_unretrieved(struct future *future)
{
    char message[64];

    snprintf(message, sizeof message, "%s exception was never retrieved",
             type_name(future));
    future->unretrieved = false;
    loop_call_exception_handler(
        future->loop, &(struct error_context){.message = message,
                                              .error = future->co.error,
                                              .future = future,
                                              .task = future_task(future)});
}

void future_free(struct future *future)
{
    if (future == NULL)
        return;
    if (--future->holds > 0) {
        if (future->type != NULL && future->type->let_go != NULL)
            future->type->let_go(future);
        return;
    }
    struct loop *loop = future->loop;
    future->holds = 1; /* the handler may look at it */
    if (future->unretrieved)
        report_unretrieved(future);
    future_drop_callbacks(future);
    loop->census.futures--;
    if (future->type != NULL && future->type->destroy != NULL)
        future->type->destroy(future);
    else
        free(future);
    loop_let_go(loop);
}

bool async_isfuture(const struct coroutine *awaitable)
{
    return awaitable->resume == future_resume;
}

/* ---- settling ---- */

static void settle(struct future *future)
{
    if (loop_is_closed(future->loop))
        future_drop_callbacks(future);
    future->co.line = CO_OVER;
    future_tell_all(future);
}

void future_settle_result(struct future *future, void *result)
{
    future->result = result;
    settle(future);
}

void future_settle_error(struct future *future, const struct error *error)
{
    future->co.error = error;
    future->unretrieved = true;
    settle(future);
}

void future_settle_cancelled(struct future *future, const char *message)
{
    future->co.error = &error_cancelled;
    future->result = (void *)(uintptr_t)message;
    future->cancelled = true;
    settle(future);
}

static bool check_can_settle(const struct future *future)
{
    static const struct error settled =
        ERROR(&error_invalid_state, "invalid state: it is settled already");
    static const struct error not_yours = ERROR(
        &error_runtime, "it is settled by what made it, as a task is by its "
                        "coroutine");

    if (future->type != NULL && future->type->cancel != NULL)
        return error_raise(&not_yours);
    if (future_done(future))
        return error_raise(&settled);
    if (future->callbacks != NULL && loop_is_closed(future->loop))
        return error_raise(&error_loop_closed);
    return true;
}

bool future_set_result(struct future *future, void *result)
{
    if (!check_can_settle(future))
        return false;
    future_settle_result(future, result);
    return true;
}

bool future_set_error(struct future *future, const struct error *error)
{
    static const struct error no_error =
        ERROR(&error_type, "to fail a future takes an error, not NULL");

    if (error == NULL)
        return error_raise(&no_error);
    if (!check_can_settle(future))
        return false;
    future_settle_error(future, error);
    return true;
}

bool future_cancel(struct future *future, const char *message)
{
    if (future->type != NULL && future->type->cancel != NULL)
        return future->type->cancel(future, message);
    future->unretrieved = false;
    if (future_done(future))
        return false;
    future_settle_cancelled(future, message);
    return true;
}

/* ---- reading ---- */

bool future_done(const struct future *future)
{
    if (disguises != NULL)
        see_through(future);
    return future->co.line == CO_OVER;
}

bool future_cancelled(const struct future *future)
{
    return future_done(future) && future->cancelled;
}

bool future_result(struct future *future, void **result)
{
    static const struct error pending =
        ERROR(&error_invalid_state, "Result is not set.");

    if (!future_done(future))
        return error_raise(&pending);
    take_error(future);
    if (future->co.error != NULL)
        return error_raise(future->co.error);
    if (result != NULL)
        *result = future->result;
    return true;
}

bool future_error(struct future *future, const struct error **error)
{
    static const struct error pending =
        ERROR(&error_invalid_state, "Exception is not set.");

    if (!future_done(future))
        return error_raise(&pending);
    if (future->cancelled) {
        take_error(future);
        return error_raise(&error_cancelled);
    }
    future->unretrieved = false;
    *error = future->co.error;
    return true;
}

const char *future_cancel_message(const struct future *future)
{
    return future_cancelled(future) ? future->result : NULL;
}

struct loop *future_get_loop(const struct future *future)
{
    return future->loop;
}
