/*
 * switches.c - see switches.h.
 */
#include "switches.h"

#include "chain.h"

#include "common/clock.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t ENOUGH_NS = 20 * NS_PER_MS;

/* Goes there and back `times` times. */
typedef void back_and_forth(void *data, long times);

/* Doubles the times until they take long enough for the clock. */
static double measure_ns(back_and_forth *go, void *data)
{
    go(data, 1); /* the first one is special: pages, caches */
    for (long times = 64;; times *= 2) {
        int64_t start_ns = clock_now_ns();
        go(data, times);
        int64_t took_ns = clock_now_ns() - start_ns;
        if (took_ns >= ENOUGH_NS)
            return (double)took_ns / (double)times;
    }
}

/* ---- coroutines, stackless or fibers ---- */

static void resume(void *data, long times)
{
    struct coroutine *co = data;

    while (times-- > 0)
        co->resume(co);
}

double switch_stackless_ns(int depth)
{
    struct chain_link frames[CHAIN_MAX_DEPTH];
    struct future never = future_new();

    chain_make(frames, depth, &never);
    return measure_ns(resume, &frames[0].co);
}

double switch_fiber_ns(const char *how, int depth)
{
    struct chain_calls calls = {.depth = depth, .never = future_new()};
    const struct fiber_switch *fiber_switch = fiber_switch_find(how);

    if (fiber_switch == NULL) {
        errno = ENOTSUP;
        return -1;
    }
    struct fiber *fiber = fiber_new(fiber_switch, chain_call, &calls);
    if (fiber == NULL)
        return -1;
    double ns = measure_ns(resume, &fiber->co);
    calls.stop = true;
    fiber->co.resume(&fiber->co);
    fiber_free(fiber);
    return ns;
}

/* ---- a thread ---- */

struct threads {
    sem_t there, back;
    int depth;
    bool stop;
};

__attribute__((noinline)) static void answer(struct threads *threads, int depth)
{
    if (depth > 1) {
        answer(threads, depth - 1);
        __asm__ volatile("");
        return;
    }
    for (;;) {
        while (sem_wait(&threads->there) < 0)
            continue; /* a signal */
        if (threads->stop)
            return;
        sem_post(&threads->back);
    }
}

static void *thread(void *data)
{
    struct threads *threads = data;

    answer(threads, threads->depth);
    return NULL;
}

static void wake_thread(void *data, long times)
{
    struct threads *threads = data;

    while (times-- > 0) {
        sem_post(&threads->there);
        while (sem_wait(&threads->back) < 0)
            continue;
    }
}

double switch_thread_ns(int depth)
{
    struct threads threads = {.depth = depth};
    pthread_t other;

    sem_init(&threads.there, 0, 0);
    sem_init(&threads.back, 0, 0);
    int error = pthread_create(&other, NULL, thread, &threads);
    double ns = -1;
    if (error == 0) {
        ns = measure_ns(wake_thread, &threads);
        threads.stop = true;
        sem_post(&threads.there);
        pthread_join(other, NULL);
    }
    sem_destroy(&threads.there);
    sem_destroy(&threads.back);
    errno = error;
    return ns;
}

/* ---- a process ---- */

struct pipes {
    int there[2], back[2];
};

/* Until the other end is closed. */
__attribute__((noinline)) static void echo(int from, int to, int depth)
{
    char byte;

    if (depth > 1) {
        echo(from, to, depth - 1);
        __asm__ volatile("");
        return;
    }
    while (read(from, &byte, 1) == 1)
        if (write(to, &byte, 1) != 1)
            return;
}

static void wake_process(void *data, long times)
{
    struct pipes *pipes = data;
    char byte = 0;

    while (times-- > 0)
        if (write(pipes->there[1], &byte, 1) != 1 ||
            read(pipes->back[0], &byte, 1) != 1)
            return;
}

static double measure_process_ns(struct pipes *pipes, int depth)
{
    pid_t pid = fork();

    if (pid < 0)
        return -1;
    if (pid == 0) {
        close(pipes->there[1]);
        close(pipes->back[0]);
        echo(pipes->there[0], pipes->back[1], depth);
        _exit(0);
    }
    double ns = measure_ns(wake_process, pipes);
    close(pipes->there[1]);
    pipes->there[1] = -1;
    waitpid(pid, NULL, 0);
    return ns;
}

static void close_pipe(const int pipe_fds[2])
{
    for (int end = 0; end < 2; end++)
        if (pipe_fds[end] >= 0)
            close(pipe_fds[end]);
}

double switch_process_ns(int depth)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}};
    double ns = -1;

    if (pipe(pipes.there) == 0 && pipe(pipes.back) == 0)
        ns = measure_process_ns(&pipes, depth);
    close_pipe(pipes.there);
    close_pipe(pipes.back);
    return ns;
}
