/*
 * fake_resolver.c - linked into the stages that the tests run, in place of
 * getaddrinfo (--wrap): names under .test have the answers that a test needs,
 * all others are the system's.
 *
 * Under .list.test a name is its own list of addresses, a label for each:
 * `6p700.4.list.test` is [::1]:700, then 127.0.0.1 with the port asked for.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int __real_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);
int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list);

/* The addresses of both hosts, in this order. */
static int both(const char *first, const char *second, const char *port,
                const struct addrinfo *hints, struct addrinfo **list)
{
    struct addrinfo *last;
    int code = __real_getaddrinfo(first, port, hints, list);

    if (code != 0)
        return code;
    for (last = *list; last->ai_next != NULL; last = last->ai_next)
        continue;
    return __real_getaddrinfo(second, port, hints, &last->ai_next);
}

static int listed(const char *label, const char *port,
                  const struct addrinfo *hints, struct addrinfo **list)
{
    *list = NULL;
    for (; *label == '4' || *label == '6'; label += strcspn(label, ".") + 1) {
        char own[6];
        const char *host = *label == '4' ? "127.0.0.1" : "::1";
        bool has_own = sscanf(label + 1, "p%5[0-9]", own) == 1;
        int code = __real_getaddrinfo(host, has_own ? own : port, hints, list);
        if (code != 0)
            return code;
        list = &(*list)->ai_next;
    }
    return 0;
}

/* "asked-PORT.test": tells that port by a connection, and never answers. */
static void tell_that_it_was_asked(const char *host)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)atoi(host + strlen("asked-")))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    connect(fd, (struct sockaddr *)&address, sizeof address);
    close(fd);
    for (;;)
        pause();
}

int __wrap_getaddrinfo(const char *host, const char *port,
                       const struct addrinfo *hints, struct addrinfo **list)
{
    size_t length = strlen(host);

    if (length < 5 || strcmp(host + length - 5, ".test") != 0)
        return __real_getaddrinfo(host, port, hints, list);
    if (hints->ai_flags & AI_NUMERICHOST)
        return EAI_NONAME;
    if (strcmp(host, "alive.test") == 0)
        return __real_getaddrinfo("127.0.0.1", port, hints, list);
    if (strcmp(host, "second-alive.test") == 0)
        return both("127.0.0.9", "127.0.0.1", port, hints, list);
    if (strcmp(host, "v4-alive.test") == 0)
        return both("::1", "127.0.0.1", port, hints, list);
    if (strcmp(host, "all-dead.test") == 0)
        return both("127.0.0.9", "127.0.0.8", port, hints, list);
    if (strcmp(host, "zero.test") == 0) {
        *list = NULL;
        return 0;
    }
    if (strcmp(host, "broken.test") == 0) {
        errno = EIO;
        return EAI_SYSTEM;
    }
    if (strcmp(host, "again.test") == 0)
        return EAI_AGAIN;
    if (strcmp(host, "fail.test") == 0)
        return EAI_FAIL;
    if (length > 10 && strcmp(host + length - 10, ".list.test") == 0)
        return listed(host, port, hints, list);
    if (strncmp(host, "asked-", 6) == 0)
        tell_that_it_was_asked(host);
    while (strcmp(host, "never.test") == 0)
        pause();
    return EAI_NONAME;
}
