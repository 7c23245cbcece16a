/*
 * selector_backend.h - what a backend is: the same few functions in
 * selector_epoll.c, selector_poll.c and selector_select.c.
 */
#ifndef STAGES_05_CALLBACKS_SELECTOR_BACKEND_H
#define STAGES_05_CALLBACKS_SELECTOR_BACKEND_H

#include <stdint.h>

/* What a backend found: the number that the descriptor was added with. */
struct found {
    int fd;
    uint32_t generation; /* of the registration that the event is for */
    int events;
};

enum { FOUND_MAX = 512 }; /* of one wait; the others come with the next */

/*
 * The selector calls add, modify and remove only as it should: it has checked
 * that the descriptor is not yet, or is, registered.
 */
struct selector_backend_type {
    const char *name;
    void *(*open)(void); /* NULL with errno */
    /* Each returns 0, or -1 with errno and nothing changed. */
    int (*add)(void *state, int fd, int events, uint32_t generation);
    int (*modify)(void *state, int fd, int events, uint32_t generation);
    void (*remove)(void *state, int fd); /* it may have been closed */
    /* At most FOUND_MAX; -1 with errno, EINTR among them. */
    int (*wait)(void *state, int64_t timeout_ns, struct found *found);
    void (*close)(void *state);
};

extern const struct selector_backend_type selector_epoll;
extern const struct selector_backend_type selector_poll;
extern const struct selector_backend_type
    selector_select_; /* the name is taken */

/*
 * A timeout in units of `unit_ns`, rounded up: rounded down it would wake up
 * a moment before the deadline and spin until it has come. Negative stays.
 */
int64_t selector_round_up(int64_t timeout_ns, int64_t unit_ns);

#endif
