/*
 * 55-transport-protocol - stage 07: transports and protocols, without streams.
 */
#include "loop_support.h"
#include "stages/07-loop/connect.h"
#include "stages/07-loop/server.h"
#include "stages/07-loop/transport.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What happened, a line each. */
static char lines[16][64];
static int line_count;

/* print(*(line for line in log if line.startswith(name)), sep=" | ") */
static void report(void)
{
    static const char *const names[] = {"server", "client"};

    for (int i = 0; i < 2; i++) {
        const char *separator = "";
        for (int at = 0; at < line_count; at++) {
            if (strncmp(lines[at], names[i], strlen(names[i])) != 0)
                continue;
            printf("%s%s", separator, lines[at]);
            separator = " | ";
        }
        printf("\n");
    }
    line_count = 0;
}

/* class Side(asyncio.Protocol): */
struct side {
    struct protocol protocol;
    struct transport *transport;
    const char *name;
    struct future *over;
    bool reply;
};

static void note(const struct side *self, const char *text)
{
    snprintf(lines[line_count++], sizeof lines[0], "%s %s", self->name, text);
}

static void connection_made(struct protocol *protocol,
                            struct transport *transport)
{
    struct side *self = (struct side *)protocol;

    self->transport = transport;
    note(self, "made");
}

static void data_received(struct protocol *protocol, const char *data,
                          size_t size)
{
    struct side *self = (struct side *)protocol;
    char text[32], reversed[32];

    snprintf(text, sizeof text, "data %.*s", (int)size, data);
    note(self, text);
    for (size_t i = 0; i < size; i++)
        reversed[i] = data[size - 1 - i];
    if (self->reply)
        transport_write(self->transport, reversed, size);
}

static bool eof_received(struct protocol *protocol)
{
    note((struct side *)protocol, "eof");
    return false;
}

static void connection_lost(struct protocol *protocol,
                            const struct error *error)
{
    struct side *self = (struct side *)protocol;

    note(self, error != NULL ? "lost with error" : "lost cleanly");
    future_set_result(self->over, NULL);
    free(self);
}

static const struct protocol_type side_type = {
    .connection_made = connection_made,
    .data_received = data_received,
    .eof_received = eof_received,
    .connection_lost = connection_lost,
};

static struct protocol *side_new(const char *name, struct future *over,
                                 bool reply)
{
    struct side *self = malloc(sizeof *self);

    must_do(self != NULL && over != NULL);
    *self = (struct side){{&side_type}, NULL, name, over, reply};
    return &self->protocol;
}

/* lambda: Side("client", log, over) */
static struct protocol *make_client(void *over)
{
    return side_new("client", over, false);
}

/* ends, and the factory of servers: its data are these */
struct ends {
    struct future *futures[3];
    int count;
};

static struct protocol *make_server(void *data)
{
    struct ends *ends = data;
    struct future *end = loop_create_future(async_get_running_loop());

    ends->futures[ends->count++] = end;
    return side_new("server", end, true);
}

/*
 *     async def talk(loop, log, connect):
 *         over = loop.create_future()
 *         transport, side = await connect(lambda: Side("client", log, over))
 *         transport.write(b"abc")
 *         await asyncio.sleep(0.03)
 *         transport.write_eof()
 *         await over
 */
struct talk {
    struct coroutine co;
    void *result;
    uint16_t port;
    struct future *over;
    struct loop_create_connection connect;
    struct transport *transport;
    struct async_sleep sleep;
};

static struct future *talk(struct coroutine *co)
{
    struct talk *self = (struct talk *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->over = loop_create_future(loop));
    self->connect = loop_create_connection(loop, make_client, self->over,
                                           "127.0.0.1", self->port);
    CO_AWAIT(self, self->connect);
    self->transport = self->connect.result;
    transport_write(self->transport, "abc", 3);
    self->sleep = async_sleep(0.03);
    CO_AWAIT(self, self->sleep);
    transport_write_eof(self->transport);
    CO_AWAIT(self, *self->over);
    CO_FINALLY(self);
    future_free(self->over);
    CO_END(self);
}

static struct talk talk_new(uint16_t port)
{
    return (struct talk){.co = CO_INIT(talk), .port = port};
}

/*
 *     async def accept_one():
 *         conn, _ = await loop.sock_accept(listener)
 *         await loop.connect_accepted_socket(factory, conn)
 */
struct accept_one {
    struct coroutine co;
    void *result;
    int listener;
    struct ends *ends;
    struct sock_call accept;
    struct loop_connect_accepted_socket connect;
};

static struct future *accept_one(struct coroutine *co)
{
    struct accept_one *self = (struct accept_one *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->accept = loop_sock_accept(loop, self->listener, NULL, NULL);
    CO_AWAIT(self, self->accept);
    self->connect = loop_connect_accepted_socket(
        loop, make_server, self->ends, (int)value_number(self->accept.result));
    CO_AWAIT(self, self->connect);
    CO_FINALLY(self);
    CO_END(self);
}

static struct accept_one accept_one_new(int listener, struct ends *ends)
{
    return (struct accept_one){
        .co = CO_INIT(accept_one), .listener = listener, .ends = ends};
}

/* socket.create_server(("127.0.0.1", 0)), and its port */
static int listen_by_hand(uint16_t *port)
{
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *address = (struct sockaddr *)&in;
    socklen_t size = sizeof in;
    int listener =
        socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    bind(listener, address, size);
    listen(listener, SOMAXCONN);
    getsockname(listener, address, &size);
    *port = ntohs(in.sin_port);
    return listener;
}

struct program {
    struct coroutine co;
    void *result;
    struct ends ends;
    struct loop_create_server create;
    struct server *server;
    uint16_t port;
    int i, listener;
    struct talk talk;
    struct task *helper;
};

/* ends[-1] */
static struct future *last_end(const struct program *self)
{
    return self->ends.futures[self->ends.count - 1];
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->create = loop_create_server(async_get_running_loop(), make_server,
                                      &self->ends, "127.0.0.1", 0);
    CO_AWAIT(self, self->create);
    self->server = self->create.result;
    for (; self->i < 2; self->i++) {
        self->talk = talk_new(server_port(self->server));
        CO_AWAIT(self, self->talk);
        CO_AWAIT(self, *last_end(self));
        report();
    }
    printf("factory calls: %d\n", self->ends.count);
    server_close(self->server);

    printf("-- accepted by hand\n");
    self->listener = listen_by_hand(&self->port);
    CO_CHECK(self, self->helper = async_create_task(
                       COROUTINE(accept_one_new(self->listener, &self->ends))));
    self->talk = talk_new(self->port);
    CO_AWAIT(self, self->talk);
    CO_AWAIT(self, *self->helper);
    CO_AWAIT(self, *last_end(self));
    report();
    CO_FINALLY(self);
    task_free(self->helper);
    if (self->listener >= 0)
        close(self->listener);
    server_free(self->server);
    while (self->ends.count > 0)
        future_free(self->ends.futures[--self->ends.count]);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program), .listener = -1};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
