/*
 * pool.h - a pool of worker processes, forked once and given job after job.
 *
 * The Python it mirrors: concurrent.futures.ProcessPoolExecutor, with one
 * difference: the parent collects the answers itself, by pool_wait().
 *
 * A worker is forked when there is a job and nobody idle. It inherits a copy
 * of all the parent's memory as it was then; after that the two share nothing
 * but a socket: jobs go down, answers come up. A worker that dies, answers
 * nonsense or does not answer in time is killed and reaped, and its job is
 * reported as lost; the next job gets a fresh one. When the parent dies, its
 * workers die, too.
 */
#ifndef STAGES_02_PROCESSES_POOL_H
#define STAGES_02_PROCESSES_POOL_H

#include "common/buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;

/*
 * What a worker does with a job of `size` bytes: appends its answer to
 * `answer`. Runs in the worker; `context` is the worker's own copy. Returns
 * 0; with anything else the worker dies and the job is lost.
 */
typedef int pool_work(void *context, const char *job, size_t size,
                      struct buffer *answer);

/*
 * A pool of at most `max_workers`, none of them started yet. Returns NULL
 * with errno ENOMEM. The caller calls pool_free().
 */
struct pool *pool_new(size_t max_workers, pool_work *work, void *context);

/*
 * Gives a job to an idle worker, forking one if need be; the bytes are
 * copied. `tag` comes back with the answer. If none has come by `deadline_ns`
 * (clock_now_ns()) the worker is killed. Returns the worker's number, from 0;
 * or -1 with errno: EAGAIN, EMFILE ..., nobody is idle and no more can be
 * started; ENOMEM; EMSGSIZE.
 */
int pool_submit(struct pool *pool, const void *job, size_t size, void *tag,
                int64_t deadline_ns);

/* How many workers there are, idle and busy. */
size_t pool_workers(const struct pool *pool);

enum pool_event_kind {
    POOL_NOTHING,  /* nobody is busy, or stop_fd is readable */
    POOL_ANSWERED, /* a job is done: `answer` is what the worker made of it */
    POOL_LOST,     /* the worker is gone, with the job: `why` says how */
};

struct pool_event {
    enum pool_event_kind kind;
    void *tag;
    const char *answer; /* valid until the next call with this pool */
    size_t size;        /* bytes of the answer */
    const char *why;    /* static text */
};

/*
 * Waits until a busy worker has answered or is lost, or `stop_fd` (-1: none)
 * is readable. Returns 0, or -1 with errno.
 */
int pool_wait(struct pool *pool, int stop_fd, struct pool_event *event);

/* The peak memory of every worker reaped so far, added up, in KiB. */
long pool_rss_kib(const struct pool *pool);

/*
 * Ends the workers and reaps them: the idle ones leave by themselves, the
 * busy ones are killed. The pool stays, with none; pool_free() may follow.
 */
void pool_stop(struct pool *pool);

/* pool_stop(), and frees the pool. NULL is fine. */
void pool_free(struct pool *pool);

#endif
