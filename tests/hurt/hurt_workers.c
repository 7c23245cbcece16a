/*
 * hurt_workers.c - see hurt.h: threads and processes.
 */
#include "hurt.h"

#include "common/resolve.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t __real_fork(void);
pid_t __wrap_fork(void);
struct resolver *__real_resolver_new(void);
struct resolver *__wrap_resolver_new(void);
void __real__exit(int status) __attribute__((noreturn));
void __wrap__exit(int status) __attribute__((noreturn));
pid_t __real_wait4(pid_t pid, int *status, int options, struct rusage *usage);
pid_t __wrap_wait4(pid_t pid, int *status, int options, struct rusage *usage);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

static bool is_worker;            /* it was forked */
static struct resolver *resolver; /* the newest there is */

pid_t __wrap_fork(void)
{
    if (hurt_fails(HURT_fork))
        return -1;
    pid_t pid = __real_fork();
    if (pid == 0) {
        is_worker = true;
        resolver = NULL; /* the parent's is not ours to free */
        hurt_memory_begin_anew();
    }
    return pid;
}

struct resolver *__wrap_resolver_new(void)
{
    return resolver = __real_resolver_new();
}

/*
 * Stage 02's workers leave by themselves when there is no more to do, and have
 * freed what they had, but for a resolver, which they have as long as they
 * live. Those of 07 are killed.
 */
void __wrap__exit(int status)
{
    if (is_worker && status == 0 &&
        strcmp(program_invocation_short_name, "02-processes") == 0) {
        resolver_free(resolver);
        hurt_memory_look();
    }
    __real__exit(status);
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
