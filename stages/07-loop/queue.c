/*
 * queue.c - see queue.h: first how items are stored, then how one waits.
 */
#include "queue.h"

#include "task.h"

#include <stdlib.h>
#include <string.h>

struct queue queue_new(size_t maxsize)
{
    return (struct queue){.order = QUEUE_FIFO, .maxsize = maxsize};
}

struct queue lifo_queue_new(size_t maxsize)
{
    return (struct queue){.order = QUEUE_LIFO, .maxsize = maxsize};
}

struct queue priority_queue_new(size_t maxsize, queue_compare *compare)
{
    return (struct queue){
        .order = QUEUE_PRIORITY, .maxsize = maxsize, .compare = compare};
}

void queue_free(struct queue *queue)
{
    if (queue == NULL)
        return;
    waiters_end(queue->inside + queue->finished.waiters.count, "queue");
    free(queue->items);
    queue->items = NULL;
    queue->capacity = queue->first = queue->count = 0;
}

size_t queue_size(const struct queue *queue)
{
    return queue->count;
}

bool queue_empty(const struct queue *queue)
{
    return queue->count == 0;
}

bool queue_full(const struct queue *queue)
{
    return queue->maxsize > 0 && queue->count >= queue->maxsize;
}

/* ---- a heap, as heapq.py has it: so equal items come out as in Python ---- */

static bool less(const struct queue *queue, size_t a, size_t b)
{
    return queue->compare(queue->items[a], queue->items[b]) < 0;
}

static void swap(struct queue *queue, size_t a, size_t b)
{
    void *item = queue->items[a];

    queue->items[a] = queue->items[b];
    queue->items[b] = item;
}

