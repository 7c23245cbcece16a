/*
 * 108-exception-handler-told - stage 07: what the loop's exception handler is
 * told, and what not.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>
#include <string.h>

/* print("  handler:", *context["message"].split()[:5], "/", exception) */
static void on_error(struct loop *loop, const struct error_context *context,
                     void *data)
{
    static const char in_callback[] = "Exception in callback";
    const char *end = context->message;

    (void)loop, (void)data;
    for (int words = 0; words < 5 && *end != '\0'; words++)
        end += strspn(end, " "), end += strcspn(end, " ");
    if (strncmp(context->message, in_callback, strlen(in_callback)) == 0)
        end = context->message + strlen(in_callback);
    printf("  handler: %.*s / %s\n", (int)(end - context->message),
           context->message, error_message(context->error));
}

/*
 *     async def fail(label):
 *         raise ValueError(label)
 */
struct fail {
    struct coroutine co;
    void *result;
    const char *label;
};

static struct future *fail(struct coroutine *co)
{
    struct fail *self = (struct fail *)co;

    CO_BEGIN(self);
    CO_RAISE(self, error_new(&error_value, "%s", self->label));
    CO_FINALLY(self);
    CO_END(self);
}

static struct fail fail_new(const char *label)
{
    return (struct fail){.co = CO_INIT(fail), .label = label};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    struct task *task, *second;
    struct future *box;
    struct naps naps;
};

static struct future *dropped(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(fail_new("dropped"))));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    printf("task done, nobody looked\n");
    task_free(self->task);
    printf("task dropped\n");
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *dropped_future(struct coroutine *co)
{
    static const struct error error = ERROR(&error_value, "dropped future");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    CO_CHECK(self, future_set_error(self->box, &error));
    printf("future holds an error\n");
    future_free(self->box);
    printf("future dropped\n");
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     async def look_at(look, task):
 *         if look == "result":
 *             task.result()
 *         ...
 */
struct look_at {
    struct coroutine co;
    void *result;
    const char *look;
    struct task *task;
    const struct error *error;
    struct async_wait_for wait_for;
    struct future *gather;
};

static struct future *look_at(struct coroutine *co)
{
    struct look_at *self = (struct look_at *)co;
    struct future *future = &self->task->future;

    CO_BEGIN(self);
    if (strcmp(self->look, "result") == 0) {
        CO_CHECK(self, future_result(future, NULL));
    } else if (strcmp(self->look, "exception") == 0) {
        CO_CHECK(self, future_error(future, &self->error));
    } else if (strcmp(self->look, "await") == 0) {
        CO_AWAIT(self, *self->task);
    } else if (strcmp(self->look, "wait_for") == 0) {
        self->wait_for = async_wait_for(&self->task->co, 0);
        CO_AWAIT(self, self->wait_for);
    } else if (strcmp(self->look, "gather") == 0) {
        self->gather = async_gather(
            (struct coroutine *[]){COROUTINE(async_sleep(0)), &future->co}, 2);
        CO_CHECK(self, self->gather);
        CO_AWAIT(self, *self->gather);
    } else if (strcmp(self->look, "cancel") == 0) {
        task_cancel(self->task, NULL);
    }
    CO_FINALLY(self);
    future_free(self->gather);
    CO_END(self);
}

static struct look_at look_at_new(const char *look, struct task *task)
{
    return (struct look_at){.co = CO_INIT(look_at), .look = look, .task = task};
}

static void look_away(struct future *task, void *data)
{
    (void)task, (void)data;
    printf("callback looks away\n");
}

/*
 *     async def look(look):
 *         task = asyncio.create_task(fail(look))
 *         ...                                 # until it is done
 *         try:
 *             await look_at(look, task)
 *         except ValueError:
 *             print(look, "raised")
 *         await naps()
 *         print("drop the task of:", look)
 *         del task
 *         await naps()
 */
struct look {
    struct coroutine co;
    void *result;
    const char *look;
    struct task *task;
    struct naps naps;
    struct wait_task wait;
    struct look_at look_at;
};

static struct future *look(struct coroutine *co)
{
    struct look *self = (struct look *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(fail_new(self->look))));
    if (strcmp(self->look, "blind callback") == 0)
        CO_CHECK(self, future_add_done_callback(&self->task->future, look_away,
                                                NULL));
    if (strcmp(self->look, "wait") == 0) {
        self->wait = wait_task(self->task);
        CO_AWAIT(self, self->wait);
    } else {
        self->naps = naps(2);
        CO_AWAIT(self, self->naps);
    }
    self->look_at = look_at_new(self->look, self->task);
    CO_TRY_AWAIT(self, self->look_at);
    if (error_is(self->look_at.co.error, &error_value))
        printf("%s raised\n", self->look);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    printf("drop the task of: %s\n", self->look);
    task_free(self->task);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    CO_END(self);
}

