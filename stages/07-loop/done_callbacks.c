/*
 * done_callbacks.c - see future.h: who is told that a future is settled.
 */
#include "loop_internal.h"

#include <stdio.h>
#include <stdlib.h>

static void call_done(void *data);

/* Takes it from a handle that stands in no line any more. */
static struct done_callback take_done(struct handle *handle)
{
    struct done_callback *done = handle->data, taken = *done;

    done->future = NULL;
    if (done->owned) {
        taken.future->loop->census.handles--;
        free(done);
    }
    return taken;
}

static void call_done(void *data)
{
    struct done_callback done = take_done(data);

    done.callback(done.future, done.data);
    future_free(done.future);
}

/* There will be no call; who has it in his own memory wants to know. */
static void drop_done(struct handle *handle)
{
    struct done_callback done = take_done(handle);

    if (!done.owned)
        done.callback(NULL, done.data);
}

void future_watch(struct future *future, struct done_callback *done,
                  future_callback *callback, void *data)
{
    *done =
        (struct done_callback){.handle = {.callback = call_done, .data = done},
                               .future = future,
                               .callback = callback,
                               .data = data};
    if (future_done(future)) {
        future_hold(future); /* until the call */
        loop_put_in_line(future->loop, &done->handle);
    } else {
        future_tell(future, &done->handle);
    }
}

void future_unwatch(struct done_callback *done)
{
    struct future *future = done->future;

    if (future == NULL)
        return;
    done->future = NULL;
    if (!future_done(future)) {
        future_forget(future, &done->handle);
        return;
    }
    handle_cancel(future->loop, &done->handle);
    future_free(future);
}

bool future_drop_call(struct handle *handle)
{
    if (handle->callback != call_done)
        return false;
    struct future *future = ((struct done_callback *)handle->data)->future;
    drop_done(handle);
    future_free(future);
    return true;
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
    future_watch(future, done, callback, data);
    done->owned = true;
    future->loop->census.handles++;
    return true;
}

/* The callback that the handle is, or NULL: it is something else that waits. */
static struct done_callback *done_of(const struct handle *handle)
{
    return handle->callback == call_done ? handle->data : NULL;
}

/* Takes those out that were added with these two, from `handle` on. */
size_t future_remove_done_callback(struct future *future,
                                   future_callback *callback, void *data)
{
    struct handle *handle = future->callbacks, *next;
    size_t taken = 0;

    if (handle == NULL || future_done(future))
        return 0;
    struct handle *last = handle->prev;
    for (bool more = true; more; handle = next) {
        const struct done_callback *done = done_of(handle);
        more = handle != last;
        next = handle->next;
        if (done == NULL || !done->owned || done->callback != callback ||
            done->data != data)
            continue;
        future_forget(future, handle);
        take_done(handle);
        taken++;
    }
    return taken;
}

/* Nobody will settle it: what waits for it waits for ever. */
void future_drop_callbacks(struct future *future)
{
    struct handle *handle;

    while ((handle = future->callbacks) != NULL && done_of(handle) != NULL) {
        future_forget(future, handle);
        drop_done(handle);
    }
    if (handle == NULL)
        return;
    fprintf(stderr, "a pending future is freed while somebody waits for it\n");
    abort();
}

/* docs: 07-tell-all */
/*
 * Puts all who wait in line. Callbacks that were added hold the future from
 * now on: it must be there when they are called.
 */
void future_tell_all(struct future *future)
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
