/*
 * 48-event - stage 07: many wait, one sets.
 */
#include "loop_support.h"
#include "stages/07-loop/event.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def waiter(name, flag):
 *         print(name, "waits")
 *         print(name, "goes on:", await flag.wait())
 */
struct flag_waiter {
    struct coroutine co;
    void *result;
    const char *name;
    struct event *flag;
    struct event_wait wait;
};

static struct future *waiter(struct coroutine *co)
{
    struct flag_waiter *self = (struct flag_waiter *)co;

    CO_BEGIN(self);
    printf("%s waits\n", self->name);
    self->wait = event_wait(self->flag);
    CO_AWAIT(self, self->wait);
    printf("%s goes on: %s\n", self->name, truth(self->wait.result != NULL));
    CO_FINALLY(self);
    CO_END(self);
}

static struct flag_waiter waiter_new(const char *name, struct event *flag)
{
    return (struct flag_waiter){
        .co = CO_INIT(waiter), .name = name, .flag = flag};
}

enum { CROWD = 3 };

struct program {
    struct coroutine co;
    void *result;
    struct event flag;
    struct task *crowd[CROWD];
    struct async_sleep sleep;
    struct future *all;
    struct flag_waiter late;
    struct async_wait_for wait_for;
};

static struct future *program(struct coroutine *co)
{
    static const char *const names[] = {"w1", "w2", "w3"};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->flag = event_new();
    for (int i = 0; i < CROWD; i++)
        CO_CHECK(self, self->crowd[i] = async_create_task(
                           COROUTINE(waiter_new(names[i], &self->flag))));
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    printf("set? %s\n", truth(event_is_set(&self->flag)));
    event_set(&self->flag);
    printf("setter goes on first\n");
    CO_CHECK(self, self->all =
                       async_gather((struct coroutine *[]){&self->crowd[0]->co,
                                                           &self->crowd[1]->co,
                                                           &self->crowd[2]->co},
                                    CROWD));
    CO_AWAIT(self, *self->all);
    self->late = waiter_new("late", &self->flag);
    CO_AWAIT(self, self->late);
    event_clear(&self->flag);
    printf("set? %s\n", truth(event_is_set(&self->flag)));
    self->wait_for = async_wait_for(COROUTINE(event_wait(&self->flag)), UNIT);
    CO_TRY_AWAIT(self, self->wait_for);
    if (!error_is(self->wait_for.co.error, &error_timeout))
        CO_RAISE(self, self->wait_for.co.error);
    printf("blocked again\n");
    CO_FINALLY(self);
    future_free(self->all);
    for (int i = 0; i < CROWD; i++)
        task_free(self->crowd[i]);
    CO_END(self);
}

int main(void)
{
    run_to_end(COROUTINE((struct program){.co = CO_INIT(program)}));
}
