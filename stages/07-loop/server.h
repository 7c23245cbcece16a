/*
 * server.h - sockets that listen, and a protocol for each connection.
 *
 * The Python it mirrors: asyncio.Server, loop.create_server() and
 * loop.create_unix_server() (base_events.py, selector_events.py).
 */
#ifndef STAGES_07_LOOP_SERVER_H
#define STAGES_07_LOOP_SERVER_H

#include "loop.h"
#include "protocol.h"
#include "resolve.h"
#include "sleep.h"

struct server;

enum { SERVER_BACKLOG = 100 }; /* connections that wait to be accepted */

/*
 * A server over sockets that are bound: from now on they listen, do not block,
 * and each connection gets a protocol from the factory, which is called with
 * `data`. Closing the server closes them. Returns NULL with error_last():
 * error_os, error_memory, error_runtime (the loop is closed); then they are
 * still the caller's. The caller calls server_free().
 */
struct server *loop_create_server_on(struct loop *loop,
                                     protocol_factory *factory, void *data,
                                     const int fds[], size_t count);

/*
 * The same over a Unix socket at `path`: a socket that is there is replaced,
 * anything else is not (error_os, EADDRINUSE). The path stays when it closes.
 * In asyncio this is awaited; here there is nothing to wait for.
 */
struct server *loop_create_unix_server(struct loop *loop,
                                       protocol_factory *factory, void *data,
                                       const char *path);

/*
 * The same over one socket for each address of `host` (NULL or "": of this
 * machine) and `port` (0: the kernel's choice): awaited, since a name has to
 * be looked up. The server is the result. Fails as above, and as
 * loop_getaddrinfo() does; if an address cannot be had, error_message() says
 * which. The text must stay meanwhile.
 */
struct loop_create_server {
    struct coroutine co;
    void *result;
    struct loop *loop;
    protocol_factory *factory;
    void *data;
    struct loop_getaddrinfo addresses;
    struct server *server;
    struct async_sleep sleep;
    int passes;
};
struct loop_create_server loop_create_server(struct loop *loop,
                                             protocol_factory *factory,
                                             void *data, const char *host,
                                             uint16_t port);

/* Its sockets, *count of them; 0 once it is closed. */
const int *server_sockets(const struct server *server, size_t *count);

/* The port of its first socket; 0 if it has none. */
uint16_t server_port(const struct server *server);

bool server_is_serving(const struct server *server);

/*
 * Accepts no more. The connections that stand are not touched. Any number of
 * times; a loop that closes closes its servers.
 */
void server_close(struct server *server);

/*
 * Awaits that it is closed and its connections are over; after
 * server_close() it is over at once, as in Python 3.11.
 */
struct server_wait_closed {
    struct coroutine co;
    void *result;
    struct server *server;
    struct future future;
    struct server_wait_closed *next, **link; /* among those who wait */
};
struct server_wait_closed server_wait_closed(struct server *server);

/*
 * Serves until it is cancelled, and closes then; server_close() cancels it.
 * Fails with error_runtime if it is closed, or serves somebody so already.
 */
struct server_serve_forever {
    struct coroutine co;
    void *result;
    struct server *server;
    struct future future;
    bool serves;
};
struct server_serve_forever server_serve_forever(struct server *server);

/*
 * Closes it and lets it go; NULL is fine. Connections may outlast it, and who
 * awaits it has that come to an end. Also when the loop is closed, or freed.
 */
void server_free(struct server *server);

#endif
