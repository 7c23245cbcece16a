/*
 * 114-destroyed-pending - stage 07: a task that is still pending when its loop
 * is closed.
 *
 * In Python nobody holds such a task any more once the loop has dropped its
 * next step, and it is destroyed. Here the loop holds it until it is done, and
 * lets it go when it closes; the handler is told the same.
 */
#include "loop_support.h"

#include <stdio.h>
#include <string.h>

/* print("  handler:", *context["message"].split()[:5]) */
static void on_error(struct loop *loop, const struct error_context *context,
                     void *data)
{
    const char *end = context->message;

    (void)loop, (void)data;
    for (int words = 0; words < 5 && *end != '\0'; words++)
        end += strspn(end, " "), end += strcspn(end, " ");
    printf("  handler: %.*s\n", (int)(end - context->message),
           context->message);
}

/*
 *     async def endless():
 *         while True:
 *             await asyncio.sleep(0)
 */
struct endless {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *endless(struct coroutine *co)
{
    struct endless *self = (struct endless *)co;

    CO_BEGIN(self);
    while (true) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct endless endless_new(void)
{
    return (struct endless){.co = CO_INIT(endless)};
}

static void one_pass(struct loop *loop)
{
    must_do(loop_call_soon(loop, NULL, stop_loop, loop));
    must_do(loop_run_forever(loop));
}

static struct loop *loop_with_handler(void)
{
    struct loop *loop = new_loop();

    loop_set_exception_handler(loop, on_error, NULL);
    return loop;
}

static void close_with(struct loop *loop, const char *what)
{
    printf("close with %s\n", what);
    must_do(loop_close(loop));
    printf("closed\n");
    close_loop(loop);
}

static void pending(void)
{
    struct loop *loop = loop_with_handler();

    task_free(loop_create_task(loop, COROUTINE(endless_new())));
    one_pass(loop);
    close_with(loop, "a pending task");
}

static void finished(void)
{
    struct loop *loop = loop_with_handler();

    task_free(loop_create_task(loop, COROUTINE(async_sleep(0))));
    for (int i = 0; i < 3; i++)
        one_pass(loop);
    close_with(loop, "a finished task");
}

static void cancelled(void)
{
    struct loop *loop = loop_with_handler();
    struct task *task = loop_create_task(loop, COROUTINE(endless_new()));
    char text[64];

    one_pass(loop);
    task_cancel(task, NULL);
    one_pass(loop);
    snprintf(text, sizeof text, "a cancelled task: %s",
             truth(is_cancelled(task)));
    task_free(task);
    close_with(loop, text);
}

static void made_by_the_run(void)
{
    struct loop *loop = loop_with_handler();

    must_do(loop_call_soon(loop, NULL, stop_loop, loop));
    if (!loop_run_until_complete(loop, COROUTINE(endless_new()), NULL) &&
        error_is(error_last(), &error_runtime))
        printf("stopped before it was done\n");
    close_with(loop, "the run's own task pending");
}

int main(void)
{
    static void (*const parts[])(void) = {pending, finished, cancelled,
                                          made_by_the_run};

    for (int i = 0; i < 4; i++) {
        printf("--\n");
        parts[i]();
    }
}
