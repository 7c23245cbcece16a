/*
 * 57-http-three-hosts - stage 07: the headers of three hosts at once.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <string.h>

static const double UNIT = 0.05;

struct host {
    const char *name;
    int delay;          /* units */
    const char *status; /* NULL: the reply is cut short */
};

static struct host HOSTS[] = {{"salty.test", 2, "200 OK"},
                              {"sour.test", 1, "302 Moved"},
                              {"sweet.test", 3, NULL}};

enum { COUNT = 3 };

/* Whether a line has nothing but its end: not line.strip() */
static bool is_blank(const struct stream_read *line)
{
    return strspn(line->result, "\r\n") == line->size;
}

/*
 *     async def handle(reader, writer):
 *         while (await reader.readline()).strip():
 *             pass
 *         await asyncio.sleep(DELAY[name] * UNIT)
 *         writer.write(...)
 *         await writer.drain()
 *         writer.close()
 */
struct handler {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    const struct host *host;
    struct stream_read line;
    struct async_sleep sleep;
    struct stream_writer_drain drain;
};

static bool write_reply(struct stream_writer *writer, const struct host *host)
{
    char reply[128] = "HTTP/1.0 200 OK\r\nServer: cut-sh";

    if (host->status != NULL)
        snprintf(reply, sizeof reply,
                 "HTTP/1.0 %s\r\nServer: %s demo\r\n"
                 "Content-Length: 4\r\n\r\nbody",
                 host->status, host->name);
    return stream_writer_write(writer, reply, strlen(reply));
}

static struct future *handler(struct coroutine *co)
{
    struct handler *self = (struct handler *)co;

    CO_BEGIN(self);
    do {
        self->line = stream_reader_readline(self->reader);
        CO_AWAIT(self, self->line);
    } while (!is_blank(&self->line));
    self->sleep = async_sleep(self->host->delay * UNIT);
    CO_AWAIT(self, self->sleep);
    CO_CHECK(self, write_reply(self->writer, self->host));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct handler handler_new(struct stream_reader *reader,
                                  struct stream_writer *writer,
                                  const struct host *host)
{
    return (struct handler){.co = CO_INIT(handler),
                            .reader = reader,
                            .writer = writer,
                            .host = host};
}

static struct coroutine *serve(struct stream_reader *reader,
                               struct stream_writer *writer, void *host)
{
    return COROUTINE(handler_new(reader, writer, host));
}

/*
 *     async def fetch(name, port):
 *         print("fetching", name)
 *         reader, writer = await asyncio.open_connection("127.0.0.1", port)
 *         writer.write(...)
 *         await writer.drain()
 *         while line := (await reader.readline()).decode().rstrip():
 *             print(name, "header >", line)
 *         writer.close()
 */
struct fetch {
    struct coroutine co;
    void *result;
    const char *name;
    uint16_t port;
    struct async_open_connection open;
    struct stream_writer_drain drain;
    struct stream_read line;
};

static bool write_request(struct stream_writer *writer, const char *host)
{
    char request[128];

    snprintf(request, sizeof request, "GET / HTTP/1.0\r\nHost: %s\r\n\r\n",
             host);
    return stream_writer_write(writer, request, strlen(request));
}

static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;

    CO_BEGIN(self);
    printf("fetching %s\n", self->name);
    self->open = async_open_connection("127.0.0.1", self->port);
    CO_AWAIT(self, self->open);
    CO_CHECK(self, write_request(self->open.writer, self->name));
    self->drain = stream_writer_drain(self->open.writer);
    CO_AWAIT(self, self->drain);
    for (;;) {
        self->line = stream_reader_readline(self->open.reader);
        CO_AWAIT(self, self->line);
        if (is_blank(&self->line))
            break;
        printf("%s header > %.*s\n", self->name,
               (int)strcspn(self->line.result, "\r\n"),
               (char *)self->line.result);
    }
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct fetch fetch_new(const char *name, struct server *server)
{
    return (struct fetch){
        .co = CO_INIT(fetch), .name = name, .port = server_port(server)};
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct async_start_server start;
    struct server *servers[COUNT];
    double zero;
    struct future *all;
};

static struct future *fetch_all(struct server *servers[])
{
    struct coroutine *fetches[COUNT];

    for (int i = 0; i < COUNT; i++)
        fetches[i] = COROUTINE(fetch_new(HOSTS[i].name, servers[i]));
    return async_gather(fetches, COUNT);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time_over_sockets(async_get_running_loop());
    for (; self->i < COUNT; self->i++) {
        self->start =
            async_start_server(serve, &HOSTS[self->i], "127.0.0.1", 0);
        CO_AWAIT(self, self->start);
        self->servers[self->i] = self->start.result;
    }
    self->zero = loop_time(async_get_running_loop());
    CO_CHECK(self, self->all = fetch_all(self->servers));
    CO_AWAIT(self, *self->all);
    printf("units: %d\n", units_since(self->zero, UNIT));
    CO_FINALLY(self);
    future_free(self->all);
    for (int i = 0; i < COUNT; i++)
        server_free(self->servers[i]);
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
