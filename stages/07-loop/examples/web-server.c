/*
 * web-server.c - `/` and `/hello/NAME`, each answer a while after its request:
 * `web-server [PORT [SECONDS]]`. Ctrl-C ends it.
 */
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double delay = 0.5; /* seconds */

/* The name as text, whatever it is: <script> must not become one. */
static void greet(const char *name, char *body, size_t size)
{
    size_t length = (size_t)snprintf(body, size, "<h1>hello, ");

    for (; *name != '\0' && length + 16 < size; name++)
        length += (size_t)snprintf(
            body + length, size - length,
            strchr("<>&\"'", *name) != NULL ? "&#%d;" : "%c", *name);
    snprintf(body + length, size - length, "!</h1>");
}

/* What is answered to a target. Returns the status line's end. */
static const char *route(const char *method, const char *target, char *body,
                         size_t size)
{
    body[0] = '\0';
    if (strcmp(method, "GET") != 0)
        return "405 Method Not Allowed";
    if (strcmp(target, "/") == 0)
        snprintf(body, size, "<h1>Index</h1>");
    else if (strncmp(target, "/hello/", 7) == 0)
        greet(target + 7, body, size);
    else
        return "404 Not Found";
    return "200 OK";
}

/*
 *     async def handle(reader, writer):
 *         method, target, _ = (await reader.readline()).decode().split()
 *         while (await reader.readline()).strip():
 *             pass
 *         await asyncio.sleep(delay)
 *         writer.write(answer(method, target))
 *         await writer.drain()
 *         writer.close()
 */
struct answer {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read line;
    char method[16], target[256];
    struct async_sleep sleep;
    struct stream_writer_drain drain;
};

static bool write_answer(const struct answer *self)
{
    char body[2048], answer[2304];
    const char *status = route(self->method, self->target, body, sizeof body);

    snprintf(answer, sizeof answer,
             "HTTP/1.0 %s\r\nContent-Type: text/html\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             status, strlen(body), body);
    return stream_writer_write(self->writer, answer, strlen(answer));
}

static struct future *answer(struct coroutine *co)
{
    struct answer *self = (struct answer *)co;

    CO_BEGIN(self);
    self->line = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->line);
    sscanf(self->line.result, "%15s %255s", self->method, self->target);
    do {
        self->line = stream_reader_readline(self->reader);
        CO_AWAIT(self, self->line);
    } while (strspn(self->line.result, "\r\n") < self->line.size);
    self->sleep = async_sleep(delay);
    CO_AWAIT(self, self->sleep);
    CO_CHECK(self, write_answer(self));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct answer answer_new(struct stream_reader *reader,
                                struct stream_writer *writer)
{
    return (struct answer){
        .co = CO_INIT(answer), .reader = reader, .writer = writer};
}

static struct coroutine *on_client(struct stream_reader *reader,
                                   struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(answer_new(reader, writer));
}

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
    printf("http://127.0.0.1:%u/\n", server_port(self->server));
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
    uint16_t port = argc > 1 ? (uint16_t)atoi(argv[1]) : 8080;

    if (argc > 2)
        delay = atof(argv[2]);
    if (async_run(COROUTINE(serve_new(port)), NULL) ||
        error_is(error_last(), &error_keyboard_interrupt))
        return EXIT_SUCCESS;
    fprintf(stderr, "web-server: %s\n", error_message(error_last()));
    return EXIT_FAILURE;
}
