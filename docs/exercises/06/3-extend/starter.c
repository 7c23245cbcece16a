/*
 * A chain of tasks, of which each settles the future that the next one waits
 * for. The argument says how many. They have a task of their own, `runner`:
 * task.c's, with its wake-up as a function by itself.
 */
#include "stages/06-futures/future.h"

struct runner {
    struct coroutine *co;
};

static void runner_wake(void *data);

static void runner_step(struct runner *runner)
{
    struct future *waits = runner->co->resume(runner->co);

    if (waits != NULL)
        future_on_done(waits, runner_wake, runner);
}

/*
 * What it waits for is there; whoever settled it is in the middle of something.
 * your turn: do not step here. Remember the runner; run_ready() steps it.
 */
static void runner_wake(void *data)
{
    runner_step(data);
}

/* Steps those that were woken, first come, first served, until none is left. */
static void run_ready(void)
{
    /* your turn: the other half */
}

/* ---- the chain ---- */

struct link {
    struct coroutine co;
    struct future awaited;
    struct runner runner;
};

static int depth, deepest, last_to_leave;
static struct link *links;

static struct future *link_up(struct coroutine *co)
{
    struct link *self = (struct link *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->awaited);
    if (++depth > deepest)
        deepest = depth;
    future_set_result(&self[1].awaited, NULL);
    depth--;
    last_to_leave = (int)(self - links) + 1;
    CO_FINALLY(self);
    CO_END(self);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 10;

    links = calloc((size_t)count + 1, sizeof links[0]);
    if (links == NULL || count < 1)
        return 1;
    for (int i = 0; i < count; i++) {
        links[i] =
            (struct link){.co = CO_INIT(link_up), .awaited = future_new()};
        links[i].runner = (struct runner){.co = &links[i].co};
        runner_step(&links[i].runner);
    }
    future_set_result(&links[0].awaited, NULL);
    run_ready();
    printf("%d tasks, %d inside each other, number %d was the last\n", count,
           deepest, last_to_leave);
    free(links);
}
