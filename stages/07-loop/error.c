/*
 * error.c - see error.h.
 */
#include "error.h"

#include "error_group.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND(of_kind, name)        \
    {                              \
        (of_kind), (name), NULL, 0 \
    }

const struct error error_base_exception = KIND(NULL, "BaseException");
const struct error error_exception = KIND(&error_base_exception, "Exception");
const struct error error_cancelled =
    KIND(&error_base_exception, "CancelledError");
const struct error error_generator_exit =
    KIND(&error_base_exception, "GeneratorExit");
const struct error error_keyboard_interrupt =
    KIND(&error_base_exception, "KeyboardInterrupt");
const struct error error_arithmetic = KIND(&error_exception, "ArithmeticError");
const struct error error_assertion = KIND(&error_exception, "AssertionError");
const struct error error_eof = KIND(&error_exception, "EOFError");
const struct error error_lookup = KIND(&error_exception, "LookupError");
const struct error error_key = KIND(&error_lookup, "KeyError");
const struct error error_memory = {&error_exception, "MemoryError", NULL,
                                   ENOMEM};
const struct error error_os = KIND(&error_exception, "OSError");
const struct error error_timeout = KIND(&error_os, "TimeoutError");
const struct error error_runtime = KIND(&error_exception, "RuntimeError");
const struct error error_not_implemented =
    KIND(&error_runtime, "NotImplementedError");
const struct error error_type = KIND(&error_exception, "TypeError");
const struct error error_value = KIND(&error_exception, "ValueError");
const struct error error_stop_iteration =
    KIND(&error_exception, "StopIteration");
const struct error error_stop_async_iteration =
    KIND(&error_exception, "StopAsyncIteration");
const struct error error_invalid_state =
    KIND(&error_exception, "InvalidStateError");
const struct error error_queue_empty = KIND(&error_exception, "QueueEmpty");
const struct error error_queue_full = KIND(&error_exception, "QueueFull");
const struct error error_broken_barrier =
    KIND(&error_runtime, "BrokenBarrierError");
const struct error error_broken_executor =
    KIND(&error_runtime, "BrokenExecutor");
const struct error error_incomplete_read =
    KIND(&error_eof, "IncompleteReadError");
const struct error error_limit_overrun =
    KIND(&error_exception, "LimitOverrunError");
const struct error error_exception_group =
    KIND(&error_exception, "ExceptionGroup");

const char *error_name(const struct error *error)
{
    while (error->name == NULL)
        error = error->kind;
    return error->name;
}

const char *error_message(const struct error *error)
{
    return error->message != NULL ? error->message : "";
}

/* ---- errors made while the program runs ---- */

struct made {
    struct error error;
    struct made *next;
    char text[];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* over the rest */
enum { SLOTS = 256 };
static struct made *slots[SLOTS];

static struct made **slot_of(const char *text)
{
    unsigned hash = 5381;

    for (const char *c = text; *c != '\0'; c++)
        hash = hash * 33 + (unsigned char)*c;
    return &slots[hash % SLOTS];
}

/* The error with that text, NULL if it is not there; locked. */
static const struct error *find(const struct error *kind, int number,
                                const char *text)
{
    for (struct made *made = *slot_of(text); made != NULL; made = made->next)
        if (made->error.kind == kind && made->error.number == number &&
            strcmp(made->text, text) == 0)
            return &made->error;
    return NULL;
}

/* Makes one that is not there; locked. */
static const struct error *add(const struct error *kind, int number,
                               const char *text)
{
    struct made **slot = slot_of(text);
    struct made *made = malloc(sizeof *made + strlen(text) + 1);

    if (made == NULL)
        return &error_memory;
    strcpy(made->text, text);
    made->error = (struct error){kind, NULL, made->text, number};
    made->next = *slot;
    *slot = made;
    return &made->error;
}

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

/*
 * A process forked while another thread makes an error would get a copy of
 * the mutex that nobody there unlocks. So forks wait for it, too.
 */
__attribute__((constructor)) static void lock_around_forks(void)
{
    pthread_atfork(lock, unlock, unlock);
}

const struct error *error_make(const struct error *kind, int number,
                               const char *text)
{
    lock();
    const struct error *error = find(kind, number, text);
    if (error == NULL)
        error = add(kind, number, text);
    unlock();
    return error;
}

bool error_is_made(const struct error *error)
{
    if (error->message == NULL)
        return false;
    if (error_group(error) != NULL)
        return true;
    lock();
    const struct error *found =
        find(error->kind, error->number, error->message);
    unlock();
    return found == error;
}

const struct error *error_new(const struct error *kind, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return &error_memory;
    const struct error *error = error_make(kind, 0, text);
    free(text);
    return error;
}

const struct error *error_from_errno(int number)
{
    char text[128];

    if (number == ENOMEM)
        return &error_memory;
    /* GNU's strerror_r returns the text, which need not be in `text`. */
    return error_make(number == ETIMEDOUT ? &error_timeout : &error_os, number,
                      strerror_r(number, text, sizeof text));
}

/* ---- why a call was refused ---- */

static _Thread_local const struct error *last;

const struct error *error_last(void)
{
    return last;
}

bool error_raise(const struct error *error)
{
    last = error;
    return false;
}

void *error_raise_null(const struct error *error)
{
    last = error;
    return NULL;
}
