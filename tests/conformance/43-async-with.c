/*
 * 43-async-with - stage 07: acquire and release, both of which may wait.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>

static const double UNIT = 0.02;

/* class Resource: */
struct resource {
    const char *name;
    bool swallow;
};

/*
 *     async def __aenter__(self):
 *         await asyncio.sleep(UNIT)
 *         print("open", self.name)
 *         return self
 */
struct resource_enter {
    struct coroutine co;
    void *result;
    struct resource *resource;
    struct async_sleep sleep;
};

static struct future *enter(struct coroutine *co)
{
    struct resource_enter *self = (struct resource_enter *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("open %s\n", self->resource->name);
    self->result = self->resource;
    CO_FINALLY(self);
    CO_END(self);
}

static struct resource_enter resource_enter(struct resource *resource)
{
    return (struct resource_enter){.co = CO_INIT(enter), .resource = resource};
}

/*
 *     async def __aexit__(self, kind, err, trace):
 *         await asyncio.sleep(UNIT)
 *         print("close", self.name, "after",
 *               kind.__name__ if kind else "success")
 *         return self.swallow
 */
struct resource_exit {
    struct coroutine co;
    void *result;
    struct resource *resource;
    const struct error *error;
    struct async_sleep sleep;
};

static struct future *leave(struct coroutine *co)
{
    struct resource_exit *self = (struct resource_exit *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("close %s after %s\n", self->resource->name,
           self->error != NULL ? error_name(self->error) : "success");
    self->result = number_value(self->resource->swallow);
    CO_FINALLY(self);
    CO_END(self);
}

static struct resource_exit resource_exit(struct resource *resource,
                                          const struct error *error)
{
    return (struct resource_exit){
        .co = CO_INIT(leave), .resource = resource, .error = error};
}

/*
 *     async with Resource("outer") as out, Resource("inner"):
 *         print("body of", out.name)
 */
struct nested {
    struct coroutine co;
    void *result;
    struct resource outer, inner;
    struct resource_enter enter_outer, enter_inner;
    struct resource_exit leave;
    struct resource *out;
};

static struct future *nested(struct coroutine *co)
{
    struct nested *self = (struct nested *)co;

    CO_BEGIN(self);
    self->enter_outer = resource_enter(&self->outer);
    CO_AWAIT(self, self->enter_outer);
    self->out = self->enter_outer.result;
    self->enter_inner = resource_enter(&self->inner);
    CO_AWAIT(self, self->enter_inner);
    printf("body of %s\n", self->out->name);
    CO_FINALLY(self);
    if (async_entered(&self->enter_inner.co)) {
        self->leave = resource_exit(&self->inner, self->co.error);
        CO_AEXIT(self, self->leave);
    }
    if (async_entered(&self->enter_outer.co)) {
        self->leave = resource_exit(&self->outer, self->co.error);
        CO_AEXIT(self, self->leave);
    }
    CO_END(self);
}

static struct nested nested_new(void)
{
    return (struct nested){.co = CO_INIT(nested),
                           .outer = {"outer", false},
                           .inner = {"inner", false}};
}

/*
 *     async with Resource(name, swallow):
 *         raise error
 */
struct fail_with {
    struct coroutine co;
    void *result;
    struct resource resource;
    const struct error *error;
    struct resource_enter enter;
    struct resource_exit leave;
};

static struct future *fail_with(struct coroutine *co)
{
    struct fail_with *self = (struct fail_with *)co;

    CO_BEGIN(self);
    self->enter = resource_enter(&self->resource);
    CO_AWAIT(self, self->enter);
    CO_RAISE(self, self->error);
    CO_FINALLY(self);
    if (async_entered(&self->enter.co)) {
        self->leave = resource_exit(&self->resource, self->co.error);
        CO_AEXIT(self, self->leave);
    }
    CO_END(self);
}

static struct fail_with fail_with_new(const char *name, bool swallow,
                                      const struct error *error)
{
    return (struct fail_with){
        .co = CO_INIT(fail_with), .resource = {name, swallow}, .error = error};
}

/*
 *     async def hold(name):
 *         async with Resource(name):
 *             print("holding", name)
 *             await asyncio.sleep(50 * UNIT)
 */
struct hold {
    struct coroutine co;
    void *result;
    struct resource resource;
    struct resource_enter enter;
    struct resource_exit leave;
    struct async_sleep sleep;
};

/* docs: phrasebook-hold */
static struct future *hold(struct coroutine *co)
{
    struct hold *self = (struct hold *)co;

    CO_BEGIN(self);
    self->enter = resource_enter(&self->resource);
    CO_AWAIT(self, self->enter);
    printf("holding %s\n", self->resource.name);
    self->sleep = async_sleep(50 * UNIT);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    if (async_entered(&self->enter.co)) {
        self->leave = resource_exit(&self->resource, self->co.error);
        CO_AEXIT(self, self->leave);
    }
    CO_END(self);
}

static struct hold hold_new(const char *name)
{
    return (struct hold){.co = CO_INIT(hold), .resource = {name, false}};
}

struct program {
    struct coroutine co;
    void *result;
    struct nested nested;
    struct fail_with failing;
    struct async_sleep sleep;
    struct task *task;
    struct future *waited;
    struct async_wait wait;
};

static const struct error oops = ERROR(&error_value, "oops");
static const struct error swallowed = ERROR(&error_value, "swallowed");

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->nested = nested_new();
    CO_AWAIT(self, self->nested);
    self->failing = fail_with_new("risky", false, &oops);
    CO_TRY_AWAIT(self, self->failing);
    if (error_is(self->failing.co.error, &error_value))
        printf("escaped: %s\n", error_message(self->failing.co.error));
    self->failing = fail_with_new("quiet", true, &swallowed);
    CO_AWAIT(self, self->failing);
    CO_CHECK(self,
             self->task = async_create_task(COROUTINE(hold_new("lease"))));
    self->sleep = async_sleep(2.5 * UNIT);
    CO_AWAIT(self, self->sleep);
    task_cancel(self->task, NULL);
    self->waited = &self->task->future;
    self->wait =
        async_wait(&self->waited, 1, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    printf("cancelled: %s\n", truth(future_cancelled(self->waited)));
    CO_FINALLY(self);
    task_free(self->task);
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
