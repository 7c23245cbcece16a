/*
 * callbacks.c - see measures.h: what a callback and a pass cost.
 */
#include "measures.h"

#include "common/clock.h"
#include "stages/07-loop/loop.h"

#include <math.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct chain {
    struct loop *loop;
    struct handle handle;
    size_t left;
};

/* Puts itself in line again: one pass for each. */
static void next_link(void *data)
{
    struct chain *chain = data;

    if (chain->left-- > 0)
        loop_call_soon(chain->loop, &chain->handle, next_link, chain);
    else
        loop_stop(chain->loop);
}

static double run_chain(struct loop *loop, size_t length)
{
    struct chain chain = {.loop = loop, .left = length};
    int64_t begun_ns = clock_now_ns();

    loop_call_soon(loop, &chain.handle, next_link, &chain);
    if (!loop_run_forever(loop))
        return NAN;
    return (double)(clock_now_ns() - begun_ns) / (double)length;
}

double call_soon_chain(size_t length)
{
    struct loop *loop = loop_new(NULL);

    if (loop == NULL)
        return NAN;
    double ns = run_chain(loop, measures_times(length));
    loop_free(loop);
    return ns;
}

static void count_up(void *data)
{
    ++*(size_t *)data;
}

double call_soon_batch(size_t batch)
{
    size_t rounds = measures_times(2000000) / batch, count = 0;
    struct handle *handles = calloc(batch, sizeof handles[0]);
    struct loop *loop = loop_new(NULL);

    if (handles == NULL || loop == NULL)
        rounds = 0;
    int64_t begun_ns = clock_now_ns();
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < batch; i++)
            loop_call_soon(loop, &handles[i], count_up, &count);
        loop_stop(loop);
        loop_run_forever(loop);
    }
    int64_t ns = clock_now_ns() - begun_ns;
    loop_free(loop);
    free(handles);
    return rounds > 0 && count == rounds * batch ? (double)ns / (double)count
                                                 : NAN;
}

static void never(void *data)
{
    (void)data;
}

/* With descriptors that are watched, and idle, every pass asks for them. */
double polled_pass(size_t descriptors)
{
    struct loop *loop = loop_new(NULL);
    int *fds = calloc(descriptors, sizeof fds[0]);
    double ns = NAN;

    if (loop == NULL || fds == NULL)
        return NAN;
    for (size_t i = 0; i < descriptors; i++) {
        fds[i] = eventfd(0, EFD_CLOEXEC);
        loop_add_reader(loop, fds[i], never, NULL);
    }
    if (loop_census(loop).watched == descriptors)
        ns = run_chain(loop, measures_times(200000));
    loop_free(loop);
    for (size_t i = 0; i < descriptors; i++)
        close(fds[i]);
    free(fds);
    return ns;
}
