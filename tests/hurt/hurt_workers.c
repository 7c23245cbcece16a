/*
 * hurt_workers.c - see hurt.h: threads and processes.
 */
#include "hurt.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t __real_fork(void);
pid_t __wrap_fork(void);
pid_t __real_wait4(pid_t pid, int *status, int options, struct rusage *usage);
pid_t __wrap_wait4(pid_t pid, int *status, int options, struct rusage *usage);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

pid_t __wrap_fork(void)
{
    return hurt_fails(HURT_fork) ? -1 : __real_fork();
}

/* Where SIGCHLD is ignored the child is reaped, but nobody hears of it. */
pid_t __wrap_wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    int what = hurt(HURT_wait4);

    if (what == 0)
        return __real_wait4(pid, status, options, usage);
    if (what == ECHILD)
        __real_wait4(pid, NULL, options, NULL);
    errno = what;
    return -1;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    int what = hurt(HURT_pthread_create);

    return what != 0 ? what
                     : __real_pthread_create(thread, attributes, run, argument);
}
