/*
 * 13-gather-return-exceptions - stage 07: errors are results like any other.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.02;

/*
 *     async def child(label, units, fail=False):
 *         await asyncio.sleep(units * UNIT)
 *         if fail:
 *             print(label, "raises")
 *             raise ValueError(label)
 *         print(label, "returns")
 *         return label
 */
struct child {
    struct coroutine co;
    void *result;
    char *label;
    int units;
    bool fail;
    struct async_sleep sleep;
};

static struct future *child(struct coroutine *co)
{
    struct child *self = (struct child *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    if (self->fail) {
        printf("%s raises\n", self->label);
        CO_RAISE(self, error_new(&error_value, "%s", self->label));
    }
    printf("%s returns\n", self->label);
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct child child_new(char *label, int units, bool fail)
{
    return (struct child){
        .co = CO_INIT(child), .label = label, .units = units, .fail = fail};
}

static void cancel(void *task)
{
    task_cancel(task, NULL);
}

static void print_outcome(int place, const struct gather_outcome *item)
{
    if (error_is(item->error, &error_cancelled))
        printf("%d cancelled\n", place);
    else if (item->error != NULL)
        printf("%d error %s\n", place, error_message(item->error));
    else
        printf("%d value %s\n", place, (char *)item->result);
}

/*
 *     async def main():
 *         team = [asyncio.create_task(child("a", 3)), ...]
 *         loop.call_later(2.5 * UNIT, team[2].cancel)
 *         outcome = await asyncio.gather(*team, return_exceptions=True)
 *         for place, item in enumerate(outcome):
 *             ...
 */
struct program {
    struct coroutine co;
    void *result;
    struct task *team[4];
    struct timer timer;
    struct future *outcome;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->team[0] =
                       async_create_task(COROUTINE(child_new("a", 3, false))));
    CO_CHECK(self, self->team[1] =
                       async_create_task(COROUTINE(child_new("b", 1, true))));
    CO_CHECK(self, self->team[2] =
                       async_create_task(COROUTINE(child_new("c", 4, false))));
    CO_CHECK(self, self->team[3] =
                       async_create_task(COROUTINE(child_new("d", 2, false))));
    CO_CHECK(self, loop_call_later(loop, &self->timer, 2.5 * UNIT, cancel,
                                   self->team[2]));
    self->outcome = async_gather_exceptions(
        (struct coroutine *[]){&self->team[0]->co, &self->team[1]->co,
                               &self->team[2]->co, &self->team[3]->co},
        4);
    CO_CHECK(self, self->outcome);
    CO_AWAIT(self, *self->outcome);
    for (int place = 0; place < 4; place++) {
        const struct gather_outcome *items = self->outcome->result;
        print_outcome(place, &items[place]);
    }
    CO_FINALLY(self);
    timer_cancel(loop, &self->timer);
    future_free(self->outcome);
    for (int i = 0; i < 4; i++)
        task_free(self->team[i]);
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
