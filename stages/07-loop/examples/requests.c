/*
 * requests.c - three requests one by one, and then together: how long does it
 * take? `requests URL URL URL`, three pages of the practice site, say.
 */
#include "common/http.h"
#include "common/url.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 3 };

/*
 *     async def request(url):
 *         reader, writer = await asyncio.open_connection(url.host, url.port)
 *         writer.write(...)
 *         answer = await reader.read()
 *         writer.close()
 *         print(url.text, len(answer), "bytes")
 */
struct request {
    struct coroutine co;
    void *result;
    const struct url *url;
    struct async_open_connection open;
    struct stream_read answer;
};

static bool write_request(struct stream_writer *writer, const struct url *url)
{
    struct buffer text = {0};

    if (http_request(&text, url->authority, url->target, false) < 0)
        return error_raise(&error_memory);
    bool written = stream_writer_write(writer, text.data, text.length);
    buffer_free(&text);
    return written;
}

static struct future *request(struct coroutine *co)
{
    struct request *self = (struct request *)co;

    CO_BEGIN(self);
    self->open =
        async_open_connection(self->url->host, (uint16_t)atoi(self->url->port));
    CO_AWAIT(self, self->open);
    CO_CHECK(self, write_request(self->open.writer, self->url));
    self->answer = stream_reader_read(self->open.reader, STREAM_ALL);
    CO_AWAIT(self, self->answer);
    printf("  %s: %zu bytes\n", self->url->text, self->answer.size);
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct request request_new(const struct url *url)
{
    return (struct request){.co = CO_INIT(request), .url = url};
}

/*
 *     async def both_ways(urls):
 *         for url in urls:
 *             await request(url)
 *         ...
 *         await asyncio.gather(*(request(url) for url in urls))
 */
struct both_ways {
    struct coroutine co;
    void *result;
    const struct url *urls;
    double start;
    int i;
    struct request request;
    struct future *together;
};

static struct future *request_all(const struct url urls[])
{
    return async_gather(
        (struct coroutine *[]){COROUTINE(request_new(&urls[0])),
                               COROUTINE(request_new(&urls[1])),
                               COROUTINE(request_new(&urls[2]))},
        COUNT);
}

static double now(void)
{
    return loop_time(async_get_running_loop());
}

static struct future *both_ways(struct coroutine *co)
{
    struct both_ways *self = (struct both_ways *)co;

    CO_BEGIN(self);
    self->start = now();
    for (; self->i < COUNT; self->i++) {
        self->request = request_new(&self->urls[self->i]);
        CO_AWAIT(self, self->request);
    }
    printf("one by one: %.3f s\n", now() - self->start);
    self->start = now();
    CO_CHECK(self, self->together = request_all(self->urls));
    CO_AWAIT(self, *self->together);
    printf("together: %.3f s\n", now() - self->start);
    CO_FINALLY(self);
    future_free(self->together);
    CO_END(self);
}

static struct both_ways both_ways_new(const struct url urls[])
{
    return (struct both_ways){.co = CO_INIT(both_ways), .urls = urls};
}

int main(int argc, char **argv)
{
    struct url urls[COUNT] = {0};
    bool right = argc == COUNT + 1, done = false;

    for (int i = 0; i < COUNT && right; i++)
        right = url_parse(&urls[i], argv[i + 1]) == 0 && url_is_http(&urls[i]);
    if (!right)
        fprintf(stderr, "Usage: requests http://... http://... http://...\n");
    else if (!(done = async_run(COROUTINE(both_ways_new(urls)), NULL)))
        fprintf(stderr, "requests: %s\n", error_message(error_last()));
    for (int i = 0; i < COUNT; i++)
        url_free(&urls[i]);
    return done ? EXIT_SUCCESS : right ? EXIT_FAILURE : 2;
}
