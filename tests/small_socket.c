/*
 * small_socket.c - linked into the stages that the tests run, in place of
 * socket (--wrap): with $SMALL_SEND_BUFFER set, a socket takes in as little as
 * the kernel lets it before it says "not yet".
 */
#include <stdlib.h>
#include <sys/socket.h>

int __real_socket(int domain, int type, int protocol);
int __wrap_socket(int domain, int type, int protocol);

int __wrap_socket(int domain, int type, int protocol)
{
    int fd = __real_socket(domain, type, protocol), small = 1;

    if (fd >= 0 && getenv("SMALL_SEND_BUFFER") != NULL)
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    return fd;
}
