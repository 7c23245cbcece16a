/*
 * 53-drain-backpressure - stage 07: drain holds back a writer whose peer does
 * not read.
 */
#include "loop_support.h"
#include "stages/07-loop/event.h"
#include "stages/07-loop/streams.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>

static const double UNIT = 0.05;

enum { SIZE = 8 * 1024 * 1024 };

/*
 *     async def lazy_peer(reader, writer):
 *         await wake.wait()
 *         count = 0
 *         while chunk := await reader.read(65536):
 *             count += len(chunk)
 *         total.set_result(count)
 *         writer.close()
 */
struct lazy_peer {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct event *wake;
    struct future *total;
    struct event_wait wait;
    struct stream_read read;
    intptr_t count;
};

static struct future *lazy_peer(struct coroutine *co)
{
    struct lazy_peer *self = (struct lazy_peer *)co;

    CO_BEGIN(self);
    self->wait = event_wait(self->wake);
    CO_AWAIT(self, self->wait);
    do {
        self->read = stream_reader_read(self->reader, 65536);
        CO_AWAIT(self, self->read);
        self->count += (intptr_t)self->read.size;
    } while (self->read.size > 0);
    CO_CHECK(self, future_set_result(self->total, number_value(self->count)));
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    struct event wake;
    struct future total;
    struct server *server;
    struct async_open_connection open;
    struct stream_writer *writer;
    struct stream_writer_drain drain;
    struct task *drained;
    struct async_sleep sleep;
    struct stream_writer_wait_closed closed;
};

static struct lazy_peer lazy_peer_new(struct stream_reader *reader,
                                      struct stream_writer *writer,
                                      struct program *program)
{
    return (struct lazy_peer){.co = CO_INIT(lazy_peer),
                              .reader = reader,
                              .writer = writer,
                              .wake = &program->wake,
                              .total = &program->total};
}

static struct coroutine *serve(struct stream_reader *reader,
                               struct stream_writer *writer, void *program)
{
    return COROUTINE(lazy_peer_new(reader, writer, program));
}

static struct server *start_server(struct program *program)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    const int room = 65536;
    int listener =
        must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket");

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &room, sizeof room),
         "setsockopt");
    must(bind(listener, (struct sockaddr *)&address, sizeof address), "bind");
    return async_start_server_on(serve, program, listener, 1024);
}

static size_t buffered(struct stream_writer *writer)
{
    return transport_get_write_buffer_size(stream_writer_transport(writer));
}

static bool write_zeros(struct stream_writer *writer, size_t size)
{
    char *zeros = calloc(size, 1);
    bool written = zeros != NULL && stream_writer_write(writer, zeros, size);

    free(zeros);
    return written;
}

static bool write_two(struct stream_writer *writer)
{
    char one[] = "one", two[] = "two";

    return stream_writer_writelines(writer,
                                    (struct iovec[]){{one, 3}, {two, 3}}, 2);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->wake = event_new();
    self->total = future_new(async_get_running_loop());
    CO_CHECK(self, self->server = start_server(self));
    self->open = async_open_connection("127.0.0.1", server_port(self->server));
    CO_AWAIT(self, self->open);
    self->writer = self->open.writer;
    CO_CHECK(self, stream_writer_write(self->writer, "small", 5));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    printf("small write drained, buffered: %zu\n", buffered(self->writer));
    CO_CHECK(self, write_zeros(self->writer, SIZE));
    printf("big write returned, buffered a lot: %s\n",
           truth(buffered(self->writer) > 65536));
    CO_CHECK(self, self->drained = async_create_task(
                       COROUTINE(stream_writer_drain(self->writer))));
    self->sleep = async_sleep(2 * UNIT);
    CO_AWAIT(self, self->sleep);
    printf("peer asleep, drain done: %s\n", truth(is_done(self->drained)));
    event_set(&self->wake);
    CO_AWAIT(self, *self->drained);
    printf("peer awake, drain done: %s\n", truth(is_done(self->drained)));
    CO_CHECK(self, write_two(self->writer));
    printf("can end its half: %s\n",
           truth(stream_writer_can_write_eof(self->writer)));
    stream_writer_write_eof(self->writer);
    CO_AWAIT(self, self->total);
    printf("all bytes arrived: %s\n",
           truth(value_number(self->total.result) == 5 + SIZE + 6));
    stream_writer_close(self->writer);
    self->closed = stream_writer_wait_closed(self->writer);
    CO_AWAIT(self, self->closed);
    server_close(self->server);
    CO_FINALLY(self);
    task_free(self->drained);
    stream_writer_free(self->writer);
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
