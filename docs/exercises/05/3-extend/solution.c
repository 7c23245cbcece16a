/*
 * Fetches pages with one selector, each with a deadline of its own:
 * PROGRAM MILLISECONDS URL...; a line for each page as it ends.
 */
#include "common/clock.h"
#include "stages/05-callbacks/deadlines.h"
#include "stages/05-callbacks/selector.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct selector *selector;
static struct deadlines deadlines;

struct fetch {
    struct deadline deadline; /* first: a deadline leads to its fetch */
    const char *path;
    int fd;
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

/* The page has come to `outcome`, whatever it is. */
static void finish(struct fetch *self, const char *outcome)
{
    printf("%s: %.*s\n", self->path, (int)strcspn(outcome, "\r\n"), outcome);
    deadlines_drop(&deadlines, &self->deadline);
    selector_unregister(selector, self->fd);
    close(self->fd);
    free(self);
}

static void on_readable(void *data, int events)
{
    struct fetch *self = data;
    char chunk[4096];
    ssize_t n = recv(self->fd, chunk, sizeof chunk, 0);

    (void)events;
    for (ssize_t i = 0; i < n && self->kept < sizeof self->answer - 1; i++)
        self->answer[self->kept++] = chunk[i];
    if (n == 0)
        finish(self, self->answer);
    if (n < 0 && errno != EAGAIN)
        finish(self, strerror(errno));
}

/* The request is small: it goes at once. */
static void on_connected(void *data, int events)
{
    struct fetch *self = data;
    char request[512];
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: localhost\r\n"
                        "Connection: close\r\n\r\n",
                        self->path);

    (void)events;
    if (send(self->fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        finish(self, strerror(errno));
    else
        selector_modify(selector, self->fd, SELECTOR_READ, on_readable, self);
}

static void begin(const char *url, int64_t timeout_ns)
{
    struct sockaddr_in in = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {0}};
    struct fetch *self = calloc(1, sizeof *self);

    must(self != NULL &&
             sscanf(url, "http://127.0.0.1:%hu/", &in.sin_port) == 1,
         url);
    in.sin_port = htons(in.sin_port);
    self->path = strchr(url + strlen("http://"), '/');
    must(self->path != NULL, url);
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(self->fd, (struct sockaddr *)&in, sizeof in);
    must(selector_register(selector, self->fd, SELECTOR_WRITE, on_connected,
                           self) == 0,
         url);
    deadlines_set(&deadlines, &self->deadline, clock_now_ns() + timeout_ns);
}

/* How long the selector may wait until the first deadline. */
static int64_t time_left_ns(void)
{
    const struct deadline *first = deadlines_first(&deadlines);

    if (first == NULL)
        return SELECTOR_FOREVER;
    int64_t left_ns = first->when_ns - clock_now_ns();
    return left_ns > 0 ? left_ns : 0;
}

static void end_those_that_are_late(void)
{
    struct deadline *first;

    while ((first = deadlines_first(&deadlines)) != NULL &&
           first->when_ns <= clock_now_ns())
        finish((struct fetch *)first, "timeout");
}

int main(int argc, char **argv)
{
    struct selector_ready ready;

    if (argc < 3)
        return 2;
    int64_t timeout_ns = atoi(argv[1]) * NS_PER_MS;
    selector = selector_new(NULL);
    must(deadlines_reserve(&deadlines, (size_t)argc) == 0, "deadlines");
    for (int i = 2; i < argc; i++)
        begin(argv[i], timeout_ns);
    while (selector_count(selector) > 0) {
        selector_select(selector, time_left_ns());
        while (selector_next(selector, &ready))
            ready.callback(ready.data, ready.events);
        end_those_that_are_late();
    }
    deadlines_free(&deadlines);
    selector_free(selector);
}
