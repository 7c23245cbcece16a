/*
 * odd_calls.c - see odd_calls.h: what its parts share, and starting.
 */
#include "odd_calls.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct odd_counts *odd_counts;
pid_t odd_program;

static const char *const names[ODD_CALLS] = {
    [ODD_CONNECT] = "connect", [ODD_SEND] = "send", [ODD_REQUEST] = "request",
    [ODD_RECV] = "recv",       [ODD_FORK] = "fork", [ODD_THREAD] = "thread",
};

__attribute__((constructor)) static void begin(void)
{
    odd_program = getpid();
    odd_counts = mmap(NULL, sizeof *odd_counts, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (odd_counts == MAP_FAILED)
        _exit(127);
}

bool odd_is_for(const char *name, enum odd_call call, const char **rest)
{
    const char *order = getenv(name);
    size_t length = strlen(names[call]);

    if (order == NULL || strncmp(order, names[call], length) != 0 ||
        order[length] != ':')
        return false;
    *rest = order + length + 1;
    return true;
}

bool odd_may_happen(int times)
{
    return atomic_fetch_add(&odd_counts->done, 1) < times;
}

/* To ourselves it has come when the call returns, in whichever thread. */
static void send_signal(int number)
{
    if (getpid() == odd_program)
        raise(number);
    else
        kill(odd_program, number);
}

void odd_signal(enum odd_call call)
{
    const char *order;
    int n = 0, first = 0, second = 0;

    if (!odd_is_for("ODD_SIGNAL", call, &order))
        return;
    sscanf(order, "%d:%d:%d", &n, &first, &second);
    if (atomic_fetch_add(&odd_counts->calls[call], 1) + 1 != n)
        return;
    send_signal(first);
    if (second != 0)
        send_signal(second);
}

/* ---- starting ---- */

static bool cannot_start(enum odd_call call)
{
    const char *order;

    if (!odd_is_for("ODD_START", call, &order))
        return false;
    int n = atomic_fetch_add(&odd_counts->calls[call], 1) + 1;
    return strstr(order, ":on") != NULL ? n >= atoi(order) : n == atoi(order);
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);

pid_t __wrap_fork(void)
{
    if (!cannot_start(ODD_FORK))
        return __real_fork();
    errno = EAGAIN;
    return -1;
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *how,
                          void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how,
                          void *(*start)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how,
                          void *(*start)(void *), void *argument)
{
    if (cannot_start(ODD_THREAD))
        return EAGAIN;
    return __real_pthread_create(thread, how, start, argument);
}
