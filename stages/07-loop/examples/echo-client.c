/*
 * echo-client.c - says each word to an echo server, and prints what comes
 * back: `echo-client PORT WORD...`
 */
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 *     async def talk(port, words):
 *         reader, writer = await asyncio.open_connection("127.0.0.1", port)
 *         for word in words:
 *             writer.write(word.encode() + b"\n")
 *             await writer.drain()
 *             print((await reader.readline()).decode(), end="")
 *         writer.close()
 *         await writer.wait_closed()
 */
struct talk {
    struct coroutine co;
    void *result;
    uint16_t port;
    char **words; /* NULL behind the last */
    struct async_open_connection open;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_writer_drain drain;
    struct stream_read line;
    struct stream_writer_wait_closed closed;
};

static bool write_line(struct stream_writer *writer, const char *word)
{
    return stream_writer_write(writer, word, strlen(word)) &&
           stream_writer_write(writer, "\n", 1);
}

static struct future *talk(struct coroutine *co)
{
    struct talk *self = (struct talk *)co;

    CO_BEGIN(self);
    self->open = async_open_connection("127.0.0.1", self->port);
    CO_AWAIT(self, self->open);
    self->reader = self->open.reader;
    self->writer = self->open.writer;
    for (; *self->words != NULL; self->words++) {
        CO_CHECK(self, write_line(self->writer, *self->words));
        self->drain = stream_writer_drain(self->writer);
        CO_AWAIT(self, self->drain);
        self->line = stream_reader_readline(self->reader);
        CO_AWAIT(self, self->line);
        printf("%s", (char *)self->line.result);
    }
    stream_writer_close(self->writer);
    self->closed = stream_writer_wait_closed(self->writer);
    CO_AWAIT(self, self->closed);
    CO_FINALLY(self);
    stream_writer_free(self->writer);
    CO_END(self);
}

static struct talk talk_new(uint16_t port, char **words)
{
    return (struct talk){.co = CO_INIT(talk), .port = port, .words = words};
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "Usage: echo-client PORT WORD...\n");
        return 2;
    }
    if (async_run(COROUTINE(talk_new((uint16_t)atoi(argv[1]), argv + 2)), NULL))
        return EXIT_SUCCESS;
    fprintf(stderr, "echo-client: %s\n", error_message(error_last()));
    return EXIT_FAILURE;
}
