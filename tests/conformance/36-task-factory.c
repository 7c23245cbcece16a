/*
 * 36-task-factory - stage 07: every way to make a task ends in the loop's
 * task factory, if it has one.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"

#include <stdio.h>
#include <string.h>

enum { MOST_MADE = 8 };

static const char *made[MOST_MADE];
static int made_count;

/* Until it has begun, an object's function is the call that made it. */
static struct task *counting_factory(struct loop *loop,
                                     struct coroutine *object)
{
    if (made_count < MOST_MADE)
        made[made_count++] = object->function;
    return task_new(loop, object);
}

/* "red" of "red_new()" */
static void print_name(const char *call)
{
    printf(" %.*s", (int)strcspn(call, "_"), call);
}

struct red {
    struct coroutine co;
    void *result;
};

static struct future *red(struct coroutine *co)
{
    struct red *self = (struct red *)co;

    CO_BEGIN(self);
    self->result = "red";
    CO_FINALLY(self);
    CO_END(self);
}

static struct red red_new(void)
{
    return (struct red){.co = CO_INIT(red)};
}

struct blue {
    struct coroutine co;
    void *result;
};

static struct future *blue(struct coroutine *co)
{
    struct blue *self = (struct blue *)co;

    CO_BEGIN(self);
    self->result = "blue";
    CO_FINALLY(self);
    CO_END(self);
}

static struct blue blue_new(void)
{
    return (struct blue){.co = CO_INIT(blue)};
}

struct program {
    struct coroutine co;
    void *result;
    struct task *task, *plain;
    struct future *both, *future;
    const struct gather_outcome *outcomes;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    printf("factory at first: %s\n",
           loop_get_task_factory(loop) == NULL ? "None" : "set");
    loop_set_task_factory(loop, counting_factory);
    printf("factory is ours: %s\n",
           truth(loop_get_task_factory(loop) == counting_factory));
    CO_CHECK(self, self->task = async_create_task(COROUTINE(red_new())));
    CO_AWAIT(self, *self->task);
    self->both = async_gather(
        (struct coroutine *[]){COROUTINE(blue_new()), COROUTINE(red_new())}, 2);
    CO_CHECK(self, self->both);
    CO_AWAIT(self, *self->both);
    self->outcomes = self->both->result;
    printf("%s %s %s\n", (char *)self->task->result,
           (char *)self->outcomes[0].result, (char *)self->outcomes[1].result);
    CO_CHECK(self,
             self->future = async_ensure_future(COROUTINE(blue_new()), NULL));
    CO_AWAIT(self, *self->future);
    printf("%s\n", (char *)self->future->result);
    loop_set_task_factory(loop, NULL);
    CO_CHECK(self, self->plain = async_create_task(COROUTINE(red_new())));
    CO_AWAIT(self, *self->plain);
    printf("%s\n", (char *)self->plain->result);
    printf("made by the factory:");
    for (int i = 0; i < made_count; i++)
        print_name(made[i]);
    printf("\n");
    CO_FINALLY(self);
    task_free(self->plain);
    future_free(self->future);
    future_free(self->both);
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
