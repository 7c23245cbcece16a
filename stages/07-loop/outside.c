/*
 * outside.c - see loop.h: what comes from other threads, and from signals.
 *
 * Both wake the loop by writing to an eventfd, which its selector watches as
 * it watches any socket. Another thread leaves its call in the inbox; what a
 * signal leaves is in signals.c.
 */
#include "loop_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* docs: 07-outside-wake */
/* Writes at most once until the loop has read it. Also from a signal. */
void outside_wake(struct loop *loop)
{
    const uint64_t one = 1;

    if (!atomic_exchange(&loop->woken, true))
        while (write(loop->wakeup_fd, &one, sizeof one) < 0 && errno == EINTR)
            continue;
}

/* ---- calls from other threads ---- */

static void call_threadsafe(void *data)
{
    struct threadsafe_handle *handle = data;
    handle_callback *callback = handle->callback;
    void *callback_data = handle->data;
    bool cancelled = atomic_load(&handle->cancelled);

    if (handle->owned)
        free(handle);
    if (!cancelled)
        callback(callback_data);
}

/*
 * The loop's own thread has its call in line as any other. For the others the
 * mutex is held until they have done with the loop: as soon as it has the
 * call it may stop, and be closed and freed.
 */
static bool put_in_inbox(struct loop *loop, struct threadsafe_handle *handle)
{
    bool open;

    if (running_loop == loop) {
        loop_put_in_line(loop, &handle->handle);
        return true;
    }
    pthread_mutex_lock(&loop->mutex);
    open = !loop->closed;
    if (open) {
        line_append(&loop->inbox, &handle->handle);
        outside_wake(loop);
    }
    pthread_mutex_unlock(&loop->mutex);
    return open;
}

bool loop_call_soon_threadsafe(struct loop *loop,
                               struct threadsafe_handle *handle,
                               handle_callback *callback, void *data)
{
    static const struct error no_callback =
        ERROR(&error_type, "a callback is needed, not NULL");
    bool owned = handle == NULL;

    if (callback == NULL)
        return error_raise(&no_callback);
    if (owned && (handle = calloc(1, sizeof *handle)) == NULL)
        return error_raise(&error_memory);
    handle->handle =
        (struct handle){.callback = call_threadsafe, .data = handle};
    handle->callback = callback;
    handle->data = data;
    handle->owned = owned;
    if (put_in_inbox(loop, handle))
        return true;
    if (owned)
        free(handle);
    return error_raise(&error_loop_closed);
}

void threadsafe_handle_cancel(struct threadsafe_handle *handle)
{
    atomic_store(&handle->cancelled, true);
}

bool threadsafe_handle_cancelled(struct threadsafe_handle *handle)
{
    return atomic_load(&handle->cancelled);
}

void outside_take(struct loop *loop)
{
    if (!atomic_load(&loop->woken))
        return;
    pthread_mutex_lock(&loop->mutex);
    line_splice(&loop->ready, &loop->inbox);
    pthread_mutex_unlock(&loop->mutex);
}

/* ---- when the loop closes ---- */

void outside_drop_call(struct handle *handle)
{
    if (!signals_drop_call(handle) && handle->callback == call_threadsafe &&
        ((struct threadsafe_handle *)handle->data)->owned)
        free(handle->data);
}

/* ---- the descriptor by which both wake the loop ---- */

/*
 * Runs as an ordinary reader, so the handlers of signals, which it puts in
 * line, have their turn in the next pass.
 */
static void read_wakeup(void *data)
{
    struct loop *loop = data;
    uint64_t count;

    while (read(loop->wakeup_fd, &count, sizeof count) < 0 && errno == EINTR)
        continue;
    atomic_store(&loop->woken, false);
    signals_put_in_line(loop);
    /* Who came between the read and the store has not written again. */
    pthread_mutex_lock(&loop->mutex);
    line_splice(&loop->ready, &loop->inbox);
    pthread_mutex_unlock(&loop->mutex);
}

static void on_readable(void *data, int events)
{
    struct loop *loop = data;

    (void)events;
    if (!handle_is_in_line(&loop->wakeup))
        loop_put_in_line(loop, &loop->wakeup);
}

int outside_open(struct loop *loop)
{
    loop->wakeup_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop->wakeup_fd < 0)
        return -1;
    if (selector_register(loop->selector, loop->wakeup_fd, SELECTOR_READ,
                          on_readable, loop) < 0) {
        int error = errno;
        close(loop->wakeup_fd);
        errno = error;
        return -1;
    }
    loop->wakeup = (struct handle){.callback = read_wakeup, .data = loop};
    loop->signal_pipe[0] = loop->signal_pipe[1] = -1;
    pthread_mutex_init(&loop->mutex, NULL);
    return 0;
}

void outside_close(struct loop *loop)
{
    signals_close(loop);
    pthread_mutex_lock(&loop->mutex);
    loop->closed = true;
    line_splice(&loop->ready, &loop->inbox);
    pthread_mutex_unlock(&loop->mutex);
    handle_cancel(loop, &loop->wakeup);
    selector_unregister(loop->selector, loop->wakeup_fd);
    close(loop->wakeup_fd);
}
