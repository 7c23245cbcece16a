/*
 * pool.c - see pool.h. The parent's side first, the worker's last.
 */
#include "pool.h"

#include "common/clock.h"
#include "common/stop.h"
#include "message.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_SIZE = 16 * 1024 };

struct worker {
    pid_t pid; /* 0: not started */
    int fd;    /* our end of the socket pair, non-blocking */
    bool busy;
    void *tag;
    int64_t deadline_ns;
    struct buffer out; /* the job's message, */
    size_t out_sent;   /* of which the kernel has these bytes */
    struct buffer in;  /* what has come of the answer's message */
};

struct pool {
    size_t max_workers;
    size_t used; /* no worker from here on was ever started */
    size_t started;
    pool_work *work;
    void *context;
    long rss_kib;
    struct pollfd *polled; /* one for stop_fd, then one per worker */
    struct worker *workers;
    size_t answered; /* 1 + the worker whose answer the caller looks at */
};

static _Noreturn void worker_main(struct pool *pool, int fd, pid_t parent);

struct pool *pool_new(size_t max_workers, pool_work *work, void *context)
{
    struct pool *pool = calloc(1, sizeof *pool);

    if (pool == NULL)
        return NULL;
    *pool = (struct pool){
        .max_workers = max_workers,
        .work = work,
        .context = context,
        .polled = calloc(max_workers + 1, sizeof pool->polled[0]),
        .workers = calloc(max_workers, sizeof pool->workers[0]),
    };
    if (pool->polled == NULL || pool->workers == NULL) {
        pool_free(pool);
        errno = ENOMEM;
        return NULL;
    }
    return pool;
}

size_t pool_workers(const struct pool *pool)
{
    return pool->started;
}

long pool_rss_kib(const struct pool *pool)
{
    return pool->rss_kib;
}

/* ---- starting and ending a worker ---- */

static int worker_start(struct pool *pool, struct worker *worker)
{
    pid_t parent = getpid();
    int pair[2];

    /* docs: 02-fork-a-worker */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return -1;
    /*
     * A signal to the child must not run our handler there, which writes
     * into a pipe that the two share: it waits until the child has its own.
     */
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        stop_leave_to_parent();
        sigprocmask(SIG_SETMASK, &before, NULL);
        worker_main(pool, pair[1], parent);
    }
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (pid < 0) {
        close(pair[0]);
        close(pair[1]);
        errno = error;
        return -1;
    }
    close(pair[1]);
    *worker = (struct worker){.pid = pid, .fd = pair[0]};
    pool->started++;
    return 0;
}

/* Reaps a worker that is leaving, is dead or must die. */
/* docs: 02-worker-end */
static void worker_end(struct pool *pool, struct worker *worker, bool must_die)
{
    struct rusage usage = {0}; /* where SIGCHLD is ignored nobody tells us */

    close(worker->fd); /* an idle worker leaves when it sees that */
    kill(worker->pid, must_die ? SIGKILL : SIGCONT);
    while (wait4(worker->pid, NULL, 0, &usage) < 0 && errno == EINTR)
        continue;
    pool->rss_kib += usage.ru_maxrss;
    pool->started--;
    buffer_free(&worker->out);
    buffer_free(&worker->in);
    *worker = (struct worker){0};
}

void pool_stop(struct pool *pool)
{
    for (size_t i = 0; i < pool->used; i++)
        if (pool->workers[i].pid != 0)
            worker_end(pool, &pool->workers[i], pool->workers[i].busy);
    pool->answered = 0;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL)
        return;
    pool_stop(pool);
    free(pool->polled);
    free(pool->workers);
    free(pool);
}

/* ---- giving jobs ---- */

/* Forgets the answer that the caller has looked at by now. */
static void drop_answer(struct pool *pool)
{
    if (pool->answered > 0)
        pool->workers[pool->answered - 1].in.length = 0;
    pool->answered = 0;
}

/*
 * An idle worker has nothing to say: what can be read from it is its end. One
 * that died between two jobs must not cost the next job a try.
 */
static bool is_alive(const struct worker *worker)
{
    char byte;

    return recv(worker->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EINTR);
}

/* An idle worker, else a new one; NULL with errno if there can be none. */
static struct worker *find_worker(struct pool *pool)
{
    struct worker *vacant = NULL;

    for (size_t i = 0; i < pool->used; i++) {
        struct worker *worker = &pool->workers[i];
        if (worker->pid != 0 && !worker->busy) {
            if (is_alive(worker))
                return worker;
            worker_end(pool, worker, true);
        }
        if (worker->pid == 0 && vacant == NULL)
            vacant = worker;
    }
    if (vacant == NULL && pool->used < pool->max_workers)
        vacant = &pool->workers[pool->used++];
    if (vacant == NULL) {
        errno = EAGAIN;
        return NULL;
    }
    return worker_start(pool, vacant) < 0 ? NULL : vacant;
}

int pool_submit(struct pool *pool, const void *job, size_t size, void *tag,
                int64_t deadline_ns)
{
    drop_answer(pool);
    struct worker *worker = find_worker(pool);
    if (worker == NULL)
        return -1;
    worker->out.length = worker->out_sent = 0;
    if (message_append(&worker->out, job, size) < 0)
        return -1;
    worker->busy = true;
    worker->tag = tag;
    worker->deadline_ns = deadline_ns;
    return (int)(worker - pool->workers);
}

/* ---- waiting for answers ---- */

