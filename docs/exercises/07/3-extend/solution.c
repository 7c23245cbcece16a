/*
 * Two mirrors have the same page. Which one answers first?
 *
 *     mirrors http://127.0.0.1:8000/ http://127.0.0.1:8001/
 */
#include "stages/07-loop/async.h"

#include <stdio.h>
#include <string.h>

enum { MIRRORS = 2 };

/* ---- one question ---- */

/*
 *     async def ask(host, port):
 *         reader, writer = await asyncio.open_connection(host, port)
 *         writer.write(b"GET / ...")
 *         return await reader.readline()
 */
struct ask {
    struct coroutine co;
    void *result; /* the status line, in `status` */
    const char *url;
    char host[64], status[64];
    unsigned short port;
    struct stream_writer *writer;
    union {
        struct async_open_connection open;
        struct stream_read line;
    };
};

static void send_request(struct ask *self)
{
    char request[128];
    int size = snprintf(
        request, sizeof request,
        "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", self->host);

    stream_writer_write(self->writer, request, (size_t)size);
}

/* What was read goes with the connection. */
static void keep_status(struct ask *self)
{
    snprintf(self->status, sizeof self->status, "%.*s", (int)self->line.size,
             (const char *)self->line.result);
    self->status[strcspn(self->status, "\r\n")] = '\0';
    self->result = self->status;
}

static struct future *ask(struct coroutine *co)
{
    static const struct error no_url = ERROR(&error_value, "that is no URL");
    struct ask *self = (struct ask *)co;

    CO_BEGIN(self);
    if (sscanf(self->url, "http://%63[^:/]:%hu", self->host, &self->port) != 2)
        CO_RAISE(self, &no_url);
    self->open = async_open_connection(self->host, self->port);
    CO_AWAIT(self, self->open);
    self->writer = self->open.writer;
    send_request(self);
    self->line = stream_reader_readline(stream_writer_reader(self->writer));
    CO_AWAIT(self, self->line);
    keep_status(self);
    CO_FINALLY(self);
    stream_writer_free(self->writer);
    CO_END(self);
}

static struct ask ask_new(const char *url)
{
    return (struct ask){.co = CO_INIT(ask), .url = url};
}

/* ---- both ---- */

struct mirrors {
    struct coroutine co;
    void *result;
    char **urls;
    struct task *tasks[MIRRORS];
    struct future *futures[MIRRORS];
    struct async_wait wait;
    size_t i;
};

/* What came of a mirror, once it is done. */
static void report(size_t i, struct future *future)
{
    void *status;

    if (future_cancelled(future))
        printf("mirror %zu was cancelled\n", i + 1);
    else if (future_result(future, &status))
        printf("mirror %zu answered: %s\n", i + 1, (char *)status);
    else
        printf("mirror %zu failed: %s\n", i + 1, error_message(error_last()));
}

static struct future *mirrors(struct coroutine *co)
{
    struct mirrors *self = (struct mirrors *)co;

    CO_BEGIN(self);
    for (size_t i = 0; i < MIRRORS; i++) {
        self->tasks[i] = async_create_task(COROUTINE(ask_new(self->urls[i])));
        CO_CHECK(self, self->tasks[i]);
        self->futures[i] = &self->tasks[i]->future;
    }
    self->wait = async_wait(self->futures, MIRRORS, ASYNC_FIRST_COMPLETED,
                            ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    for (size_t i = 0; i < MIRRORS; i++) /* who is done does not mind */
        future_cancel(self->futures[i], "another one was faster");
    for (self->i = 0; self->i < MIRRORS; self->i++)
        CO_TRY_AWAIT(self, *self->futures[self->i]);
    for (size_t i = 0; i < MIRRORS; i++)
        report(i, self->futures[i]);
    CO_FINALLY(self);
    for (size_t i = 0; i < MIRRORS; i++)
        task_free(self->tasks[i]);
    CO_END(self);
}

static struct mirrors mirrors_new(char **urls)
{
    return (struct mirrors){.co = CO_INIT(mirrors), .urls = urls};
}

int main(int argc, char **argv)
{
    if (argc != 1 + MIRRORS) {
        fprintf(stderr, "Usage: mirrors URL URL\n");
        return 2;
    }
    return !async_run(COROUTINE(mirrors_new(argv + 1)), NULL);
}
