/*
 * 06-coroutine-object-lazy - stage 07: to make a coroutine object runs
 * nothing; only a loop runs it.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>
#include <string.h>

/* inspect.getcoroutinestate(); a closed object is freed, and we have NULL. */
static const char *state_of(const struct coroutine *object)
{
    if (object == NULL || object->line == CO_OVER)
        return "closed";
    return object->line == CO_NEW ? "created" : "suspended";
}

struct body {
    struct coroutine co;
    void *result;
    const char *tag;
    struct async_sleep sleep;
};

static struct future *body(struct coroutine *co)
{
    struct body *self = (struct body *)co;

    CO_BEGIN(self);
    printf("%s body begins\n", self->tag);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    printf("%s body ends\n", self->tag);
    self->result = number_value((intptr_t)strlen(self->tag));
    CO_FINALLY(self);
    CO_END(self);
}

static struct body body_new(const char *tag)
{
    return (struct body){.co = CO_INIT(body), .tag = tag};
}

int main(void)
{
    struct loop *loop = new_loop();
    struct coroutine *one = COROUTINE(body_new("one"));
    struct coroutine *two = COROUTINE(body_new("twin"));

    printf("made, state %s\n", state_of(one));
    /* A task of our own, so that the object is still there afterwards. */
    struct task *task = loop_create_task(loop, one);
    must_do(task != NULL);
    printf("result: %d\n",
           (int)value_number(run_until_complete(loop, &task->co)));
    printf("ran, state %s\n", state_of(one));
    task_free(task);
    must_do(coroutine_close(two));
    two = NULL;
    printf("twin closed unrun, state %s\n", state_of(two));
    close_loop(loop);
}
