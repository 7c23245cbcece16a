/*
 * 71-temperatures - stage 07: one slow service, three questions, in a row and
 * then together.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <string.h>

static const double UNIT = 0.05;

static const struct city {
    const char *name;
    int units, degrees;
} CITIES[] = {{"pari", 3, 18}, {"toul", 2, 24}, {"marl", 1, 25}};

enum { COUNT = 3 };

/*
 *     async def service(reader, writer):
 *         city = (await reader.readline()).split()[1].decode().strip("/")
 *         while (await reader.readline()).strip():
 *             pass
 *         units, degrees = CITIES[city]
 *         await asyncio.sleep(units * UNIT)
 *         body = json.dumps({"city": city, "now": {"tmp": degrees}})
 *         ...
 *         writer.write((head + body).encode())
 *         await writer.drain()
 *         writer.close()
 */
struct service {
    struct coroutine co;
    void *result;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_read line;
    const struct city *city;
    struct async_sleep sleep;
    struct stream_writer_drain drain;
};

static const struct city *city_of(const char *request)
{
    for (int i = 0; i < COUNT; i++)
        if (strncmp(request, "GET /", 5) == 0 &&
            strncmp(request + 5, CITIES[i].name, 4) == 0)
            return &CITIES[i];
    return NULL;
}

static bool write_answer(struct stream_writer *writer, const struct city *city)
{
    char answer[160];

    snprintf(answer, sizeof answer,
             "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"
             "{\"city\": \"%s\", \"now\": {\"tmp\": %d}}",
             city->name, city->degrees);
    return stream_writer_write(writer, answer, strlen(answer));
}

static struct future *service(struct coroutine *co)
{
    struct service *self = (struct service *)co;

    CO_BEGIN(self);
    self->line = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->line);
    if ((self->city = city_of(self->line.result)) == NULL)
        CO_RAISE(self, &error_key);
    do {
        self->line = stream_reader_readline(self->reader);
        CO_AWAIT(self, self->line);
    } while (strspn(self->line.result, "\r\n") < self->line.size);
    self->sleep = async_sleep(self->city->units * UNIT);
    CO_AWAIT(self, self->sleep);
    CO_CHECK(self, write_answer(self->writer, self->city));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    CO_END(self);
}

static struct service service_new(struct stream_reader *reader,
                                  struct stream_writer *writer)
{
    return (struct service){
        .co = CO_INIT(service), .reader = reader, .writer = writer};
}

static struct coroutine *serve(struct stream_reader *reader,
                               struct stream_writer *writer, void *data)
{
    (void)data;
    return COROUTINE(service_new(reader, writer));
}

/*
 *     async def temperature(port, city):
 *         reader, writer = await asyncio.open_connection("127.0.0.1", port)
 *         writer.write(f"GET /{city} HTTP/1.0\r\n\r\n".encode())
 *         await reader.readuntil(b"\r\n\r\n")
 *         found = json.loads(await reader.read())
 *         writer.close()
 *         print("temperature at", found["city"], "is", found["now"]["tmp"])
 *         return found["now"]["tmp"]
 */
struct temperature {
    struct coroutine co;
    void *result;
    uint16_t port;
    const char *city;
    struct async_open_connection open;
    struct stream_read read;
};

static bool write_request(struct stream_writer *writer, const char *city)
{
    char request[64];

    snprintf(request, sizeof request, "GET /%s HTTP/1.0\r\n\r\n", city);
    return stream_writer_write(writer, request, strlen(request));
}

static int tell_found(const char *json)
{
    char city[16] = "?";
    int degrees = -1;

    sscanf(json, "{\"city\": \"%15[a-z]\", \"now\": {\"tmp\": %d}}", city,
           &degrees);
    printf("temperature at %s is %d\n", city, degrees);
    return degrees;
}

static struct future *temperature(struct coroutine *co)
{
    struct temperature *self = (struct temperature *)co;

    CO_BEGIN(self);
    self->open = async_open_connection("127.0.0.1", self->port);
    CO_AWAIT(self, self->open);
    CO_CHECK(self, write_request(self->open.writer, self->city));
    self->read = stream_reader_readuntil(self->open.reader, "\r\n\r\n", 4);
    CO_AWAIT(self, self->read);
    self->read = stream_reader_read(self->open.reader, STREAM_ALL);
    CO_AWAIT(self, self->read);
    stream_writer_close(self->open.writer);
    self->result = number_value(tell_found(self->read.result));
    CO_FINALLY(self);
    stream_writer_free(self->open.writer);
    CO_END(self);
}

static struct temperature temperature_new(uint16_t port, const char *city)
{
    return (struct temperature){
        .co = CO_INIT(temperature), .port = port, .city = city};
}

struct program {
    struct coroutine co;
    void *result;
    struct async_start_server start;
    struct server *server;
    double zero;
    int i;
    struct temperature temperature;
    struct gather_outcome row[COUNT];
    struct future *both;
};

static struct future *ask_all(uint16_t port)
{
    struct coroutine *asked[COUNT];

    for (int i = 0; i < COUNT; i++)
        asked[i] = COROUTINE(temperature_new(port, CITIES[i].name));
    return async_gather(asked, COUNT);
}

static void tell(const char *how, const struct gather_outcome degrees[],
                 double zero)
{
    printf("%s:", how);
    for (int i = 0; i < COUNT; i++)
        printf(" %d", (int)value_number(degrees[i].result));
    printf(" units %d\n", units_since(zero, UNIT));
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    step_time_over_sockets(async_get_running_loop());
    self->start = async_start_server(serve, NULL, "127.0.0.1", 0);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    self->zero = loop_time(async_get_running_loop());
    for (; self->i < COUNT; self->i++) {
        self->temperature =
            temperature_new(server_port(self->server), CITIES[self->i].name);
        CO_AWAIT(self, self->temperature);
        self->row[self->i].result = self->temperature.result;
    }
    tell("in a row", self->row, self->zero);
    self->zero = loop_time(async_get_running_loop());
    CO_CHECK(self, self->both = ask_all(server_port(self->server)));
    CO_AWAIT(self, *self->both);
    tell("together", self->both->result, self->zero);
    CO_FINALLY(self);
    future_free(self->both);
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
