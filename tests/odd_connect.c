/*
 * odd_connect.c - see odd_calls.h: connections that begin in an unusual way.
 */
#include "odd_calls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int __real_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);

static int port_of(const struct sockaddr *address)
{
    const struct sockaddr_in *in = (const void *)address; /* and in IPv6 */

    return ntohs(in->sin_port);
}

static bool is_begun(int fd)
{
    struct sockaddr_storage own;
    socklen_t size = sizeof own;

    memset(&own, 0, sizeof own);
    return getsockname(fd, (struct sockaddr *)&own, &size) == 0 &&
           port_of((struct sockaddr *)&own) != 0;
}

/* The kernel may choose that very port for our own end: here it does. */
static int connect_itself(int fd, const struct sockaddr *address,
                          socklen_t size)
{
    int yes = 1;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (!is_begun(fd))
        bind(fd, address, size);
    return __real_connect(fd, address, size);
}

/* Connects as if the socket blocked, or did not; which it did before. */
static int connect_as(int flags, int fd, const struct sockaddr *address,
                      socklen_t size)
{
    int before = fcntl(fd, F_GETFL);

    fcntl(fd, F_SETFL, (before & ~O_NONBLOCK) | flags);
    int status = __real_connect(fd, address, size);
    int error = errno;
    fcntl(fd, F_SETFL, before);
    errno = error;
    return status;
}

static int connect_interrupted(int fd, const struct sockaddr *address,
                               socklen_t size)
{
    bool first = !is_begun(fd);
    int status = connect_as(O_NONBLOCK, fd, address, size);

    if (first && status < 0 && errno == EINPROGRESS)
        errno = EINTR;
    return status;
}

static void tell(void)
{
    const char *path = getenv("ODD_TELL");
    int fd = open(path != NULL ? path : "", O_WRONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 || write(fd, "!", 1) != 1)
        _exit(127);
    close(fd);
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    const char *how = getenv("ODD_CONNECT");
    int port = 0, error = 0;

    odd_signal(ODD_CONNECT);
    if (how == NULL)
        return __real_connect(fd, address, size);
    if (strcmp(how, "at-once") == 0)
        return connect_as(0, fd, address, size);
    if (strcmp(how, "interrupted") == 0)
        return connect_interrupted(fd, address, size);
    if (sscanf(how, "itself:%d", &port) == 1 && port == port_of(address))
        return connect_itself(fd, address, size);
    if (sscanf(how, "starved:%d:%d", &port, &error) == 2 &&
        port == port_of(address) && odd_may_happen(1)) {
        tell();
        errno = error;
        return -1;
    }
    return __real_connect(fd, address, size);
}
