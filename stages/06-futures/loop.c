/*
 * loop.c - see loop.h.
 */
#include "loop.h"

#include "common/clock.h"

#include <assert.h>
#include <errno.h>

const struct error timed_out = {ETIMEDOUT, "timed out"};

/* ---- sockets ---- */

/* docs: 06-on-ready */
static void on_ready(void *data, int events)
{
    (void)events;
    future_set_result(data, NULL);
}

/* docs: 06-loop-watch */
int loop_watch(struct loop *loop, int fd, int events, struct future *future)
{
    return selector_register(loop->selector, fd, events, on_ready, future);
}

void loop_unwatch(struct loop *loop, int fd)
{
    selector_unregister(loop->selector, fd);
}

/* ---- names ---- */

void loop_watch_name(struct loop *loop, struct name *name,
                     struct lookup *lookup, struct future *future)
{
    *name = (struct name){lookup, future, loop->names};
    loop->names = name;
}

void loop_forget_name(struct loop *loop, struct name *name)
{
    struct name **link = &loop->names;

    while (*link != NULL && *link != name)
        link = &(*link)->next;
    if (*link != NULL)
        *link = name->next;
}

/* The first name waited for whose lookup is over, or NULL. */
static struct name *find_resolved(const struct loop *loop)
{
    for (struct name *name = loop->names; name != NULL; name = name->next)
        if (lookup_poll(name->lookup) != LOOKUP_PENDING)
            return name;
    return NULL;
}

/*
 * Some lookups are over. Whoever is woken may watch and forget other names at
 * once, so the list is searched anew after each.
 */
static void on_resolved(void *data, int events)
{
    struct loop *loop = data;
    struct name *name;

    (void)events;
    resolver_drain(loop->resolver);
    while ((name = find_resolved(loop)) != NULL) {
        loop_forget_name(loop, name);
        future_set_result(name->future, NULL);
    }
}

/* ---- the time ---- */

int loop_set_limit(struct loop *loop, struct limit *limit, int64_t when_ns)
{
    if (limit->deadline.place == 0 &&
        deadlines_reserve(&loop->deadlines, loop->deadlines.count + 1) < 0)
        return -1;
    deadlines_set(&loop->deadlines, &limit->deadline, when_ns);
    return 0;
}

void loop_drop_limit(struct loop *loop, struct limit *limit)
{
    deadlines_drop(&loop->deadlines, &limit->deadline);
}

static void throw_late(struct loop *loop)
{
    int64_t now_ns = clock_now_ns();
    struct deadline *first;

    while ((first = deadlines_first(&loop->deadlines)) != NULL &&
           first->when_ns <= now_ns) {
        deadlines_drop(&loop->deadlines, first);
        task_throw(((struct limit *)first)->task, &timed_out);
    }
}

static int64_t time_left_ns(const struct loop *loop)
{
    const struct deadline *first = deadlines_first(&loop->deadlines);

    if (first == NULL)
        return SELECTOR_FOREVER;
    int64_t left_ns = first->when_ns - clock_now_ns();
    return left_ns > 0 ? left_ns : 0;
}

/* ---- the loop ---- */

int loop_open(struct loop *loop, const char *backend)
{
    *loop = (struct loop){.selector = selector_new(backend)};
    if (loop->selector == NULL)
        return -1;
    loop->resolver = resolver_new();
    if (loop->resolver == NULL || resolver_fd(loop->resolver) < 0)
        return -1;
    return selector_register(loop->selector, resolver_fd(loop->resolver),
                             SELECTOR_READ, on_resolved, loop);
}

int loop_wait(struct loop *loop)
{
    if (selector_select(loop->selector, time_left_ns(loop)) < 0)
        return -1;
    loop->waits++;
    return 0;
}

bool loop_wake(struct loop *loop)
{
    struct selector_ready ready;

    if (selector_next(loop->selector, &ready)) {
        ready.callback(ready.data, ready.events);
        return true;
    }
    throw_late(loop);
    return false;
}

void loop_close(struct loop *loop)
{
    if (loop->resolver != NULL)
        selector_unregister(loop->selector, resolver_fd(loop->resolver));
    assert(loop->selector == NULL || selector_count(loop->selector) == 0);
    assert(loop->names == NULL && deadlines_first(&loop->deadlines) == NULL);
    resolver_free(loop->resolver);
    selector_free(loop->selector);
    deadlines_free(&loop->deadlines);
}
