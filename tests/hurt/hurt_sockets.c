/*
 * hurt_sockets.c - see hurt.h: sockets and names.
 *
 * A call that fails must leave behind what it leaves when the kernel says so:
 * an interrupted connect goes on, a broken connection stays broken.
 */
#include "hurt.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);
int __real_socketpair(int domain, int type, int protocol, int pair[2]);
int __wrap_socketpair(int domain, int type, int protocol, int pair[2]);
int __real_connect(int fd, const struct sockaddr *address, socklen_t size);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);
int __real_getsockopt(int fd, int level, int name, void *value,
                      socklen_t *size);
int __wrap_getsockopt(int fd, int level, int name, void *value,
                      socklen_t *size);
int __real_setsockopt(int fd, int level, int name, const void *value,
                      socklen_t size);
int __wrap_setsockopt(int fd, int level, int name, const void *value,
                      socklen_t size);
int __real_getsockname(int fd, struct sockaddr *address, socklen_t *size);
int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *size);
int __real_getpeername(int fd, struct sockaddr *address, socklen_t *size);
int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *size);
ssize_t __real_send(int fd, const void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
ssize_t __real_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);

/* ---- opening ---- */

int __wrap_socket(int domain, int type, int protocol)
{
    return hurt_fails(HURT_socket) ? -1 : __real_socket(domain, type, protocol);
}

int __wrap_socketpair(int domain, int type, int protocol, int pair[2])
{
    return hurt_fails(HURT_socketpair)
               ? -1
               : __real_socketpair(domain, type, protocol, pair);
}

/* Waits for the end of a connect that goes on in the kernel. */
static int see_connected(int fd)
{
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;

    __real_poll(&writable, 1, -1);
    __real_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    return error == 0 ? 0 : -1;
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    int what = hurt(HURT_connect);

    if (what != 0 && what != EINTR && what != EINPROGRESS &&
        what != HURT_AT_ONCE)
        return -1;
    int status = __real_connect(fd, address, size);
    if (what == HURT_AT_ONCE && status < 0 && errno == EINPROGRESS)
        return see_connected(fd);
    if (what == 0 || what == HURT_AT_ONCE ||
        (status < 0 && errno != EINPROGRESS))
        return status;
    errno = what;
    return -1;
}

/* ---- looking ---- */

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
    if (hurt_fails(HURT_getsockopt))
        return -1;
    int status = __real_getsockopt(fd, level, name, value, size);
    if (status == 0 && level == SOL_SOCKET && name == SO_ERROR) {
        int what = hurt(HURT_so_error);
        if (what != 0)
            memcpy(value, &what, sizeof what);
    }
    return status;
}

int __wrap_setsockopt(int fd, int level, int name, const void *value,
                      socklen_t size)
{
    return hurt_fails(HURT_setsockopt)
               ? -1
               : __real_setsockopt(fd, level, name, value, size);
}

int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *size)
{
    return hurt_fails(HURT_getsockname) ? -1
                                        : __real_getsockname(fd, address, size);
}

int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *size)
{
    return hurt_fails(HURT_getpeername) ? -1
                                        : __real_getpeername(fd, address, size);
}

/* ---- talking ---- */

static bool is_for_the_moment(int error)
{
    return error == EINTR || error == EAGAIN || error == ENOMEM ||
           error == ENOBUFS;
}

/*
 * The kernel says "not yet" only of a socket that must not block, or not for
 * long.
 */
static bool is_patient(int fd, int flags)
{
    struct timeval limit = {0};
    socklen_t size = sizeof limit;

    if (flags & MSG_DONTWAIT || fcntl(fd, F_GETFL) & O_NONBLOCK)
        return false;
    __real_getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, &size);
    return limit.tv_sec == 0 && limit.tv_usec == 0;
}

/* What the kernel says once about a broken connection it then acts upon. */
static ssize_t fail(int fd, int error)
{
    if (!is_for_the_moment(error))
        shutdown(fd, SHUT_RDWR);
    errno = error;
    return -1;
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
    int what = hurt(HURT_send);

    if (what == EAGAIN && is_patient(fd, flags))
        what = 0;
    if (what != 0 && what != HURT_SHORT)
        return fail(fd, what);
    return __real_send(fd, data, what == HURT_SHORT ? 1 : size, flags);
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
    int what = hurt(HURT_recv);

    if (what == EAGAIN && is_patient(fd, flags))
        what = 0;
    if (what != 0 && what != HURT_SHORT)
        return fail(fd, what);
    return __real_recv(fd, data, what == HURT_SHORT ? 1 : size, flags);
}

/* ---- names ---- */

/*
 * Two names, so that no other resolver is asked: of site.test, which is the
 * site, and of twice.test, whose first address is dead.
 */
static int find_name(const char *host, const char *port,
                     const struct addrinfo *hints, struct addrinfo **list)
{
    bool is_site = strcmp(host, "site.test") == 0;

    if (!is_site && strcmp(host, "twice.test") != 0)
        return __real_getaddrinfo(host, port, hints, list);
    if (hints->ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    int code = __real_getaddrinfo(is_site ? "127.0.0.1" : "127.0.0.9", port,
                                  hints, list);
    if (is_site || code != 0)
        return code;
    return __real_getaddrinfo("127.0.0.1", port, hints, &(*list)->ai_next);
}

int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list)
{
    int what = hurt(HURT_getaddrinfo);

    if (what == 0)
        return find_name(host, port, hints, list);
    errno = EMFILE; /* for EAI_SYSTEM */
    return HURT_EAI - what;
}
