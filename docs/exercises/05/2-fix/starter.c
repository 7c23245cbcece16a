/*
 * Fetches one page with a selector and one callback, and says how often it had
 * to wait for it: PROGRAM http://127.0.0.1:PORT/PATH.
 */
/* your turn: it works, and waits a hundred thousand times for one page */
#include "stages/05-callbacks/selector.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct fetch {
    struct selector *selector;
    int fd;
    char request[512];
    size_t sent;
    char answer[256]; /* its beginning */
    size_t kept;
};

static void must(bool fine, const char *what)
{
    if (!fine) {
        perror(what);
        exit(EXIT_FAILURE);
    }
}

/* Connected, or there is room for more of the request. */
static void send_some(struct fetch *self)
{
    size_t left = strlen(self->request) - self->sent;
    ssize_t n = send(self->fd, self->request + self->sent, left, MSG_NOSIGNAL);

    must(n >= 0 || errno == EAGAIN, "send"); /* readiness is a hint */
    self->sent += n > 0 ? (size_t)n : 0;
}

/* Keeps the beginning of the answer, and reads the rest, too. */
static void receive_some(struct fetch *self)
{
    char chunk[4096];
    ssize_t n = recv(self->fd, chunk, sizeof chunk, 0);

    must(n >= 0 || errno == EAGAIN, "recv"); /* readiness is a hint */
    for (ssize_t i = 0; i < n && self->kept < sizeof self->answer - 1; i++)
        self->answer[self->kept++] = chunk[i];
    if (n != 0)
        return;
    selector_unregister(self->selector, self->fd);
    close(self->fd);
}

static void on_ready(void *data, int events)
{
    struct fetch *self = data;

    if (events & SELECTOR_WRITE)
        send_some(self);
    if (events & SELECTOR_READ)
        receive_some(self);
}

static void begin(struct fetch *self, const char *url)
{
    struct sockaddr_in in = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    char path[256];

    must(sscanf(url, "http://127.0.0.1:%hu%255s", &in.sin_port, path) == 2,
         url);
    in.sin_port = htons(in.sin_port);
    snprintf(self->request, sizeof self->request,
             "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
             path);
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(self->fd, (struct sockaddr *)&in, sizeof in);
    selector_register(self->selector, self->fd, SELECTOR_READ | SELECTOR_WRITE,
                      on_ready, self);
}

int main(int argc, char **argv)
{
    struct fetch fetch = {.selector = selector_new(NULL)};
    struct selector_ready ready;
    long waits = 0;

    if (argc != 2)
        return 2;
    begin(&fetch, argv[1]);
    for (; selector_count(fetch.selector) > 0; waits++) {
        selector_select(fetch.selector, SELECTOR_FOREVER);
        while (selector_next(fetch.selector, &ready))
            ready.callback(ready.data, ready.events);
    }
    printf("%.*s, after %ld waits\n", (int)strcspn(fetch.answer, "\r\n"),
           fetch.answer, waits);
    selector_free(fetch.selector);
}
