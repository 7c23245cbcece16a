/*
 * executor_threads.c - see executor.h: threads fed by stage 03's queue.
 *
 * The Python it mirrors: concurrent/futures/thread.py. A NULL in the queue
 * says that no job will follow; whoever finds it puts it back for the next.
 */
#include "executor_backend.h"

#include "stages/03-threads/queue.h"

#include <stdlib.h>

struct executor_threads {
    struct executor executor; /* first */
    struct thread_queue *queue;
    size_t unfinished; /* jobs put and not done, each of which has or needs
                          a thread: those beyond are idle */
};

static const struct error no_thread =
    ERROR(&error_runtime, "can't start new thread");

static struct executor_threads *threads_of(struct executor *executor)
{
    return (struct executor_threads *)executor;
}

/* ---- the owner's side, with the mutex held ---- */

static bool put(struct executor *executor, struct executor_job *job)
{
    struct executor_threads *self = threads_of(executor);

    if (self->unfinished >= executor->thread_count &&
        !executor_start_thread(executor) && executor->thread_count == 0)
        return error_raise(&no_thread);
    if (thread_queue_put(self->queue, job) < 0)
        return error_raise(&error_memory);
    self->unfinished++;
    return true;
}

/* A NULL that is taken here is put back by wake(). */
static struct executor_job *take(struct executor *executor)
{
    void *job;

    if (thread_queue_get_nowait(threads_of(executor)->queue, &job) < 0)
        return NULL;
    return job;
}

/*
 * Without memory this fails, but then the queue is full of jobs: those who do
 * them leave when it is empty, and each puts a NULL into it.
 */
static void wake(struct executor *executor)
{
    thread_queue_put(threads_of(executor)->queue, NULL);
}

/* ---- a thread's side ---- */

static void job_run(struct executor_job *job)
{
    if (!concurrent_future_set_running(job->future)) {
        executor_job_free(job); /* it was cancelled */
        return;
    }
    void *result = concurrent_future_bytes(job->future);
    executor_job_settle(job, job->work(job->argument, result));
}

/* Returns whether there may be more to do. */
static bool count_finished(struct executor_threads *self)
{
    pthread_mutex_lock(&self->executor.mutex);
    self->unfinished--;
    bool more =
        !self->executor.is_shut_down || !thread_queue_is_empty(self->queue);
    pthread_mutex_unlock(&self->executor.mutex);
    return more;
}

static void run(struct executor *executor)
{
    struct executor_threads *self = threads_of(executor);
    void *job;

    do {
        thread_queue_get(self->queue, &job);
        if (job == NULL)
            break;
        job_run(job);
    } while (count_finished(self));
    wake(executor); /* the next one */
}

/* ---- making and freeing ---- */

static void free_threads(struct executor *executor)
{
    thread_queue_free(threads_of(executor)->queue);
    executor_uninit(executor);
    free(executor);
}

static const struct executor_backend backend = {
    .put = put,
    .take = take,
    .wake = wake,
    .run = run,
    .free = free_threads,
};

/*
 * A queue that has had an item in it has room for one from then on: should
 * there be no memory for the first job, there is for the NULL of wake().
 */
static struct thread_queue *queue_with_room(void)
{
    struct thread_queue *queue = thread_queue_new(0);
    void *item;

    if (queue == NULL || thread_queue_put(queue, NULL) < 0) {
        thread_queue_free(queue);
        return error_raise_null(&error_memory);
    }
    thread_queue_get(queue, &item);
    return queue;
}

static size_t default_workers(void)
{
    size_t count = executor_processors() + 4;

    return count < 32 ? count : 32;
}

struct executor *executor_threads_new(size_t max_workers)
{
    struct executor_threads *self = calloc(1, sizeof *self);

    if (self == NULL)
        return error_raise_null(&error_memory);
    self->queue = queue_with_room();
    if (self->queue == NULL)
        goto no_queue;
    if (!executor_init(&self->executor, &backend,
                       max_workers > 0 ? max_workers : default_workers()))
        goto no_executor;
    return &self->executor;
no_executor:
    thread_queue_free(self->queue);
no_queue:
    free(self);
    return NULL;
}
