/*
 * wake_up.c - see wake_up.h.
 */
#include "wake_up.h"

#include "../selector.h"

#include "common/clock.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- sockets ---- */

enum { SPARE = 8 }; /* descriptors, of which a selector may need one */

int sockets_open(struct sockets *sockets, size_t count)
{
    sockets->count = 0;
    sockets->ends = malloc((count + 1) * sizeof sockets->ends[0]);
    if (sockets->ends == NULL)
        return -1;
    while (sockets->count < count &&
           socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
                      &sockets->ends[sockets->count]) == 0)
        sockets->count += 2;
    if (sockets->count < count)
        for (int i = 0; i < SPARE && sockets->count > 0; i++)
            close(sockets->ends[--sockets->count]);
    return 0;
}

void sockets_close(struct sockets *sockets)
{
    for (size_t i = 0; i < sockets->count; i++)
        close(sockets->ends[i]);
    free(sockets->ends);
    *sockets = (struct sockets){0};
}

/* ---- scenes ---- */

/* A socket that a byte comes to, and the one that it is written to. */
struct wire {
    int to;
    int from;
    size_t *left; /* how many bytes are still on their way */
};

struct wake_up {
    struct selector *selector; /* NULL: nobody waits */
    size_t left;
    size_t wire_count;
    struct wire wires[WAKE_UP_MAX_READY];
};

/* The one that is ready has a pair of its own, for one end is written to. */
size_t scene_ends(const struct scene *scene)
{
    size_t ends = scene->idle > 0 ? scene->idle + 2 : 2 * scene->ready;

    return ends + ends % 2;
}

static void on_readable(void *data, int events)
{
    struct wire *wire = data;
    char byte;

    (void)events;
    ssize_t n = read(wire->to, &byte, 1);
    assert(n == 1); /* it was found ready, and a byte is there */
    --*wire->left;
}

static void on_idle(void *data, int events)
{
    (void)data;
    (void)events;
    assert(!"an idle descriptor was handed out");
}

static int add_wire(struct wake_up *wake_up, int to, int from)
{
    struct wire *wire = &wake_up->wires[wake_up->wire_count++];

    *wire = (struct wire){to, from, &wake_up->left};
    return wake_up->selector == NULL
               ? 0
               : selector_register(wake_up->selector, to, SELECTOR_READ,
                                   on_readable, wire);
}

static int add_idle(struct wake_up *wake_up, int fd)
{
    return wake_up->selector == NULL
               ? 0
               : selector_register(wake_up->selector, fd, SELECTOR_READ,
                                   on_idle, NULL);
}

/* In the order of the numbers; the end that is written to is left out. */
static int add_one_among_idle(struct wake_up *wake_up, const int *ends,
                              size_t idle)
{
    size_t ready = idle / 4 * 2, left_out = ready + 1;

    for (size_t i = 0; i < idle + 2; i++)
        if (i == left_out)
            continue;
        else if (i == ready ? add_wire(wake_up, ends[ready], ends[left_out]) < 0
                            : add_idle(wake_up, ends[i]) < 0)
            return -1;
    return 0;
}

static int add_ready(struct wake_up *wake_up, const int *ends, size_t ready)
{
    for (size_t i = 0; i < ready; i++)
        if (add_wire(wake_up, ends[2 * i], ends[2 * i + 1]) < 0)
            return -1;
    return 0;
}

struct wake_up *wake_up_new(const char *backend, const struct sockets *sockets,
                            const struct scene *scene)
{
    struct wake_up *wake_up = calloc(1, sizeof *wake_up);

    if (wake_up == NULL)
        return NULL;
    if (backend != NULL) {
        wake_up->selector = selector_new(backend);
        if (wake_up->selector == NULL)
            goto fail;
    }
    if ((scene->idle > 0
             ? add_one_among_idle(wake_up, sockets->ends, scene->idle)
             : add_ready(wake_up, sockets->ends, scene->ready)) == 0)
        return wake_up;
fail:;
    int error = errno;
    wake_up_free(wake_up);
    errno = error;
    return NULL;
}

void wake_up_free(struct wake_up *wake_up)
{
    if (wake_up == NULL)
        return;
    selector_free(wake_up->selector);
    free(wake_up);
}

/* ---- the measurement ---- */

static void read_without_waiting(struct wake_up *wake_up)
{
    for (size_t i = 0; i < wake_up->wire_count; i++)
        on_readable(&wake_up->wires[i], SELECTOR_READ);
}

static int wait_and_read(struct wake_up *wake_up)
{
    struct selector_ready ready;

    while (wake_up->left > 0) {
        if (selector_select(wake_up->selector, SELECTOR_FOREVER) < 0)
            return -1;
        while (selector_next(wake_up->selector, &ready))
            ready.callback(ready.data, ready.events);
    }
    return 0;
}

int64_t wake_up_measure(struct wake_up *wake_up)
{
    int64_t begun_ns = clock_now_ns();

    wake_up->left = wake_up->wire_count;
    for (size_t i = 0; i < wake_up->wire_count; i++) {
        ssize_t n = write(wake_up->wires[i].from, "", 1);
        assert(n == 1); /* into an empty socket */
    }
    if (wake_up->selector == NULL)
        read_without_waiting(wake_up);
    else if (wait_and_read(wake_up) < 0)
        return -1;
    return (clock_now_ns() - begun_ns) / (int64_t)wake_up->wire_count;
}
