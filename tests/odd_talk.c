/*
 * odd_talk.c - see odd_calls.h: messages that end in their middle, and
 * signals between any two calls.
 */
#include "odd_calls.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

ssize_t __real_recv(int fd, void *data, size_t size, int flags);
ssize_t __real_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);

/* Between a worker and its parent. */
static bool is_inside(int fd)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof own;

    return getsockname(fd, (struct sockaddr *)&own, &size) == 0 &&
           own.ss_family == AF_UNIX;
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
    const char *order = getenv("ODD_TEAR");
    int times, number;

    odd_signal(ODD_SEND);
    if (!is_inside(fd))
        odd_signal(ODD_REQUEST);
    if (order != NULL && sscanf(order, "%d:%d", &times, &number) == 2 &&
        size > 1 && getpid() != odd_program && is_inside(fd) &&
        odd_may_happen(times)) {
        __real_send(fd, data, size / 2, flags);
        kill(getpid(), number);
    }
    return __real_send(fd, data, size, flags);
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
    odd_signal(ODD_RECV);
    return __real_recv(fd, data, size, flags);
}
