/*
 * transport.c - see transport.h: a connection's life. Its reading is in
 * transport_read.c, its writing in transport_write.c.
 *
 *     def __init__(self, loop, sock, protocol, waiter):
 *         loop.call_soon(protocol.connection_made, self)
 *         loop.call_soon(self._add_reader, sock.fileno(), self._read_ready)
 *         loop.call_soon(waiter.set_result, None)
 *
 *     def close(self):
 *         self._closing = True
 *         loop.remove_reader(sock.fileno())
 *         if not self._buffer:
 *             loop.call_soon(self._call_connection_lost, None)
 */
#include "transport_internal.h"

#include "loop_internal.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * All receive in one place of the loop's, hand it over, and forget it: no
 * connection has a buffer of its own for what may come.
 */
static bool make_room_to_receive(struct loop *loop)
{
    if (loop->received == NULL)
        loop->received = malloc(TRANSPORT_MOST_AT_ONCE);
    return loop->received != NULL;
}

/* ---- its beginning ---- */

/*
 * Three calls in a row in asyncio: connection_made(), adding the reader, and
 * settling the waiter. Nothing can come between them.
 */
static void begin(void *data)
{
    struct transport *transport = data;
    struct future *waiter = transport->waiter;

    transport->begun = true;
    transport->waiter = NULL;
    if (transport->protocol->type->connection_made != NULL)
        transport->protocol->type->connection_made(transport->protocol,
                                                   transport);
    transport_watch_reading(transport);
    if (waiter != NULL && !future_done(waiter))
        future_settle_result(waiter, transport);
}

struct transport *transport_make(struct loop *loop, int fd)
{
    struct transport *transport;

    if (!loop_check(loop, begin))
        return NULL;
    if (!make_room_to_receive(loop) ||
        (transport = malloc(sizeof *transport)) == NULL)
        return error_raise_null(&error_memory);
    *transport = (struct transport){.loop = loop,
                                    .fd = fd,
                                    .high = 64 * 1024,
                                    .low = 16 * 1024,
                                    .next = loop->transports,
                                    .link = &loop->transports};
    if (transport->next != NULL)
        transport->next->link = &transport->next;
    loop->transports = transport;
    return transport;
}

void transport_start(struct transport *transport, struct protocol *protocol,
                     struct future *waiter)
{
    const int yes = 1;

    /* What is written goes out at once; a Unix socket knows no delay. */
    if (!transport->is_pipe)
        setsockopt(transport->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    transport->protocol = protocol;
    transport->waiter = waiter;
    transport->begin = (struct handle){.callback = begin, .data = transport};
    loop_put_in_line(transport->loop, &transport->begin);
}

struct transport *transport_new(struct loop *loop, int fd,
                                struct protocol *protocol,
                                struct future *waiter)
{
    struct transport *transport = transport_make(loop, fd);

    if (transport != NULL)
        transport_start(transport, protocol, waiter);
    return transport;
}

struct transport *transport_new_pipe(struct loop *loop, int fd,
                                     struct protocol *protocol,
                                     struct future *waiter)
{
    struct transport *transport = transport_make(loop, fd);

    if (transport == NULL)
        return NULL;
    transport->is_pipe = transport->ended = true;
    transport_start(transport, protocol, waiter);
    return transport;
}

void transport_give_up(struct transport *transport)
{
    transport->waiter = NULL;
    transport_close(transport);
}

/* It may free itself in this call. */
static void lose_protocol(struct protocol *protocol, const struct error *why)
{
    if (protocol->type->connection_lost != NULL)
        protocol->type->connection_lost(protocol, why);
}

struct transport *transport_open(struct loop *loop, protocol_factory *factory,
                                 void *data, int fd, struct future *waiter)
{
    static const struct error refused =
        ERROR(&error_os, "the factory made no protocol");
    struct transport *transport = NULL;

    error_raise(&refused); /* unless the factory says why itself */
    struct protocol *protocol = factory(data);
    if (protocol != NULL)
        transport = transport_new(loop, fd, protocol, waiter);
    if (transport != NULL)
        return transport;
    const struct error *why = error_last();
    if (protocol != NULL)
        lose_protocol(protocol, why);
    close(fd);
    return error_raise_null(why);
}

/* ---- its end ---- */

static void forget(struct transport *transport)
{
    *transport->link = transport->next;
    if (transport->next != NULL)
        transport->next->link = transport->link;
    if (transport->opener != NULL)
        *transport->opener = NULL;
}

/*
 * Unlike asyncio it does not forget what had come before it broke: a server
 * that refuses a long request answers, and closes with the request unread.
 */
static void lose(void *data)
{
    struct transport *transport = data;

    if (transport->unread)
        transport_read_rest(transport);
    forget(transport);
    if (transport->protocol != NULL)
        lose_protocol(transport->protocol, transport->error);
    close(transport->fd);
    if (transport->server != NULL)
        server_detach(transport->server);
    free(transport);
}

/* From here on it neither reads nor writes, and holds nothing. */
static bool stop(struct transport *transport, const struct error *error)
{
    if (transport->losing)
        return false;
    transport->losing = transport->closing = true;
    transport->error = error;
    transport_watch_reading(transport);
    transport_drop_kept(transport);
    return true;
}

void transport_lose(struct transport *transport, const struct error *error)
{
    if (!stop(transport, error))
        return;
    transport->lose = (struct handle){.callback = lose, .data = transport};
    loop_put_in_line(transport->loop, &transport->lose);
}

void transport_end(struct transport *transport, const struct error *error)
{
    stop(transport, error);
    transport->unread = false; /* nobody may be called for long */
    handle_cancel(transport->loop, &transport->begin);
    handle_cancel(transport->loop, &transport->lose);
    lose(transport);
}

void transport_abort(struct transport *transport)
{
    transport_lose(transport, NULL);
}

void transport_close(struct transport *transport)
{
    if (transport->closing)
        return;
    transport->closing = true;
    transport_watch_reading(transport);
    if (transport_get_write_buffer_size(transport) == 0)
        transport_lose(transport, NULL);
}

bool transport_is_closing(const struct transport *transport)
{
    return transport->closing;
}

void transports_close(struct loop *loop)
{
    while (loop->transports != NULL)
        transport_end(loop->transports, &error_loop_closed);
    free(loop->received);
    loop->received = NULL;
}

/* ---- about it ---- */

struct loop *transport_get_loop(const struct transport *transport)
{
    return transport->loop;
}

struct protocol *transport_get_protocol(const struct transport *transport)
{
    return transport->protocol;
}

void transport_set_protocol(struct transport *transport,
                            struct protocol *protocol)
{
    transport->protocol = protocol;
}

int transport_get_fd(const struct transport *transport)
{
    return transport->fd;
}

int transport_get_sockname(const struct transport *transport,
                           struct sockaddr *address, socklen_t *size)
{
    return getsockname(transport->fd, address, size);
}

int transport_get_peername(const struct transport *transport,
                           struct sockaddr *address, socklen_t *size)
{
    return getpeername(transport->fd, address, size);
}
