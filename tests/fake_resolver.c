/*
 * fake_resolver.c - linked into the stages that the tests run, in place of
 * getaddrinfo (--wrap): names under .test have the answers that a test needs,
 * all others are the system's.
 */
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
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
    while (strcmp(host, "never.test") == 0)
        pause();
    return EAI_NONAME;
}
