/*
 * selector_poll.c - poll(2): we keep the list, and hand the kernel all of it
 * at every wait. A wait costs what is registered.
 */
#include "selector.h"
#include "selector_backend.h"

#include "common/clock.h"

#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

struct poll_state {
    struct pollfd *polled; /* closely packed, in no order */
    uint32_t *generations; /* of each */
    size_t count;
    size_t capacity;
    size_t *places; /* of each descriptor in polled */
    size_t place_count;
    size_t turn; /* where the next wait begins to look: nobody starves */
};

static void *poll_open(void)
{
    return calloc(1, sizeof(struct poll_state));
}

static void poll_close(void *opaque)
{
    struct poll_state *state = opaque;

    free(state->polled);
    free(state->generations);
    free(state->places);
    free(state);
}

/* An array of `*count` items made to hold `wanted`; false without memory. */
static bool grow(void **items, size_t *count, size_t wanted, size_t size)
{
    size_t more = *count == 0 ? 64 : *count;

    while (more < wanted)
        more *= 2;
    void *grown = more == *count ? *items : realloc(*items, more * size);
    if (grown == NULL)
        return false;
    *items = grown;
    *count = more;
    return true;
}

static int make_room(struct poll_state *state, int fd)
{
    void *polled = state->polled, *generations = state->generations;
    void *places = state->places;
    size_t generation_count = state->capacity;
    bool done = grow(&places, &state->place_count, (size_t)fd + 1,
                     sizeof state->places[0]) &&
                grow(&generations, &generation_count, state->count + 1,
                     sizeof state->generations[0]) &&
                grow(&polled, &state->capacity, state->count + 1,
                     sizeof state->polled[0]);

    state->places = places;
    state->generations = generations;
    state->polled = polled;
    return done ? 0 : -1;
}

static short poll_events(int events)
{
    return (short)((events & SELECTOR_READ ? POLLIN : 0) |
                   (events & SELECTOR_WRITE ? POLLOUT : 0));
}

static int poll_add(void *opaque, int fd, int events, uint32_t generation)
{
    struct poll_state *state = opaque;

    if (make_room(state, fd) < 0)
        return -1;
    state->places[fd] = state->count;
    state->generations[state->count] = generation;
    state->polled[state->count] =
        (struct pollfd){.fd = fd, .events = poll_events(events)};
    state->count++;
    return 0;
}

static int poll_modify(void *opaque, int fd, int events, uint32_t generation)
{
    struct poll_state *state = opaque;
    size_t place = state->places[fd];

    state->polled[place] =
        (struct pollfd){.fd = fd, .events = poll_events(events)};
    state->generations[place] = generation;
    return 0;
}

/*
 * A descriptor that was closed behind our back is kept as its complement,
 * which is negative: poll passes over it.
 */
static int fd_of(const struct pollfd *polled)
{
    return polled->fd < 0 ? ~polled->fd : polled->fd;
}

/* The last one moves into the gap. */
static void poll_remove(void *opaque, int fd)
{
    struct poll_state *state = opaque;
    size_t place = state->places[fd], last = --state->count;

    state->polled[place] = state->polled[last];
    state->generations[place] = state->generations[last];
    state->places[fd_of(&state->polled[place])] = place;
}

static int poll_wait(void *opaque, int64_t timeout_ns, struct found *found)
{
    struct poll_state *state = opaque;
    int64_t ms = selector_round_up(timeout_ns, NS_PER_MS);
    int count = 0;

    int ready =
        poll(state->polled, state->count, ms > INT_MAX ? INT_MAX : (int)ms);
    for (size_t i = 0; i < state->count && count < ready && count < FOUND_MAX;
         i++) {
        size_t place = (state->turn + i) % state->count;
        struct pollfd *polled = &state->polled[place];
        if (polled->revents == 0)
            continue;
        if (polled->revents & POLLNVAL) {
            polled->fd = ~polled->fd;
            continue;
        }
        int events = (polled->revents & ~POLLIN ? SELECTOR_WRITE : 0) |
                     (polled->revents & ~POLLOUT ? SELECTOR_READ : 0);
        found[count++] = (struct found){.fd = polled->fd,
                                        .generation = state->generations[place],
                                        .events = events};
        if (count == FOUND_MAX)
            state->turn = place + 1;
    }
    return ready < 0 ? -1 : count;
}

const struct selector_backend_type selector_poll = {
    .name = "poll",
    .open = poll_open,
    .add = poll_add,
    .modify = poll_modify,
    .remove = poll_remove,
    .wait = poll_wait,
    .close = poll_close,
};
