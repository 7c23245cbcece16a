/*
 * 51-stream-reads - stage 07: the ways to read a stream.
 */
#include "loop_support.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <string.h>

static const double UNIT = 0.01;

static const char *const PIECES[] = {
    "first li", "ne\nse", "cond line\n12", "345678", "key=va", "lue;", "tail"};

enum { PIECE_COUNT = sizeof PIECES / sizeof PIECES[0] };

/*
 *     async def sender(reader, writer):
 *         for piece in PIECES:
 *             writer.write(piece.encode())
 *             await writer.drain()
 *             await asyncio.sleep(UNIT)
 *         writer.write_eof()
 *         await reader.read()
 *         writer.close()
 */
struct sender {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    size_t i;
    struct stream_writer_drain drain;
    struct async_sleep sleep;
    struct stream_read read;
};

static struct future *sender(struct coroutine *co)
{
    struct sender *self = (struct sender *)co;

    CO_BEGIN(self);
    for (; self->i < PIECE_COUNT; self->i++) {
        CO_CHECK(self, stream_writer_write(self->writer, PIECES[self->i],
                                           strlen(PIECES[self->i])));
        self->drain = stream_writer_drain(self->writer);
        CO_AWAIT(self, self->drain);
        self->sleep = async_sleep(UNIT);
        CO_AWAIT(self, self->sleep);
    }
    stream_writer_write_eof(self->writer);
    self->read = stream_reader_read(self->reader, STREAM_ALL);
    CO_AWAIT(self, self->read);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct sender sender_new(struct stream_reader *reader,
                                struct stream_writer *writer)
{
    return (struct sender){
        .co = CO_INIT(sender), .reader = reader, .writer = writer};
}

static struct coroutine *send_pieces(struct stream_reader *reader,
                                     struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(sender_new(reader, writer));
}

/* repr(text) */
static void print_repr(const char *text)
{
    putchar('\'');
    for (; *text != '\0'; text++)
        if (*text == '\n')
            printf("\\n");
        else
            putchar(*text);
    putchar('\'');
}

/* Prints what a read gave, or how far it came: partial() of the Python. */
static void print_read(const char *label, const struct stream_read *read)
{
    bool failed = error_is(read->co.error, &error_incomplete_read);

    printf("%s %s", label, failed ? "incomplete: " : "");
    print_repr(read->result);
    if (failed && read->wanted > 0)
        printf(" expected %zu", read->wanted);
    else if (failed)
        printf(" expected any");
    printf("\n");
}

static void print_at_eof(const struct stream_reader *reader)
{
    printf("at eof: %s\n", truth(stream_reader_at_eof(reader)));
}

struct program {
    struct coroutine co;
    void *result;
    struct async_start_server start;
    struct server *server;
    struct async_open_connection open;
    struct stream_reader *reader;
    struct stream_read read;
    struct stream_writer_wait_closed closed;
    struct server_wait_closed server_closed;
    struct stream_reader hand_fed;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->start = async_start_server(send_pieces, NULL, "127.0.0.1", 0);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    self->open = async_open_connection("127.0.0.1", server_port(self->server));
    CO_AWAIT(self, self->open);
    self->reader = self->open.reader;

    self->read = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->read);
    print_read("readline", &self->read);
    self->read = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->read);
    print_read("readline", &self->read);
    self->read = stream_reader_readexactly(self->reader, 8);
    CO_AWAIT(self, self->read);
    print_read("readexactly 8", &self->read);
    self->read = stream_reader_readuntil(self->reader, ";", 1);
    CO_AWAIT(self, self->read);
    print_read("readuntil ;", &self->read);
    print_at_eof(self->reader);
    self->read = stream_reader_readexactly(self->reader, 10);
    CO_TRY_AWAIT(self, self->read);
    print_read("readexactly 10", &self->read);
    print_at_eof(self->reader);
    self->read = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->read);
    print_read("readline", &self->read);
    self->read = stream_reader_read(self->reader, 5);
    CO_AWAIT(self, self->read);
    print_read("read", &self->read);
    self->read = stream_reader_readuntil(self->reader, "\n", 1);
    CO_TRY_AWAIT(self, self->read);
    print_read("readuntil", &self->read);

    stream_writer_close(self->open.writer);
    self->closed = stream_writer_wait_closed(self->open.writer);
    CO_AWAIT(self, self->closed);
    server_close(self->server);
    self->server_closed = server_wait_closed(self->server);
    CO_AWAIT(self, self->server_closed);

    CO_CHECK(self, stream_reader_init(&self->hand_fed, async_get_running_loop(),
                                      STREAM_LIMIT));
    CO_CHECK(self,
             stream_reader_feed_data(&self->hand_fed, "no newline here", 15));
    stream_reader_feed_eof(&self->hand_fed);
    print_at_eof(&self->hand_fed);
    self->read = stream_reader_readline(&self->hand_fed);
    CO_AWAIT(self, self->read);
    print_read("readline", &self->read);
    print_at_eof(&self->hand_fed);
    CO_FINALLY(self);
    stream_reader_close(&self->hand_fed);
    stream_writer_free(self->open.writer);
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
