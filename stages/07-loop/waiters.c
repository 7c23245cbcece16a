/*
 * waiters.c - see waiters.h.
 */
#include "waiters.h"

#include "loop_internal.h"

/* def _get_loop(self): */
static struct loop *bind(struct loop **bound, const char *name)
{
    struct loop *loop = async_get_running_loop();

    if (loop == NULL)
        return NULL;
    if (*bound == NULL)
        *bound = loop;
    if (*bound != loop)
        return error_raise_null(error_new(
            &error_runtime, "<%s> is bound to a different event loop", name));
    return loop;
}

static void append(struct waiters *line, struct waiter *waiter)
{
    struct waiter *first = line->first;

    line->count++;
    if (first == NULL) {
        line->first = waiter->next = waiter->prev = waiter;
        return;
    }
    waiter->next = first;
    waiter->prev = first->prev;
    first->prev->next = waiter;
    first->prev = waiter;
}

bool waiters_enter(struct waiters *line, struct waiter *waiter,
                   struct loop **bound, const char *name)
{
    struct loop *loop = bind(bound, name);

    if (loop == NULL)
        return false;
    waiter->future = future_new(loop);
    append(line, waiter);
    return true;
}

void waiters_leave(struct waiters *line, struct waiter *waiter)
{
    if (!waiter_is_in_line(waiter))
        return;
    line->count--;
    if (line->first == waiter)
        line->first = waiter->next != waiter ? waiter->next : NULL;
    waiter->next->prev = waiter->prev;
    waiter->prev->next = waiter->next;
    waiter->next = waiter->prev = NULL;
}

struct waiter *waiters_next(const struct waiters *line,
                            const struct waiter *waiter)
{
    return waiter->next != line->first ? waiter->next : NULL;
}

struct waiter *waiters_first_asleep(const struct waiters *line)
{
    struct waiter *waiter = line->first;

    while (waiter != NULL && future_done(&waiter->future))
        waiter = waiters_next(line, waiter);
    return waiter;
}

bool waiters_any(const struct waiters *line)
{
    struct waiter *waiter = line->first;

    while (waiter != NULL && future_cancelled(&waiter->future))
        waiter = waiters_next(line, waiter);
    return waiter != NULL;
}

void waiter_wake(struct waiter *waiter)
{
    future_settle_result(&waiter->future, NULL);
}

void waiters_end(size_t count, const char *name)
{
    if (count == 0)
        return;
    fprintf(stderr, "a %s is freed while %zu wait for it\n", name, count);
    abort();
}
