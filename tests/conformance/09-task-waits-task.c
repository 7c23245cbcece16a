/*
 * 09-task-waits-task - stage 07: one task depends on what another returns.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

struct supplier {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *supplier(struct coroutine *co)
{
    struct supplier *self = (struct supplier *)co;

    CO_BEGIN(self);
    printf("supplier starts\n");
    self->sleep = async_sleep(2 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("supplier ends\n");
    self->result = number_value(40);
    CO_FINALLY(self);
    CO_END(self);
}

static struct supplier supplier_new(void)
{
    return (struct supplier){.co = CO_INIT(supplier)};
}

/*
 *     async def consumer(tag, source):
 *         print(tag, "starts")
 *         value = await source
 *         print(tag, "received", value)
 *         return value + 2
 */
/* docs: phrasebook-consumer-frame */
struct consumer {
    struct coroutine co;
    void *result;
    const char *tag;
    struct awaitable *source;
    intptr_t value;
};

/* docs: phrasebook-consumer */
static struct future *consumer(struct coroutine *co)
{
    struct consumer *self = (struct consumer *)co;

    CO_BEGIN(self);
    printf("%s starts\n", self->tag);
    CO_AWAIT(self, *self->source);
    self->value = value_number(self->source->result);
    printf("%s received %d\n", self->tag, (int)self->value);
    self->result = number_value(self->value + 2);
    CO_FINALLY(self);
    CO_END(self);
}

/* The source, a coroutine or a task, stays with the caller. */
/* docs: phrasebook-consumer-new */
static struct consumer consumer_new(const char *tag, struct coroutine *source)
{
    return (struct consumer){.co = CO_INIT(consumer),
                             .tag = tag,
                             .source = (struct awaitable *)source};
}

struct program {
    struct coroutine co;
    void *result;
    struct supplier supplier;
    struct consumer solo;
    struct task *shared, *early, *late;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    printf("-- await the coroutine itself\n");
    self->supplier = supplier_new();
    self->solo = consumer_new("solo", &self->supplier.co);
    CO_AWAIT(self, self->solo);
    printf("answer %d\n", (int)value_number(self->solo.result));
    printf("-- two tasks await one task\n");
    CO_CHECK(self, self->shared = async_create_task(COROUTINE(supplier_new())));
    CO_CHECK(self, self->early = async_create_task(
                       COROUTINE(consumer_new("early", &self->shared->co))));
    CO_CHECK(self, self->late = async_create_task(
                       COROUTINE(consumer_new("late", &self->shared->co))));
    CO_AWAIT(self, *self->early);
    CO_AWAIT(self, *self->late);
    printf("answers %d %d\n", (int)value_number(self->early->result),
           (int)value_number(self->late->result));
    CO_AWAIT(self, *self->shared);
    printf("again %d\n", (int)value_number(self->shared->result));
    CO_FINALLY(self);
    task_free(self->late);
    task_free(self->early);
    task_free(self->shared);
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
