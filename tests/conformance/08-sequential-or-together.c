/*
 * 08-sequential-or-together - stage 07: one after another, or two tasks.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.05;

/*
 *     async def foo():
 *         print("  foo in")
 *         await asyncio.sleep(1 * UNIT)
 *         print("  foo out")
 */
struct part {
    struct coroutine co;
    void *result;
    const char *name;
    int units;
    struct async_sleep sleep;
};

static struct future *part(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    printf("  %s in\n", self->name);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("  %s out\n", self->name);
    CO_FINALLY(self);
    CO_END(self);
}

static struct part foo_new(void)
{
    return (struct part){.co = CO_INIT(part), .name = "foo", .units = 1};
}

static struct part bar_new(void)
{
    return (struct part){.co = CO_INIT(part), .name = "bar", .units = 2};
}

/* What the three styles need. */
struct style {
    struct coroutine co;
    void *result;
    struct part part;
    struct future *gather;
    struct task *pair[2];
};

/*
 *     async def in_a_row():
 *         await foo()
 *         await bar()
 */
static struct future *in_a_row(struct coroutine *co)
{
    struct style *self = (struct style *)co;

    CO_BEGIN(self);
    self->part = foo_new();
    CO_AWAIT(self, self->part);
    self->part = bar_new();
    CO_AWAIT(self, self->part);
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     async def by_gather():
 *         await asyncio.gather(foo(), bar())
 */
static struct future *by_gather(struct coroutine *co)
{
    struct style *self = (struct style *)co;

    CO_BEGIN(self);
    self->gather = async_gather(
        (struct coroutine *[]){COROUTINE(foo_new()), COROUTINE(bar_new())}, 2);
    CO_CHECK(self, self->gather);
    CO_AWAIT(self, *self->gather);
    CO_FINALLY(self);
    future_free(self->gather);
    CO_END(self);
}

/*
 *     async def by_tasks():
 *         pair = [asyncio.create_task(foo()), asyncio.create_task(bar())]
 *         for item in pair:
 *             await item
 */
static struct future *by_tasks(struct coroutine *co)
{
    struct style *self = (struct style *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->pair[0] = async_create_task(COROUTINE(foo_new())));
    CO_CHECK(self, self->pair[1] = async_create_task(COROUTINE(bar_new())));
    CO_AWAIT(self, *self->pair[0]);
    CO_AWAIT(self, *self->pair[1]);
    CO_FINALLY(self);
    task_free(self->pair[0]);
    task_free(self->pair[1]);
    CO_END(self);
}

static const struct {
    const char *name;
    coroutine_resume *function;
} STYLES[] = {
    {"in_a_row", in_a_row}, {"by_gather", by_gather}, {"by_tasks", by_tasks}};

struct program {
    struct coroutine co;
    void *result;
    int i;
    double zero;
    struct style style;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time(async_get_running_loop());
    for (self->i = 0; self->i < 3; self->i++) {
        self->zero = loop_time(async_get_running_loop());
        printf("%s\n", STYLES[self->i].name);
        self->style = (struct style){.co = CO_INIT(STYLES[self->i].function)};
        CO_AWAIT(self, self->style);
        printf("  units: %d\n", units_since(self->zero, UNIT));
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
