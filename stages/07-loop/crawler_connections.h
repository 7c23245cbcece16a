/*
 * crawler_connections.h - connections that servers keep for the next page.
 *
 * A kept connection belongs to one origin and is idle. Whether it still stands
 * nobody knows before it is used: the server may close it at any moment.
 */
#ifndef STAGES_07_LOOP_CRAWLER_CONNECTIONS_H
#define STAGES_07_LOOP_CRAWLER_CONNECTIONS_H

#include "streams.h"

/* All zero is none. */
struct connections {
    struct kept *by_authority; /* a uthash */
};

/*
 * Takes one to that server, the one that was used last; NULL if there is none.
 * The caller has it, until it gives it back or frees it.
 */
struct stream_writer *connections_take(struct connections *connections,
                                       const char *authority);

/* Keeps one, idle from now on; without memory for that it is freed. */
void connections_give(struct connections *connections, const char *authority,
                      struct stream_writer *writer);

/* Frees them all. */
void connections_close(struct connections *connections);

#endif
