/*
 * 05-blocking-wrong - wrong: a callback blocks, and the next waits with it.
 */
#include "common/clock.h"
#include "stages/05-callbacks/selector.h"

#include <stdio.h>
#include <unistd.h>

static void on_readable(void *data, int events)
{
    int64_t sent_ns = 0, now_ns = clock_now_ns();
    ssize_t n = read(*(int *)data, &sent_ns, sizeof sent_ns);
    int late_ms = (int)((now_ns - sent_ns) / NS_PER_MS);

    if (events & SELECTOR_READ && n > 0)
        printf("%d ms: %s\n", late_ms, late_ms < 300 ? "fine" : "too late");
    usleep(600000); /* a lock, a slow disk, a name to be looked up */
}

int main(void)
{
    struct selector *watch = selector_new(NULL);
    struct selector_ready ready;
    int ends[2][2];

    for (int i = 0; i < 2 && pipe(ends[i]) == 0; i++) {
        selector_register(watch, *ends[i], SELECTOR_READ, on_readable, ends[i]);
        if (fork() == 0) { /* the other side: after 50 ms and after 100 */
            int64_t now_ns = (usleep(50000 + i * 50000), clock_now_ns());
            return write(ends[i][1], &now_ns, sizeof now_ns) < 0;
        }
    }
    for (int heard = 0; heard < 2; heard++) {
        while (!selector_next(watch, &ready))
            selector_select(watch, SELECTOR_FOREVER);
        ready.callback(ready.data, ready.events);
    }
}
