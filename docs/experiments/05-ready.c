/*
 * 05-ready - one wait for two pipes, then the callback of the one that is
 * ready. Who was registered first need not be the first to answer.
 */
#include "stages/05-callbacks/selector.h"

#include <stdio.h>
#include <unistd.h>

static void on_readable(void *data, int events)
{
    char byte = 0;

    if (events & SELECTOR_READ && read(*(int *)data, &byte, 1) == 1)
        printf("ready, and there is '%c'\n", byte);
}

int main(void)
{
    struct selector *selector = selector_new(NULL);
    struct selector_ready ready;
    int ends[2][2], waits = 0;

    for (int i = 0; i < 2 && pipe(ends[i]) == 0; i++) {
        selector_register(selector, ends[i][0], SELECTOR_READ, on_readable,
                          ends[i]);
        if (fork() == 0) /* the other side: 'a' after 400 ms, 'b' after 100 */
            return usleep(400000 - i * 300000) ||
                   write(ends[i][1], &"ab"[i], 1) != 1;
    }
    for (int heard = 0; heard < 2; waits++) { /* the event loop */
        selector_select(selector, SELECTOR_FOREVER);
        while (selector_next(selector, &ready)) {
            ready.callback(ready.data, ready.events);
            heard++;
        }
    }
    printf("%d waits\n", waits);
}
