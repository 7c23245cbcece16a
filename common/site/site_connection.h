/*
 * site_connection.h - one client's connection to the practice site.
 */
#ifndef COMMON_SITE_CONNECTION_H
#define COMMON_SITE_CONNECTION_H

#include "site_answer.h"

#include <event2/event.h>
#include <stddef.h>

/*
 * Of events, in a base with SITE_PRIORITIES of them; the lower go first. New
 * connections go before answers that are due, for the backlog must not
 * overflow: a client it drops would try again only a second later. Answers go
 * before new requests, so that a crowd of these does not make them late.
 */
enum {
    SIGNAL_PRIORITY = 0,
    LISTENER_PRIORITY = 2, /* libevent's default: the middle one */
    ANSWER_PRIORITY = 3,
    REQUEST_PRIORITY = 4,
    SITE_PRIORITIES = 5
};

struct connection;

/* What the connections of a site share; the server makes it. */
struct connections {
    struct event_base *base;
    struct answer_source source;
    struct connection *first;                 /* of all that are open */
    size_t count;                             /* of them */
    void (*closed)(struct connections *them); /* called after one has closed */
    char scratch[64 * 1024];                  /* to read into */
};

/*
 * Serves the client at `fd`, a non-blocking socket, from now on, until the
 * client or an answer ends it; it frees itself then. Returns 0, or -1 with
 * errno ENOMEM, and `fd` is closed.
 */
int connection_open(struct connections *them, int fd);

/* Closes and frees all that are open, whatever they were at. */
void connections_close(struct connections *them);

#endif
