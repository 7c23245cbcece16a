/*
 * 25-ensure-future - stage 07: anything awaitable as a future, and a future
 * of another world as one of this loop.
 */
#include "loop_support.h"
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

/*
 *     class Ticket:
 *         def __await__(self):
 *             yield from asyncio.sleep(0.01).__await__()
 *             return "ticket"
 */
struct ticket {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *ticket(struct coroutine *co)
{
    struct ticket *self = (struct ticket *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0.01);
    CO_AWAIT(self, self->sleep);
    self->result = "ticket";
    CO_FINALLY(self);
    CO_END(self);
}

static struct ticket ticket_new(void)
{
    return (struct ticket){.co = CO_INIT(ticket)};
}

/*
 *     async def coro():
 *         return "coroutine"
 */
struct coro {
    struct coroutine co;
    void *result;
};

static struct future *coro(struct coroutine *co)
{
    struct coro *self = (struct coro *)co;

    CO_BEGIN(self);
    self->result = "coroutine";
    CO_FINALLY(self);
    CO_END(self);
}

static struct coro coro_new(void)
{
    return (struct coro){.co = CO_INIT(coro)};
}

/*
 * asyncio.isfuture() of anything: what is awaited is asked, and of all else
 * the compiler knows that it cannot be.
 */
static bool is_future(const struct future *future)
{
    return async_isfuture(&future->co);
}

static bool is_not(const void *anything)
{
    (void)anything;
    return false;
}

#define isfuture(x) \
    truth(_Generic((x), struct future * : is_future, default : is_not)(x))

/* asyncio.ensure_future(future) is future */
static bool is_ensured_as_itself(struct future *future)
{
    struct future *same = async_ensure_future(&future->co, NULL);
    bool is_same = same == future;

    future_free(same);
    return is_same;
}

struct program {
    struct coroutine co;
    void *result;
    struct future *task, *box, *wrapped;
    struct concurrent_future *foreign;
    struct future *local;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self,
             self->task = async_ensure_future(COROUTINE(coro_new()), NULL));
    CO_CHECK(self, self->box = loop_create_future(loop));
    printf("task made: %s\n", truth(future_task(self->task) != NULL));
    printf("task is a future: %s\n", truth(async_isfuture(&self->task->co)));
    printf("same task: %s\n", truth(is_ensured_as_itself(self->task)));
    printf("same future: %s\n", truth(is_ensured_as_itself(self->box)));
    printf("isfuture: %s %s %s\n", isfuture(self->task), isfuture(self->box),
           isfuture("text"));
    CO_AWAIT(self, *self->task);
    CO_CHECK(self, self->wrapped =
                       async_ensure_future(COROUTINE(ticket_new()), NULL));
    CO_AWAIT(self, *self->wrapped);
    printf("values: %s %s\n", (char *)self->task->result,
           (char *)self->wrapped->result);
    CO_CHECK(self, self->foreign = concurrent_future_new());
    CO_CHECK(self, self->local = async_wrap_future(self->foreign, NULL));
    printf("foreign isfuture: %s wrapped: %s\n", isfuture(self->foreign),
           isfuture(self->local));
    CO_CHECK(self,
             concurrent_future_set_result(self->foreign, "from the pool"));
    printf("before a pass: %s\n", truth(future_done(self->local)));
    CO_AWAIT(self, *self->local);
    printf("after: %s\n", (char *)self->local->result);
    CO_FINALLY(self);
    future_free(self->local);
    concurrent_future_free(self->foreign);
    future_free(self->wrapped);
    future_free(self->box);
    future_free(self->task);
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
