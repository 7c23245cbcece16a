/*
 * transport_internal.h - what a transport is made of.
 */
#ifndef STAGES_07_LOOP_TRANSPORT_INTERNAL_H
#define STAGES_07_LOOP_TRANSPORT_INTERNAL_H

#include "transport.h"

#include "common/buffer.h"

struct server;

enum { TRANSPORT_MOST_AT_ONCE = 256 * 1024 }; /* bytes received: max_size */

struct transport {
    struct loop *loop;
    struct protocol *protocol; /* NULL: the server has not made it yet */
    struct server *server;     /* that accepted it, or NULL */
    struct future *waiter;     /* to be settled once it has begun, or NULL */
    struct transport **opener; /* cleared when it is lost; NULL: nothing is */
    struct handle begin, lose; /* its first turn, and its last */
    const struct error *error; /* why it is lost */
    struct transport *next, **link; /* among those of the loop */
    struct buffer kept;             /* to be written, */
    size_t written;                 /* but for these bytes of it */
    size_t high, low;
    int fd;
    bool is_pipe;
    bool begun;   /* the protocol knows of it */
    bool paused;  /* by the protocol: nothing is read */
    bool at_end;  /* the peer sends no more */
    bool reading; /* the loop has its reader */
    bool writing; /* the loop has its writer */
    bool ended;   /* transport_write_eof() was called */
    bool closing;
    bool losing; /* connection_lost() is in line, or is running */
    bool unread; /* it broke while it was written to: more may have come */
    bool told_to_pause;
};

/* ---- transport.c ---- */

/*
 * One that has no protocol yet, and does nothing. Returns NULL with
 * error_last(); then the socket is as it was.
 */
struct transport *transport_make(struct loop *loop, int fd);

/* It begins, in the next pass. */
void transport_start(struct transport *transport, struct protocol *protocol,
                     struct future *waiter);

/* It is over, for the reason `error`, or NULL; nothing if it is already. */
void transport_lose(struct transport *transport, const struct error *error);

/* The same, and not in a later pass but now: it is gone. */
void transport_end(struct transport *transport, const struct error *error);

/* ---- transport_read.c ---- */

/* The loop has a reader for it as long as it should. */
void transport_watch_reading(struct transport *transport);

/* Hands over what had come when it broke; the protocol may still stop that. */
void transport_read_rest(struct transport *transport);

/* ---- transport_write.c ---- */

/* Drops what is to be written. */
void transport_drop_kept(struct transport *transport);

/* ---- server.c ---- */

/* A connection that the server accepted is over. */
void server_detach(struct server *server);

/* Its factory's data are freed with it. */
void server_on_free(struct server *server, void (*on_free)(void *data));

#endif
