/*
 * 49-condition - stage 07: who waits under a lock, and is notified under it.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/condition.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;
static int level;

/*
 *     async def guest(name, bell):
 *         async with bell:
 *             print(name, "waits")
 *             await bell.wait()
 *             print(name, "is let out")
 */
struct guest {
    struct coroutine co;
    void *result;
    const char *name;
    struct condition *bell;
    struct condition_acquire acquire;
    struct condition_wait wait;
};

static struct future *guest(struct coroutine *co)
{
    struct guest *self = (struct guest *)co;

    CO_BEGIN(self);
    self->acquire = condition_acquire(self->bell);
    CO_AWAIT(self, self->acquire);
    printf("%s waits\n", self->name);
    self->wait = condition_wait(self->bell);
    CO_AWAIT(self, self->wait);
    printf("%s is let out\n", self->name);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        condition_release(self->bell);
    CO_END(self);
}

static struct guest guest_new(const char *name, struct condition *bell)
{
    return (struct guest){.co = CO_INIT(guest), .name = name, .bell = bell};
}

/*
 *     async def until_three():
 *         async with bell:
 *             await bell.wait_for(lambda: level >= 3)
 *             print("level reached", level)
 */
struct until_three {
    struct coroutine co;
    void *result;
    struct condition *bell;
    struct condition_acquire acquire;
    struct condition_wait_for wait_for;
};

static void *is_at_three(void *unused)
{
    (void)unused;
    return number_value(level >= 3);
}

static struct future *until_three(struct coroutine *co)
{
    struct until_three *self = (struct until_three *)co;

    CO_BEGIN(self);
    self->acquire = condition_acquire(self->bell);
    CO_AWAIT(self, self->acquire);
    self->wait_for = condition_wait_for(self->bell, is_at_three, NULL);
    CO_AWAIT(self, self->wait_for);
    printf("level reached %d\n", level);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        condition_release(self->bell);
    CO_END(self);
}

static struct until_three until_three_new(struct condition *bell)
{
    return (struct until_three){.co = CO_INIT(until_three), .bell = bell};
}

/* ---- main; between acquire and release it does not wait ---- */

enum { GUESTS = 3 };

struct program {
    struct coroutine co;
    void *result;
    struct condition bell;
    struct task *guests[GUESTS], *task;
    struct future *all;
    int i;
    struct async_sleep sleep;
    struct condition_acquire acquire;
};

static struct future *program(struct coroutine *co)
{
    static const char *const names[] = {"g1", "g2", "g3"};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->bell = condition_new(NULL);
    for (int i = 0; i < GUESTS; i++)
        CO_CHECK(self, self->guests[i] = async_create_task(
                           COROUTINE(guest_new(names[i], &self->bell))));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    self->acquire = condition_acquire(&self->bell);
    CO_AWAIT(self, self->acquire);
    condition_notify(&self->bell, 1);
    printf("one notified, lock still held\n");
    condition_release(&self->bell);
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    self->acquire = condition_acquire(&self->bell);
    CO_AWAIT(self, self->acquire);
    condition_notify_all(&self->bell);
    printf("all notified\n");
    condition_release(&self->bell);
    CO_CHECK(self, self->all = async_gather(
                       (struct coroutine *[]){&self->guests[0]->co,
                                              &self->guests[1]->co,
                                              &self->guests[2]->co},
                       GUESTS));
    CO_AWAIT(self, *self->all);

    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(until_three_new(&self->bell))));
    for (self->i = 0; self->i < 3; self->i++) {
        self->sleep = async_sleep(UNIT);
        CO_AWAIT(self, self->sleep);
        self->acquire = condition_acquire(&self->bell);
        CO_AWAIT(self, self->acquire);
        printf("level is %d\n", ++level);
        condition_notify_all(&self->bell);
        condition_release(&self->bell);
    }
    CO_AWAIT(self, *self->task);
    if (!condition_notify(&self->bell, 1) &&
        error_is(error_last(), &error_runtime))
        printf("notify without the lock is refused\n");
    CO_FINALLY(self);
    future_free(self->all);
    task_free(self->task);
    for (int i = 0; i < GUESTS; i++)
        task_free(self->guests[i]);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE((struct program){.co = CO_INIT(program)}));
}
