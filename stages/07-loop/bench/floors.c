/*
 * floors.c - see measures.h: the same work without a loop.
 */
#include "measures.h"

#include "common/clock.h"
#include "stages/05-callbacks/deadlines.h"
#include "stages/06-futures/coroutine.h"

#include <math.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* ---- a queue: singly linked, as bare as it gets ---- */

struct link {
    struct link *next;
    void (*call)(void *data);
    void *data;
};

struct queue {
    struct link *first, **end;
};

static void put(struct queue *queue, struct link *link)
{
    link->next = NULL;
    *queue->end = link;
    queue->end = &link->next;
}

static struct link *take(struct queue *queue)
{
    struct link *link = queue->first;

    if (link == NULL)
        return NULL;
    queue->first = link->next;
    if (queue->first == NULL)
        queue->end = &queue->first;
    return link;
}

/* ---- a generator that is resumed, yields, and goes to the queue's end ---- */

struct counter {
    struct coroutine co;
    size_t left;
    struct link link;
    struct queue *queue;
};

static struct future *counter(struct coroutine *co)
{
    struct counter *self = (struct counter *)co;

    CO_BEGIN(self);
    while (self->left-- > 0)
        CO_YIELD(self, (struct future *)self);
    CO_FINALLY(self);
    CO_END(self);
}

static void resume(void *data)
{
    struct counter *self = data;

    if (self->co.resume(&self->co) != NULL)
        put(self->queue, &self->link);
}

double floor_switch(size_t generators)
{
    size_t each = measures_times(2000000) / generators;
    struct counter *counters = calloc(generators, sizeof counters[0]);
    struct queue queue = {.end = &queue.first};
    struct link *link;

    if (counters == NULL)
        return NAN;
    for (size_t i = 0; i < generators; i++) {
        counters[i] = (struct counter){
            .co = CO_INIT(counter), .left = each, .queue = &queue};
        counters[i].link = (struct link){NULL, resume, &counters[i]};
        put(&queue, &counters[i].link);
    }
    int64_t begun_ns = clock_now_ns();
    while ((link = take(&queue)) != NULL)
        link->call(link->data);
    int64_t ns = clock_now_ns() - begun_ns;
    free(counters);
    return (double)ns / (double)(generators * each);
}

/* ---- callbacks ---- */

static void count_up(void *data)
{
    ++*(size_t *)data;
}

double floor_callback(size_t batch)
{
    size_t rounds = measures_times(2000000) / batch, count = 0;
    struct link *links = calloc(batch, sizeof links[0]);
    struct queue queue = {.end = &queue.first};
    struct link *link;

    if (links == NULL)
        return NAN;
    int64_t begun_ns = clock_now_ns();
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < batch; i++) {
            links[i].call = count_up;
            links[i].data = &count;
            put(&queue, &links[i]);
        }
        while ((link = take(&queue)) != NULL)
            link->call(link->data);
    }
    int64_t ns = clock_now_ns() - begun_ns;
    free(links);
    return count == rounds * batch ? (double)ns / (double)count : NAN;
}

/* ---- the kernel ---- */

double floor_poll(size_t descriptors)
{
    size_t times = measures_times(200000);
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC), *fds;
    struct epoll_event events[64];

    if (epoll_fd < 0 || (fds = calloc(descriptors, sizeof fds[0])) == NULL)
        return NAN;
    for (size_t i = 0; i < descriptors; i++) {
        struct epoll_event event = {.events = EPOLLIN};
        fds[i] = eventfd(0, EFD_CLOEXEC);
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fds[i], &event) < 0)
            times = 0;
    }
    int64_t begun_ns = clock_now_ns();
    for (size_t i = 0; i < times; i++)
        if (epoll_wait(epoll_fd, events, 64, 0) != 0)
            times = 0;
    int64_t ns = clock_now_ns() - begun_ns;
    for (size_t i = 0; i < descriptors; i++)
        close(fds[i]);
    free(fds);
    close(epoll_fd);
    return times > 0 ? (double)ns / (double)times : NAN;
}

/* ---- stage 05's heap of deadlines ---- */

double floor_timer(size_t pending)
{
    size_t times = measures_times(1000000);
    struct deadlines deadlines = {0};
    struct deadline *all = calloc(pending, sizeof all[0]), one = {0};
    int64_t now_ns = clock_now_ns();

    if (all == NULL || deadlines_reserve(&deadlines, pending + 1) < 0)
        times = 0;
    for (size_t i = 0; times > 0 && i < pending; i++)
        deadlines_set(&deadlines, &all[i], now_ns + (int64_t)i * NS_PER_US);
    int64_t begun_ns = clock_now_ns();
    for (size_t i = 0; i < times; i++) {
        deadlines_set(&deadlines, &one, clock_now_ns() + 30 * NS_PER_S);
        deadlines_drop(&deadlines, &one);
    }
    int64_t ns = clock_now_ns() - begun_ns;
    deadlines_free(&deadlines);
    free(all);
    return times > 0 ? (double)ns / (double)times : NAN;
}

/* ---- a frame made, run to its end, freed ---- */

double floor_spawn(size_t depth)
{
    size_t times = measures_times(1000000) / depth;
    struct queue queue = {.end = &queue.first};

    int64_t begun_ns = clock_now_ns();
    for (size_t i = 0; i < times; i++) {
        struct counter *self = malloc(sizeof *self);
        if (self == NULL)
            return NAN;
        *self = (struct counter){.co = CO_INIT(counter), .queue = &queue};
        self->link = (struct link){NULL, resume, self};
        put(&queue, &self->link);
        struct link *link = take(&queue);
        link->call(link->data);
        free(self);
    }
    return (double)(clock_now_ns() - begun_ns) / (double)times;
}
