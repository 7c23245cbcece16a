/*
 * echo-server.c - says back whatever it hears, to any number of clients at
 * once: `echo-server [PORT]`. Ctrl-C ends it.
 */
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <stdlib.h>

/*
 *     async def echo(reader, writer):
 *         while data := await reader.read(4096):
 *             writer.write(data)
 *             await writer.drain()
 *         writer.close()
 */
struct echo {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read read;
    struct stream_writer_drain drain;
};

static struct future *echo(struct coroutine *co)
{
    struct echo *self = (struct echo *)co;

    CO_BEGIN(self);
    for (;;) {
        self->read = stream_reader_read(self->reader, 4096);
        CO_AWAIT(self, self->read);
        if (self->read.size == 0)
            break;
        CO_CHECK(self, stream_writer_write(self->writer, self->read.result,
                                           self->read.size));
        self->drain = stream_writer_drain(self->writer);
        CO_AWAIT(self, self->drain);
    }
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct echo echo_new(struct stream_reader *reader,
                            struct stream_writer *writer)
{
    return (struct echo){
        .co = CO_INIT(echo), .reader = reader, .writer = writer};
}

static struct coroutine *on_client(struct stream_reader *reader,
                                   struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(echo_new(reader, writer));
}

/*
 *     async def serve(port):
 *         server = await asyncio.start_server(echo, "127.0.0.1", port)
 *         print("listening on port", ...)
 *         await server.serve_forever()
 */
struct serve {
    struct coroutine co;
    void *result;
    uint16_t port;
    struct async_start_server start;
    struct server *server;
    struct server_serve_forever forever;
};

static struct future *serve(struct coroutine *co)
{
    struct serve *self = (struct serve *)co;

    CO_BEGIN(self);
    self->start = async_start_server(on_client, NULL, "127.0.0.1", self->port);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    printf("listening on port %u\n", server_port(self->server));
    fflush(stdout);
    self->forever = server_serve_forever(self->server);
    CO_AWAIT(self, self->forever);
    CO_FINALLY(self);
    server_free(self->server);
    CO_END(self);
}

static struct serve serve_new(uint16_t port)
{
    return (struct serve){.co = CO_INIT(serve), .port = port};
}

int main(int argc, char **argv)
{
    uint16_t port = argc > 1 ? (uint16_t)atoi(argv[1]) : 8888;

    if (async_run(COROUTINE(serve_new(port)), NULL) ||
        error_is(error_last(), &error_keyboard_interrupt))
        return EXIT_SUCCESS;
    fprintf(stderr, "echo-server: %s\n", error_message(error_last()));
    return EXIT_FAILURE;
}
