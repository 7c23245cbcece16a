/*
 * 05-hint - readiness is a hint: two descriptors for one socket are both told
 * of the one byte, and the second comes too late.
 */
#include "stages/05-callbacks/selector.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_readable(void *data, int events)
{
    char byte;
    ssize_t n = recv(*(int *)data, &byte, 1, 0);

    (void)events;
    printf("told that it is readable; recv: %s\n",
           n == 1 ? "a byte" : strerror(errno));
}

int main(void)
{
    struct selector *selector = selector_new(NULL);
    struct selector_ready ready;
    int ends[2];

    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
    int again = dup(ends[0]);
    selector_register(selector, ends[0], SELECTOR_READ, on_readable, &ends[0]);
    selector_register(selector, again, SELECTOR_READ, on_readable, &again);
    send(ends[1], "!", 1, 0);
    printf("%d are ready\n", selector_select(selector, SELECTOR_FOREVER));
    while (selector_next(selector, &ready))
        ready.callback(ready.data, ready.events);
    selector_free(selector);
}
