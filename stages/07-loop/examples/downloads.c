/*
 * downloads.c - a blocking function used from coroutines: each URL is fetched
 * and saved by a thread of the executor: `downloads FOLDER URL...`
 */
#include "common/http.h"
#include "common/url.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/run_in_executor.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- what blocks; it runs in a thread ---- */

/* Returns a connected socket, or -1 with errno. */
static int dial(const struct url *url)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int fd = -1;

    if (getaddrinfo(url->host, url->port, &hints, &list) != 0)
        errno = EHOSTUNREACH;
    for (const struct addrinfo *at = list; at != NULL && fd < 0;
         at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0 || connect(fd, at->ai_addr, at->ai_addrlen) == 0)
            continue;
        int error = errno;
        close(fd);
        fd = -1;
        errno = error;
    }
    if (list != NULL)
        freeaddrinfo(list);
    return fd;
}

/* Asks for the page, and reads until it is whole or the server closes. */
static enum http_verdict get(int fd, const struct url *url,
                             struct http_reader *reader)
{
    struct buffer request = {0};
    char piece[16 * 1024];
    enum http_verdict verdict = HTTP_MORE;
    size_t used;
    ssize_t size = 0;

    if (http_request(&request, url->authority, url->target, false) == 0)
        size = send(fd, request.data, request.length, MSG_NOSIGNAL);
    buffer_free(&request);
    while (verdict == HTTP_MORE && size > 0) {
        size = recv(fd, piece, sizeof piece, 0);
        if (size > 0)
            verdict = http_reader_feed(reader, piece, (size_t)size, &used);
        else if (size == 0)
            verdict = http_reader_end(reader);
    }
    return verdict;
}

struct job {
    const struct url *url;
    const char *folder;
};

/* Into the file that is named as the last part of the URL is. */
static bool save(const struct job *job, const struct buffer *body)
{
    const char *name = strrchr(job->url->target, '/') + 1;
    char path[1024];

    snprintf(path, sizeof path, "%s/%s", job->folder,
             name[0] != '\0' ? name : "index.html");
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    bool written = fwrite(body->data, 1, body->length, file) == body->length;
    return fclose(file) == 0 && written;
}

/* The executor's work: its result is the number of bytes. */
static const struct error *download(const void *argument, void *result)
{
    static const struct error no_page = ERROR(&error_os, "no whole answer");
    const struct job *job = argument;
    const struct error *error = NULL;
    struct http_reader reader;
    int fd = dial(job->url);

    if (fd < 0)
        return error_from_errno(errno);
    http_reader_init(&reader, 1 << 30);
    if (get(fd, job->url, &reader) != HTTP_DONE)
        error = &no_page;
    else if (!save(job, &reader.body))
        error = error_from_errno(errno);
    *(size_t *)result = reader.body.length;
    http_reader_free(&reader);
    close(fd);
    return error;
}

/* ---- what waits ---- */

/*
 *     async def fetch(url, folder):
 *         print("start", url)
 *         size = await loop.run_in_executor(None, download, url, folder)
 *         print("received", url, size)
 */
struct fetch {
    struct coroutine co;
    void *result;
    struct job job;
    struct future *size;
};

static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;

    CO_BEGIN(self);
    printf("start %s\n", self->job.url->text);
    CO_CHECK(self, self->size = loop_run_in_executor(
                       async_get_running_loop(), NULL, download, &self->job,
                       sizeof self->job, sizeof(size_t)));
    CO_AWAIT(self, *self->size);
    printf("received %s: %zu bytes\n", self->job.url->text,
           *(size_t *)self->size->result);
    CO_FINALLY(self);
    if (self->co.error != NULL)
        printf("%s: %s\n", self->job.url->text, error_message(self->co.error));
    future_free(self->size);
    CO_END(self);
}

static struct fetch fetch_new(const struct url *url, const char *folder)
{
    return (struct fetch){.co = CO_INIT(fetch), .job = {url, folder}};
}

struct fetch_all {
    struct coroutine co;
    void *result;
    const struct url *urls;
    size_t count;
    const char *folder;
    struct future *all;
};

static struct future *gather_all(const struct fetch_all *self)
{
    struct coroutine **fetches = calloc(self->count, sizeof *fetches);

    if (fetches == NULL)
        return error_raise_null(&error_memory);
    for (size_t i = 0; i < self->count; i++)
        fetches[i] = COROUTINE(fetch_new(&self->urls[i], self->folder));
    struct future *all = async_gather_exceptions(fetches, self->count);
    free(fetches);
    return all;
}

static struct future *fetch_all(struct coroutine *co)
{
    struct fetch_all *self = (struct fetch_all *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->all = gather_all(self));
    CO_AWAIT(self, *self->all);
    CO_FINALLY(self);
    future_free(self->all);
    CO_END(self);
}

static struct fetch_all fetch_all_new(const struct url urls[], size_t count,
                                      const char *folder)
{
    return (struct fetch_all){.co = CO_INIT(fetch_all),
                              .urls = urls,
                              .count = count,
                              .folder = folder};
}

int main(int argc, char **argv)
{
    size_t count = argc > 2 ? (size_t)argc - 2 : 0;
    struct url *urls = calloc(count + 1, sizeof *urls);
    bool right = count > 0 && urls != NULL, done = false;

    for (size_t i = 0; i < count && right; i++)
        right = url_parse(&urls[i], argv[i + 2]) == 0 && url_is_http(&urls[i]);
    if (!right)
        fprintf(stderr, "Usage: downloads FOLDER http://HOST/PAGE...\n");
    else if (!(done = async_run(COROUTINE(fetch_all_new(urls, count, argv[1])),
                                NULL)))
        fprintf(stderr, "downloads: %s\n", error_message(error_last()));
    for (size_t i = 0; i < count && urls != NULL; i++)
        url_free(&urls[i]);
    free(urls);
    return done ? EXIT_SUCCESS : right ? EXIT_FAILURE : 2;
}
