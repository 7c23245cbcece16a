/*
 * 04-refused-wrong - wrong on purpose: it takes every error for "not yet". On
 * a port where nobody listens it asks for ever; here, for 300 ms.
 */
#include "common/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in in = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    struct sockaddr *address = (struct sockaddr *)&in;
    socklen_t size = sizeof in;
    int nobody = socket(AF_INET, SOCK_STREAM, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int64_t end_ns = clock_now_ns() + 300 * NS_PER_MS;
    int first = 0, latest = 0, asked = 0;

    bind(nobody, address, size); /* the port is taken, but nobody listens */
    getsockname(nobody, address, &size);
    connect(fd, address, size);
    while (send(fd, "GET", 3, MSG_NOSIGNAL) < 0 && clock_now_ns() < end_ns) {
        latest = errno;
        if (asked++ == 0)
            first = errno;
    }
    printf("the first answer:   %s\n", strerror(first));
    printf("every answer since: %s\n", strerror(latest));
    printf("asked %d times, and would still be asking\n", asked);
}
