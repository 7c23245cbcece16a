/*
 * outside.c - see loop.h: what comes from other threads, and from signals.
 *
 * Both wake the loop by writing to an eventfd, which its selector watches as
 * it watches any socket. Another thread leaves its call in the inbox; a signal
 * handler, which may do next to nothing, writes the signal's number into a
 * pipe: so they are answered in the order in which they came.
 */
#include "loop_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Writes at most once until the loop has read it. Also from a signal. */
static void wake_up(struct loop *loop)
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
        wake_up(loop);
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

/* ---- signals ---- */

/* What a loop has to call for one signal. */
struct signal_watch {
    int number;
    handle_callback *callback; /* NULL once it was removed */
    void *data;
    unsigned due; /* calls of it that stand in line, and need it yet */
    struct signal_watch *next;
};

/* It came once: who comes twice is called twice, and others in between. */
struct signal_call {
    struct handle handle;
    struct signal_watch *watch;
};

/*
 * Which loop has a signal. The handler may run in any thread while a loop
 * gives its signal up, which is why that waits until it runs in none.
 */
static _Atomic(struct loop *) owners[NSIG];
static atomic_int handlers_running;

static void on_signal(int number)
{
    int error = errno;
    unsigned char byte = (unsigned char)number;

    atomic_fetch_add(&handlers_running, 1);
    struct loop *loop = atomic_load(&owners[number]);
    /* If the pipe is full, the loop is thousands behind: one is lost. */
    if (loop != NULL && write(loop->signal_pipe[1], &byte, 1) == 1)
        wake_up(loop);
    atomic_fetch_sub(&handlers_running, 1);
    errno = error;
}

static void disown_signal(int number)
{
    atomic_store(&owners[number], NULL);
    while (atomic_load(&handlers_running) > 0)
        sched_yield();
}

static struct signal_watch **find_signal(struct loop *loop, int number)
{
    struct signal_watch **link = &loop->signals;

    while (*link != NULL && (*link)->number != number)
        link = &(*link)->next;
    return link;
}

/* Ends a call; returns its callback, and NULL if that was removed. */
static handle_callback *take_call(struct signal_call *call, void **data)
{
    struct signal_watch *watch = call->watch;
    handle_callback *callback = watch->callback;

    *data = watch->data;
    free(call);
    if (--watch->due == 0 && callback == NULL)
        free(watch);
    return callback;
}

static void call_signal(void *call)
{
    void *data;
    handle_callback *callback = take_call(call, &data);

    if (callback != NULL)
        callback(data);
}

/* Without memory it is lost, as when the pipe is full. */
static void put_signal_in_line(struct loop *loop, int number)
{
    struct signal_watch *watch = *find_signal(loop, number);
    struct signal_call *call = watch != NULL ? malloc(sizeof *call) : NULL;

    if (call == NULL)
        return;
    *call =
        (struct signal_call){{.callback = call_signal, .data = call}, watch};
    watch->due++;
    loop_put_in_line(loop, &call->handle);
}

/* Those that came have their turn a pass later. */
static void put_signals_in_line(struct loop *loop)
{
    unsigned char numbers[64];
    ssize_t count;

    if (loop->signal_pipe[0] < 0)
        return;
    while ((count = read(loop->signal_pipe[0], numbers, sizeof numbers)) > 0)
        for (ssize_t i = 0; i < count; i++)
            put_signal_in_line(loop, numbers[i]);
}

/* Makes the loop the signal's owner; false if there is another one. */
static bool own_signal(struct loop *loop, int number)
{
    static const struct error taken =
        ERROR(&error_runtime, "another loop handles that signal");
    struct loop *nobody = NULL;

    return atomic_compare_exchange_strong(&owners[number], &nobody, loop) ||
           error_raise(&taken);
}

static bool install(struct loop *loop, int number)
{
    static const struct error no_signal =
        ERROR(&error_value, "that is no signal");
    static const struct error cannot =
        ERROR(&error_runtime, "that signal cannot be caught");
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    if (number <= 0 || number >= NSIG)
        return error_raise(&no_signal);
    if (loop->signal_pipe[0] < 0 &&
        pipe2(loop->signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
        return error_raise(error_from_errno(errno));
    if (!own_signal(loop, number))
        return false;
    sigemptyset(&action.sa_mask);
    if (sigaction(number, &action, NULL) == 0)
        return true;
    disown_signal(number);
    return error_raise(&cannot);
}

bool loop_add_signal_handler(struct loop *loop, int number,
                             handle_callback *callback, void *data)
{
    if (!loop_check(loop, callback))
        return false;
    struct signal_watch *watch = *find_signal(loop, number);
    if (watch != NULL) {
        watch->callback = callback;
        watch->data = data;
        return true;
    }
    watch = calloc(1, sizeof *watch);
    if (watch == NULL)
        return error_raise(&error_memory);
    *watch = (struct signal_watch){
        .number = number,
        .callback = callback,
        .data = data,
        .next = loop->signals,
    };
    if (!install(loop, number)) {
        free(watch);
        return false;
    }
    loop->signals = watch;
    return true;
}

bool loop_remove_signal_handler(struct loop *loop, int number)
{
    struct signal_watch **link = find_signal(loop, number);
    struct signal_watch *watch = *link;

    if (watch == NULL)
        return false;
    signal(number, SIG_DFL);
    disown_signal(number);
    *link = watch->next;
    watch->callback = NULL;
    if (watch->due == 0)
        free(watch);
    return true;
}

/* ---- when the loop closes ---- */

void outside_drop_call(struct handle *handle)
{
    void *data;

    if (handle->callback == call_signal)
        take_call(handle->data, &data);
    else if (handle->callback == call_threadsafe &&
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
    loop->signal_pipe[0] = loop->signal_pipe[1] = -1;
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
    if (loop->signal_pipe[0] >= 0) {
        close(loop->signal_pipe[0]);
        close(loop->signal_pipe[1]);
    }
}
