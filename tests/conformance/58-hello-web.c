/*
 * 58-hello-web - stage 07: a small web server with two routes.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <string.h>

static const double UNIT = 0.1;

/* async def index(_): and async def hello(name): write the body */
typedef void page(char *body, size_t size, const char *argument);

static void index_page(char *body, size_t size, const char *argument)
{
    (void)argument;
    snprintf(body, size, "<h1>Index</h1>");
}

static void hello(char *body, size_t size, const char *name)
{
    snprintf(body, size, "<h1>hello, %s!</h1>", name);
}

/*
 *     def route(target):
 *         if target == "/":
 *             return index, None
 *         if target.startswith("/hello/") and target.count("/") == 2:
 *             return hello, target.rsplit("/", 1)[1]
 *         return None, None
 */
static page *route(const char *target, const char **argument)
{
    *argument = NULL;
    if (strcmp(target, "/") == 0)
        return index_page;
    if (strncmp(target, "/hello/", 7) == 0 && strchr(target + 7, '/') == NULL) {
        *argument = target + 7;
        return hello;
    }
    return NULL;
}

/*
 *     async def handle(reader, writer):
 *         method, target, _ = (await reader.readline()).decode().split()
 *         while (await reader.readline()).strip():
 *             pass
 *         page, argument = route(target)
 *         ...
 *         writer.write(...)
 *         await writer.drain()
 *         writer.close()
 */
struct handler {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read line;
    char method[16], target[64];
    page *page;
    const char *argument, *status;
    char body[128];
    struct async_sleep sleep;
    struct stream_writer_drain drain;
};

static bool write_answer(const struct handler *self)
{
    char answer[256];

    snprintf(answer, sizeof answer,
             "HTTP/1.0 %s\r\nContent-Type: text/html\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             self->status, strlen(self->body), self->body);
    return stream_writer_write(self->writer, answer, strlen(answer));
}

static struct future *handler(struct coroutine *co)
{
    struct handler *self = (struct handler *)co;

    CO_BEGIN(self);
    self->line = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->line);
    sscanf(self->line.result, "%15s %63s", self->method, self->target);
    do {
        self->line = stream_reader_readline(self->reader);
        CO_AWAIT(self, self->line);
    } while (strspn(self->line.result, "\r\n") < self->line.size);
    self->page = route(self->target, &self->argument);
    if (strcmp(self->method, "GET") != 0) {
        self->status = "405 Method Not Allowed";
    } else if (self->page == NULL) {
        self->status = "404 Not Found";
    } else {
        self->sleep = async_sleep(UNIT);
        CO_AWAIT(self, self->sleep);
        self->status = "200 OK";
        self->page(self->body, sizeof self->body, self->argument);
    }
    CO_CHECK(self, write_answer(self));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct handler handler_new(struct stream_reader *reader,
                                  struct stream_writer *writer)
{
    return (struct handler){
        .co = CO_INIT(handler), .reader = reader, .writer = writer};
}

static struct coroutine *serve(struct stream_reader *reader,
                               struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(handler_new(reader, writer));
}

/*
 *     async def request(port, method, target):
 *         reader, writer = await asyncio.open_connection("127.0.0.1", port)
 *         writer.write(f"{method} {target} HTTP/1.0\r\n\r\n".encode())
 *         head, _, body = (await reader.read()).decode().partition(...)
 *         ...
 */
struct request {
    struct coroutine co;
    void *result; /* text */
    uint16_t port;
    const char *method, *target;
    struct async_open_connection open;
    struct stream_read read;
    char text[256];
};

static bool write_request(const struct request *self)
{
    char text[128];

    snprintf(text, sizeof text, "%s %s HTTP/1.0\r\n\r\n", self->method,
             self->target);
    return stream_writer_write(self->open.writer, text, strlen(text));
}

static void tell_answer(struct request *self)
{
    const char *answer = self->read.result;
    const char *status = strchr(answer, ' ') + 1;
    const char *length = strstr(answer, "Content-Length: ") + 16;
    const char *body = strstr(answer, "\r\n\r\n") + 4;

    snprintf(self->text, sizeof self->text, "%s %s -> %.*s, length %.*s, %s",
             self->method, self->target, (int)strcspn(status, "\r"), status,
             (int)strcspn(length, "\r"), length,
             body[0] != '\0' ? body : "no body");
}

static struct future *request(struct coroutine *co)
{
    struct request *self = (struct request *)co;

    CO_BEGIN(self);
    self->open = async_open_connection("127.0.0.1", self->port);
    CO_AWAIT(self, self->open);
    CO_CHECK(self, write_request(self));
    self->read = stream_reader_read(self->open.reader, STREAM_ALL);
    CO_AWAIT(self, self->read);
    tell_answer(self);
    self->result = self->text;
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct request request_new(uint16_t port, const char *method,
                                  const char *target)
{
    return (struct request){.co = CO_INIT(request),
                            .port = port,
                            .method = method,
                            .target = target};
}

enum { NAMES = 4 };

struct program {
    struct coroutine co;
    void *result;
    struct async_start_server start;
    struct server *server;
    uint16_t port;
    struct request request;
    double zero;
    struct future *all;
};

static struct future *greet_all(uint16_t port)
{
    static const char *const targets[NAMES] = {"/hello/ann", "/hello/bob",
                                               "/hello/cy", "/hello/di"};
    struct coroutine *requests[NAMES];

    for (int i = 0; i < NAMES; i++)
        requests[i] = COROUTINE(request_new(port, "GET", targets[i]));
    return async_gather(requests, NAMES);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time_over_sockets(async_get_running_loop());
    self->start = async_start_server(serve, NULL, "127.0.0.1", 0);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    self->port = server_port(self->server);
    self->request = request_new(self->port, "GET", "/");
    CO_AWAIT(self, self->request);
    print_text(self->request.result);
    self->request = request_new(self->port, "GET", "/nowhere");
    CO_AWAIT(self, self->request);
    print_text(self->request.result);
    self->request = request_new(self->port, "POST", "/");
    CO_AWAIT(self, self->request);
    print_text(self->request.result);
    self->zero = loop_time(async_get_running_loop());
    CO_CHECK(self, self->all = greet_all(self->port));
    CO_AWAIT(self, *self->all);
    for (int i = 0; i < NAMES; i++)
        print_text(((struct gather_outcome *)self->all->result)[i].result);
    printf("units for four: %d\n", units_since(self->zero, UNIT));
    CO_FINALLY(self);
    future_free(self->all);
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
