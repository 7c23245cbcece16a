/*
 * connect.h - connections to others: from a name to a transport.
 *
 * The Python it mirrors: loop.create_connection() (base_events.py) with
 * happy_eyeballs_delay, and loop.create_unix_connection() (unix_events.py).
 */
#ifndef STAGES_07_LOOP_CONNECT_H
#define STAGES_07_LOOP_CONNECT_H

#include "loop.h"
#include "protocol.h"
#include "resolve.h"
#include "sockets.h"

#include <sys/un.h>

/* Seconds after which the next address is tried beside those that are slow. */
#define CONNECT_DELAY 0.25

/*
 * Connects to the first of the addresses that answers, the families taking
 * turns: the next one is tried when one has failed, or CONNECT_DELAY after
 * one was begun, whichever comes first (RFC 8305, section 5). The result is a
 * non-blocking descriptor, the caller's (value_number()). The list must stay
 * meanwhile. Fails with error_os: as the last address did that failed, unless
 * one failed for want of descriptors, ports or memory: then as that one.
 */
struct loop_connect_any {
    struct coroutine co;
    void *result;
    struct loop *loop;
    const struct addrinfo *list;
    size_t begun;              /* addresses tried so far */
    struct attempt *attempts;  /* that are on their way */
    int fd;                    /* that stands, or -1 */
    const struct error *error; /* why none stands so far */
    bool starved;              /* for want of something, it says */
    struct future future;      /* settled when one has ended, or in time */
    struct timer timer;
};
struct loop_connect_any loop_connect_any(struct loop *loop,
                                         const struct addrinfo *list);

/*
 * Both: from a name to a connection. The result is as above. The host's text
 * must stay meanwhile. Fails as loop_getaddrinfo() and loop_connect_any() do.
 */
struct loop_dial {
    struct coroutine co;
    void *result;
    struct loop_getaddrinfo addresses;
    struct loop_connect_any connect;
};
struct loop_dial loop_dial(struct loop *loop, const char *host, uint16_t port);

/*
 * The address of a Unix socket's path, into *address. Returns false with
 * error_last(): error_os, the path is empty (ENOENT), too long (ENAMETOOLONG).
 */
bool connect_unix_address(const char *path, struct sockaddr_un *address);

/* The same to a Unix socket. */
struct loop_dial_unix {
    struct coroutine co;
    void *result;
    struct loop *loop;
    const char *path;
    int fd;
    struct sockaddr_un address;
    struct sock_call connect;
};
struct loop_dial_unix loop_dial_unix(struct loop *loop, const char *path);

/*
 * A transport over a socket that is connected, with a protocol from the
 * factory, which is called with `data`; over when connection_made() has
 * returned. The result is the transport, which knows its protocol; NULL if the
 * connection is over again already. The socket is taken once this has begun: if
 * it fails, it is closed. Fails as transport_open().
 */
struct loop_connect_accepted_socket {
    struct coroutine co;
    void *result;
    struct loop *loop;
    protocol_factory *factory;
    void *data;
    int fd;
    struct transport *transport; /* until it is lost */
    struct future begun;
};
struct loop_connect_accepted_socket
loop_connect_accepted_socket(struct loop *loop, protocol_factory *factory,
                             void *data, int fd);

/*
 * A connection to `host` and `port`, or to a Unix socket, with a protocol from
 * the factory, which is called with `data` once it stands. The result is as
 * above. Fail as dialling does. The text must stay meanwhile.
 */
struct loop_create_connection {
    struct coroutine co;
    void *result;
    struct loop *loop;
    protocol_factory *factory;
    void *data;
    bool is_unix;
    union {
        struct loop_dial dial;
        struct loop_dial_unix dial_unix;
    };
    struct loop_connect_accepted_socket open;
};
struct loop_create_connection
loop_create_connection(struct loop *loop, protocol_factory *factory, void *data,
                       const char *host, uint16_t port);
struct loop_create_connection
loop_create_unix_connection(struct loop *loop, protocol_factory *factory,
                            void *data, const char *path);

#endif
