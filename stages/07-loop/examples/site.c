/*
 * site.c - the practice site's plain pages, served by our own loop: the same
 * bytes from the same seed. `race --site=build/examples/site` races over it.
 *
 *     async def serve(reader, writer):
 *         while request := await read_request(reader):
 *             await asyncio.sleep(latency)
 *             writer.write(head(request))
 *             for piece in body(request):
 *                 writer.write(piece)
 *                 await writer.drain()
 *         writer.close()
 */
#include "common/site/site_pages.h"
#include "common/site/site_request.h"
#include "common/units.h"
#include "stages/07-loop/streams.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct site_options options = {
    .pages = 10, .latency_ns = 450000000, .size = 1024, .links = 3, .seed = 1};
static struct site_pages *pages;

/* ---- a connection ---- */

enum { PIECE = 64 * 1024 }; /* bytes of a page that are written at once */

struct serve {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read read;
    struct async_sleep sleep;
    struct stream_writer_drain drain;
    /* What was asked for, as far as it is needed after the next read. */
    bool is_get, is_head, keep_alive, is_http_1_0;
    int64_t number;            /* of the page, or -1 */
    uint64_t position, length; /* bytes of its body: written, and in all */
};

/* Whether it is a request; else the connection is closed. */
static bool understand(struct serve *self)
{
    struct request request;
    size_t scanned = 0;

    if (request_read(&request, self->read.result, self->read.size, &scanned) !=
        REQUEST_WHOLE)
        return false;
    self->number =
        site_pages_find(pages, request.path.data, request.path.length);
    self->is_get = request.is_get;
    self->is_head = request.is_head;
    self->is_http_1_0 = request.is_http_1_0;
    self->keep_alive = request.keep_alive && !request.has_body;
    return true;
}

static const char *connection_line(const struct serve *self)
{
    if (!self->keep_alive)
        return "Connection: close\r\n";
    return self->is_http_1_0 ? "Connection: keep-alive\r\n" : "";
}

static bool write_head(struct serve *self)
{
    bool is_known = self->is_get || self->is_head;
    bool is_page = is_known && self->number >= 0;
    const char *status = is_page    ? "200 OK"
                         : is_known ? "404 Not Found"
                                    : "405 Method Not Allowed";
    char head[256];

    self->position = 0;
    self->length =
        is_page ? site_pages_length(pages, (uint32_t)self->number) : 0;
    int size = snprintf(head, sizeof head,
                        "HTTP/1.1 %s\r\n"
                        "Content-Type: text/html; charset=utf-8\r\n"
                        "Content-Length: %llu\r\n%s\r\n",
                        status, (unsigned long long)self->length,
                        connection_line(self));
    if (self->is_head)
        self->length = 0;
    return stream_writer_write(self->writer, head, (size_t)size);
}

static bool write_piece(struct serve *self)
{
    uint64_t left = self->length - self->position;
    size_t size = left < PIECE ? (size_t)left : PIECE;
    struct evbuffer *piece = evbuffer_new();
    bool written = false;

    if (piece != NULL && site_pages_write(pages, (uint32_t)self->number,
                                          self->position, size, piece) == 0)
        written =
            stream_writer_write(self->writer, evbuffer_pullup(piece, -1), size);
    else
        error_raise(&error_memory);
    if (piece != NULL)
        evbuffer_free(piece);
    self->position += size;
    return written;
}

static double latency(const struct serve *self)
{
    return self->number < 0
               ? (double)options.latency_ns / 1e9
               : (double)site_pages_latency_ns(pages, (uint32_t)self->number) /
                     1e9;
}

static struct future *serve(struct coroutine *co)
{
    struct serve *self = (struct serve *)co;

    CO_BEGIN(self);
    do {
        self->read = stream_reader_readuntil(self->reader, "\r\n\r\n", 4);
        CO_TRY_AWAIT(self, self->read);
        if (self->read.co.error != NULL || !understand(self))
            break; /* it has left, or speaks something else */
        self->sleep = async_sleep(latency(self));
        CO_AWAIT(self, self->sleep);
        CO_CHECK(self, write_head(self));
        while (self->position < self->length) {
            CO_CHECK(self, write_piece(self));
            self->drain = stream_writer_drain(self->writer);
            CO_AWAIT(self, self->drain);
        }
    } while (self->keep_alive);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_os))
        self->co.error = NULL; /* the client left before its answer */
    CO_END(self);
}

