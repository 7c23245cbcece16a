/*
 * 07-create-task-order - stage 07: a task begins in the next pass, and is
 * awaited later.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.05;

/*
 *     async def speak_after(units, word):
 *         print("scheduled:", word)
 *         await asyncio.sleep(units * UNIT)
 *         print(word)
 *         return word.upper()
 */
struct speak_after {
    struct coroutine co;
    void *result;
    int units;
    const char *word;
    char *upper;
    struct async_sleep sleep;
};

static struct future *speak_after(struct coroutine *co)
{
    struct speak_after *self = (struct speak_after *)co;

    CO_BEGIN(self);
    printf("scheduled: %s\n", self->word);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("%s\n", self->word);
    self->result = self->upper;
    CO_FINALLY(self);
    CO_END(self);
}

static struct speak_after speak_after_new(int units, const char *word,
                                          char *upper)
{
    return (struct speak_after){.co = CO_INIT(speak_after),
                                .units = units,
                                .word = word,
                                .upper = upper};
}

struct program {
    struct coroutine co;
    void *result;
    double zero;
    struct task *first, *second;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->zero = loop_time(loop);
    CO_CHECK(self, self->first = async_create_task(COROUTINE(
                       speak_after_new(1, "hello", "HELLO"))));
    task_set_name(self->first, "greeter");
    CO_CHECK(self, self->second = async_create_task(COROUTINE(
                       speak_after_new(2, "world", "WORLD"))));
    printf("tasks created, name: %s\n", task_get_name(self->first));
    CO_AWAIT(self, *self->first);
    printf("first gave %s at unit %d\n", (char *)self->first->result,
           units_since(self->zero, UNIT));
    CO_AWAIT(self, *self->second);
    printf("second gave %s at unit %d\n", (char *)self->second->result,
           units_since(self->zero, UNIT));
    CO_FINALLY(self);
    task_free(self->first);
    task_free(self->second);
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