/* Sends on. Returns false if the worker is gone. */
static bool worker_send(struct worker *worker)
{
    while (worker->out_sent < worker->out.length) {
        ssize_t n = send(worker->fd, worker->out.data + worker->out_sent,
                         worker->out.length - worker->out_sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0)
            return errno == EAGAIN || errno == EINTR;
        worker->out_sent += (size_t)n;
    }
    return true;
}

/* Receives on. Returns NULL, or why the worker is lost. */
/* docs: 02-worker-receive */
static const char *worker_receive(struct worker *worker)
{
    if (buffer_reserve(&worker->in, READ_SIZE) < 0)
        return "no memory for the worker's answer";
    ssize_t n = recv(worker->fd, worker->in.data + worker->in.length,
                     worker->in.capacity - worker->in.length, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return NULL;
    if (n <= 0)
        return worker->in.length > 0 ? "its worker died in mid-message"
                                     : "its worker died";
    worker->in.length += (size_t)n;
    return NULL;
}

static void report_lost(struct pool *pool, struct worker *worker,
                        const char *why, struct pool_event *event)
{
    *event =
        (struct pool_event){.kind = POOL_LOST, .tag = worker->tag, .why = why};
    worker_end(pool, worker, true);
}

/* Moves one busy worker on; true if that made an event. */
static bool worker_turn(struct pool *pool, struct worker *worker,
                        short happened, struct pool_event *event)
{
    const char *why = NULL;

    if (happened & POLLOUT && !worker_send(worker))
        why = "its worker died";
    if (why == NULL && happened & (POLLIN | POLLHUP | POLLERR))
        why = worker_receive(worker);
    if (why == NULL) {
        ssize_t whole = message_parse(worker->in.data, worker->in.length,
                                      &event->answer, &event->size);
        if (whole > 0 && (size_t)whole == worker->in.length) {
            event->kind = POOL_ANSWERED;
            event->tag = worker->tag;
            worker->busy = false;
            pool->answered = 1 + (size_t)(worker - pool->workers);
            return true;
        }
        if (whole != 0) /* no length, or more than one answer */
            why = "its worker answered nonsense";
        else if (clock_now_ns() >= worker->deadline_ns)
            why = "its worker did not answer in time";
    }
    if (why == NULL)
        return false;
    report_lost(pool, worker, why, event);
    return true;
}

/* Fills in what poll is to watch. Returns the first deadline, 0: no one's. */
static int64_t prepare_poll(struct pool *pool, int stop_fd)
{
    int64_t first = 0;

    /* poll passes over negative descriptors. */
    pool->polled[0] = (struct pollfd){.fd = stop_fd, .events = POLLIN};
    for (size_t i = 0; i < pool->used; i++) {
        const struct worker *worker = &pool->workers[i];
        struct pollfd *polled = &pool->polled[1 + i];
        *polled = (struct pollfd){.fd = -1};
        if (!worker->busy)
            continue;
        *polled = (struct pollfd){.fd = worker->fd, .events = POLLIN};
        if (worker->out_sent < worker->out.length)
            polled->events |= POLLOUT;
        if (first == 0 || worker->deadline_ns < first)
            first = worker->deadline_ns;
    }
    return first;
}

/* Milliseconds to wait, rounded up, so as not to wake up just too early. */
static int poll_timeout_ms(int64_t deadline_ns)
{
    int64_t left_ns = deadline_ns - clock_now_ns();
    int64_t ms = (left_ns + NS_PER_MS - 1) / NS_PER_MS;

    return ms < 0 ? 0 : ms > INT_MAX ? INT_MAX : (int)ms;
}

/* docs: 02-pool-wait */
int pool_wait(struct pool *pool, int stop_fd, struct pool_event *event)
{
    drop_answer(pool);
    *event = (struct pool_event){.kind = POOL_NOTHING};
    for (;;) {
        int64_t deadline_ns = prepare_poll(pool, stop_fd);
        if (deadline_ns == 0)
            return 0;
        /* Not for max_workers: poll takes no more than RLIMIT_NOFILE. */
        if (poll(pool->polled, 1 + pool->used, poll_timeout_ms(deadline_ns)) <
            0) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        if (pool->polled[0].revents != 0)
            return 0;
        for (size_t i = 0; i < pool->used; i++)
            if (pool->workers[i].busy &&
                worker_turn(pool, &pool->workers[i],
                            pool->polled[1 + i].revents, event))
                return 0;
    }
}

/* ---- the worker ---- */

/*
 * fork copied every descriptor. A copy of a brother's socket would keep that
 * brother alive: it leaves when the last copy of its other end is closed.
 */
static void close_brothers(const struct pool *pool)
{
    for (size_t i = 0; i < pool->used; i++)
        if (pool->workers[i].pid != 0)
            close(pool->workers[i].fd);
}

/*
 * Elsewhere than on Linux a worker notices that its parent is dead when it
 * has finished its page.
 */
static void end_with_parent(pid_t parent)
{
#ifdef PR_SET_PDEATHSIG
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent) /* it died before we could say that */
        _exit(1);
}

/*
 * Leaves by _exit: what the parent had in its stdio buffers when it forked is
 * the parent's to write.
 */
/* docs: 02-worker-main */
static _Noreturn void worker_main(struct pool *pool, int fd, pid_t parent)
{
    struct buffer job = {0}, answer = {0};

    end_with_parent(parent);
    close_brothers(pool);
    while (message_receive(fd, &job) > 0) {
        answer.length = 0;
        if (pool->work(pool->context, job.data, job.length, &answer) != 0 ||
            message_send(fd, &answer) < 0)
            _exit(1);
    }
    buffer_free(&job);
    buffer_free(&answer);
    _exit(0);
}
