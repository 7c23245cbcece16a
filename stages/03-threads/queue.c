/*
 * queue.c - see queue.h. The items stand in a ring that doubles when it is
 * used up, so that a large bound costs nothing before it is reached.
 */
#include "queue.h"

#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 16 };

/* Two timeouts that are none: the one waits for ever, the other never. */
#define FOREVER INT64_C(-1)
#define NOWAIT  INT64_C(0)

/* docs: 03-thread-queue */
struct thread_queue {
    pthread_mutex_t mutex;    /* over all that follows */
    pthread_cond_t not_empty; /* signalled once for each item put */
    pthread_cond_t not_full;  /* once for each item got */
    pthread_cond_t all_done;  /* when unfinished comes to 0 */
    size_t max_size;          /* SIZE_MAX: none */
    size_t size;
    size_t unfinished; /* items put, less calls of task_done */
    void **ring;       /* the items: `size` of them from `first` on */
    size_t first;
    size_t capacity;
};

/* ---- making and freeing ---- */

/* Waits with a timeout go by the clock that nobody sets. */
static int init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    int error = pthread_condattr_init(&monotonic);

    if (error != 0)
        return error;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    error = pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return error;
}

static int init_locks(struct thread_queue *queue)
{
    int error = pthread_mutex_init(&queue->mutex, NULL);

    if (error != 0)
        return error;
    if ((error = init_condition(&queue->not_empty)) != 0)
        goto no_not_empty;
    if ((error = init_condition(&queue->not_full)) != 0)
        goto no_not_full;
    if ((error = init_condition(&queue->all_done)) != 0)
        goto no_all_done;
    return 0;
no_all_done:
    pthread_cond_destroy(&queue->not_full);
no_not_full:
    pthread_cond_destroy(&queue->not_empty);
no_not_empty:
    pthread_mutex_destroy(&queue->mutex);
    return error;
}

struct thread_queue *thread_queue_new(size_t max_size)
{
    struct thread_queue *queue = calloc(1, sizeof *queue);

    if (queue == NULL)
        return NULL;
    queue->max_size = max_size > 0 ? max_size : SIZE_MAX;
    int error = init_locks(queue);
    if (error != 0) {
        free(queue);
        errno = error;
        return NULL;
    }
    return queue;
}

void thread_queue_free(struct thread_queue *queue)
{
    if (queue == NULL)
        return;
    pthread_cond_destroy(&queue->all_done);
    pthread_cond_destroy(&queue->not_full);
    pthread_cond_destroy(&queue->not_empty);
    pthread_mutex_destroy(&queue->mutex);
    free(queue->ring);
    free(queue);
}

/* ---- the ring, with the mutex held ---- */

/* Makes room for one more. Unrolls what went round the end. */
static int grow(struct thread_queue *queue)
{
    if (queue->size < queue->capacity)
        return 0;
    size_t capacity =
        queue->capacity > 0 ? queue->capacity * 2 : FIRST_CAPACITY;
    void **ring = capacity <= SIZE_MAX / sizeof ring[0]
                      ? malloc(capacity * sizeof ring[0])
                      : NULL;
    if (ring == NULL) {
        errno = ENOMEM;
        return -1;
    }
    for (size_t i = 0; i < queue->size; i++)
        ring[i] = queue->ring[(queue->first + i) % queue->capacity];
    free(queue->ring);
    queue->ring = ring;
    queue->first = 0;
    queue->capacity = capacity;
    return 0;
}

static int append(struct thread_queue *queue, void *item)
{
    if (grow(queue) < 0)
        return -1;
    queue->ring[(queue->first + queue->size) % queue->capacity] = item;
    queue->size++;
    queue->unfinished++;
    return 0;
}

static void *take_first(struct thread_queue *queue)
{
    void *item = queue->ring[queue->first];

    queue->first = (queue->first + 1) % queue->capacity;
    queue->size--;
    return item;
}

/* ---- waiting, with the mutex held ---- */

typedef bool queue_condition(const struct thread_queue *queue);

static bool has_item(const struct thread_queue *queue)
{
    return queue->size > 0;
}

static bool has_room(const struct thread_queue *queue)
{
    return queue->size < queue->max_size;
}

/* The moment that lies so far ahead, or the last one that there is. */
static struct timespec moment_after(int64_t timeout_ns)
{
    int64_t now_ns = clock_now_ns();

