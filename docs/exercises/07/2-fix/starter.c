/*
 * A fetch that tries again when it fails, up to fifty times, and a limit of
 * 100 ms over all of it. (The connection is played: an attempt takes 20 ms
 * and then fails, as if the server were not there.)
 */
#include "stages/07-loop/async.h"

#include <stdio.h>

enum { MOST_ATTEMPTS = 50 };

static const struct error refused = ERROR(&error_os, "connection refused");

/*
 *     async def attempt():
 *         await asyncio.sleep(0.02)
 *         raise OSError("connection refused")
 */
struct attempt {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *attempt(struct coroutine *co)
{
    struct attempt *self = (struct attempt *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0.02);
    CO_AWAIT(self, self->sleep);
    CO_RAISE(self, &refused);
    CO_FINALLY(self);
    CO_END(self);
}

struct patient {
    struct coroutine co;
    void *result;
    int *attempts;
    struct attempt attempt;
};

/* your turn: this one does not notice that its time is up. */
static struct future *patient(struct coroutine *co)
{
    struct patient *self = (struct patient *)co;

    CO_BEGIN(self);
    while (*self->attempts < MOST_ATTEMPTS) {
        ++*self->attempts;
        self->attempt = (struct attempt){.co = CO_INIT(attempt)};
        CO_TRY_AWAIT(self, self->attempt);
        if (self->attempt.co.error == NULL)
            CO_RETURN(self);
    }
    CO_RAISE(self, self->attempt.co.error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct patient patient_new(int *attempts)
{
    return (struct patient){.co = CO_INIT(patient), .attempts = attempts};
}

/*
 *     async def program():
 *         try:
 *             await asyncio.wait_for(patient(), 0.1)
 *         except BaseException as why:
 *             print(type(why).__name__, ...)
 */
struct program {
    struct coroutine co;
    void *result;
    int attempts;
    struct async_wait_for limit;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->limit = async_wait_for(COROUTINE(patient_new(&self->attempts)), 0.1);
    CO_TRY_AWAIT(self, self->limit);
    printf("%s, after %d attempts\n", error_name(self->limit.co.error),
           self->attempts);
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    return !async_run(COROUTINE((struct program){.co = CO_INIT(program)}),
                      NULL);
}
