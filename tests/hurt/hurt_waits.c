/*
 * hurt_waits.c - see hurt.h: what waits, and what is waited with.
 */
#include "hurt.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>

int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_ppoll(struct pollfd *fds, nfds_t count,
                 const struct timespec *timeout, const sigset_t *mask);
int __wrap_ppoll(struct pollfd *fds, nfds_t count,
                 const struct timespec *timeout, const sigset_t *mask);
int __real_select(int size, fd_set *readers, fd_set *writers, fd_set *others,
                  struct timeval *timeout);
int __wrap_select(int size, fd_set *readers, fd_set *writers, fd_set *others,
                  struct timeval *timeout);
int __real_epoll_create1(int flags);
int __wrap_epoll_create1(int flags);
int __real_epoll_ctl(int epoll, int operation, int fd,
                     struct epoll_event *event);
int __wrap_epoll_ctl(int epoll, int operation, int fd,
                     struct epoll_event *event);
int __real_epoll_wait(int epoll, struct epoll_event *events, int count,
                      int timeout_ms);
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int count,
                      int timeout_ms);
int __real_eventfd(unsigned count, int flags);
int __wrap_eventfd(unsigned count, int flags);

/* A wait that must fail, or end too early: what it returns. */
static int end_wait(int what)
{
    return what == HURT_IDLE ? 0 : -1;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int what = hurt(HURT_poll);

    if (what == 0)
        return __real_poll(fds, count, timeout_ms);
    for (nfds_t i = 0; i < count && what == HURT_IDLE; i++)
        fds[i].revents = 0;
    return end_wait(what);
}

int __wrap_ppoll(struct pollfd *fds, nfds_t count,
                 const struct timespec *timeout, const sigset_t *mask)
{
    int what = hurt(HURT_ppoll);

    if (what == 0)
        return __real_ppoll(fds, count, timeout, mask);
    for (nfds_t i = 0; i < count && what == HURT_IDLE; i++)
        fds[i].revents = 0;
    return end_wait(what);
}

int __wrap_select(int size, fd_set *readers, fd_set *writers, fd_set *others,
                  struct timeval *timeout)
{
    int what = hurt(HURT_select);

    if (what == 0)
        return __real_select(size, readers, writers, others, timeout);
    if (what == HURT_IDLE) {
        FD_ZERO(readers);
        FD_ZERO(writers);
    }
    return end_wait(what);
}

int __wrap_epoll_create1(int flags)
{
    return hurt_fails(HURT_epoll_create1) ? -1 : __real_epoll_create1(flags);
}

/* To delete needs nothing that the kernel could be short of. */
int __wrap_epoll_ctl(int epoll, int operation, int fd,
                     struct epoll_event *event)
{
    if (operation != EPOLL_CTL_DEL && hurt_fails(HURT_epoll_ctl))
        return -1;
    return __real_epoll_ctl(epoll, operation, fd, event);
}

int __wrap_epoll_wait(int epoll, struct epoll_event *events, int count,
                      int timeout_ms)
{
    int what = hurt(HURT_epoll_wait);

    return what != 0 ? end_wait(what)
                     : __real_epoll_wait(epoll, events, count, timeout_ms);
}

int __wrap_eventfd(unsigned count, int flags)
{
    return hurt_fails(HURT_eventfd) ? -1 : __real_eventfd(count, flags);
}
