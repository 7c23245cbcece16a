/*
 * dial.c - see connect.h: from a name to a socket, and on to a transport.
 *
 *     async def create_connection(self, protocol_factory, host, port):
 *         infos = await self._ensure_resolved((host, port))
 *         sock = await staggered_race(...)
 *         protocol = protocol_factory()
 *         waiter = self.create_future()
 *         transport = self._make_socket_transport(sock, protocol, waiter)
 *         await waiter
 *         return transport, protocol
 */
#include "connect.h"
#include "transport_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* ---- dialling ---- */

static struct future *dial(struct coroutine *co)
{
    struct loop_dial *self = (struct loop_dial *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->addresses);
    self->connect.list = self->addresses.result;
    CO_AWAIT(self, self->connect);
    self->result = self->connect.result;
    CO_FINALLY(self);
    loop_getaddrinfo_free(&self->addresses);
    CO_END(self);
}

struct loop_dial loop_dial(struct loop *loop, const char *host, uint16_t port)
{
    return (struct loop_dial){.co = CO_INIT(dial),
                              .addresses =
                                  loop_getaddrinfo(loop, host, port, 0),
                              .connect = loop_connect_any(loop, NULL)};
}

bool connect_unix_address(const char *path, struct sockaddr_un *address)
{
    static const struct error too_long = {
        &error_os, NULL, "AF_UNIX path too long", ENAMETOOLONG};

    if (path[0] == '\0') /* to Linux this is another kind of name */
        return error_raise(error_from_errno(ENOENT));
    if (strlen(path) >= sizeof address->sun_path)
        return error_raise(&too_long);
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    strcpy(address->sun_path, path);
    return true;
}

static bool open_unix_socket(struct loop_dial_unix *self)
{
    if (!connect_unix_address(self->path, &self->address))
        return false;
    self->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return self->fd >= 0 || error_raise(error_from_errno(errno));
}

static struct future *dial_unix(struct coroutine *co)
{
    struct loop_dial_unix *self = (struct loop_dial_unix *)co;

    CO_BEGIN(self);
    CO_CHECK(self, open_unix_socket(self));
    self->connect = loop_sock_connect(self->loop, self->fd,
                                      (struct sockaddr *)&self->address,
                                      sizeof self->address);
    CO_AWAIT(self, self->connect);
    self->result = number_value(self->fd);
    CO_FINALLY(self);
    if (self->co.error != NULL && self->fd >= 0)
        close(self->fd);
    CO_END(self);
}

struct loop_dial_unix loop_dial_unix(struct loop *loop, const char *path)
{
    return (struct loop_dial_unix){
        .co = CO_INIT(dial_unix), .loop = loop, .path = path, .fd = -1};
}

/* ---- and on to a transport ---- */

static bool open_transport(struct loop_connect_accepted_socket *self)
{
    self->begun = future_new(self->loop);
    self->transport = transport_open(self->loop, self->factory, self->data,
                                     self->fd, &self->begun);
    if (self->transport == NULL)
        return false;
    self->transport->opener = &self->transport;
    return true;
}

/* Nobody waits for it any more; if we fail there is nobody who has it. */
static void leave_transport(struct loop_connect_accepted_socket *self)
{
    if (self->transport == NULL)
        return;
    self->transport->opener = NULL;
    if (self->co.error != NULL)
        transport_give_up(self->transport);
}

static struct future *connect_accepted(struct coroutine *co)
{
    struct loop_connect_accepted_socket *self =
        (struct loop_connect_accepted_socket *)co;

    CO_BEGIN(self);
    CO_CHECK(self, open_transport(self));
    CO_AWAIT(self, self->begun);
    self->result = self->transport;
    CO_FINALLY(self);
    leave_transport(self);
    CO_END(self);
}

struct loop_connect_accepted_socket
loop_connect_accepted_socket(struct loop *loop, protocol_factory *factory,
                             void *data, int fd)
{
    return (struct loop_connect_accepted_socket){.co =
                                                     CO_INIT(connect_accepted),
                                                 .loop = loop,
                                                 .factory = factory,
                                                 .data = data,
                                                 .fd = fd};
}

static struct future *create_connection(struct coroutine *co)
{
    struct loop_create_connection *self = (struct loop_create_connection *)co;
    void *fd;

    CO_BEGIN(self);
    if (self->is_unix) {
        CO_AWAIT(self, self->dial_unix);
        fd = self->dial_unix.result;
    } else {
        CO_AWAIT(self, self->dial);
        fd = self->dial.result;
    }
    self->open = loop_connect_accepted_socket(
        self->loop, self->factory, self->data, (int)value_number(fd));
    CO_AWAIT(self, self->open);
    self->result = self->open.result;
    CO_FINALLY(self);
    CO_END(self);
}

static struct loop_create_connection
connection_new(struct loop *loop, protocol_factory *factory, void *data)
{
    return (struct loop_create_connection){.co = CO_INIT(create_connection),
                                           .loop = loop,
                                           .factory = factory,
                                           .data = data};
}

struct loop_create_connection
loop_create_connection(struct loop *loop, protocol_factory *factory, void *data,
                       const char *host, uint16_t port)
{
    struct loop_create_connection self = connection_new(loop, factory, data);

    self.dial = loop_dial(loop, host, port);
    return self;
}

struct loop_create_connection
loop_create_unix_connection(struct loop *loop, protocol_factory *factory,
                            void *data, const char *path)
{
    struct loop_create_connection self = connection_new(loop, factory, data);

    self.is_unix = true;
    self.dial_unix = loop_dial_unix(loop, path);
    return self;
}
