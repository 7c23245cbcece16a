/*
 * signals.c - see loop.h: signals, handled as ordinary callbacks.
 *
 * A signal handler, which may do next to nothing, writes the signal's number
 * into a pipe and wakes the loop: so signals are answered in the order in
 * which they came, however many of them.
 */
#include "loop_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* It came once: who comes twice is called twice, and others in between. */
struct signal_call {
    struct handle handle;
    struct signal_watch *watch;
};

/* What a loop has to call for one signal. */
struct signal_watch {
    int number;
    handle_callback *callback; /* NULL once it was removed */
    void *data;
    unsigned due; /* calls of it that stand in line, and need it yet */
    struct signal_call call; /* one of them, if it has a `watch` */
    struct signal_watch *next;
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
        outside_wake(loop);
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
    if (call == &watch->call)
        call->watch = NULL;
    else
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

/* The first that stands in line needs no memory. */
static struct signal_call *new_call(struct signal_watch *watch)
{
    return watch->call.watch == NULL ? &watch->call
                                     : malloc(sizeof watch->call);
}

/* Without memory only one that stands in line already is lost. */
static void put_signal_in_line(struct loop *loop, int number)
{
    struct signal_watch *watch = *find_signal(loop, number);
    struct signal_call *call = watch != NULL ? new_call(watch) : NULL;

    if (call == NULL)
        return;
    *call =
        (struct signal_call){{.callback = call_signal, .data = call}, watch};
    watch->due++;
    loop_put_in_line(loop, &call->handle);
}

/* Those that came have their turn a pass later. */
void signals_put_in_line(struct loop *loop)
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

bool signals_drop_call(struct handle *handle)
{
    void *data;

    if (handle->callback != call_signal)
        return false;
    take_call(handle->data, &data);
    return true;
}

void signals_close(struct loop *loop)
{
    while (loop->signals != NULL)
        loop_remove_signal_handler(loop, loop->signals->number);
    if (loop->signal_pipe[0] >= 0) {
        close(loop->signal_pipe[0]);
        close(loop->signal_pipe[1]);
    }
}
