/*
 * What it costs to resume a coroutine that waits 1 to 8 coroutines deep: the
 * outermost one is called, it calls the one it awaits, and so on down to the
 * future, which is not settled; and all of them return.
 */
#include "common/clock.h"
#include "stages/06-futures/future.h"

enum { DEEPEST = 8, ROUNDS = 5, TIMES = 100000 };

struct link {
    struct coroutine co;
    struct link *inner; /* NULL: the innermost one */
    struct future never;
};

static struct future *wait_below(struct coroutine *co)
{
    struct link *self = (struct link *)co;

    CO_BEGIN(self);
    if (self->inner != NULL)
        CO_AWAIT(self, *self->inner);
    else
        CO_AWAIT(self, self->never);
    CO_FINALLY(self);
    CO_END(self);
}

/* Nanoseconds for one resume: the best of ROUNDS rounds of TIMES. */
static double resume_ns(struct coroutine *co)
{
    co->resume(co); /* the first time all begin; after that they wait */
    /* your turn: clock_now_ns() is the time in nanoseconds */
    return 0;
}

int main(void)
{
    printf("%5s %5s %6s\n", "depth", "bytes", "ns");
    for (int depth = 1; depth <= DEEPEST; depth++) {
        struct link links[DEEPEST];
        for (int i = 0; i < depth; i++)
            links[i] =
                (struct link){.co = CO_INIT(wait_below),
                              .inner = i + 1 < depth ? &links[i + 1] : NULL,
                              .never = future_new()};
        printf("%5d %5zu %6.1f\n", depth, (size_t)depth * sizeof links[0],
               resume_ns(&links[0].co));
    }
}
