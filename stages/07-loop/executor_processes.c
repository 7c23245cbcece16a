/*
 * executor_processes.c - see executor.h: stage 02's pool, and the thread that
 * drives it.
 *
 * The Python it mirrors: concurrent/futures/process.py, its manager thread
 * above all. Jobs wait in a list, in order; the manager hands one out as soon
 * as a worker is free, and sleeps until there is an answer or a new job.
 */
#include "executor_backend.h"

#include "common/clock.h"
#include "stages/02-processes/message.h"
#include "stages/02-processes/pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A moment that does not come, but leaves room for arithmetic. */
#define NEVER_NS (INT64_MAX / 2)

struct executor_processes {
    struct executor executor; /* first */
    size_t max_workers;
    int news_fd; /* an eventfd: readable when the manager shall look again */
    struct executor_job *first, **end; /* what waits; under the mutex */
    /* The manager's alone: */
    struct pool *pool;
    struct executor_job *running; /* what the workers have */
    size_t running_count;
    struct executor_job *held; /* begun, but it needs one that is not free */
};

/* How a job ended, the first part of an answer. */
struct outcome {
    const struct error *constant; /* the error, if it is a constant */
    const struct error *kind;     /* of one that is not; NULL: none */
    int number;                   /* of that one, whose text follows */
};

static const struct error no_thread =
    ERROR(&error_runtime, "can't start new thread");
static const struct error nonsense =
    ERROR(&error_broken_executor, "its worker answered nonsense");

enum { JOB_OFFSET = offsetof(struct executor_job, work) };

static struct executor_processes *processes_of(struct executor *executor)
{
    return (struct executor_processes *)executor;
}

/* ---- the owner's side, with the mutex held ---- */

static void wake(struct executor *executor)
{
    eventfd_write(processes_of(executor)->news_fd, 1);
}

static bool fits_message(const struct executor_job *job)
{
    size_t most = MESSAGE_MAX - sizeof *job - sizeof(struct outcome);

    return job->argument_size <= most && job->result_size <= most;
}

static bool put(struct executor *executor, struct executor_job *job)
{
    struct executor_processes *self = processes_of(executor);

    if (!fits_message(job))
        return error_raise(error_from_errno(EMSGSIZE));
    if (executor->thread_count == 0 && !executor_start_thread(executor))
        return error_raise(&no_thread);
    *self->end = job;
    self->end = &job->next;
    wake(executor);
    return true;
}

static struct executor_job *take(struct executor *executor)
{
    struct executor_processes *self = processes_of(executor);
    struct executor_job *job = self->first;

    if (job == NULL)
        return NULL;
    self->first = job->next;
    if (self->first == NULL)
        self->end = &self->first;
    job->next = NULL;
    return job;
}

/* ---- in the worker ---- */

/*
 * Only one thread of a process forks workers at a time: between socketpair()
 * and close() another's child would get a copy of the worker's own end, and
 * the worker's death would go unnoticed.
 */
static pthread_mutex_t forking = PTHREAD_MUTEX_INITIALIZER;

/*
 * The manager's mask and the parent's handlers came along: a handler that
 * writes into a pipe would write into the parent's. What is ignored stays so.
 */
