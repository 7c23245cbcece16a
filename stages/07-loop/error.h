/*
 * error.h - why something failed: what an exception is in Python.
 *
 * An error is a constant: nobody frees it, and everybody may keep a pointer to
 * it. Errors are told apart by their address; each is a case of a kind, as a
 * Python exception is an instance of a class:
 *
 *     if (error_is(self->fetch.co.error, &error_os)) ...     except OSError:
 *
 * A call that refuses its work returns false, NULL or -1, and error_last()
 * says why, as errno does in C. Inside a coroutine, hand it on:
 *
 *     if (!queue_put_nowait(&self->queue, item))
 *         CO_RAISE(self, error_last());
 */
#ifndef STAGES_07_LOOP_ERROR_H
#define STAGES_07_LOOP_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct error {
    const struct error *kind; /* what it is a case of; NULL: of nothing */
    const char *name;         /* of a kind: its Python name; else NULL */
    const char *message;      /* for people; NULL: there is no more to say */
    int number;               /* an errno where there is one, else 0 */
};

/* A constant case of a kind: const struct error late = ERROR(&error_os, ...) */
#define ERROR(of_kind, text)       \
    {                              \
        (of_kind), NULL, (text), 0 \
    }

/* ---- the kinds, Python's names in small letters ---- */

extern const struct error error_base_exception;
extern const struct error error_exception;          /* a base exception */
extern const struct error error_cancelled;          /* a base exception */
extern const struct error error_generator_exit;     /* a base exception */
extern const struct error error_keyboard_interrupt; /* a base exception */
/* All that follow are cases of error_exception. */
extern const struct error error_arithmetic;
extern const struct error error_assertion;
extern const struct error error_eof;
extern const struct error error_lookup;
extern const struct error error_key; /* a lookup error */
extern const struct error error_memory;
extern const struct error error_os;
extern const struct error error_timeout; /* an OS error, as in Python */
extern const struct error error_runtime;
extern const struct error error_not_implemented; /* a runtime error */
extern const struct error error_type;
extern const struct error error_value;
extern const struct error error_stop_iteration;
extern const struct error error_stop_async_iteration;
extern const struct error error_invalid_state;
extern const struct error error_queue_empty;
extern const struct error error_queue_full;
extern const struct error error_broken_barrier;  /* a runtime error */
extern const struct error error_broken_executor; /* a runtime error */
extern const struct error error_incomplete_read; /* an EOF error */
extern const struct error error_limit_overrun;
extern const struct error error_exception_group;

/* isinstance(error, kind); false for NULL. */
static inline bool error_is(const struct error *error, const struct error *kind)
{
    while (error != NULL && error != kind)
        error = error->kind;
    return error != NULL;
}

/* type(error).__name__ and str(error); "" if there is no message. */
const char *error_name(const struct error *error);
const char *error_message(const struct error *error);

/*
 * An error made while the program runs: kind(f"..."). It lives as long as the
 * program, and the same kind and text give the same error again: what grows is
 * the number of different texts, so a counter is better kept in a frame than
 * put into a message. Any thread may call it. Returns &error_memory if there
 * is no memory for it.
 */
const struct error *error_new(const struct error *kind, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* OSError(number, strerror(number)); ETIMEDOUT makes it a TimeoutError. */
const struct error *error_from_errno(int number);

/*
 * What both come down to, for an error that arrives from elsewhere in parts.
 * `kind` is a constant, and the text is copied. Returns as error_new().
 */
const struct error *error_make(const struct error *kind, int number,
                               const char *text);

/*
 * Whether one of these three made it, or it is an error_group(): then no other
 * process has it, while a constant is at the same address in every process
 * forked from this one.
 */
bool error_is_made(const struct error *error);

/* ---- why a call was refused ---- */

/* Why the last call that failed in this thread did so. */
const struct error *error_last(void);

/* Sets error_last(), and returns false: `return error_raise(&late);` */
bool error_raise(const struct error *error);

/* The same for calls that return a pointer: always NULL. */
void *error_raise_null(const struct error *error);

#endif
