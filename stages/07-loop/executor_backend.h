/*
 * executor_backend.h - what executors of threads and of processes share, and
 * the same few functions in executor_threads.c and executor_processes.c.
 */
#ifndef STAGES_07_LOOP_EXECUTOR_BACKEND_H
#define STAGES_07_LOOP_EXECUTOR_BACKEND_H

#include "executor.h"

#include <pthread.h>
#include <stdatomic.h>

/* What was submitted: _WorkItem in Python. */
struct executor_job {
    struct executor_job *next; /* the backend's */
    struct concurrent_future *future;
    /* From here on it goes to a worker process as it is. */
    executor_work *work;
    size_t argument_size;
    size_t result_size;
    _Alignas(max_align_t) unsigned char argument[];
};

/* All but run and free are called with the mutex held. */
struct executor_backend {
    /* Puts a job at the end; false with error_last(): it could not. */
    bool (*put)(struct executor *executor, struct executor_job *job);
    /* Takes out the first job that has not begun, or returns NULL. */
    struct executor_job *(*take)(struct executor *executor);
    /* Wakes those who wait for jobs: is_shut_down is true now. */
    void (*wake)(struct executor *executor);
    /* What a thread does until all is done after the shutdown. */
    void (*run)(struct executor *executor);
    /* Frees what is in it and the executor itself. */
    void (*free)(struct executor *executor);
};

/* The first member of either. */
struct executor {
    const struct executor_backend *backend;
    atomic_size_t holds;   /* one of the owner's, one of each thread's */
    pthread_mutex_t mutex; /* over what follows, and over the backend */
    bool is_shut_down;
    bool waits; /* the owner does, when it frees the executor */
    pthread_t *threads;
    size_t thread_count;
    size_t max_threads;
};

/*
 * Fills in what both have in common. Returns false with error_last(), and
 * nothing is to be undone.
 */
bool executor_init(struct executor *executor,
                   const struct executor_backend *backend, size_t max_threads);
void executor_uninit(struct executor *executor);

/* Starts a thread that runs backend->run(); locked. False: it cannot. */
bool executor_start_thread(struct executor *executor);

/* Settles the job's future, NULL: with its bytes, and frees the job. */
void executor_job_settle(struct executor_job *job, const struct error *error);

/* Frees a job whose future was settled, or never will be. */
void executor_job_free(struct executor_job *job);

/* os.cpu_count() */
size_t executor_processors(void);

#endif
