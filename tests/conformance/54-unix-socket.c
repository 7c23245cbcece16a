/*
 * 54-unix-socket - stage 07: the same streams over a Unix domain socket.
 */
#include "loop_support.h"
#include "stages/07-loop/streams.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 *     async def shout(reader, writer):
 *         line = await reader.readline()
 *         writer.write(line.upper())
 *         await writer.drain()
 *         writer.close()
 */
struct shout {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read line;
    struct stream_writer_drain drain;
};

static char *upper(char *text)
{
    for (char *c = text; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    return text;
}

static struct future *shout(struct coroutine *co)
{
    struct shout *self = (struct shout *)co;

    CO_BEGIN(self);
    self->line = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->line);
    CO_CHECK(self, stream_writer_write(self->writer, upper(self->line.result),
                                       self->line.size));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct shout shout_new(struct stream_reader *reader,
                              struct stream_writer *writer)
{
    return (struct shout){
        .co = CO_INIT(shout), .reader = reader, .writer = writer};
}

static struct coroutine *serve(struct stream_reader *reader,
                               struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(shout_new(reader, writer));
}

/*
 *     async def ask(path, text):
 *         reader, writer = await asyncio.open_unix_connection(path)
 *         writer.write(text.encode() + b"\n")
 *         reply = await reader.readline()
 *         print("asked", text, "got", reply.decode().strip())
 *         writer.close()
 *         await writer.wait_closed()
 */
struct ask {
    struct coroutine co;
    void *result;
    const char *path, *text;
    struct async_open_connection open;
    struct stream_read reply;
    struct stream_writer_wait_closed closed;
};

static struct future *ask(struct coroutine *co)
{
    struct ask *self = (struct ask *)co;

    CO_BEGIN(self);
    self->open = async_open_unix_connection(self->path);
    CO_AWAIT(self, self->open);
    CO_CHECK(self, stream_writer_write(self->open.writer, self->text,
                                       strlen(self->text)));
    CO_CHECK(self, stream_writer_write(self->open.writer, "\n", 1));
    self->reply = stream_reader_readline(self->open.reader);
    CO_AWAIT(self, self->reply);
    printf("asked %s got %s", self->text, (char *)self->reply.result);
    stream_writer_close(self->open.writer);
    self->closed = stream_writer_wait_closed(self->open.writer);
    CO_AWAIT(self, self->closed);
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct ask ask_new(const char *path, const char *text)
{
    return (struct ask){.co = CO_INIT(ask), .path = path, .text = text};
}

struct program {
    struct coroutine co;
    void *result;
    char folder[32], path[64];
    struct server *server;
    struct ask ask;
    struct server_wait_closed closed;
    struct async_open_connection open;
};

static bool make_folder(struct program *self)
{
    strcpy(self->folder, "/tmp/unix-socket-XXXXXX");
    if (mkdtemp(self->folder) == NULL)
        return false;
    snprintf(self->path, sizeof self->path, "%s/talk", self->folder);
    return true;
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, make_folder(self));
    CO_CHECK(self, self->server = async_start_unix_server(
                       serve, NULL, self->path, STREAM_LIMIT));
    printf("socket is there: %s\n", truth(access(self->path, F_OK) == 0));
    self->ask = ask_new(self->path, "quiet");
    CO_AWAIT(self, self->ask);
    self->ask = ask_new(self->path, "louder");
    CO_AWAIT(self, self->ask);
    server_close(self->server);
    self->closed = server_wait_closed(self->server);
    CO_AWAIT(self, self->closed);
    self->open = async_open_unix_connection(self->path);
    CO_TRY_AWAIT(self, self->open);
    if (error_is(self->open.co.error, &error_os))
        printf("closed server cannot be reached\n");
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    server_free(self->server);
    unlink(self->path);
    rmdir(self->folder);
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
