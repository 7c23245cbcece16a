/*
 * selector.c - see selector.h: who is registered, and who hears of what the
 * backend found.
 */
#include "selector.h"

#include "selector_backend.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

static const struct selector_backend_type *const backends[] = {
#ifdef __linux__
    &selector_epoll,
#endif
    &selector_poll,
    &selector_select_,
};

/* docs: 05-slot */
/* One per descriptor number; events is 0 where none is registered. */
struct slot {
    int events;
    /*
     * Goes up with every registration, change and removal: what was found
     * for an earlier one can be told from what is meant for this one.
     */
    uint32_t generation;
    selector_callback *callback;
    void *data;
};

struct selector {
    const struct selector_backend_type *backend;
    void *state; /* the backend's own */
    struct slot *slots;
    size_t slot_count;
    size_t registered;
    int found_count;
    int next; /* of found, to be handed out */
    struct found found[FOUND_MAX];
};

static const struct selector_backend_type *find_backend(const char *name)
{
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++)
        if (name == NULL || strcmp(backends[i]->name, name) == 0)
            return backends[i];
    return NULL;
}

bool selector_has_backend(const char *backend)
{
    return find_backend(backend) != NULL;
}

struct selector *selector_new(const char *name)
{
    const struct selector_backend_type *backend = find_backend(name);

    if (backend == NULL) {
        errno = EINVAL;
        return NULL;
    }
    struct selector *selector = malloc(sizeof *selector);
    if (selector == NULL)
        return NULL;
    /* Not all of it need be zero: `found` is large and written before read. */
    selector->backend = backend;
    selector->slots = NULL;
    selector->slot_count = selector->registered = 0;
    selector->found_count = selector->next = 0;
    selector->state = backend->open();
    if (selector->state == NULL) {
        free(selector);
        return NULL;
    }
    return selector;
}

const char *selector_backend(const struct selector *selector)
{
    return selector->backend->name;
}

size_t selector_count(const struct selector *selector)
{
    return selector->registered;
}

/* The descriptor's slot if it is registered, else NULL. */
static struct slot *find_slot(const struct selector *selector, int fd)
{
    if (fd < 0 || (size_t)fd >= selector->slot_count ||
        selector->slots[fd].events == 0)
        return NULL;
    return &selector->slots[fd];
}

/* Makes sure that there is a slot for `fd`. */
static int make_slot(struct selector *selector, int fd)
{
    size_t count = selector->slot_count;

    if ((size_t)fd < count)
        return 0;
    while (count <= (size_t)fd)
        count = count == 0 ? 64 : count * 2;
    struct slot *slots = realloc(selector->slots, count * sizeof slots[0]);
    if (slots == NULL)
        return -1;
    memset(slots + selector->slot_count, 0,
           (count - selector->slot_count) * sizeof slots[0]);
    selector->slots = slots;
    selector->slot_count = count;
    return 0;
}

static bool are_events(int events)
{
    return events != 0 && (events & ~(SELECTOR_READ | SELECTOR_WRITE)) == 0;
}

int selector_register(struct selector *selector, int fd, int events,
                      selector_callback *callback, void *data)
{
    if (fd < 0 || fcntl(fd, F_GETFD) < 0)
        errno = EBADF;
    else if (!are_events(events))
        errno = EINVAL;
    else if (find_slot(selector, fd) != NULL)
        errno = EEXIST;
    else if (make_slot(selector, fd) == 0) {
        struct slot *slot = &selector->slots[fd];
        if (selector->backend->add(selector->state, fd, events,
                                   slot->generation + 1) < 0)
            return -1;
        *slot = (struct slot){events, slot->generation + 1, callback, data};
        selector->registered++;
        return 0;
    }
    return -1;
}

int selector_modify(struct selector *selector, int fd, int events,
                    selector_callback *callback, void *data)
{
    struct slot *slot = find_slot(selector, fd);

    if (slot == NULL)
        errno = ENOENT;
    else if (!are_events(events))
        errno = EINVAL;
    else if (selector->backend->modify(selector->state, fd, events,
                                       slot->generation + 1) == 0) {
        *slot = (struct slot){events, slot->generation + 1, callback, data};
        return 0;
    }
    return -1;
}

int selector_unregister(struct selector *selector, int fd)
{
    struct slot *slot = find_slot(selector, fd);

    if (slot == NULL) {
        errno = ENOENT;
        return -1;
    }
    selector->backend->remove(selector->state, fd);
    *slot = (struct slot){.generation = slot->generation + 1};
    selector->registered--;
    return 0;
}

int selector_select(struct selector *selector, int64_t timeout_ns)
{
    selector->next = selector->found_count = 0;
    int count =
        selector->backend->wait(selector->state, timeout_ns, selector->found);
    if (count < 0)
        return errno == EINTR ? 0 : -1;
    selector->found_count = count;
    return count;
}

/* docs: 05-next */
bool selector_next(struct selector *selector, struct selector_ready *ready)
{
    while (selector->next < selector->found_count) {
        const struct found *found = &selector->found[selector->next++];
        const struct slot *slot = find_slot(selector, found->fd);
        /* Meant for a registration that is gone by now? Then for nobody. */
        if (slot == NULL || slot->generation != found->generation)
            continue;
        *ready =
            (struct selector_ready){found->fd, found->events & slot->events,
                                    slot->callback, slot->data};
        return true;
    }
    return false;
}

void selector_free(struct selector *selector)
{
    if (selector == NULL)
        return;
    selector->backend->close(selector->state);
    free(selector->slots);
    free(selector);
}

int64_t selector_round_up(int64_t timeout_ns, int64_t unit_ns)
{
    return timeout_ns < 0 ? timeout_ns
                          : timeout_ns / unit_ns + (timeout_ns % unit_ns != 0);
}
