/*
 * Asks for ten pages at once with sockets that do not block, in turn, until
 * all have come: PROGRAM http://127.0.0.1:PORT/. Each socket is asked for the
 * next piece whether or not there is one.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGES = 10 };

static void must(bool fine, const char *what)
{
    if (!fine) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* A socket that has asked for a page; the request is small and goes at once. */
static int ask_for(const struct sockaddr_in *in, int number)
{
    char request[128];
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    must(connect(fd, (const struct sockaddr *)in, sizeof *in) == 0, "connect");
    int size = snprintf(request, sizeof request,
                        "GET /%d HTTP/1.1\r\nHost: localhost\r\n"
                        "Connection: close\r\n\r\n",
                        number);
    must(send(fd, request, (size_t)size, MSG_NOSIGNAL) == size, "send");
    return fd;
}

/*
 * Asks the socket once. Returns whether there was something: bytes, or the
 * end, after which *fd is -1.
 */
static bool step(int *fd)
{
    char chunk[4096];
    ssize_t n = recv(*fd, chunk, sizeof chunk, MSG_DONTWAIT);

    if (n < 0) {
        must(errno == EAGAIN || errno == EINTR, "recv");
        return false;
    }
    if (n == 0) {
        close(*fd);
        *fd = -1;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct sockaddr_in in = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    struct rusage before, after;
    int fds[PAGES], open = PAGES;
    long asked = 0;

    if (argc != 2 || sscanf(argv[1], "http://127.0.0.1:%hu", &in.sin_port) != 1)
        return 2;
    in.sin_port = htons(in.sin_port);
    for (int i = 0; i < PAGES; i++)
        fds[i] = ask_for(&in, i);
    getrusage(RUSAGE_SELF, &before);
    while (open > 0) {
        /* your turn: a rest of a millisecond after a turn without anything */
        for (int i = 0; i < PAGES; i++) {
            if (fds[i] < 0)
                continue;
            asked++;
            step(&fds[i]);
            if (fds[i] < 0)
                open--;
        }
    }
    getrusage(RUSAGE_SELF, &after);
    printf("%d pages, asked %ld times, rested %ld times\n", PAGES, asked,
           after.ru_nvcsw - before.ru_nvcsw);
}
