/*
 * server_internal.h - what a server is made of.
 */
#ifndef STAGES_07_LOOP_SERVER_INTERNAL_H
#define STAGES_07_LOOP_SERVER_INTERNAL_H

#include "server.h"

/* One of its sockets. */
struct listener {
    struct server *server;
    int fd;
    struct timer again; /* to accept again, after the machine had no room */
};

struct server {
    struct loop *loop;
    protocol_factory *factory;
    void *data;
    void (*on_free)(void *data); /* or NULL */
    unsigned holds;     /* of its owner, its connections, who awaits it */
    size_t connections; /* that stand, or are being made */
    struct server_wait_closed *waiters;
    struct future *forever;      /* of who serves for ever, or NULL */
    struct server *next, **link; /* among those of the loop that are open */
    int *fds;                    /* behind the listeners */
    size_t count;                /* of sockets; 0: closed */
    struct listener listeners[];
};

/* One hold is let go. */
void server_let_go(struct server *server);

/* Listens, and accepts. Returns false with error_last(). */
bool server_start(struct server *server);

#endif