/* Moves an item towards the root as long as it comes before its parent. */
static void rise(struct queue *queue, size_t at)
{
    while (at > 0 && less(queue, at, (at - 1) / 2)) {
        swap(queue, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

/*
 * The item at the root came from a leaf, and is likely to belong there: it
 * goes all the way down, the lesser child up in its place, and rises again.
 */
static void sink(struct queue *queue)
{
    size_t at = 0, child;

    while ((child = 2 * at + 1) < queue->count) {
        if (child + 1 < queue->count && !less(queue, child, child + 1))
            child++;
        swap(queue, at, child);
        at = child;
    }
    rise(queue, at);
}

/* ---- the items ---- */

/* Where the one that is `n` behind the first stands in the ring. */
static size_t place(const struct queue *queue, size_t n)
{
    size_t at = queue->first + n;

    return at < queue->capacity ? at : at - queue->capacity;
}

/*
 * Makes room for one more. What had come round to the beginning of the ring
 * goes on behind its old end: there is as much room as there was ring.
 */
static bool grow(struct queue *queue)
{
    if (queue->count < queue->capacity)
        return true;
    size_t capacity = queue->capacity > 0 ? 2 * queue->capacity : 8;
    void **items = realloc(queue->items, capacity * sizeof *items);
    if (items == NULL)
        return error_raise(&error_memory);
    memcpy(items + queue->capacity, items, queue->first * sizeof *items);
    queue->items = items;
    queue->capacity = capacity;
    return true;
}

static bool store(struct queue *queue, void *item)
{
    if (!grow(queue))
        return false;
    queue->items[place(queue, queue->count++)] = item;
    if (queue->order == QUEUE_PRIORITY)
        rise(queue, queue->count - 1);
    return true;
}

static void *take(struct queue *queue)
{
    void *item = queue->items[queue->first];
    void *last = queue->items[place(queue, --queue->count)];

    if (queue->order == QUEUE_LIFO)
        return last;
    if (queue->order == QUEUE_FIFO) {
        queue->first = place(queue, 1);
    } else {
        queue->items[0] = last;
        sink(queue);
    }
    return item;
}

/* ---- who waits ---- */

/* Who is woken leaves the line; who was cancelled leaves it as well. */
static void wake_up_next(struct waiters *line)
{
    struct waiter *waiter;

    while ((waiter = line->first) != NULL) {
        waiters_leave(line, waiter);
        if (!future_done(&waiter->future)) {
            waiter_wake(waiter);
            return;
        }
    }
}

static bool begin_waiting(struct queue *queue, struct waiters *line,
                          struct waiter *waiter)
{
    if (!waiters_enter(line, waiter, &queue->loop, "Queue"))
        return false;
    queue->inside++;
    return true;
}

/*
 * It goes on, and if it failed, not with the queue. If it had been woken, and
 * there still is what it was woken for, the next one is woken in its place.
 */
static void end_waiting(struct queue *queue, struct waiters *line,
                        struct waiter *waiter, bool there_still_is)
{
    bool woken = !waiter_is_in_line(waiter) && !waiter->future.cancelled;

    queue->inside--;
    waiters_leave(line, waiter);
    if (waiter->future.co.error != NULL && woken && there_still_is)
        wake_up_next(line);
}

/*
 *     async def put(self, item):
 *         while self.full():
 *             putter = self._get_loop().create_future()
 *             self._putters.append(putter)
 *             try:
 *                 await putter
 *             except:
 *                 ...self._putters.remove(putter), if it is there
 *                 if not self.full() and not putter.cancelled():
 *                     self._wakeup_next(self._putters)
 *                 raise
 *         return self.put_nowait(item)
 */
static struct future *put(struct coroutine *co)
{
    struct queue_put *self = (struct queue_put *)co;
    struct queue *queue = self->queue;

    CO_BEGIN(self);
    while (queue_full(queue)) {
        CO_CHECK(self, begin_waiting(queue, &queue->putters, &self->putter));
        CO_TRY_AWAIT(self, self->putter.future);
        end_waiting(queue, &queue->putters, &self->putter, !queue_full(queue));
        if (self->putter.future.co.error != NULL)
            CO_RAISE(self, self->putter.future.co.error);
    }
    CO_CHECK(self, queue_put_nowait(queue, self->item));
    CO_FINALLY(self);
    CO_END(self);
}

struct queue_put queue_put(struct queue *queue, void *item)
{
    return (struct queue_put){.co = CO_INIT(put), .queue = queue, .item = item};
}

/* The same with self.empty(), getters and get_nowait(). */
static struct future *get(struct coroutine *co)
{
    struct queue_get *self = (struct queue_get *)co;
    struct queue *queue = self->queue;

    CO_BEGIN(self);
    while (queue_empty(queue)) {
        CO_CHECK(self, begin_waiting(queue, &queue->getters, &self->getter));
        CO_TRY_AWAIT(self, self->getter.future);
        end_waiting(queue, &queue->getters, &self->getter, !queue_empty(queue));
        if (self->getter.future.co.error != NULL)
            CO_RAISE(self, self->getter.future.co.error);
    }
    CO_CHECK(self, queue_get_nowait(queue, &self->result));
    CO_FINALLY(self);
    CO_END(self);
}

struct queue_get queue_get(struct queue *queue)
{
    return (struct queue_get){.co = CO_INIT(get), .queue = queue};
}

bool queue_put_nowait(struct queue *queue, void *item)
{
    if (queue_full(queue))
        return error_raise(&error_queue_full);
    if (!store(queue, item))
        return false;
    queue->unfinished++;
    event_clear(&queue->finished);
    wake_up_next(&queue->getters);
    return true;
}

bool queue_get_nowait(struct queue *queue, void **item)
{
    if (queue_empty(queue))
        return error_raise(&error_queue_empty);
    *item = take(queue);
    wake_up_next(&queue->putters);
    return true;
}

/* ---- until all work is done ---- */

bool queue_task_done(struct queue *queue)
{
    static const struct error too_many =
        ERROR(&error_value, "task_done() called too many times");

    if (queue->unfinished == 0)
        return error_raise(&too_many);
    if (--queue->unfinished == 0)
        event_set(&queue->finished);
    return true;
}

static struct future *join(struct coroutine *co)
{
    struct queue_join *self = (struct queue_join *)co;

    CO_BEGIN(self);
    if (self->queue->unfinished > 0) {
        self->wait = event_wait(&self->queue->finished);
        CO_AWAIT(self, self->wait);
    }
    CO_FINALLY(self);
    CO_END(self);
}

struct queue_join queue_join(struct queue *queue)
{
    return (struct queue_join){.co = CO_INIT(join), .queue = queue};
}
