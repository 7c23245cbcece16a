/*
 * diagnosis.c - see loop.h: what goes wrong where nobody else would see it.
 * Errors that nobody can receive, and what debug mode looks for.
 */
#include "loop_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the log ---- */

static async_log_sink *log_sink; /* NULL: stderr */
static void *log_data;
static pthread_mutex_t log_mutex = PTHREAD_MUTEX_INITIALIZER;

void async_set_log(async_log_sink *sink, void *data)
{
    pthread_mutex_lock(&log_mutex);
    log_sink = sink;
    log_data = data;
    pthread_mutex_unlock(&log_mutex);
}

void async_log(const char *format, ...)
{
    char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&log_mutex);
    if (log_sink != NULL)
        log_sink(text, log_data);
    else
        fprintf(stderr, "%s\n", text);
    pthread_mutex_unlock(&log_mutex);
}

/* ---- the exception handler ---- */

void loop_set_exception_handler(struct loop *loop,
                                loop_exception_handler *handler, void *data)
{
    loop->exception_handler = handler;
    loop->exception_data = data;
}

loop_exception_handler *loop_get_exception_handler(const struct loop *loop)
{
    return loop->exception_handler;
}

/* Appends to a text of `size` bytes, as much as there is room for. */
static void append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
    size_t length = 0;
    va_list arguments;

    while (text[length] != '\0')
        length++;
    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}

void loop_default_exception_handler(struct loop *loop,
                                    const struct error_context *context)
{
    char text[1024] = "", task[256];

    (void)loop;
    append(text, sizeof text, "%s",
           context->message != NULL ? context->message
                                    : "Unhandled exception in event loop");
    if (context->callback != NULL)
        append(text, sizeof text, "\ncallback: %s", context->callback);
    if (context->task != NULL) {
        task_describe(context->task, task, sizeof task);
        append(text, sizeof text, "\ntask: %s", task);
    }
    if (context->error != NULL)
        append(text, sizeof text, "\n%s: %s", error_name(context->error),
               error_message(context->error));
    async_log("%s", text);
}

_Thread_local const struct error *raised_error;

void callback_raise(const struct error *error)
{
    raised_error = error;
}

/* A handler that fails is reported itself; more cannot be done. */
void loop_call_exception_handler(struct loop *loop,
                                 const struct error_context *context)
{
    const struct error *before = raised_error;

    if (loop->exception_handler == NULL) {
        loop_default_exception_handler(loop, context);
        return;
    }
    raised_error = NULL;
    loop->exception_handler(loop, context, loop->exception_data);
    if (raised_error != NULL)
        loop_default_exception_handler(
            loop, &(struct error_context){
                      .message = "Unhandled error in exception handler",
                      .error = raised_error});
    raised_error = before;
}

void diagnosis_report_raised(struct loop *loop, const char *name)
{
    const struct error *error = raised_error;
    char message[256];

    raised_error = NULL;
    snprintf(message, sizeof message, "Exception in callback %s",
             name != NULL ? name : "");
    loop_call_exception_handler(
        loop, &(struct error_context){
                  .message = message, .error = error, .callback = name});
}

/* ---- debug mode ---- */

void loop_set_debug(struct loop *loop, bool debug)
{
    loop->debug = debug;
}

bool loop_get_debug(const struct loop *loop)
{
    return loop->debug;
}

void loop_set_slow_callback_duration(struct loop *loop, double seconds)
{
    loop->slow_callback_duration = seconds;
}

double loop_slow_callback_duration(const struct loop *loop)
{
    return loop->slow_callback_duration;
}

struct named_callback {
    handle_callback *callback;
    const char *name;
    struct named_callback *next;
};

static const char *name_of(const struct loop *loop, handle_callback *callback)
{
    for (const struct named_callback *named = loop->names; named != NULL;
         named = named->next)
        if (named->callback == callback)
            return named->name;
    return NULL;
}

void(loop_name_callback)(struct loop *loop, handle_callback *callback,
                         const char *name)
{
    /* The names are the loop's own: other threads are not to touch them. */
    if (!loop->debug || !loop_check(loop, callback) ||
        name_of(loop, callback) != NULL)
        return;
    struct named_callback *named = malloc(sizeof *named);
    if (named == NULL)
        return; /* then it has no name */
    *named = (struct named_callback){callback, name, loop->names};
    loop->names = named;
}

/* What is about to be called may be gone afterwards, a task but not its end. */
void diagnosis_call(struct loop *loop, struct handle *handle)
{
    struct task *task = task_of_step(handle);
    const char *name = name_of(loop, calls_target(handle));
    char text[256];

    if (task != NULL)
        future_hold(&task->future);
    double begun = loop_time(loop);
    handle->callback(handle->data);
    double seconds = loop_time(loop) - begun;
    if (raised_error != NULL)
        diagnosis_report_raised(loop, name);
    if (task != NULL)
        task_describe(task, text, sizeof text);
    else
        snprintf(text, sizeof text, "<Handle %s>", name != NULL ? name : "?");
    if (seconds >= loop->slow_callback_duration)
        async_log("Executing %s took %.3f seconds", text, seconds);
    if (task != NULL)
        task_free(task);
}

void diagnosis_close(struct loop *loop)
{
    struct named_callback *named;

    while ((named = loop->names) != NULL) {
        loop->names = named->next;
        free(named);
    }
}