static void reset_signals(void)
{
    struct sigaction action;
    sigset_t none;

    for (int number = 1; number < NSIG; number++)
        if (sigaction(number, NULL, &action) == 0 &&
            action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL)
            signal(number, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int answer_error(struct buffer *answer, const struct error *error)
{
    struct outcome outcome = {0};

    if (!error_is_made(error)) {
        outcome.constant = error;
        return buffer_append(answer, &outcome, sizeof outcome);
    }
    outcome.kind = error->kind;
    outcome.number = error->number;
    if (buffer_append(answer, &outcome, sizeof outcome) < 0)
        return -1;
    return buffer_append(answer, error->message, strlen(error->message) + 1);
}

static int answer_result(struct buffer *answer, const void *result, size_t size)
{
    struct outcome outcome = {0};

    if (buffer_append(answer, &outcome, sizeof outcome) < 0)
        return -1;
    return size > 0 ? buffer_append(answer, result, size) : 0;
}

/* Does a job, which lies where its argument is aligned. */
static int work_on(const struct executor_job *job, struct buffer *answer)
{
    void *result = job->result_size > 0 ? calloc(1, job->result_size) : NULL;

    if (result == NULL && job->result_size > 0)
        return answer_error(answer, &error_memory);
    const struct error *error = job->work(job->argument, result);
    int status = error != NULL
                     ? answer_error(answer, error)
                     : answer_result(answer, result, job->result_size);
    free(result);
    return status;
}

/* Once in each worker, which may have an executor, and workers, of its own. */
static void begin(pid_t *begun)
{
    if (*begun == getpid())
        return;
    *begun = getpid();
    reset_signals();
    pthread_mutex_unlock(&forking); /* locked when we were forked */
}

/* A pool_work. With an empty job the worker waits to be killed. */
static int work(void *context, const char *bytes, size_t size,
                struct buffer *answer)
{
    while (size == 0)
        pause();
    begin(context);
    struct executor_job *job = malloc(JOB_OFFSET + size);
    if (job == NULL)
        return answer_error(answer, &error_memory);
    memcpy((char *)job + JOB_OFFSET, bytes, size);
    int status = work_on(job, answer);
    free(job);
    return status;
}

/* ---- the manager: jobs go out ---- */

/* As pool_submit(). */
static int submit(struct pool *pool, const void *job, size_t size, void *tag,
                  int64_t deadline_ns)
{
    pthread_mutex_lock(&forking);
    int status = pool_submit(pool, job, size, tag, deadline_ns);
    int error = errno;
    pthread_mutex_unlock(&forking);
    errno = error;
    return status;
}

/* Without a free worker and without a way to fork one the job must wait. */
static void hand_out(struct executor_processes *self, struct executor_job *job)
{
    size_t size = sizeof *job - JOB_OFFSET + job->argument_size;

    if (submit(self->pool, (char *)job + JOB_OFFSET, size, job, NEVER_NS) >=
        0) {
        job->next = self->running;
        self->running = job;
        self->running_count++;
    } else if (self->running_count > 0) {
        self->held = job;
    } else {
        executor_job_settle(job, error_from_errno(errno));
    }
}

static bool has_room(const struct executor_processes *self)
{
    return self->held == NULL && self->running_count < self->max_workers;
}

/* The next job, NULL if there is none. *more: there may be one later. */
static struct executor_job *next_job(struct executor_processes *self,
                                     bool *more)
{
    pthread_mutex_lock(&self->executor.mutex);
    struct executor_job *job = take(&self->executor);
    *more = job != NULL || !self->executor.is_shut_down;
    pthread_mutex_unlock(&self->executor.mutex);
    return job;
}

/* Gives work to who is free. Returns false when all is done for good. */
static bool hand_out_all(struct executor_processes *self)
{
    struct executor_job *job = self->held;
    bool more = true;

    self->held = NULL;
    if (job != NULL)
        hand_out(self, job);
    while (has_room(self) && (job = next_job(self, &more)) != NULL)
        if (concurrent_future_set_running(job->future))
            hand_out(self, job);
        else
            executor_job_free(job); /* it was cancelled */
    return more || self->running_count > 0;
}

/* ---- the manager: answers come in ---- */

static void forget_running(struct executor_processes *self,
                           struct executor_job *job)
{
    struct executor_job **link = &self->running;

    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    self->running_count--;
}

/* What the answer says; the result is put where it belongs. */
static const struct error *read_answer(struct executor_job *job,
                                       const struct pool_event *event)
{
    struct outcome outcome;

    if (event->size < sizeof outcome)
        return &nonsense;
    memcpy(&outcome, event->answer, sizeof outcome);
    const char *rest = event->answer + sizeof outcome;
    size_t size = event->size - sizeof outcome;
    if (outcome.constant != NULL)
        return outcome.constant;
    if (outcome.kind != NULL)
        return error_make(outcome.kind, outcome.number, rest);
    if (size != job->result_size)
        return &nonsense;
    if (size > 0)
        memcpy(concurrent_future_bytes(job->future), rest, size);
    return NULL;
}

/* The machine does not let us wait: all that is running is lost. */
static void lose_all(struct executor_processes *self, int error)
{
    pool_stop(self->pool);
    while (self->running != NULL) {
        struct executor_job *job = self->running;
        forget_running(self, job);
        executor_job_settle(job, error_from_errno(error));
    }
}

/* Waits for an answer, or for news if somebody is free to look at them. */
static void wait_for_answer(struct executor_processes *self)
{
    struct pool_event event;
    eventfd_t ignored;

    /*
     * When all are busy, news can wait. It also keeps them, however many,
     * from hiding the answers: the pool looks at news first.
     */
    if (pool_wait(self->pool, has_room(self) ? self->news_fd : -1, &event) <
        0) {
        lose_all(self, errno);
        return;
    }
    if (event.kind == POOL_NOTHING) {
        eventfd_read(self->news_fd, &ignored); /* it is readable */
        return;
    }
    struct executor_job *job = event.tag;
    forget_running(self, job);
    executor_job_settle(job,
                        event.kind == POOL_ANSWERED
                            ? read_answer(job, &event)
                            : error_make(&error_broken_executor, 0, event.why));
}

static void wait_for_something(struct executor_processes *self)
{
    eventfd_t ignored;

    if (self->running_count > 0)
        wait_for_answer(self);
    else /* the pool has nothing to wait for */
        eventfd_read(self->news_fd, &ignored);
}

/*
 * pool_stop() closes the sockets and waits for idle workers to see that; but
 * a worker of another executor, forked meanwhile, keeps a copy. So each first
 * gets a job that is late already, for which the pool kills it: being idle, it
 * has nothing to lose. Python tells each by a None to go.
 */
static void end_workers(struct executor_processes *self)
{
    int64_t now_ns = clock_now_ns();
    struct pool_event event;

    for (size_t left = pool_workers(self->pool); left > 0; left--)
        if (submit(self->pool, "", 0, NULL, now_ns) < 0)
            break;
    while (pool_wait(self->pool, -1, &event) == 0 && event.kind != POOL_NOTHING)
        continue;
    pool_stop(self->pool);
}

/*
 * Reaps the workers before it ends: Linux takes the end of the thread that
 * forked a process for the death of its parent.
 */
static void run(struct executor *executor)
{
    struct executor_processes *self = processes_of(executor);

    while (hand_out_all(self))
        wait_for_something(self);
    end_workers(self);
}

/* ---- making and freeing ---- */

static void free_processes(struct executor *executor)
{
    struct executor_processes *self = processes_of(executor);

    close(self->news_fd);
    pool_free(self->pool);
    executor_uninit(executor);
    free(self);
}

static const struct executor_backend backend = {
    .put = put,
    .take = take,
    .wake = wake,
    .run = run,
    .free = free_processes,
};

static pid_t begun; /* the worker that has, its own copy */

struct executor *executor_processes_new(size_t max_workers)
{
    struct executor_processes *self = calloc(1, sizeof *self);

    if (self == NULL)
        return error_raise_null(&error_memory);
    self->max_workers = max_workers > 0 ? max_workers : executor_processors();
    self->end = &self->first;
    self->news_fd = eventfd(0, EFD_CLOEXEC);
    if (self->news_fd < 0) {
        error_raise(error_from_errno(errno));
        goto no_descriptor;
    }
    self->pool = pool_new(self->max_workers, work, &begun);
    if (self->pool == NULL) {
        error_raise(&error_memory);
        goto no_pool;
    }
    if (!executor_init(&self->executor, &backend, 1))
        goto no_executor;
    return &self->executor;
no_executor:
    pool_free(self->pool);
no_pool:
    close(self->news_fd);
no_descriptor:
    free(self);
    return NULL;
}
