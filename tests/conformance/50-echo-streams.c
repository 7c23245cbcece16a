/*
 * 50-echo-streams - stage 07: a server and three clients in one loop.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/streams.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const double UNIT = 0.02;

/*
 *     async def echo(reader, writer):
 *         data = await reader.read(1024)
 *         print("server got", data.decode())
 *         writer.write(data)
 *         await writer.drain()
 *         writer.close()
 *         await writer.wait_closed()
 */
struct echo {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read read;
    struct stream_writer_drain drain;
    struct stream_writer_wait_closed closed;
};

static struct future *echo(struct coroutine *co)
{
    struct echo *self = (struct echo *)co;

    CO_BEGIN(self);
    self->read = stream_reader_read(self->reader, 1024);
    CO_AWAIT(self, self->read);
    printf("server got %s\n", (char *)self->read.result);
    CO_CHECK(self, stream_writer_write(self->writer, self->read.result,
                                       self->read.size));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    stream_writer_close(self->writer);
    self->closed = stream_writer_wait_closed(self->writer);
    CO_AWAIT(self, self->closed);
    CO_FINALLY(self);
    CO_END(self);
}

static struct echo echo_new(struct stream_reader *reader,
                            struct stream_writer *writer)
{
    return (struct echo){
        .co = CO_INIT(echo), .reader = reader, .writer = writer};
}

static struct coroutine *serve_echo(struct stream_reader *reader,
                                    struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(echo_new(reader, writer));
}

/* async def client(port, text, units): */
struct client {
    struct coroutine co;
    void *result;
    uint16_t port;
    const char *text;
    int units;
    struct async_sleep sleep;
    struct async_open_connection open;
    struct stream_read read;
    struct stream_writer_drain drain;
    struct stream_writer_wait_closed closed;
};

static uint16_t peer_port(struct stream_writer *writer)
{
    struct sockaddr_in address = {0};
    socklen_t size = sizeof address;

    stream_writer_get_peername(writer, (struct sockaddr *)&address, &size);
    return ntohs(address.sin_port);
}

static struct future *client(struct coroutine *co)
{
    struct client *self = (struct client *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    self->open = async_open_connection("127.0.0.1", self->port);
    CO_AWAIT(self, self->open);
    printf("connected to the right port: %s\n",
           truth(peer_port(self->open.writer) == self->port));
    CO_CHECK(self, stream_writer_write(self->open.writer, self->text,
                                       strlen(self->text)));
    self->drain = stream_writer_drain(self->open.writer);
    CO_AWAIT(self, self->drain);
    self->read = stream_reader_read(self->open.reader, 1024);
    CO_AWAIT(self, self->read);
    printf("client got %s then ", (char *)self->read.result);
    self->read = stream_reader_read(self->open.reader, STREAM_ALL);
    CO_AWAIT(self, self->read);
    printf("%zu bytes\n", self->read.size);
    printf("at eof: %s\n", truth(stream_reader_at_eof(self->open.reader)));
    stream_writer_close(self->open.writer);
    self->closed = stream_writer_wait_closed(self->open.writer);
    CO_AWAIT(self, self->closed);
    printf("closing flag: %s\n",
           truth(stream_writer_is_closing(self->open.writer)));
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct client client_new(uint16_t port, const char *text, int units)
{
    return (struct client){
        .co = CO_INIT(client), .port = port, .text = text, .units = units};
}

struct program {
    struct coroutine co;
    void *result;
    struct async_start_server start;
    struct server *server;
    struct future *clients;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    uint16_t port;

    CO_BEGIN(self);
    step_time_over_sockets(async_get_running_loop());
    self->start = async_start_server(serve_echo, NULL, "127.0.0.1", 0);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    port = server_port(self->server);
    printf("serving: %s port chosen: %s\n",
           truth(server_is_serving(self->server)), truth(port > 0));
    CO_CHECK(self,
             self->clients = async_gather(
                 (struct coroutine *[]){COROUTINE(client_new(port, "gamma", 5)),
                                        COROUTINE(client_new(port, "alpha", 1)),
                                        COROUTINE(client_new(port, "beta", 3))},
                 3));
    CO_AWAIT(self, *self->clients);
    server_close(self->server);
    printf("serving: %s\n", truth(server_is_serving(self->server)));
    CO_FINALLY(self);
    future_free(self->clients);
    server_free(self->server);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
