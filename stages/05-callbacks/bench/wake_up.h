/*
 * wake_up.h - one wake-up among idle descriptors, timed.
 *
 * What is timed is all that a loop does for one event: a byte is written to a
 * socket, the selector is asked, hands the socket out, and its callback reads
 * the byte. Writing and reading belong to it, since epoll does a part of its
 * work, putting the socket on its list, while the byte is written.
 */
#ifndef STAGES_05_CALLBACKS_BENCH_WAKE_UP_H
#define STAGES_05_CALLBACKS_BENCH_WAKE_UP_H

#include <stddef.h>
#include <stdint.h>

/* At most so many descriptors can be ready at once. */
enum { WAKE_UP_MAX_READY = 500 };

/* Pairs of connected Unix sockets; all zero has none. */
struct sockets {
    int *ends; /* those of pair i are ends[2i] and ends[2i + 1] */
    size_t count;
};

/*
 * Opens `count` ends, or as many as the limits allow, some descriptors being
 * left for others. Returns 0, or -1 with errno ENOMEM.
 */
int sockets_open(struct sockets *sockets, size_t count);
void sockets_close(struct sockets *sockets);

/*
 * One of the two is set: `idle` descriptors and one that is ready, with a
 * number in the middle of theirs; or `ready` ones, all at once, and no other.
 */
struct scene {
    size_t idle;
    size_t ready;
};

/* How many socket ends a scene takes. */
size_t scene_ends(const struct scene *scene);

/* A selector with a scene registered. */
struct wake_up;

/*
 * Registers the scene. `backend` is as selector_new() has it; NULL is none:
 * bytes are written and read, and nobody waits. There must be sockets enough.
 * Returns NULL with errno: ERANGE, this selector cannot hold them; ENOMEM.
 * The caller frees it; the sockets stay the caller's, and it uses them.
 */
struct wake_up *wake_up_new(const char *backend, const struct sockets *sockets,
                            const struct scene *scene);
void wake_up_free(struct wake_up *wake_up);

/*
 * Wakes up once for each ready one. Returns the nanoseconds for one of them,
 * or -1 with errno: the selector failed.
 */
int64_t wake_up_measure(struct wake_up *wake_up);

#endif
