/*
 * server.c - see server.h: what a server does, and its end. One is made in
 * server_create.c, and awaited in server_wait.c.
 *
 *     def _accept_connection(self, protocol_factory, sock, backlog):
 *         for _ in range(backlog):
 *             conn, addr = sock.accept()
 *             self.create_task(self._accept_connection2(conn, ...))
 *
 *     async def _accept_connection2(self, protocol_factory, conn, server):
 *         protocol = protocol_factory()
 *         self._make_socket_transport(conn, protocol, server=server)
 */
#include "server_internal.h"

#include "loop_internal.h"
#include "transport_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Seconds, when there was no descriptor or memory for a connection. */
static const double ACCEPT_RETRY_DELAY = 1;

/* ---- who needs it ---- */

void server_let_go(struct server *server)
{
    if (--server->holds > 0)
        return;
    assert(server->connections == 0 && server->waiters == NULL);
    if (server->on_free != NULL)
        server->on_free(server->data);
    free(server);
}

void server_on_free(struct server *server, void (*on_free)(void *data))
{
    server->on_free = on_free;
}

/* Those who wait leave the list themselves. */
static void wake_waiters(struct server *server)
{
    struct server_wait_closed *waiter = server->waiters;

    for (; waiter != NULL; waiter = waiter->next)
        if (!future_done(&waiter->future))
            future_set_result(&waiter->future, NULL);
}

static void attach(struct server *server, struct transport *transport)
{
    transport->server = server;
    server->connections++;
    server->holds++;
}

void server_detach(struct server *server)
{
    if (--server->connections == 0 && server->count == 0)
        wake_waiters(server);
    server_let_go(server);
}

/* ---- accepting ---- */

/* In the pass after the accepting, as a task of asyncio's would. */
static void serve(void *data)
{
    struct transport *transport = data;
    struct server *server = transport->server;
    struct protocol *protocol = NULL;

    if (server->count > 0) /* it was not closed meanwhile */
        protocol = server->factory(server->data);
    if (protocol != NULL)
        transport_start(transport, protocol, NULL);
    else
        transport_end(transport, NULL);
}

static void accepted(struct server *server, int fd)
{
    struct transport *transport = transport_make(server->loop, fd);

    if (transport == NULL) {
        callback_raise(error_last());
        close(fd);
        return;
    }
    attach(server, transport);
    transport->begin = (struct handle){.callback = serve, .data = transport};
    loop_put_in_line(server->loop, &transport->begin);
}

static void on_connection(void *data);

static void accept_again(void *data)
{
    struct listener *listener = data;
    struct loop *loop = listener->server->loop;

    if (!loop_add_reader(loop, listener->fd, on_connection, listener))
        loop_call_later(loop, &listener->again, ACCEPT_RETRY_DELAY,
                        accept_again, listener);
}

/*
 * There is no room for a connection: it waits until some has come free. Its
 * socket would be readable all the time, so the loop may not look at it.
 */
static void rest(struct listener *listener, int error)
{
    struct loop *loop = listener->server->loop;

    if (loop_call_later(loop, &listener->again, ACCEPT_RETRY_DELAY,
                        accept_again, listener))
        loop_remove_reader(loop, listener->fd);
    /* This comes last: the handler may free the server. */
    loop_call_exception_handler(
        loop, &(struct error_context){
                  .message = "socket.accept() out of system resource",
                  .error = error_from_errno(error)});
}

static void accept_failed(struct listener *listener, int error)
{
    if (error == EMFILE || error == ENFILE || error == ENOBUFS ||
        error == ENOMEM)
        rest(listener, error);
    else if (error != EAGAIN && error != EWOULDBLOCK && error != EINTR &&
             error != ECONNABORTED) /* it was gone before we could take it */
        callback_raise(error_from_errno(error));
}

/* As many as wait, but not for ever: the others have their turn, too. */
static void on_connection(void *data)
{
    struct listener *listener = data;

    for (int i = 0; i < SERVER_BACKLOG; i++) {
        int fd =
            accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            accept_failed(listener, errno);
            return;
        }
        accepted(listener->server, fd);
    }
}

/* We accept until there is none left, and that one must not block. */
static bool start_listening(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           listen(fd, SERVER_BACKLOG) == 0;
}

bool server_start(struct server *server)
{
    for (size_t i = 0; i < server->count; i++)
        if (!start_listening(server->fds[i]))
            return error_raise(error_from_errno(errno));
    for (size_t i = 0; i < server->count; i++)
        if (!loop_add_reader(server->loop, server->fds[i], on_connection,
                             &server->listeners[i])) {
            while (i-- > 0)
                loop_remove_reader(server->loop, server->fds[i]);
            return false;
        }
    return true;
}

/* ---- about it ---- */

const int *server_sockets(const struct server *server, size_t *count)
{
    *count = server->count;
    return server->fds;
}

uint16_t server_port(const struct server *server)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address = {.any.sa_family = AF_UNSPEC};
    socklen_t size = sizeof address;

    if (server->count == 0 ||
        getsockname(server->fds[0], &address.any, &size) < 0)
        return 0;
    if (address.any.sa_family == AF_INET6)
        return ntohs(address.v6.sin6_port);
    return address.any.sa_family == AF_INET ? ntohs(address.v4.sin_port) : 0;
}

bool server_is_serving(const struct server *server)
{
    return server->count > 0;
}

/* ---- its end ---- */

static void forget(struct server *server)
{
    *server->link = server->next;
    if (server->next != NULL)
        server->next->link = server->link;
}

void server_close(struct server *server)
{
    size_t count = server->count;

    if (count == 0)
        return;
    server->count = 0;
    forget(server);
    for (size_t i = 0; i < count; i++) {
        loop_remove_reader(server->loop, server->fds[i]);
        timer_cancel(server->loop, &server->listeners[i].again);
        close(server->fds[i]);
    }
    if (server->forever != NULL)
        future_cancel(server->forever, NULL);
    server->forever = NULL;
    if (server->connections == 0)
        wake_waiters(server);
}

void server_free(struct server *server)
{
    if (server == NULL)
        return;
    server_close(server);
    server_let_go(server);
}

void servers_close(struct loop *loop)
{
    while (loop->servers != NULL)
        server_close(loop->servers);
}
