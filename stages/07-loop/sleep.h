/*
 * sleep.h - lets time pass, for this task only.
 */
#ifndef STAGES_07_LOOP_SLEEP_H
#define STAGES_07_LOOP_SLEEP_H

#include "loop.h"

/*
 * Lives in the frame of who awaits it, and is read as any coroutine: `co`, and
 * `result`, the value given. It is the future that it waits for, too: a task
 * asleep need not pay for both.
 */
struct async_sleep {
    union {
        struct {
            struct coroutine co;
            void *result;
        };
        struct future future;
    };
    double delay;
    struct timer timer;
};

struct future *async_sleep_resume(struct coroutine *co);

/*
 * asyncio.sleep(delay, result): is over `delay` seconds after it was first
 * awaited. With 0 or less the others have their turn, and it goes on in the
 * next pass. Fails with error_value if the delay is no number, error_memory.
 */
static inline struct async_sleep async_sleep_value(double delay, void *result)
{
    struct async_sleep sleep;

    /* The rest is set when it is awaited, as far as it is needed then. */
    sleep.co = CO_INIT(async_sleep_resume);
    sleep.result = result;
    sleep.delay = delay;
    return sleep;
}

static inline struct async_sleep async_sleep(double delay)
{
    return async_sleep_value(delay, NULL);
}

#endif
