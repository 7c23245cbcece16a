/*
 * stream_open.c - see streams.h: clients and servers.
 *
 *     async def open_connection(host, port, *, limit):
 *         reader = StreamReader(limit=limit)
 *         protocol = StreamReaderProtocol(reader)
 *         transport, _ = await loop.create_connection(
 *             lambda: protocol, host, port)
 *         writer = StreamWriter(transport, protocol, reader)
 *         return reader, writer
 */
#include "streams_internal.h"

#include "loop_internal.h"
#include "transport_internal.h"

#include <stdlib.h>

static bool check_limit(size_t limit)
{
    static const struct error no_limit =
        ERROR(&error_value, "Limit cannot be <= 0");

    return limit > 0 || error_raise(&no_limit);
}

/* ---- clients ---- */

static struct protocol *make_for_client(void *data)
{
    struct async_open_connection *self = data;

    self->writer = stream_writer_new(self->loop, self->limit);
    if (self->writer == NULL)
        return NULL;
    stream_writer_hold(self->writer); /* the transport's */
    return &self->writer->protocol;
}

static bool begin_connect(struct async_open_connection *self)
{
    self->loop = async_get_running_loop();
    if (self->loop == NULL || !check_limit(self->limit))
        return false;
    self->connect = self->path != NULL
                        ? loop_create_unix_connection(
                              self->loop, make_for_client, self, self->path)
                        : loop_create_connection(self->loop, make_for_client,
                                                 self, self->host, self->port);
    return true;
}

/* Given up before it has begun, the connection closes itself. */
static struct future *open_connection(struct coroutine *co)
{
    struct async_open_connection *self = (struct async_open_connection *)co;

    CO_BEGIN(self);
    CO_CHECK(self, begin_connect(self));
    CO_AWAIT(self, self->connect);
    self->reader = &self->writer->reader;
    self->result = self->writer;
    CO_FINALLY(self);
    if (self->co.error != NULL) {
        stream_writer_free(self->writer);
        self->writer = NULL;
    }
    CO_END(self);
}

struct async_open_connection async_open_connection(const char *host,
                                                   uint16_t port)
{
    return (struct async_open_connection){.co = CO_INIT(open_connection),
                                          .host = host,
                                          .port = port,
                                          .limit = STREAM_LIMIT};
}

struct async_open_connection async_open_unix_connection(const char *path)
{
    return (struct async_open_connection){
        .co = CO_INIT(open_connection), .path = path, .limit = STREAM_LIMIT};
}

struct stream_writer *async_open_socket(struct loop *loop, int fd)
{
    struct async_open_connection open = {.loop = loop, .limit = STREAM_LIMIT};
    struct transport *transport =
        transport_open(loop, make_for_client, &open, fd, NULL);

    if (transport == NULL) {
        const struct error *why = error_last();
        stream_writer_free(open.writer);
        return error_raise_null(why);
    }
    stream_writer_set_transport(open.writer, transport);
    return open.writer;
}

/* ---- servers ---- */

/* What a server needs to know for each of its connections. */
struct stream_server {
    struct loop *loop;
    stream_handler *handler;
    void *data;
    size_t limit;
};

/* The task is over, or never will be (NULL): so is the connection. */
static void on_handled(struct future *future, void *data)
{
    struct stream_writer *writer = data;
    const struct error *error;

    if (future != NULL && future_error(future, &error) && error != NULL)
        loop_call_exception_handler(
            future->loop,
            &(struct error_context){
                .message = "Unhandled exception in client_connected_cb",
                .error = error,
                .task = future_task(future)});
    stream_writer_free(writer);
    stream_writer_let_go(writer);
}

static void handle(struct stream_writer *writer)
{
    struct stream_server *server = writer->server;
    struct task *task = NULL;

    struct coroutine *object =
        server->handler(&writer->reader, writer, server->data);
    if (object != NULL)
        task = loop_create_task(server->loop, object);
    if (task == NULL) {
        stream_writer_free(writer);
        return;
    }
    stream_writer_hold(writer);
    future_watch(&task->future, &writer->handled, on_handled, writer);
    task_free(task); /* the loop holds it until it is done */
}

static struct protocol *make_for_server(void *data)
{
    struct stream_server *server = data;
    struct stream_writer *writer =
        stream_writer_new(server->loop, server->limit);

    if (writer == NULL)
        return NULL;
    stream_writer_hold(writer); /* the transport's */
    writer->on_connected = handle;
    writer->server = server;
    return &writer->protocol;
}

static struct stream_server *server_data_new(stream_handler *handler,
                                             void *data, size_t limit)
{
    struct loop *loop = async_get_running_loop();
    struct stream_server *server;

    if (loop == NULL || !check_limit(limit))
        return NULL;
    if ((server = malloc(sizeof *server)) == NULL)
        return error_raise_null(&error_memory);
    *server = (struct stream_server){loop, handler, data, limit};
    return server;
}

/* The server has its data with it; or there is no server, and no data. */
static struct server *own_data(struct server *server,
                               struct stream_server *data)
{
    if (server != NULL)
        server_on_free(server, free);
    else
        free(data);
    return server;
}

static bool begin_start(struct async_start_server *self)
{
    struct stream_server *own =
        server_data_new(self->handler, self->data, self->limit);

    if (own == NULL)
        return false;
    self->create = loop_create_server(own->loop, make_for_server, own,
                                      self->host, self->port);
    return true;
}

static struct future *start_server(struct coroutine *co)
{
    struct async_start_server *self = (struct async_start_server *)co;

    CO_BEGIN(self);
    CO_CHECK(self, begin_start(self));
    CO_TRY_AWAIT(self, self->create);
    self->result = own_data(self->create.result, self->create.data);
    self->co.error = self->create.co.error;
    CO_FINALLY(self);
    CO_END(self);
}

struct async_start_server async_start_server(stream_handler *handler,
                                             void *data, const char *host,
                                             uint16_t port)
{
    return (struct async_start_server){.co = CO_INIT(start_server),
                                       .host = host,
                                       .port = port,
                                       .limit = STREAM_LIMIT,
                                       .handler = handler,
                                       .data = data};
}

struct server *async_start_server_on(stream_handler *handler, void *data,
                                     int fd, size_t limit)
{
    struct stream_server *own = server_data_new(handler, data, limit);

    if (own == NULL)
        return NULL;
    return own_data(
        loop_create_server_on(own->loop, make_for_server, own, &fd, 1), own);
}

struct server *async_start_unix_server(stream_handler *handler, void *data,
                                       const char *path, size_t limit)
{
    struct stream_server *own = server_data_new(handler, data, limit);

    if (own == NULL)
        return NULL;
    return own_data(
        loop_create_unix_server(own->loop, make_for_server, own, path), own);
}
