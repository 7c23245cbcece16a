/*
 * 21-exception-handler - stage 07: errors that nobody else can receive go to
 * the loop's exception handler.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>
#include <string.h>

/* record.getMessage().splitlines()[0] */
static void tap(const char *text, void *data)
{
    (void)data;
    printf("  log: %.*s\n", (int)strcspn(text, "\n"), text);
}

/* " ".join(text.split()[:count]) */
static void print_words(const char *text, int count)
{
    for (int i = 0; i < count && *text != '\0'; i++) {
        size_t length = strcspn(text, " ");
        printf("%s%.*s", i > 0 ? " " : "", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
}

static void on_error(struct loop *loop, const struct error_context *context,
                     void *data)
{
    (void)loop, (void)data;
    printf("  handler: ");
    print_words(context->message, 3);
    printf(" / %s\n",
           context->error != NULL ? error_message(context->error) : "None");
}

static void faulty_handler(struct loop *loop,
                           const struct error_context *context, void *data)
{
    static const struct error broke = ERROR(&error_runtime, "handler broke");

    (void)loop, (void)context, (void)data;
    callback_raise(&broke);
}

static void explode(void *data)
{
    static const struct error broke = ERROR(&error_value, "callback broke");

    (void)data;
    callback_raise(&broke);
}

struct failing {
    struct coroutine co;
    void *result;
};

static struct future *failing(struct coroutine *co)
{
    static const struct error broke = ERROR(&error_lookup, "task broke");
    struct failing *self = (struct failing *)co;

    CO_BEGIN(self);
    CO_RAISE(self, &broke);
    CO_FINALLY(self);
    CO_END(self);
}

static struct failing failing_new(void)
{
    return (struct failing){.co = CO_INIT(failing)};
}

static void call_handler(struct loop *loop, const char *message)
{
    loop_call_exception_handler(loop,
                                &(struct error_context){.message = message});
}

int main(void)
{
    struct loop *loop = new_loop();

    async_set_log(tap, NULL);
    printf("handler at first: %s\n",
           loop_get_exception_handler(loop) == NULL ? "None" : "set");
    loop_set_exception_handler(loop, on_error, NULL);
    printf("handler is ours: %s\n",
           truth(loop_get_exception_handler(loop) == on_error));

    printf("callback raises\n");
    must_do(loop_call_soon(loop, NULL, explode, NULL));
    run_until_complete(loop, COROUTINE(async_sleep(0.01)));

    printf("direct call\n");
    call_handler(loop, "spilled the tea");

    printf("awaited task raises\n");
    if (!loop_run_until_complete(loop, COROUTINE(failing_new()), NULL) &&
        error_is(error_last(), &error_lookup))
        printf("  caller: %s\n", error_message(error_last()));

    printf("handler removed\n");
    loop_set_exception_handler(loop, NULL, NULL);
    call_handler(loop, "spilled again");
    loop_default_exception_handler(
        loop, &(struct error_context){.message = "spilled by hand"});

    printf("handler itself raises\n");
    loop_set_exception_handler(loop, faulty_handler, NULL);
    call_handler(loop, "spilled at last");
    printf("loop still works: %s\n",
           (char *)run_until_complete(loop,
                                      COROUTINE(async_sleep_value(0, "yes"))));
    close_loop(loop);
}
