/*
 * queue.h - a queue between threads: whoever finds nothing in it waits.
 *
 * The Python it mirrors: queue.Queue; asyncio has a Queue, too, so this one is
 * named for the threads that it joins. One mutex and three conditions are
 * inside, so that those who put and get need no lock of their own: what one
 * thread did before it put an item, another sees after it got it.
 */
#ifndef STAGES_03_THREADS_QUEUE_H
#define STAGES_03_THREADS_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread_queue;

/*
 * Makes an empty queue for at most `max_size` items, 0: for any number. An
 * item is a pointer that the queue never looks behind; NULL is one like any
 * other. Returns NULL with errno ENOMEM, EAGAIN. The caller frees it.
 */
struct thread_queue *thread_queue_new(size_t max_size);

/*
 * Frees the queue; what is still in it is only forgotten. Nobody waits in it
 * any more. NULL is fine.
 */
void thread_queue_free(struct thread_queue *queue);

/*
 * Puts an item at the end, and wakes one who waits for it. When the queue is
 * full the first waits until there is room, the second at most `timeout_ns`
 * nanoseconds (monotonic clock), the third not at all. Returns 0, or -1 with
 * errno: ETIMEDOUT or EAGAIN, it was full (queue.Full); ENOMEM.
 */
int thread_queue_put(struct thread_queue *queue, void *item);
int thread_queue_put_timeout(struct thread_queue *queue, void *item,
                             int64_t timeout_ns);
int thread_queue_put_nowait(struct thread_queue *queue, void *item);

/*
 * Takes the first item into *item, and wakes one who waits for room. When the
 * queue is empty the first waits until there is one, the second at most
 * `timeout_ns`, the third not at all. Returns 0, or -1 with errno ETIMEDOUT or
 * EAGAIN: it was empty (queue.Empty), and *item is as it was.
 */
int thread_queue_get(struct thread_queue *queue, void **item);
int thread_queue_get_timeout(struct thread_queue *queue, void **item,
                             int64_t timeout_ns);
int thread_queue_get_nowait(struct thread_queue *queue, void **item);

/*
 * Says that the work on an item that was got is done; to be called once for
 * each. Returns 0, or -1 with errno EINVAL: more often than there were items
 * (ValueError).
 */
int thread_queue_task_done(struct thread_queue *queue);

/* Waits until the work on all items that were put is done. */
void thread_queue_join(struct thread_queue *queue);

/*
 * How many items are in it, whether it is empty, whether it is full. Another
 * thread may change that before the caller looks at the answer.
 */
size_t thread_queue_size(struct thread_queue *queue);
bool thread_queue_is_empty(struct thread_queue *queue);
bool thread_queue_is_full(struct thread_queue *queue);

#endif
