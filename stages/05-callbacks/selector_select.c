/*
 * selector_select.c - select(2): we keep two sets of bits, and hand the
 * kernel a copy at every wait, which it overwrites. A wait costs the highest
 * descriptor registered, and none may be FD_SETSIZE or above: FD_SET would
 * write beyond the set's end.
 */
#include "selector.h"
#include "selector_backend.h"

#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/select.h>

struct select_state {
    fd_set readers;
    fd_set writers;
    int highest; /* -1: none registered */
    int turn;    /* where the next wait begins to look: nobody starves */
    uint32_t generations[FD_SETSIZE];
};

static void *select_open(void)
{
    struct select_state *state = calloc(1, sizeof *state);

    if (state == NULL)
        return NULL;
    FD_ZERO(&state->readers);
    FD_ZERO(&state->writers);
    state->highest = -1;
    return state;
}

static void select_set(struct select_state *state, int fd, int events)
{
    FD_CLR(fd, &state->readers);
    FD_CLR(fd, &state->writers);
    if (fd > state->highest)
        state->highest = fd;
    if (events & SELECTOR_READ)
        FD_SET(fd, &state->readers);
    if (events & SELECTOR_WRITE)
        FD_SET(fd, &state->writers);
}

static int select_modify(void *opaque, int fd, int events, uint32_t generation)
{
    struct select_state *state = opaque;

    select_set(state, fd, events);
    state->generations[fd] = generation;
    return 0;
}

static int select_add(void *opaque, int fd, int events, uint32_t generation)
{
    struct select_state *state = opaque;

    if (fd >= FD_SETSIZE) {
        errno = ERANGE;
        return -1;
    }
    return select_modify(state, fd, events, generation);
}

static void select_remove(void *opaque, int fd)
{
    struct select_state *state = opaque;

    select_set(state, fd, 0);
    while (state->highest >= 0 && !FD_ISSET(state->highest, &state->readers) &&
           !FD_ISSET(state->highest, &state->writers))
        state->highest--;
}

/* A descriptor closed behind our back makes every select fail: drop it. */
static void drop_closed(struct select_state *state)
{
    for (int fd = state->highest; fd >= 0; fd--)
        if ((FD_ISSET(fd, &state->readers) || FD_ISSET(fd, &state->writers)) &&
            fcntl(fd, F_GETFD) < 0)
            select_remove(state, fd);
}

static int select_wait(void *opaque, int64_t timeout_ns, struct found *found)
{
    struct select_state *state = opaque;
    fd_set readers = state->readers, writers = state->writers;
    int64_t us = selector_round_up(timeout_ns, NS_PER_US);
    struct timeval tv = {.tv_sec = us / 1000000, .tv_usec = us % 1000000};
    int count = 0, size = state->highest + 1;

    int ready =
        select(size, &readers, &writers, NULL, timeout_ns < 0 ? NULL : &tv);
    if (ready < 0 && errno == EBADF) {
        drop_closed(state);
        return 0;
    }
    int bits = ready; /* one for each event, not for each descriptor */
    for (int i = 0; i < size && bits > 0 && count < FOUND_MAX; i++) {
        int fd = (state->turn + i) % size;
        int events = (FD_ISSET(fd, &readers) ? SELECTOR_READ : 0) |
                     (FD_ISSET(fd, &writers) ? SELECTOR_WRITE : 0);
        if (events == 0)
            continue;
        bits -= events == (SELECTOR_READ | SELECTOR_WRITE) ? 2 : 1;
        found[count++] = (struct found){
            .fd = fd, .generation = state->generations[fd], .events = events};
        if (count == FOUND_MAX)
            state->turn = fd + 1;
    }
    return ready < 0 ? -1 : count;
}

static void select_close(void *opaque)
{
    free(opaque);
}

const struct selector_backend_type selector_select_ = {
    .name = "select",
    .open = select_open,
    .add = select_add,
    .modify = select_modify,
    .remove = select_remove,
    .wait = select_wait,
    .close = select_close,
};
