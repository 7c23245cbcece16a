/*
 * 14-wait-first-completed - stage 07: who comes home first, and who is late.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double UNIT = 0.03;

/*
 *     async def runner(name, units):
 *         await asyncio.sleep(units * UNIT)
 *         return name
 */
struct runner {
    struct coroutine co;
    void *result;
    char *name;
    int units;
    struct async_sleep sleep;
};

static struct future *runner(struct coroutine *co)
{
    struct runner *self = (struct runner *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    self->result = self->name;
    CO_FINALLY(self);
    CO_END(self);
}

static struct runner runner_new(char *name, int units)
{
    return (struct runner){.co = CO_INIT(runner), .name = name, .units = units};
}

static struct future *start_runner(char *name, int units)
{
    return async_ensure_future(COROUTINE(runner_new(name, units)), NULL);
}

/* Moves those that are done behind the others; returns how many are left. */
static size_t put_pending_first(struct future *field[], size_t count)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        struct future *future = field[i];
        if (future_done(future))
            continue;
        field[i] = field[left];
        field[left++] = future;
    }
    return left;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(result_of(*(struct future *const *)a),
                  result_of(*(struct future *const *)b));
}

/* print("home:", *sorted(t.result() for t in home), "- pending:", left) */
static void print_home(struct future *home[], size_t count, size_t left)
{
    qsort(home, count, sizeof home[0], by_name);
    printf("home:");
    for (size_t i = 0; i < count; i++)
        printf(" %s", (char *)result_of(home[i]));
    printf(" - pending: %zu\n", left);
}

/*
 *     async def main():
 *         field = {asyncio.create_task(runner(n, u)) for n, u in ...}
 *         while field:
 *             home, field = await asyncio.wait(
 *                 field, return_when=asyncio.FIRST_COMPLETED)
 *             print("home:", ...)
 *         pair = [asyncio.create_task(runner("near", 1)), ...]
 *         home, field = await asyncio.wait(pair, timeout=2 * UNIT)
 *         print("after timeout:", ...)
 *         print("still arrives:", await pair[1])
 */
struct program {
    struct coroutine co;
    void *result;
    struct future *field[3], *pair[2];
    size_t left, home;
    struct async_wait wait;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->field[0] = start_runner("slow", 3));
    CO_CHECK(self, self->field[1] = start_runner("fast", 1));
    CO_CHECK(self, self->field[2] = start_runner("middle", 2));
    self->left = 3;
    while (self->left > 0) {
        self->wait = async_wait(self->field, self->left, ASYNC_FIRST_COMPLETED,
                                ASYNC_FOREVER);
        CO_AWAIT(self, self->wait);
        self->left = put_pending_first(self->field, self->left);
        print_home(&self->field[self->left], self->wait.done_count,
                   self->wait.pending_count);
    }

    CO_CHECK(self, self->pair[0] = start_runner("near", 1));
    CO_CHECK(self, self->pair[1] = start_runner("far", 3));
    self->wait = async_wait(self->pair, 2, ASYNC_ALL_COMPLETED, 2 * UNIT);
    CO_AWAIT(self, self->wait);
    printf("after timeout: %zu done, %zu pending, cancelled: %s\n",
           self->wait.done_count, self->wait.pending_count,
           truth(future_cancelled(self->pair[1])));
    CO_AWAIT(self, *self->pair[1]);
    printf("still arrives: %s\n", (char *)self->pair[1]->result);
    CO_FINALLY(self);
    for (int i = 0; i < 3; i++)
        future_free(self->field[i]);
    for (int i = 0; i < 2; i++)
        future_free(self->pair[i]);
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