static struct look look_new(const char *how)
{
    return (struct look){.co = CO_INIT(look), .look = how};
}

/* for look in ("result", "exception", ...): */
struct looked_at {
    struct coroutine co;
    void *result;
    int i;
    struct look look;
};

static struct future *looked_at(struct coroutine *co)
{
    static const char *const looks[] = {"result", "exception",     "await",
                                        "wait",   "wait_for",      "gather",
                                        "cancel", "blind callback"};
    struct looked_at *self = (struct looked_at *)co;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 8; self->i++) {
        self->look = look_new(looks[self->i]);
        CO_AWAIT(self, self->look);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct looked_at looked_at_new(void)
{
    return (struct looked_at){.co = CO_INIT(looked_at)};
}

static struct future *second_failure(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(fail_new("first"))));
    CO_CHECK(self,
             self->second = async_create_task(COROUTINE(fail_new("second"))));
    CO_CHECK(
        self,
        self->box = async_gather(
            (struct coroutine *[]){&self->task->co, &self->second->co}, 2));
    CO_TRY_AWAIT(self, *self->box);
    if (error_is(self->box->co.error, &error_value))
        printf("gather raised %s\n", error_message(self->box->co.error));
    future_free(self->box);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    task_free(self->task);
    task_free(self->second);
    printf("both dropped, no word of the second\n");
    CO_FINALLY(self);
    CO_END(self);
}

static void print_label(struct future *box, void *label)
{
    (void)box;
    print_text(label);
}

static void explode(void *label)
{
    callback_raise(error_new(&error_value, "%s", (char *)label));
}

static void explode_done(struct future *box, void *label)
{
    (void)box;
    explode(label);
}

static struct future *callbacks(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(loop));
    CO_CHECK(self, future_add_done_callback(self->box, print_label, "before"));
    CO_CHECK(self, future_add_done_callback(self->box, explode_done,
                                            "done-callback"));
    CO_CHECK(self, future_add_done_callback(self->box, print_label, "behind"));
    CO_CHECK(self, future_set_result(self->box, NULL));
    CO_CHECK(self, loop_call_soon(loop, NULL, explode, "call_soon"));
    CO_CHECK(self, loop_call_later(loop, NULL, 0, explode, "timer"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    printf("the pass has run\n");
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    future_free(self->box);
    CO_END(self);
}

static struct future *cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task =
                       async_create_task(COROUTINE(fail_new("never begun"))));
    task_cancel(self->task, NULL);
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    task_free(self->task);
    printf("a dropped cancelled task is no error\n");
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *by_hand(struct coroutine *co)
{
    static const struct error error = ERROR(&error_value, "by hand");
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    loop_call_exception_handler(
        self->loop,
        &(struct error_context){.message = "spilled the tea", .error = &error});
    loop_set_exception_handler(self->loop, NULL, NULL);
    printf("handler back to none: %s\n",
           loop_get_exception_handler(self->loop) == NULL ? "None" : "set");
    CO_FINALLY(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct part part;
    struct looked_at looked_at;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {
        dropped,        dropped_future, NULL /* looked_at */,
        second_failure, callbacks,      cancelled,
        by_hand};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    loop_set_exception_handler(loop, on_error, NULL);
    for (self->i = 0; self->i < 7; self->i++) {
        printf("--\n");
        if (parts[self->i] == NULL) {
            self->looked_at = looked_at_new();
            CO_AWAIT(self, self->looked_at);
            continue;
        }
        self->part = (struct part){.co = CO_INIT(parts[self->i]), .loop = loop};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
