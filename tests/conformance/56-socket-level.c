/*
 * 56-socket-level - stage 07: the calls of plain sockets, awaited.
 */
#include "loop_support.h"
#include "stages/07-loop/sockets.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const double UNIT = 0.02;

static int quiet_socket(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

/* An address is a tuple in Python; here it is this. */
struct address {
    struct sockaddr_in in;
    socklen_t size;
};

static struct sockaddr *any(struct address *address)
{
    return (struct sockaddr *)&address->in;
}

/*
 *     async def serve(loop, listener):
 *         conn, _ = await loop.sock_accept(listener)
 *         with conn:
 *             print("server recv:", await loop.sock_recv(conn, 100))
 *             await asyncio.sleep(3 * UNIT)
 *             await loop.sock_sendall(conn, b"pong")
 *             room = bytearray(6)
 *             count = await loop.sock_recv_into(conn, room)
 *             print("server recv_into:", count, room[:count])
 *             total = count
 *             while piece := await loop.sock_recv(conn, 4096):
 *                 total += len(piece)
 *             print("server total after the file:", total)
 */
struct serve {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int listener, conn;
    struct buffer piece;
    char room[6];
    size_t total;
    struct sock_call call;
    struct async_sleep sleep;
};

static struct future *serve(struct coroutine *co)
{
    struct serve *self = (struct serve *)co;

    CO_BEGIN(self);
    self->call = loop_sock_accept(self->loop, self->listener, NULL, NULL);
    CO_AWAIT(self, self->call);
    self->conn = (int)value_number(self->call.result);

    self->call = loop_sock_recv(self->loop, self->conn, &self->piece, 100);
    CO_AWAIT(self, self->call);
    printf("server recv: %.*s\n", (int)self->piece.length, self->piece.data);
    self->sleep = async_sleep(3 * UNIT);
    CO_AWAIT(self, self->sleep);
    self->call = loop_sock_sendall(self->loop, self->conn, "pong", 4);
    CO_AWAIT(self, self->call);

    self->call = loop_sock_recv_into(self->loop, self->conn, self->room,
                                     sizeof self->room);
    CO_AWAIT(self, self->call);
    self->total = (size_t)value_number(self->call.result);
    printf("server recv_into: %zu %.*s\n", self->total, (int)self->total,
           self->room);
    do {
        self->piece.length = 0;
        self->call = loop_sock_recv(self->loop, self->conn, &self->piece, 4096);
        CO_AWAIT(self, self->call);
        self->total += self->piece.length;
    } while (self->piece.length > 0);
    printf("server total after the file: %zu\n", self->total);
    CO_FINALLY(self);
    buffer_free(&self->piece);
    if (self->conn >= 0)
        close(self->conn);
    CO_END(self);
}

static struct serve serve_new(struct loop *loop, int listener)
{
    return (struct serve){
        .co = CO_INIT(serve), .loop = loop, .listener = listener, .conn = -1};
}

/*
 *     async def ticker():
 *         while True:
 *             ticks += 1
 *             await asyncio.sleep(UNIT / 4)
 */
struct ticker {
    struct coroutine co;
    void *result;
    int *ticks;
    struct async_sleep sleep;
};

static struct future *ticker(struct coroutine *co)
{
    struct ticker *self = (struct ticker *)co;

    CO_BEGIN(self);
    for (;;) {
        ++*self->ticks;
        self->sleep = async_sleep(UNIT / 4);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct ticker ticker_new(int *ticks)
{
    return (struct ticker){.co = CO_INIT(ticker), .ticks = ticks};
}

struct program {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int ticks, before;
    struct task *clock, *server;
    int listener, sock;
    FILE *source;
    struct address address;
    struct buffer piece;
    struct sock_call call;
    struct async_sleep sleep;
};

static void open_all(struct program *self)
{
    self->listener = quiet_socket();
    self->sock = quiet_socket();
    self->source = tmpfile();
    self->address.in = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    self->address.size = sizeof self->address.in;
    bind(self->listener, any(&self->address), self->address.size);
    listen(self->listener, SOMAXCONN);
    getsockname(self->listener, any(&self->address), &self->address.size);
}

static void fill_file(FILE *source)
{
    char fs[5000];

    memset(fs, 'f', sizeof fs);
    fwrite(fs, 1, sizeof fs, source);
    fflush(source);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->loop = async_get_running_loop();
    step_time(self->loop);
    CO_CHECK(self, self->clock =
                       async_create_task(COROUTINE(ticker_new(&self->ticks))));
    open_all(self);
    CO_CHECK(self, self->server = async_create_task(
                       COROUTINE(serve_new(self->loop, self->listener))));
    self->call = loop_sock_connect(self->loop, self->sock, any(&self->address),
                                   self->address.size);
    CO_AWAIT(self, self->call);
    self->call = loop_sock_sendall(self->loop, self->sock, "ping", 4);
    CO_AWAIT(self, self->call);
    self->before = self->ticks;
    self->call = loop_sock_recv(self->loop, self->sock, &self->piece, 100);
    CO_AWAIT(self, self->call);
    printf("client recv: %.*s\n", (int)self->piece.length, self->piece.data);
    printf("loop ticked meanwhile: %s\n",
           truth(self->ticks - self->before >= 4));

    self->call = loop_sock_sendall(self->loop, self->sock, "last", 4);
    CO_AWAIT(self, self->call);
    self->sleep = async_sleep(UNIT);
    CO_AWAIT(self, self->sleep);
    fill_file(self->source);
    self->call =
        loop_sock_sendfile(self->loop, self->sock, fileno(self->source), 0, 0);
    CO_AWAIT(self, self->call);
    printf("sendfile: %d\n", (int)value_number(self->call.result));
    shutdown(self->sock, SHUT_WR);
    CO_AWAIT(self, *self->server);
    task_cancel(self->clock, NULL);
    CO_FINALLY(self);
    buffer_free(&self->piece);
    fclose(self->source);
    close(self->sock);
    close(self->listener);
    task_free(self->server);
    task_free(self->clock);
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
