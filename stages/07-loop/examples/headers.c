/*
 * headers.c - asks several hosts at once for their front pages, and prints the
 * headers of each as they come: `headers URL...`, or HOST:PORT.
 */
#include "common/url.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 *     async def fetch(url):
 *         reader, writer = await asyncio.open_connection(url.host, url.port)
 *         writer.write(f"HEAD {url.target} HTTP/1.0\r\n...".encode())
 *         while line := (await reader.readline()).decode().rstrip():
 *             print(url.authority, ">", line)
 *         writer.close()
 */
struct fetch {
    struct coroutine co;
    void *result;
    const struct url *url;
    struct async_open_connection open;
    struct stream_read line;
};

static bool write_request(struct stream_writer *writer, const struct url *url)
{
    char *text = NULL;
    int size = asprintf(&text, "HEAD %s HTTP/1.0\r\nHost: %s\r\n\r\n",
                        url->target, url->authority);

    if (size < 0)
        return error_raise(&error_memory);
    bool written = stream_writer_write(writer, text, (size_t)size);
    free(text);
    return written;
}

static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;

    CO_BEGIN(self);
    self->open =
        async_open_connection(self->url->host, (uint16_t)atoi(self->url->port));
    CO_AWAIT(self, self->open);
    CO_CHECK(self, write_request(self->open.writer, self->url));
    for (;;) {
        self->line = stream_reader_readline(self->open.reader);
        CO_AWAIT(self, self->line);
        int length = (int)strcspn(self->line.result, "\r\n");
        if (length == 0) /* the blank line, or the end of a reply cut short */
            break;
        printf("%s > %.*s\n", self->url->authority, length,
               (char *)self->line.result);
    }
    CO_FINALLY(self);
    if (self->co.error != NULL)
        printf("%s: %s\n", self->url->authority, error_message(self->co.error));
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct fetch fetch_new(const struct url *url)
{
    return (struct fetch){.co = CO_INIT(fetch), .url = url};
}

/* await asyncio.gather(*(fetch(u) for u in urls), return_exceptions=True) */
struct fetch_all {
    struct coroutine co;
    void *result;
    const struct url *urls;
    size_t count;
    struct future *all;
};

static struct future *gather_all(const struct url urls[], size_t count)
{
    struct coroutine **fetches = calloc(count, sizeof *fetches);

    if (fetches == NULL)
        return error_raise_null(&error_memory);
    for (size_t i = 0; i < count; i++)
        fetches[i] = COROUTINE(fetch_new(&urls[i]));
    struct future *all = async_gather_exceptions(fetches, count);
    free(fetches);
    return all;
}

static struct future *fetch_all(struct coroutine *co)
{
    struct fetch_all *self = (struct fetch_all *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->all = gather_all(self->urls, self->count));
    CO_AWAIT(self, *self->all);
    CO_FINALLY(self);
    future_free(self->all);
    CO_END(self);
}

static struct fetch_all fetch_all_new(const struct url urls[], size_t count)
{
    return (struct fetch_all){
        .co = CO_INIT(fetch_all), .urls = urls, .count = count};
}

/* "example.org:80" is a URL but for its scheme. */
static bool read_url(struct url *url, const char *text)
{
    char whole[1024];

    snprintf(whole, sizeof whole, "%s%s",
             strstr(text, "://") == NULL ? "http://" : "", text);
    if (url_parse(url, whole) == 0 && url_is_http(url))
        return true;
    fprintf(stderr, "headers: %s: give http://HOST/ or HOST:PORT\n", text);
    return false;
}

int main(int argc, char **argv)
{
    size_t count = (size_t)argc - 1;
    struct url *urls = calloc(count + 1, sizeof *urls);
    bool done = count > 0 && urls != NULL;

    if (count == 0)
        fprintf(stderr, "Usage: headers URL|HOST:PORT...\n");
    for (size_t i = 0; i < count && done; i++)
        done = read_url(&urls[i], argv[i + 1]);
    if (done && !async_run(COROUTINE(fetch_all_new(urls, count)), NULL)) {
        fprintf(stderr, "headers: %s\n", error_message(error_last()));
        done = false;
    }
    for (size_t i = 0; i < count && urls != NULL; i++)
        url_free(&urls[i]);
    free(urls);
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