    return clock_timespec(timeout_ns < INT64_MAX - now_ns ? now_ns + timeout_ns
                                                          : INT64_MAX);
}

/*
 * Waits until `holds`. Who is woken looks for itself: another may have been
 * faster. And who is late looks once more, for the signal may have been meant
 * for it. Returns 0, or -1 with errno EAGAIN, ETIMEDOUT.
 */
/* docs: 03-wait-until */
static int wait_until(struct thread_queue *queue, queue_condition *holds,
                      pthread_cond_t *changed, int64_t timeout_ns)
{
    struct timespec deadline = {0};
    int error = 0;

    if (timeout_ns == NOWAIT)
        error = EAGAIN;
    else if (timeout_ns != FOREVER)
        deadline = moment_after(timeout_ns);
    while (!holds(queue)) {
        if (error != 0) {
            errno = error;
            return -1;
        }
        error = timeout_ns == FOREVER
                    ? pthread_cond_wait(changed, &queue->mutex)
                    : pthread_cond_timedwait(changed, &queue->mutex, &deadline);
    }
    return 0;
}

/* ---- put and get ---- */

/* docs: 03-put */
static int put(struct thread_queue *queue, void *item, int64_t timeout_ns)
{
    pthread_mutex_lock(&queue->mutex);
    int status = wait_until(queue, has_room, &queue->not_full, timeout_ns);
    if (status == 0) {
        status = append(queue, item);
        /* No memory: the room is still there, for the next one to try. */
        pthread_cond_signal(status == 0 ? &queue->not_empty : &queue->not_full);
    }
    pthread_mutex_unlock(&queue->mutex);
    return status;
}

static int get(struct thread_queue *queue, void **item, int64_t timeout_ns)
{
    pthread_mutex_lock(&queue->mutex);
    int status = wait_until(queue, has_item, &queue->not_empty, timeout_ns);
    if (status == 0) {
        *item = take_first(queue);
        pthread_cond_signal(&queue->not_full);
    }
    pthread_mutex_unlock(&queue->mutex);
    return status;
}

/* A time that is over before it begins is no time at all. */
static int64_t at_least_1_ns(int64_t timeout_ns)
{
    return timeout_ns > 0 ? timeout_ns : 1;
}

int thread_queue_put(struct thread_queue *queue, void *item)
{
    return put(queue, item, FOREVER);
}

int thread_queue_put_timeout(struct thread_queue *queue, void *item,
                             int64_t timeout_ns)
{
    return put(queue, item, at_least_1_ns(timeout_ns));
}

int thread_queue_put_nowait(struct thread_queue *queue, void *item)
{
    return put(queue, item, NOWAIT);
}

int thread_queue_get(struct thread_queue *queue, void **item)
{
    return get(queue, item, FOREVER);
}

int thread_queue_get_timeout(struct thread_queue *queue, void **item,
                             int64_t timeout_ns)
{
    return get(queue, item, at_least_1_ns(timeout_ns));
}

int thread_queue_get_nowait(struct thread_queue *queue, void **item)
{
    return get(queue, item, NOWAIT);
}

/* ---- work done ---- */

int thread_queue_task_done(struct thread_queue *queue)
{
    int status = 0;

    pthread_mutex_lock(&queue->mutex);
    if (queue->unfinished == 0) {
        errno = EINVAL;
        status = -1;
    } else if (--queue->unfinished == 0) {
        pthread_cond_broadcast(&queue->all_done);
    }
    pthread_mutex_unlock(&queue->mutex);
    return status;
}

/* docs: 03-join */
void thread_queue_join(struct thread_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    while (queue->unfinished > 0)
        pthread_cond_wait(&queue->all_done, &queue->mutex);
    pthread_mutex_unlock(&queue->mutex);
}

/* ---- a look at it ---- */

size_t thread_queue_size(struct thread_queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    size_t size = queue->size;
    pthread_mutex_unlock(&queue->mutex);
    return size;
}

bool thread_queue_is_empty(struct thread_queue *queue)
{
    return thread_queue_size(queue) == 0;
}

bool thread_queue_is_full(struct thread_queue *queue)
{
    return thread_queue_size(queue) >=
           queue->max_size; /* which never changes */
}
