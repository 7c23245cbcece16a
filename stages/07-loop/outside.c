/*
 * outside.c - see loop.h: what comes from other threads, and from signals.
 *
 * Both wake the loop by writing to an eventfd, which its selector watches as
 * it watches any socket. Another thread leaves its call in the inbox; a signal
 * handler, which may do next to nothing, only leaves a mark.
 */
#include "loop_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Writes at most once until the loop has read it. Also from a signal. */
static void wake_up(int fd, atomic_bool *woken)
{
    const uint64_t one = 1;

    if (!atomic_exchange(woken, true))
        while (write(fd, &one, sizeof one) < 0 && errno == EINTR)
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

static bool put_in_inbox(struct loop *loop, struct threadsafe_handle *handle)
{
    bool open;

    pthread_mutex_lock(&loop->mutex);
    open = !loop->closed;
    if (open)
        line_append(&loop->inbox, &handle->handle);
    pthread_mutex_unlock(&loop->mutex);
    if (open)
        wake_up(loop->wakeup_fd, &loop->woken);
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

/* ---- signals ---- */

/*
 * Which loop has a signal: what the signal handler reads, so it is set before
 * the handler is installed, and cleared after.
 */
struct signal_owner {
    atomic_int fd; /* the loop's wakeup_fd */
    atomic_bool *woken;
    atomic_bool came;
};

static struct signal_owner owners[NSIG];

/* What a loop has to call for one signal. */
struct signal_watch {
    int number;
    struct handle handle;
    struct sigaction before;
    struct signal_watch *next;
};

static void on_signal(int number)
{
    int error = errno;
    struct signal_owner *owner = &owners[number];

    atomic_store(&owner->came, true);
    wake_up(atomic_load(&owner->fd), owner->woken);
    errno = error;
}

/* Puts those in line whose signal came; they have their turn a pass later. */
static void put_signals_in_line(struct loop *loop)
{
    for (struct signal_watch *watch = loop->signals; watch != NULL;
         watch = watch->next)
        if (atomic_exchange(&owners[watch->number].came, false) &&
            !handle_is_in_line(&watch->handle))
            loop_put_in_line(loop, &watch->handle);
}

static struct signal_watch **find_signal(struct loop *loop, int number)
{
    struct signal_watch **link = &loop->signals;

    while (*link != NULL && (*link)->number != number)
        link = &(*link)->next;
    return link;
}

/* Makes the loop the signal's owner; false if there is another one. */
static bool own_signal(struct loop *loop, int number)
{
    static const struct error taken =
        ERROR(&error_runtime, "another loop handles that signal");
    int nobody = 0;

    if (!atomic_compare_exchange_strong(&owners[number].fd, &nobody,
                                        loop->wakeup_fd))
        return error_raise(&taken);
    owners[number].woken = &loop->woken;
    atomic_store(&owners[number].came, false);
    return true;
}

static bool install(struct loop *loop, struct signal_watch *watch)
{
    static const struct error no_signal =
        ERROR(&error_value, "that is no signal that can be handled");
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    if (watch->number <= 0 || watch->number >= NSIG)
        return error_raise(&no_signal);
    if (!own_signal(loop, watch->number))
        return false;
    sigemptyset(&action.sa_mask);
    if (sigaction(watch->number, &action, &watch->before) == 0)
        return true;
    atomic_store(&owners[watch->number].fd, 0);
    return error_raise(&no_signal);
}

bool loop_add_signal_handler(struct loop *loop, int number,
                             handle_callback *callback, void *data)
{
    if (!loop_check(loop, callback))
        return false;
    struct signal_watch *watch = *find_signal(loop, number);
    if (watch != NULL) {
        handle_cancel(loop, &watch->handle);
        watch->handle = (struct handle){.callback = callback, .data = data};
        return true;
    }
    watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return error_raise(&error_memory);
    watch->number = number;
    watch->handle = (struct handle){.callback = callback, .data = data};
    if (!install(loop, watch)) {
        free(watch);
        return false;
    }
    watch->next = loop->signals;
    loop->signals = watch;
    return true;
}

bool loop_remove_signal_handler(struct loop *loop, int number)
{
    struct signal_watch **link = find_signal(loop, number);
    struct signal_watch *watch = *link;

    if (watch == NULL)
        return false;
    sigaction(number, &watch->before, NULL);
    atomic_store(&owners[number].fd, 0);
    handle_cancel(loop, &watch->handle);
    *link = watch->next;
    free(watch);
    return true;
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
    put_signals_in_line(loop);
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
    pthread_mutex_init(&loop->mutex, NULL);
    return 0;
}

void outside_close(struct loop *loop)
{
    while (loop->signals != NULL)
        loop_remove_signal_handler(loop, loop->signals->number);
    pthread_mutex_lock(&loop->mutex);
    loop->closed = true;
    line_splice(&loop->ready, &loop->inbox);
    pthread_mutex_unlock(&loop->mutex);
    handle_cancel(loop, &loop->wakeup);
    selector_unregister(loop->selector, loop->wakeup_fd);
    close(loop->wakeup_fd);
}
