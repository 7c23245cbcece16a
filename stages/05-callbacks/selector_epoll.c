/*
 * selector_epoll.c - epoll(7): the kernel keeps the list, and hands out only
 * what is ready. A wait costs what is ready, not what is registered.
 */
#include "selector.h"
#include "selector_backend.h"

#include "common/clock.h"

#ifdef __linux__
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

struct epoll_state {
    int epoll_fd;
    struct epoll_event events[FOUND_MAX];
};

static void *epoll_open(void)
{
    struct epoll_state *state = malloc(sizeof *state);

    if (state == NULL)
        return NULL;
    state->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (state->epoll_fd < 0) {
        int error = errno;
        free(state);
        errno = error;
        return NULL;
    }
    return state;
}

/* docs: 05-epoll-control */
static int control(struct epoll_state *state, int operation, int fd, int events,
                   uint32_t generation)
{
    struct epoll_event event = {
        .events = (events & SELECTOR_READ ? EPOLLIN : 0u) |
                  (events & SELECTOR_WRITE ? EPOLLOUT : 0u),
        .data.u64 = (uint64_t)generation << 32 | (uint32_t)fd,
    };

    return epoll_ctl(state->epoll_fd, operation, fd, &event);
}

static int epoll_add(void *state, int fd, int events, uint32_t generation)
{
    return control(state, EPOLL_CTL_ADD, fd, events, generation);
}

static int epoll_modify(void *state, int fd, int events, uint32_t generation)
{
    return control(state, EPOLL_CTL_MOD, fd, events, generation);
}

static void epoll_remove(void *state, int fd)
{
    control(state, EPOLL_CTL_DEL, fd, 0, 0); /* closed: gone already */
}

/* docs: 05-epoll-wait */
static int epoll_wait_(void *opaque, int64_t timeout_ns, struct found *found)
{
    struct epoll_state *state = opaque;
    int64_t ms = selector_round_up(timeout_ns, NS_PER_MS);

    int count = epoll_wait(state->epoll_fd, state->events, FOUND_MAX,
                           ms > INT_MAX ? INT_MAX : (int)ms);
    for (int i = 0; i < count; i++) {
        const struct epoll_event *event = &state->events[i];
        /* An error or a hang-up is something to read and to write about. */
        int events = (event->events & ~(uint32_t)EPOLLIN ? SELECTOR_WRITE : 0) |
                     (event->events & ~(uint32_t)EPOLLOUT ? SELECTOR_READ : 0);
        found[i] = (struct found){.fd = (int)(uint32_t)event->data.u64,
                                  .generation = event->data.u64 >> 32,
                                  .events = events};
    }
    return count;
}

static void epoll_close(void *opaque)
{
    struct epoll_state *state = opaque;

    close(state->epoll_fd);
    free(state);
}

const struct selector_backend_type selector_epoll = {
    .name = "epoll",
    .open = epoll_open,
    .add = epoll_add,
    .modify = epoll_modify,
    .remove = epoll_remove,
    .wait = epoll_wait_,
    .close = epoll_close,
};
#endif
