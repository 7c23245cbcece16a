/*
 * selector.h - one wait for any number of descriptors.
 *
 * The Python it mirrors: the module `selectors`. A descriptor is registered
 * with what it is waited for and with a callback and its data; select waits
 * until some are ready, then each is handed out once, with its callback:
 *
 *     selector_select(selector, timeout_ns);
 *     while (selector_next(selector, &ready))
 *         ready.callback(ready.data, ready.events);
 *
 * Three kernel interfaces can do the waiting: epoll, poll and select, each in
 * a file of its own, chosen at run time. All behave alike, except that select
 * cannot hold a descriptor of FD_SETSIZE (1024) or above.
 *
 * Readiness is a hint: the call that follows may still say "not yet".
 */
#ifndef STAGES_05_CALLBACKS_SELECTOR_H
#define STAGES_05_CALLBACKS_SELECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct selector;

/* What a descriptor is waited for, and what it is ready for. */
enum {
    SELECTOR_READ = 1,
    SELECTOR_WRITE = 2,
};

/* docs: 05-ready */
/* Called with the data given at registration and with what is ready. */
typedef void selector_callback(void *data, int events);

struct selector_ready {
    int fd;
    int events; /* of those registered; errors and hang-ups count as all */
    selector_callback *callback;
    void *data;
};

/* To wait for ever. */
#define SELECTOR_FOREVER INT64_C(-1)

/*
 * Makes a selector with nothing registered. `backend` is "epoll", "poll" or
 * "select"; NULL takes the best there is. Returns NULL with errno: EINVAL, no
 * such backend on this system; ENOMEM; EMFILE. The caller frees it.
 */
struct selector *selector_new(const char *backend);

/* The name of the backend in use. */
const char *selector_backend(const struct selector *selector);

/* Whether selector_new() would know that name. */
bool selector_has_backend(const char *backend);

/*
 * Waits from now on for `events` (not 0) on `fd`, for the callback. Returns
 * 0, or -1 with errno: EBADF, no open descriptor; EEXIST, registered already;
 * EINVAL, no events; ERANGE, select cannot hold it; EPERM, epoll cannot wait
 * for a regular file; ENOMEM.
 */
int selector_register(struct selector *selector, int fd, int events,
                      selector_callback *callback, void *data);

/*
 * Waits for other events on a registered descriptor, or for another callback.
 * What the last select found for the old ones is dropped. Returns 0, or -1
 * with errno: ENOENT, not registered; EINVAL.
 */
int selector_modify(struct selector *selector, int fd, int events,
                    selector_callback *callback, void *data);

/*
 * Waits for the descriptor no more; to be called before it is closed. What
 * the last select found for it reaches nobody, even if the same number is
 * registered anew. Returns 0, or -1 with errno ENOENT.
 */
int selector_unregister(struct selector *selector, int fd);

/* How many descriptors are registered. */
size_t selector_count(const struct selector *selector);

/*
 * Waits until a descriptor is ready, `timeout_ns` nanoseconds have passed
 * (rounded up to what the kernel can count, so never less) or a signal came.
 * What an earlier select found and nobody took is dropped. Returns how many
 * are ready, 0 after time or signal, or -1 with errno.
 */
int selector_select(struct selector *selector, int64_t timeout_ns);

/*
 * Hands out the next of what the last select found. Returns false when there
 * is no more. Registering, modifying and unregistering are fine in between.
 */
bool selector_next(struct selector *selector, struct selector_ready *ready);

/* Frees the selector. What is still registered is only forgotten. */
void selector_free(struct selector *selector);

#endif
