/*
 * What one wake-up costs: a byte is written, the selector waits and hands out
 * the descriptor, the callback reads the byte. A line for each kernel call and
 * number of idle descriptors beside.
 */
#include "stages/05-callbacks/selector.h"

#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_IDLE = 500, WAKE_UPS = 500 };

/* CPU time of this program, in nanoseconds: other programs do not count. */
static double cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static void on_readable(void *data, int events)
{
    char byte;

    if (events & SELECTOR_READ && read(*(int *)data, &byte, 1) != 1)
        perror("read");
}

static void on_idle(void *data, int events)
{
    (void)data;
    (void)events;
    fprintf(stderr, "an idle descriptor is ready?\n");
}

/*
 * Wakes up WAKE_UPS times for a byte in ends[0], which is registered, and
 * returns the nanoseconds for one. What is written to ends[1] arrives there.
 */
static double wake_up_ns(struct selector *selector, const int ends[2])
{
    struct selector_ready ready;
    double begun_ns = cpu_ns();

    for (int i = 0; i < WAKE_UPS; i++) {
        if (write(ends[1], "!", 1) != 1)
            perror("write");
        selector_select(selector, SELECTOR_FOREVER);
        while (selector_next(selector, &ready))
            ready.callback(ready.data, ready.events);
    }
    return (cpu_ns() - begun_ns) / WAKE_UPS;
}

static void measure(const char *backend, int idle)
{
    struct selector *selector = selector_new(backend);
    int ends[2], silent[2], copies[MOST_IDLE];

    if (selector == NULL ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, silent) < 0) {
        perror(backend);
        return;
    }
    selector_register(selector, ends[0], SELECTOR_READ, on_readable, ends);
    for (int i = 0; i < idle; i++) {
        copies[i] = dup(silent[0]);
        selector_register(selector, copies[i], SELECTOR_READ, on_idle, NULL);
    }
    printf("%s %d %.0f\n", backend, idle, wake_up_ns(selector, ends));
    for (int i = 0; i < idle; i++)
        close(copies[i]);
    for (int i = 0; i < 2; i++) {
        close(ends[i]);
        close(silent[i]);
    }
    selector_free(selector);
}

int main(void)
{
    static const char *const backends[] = {"epoll", "poll", "select"};
    static const int idle[] = {0, 10, 100, MOST_IDLE};

    printf("backend idle ns\n");
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 3; j++)
            measure(backends[j], idle[i]);
}
