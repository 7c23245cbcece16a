/*
 * 02-torn-wrong - takes what one recv returns for one message. But a stream
 * keeps no borders: messages arrive glued together, or in pieces.
 */
#include <stdio.h>
#include <sys/socket.h>

static char message[1024 * 1024]; /* a page with very many links */
static char got[sizeof message];

int main(void)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return 1;
    send(pair[1], "ok /1;", 6, 0);
    send(pair[1], "ok /2;", 6, 0);
    ssize_t n = recv(pair[0], got, sizeof got, 0);
    printf("first message: %.*s\n", (int)n, got);

    /* As much of it as there is room for; a worker would wait and send on. */
    send(pair[1], message, sizeof message, MSG_DONTWAIT);
    n = recv(pair[0], got, sizeof got, 0);
    printf("next message: %s\n", n == sizeof message
                                     ? "the page with very many links"
                                     : "a piece of the page");
}
