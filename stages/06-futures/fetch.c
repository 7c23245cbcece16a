/*
 * fetch.c - see fetch.h: the fetch with its waits factored out.
 *
 *     def read_all(self):                      def fetch(self):
 *         while True:                              yield from connect(sock)
 *             yield from ready(sock, READ)         yield from send_all(...)
 *             chunk = sock.recv(4096)              yield from read_all(sock)
 *             ...
 *
 * What fetch_flat.c wrote out at every wait is now one coroutine, ready(), and
 * the others delegate to it. An error that is thrown in climbs up through them
 * by itself, each cleaning up on the way.
 */
#include "fetch.h"

#include "common/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

const struct error cancelled = {ECANCELED, "the crawl was stopped"};
/* The selector has no room for the socket: ENOSPC is what epoll says then. */
static const struct error cannot_watch = {ENOSPC, "watching the socket"};

enum { CHUNK_SIZE = 16 * 1024 };

static bool is_not_yet(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* ---- ready: waits until a socket is ready ---- */

/*
 *     def ready(sock, event):
 *         f = Future()
 *         selector.register(sock, event, f)
 *         try:
 *             yield f
 *         finally:
 *             selector.unregister(sock)
 */
struct ready {
    struct coroutine co;
    struct loop *loop;
    int fd;
    int events;
    bool watched;
    struct future future;
};

/* docs: 06-ready */
static struct future *ready(struct coroutine *co)
{
    struct ready *self = (struct ready *)co;

    CO_BEGIN(self);
    self->future = future_new();
    if (loop_watch(self->loop, self->fd, self->events, &self->future) < 0)
        CO_RAISE(self, &cannot_watch);
    self->watched = true;
    CO_AWAIT(self, self->future);
    CO_FINALLY(self);
    if (self->watched)
        loop_unwatch(self->loop, self->fd);
    CO_END(self);
}

static struct ready ready_new(struct loop *loop, int fd, int events)
{
    return (struct ready){
        .co = CO_INIT(ready), .loop = loop, .fd = fd, .events = events};
}

/* ---- look_up: waits until the name is resolved ---- */

struct look_up {
    struct coroutine co;
    struct loop *loop;
    struct exchange *x;
    struct lookup *lookup;
    struct name name;
    struct future future;
};

static struct future *look_up(struct coroutine *co)
{
    struct look_up *self = (struct look_up *)co;
    struct url *url = &self->x->url;

    CO_BEGIN(self);
    self->lookup = resolver_ask(self->loop->resolver, url->host, url->port);
    if (self->lookup != NULL && lookup_poll(self->lookup) == LOOKUP_PENDING) {
        self->future = future_new();
        loop_watch_name(self->loop, &self->name, self->lookup, &self->future);
        CO_AWAIT(self, self->future);
    }
    exchange_resolved(self->x, self->lookup);
    CO_FINALLY(self);
    loop_forget_name(self->loop, &self->name);
    CO_END(self);
}

static struct look_up look_up_new(struct loop *loop, struct exchange *x)
{
    return (struct look_up){.co = CO_INIT(look_up), .loop = loop, .x = x};
}

/* ---- dial: waits for a connection, to one address after another ---- */

struct dial {
    struct coroutine co;
    struct loop *loop;
    struct limit *limit;
    struct exchange *x;
    int fd;    /* the connection, when it is over; or -1 */
    int error; /* how the connect went: 0, EINPROGRESS, another errno */
    struct ready ready;
};

static int begin_connect(struct dial *self)
{
    const struct addrinfo *address = self->x->address;

    self->fd = socket(address->ai_family,
                      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (self->fd < 0)
        return errno;
    if (connect(self->fd, address->ai_addr, address->ai_addrlen) == 0)
        return 0;
    return errno == EINTR ? EINPROGRESS : errno; /* it goes on all the same */
}

/* `error` says how it went, or the socket does. */
static void end_connect(struct dial *self, int error)
{
    socklen_t size = sizeof error;

    if (error == 0 &&
        getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        error = errno;
    if (error == 0)
        exchange_connected(self->x, self->fd);
    else
        exchange_address_failed(self->x, error);
    if (self->x->state != EXCHANGE_SENDING && self->fd >= 0) {
        close(self->fd);
        self->fd = -1;
    }
}

static struct future *dial(struct coroutine *co)
{
    struct dial *self = (struct dial *)co;

    CO_BEGIN(self);
    while (self->x->state == EXCHANGE_CONNECTING) {
        self->error = begin_connect(self);
        if (self->error == EINPROGRESS) {
            self->x->page->result.retries++;
            loop_set_limit(self->loop, self->limit,
                           exchange_address_deadline_ns(self->x));
            self->ready = ready_new(self->loop, self->fd, SELECTOR_WRITE);
            CO_TRY_AWAIT(self, self->ready);
            if (self->ready.co.error == &timed_out)
                self->error = ETIMEDOUT; /* of this address: try the next one */
            else if (self->ready.co.error != NULL)
                CO_RAISE(self, self->ready.co.error);
            else
                self->error = 0;
        }
        end_connect(self, self->error);
    }
    loop_set_limit(self->loop, self->limit, self->x->deadline_ns);
    CO_FINALLY(self);
    if (self->co.error != NULL && self->fd >= 0)
        close(self->fd);
    CO_END(self);
}

static struct dial dial_new(struct loop *loop, struct limit *limit,
                            struct exchange *x)
{
    return (struct dial){
        .co = CO_INIT(dial), .loop = loop, .limit = limit, .x = x, .fd = -1};
}

/* ---- send_all and read_all ---- */

struct transfer {
    struct coroutine co;
    struct loop *loop;
    struct exchange *x;
    int fd;
    struct ready ready;
};

static struct transfer transfer_new(coroutine_resume *code, struct loop *loop,
                                    struct exchange *x, int fd)
{
    return (struct transfer){
        .co = CO_INIT(code), .loop = loop, .x = x, .fd = fd};
}

/* Sends what goes. Returns true if the kernel said "not yet". */
static bool try_send(struct transfer *self)
{
    size_t size;
    const char *request = exchange_unsent(self->x, &size);
    ssize_t n = send(self->fd, request, size, MSG_NOSIGNAL);

    if (n < 0 && is_not_yet(errno)) {
        self->x->page->result.retries++;
        return true;
    }
    if (n < 0)
        exchange_send_failed(self->x, errno);
    else
        exchange_sent(self->x, (size_t)n);
    return false;
}

static void receive(struct transfer *self)
{
    char chunk[CHUNK_SIZE];
    ssize_t n = recv(self->fd, chunk, sizeof chunk, 0);

    if (n >= 0)
        exchange_received(self->x, chunk, (size_t)n);
    else if (is_not_yet(errno)) /* readiness is a hint, not a promise */
        self->x->page->result.retries++;
    else
        exchange_receive_failed(self->x, errno);
}

static struct future *send_all(struct coroutine *co)
{
    struct transfer *self = (struct transfer *)co;

    CO_BEGIN(self);
    while (self->x->state == EXCHANGE_SENDING) {
        if (try_send(self)) {
            self->ready =
                ready_new(self->loop, self->fd, SELECTOR_READ | SELECTOR_WRITE);
            CO_AWAIT(self, self->ready);
            receive(self); /* it may have answered instead of reading */
        }
    }
    CO_FINALLY(self);
    CO_END(self);
}

/* docs: 06-read-all */
static struct future *read_all(struct coroutine *co)
{
    struct transfer *self = (struct transfer *)co;

    CO_BEGIN(self);
    while (self->x->state == EXCHANGE_READING) {
        self->ready = ready_new(self->loop, self->fd, SELECTOR_READ);
        CO_AWAIT(self, self->ready);
        receive(self);
    }
    CO_FINALLY(self);
    CO_END(self);
}

/* ---- fetch ---- */

/* docs: 06-frame */
struct fetch {
    struct coroutine co;
    struct loop *loop;
    struct limit *limit;
    struct exchange x;
    int fd;
    union { /* one at a time */
        struct look_up look_up;
        struct dial dial;
        struct transfer send_all;
        struct transfer read_all;
    };
};

/* An error was thrown in: the page ends with it. */
static void end_by(struct exchange *x, const struct error *error)
{
    if (error == &timed_out)
        exchange_timed_out(x);
    else if (error == &cancelled)
        exchange_cancelled(x);
    else
        exchange_system_failed(x, error->number, error->message);
}

/* docs: 06-fetch */
static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;
    struct exchange *x = &self->x;

    CO_BEGIN(self);
    if (loop_set_limit(self->loop, self->limit, x->deadline_ns) < 0)
        exchange_system_failed(x, errno, "no memory for the deadline");
    while (x->state != EXCHANGE_OVER) {
        self->look_up = look_up_new(self->loop, x);
        CO_AWAIT(self, self->look_up);

        self->dial = dial_new(self->loop, self->limit, x);
        CO_AWAIT(self, self->dial);
        self->fd = self->dial.fd;

        self->send_all = transfer_new(send_all, self->loop, x, self->fd);
        CO_AWAIT(self, self->send_all);

        self->read_all = transfer_new(read_all, self->loop, x, self->fd);
        CO_AWAIT(self, self->read_all);

        if (self->fd >= 0)
            close(self->fd);
        self->fd = -1;
        if (x->state == EXCHANGE_REDIRECTED)
            exchange_next_hop(x);
    }
    CO_FINALLY(self);
    if (self->fd >= 0)
        close(self->fd);
    loop_drop_limit(self->loop, self->limit);
    if (self->co.error != NULL)
        end_by(x, self->co.error);
    self->co.error = NULL;
    CO_END(self);
}

struct fetch *fetch_new(struct page *page, const struct options *options,
                        struct loop *loop, struct limit *limit)
{
    struct fetch *self = calloc(1, sizeof *self);

    if (self == NULL)
        return NULL;
    self->co = CO_INIT(fetch);
    self->loop = loop;
    self->limit = limit;
    self->fd = -1;
    exchange_begin(&self->x, page, options);
    return self;
}

struct coroutine *fetch_coroutine(struct fetch *self)
{
    return &self->co;
}

void fetch_free(struct fetch *self)
{
    exchange_end(&self->x);
    free(self);
}
