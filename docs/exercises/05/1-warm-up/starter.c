/*
 * Three pipes, three callbacks, and the loop between them.
 */
#include "stages/05-callbacks/selector.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A pipe into which somebody will write a byte. */
struct ear {
    struct selector *selector;
    int fd;
};

static void on_readable(void *data, int events)
{
    struct ear *ear = data;
    char byte = '-';

    if (events & SELECTOR_READ && read(ear->fd, &byte, 1) == 1)
        printf("heard %c\n", byte);
    selector_unregister(ear->selector, ear->fd);
    close(ear->fd);
}

/* Registers a pipe; the byte comes after so many milliseconds. */
static void listen_for(struct ear *ear, struct selector *selector, char byte,
                       int after_ms)
{
    int ends[2];

    if (pipe(ends) < 0)
        exit(EXIT_FAILURE);
    if (fork() == 0) {
        usleep((useconds_t)after_ms * 1000);
        _exit(write(ends[1], &byte, 1) != 1);
    }
    close(ends[1]);
    *ear = (struct ear){selector, ends[0]};
    selector_register(selector, ear->fd, SELECTOR_READ, on_readable, ear);
}

/* Until nothing is registered any more. */
static void run(struct selector *selector)
{
    struct selector_ready ready;

    /* your turn: this waits once, and hears of one */
    selector_select(selector, SELECTOR_FOREVER);
    if (selector_next(selector, &ready))
        ready.callback(ready.data, ready.events);
}

int main(void)
{
    struct selector *selector = selector_new(NULL);
    struct ear ears[3];

    listen_for(&ears[0], selector, 'a', 600);
    listen_for(&ears[1], selector, 'b', 400);
    listen_for(&ears[2], selector, 'c', 200);
    run(selector);
    printf("nobody is left to wait for\n");
    selector_free(selector);
}
