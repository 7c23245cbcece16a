/*
 * future.c - see future.h.
 */
#include "future.h"

#include <assert.h>

/* docs: 06-future-resume */
/* A future awaits itself: def __iter__(self): yield self; return result */
static struct future *future_resume(struct coroutine *co)
{
    return co->line == CO_OVER ? NULL : (struct future *)co;
}

struct future future_new(void)
{
    return (struct future){.co = CO_INIT(future_resume)};
}

bool future_is_done(const struct future *future)
{
    return future->co.line == CO_OVER;
}

/* docs: 06-settle */
static void settle(struct future *future)
{
    future->co.line = CO_OVER;
    if (future->wake != NULL)
        future->wake(future->wake_data); /* last: the future may be gone */
}

/* docs: 06-set-result */
void future_set_result(struct future *future, void *result)
{
    if (future_is_done(future))
        return;
    future->result = result;
    settle(future);
}

void future_set_error(struct future *future, const struct error *error)
{
    assert(error != NULL);
    if (future_is_done(future))
        return;
    future->co.error = error;
    settle(future);
}

void future_on_done(struct future *future, future_callback *wake, void *data)
{
    assert(!future_is_done(future) && future->wake == NULL);
    future->wake = wake;
    future->wake_data = data;
}
