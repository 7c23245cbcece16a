/*
 * server_wait.c - see server.h: awaiting a server's end.
 *
 *     async def wait_closed(self):
 *         if self._sockets is None:
 *             return
 *         waiter = self._loop.create_future()
 *         self._waiters.append(waiter)
 *         await waiter
 *
 *     async def serve_forever(self):
 *         self._serving_forever_fut = self._loop.create_future()
 *         try:
 *             await self._serving_forever_fut
 *         finally:
 *             self.close()
 */
#include "server_internal.h"

/* ---- its end ---- */

static void begin_wait(struct server_wait_closed *self)
{
    struct server_wait_closed **link = &self->server->waiters;

    self->future = future_new(self->server->loop);
    self->server->holds++;
    while (*link != NULL) /* the last in the queue */
        link = &(*link)->next;
    *link = self;
    self->link = link;
}

static void end_wait(struct server_wait_closed *self)
{
    if (self->link == NULL)
        return;
    *self->link = self->next;
    if (self->next != NULL)
        self->next->link = self->link;
    server_let_go(self->server);
}

static struct future *wait_closed(struct coroutine *co)
{
    struct server_wait_closed *self = (struct server_wait_closed *)co;

    CO_BEGIN(self);
    if (server_is_serving(self->server)) {
        begin_wait(self);
        CO_AWAIT(self, self->future);
    }
    CO_FINALLY(self);
    end_wait(self);
    CO_END(self);
}

struct server_wait_closed server_wait_closed(struct server *server)
{
    return (struct server_wait_closed){.co = CO_INIT(wait_closed),
                                       .server = server};
}

/* ---- for ever ---- */

static bool begin_serving(struct server_serve_forever *self)
{
    static const struct error twice =
        ERROR(&error_runtime, "the server is already being awaited on "
                              "serve_forever()");
    static const struct error closed =
        ERROR(&error_runtime, "the server is closed");

    if (self->server->forever != NULL)
        return error_raise(&twice);
    if (!server_is_serving(self->server))
        return error_raise(&closed);
    self->future = future_new(self->server->loop);
    self->server->forever = &self->future;
    self->server->holds++;
    return self->serves = true;
}

static struct future *serve_forever(struct coroutine *co)
{
    struct server_serve_forever *self = (struct server_serve_forever *)co;

    CO_BEGIN(self);
    CO_CHECK(self, begin_serving(self));
    CO_AWAIT(self, self->future);
    CO_FINALLY(self);
    if (self->serves) {
        server_close(self->server);
        server_let_go(self->server);
    }
    CO_END(self);
}

struct server_serve_forever server_serve_forever(struct server *server)
{
    return (struct server_serve_forever){.co = CO_INIT(serve_forever),
                                         .server = server};
}
