/*
 * 109-run-leftovers - stage 07: async_run(): what happens to errors, and to
 * tasks that are left over.
 */
#include "loop_support.h"

#include <stdio.h>
#include <string.h>

/* print("handler:", *context["message"].split()[:2], "/", exception) */
static void on_error(struct loop *loop, const struct error_context *context,
                     void *data)
{
    const char *end = context->message;

    (void)loop, (void)data;
    end += strcspn(end, " ");
    end += strspn(end, " ");
    end += strcspn(end, " ");
    printf("handler: %.*s / %s\n", (int)(end - context->message),
           context->message, error_message(context->error));
}

/*
 *     async def child():
 *         print("child begins")
 *         await asyncio.sleep(0)
 *         print("child ends")
 */
struct child {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;

    CO_BEGIN(self);
    printf("child begins\n");
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    printf("child ends\n");
    CO_FINALLY(self);
    CO_END(self);
}

static struct child child_new(void)
{
    return (struct child){.co = CO_INIT(child)};
}

/*
 *     async def leftover(label, manner, naps):
 *         try:
 *             print(label, "begins")
 *             await asyncio.get_running_loop().create_future()
 *         except asyncio.CancelledError:
 *             for _ in range(naps):
 *                 await asyncio.sleep(0)
 *             if manner == "fail":
 *                 print(label, "fails in its clean-up")
 *                 raise OSError(label + " clean-up broke") from None
 *             if manner == "swallow":
 *                 print(label, "swallows it and finishes")
 *                 return
 *             if manner == "spawn":
 *                 print(label, "leaves a child behind")
 *                 asyncio.create_task(child())
 *             print(label, "is cancelled")
 *             raise
 */
struct leftover {
    struct coroutine co;
    void *result;
    const char *label, *manner;
    int times;
    struct future never;
    struct naps naps;
    struct task *child;
};

static struct future *leftover(struct coroutine *co)
{
    struct leftover *self = (struct leftover *)co;

    CO_BEGIN(self);
    printf("%s begins\n", self->label);
    self->never = future_new(async_get_running_loop());
    CO_AWAIT(self, self->never);
    CO_FINALLY(self);
    self->naps = naps(self->times);
    CO_AWAIT(self, self->naps);
    if (strcmp(self->manner, "fail") == 0) {
        printf("%s fails in its clean-up\n", self->label);
        CO_RAISE(self, error_new(&error_os, "%s clean-up broke", self->label));
    }
    if (strcmp(self->manner, "swallow") == 0) {
        printf("%s swallows it and finishes\n", self->label);
        self->co.error = NULL;
        CO_RETURN(self);
    }
    if (strcmp(self->manner, "spawn") == 0) {
        printf("%s leaves a child behind\n", self->label);
        CO_CHECK(self, self->child = async_create_task(COROUTINE(child_new())));
        task_free(self->child);
    }
    printf("%s is cancelled\n", self->label);
    CO_END(self);
}

static struct leftover leftover_new(const char *label, const char *manner,
                                    int times)
{
    return (struct leftover){.co = CO_INIT(leftover),
                             .label = label,
                             .manner = manner,
                             .times = times};
}

/*
 *     async def early():
 *         raise OSError("must not appear")
 */
struct early {
    struct coroutine co;
    void *result;
};

static struct future *early(struct coroutine *co)
{
    static const struct error error = ERROR(&error_os, "must not appear");
    struct early *self = (struct early *)co;

    CO_BEGIN(self);
    CO_RAISE(self, &error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct early early_new(void)
{
    return (struct early){.co = CO_INIT(early)};
}

/* What the programs have in their frames. */
struct program {
    struct coroutine co;
    void *result;
    const char *ending;
    struct task *failed;
    const struct error *error;
    struct wait_task wait;
    struct async_sleep sleep;
};

/* asyncio.create_task(leftover(...)): the loop holds it until it is done. */
static bool leave(const char *label, const char *manner, int times)
{
    struct task *task =
        async_create_task(COROUTINE(leftover_new(label, manner, times)));

    task_free(task);
    return task != NULL;
}

static struct future *program(struct coroutine *co)
{
    static const struct error broke = ERROR(&error_value, "main broke");
    static const struct leftover left[] = {
        {.label = "one", .manner = "raise", .times = 1},
        {.label = "two", .manner = "fail", .times = 3},
        {.label = "three", .manner = "swallow", .times = 12},
        {.label = "four", .manner = "spawn", .times = 7}};
    enum { LEFT = sizeof left / sizeof left[0] };
    static char count[8];
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    loop_set_exception_handler(async_get_running_loop(), on_error, NULL);
    for (const struct leftover *each = left; each < left + LEFT; each++)
        CO_CHECK(self, leave(each->label, each->manner, each->times));
    CO_CHECK(self, self->failed = async_create_task(COROUTINE(early_new())));
    self->wait = wait_task(self->failed);
    CO_AWAIT(self, self->wait);
    CO_CHECK(self, future_error(&self->failed->future, &self->error));
    printf("early failed: %s\n", truth(self->error != NULL));
    printf("main ends by %s\n", self->ending);
    if (strcmp(self->ending, "error") == 0)
        CO_RAISE(self, &broke);
    if (strcmp(self->ending, "cancel") == 0) {
        task_cancel(async_current_task(NULL), "by myself");
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    snprintf(count, sizeof count, "%d", LEFT);
    self->result = count;
    CO_FINALLY(self);
    task_free(self->failed);
    CO_END(self);
}

static struct program program_new(const char *ending)
{
    return (struct program){.co = CO_INIT(program), .ending = ending};
}

static struct future *unstarted(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, leave("unstarted", "raise", 0));
    self->result = "main never waited";
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *cancelled_unstarted(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self,
             loop_call_soon(loop, NULL, print_text, "queued behind main"));
    CO_CHECK(self, self->failed = async_create_task(
                       COROUTINE(leftover_new("must not appear", "raise", 0))));
    CO_CHECK(self,
             loop_call_soon(loop, NULL, print_text, "queued behind the task"));
    task_cancel(self->failed, NULL);
    self->result = "main returned";
    CO_FINALLY(self);
    task_free(self->failed);
    CO_END(self);
}

static void attempt(struct coroutine *object)
{
    void *result = NULL;

    if (async_run(object, &result))
        printf("run gives %s\n", (char *)result);
    else if (error_is(error_last(), &error_value))
        printf("run raises %s\n", error_message(error_last()));
    else if (error_is(error_last(), &error_cancelled))
        printf("run raises cancelled, told %s\n", error_message(error_last()));
}

static struct future *run_inside(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    if (!async_run(COROUTINE(child_new()), NULL) &&
        error_is(error_last(), &error_runtime))
        printf("run inside run is refused\n");
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    static const char *const endings[] = {"return", "error", "cancel"};

    for (int i = 0; i < 3; i++) {
        printf("-- %s\n", endings[i]);
        attempt(COROUTINE(program_new(endings[i])));
    }
    printf("--\n");
    attempt(COROUTINE((struct program){.co = CO_INIT(unstarted)}));
    printf("--\n");
    attempt(COROUTINE((struct program){.co = CO_INIT(cancelled_unstarted)}));
    printf("--\n");
    run_to_end(COROUTINE((struct program){.co = CO_INIT(run_inside)}));
}
