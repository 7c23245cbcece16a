/*
 * 46-lock - stage 07: a section that waits in the middle, without a lock and
 * with one.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/lock.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;
static int balance;

/*
 *     async def deposit(name, guard):
 *         global balance
 *         async with guard:
 *             print("  enter", name)
 *             seen = balance
 *             await asyncio.sleep(UNIT)
 *             balance = seen + 1
 *             print("  leave", name)
 */
struct deposit {
    struct coroutine co;
    void *result;
    char name;
    struct lock *guard; /* NULL: NoGuard() */
    int seen;
    struct lock_acquire acquire;
    struct async_sleep sleep;
};

static struct future *deposit(struct coroutine *co)
{
    struct deposit *self = (struct deposit *)co;

    CO_BEGIN(self);
    if (self->guard != NULL) {
        self->acquire = lock_acquire(self->guard);
        CO_AWAIT(self, self->acquire);
    }
    printf("  enter %c\n", self->name);
    self->seen = balance;
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    balance = self->seen + 1;
    printf("  leave %c\n", self->name);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        lock_release(self->guard);
    CO_END(self);
}

static struct deposit deposit_new(char name, struct lock *guard)
{
    return (struct deposit){
        .co = CO_INIT(deposit), .name = name, .guard = guard};
}

static struct future *gather_deposits(struct lock *guard)
{
    return async_gather(
        (struct coroutine *[]){COROUTINE(deposit_new('a', guard)),
                               COROUTINE(deposit_new('b', guard)),
                               COROUTINE(deposit_new('c', guard))},
        3);
}

struct program {
    struct coroutine co;
    void *result;
    struct lock guard, lock;
    struct future *deposits;
    struct lock_acquire acquire;
    int i;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time(async_get_running_loop());
    self->guard = lock_new();
    for (self->i = 0; self->i < 2; self->i++) {
        balance = 0;
        printf("%s\n", self->i == 0 ? "no lock" : "lock");
        future_free(self->deposits);
        CO_CHECK(self, self->deposits =
                           gather_deposits(self->i == 0 ? NULL : &self->guard));
        CO_AWAIT(self, *self->deposits);
        printf("  balance %d\n", balance);
    }
    self->lock = lock_new();
    printf("locked: %s ", truth(lock_locked(&self->lock)));
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    printf("acquire: %s locked: %s\n", truth(self->acquire.result != NULL),
           truth(lock_locked(&self->lock)));
    CO_CHECK(self, lock_release(&self->lock));
    if (!lock_release(&self->lock) && error_is(error_last(), &error_runtime))
        printf("a free lock cannot be released\n");
    CO_FINALLY(self);
    future_free(self->deposits);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE((struct program){.co = CO_INIT(program)}));
}
