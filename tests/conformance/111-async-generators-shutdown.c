/*
 * 111-async-generators-shutdown - stage 07: async generators that still stand
 * in the middle when a run ends.
 */
#include "loop_support.h"
#include "stages/07-loop/async_generator.h"

#include <stdio.h>
#include <string.h>

/* print("handler:", *context["message"].split()[:6], "/", exception) */
static void on_error(struct loop *loop, const struct error_context *context,
                     void *data)
{
    const char *end = context->message;

    (void)loop, (void)data;
    for (int words = 0; words < 6; words++) {
        end += strspn(end, " ");
        end += strcspn(end, " ");
    }
    printf("handler: %.*s / %s\n", (int)(end - context->message),
           context->message, error_message(context->error));
}

/*
 *     async def numbers(label, fail=False):
 *         try:
 *             yield 1
 *             yield 2
 *         finally:
 *             print(label, "finally begins")
 *             await asyncio.sleep(0.01)
 *             print(label, "finally ends")
 *             if fail:
 *                 raise ValueError(label + " broke")
 */
struct numbers {
    struct coroutine co;
    void *result;
    const char *label;
    bool fail;
    struct async_yield out;
    struct async_sleep sleep;
};

static struct future *numbers(struct coroutine *co)
{
    struct numbers *self = (struct numbers *)co;

    CO_BEGIN(self);
    ASYNC_YIELD(self, self->out, number_value(1));
    ASYNC_YIELD(self, self->out, number_value(2));
    CO_FINALLY(self);
    printf("%s finally begins\n", self->label);
    self->sleep = async_sleep(0.01);
    CO_AWAIT(self, self->sleep);
    printf("%s finally ends\n", self->label);
    if (self->fail)
        CO_RAISE(self, error_new(&error_value, "%s broke", self->label));
    CO_END(self);
}

static struct async_generator *numbers_new(const char *label, bool fail)
{
    return ASYNC_GENERATOR(((struct numbers){
        .co = CO_INIT(numbers), .label = label, .fail = fail}));
}

/* kept.append(numbers(label, fail)): it is let go after the run. */
static struct async_generator *kept[8];
static size_t kept_count;

static struct async_generator *keep(const char *label, bool fail)
{
    struct async_generator *source = numbers_new(label, fail);

    if (source != NULL)
        kept[kept_count++] = source;
    return source;
}

static void let_go(void)
{
    while (kept_count > 0)
        async_generator_free(kept[--kept_count]);
}

/*
 *     async def consumer(label):
 *         source = numbers(label + " generator")
 *         try:
 *             async for n in source:
 *                 print(label, "got", n)
 *                 await asyncio.get_running_loop().create_future()
 *         finally:
 *             print(label, "cancelled, closes its generator")
 *             await source.aclose()
 */
struct consumer {
    struct coroutine co;
    void *result;
    const char *label;
    char name[32];
    struct async_generator *source;
    struct async_generator_step step;
    struct future never;
};

static struct future *consumer(struct coroutine *co)
{
    struct consumer *self = (struct consumer *)co;

    CO_BEGIN(self);
    snprintf(self->name, sizeof self->name, "%s generator", self->label);
    CO_CHECK(self, self->source = numbers_new(self->name, false));
    for (;;) {
        CO_ANEXT(self, self->step, self->source);
        printf("%s got %d\n", self->label,
               (int)value_number(self->step.result));
        self->never = future_new(async_get_running_loop());
        CO_AWAIT(self, self->never);
    }
    CO_FINALLY(self);
    printf("%s cancelled, closes its generator\n", self->label);
    self->step = async_generator_aclose(self->source);
    CO_TRY_AWAIT(self, self->step);
    async_generator_free(self->source);
    CO_END(self);
}

static struct consumer consumer_new(const char *label)
{
    return (struct consumer){.co = CO_INIT(consumer), .label = label};
}

/* ---- the programs: each is run by an asyncio.run() of its own ---- */

struct program {
    struct coroutine co;
    void *result;
    const char *label;
    bool fail;
    struct async_generator *source, *ended;
    struct async_generator_step step;
    struct loop_shutdown_asyncgens shutdown;
    struct task *task;
    struct async_sleep sleep;
};

static struct future *left_suspended(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    loop_set_exception_handler(async_get_running_loop(), on_error, NULL);
    CO_CHECK(self, self->source = keep(self->label, self->fail));
    self->step = async_generator_anext(self->source);
    CO_AWAIT(self, self->step);
    printf("got %d\n", (int)value_number(self->step.result));
    self->result = "main returns";
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *nothing_to_close(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, keep("unstarted", false));
    CO_CHECK(self, self->source = keep("closed", false));
    CO_CHECK(self, self->ended = keep("ended", false));
    self->step = async_generator_anext(self->source);
    CO_AWAIT(self, self->step);
    self->step = async_generator_aclose(self->source);
    CO_AWAIT(self, self->step);
    for (;;) {
        CO_ANEXT(self, self->step, self->ended);
        printf("got %d\n", (int)value_number(self->step.result));
    }
    self->result = "main returns";
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *by_hand(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = keep("by hand", false));
    self->step = async_generator_anext(self->source);
    CO_AWAIT(self, self->step);
    printf("got %d\n", (int)value_number(self->step.result));
    self->shutdown = loop_shutdown_asyncgens(async_get_running_loop());
    CO_AWAIT(self, self->shutdown);
    self->step = async_generator_anext(self->source);
    CO_TRY_AWAIT(self, self->step);
    if (error_is(self->step.co.error, &error_stop_async_iteration))
        printf("after the shutdown: the end\n");
    self->result = "main returns";
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *with_a_leftover(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task =
                       async_create_task(COROUTINE(consumer_new("leftover"))));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_CHECK(self, self->source = keep("main's generator", false));
    self->step = async_generator_anext(self->source);
    CO_AWAIT(self, self->step);
    printf("main got %d\n", (int)value_number(self->step.result));
    self->result = "main returns";
    CO_FINALLY(self);
    task_free(self->task); /* the loop holds it until it is done */
    CO_END(self);
}

static void run(struct program program)
{
    printf("--\n");
    printf("%s\n", (char *)run_to_end(COROUTINE(program)));
    let_go();
}

int main(void)
{
    run((struct program){.co = CO_INIT(left_suspended), .label = "left"});
    run((struct program){
        .co = CO_INIT(left_suspended), .label = "faulty", .fail = true});
    run((struct program){.co = CO_INIT(nothing_to_close)});
    run((struct program){.co = CO_INIT(by_hand)});
    run((struct program){.co = CO_INIT(with_a_leftover)});
}
