/*
 * queue.h - some put, others get; who finds it full or empty waits.
 *
 * The Python it mirrors: asyncio.Queue, LifoQueue and PriorityQueue
 * (queues.py). Stage 03's queue between threads has the same calls, and a
 * mutex: here no call is interrupted by another, so there is none.
 */
#ifndef STAGES_07_LOOP_QUEUE_H
#define STAGES_07_LOOP_QUEUE_H

#include "event.h"

enum queue_order { QUEUE_FIFO, QUEUE_LIFO, QUEUE_PRIORITY };

/* Less than 0: the first comes before the second; otherwise it does not. */
typedef int queue_compare(const void *first, const void *second);

/*
 * It lives where its owner puts it, and must neither move nor go away while
 * somebody waits. All zero is a first-in first-out queue without limit.
 */
struct queue {
    enum queue_order order;
    size_t maxsize; /* items there may be; 0: any number */
    queue_compare *compare;
    void **items; /* a ring; of the other orders a list from `first` = 0 on */
    size_t capacity, first, count;
    size_t unfinished;     /* items put, less calls of queue_task_done() */
    struct event finished; /* set whenever that comes down to 0 */
    struct loop *loop;     /* in which somebody has waited first, or NULL */
    struct waiters getters, putters;
    size_t inside; /* who wait, or were woken and have not gone on yet */
};

/*
 * An empty queue for at most `maxsize` items, 0: for any number. It gives
 * first what was put first (asyncio.Queue), last (LifoQueue), or what comes
 * before all others (PriorityQueue); of equal ones then the same as Python's.
 * The owner calls queue_free().
 */
struct queue queue_new(size_t maxsize);
struct queue lifo_queue_new(size_t maxsize);
struct queue priority_queue_new(size_t maxsize, queue_compare *compare);

/*
 * Frees what it needed, not the items: those are the caller's, as they were
 * before they were put and after they were got. Afterwards it is empty, and
 * may be used again. Aborts if somebody waits. NULL is fine.
 */
void queue_free(struct queue *queue);

/* queue.qsize(), empty(), full() */
size_t queue_size(const struct queue *queue);
bool queue_empty(const struct queue *queue);
bool queue_full(const struct queue *queue);

/*
 * await queue.put(item): waits while the queue is full. An item is a pointer
 * that only a priority queue's `compare` looks behind; NULL is one like any
 * other. When it fails, the item was not put: cancelled; error_memory;
 * error_runtime, it has to wait and others did so in another loop.
 */
struct queue_put {
    struct coroutine co;
    void *result;
    struct queue *queue;
    void *item;
    struct waiter putter;
};
struct queue_put queue_put(struct queue *queue, void *item);

/*
 * await queue.get(): waits while the queue is empty; its result is the item.
 * When it is cancelled, no item was taken. Fails as queue_put().
 */
struct queue_get {
    struct coroutine co;
    void *result;
    struct queue *queue;
    struct waiter getter;
};
struct queue_get queue_get(struct queue *queue);

/*
 * Puts an item at once. Returns false with error_last(): error_queue_full,
 * error_memory; then nothing has changed.
 */
bool queue_put_nowait(struct queue *queue, void *item);

/*
 * Takes an item at once, into *item. Returns false with error_last():
 * error_queue_empty, and *item is as it was.
 */
bool queue_get_nowait(struct queue *queue, void **item);

/*
 * Says that the work on an item that was got is done; to be called once for
 * each. Returns false with error_last(): error_value, it was called more often
 * than there were items.
 */
bool queue_task_done(struct queue *queue);

/*
 * await queue.join(): waits until the work on all items that were put is done.
 * Fails as event_wait().
 */
struct queue_join {
    struct coroutine co;
    void *result;
    struct queue *queue;
    struct event_wait wait;
};
struct queue_join queue_join(struct queue *queue);

#endif
