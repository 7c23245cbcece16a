/*
 * 86-pass-numbers - stage 07: in which pass of the loop the simple things
 * happen.
 */
#include "loop_support.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

/*
 *     def chain(loop, label, links):
 *         say(label, links)
 *         if links:
 *             loop.call_soon(chain, loop, label, links - 1)
 */
struct chain {
    const char *label;
    int links;
};

static void chain(void *data)
{
    struct chain *self = data;

    say("%s %d", self->label, self->links);
    if (self->links-- > 0)
        must_do(loop_call_soon(async_get_running_loop(), NULL, chain, self));
}

/*
 *     async def yielding(label, times):
 *         for n in range(times):
 *             say(label, n)
 *             await asyncio.sleep(0)
 *         say(label, "ends")
 *         return label
 */
struct yielding {
    struct coroutine co;
    void *result;
    char *label;
    int times, n;
    struct async_sleep sleep;
};

static struct future *yielding(struct coroutine *co)
{
    struct yielding *self = (struct yielding *)co;

    CO_BEGIN(self);
    for (self->n = 0; self->n < self->times; self->n++) {
        say("%s %d", self->label, self->n);
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    say("%s ends", self->label);
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct yielding yielding_new(char *label, int times)
{
    return (struct yielding){
        .co = CO_INIT(yielding), .label = label, .times = times};
}

/*
 *     async def nested(depth):
 *         if depth:
 *             return await nested(depth - 1) + 1
 *         await asyncio.sleep(0)
 *         return 0
 *
 * A frame cannot hold one of its own kind: the inner one is an object.
 */
struct nested {
    struct coroutine co;
    void *result;
    int depth;
    struct nested *inner;
    struct async_sleep sleep;
};

static struct nested nested_new(int depth);

static struct future *nested(struct coroutine *co)
{
    struct nested *self = (struct nested *)co;

    CO_BEGIN(self);
    if (self->depth > 0) {
        CO_CHECK(self, self->inner = (struct nested *)COROUTINE(
                           nested_new(self->depth - 1)));
        CO_AWAIT(self, *self->inner);
        self->result = number_value(value_number(self->inner->result) + 1);
    } else {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        self->result = number_value(0);
    }
    CO_FINALLY(self);
    if (self->inner != NULL)
        coroutine_close(&self->inner->co);
    CO_END(self);
}

static struct nested nested_new(int depth)
{
    return (struct nested){.co = CO_INIT(nested), .depth = depth};
}

/*
 *     async def tasks_in_tasks(depth):
 *         say("task at depth", depth, "begins")
 *         if depth:
 *             value = await create_task(tasks_in_tasks(depth - 1)) + 1
 *             say("task at depth", depth, "got", value)
 *             return value
 *         return 0
 */
struct tasks_in_tasks {
    struct coroutine co;
    void *result;
    int depth;
    struct task *task;
};

static struct tasks_in_tasks tasks_in_tasks_new(int depth);

static struct future *tasks_in_tasks(struct coroutine *co)
{
    struct tasks_in_tasks *self = (struct tasks_in_tasks *)co;

    CO_BEGIN(self);
    say("task at depth %d begins", self->depth);
    self->result = number_value(0);
    if (self->depth > 0) {
        CO_CHECK(self, self->task = async_create_task(
                           COROUTINE(tasks_in_tasks_new(self->depth - 1))));
        CO_AWAIT(self, *self->task);
        self->result = number_value(value_number(self->task->result) + 1);
        say("task at depth %d got %d", self->depth,
            (int)value_number(self->result));
    }
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct tasks_in_tasks tasks_in_tasks_new(int depth)
{
    return (struct tasks_in_tasks){.co = CO_INIT(tasks_in_tasks),
                                   .depth = depth};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int i;
    struct future *box;
    struct task *task, *second;
    struct chain timer_chain, chain;
    struct nested nested;
    struct naps naps;
    struct async_sleep sleep;
};

static void free_all(struct part *self)
{
    task_free(self->second);
    task_free(self->task);
    future_free(self->box);
}

static void set_timer(void *loop)
{
    must_do(
        loop_call_later(loop, NULL, 0, say_text, "timer set in a callback"));
}

static void queue_another(void *loop)
{
    must_do(loop_call_soon(loop, NULL, say_text, "call_soon in a callback"));
}

static void set_box(void *box)
{
    say("box set in a callback");
    must_do(future_set_result(box, NULL));
}

static void done_callback(struct future *box, void *text)
{
    (void)box;
    say("%s", (char *)text);
}

static bool queue_timers(struct part *self)
{
    struct loop *loop = self->loop;
    double now = loop_time(loop);

    self->timer_chain = (struct chain){"chain from a timer", 2};
    return loop_call_later(loop, NULL, 0, say_text, "call_later(0)") &&
           loop_call_at(loop, NULL, now - 5, say_text,
                        "timer 5 s in the past") &&
           loop_call_at(loop, NULL, now - 9, say_text,
                        "timer 9 s in the past") &&
           loop_call_later(loop, NULL, -1, chain, &self->timer_chain);
}

static struct future *callbacks(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    say("all are queued in this pass");
    CO_CHECK(self, queue_timers(self));
    self->chain = (struct chain){"chain", 2};
    CO_CHECK(self, loop_call_soon(self->loop, NULL, chain, &self->chain));
    CO_CHECK(self, loop_call_soon(self->loop, NULL, set_timer, self->loop));
    CO_CHECK(self, loop_call_soon(self->loop, NULL, queue_another, self->loop));
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(yielding_new("yielding", 2))));
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    CO_CHECK(self, future_add_done_callback(self->box, done_callback,
                                            "done-callback"));
    CO_CHECK(self, loop_call_soon(self->loop, NULL, set_box, self->box));
    CO_CHECK(self,
             loop_call_soon(self->loop, NULL, say_text, "last in the queue"));
    for (self->i = 0; self->i < 4; self->i++) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        say("main after sleep(0)");
    }
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *no_pass_at_all(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    say("plain awaits begin");
    CO_CHECK(self, loop_call_soon(self->loop, NULL, say_text, "one pass"));
    self->nested = nested_new(3);
    CO_AWAIT(self, self->nested);
    say("nested returns %d", (int)value_number(self->nested.result));
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    CO_CHECK(self, future_set_result(self->box, "ready"));
    CO_AWAIT(self, *self->box);
    say("ready future gives %s", (char *)self->box->result);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    self->sleep = async_sleep(-1);
    CO_AWAIT(self, self->sleep);
    say("two sleeps, two passes");
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static struct future *task_towers(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(tasks_in_tasks_new(3))));
    CO_AWAIT(self, *self->task);
    say("depth 3 gives %d", (int)value_number(self->task->result));
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

static void say_result(struct future *task, void *label)
{
    say("%s's callback %s", (char *)label, (char *)result_of(task));
}

static struct future *result_travels(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    CO_CHECK(self, self->task = async_create_task(COROUTINE(
                       async_wait_for(&self->box->co, ASYNC_FOREVER))));
    CO_CHECK(self, self->second =
                       async_create_task(COROUTINE(yielding_new("second", 1))));
    CO_CHECK(self, future_add_done_callback(&self->second->future, say_result,
                                            "second"));
    CO_CHECK(self, future_add_done_callback(&self->task->future, say_result,
                                            "first"));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_CHECK(self, future_set_result(self->box, "box value"));
    say("box set");
    CO_AWAIT(self, *self->task);
    CO_AWAIT(self, *self->second);
    say("main has %s and %s", (char *)self->task->result,
        (char *)self->second->result);
    CO_FINALLY(self);
    free_all(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {callbacks, no_pass_at_all,
                                              task_towers, result_travels};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 4; self->i++) {
        printf("--\n");
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
