/*
 * executor.c - see executor.h: submit, shutdown and free, the same for both.
 *
 * An executor belongs to its owner and to each of its threads: whoever is the
 * last to let it go frees it.
 */
#include "executor_backend.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct error after_shutdown =
    ERROR(&error_runtime, "cannot schedule new futures after shutdown");

/* ---- making and freeing ---- */

bool executor_init(struct executor *executor,
                   const struct executor_backend *backend, size_t max_threads)
{
    *executor = (struct executor){
        .backend = backend,
        .holds = 1,
        .waits = true,
        .threads = calloc(max_threads, sizeof executor->threads[0]),
        .max_threads = max_threads,
    };
    if (executor->threads == NULL)
        return error_raise(&error_memory);
    int error = pthread_mutex_init(&executor->mutex, NULL);
    if (error != 0) {
        free(executor->threads);
        return error_raise(error_from_errno(error));
    }
    return true;
}

void executor_uninit(struct executor *executor)
{
    pthread_mutex_destroy(&executor->mutex);
    free(executor->threads);
}

static void let_go(struct executor *executor)
{
    if (--executor->holds == 0)
        executor->backend->free(executor);
}

void executor_free(struct executor *executor)
{
    if (executor == NULL)
        return;
    executor_shutdown(executor, executor->waits, false);
    /* Those who were not waited for clean up after themselves. */
    for (size_t i = 0; i < executor->thread_count; i++)
        pthread_detach(executor->threads[i]);
    let_go(executor);
}

size_t executor_processors(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count > 0 ? (size_t)count : 1;
}

/* ---- threads ---- */

static void *thread_main(void *data)
{
    struct executor *executor = data;

    executor->backend->run(executor);
    let_go(executor);
    return NULL;
}

bool executor_start_thread(struct executor *executor)
{
    pthread_t *thread = &executor->threads[executor->thread_count];
    sigset_t all, before;

    if (executor->thread_count == executor->max_threads)
        return false;
    executor->holds++;
    /* Signals are for the thread that waits for them, to interrupt it. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(thread, NULL, thread_main, executor);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        executor->holds--; /* the owner has one: this is not the last */
        return false;
    }
    executor->thread_count++;
    return true;
}

/* ---- submit ---- */

/* Returns NULL with error_last(). */
static struct executor_job *job_new(executor_work *work, const void *argument,
                                    size_t argument_size, size_t result_size)
{
    struct executor_job *job = NULL;

    /* All zero: the gaps in it are sent to worker processes, too. */
    if (argument_size <= SIZE_MAX - sizeof *job)
        job = calloc(1, sizeof *job + argument_size);
    if (job == NULL)
        return error_raise_null(&error_memory);
    job->future = concurrent_future_new_with_bytes(result_size);
    if (job->future == NULL) {
        free(job);
        return NULL;
    }
    job->work = work;
    job->argument_size = argument_size;
    job->result_size = result_size;
    if (argument_size > 0)
        memcpy(job->argument, argument, argument_size);
    return job;
}

void executor_job_free(struct executor_job *job)
{
    concurrent_future_free(job->future);
    free(job);
}

void executor_job_settle(struct executor_job *job, const struct error *error)
{
    if (error == NULL)
        concurrent_future_set_result(job->future,
                                     concurrent_future_bytes(job->future));
    else
        concurrent_future_set_error(job->future, error);
    executor_job_free(job);
}

static bool put(struct executor *executor, struct executor_job *job)
{
    pthread_mutex_lock(&executor->mutex);
    bool taken = executor->is_shut_down ? error_raise(&after_shutdown)
                                        : executor->backend->put(executor, job);
    pthread_mutex_unlock(&executor->mutex);
    return taken;
}

struct concurrent_future *
executor_submit(struct executor *executor, executor_work *work,
                const void *argument, size_t argument_size, size_t result_size)
{
    struct executor_job *job =
        job_new(work, argument, argument_size, result_size);

    if (job == NULL)
        return NULL;
    /* Once it is put, it may be done and freed before put() returns. */
    struct concurrent_future *future = concurrent_future_hold(job->future);
    if (!put(executor, job)) {
        concurrent_future_free(future);
        executor_job_free(job);
        return NULL;
    }
    return future;
}

/* ---- shutdown ---- */

/* Takes out all jobs that have not begun; locked. */
static struct executor_job *take_all(struct executor *executor)
{
    struct executor_job *first = NULL, **end = &first;

    while ((*end = executor->backend->take(executor)) != NULL)
        end = &(*end)->next;
    return first;
}

/* Not locked: callbacks may ask for more, and be refused. */
static void cancel_all(struct executor_job *job)
{
    while (job != NULL) {
        struct executor_job *next = job->next;
        concurrent_future_cancel(job->future);
        executor_job_free(job);
        job = next;
    }
}

/* No thread is started any more, so the array stays as it is. */
static void join_all(struct executor *executor)
{
    for (size_t i = 0; i < executor->thread_count; i++)
        pthread_join(executor->threads[i], NULL);
    executor->thread_count = 0;
}

void executor_shutdown(struct executor *executor, bool wait,
                       bool cancel_futures)
{
    struct executor_job *taken = NULL;

    pthread_mutex_lock(&executor->mutex);
    executor->is_shut_down = true;
    executor->waits = wait;
    if (cancel_futures)
        taken = take_all(executor);
    executor->backend->wake(executor);
    pthread_mutex_unlock(&executor->mutex);
    cancel_all(taken);
    if (wait)
        join_all(executor);
}
