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
        if (worn->future == future) {
            take_off(worn);
            return;
        }
}

/* Only he who awaits it is to be deceived, and only once. */
static bool deceives(const struct future *future)
{
    for (struct disguise *worn = disguises; worn != NULL; worn = worn->outer)
        if (worn->future == future && !worn->awaited)
            return worn->awaited = true;
    return false;
}

/* A future awaits itself: def __await__(self): yield self; return result() */
static struct future *future_resume(struct coroutine *co)
{
    struct future *future = (struct future *)co;

    if (disguises != NULL && deceives(future))
        return NULL;
    if (!future_done(future))
        return future;
    future->unretrieved = false; /* whoever awaits it gets the error */
    return NULL;
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
    if (future == NULL || --future->holds > 0)
        return;
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

/* ---- done callbacks ---- */

/* One that was added: it stands among the future's callbacks, then in line. */
struct done_callback {
    struct handle handle;
    struct future *future;
    future_callback *callback;
    void *data;
};

static void done_callback_free(struct done_callback *done)
{
    done->future->loop->census.handles--;
    free(done);
}

static void call_done(void *data)
{
    struct done_callback done = *(struct done_callback *)data;

    done_callback_free(data);
    done.callback(done.future, done.data);
    future_free(done.future);
}

bool future_add_done_callback(struct future *future, future_callback *callback,
                              void *data)
{
    /* Only whether there is one matters here: it is called by call_done(). */
    if (!loop_check(future->loop, callback != NULL ? call_done : NULL))
        return false;
    struct done_callback *done = malloc(sizeof *done);
    if (done == NULL)
        return error_raise(&error_memory);
    *done = (struct done_callback){
        {.callback = call_done, .data = done}, future, callback, data};
    future->loop->census.handles++;
    if (future_done(future)) {
        future_hold(future); /* until the call */
        loop_put_in_line(future->loop, &done->handle);
    } else {
        future_tell(future, &done->handle);
    }
    return true;
}

/* Takes out those of its callbacks for which `is_meant` says so. */
static size_t take_out(struct future *future,
                       bool is_meant(const struct done_callback *done,
                                     future_callback *callback, void *data),
                       future_callback *callback, void *data)
{
    struct handle *handle = future->callbacks, *next;
    size_t taken = 0;

    if (handle == NULL || future_done(future))
        return 0;
    struct handle *last = handle->prev;
    for (bool more = true; more; handle = next) {
        more = handle != last;
        next = handle->next;
        if (handle->callback != call_done ||
            !is_meant(handle->data, callback, data))
            continue;
        future_forget(future, handle);
        done_callback_free(handle->data);
        taken++;
    }
    return taken;
}

static bool is_the_same(const struct done_callback *done,
                        future_callback *callback, void *data)
{
    return done->callback == callback && done->data == data;
}

size_t future_remove_done_callback(struct future *future,
                                   future_callback *callback, void *data)
{
    return take_out(future, is_the_same, callback, data);
}

static bool is_any(const struct done_callback *done, future_callback *callback,
                   void *data)
{
    (void)done, (void)callback, (void)data;
    return true;
}

/* Nobody will settle it: what waits for it waits for ever. */
void future_drop_callbacks(struct future *future)
{
    take_out(future, is_any, NULL, NULL);
    if (future->callbacks == NULL)
        return;
    fprintf(stderr, "a pending future is freed while somebody waits for it\n");
    abort();
}

/* ---- settling ---- */

/*
 * Puts all who wait in line. Callbacks that were added hold the future from
 * now on: it must be there when they are called.
 */
static void tell_all(struct future *future)
{
    struct handle *handle = future->callbacks;

    if (handle == NULL)
        return;
    do {
        if (handle->callback == call_done)
            future_hold(future);
        handle = handle->next;
    } while (handle != future->callbacks);
    line_splice(&future->loop->ready, &future->callbacks);
}

static void settle(struct future *future)
{
    if (loop_is_closed(future->loop))
        future_drop_callbacks(future);
    future->co.line = CO_OVER;
    tell_all(future);
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
    future->unretrieved = false;
    if (future_done(future))
        return false;
    if (future->type != NULL && future->type->cancel != NULL)
        return future->type->cancel(future, message);
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

static bool check_can_read(struct future *future)
{
    static const struct error pending =
        ERROR(&error_invalid_state, "Result is not set.");

    if (!future_done(future))
        return error_raise(&pending);
    future->unretrieved = false;
    return !future->cancelled || error_raise(&error_cancelled);
}

bool future_result(struct future *future, void **result)
{
    if (!check_can_read(future))
        return false;
    if (future->co.error != NULL)
        return error_raise(future->co.error);
    if (result != NULL)
        *result = future->result;
    return true;
}

bool future_error(struct future *future, const struct error **error)
{
    if (!check_can_read(future))
        return false;
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