static struct serve serve_new(struct stream_reader *reader,
                              struct stream_writer *writer)
{
    return (struct serve){
        .co = CO_INIT(serve), .reader = reader, .writer = writer};
}

static struct coroutine *on_client(struct stream_reader *reader,
                                   struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(serve_new(reader, writer));
}

/* ---- the site ---- */

struct site {
    struct coroutine co;
    void *result;
    struct async_start_server start;
    struct server *server;
    struct server_serve_forever forever;
};

static void end(void *task)
{
    task_cancel(task, NULL);
}

static struct future *site(struct coroutine *co)
{
    struct site *self = (struct site *)co;

    CO_BEGIN(self);
    CO_CHECK(self, loop_add_signal_handler(async_get_running_loop(), SIGTERM,
                                           end, async_current_task(NULL)));
    self->start =
        async_start_server(on_client, NULL, "127.0.0.1", options.port);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    printf("http://127.0.0.1:%u/\n", server_port(self->server));
    fflush(stdout); /* whoever started us waits for it */
    self->forever = server_serve_forever(self->server);
    CO_AWAIT(self, self->forever);
    CO_FINALLY(self);
    server_free(self->server);
    CO_END(self);
}

static struct site site_new(void)
{
    return (struct site){.co = CO_INIT(site)};
}

/* ---- the command line ---- */

static const char help[] =
    "Usage: site [OPTION]...\n"
    "The practice site's plain pages, served by the loop of stage 07.\n"
    "Prints its URL once it listens; SIGTERM or Ctrl-C ends it.\n"
    "\n"
    "  --port=N         0 lets the kernel choose (0)\n"
    "  --pages=N        pages `/`, `/1` ... `/N-1` (10)\n"
    "  --latency=TIME   from a request to its answer (450ms)\n"
    "  --size=BYTES     a page's body (1KiB); longer if its links need it\n"
    "  --links=N        on each page (3)\n"
    "  --seed=N         the same seed gives the same site (1)\n"
    "  --help           this text\n";

enum { PORT, PAGES, LATENCY, SIZE, LINKS, SEED, HELP };

static const struct option table[] = {
    {"port", required_argument, NULL, PORT},
    {"pages", required_argument, NULL, PAGES},
    {"latency", required_argument, NULL, LATENCY},
    {"size", required_argument, NULL, SIZE},
    {"links", required_argument, NULL, LINKS},
    {"seed", required_argument, NULL, SEED},
    {"help", no_argument, NULL, HELP},
    {NULL, 0, NULL, 0},
};

static bool read_option(int option, const char *text)
{
    uint64_t number = 0;

    if (option == LATENCY)
        return units_duration(text, &options.latency_ns) == 0;
    if (option == SIZE)
        return units_size(text, &options.size) == 0 && options.size > 0 &&
               options.size <= SITE_MAX_SIZE;
    if (option < 0 || option > SEED || units_count(text, &number) < 0)
        return false;
    if (option == SEED)
        options.seed = number;
    if (option == PORT)
        options.port = (uint16_t)number;
    if (option == PAGES)
        options.pages = (uint32_t)number;
    if (option == LINKS)
        options.links = (uint32_t)number;
    return option == PORT    ? number <= UINT16_MAX
           : option == PAGES ? number > 0 && number <= SITE_MAX_PAGES
           : option == LINKS ? number <= SITE_MAX_LINKS
                             : true;
}

int main(int argc, char **argv)
{
    int option;

    while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (option == HELP)
            return fputs(help, stdout) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        if (option != '?' && read_option(option, optarg))
            continue;
        fputs("site: `site --help` says what an option may be\n", stderr);
        return 2;
    }
    pages = site_pages_new(&options);
    bool ended = pages != NULL && async_run(COROUTINE(site_new()), NULL);
    if (!ended && pages != NULL &&
        (error_is(error_last(), &error_cancelled) ||
         error_is(error_last(), &error_keyboard_interrupt)))
        ended = true;
    if (!ended)
        fprintf(stderr, "site: %s\n",
                pages != NULL ? error_message(error_last()) : "no memory");
    site_pages_free(pages);
    return ended ? EXIT_SUCCESS : EXIT_FAILURE;
}
