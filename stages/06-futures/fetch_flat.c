/*
 * fetch_flat.c - see fetch.h: the fetch as one generator that yields futures.
 *
 *     def fetch(self):
 *         sock.connect(...)
 *         f = Future()
 *         selector.register(sock, EVENT_WRITE, lambda: f.set_result(None))
 *         yield f
 *         selector.unregister(sock)
 *         ...
 *
 * The story is whole again, top to bottom. But every wait is the same four
 * steps, written out: make a future, watch, yield it, unwatch; and each must
 * look for itself whether an error was thrown while it waited.
 */
#include "fetch.h"

#include "common/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

const struct error cancelled = {ECANCELED, "the crawl was stopped"};

enum { CHUNK_SIZE = 16 * 1024 };

struct fetch {
    struct coroutine co;
    struct loop *loop;
    struct limit *limit;
    struct exchange x;
    struct future ready;
    struct name name;
    struct lookup *lookup;
    int fd;
};

/* ---- what can be done at once ---- */

static bool is_not_yet(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

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

static void hang_up(struct fetch *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}

/* Watches the socket for the future that will be yielded. */
static bool watch(struct fetch *self, int events)
{
    self->ready = future_new();
    if (loop_watch(self->loop, self->fd, events, &self->ready) == 0)
        return true;
    exchange_system_failed(&self->x, errno, "watching the socket");
    return false;
}

/* Returns true if the connection is being made: wait for it. */
static bool begin_connect(struct fetch *self)
{
    struct exchange *x = &self->x;

    self->fd = socket(x->address->ai_family,
                      SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (self->fd < 0) {
        exchange_address_failed(x, errno);
        return false;
    }
    if (connect(self->fd, x->address->ai_addr, x->address->ai_addrlen) == 0)
        return false;
    if (errno == EINPROGRESS || errno == EINTR) {
        x->page->result.retries++;
        return true;
    }
    exchange_address_failed(x, errno);
    hang_up(self);
    return false;
}

/* The connect is over: how did it go? */
static void end_connect(struct fetch *self)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (getsockopt(self->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        error = errno;
    if (error == 0)
        exchange_connected(&self->x, self->fd);
    else
        exchange_address_failed(&self->x, error);
    if (self->x.state != EXCHANGE_SENDING)
        hang_up(self);
}

/* Each returns true if the kernel said "not yet": wait, then try again. */
static bool try_send(struct fetch *self)
{
    size_t size;
    const char *request = exchange_unsent(&self->x, &size);
    ssize_t n = send(self->fd, request, size, MSG_NOSIGNAL);

    if (n < 0 && is_not_yet(errno)) {
        self->x.page->result.retries++;
        return true;
    }
    if (n < 0)
        exchange_send_failed(&self->x, errno);
    else
        exchange_sent(&self->x, (size_t)n);
    return false;
}

static bool try_receive(struct fetch *self)
{
    char chunk[CHUNK_SIZE];
    ssize_t n = recv(self->fd, chunk, sizeof chunk, 0);

    if (n < 0 && is_not_yet(errno)) {
        self->x.page->result.retries++;
        return true;
    }
    if (n < 0)
        exchange_receive_failed(&self->x, errno);
    else
        exchange_received(&self->x, chunk, (size_t)n);
    return false;
}

/* ---- the fetch ---- */

static struct future *fetch(struct coroutine *co)
{
    struct fetch *self = (struct fetch *)co;
    struct exchange *x = &self->x;

    CO_BEGIN(self);
    if (loop_set_limit(self->loop, self->limit, x->deadline_ns) < 0)
        exchange_system_failed(x, errno, "no memory for the deadline");

    while (x->state != EXCHANGE_OVER) {
        /* the name */
        self->lookup =
            resolver_ask(self->loop->resolver, x->url.host, x->url.port);
        if (self->lookup != NULL &&
            lookup_poll(self->lookup) == LOOKUP_PENDING) {
            self->ready = future_new();
            loop_watch_name(self->loop, &self->name, self->lookup,
                            &self->ready);
            CO_YIELD(self, &self->ready);
            loop_forget_name(self->loop, &self->name);
            if (self->ready.co.error != NULL) {
                end_by(x, self->ready.co.error);
                CO_RETURN(self);
            }
        }
        exchange_resolved(x, self->lookup);

        /* the connection */
        while (x->state == EXCHANGE_CONNECTING) {
            if (!begin_connect(self)) {
                if (self->fd >= 0)
                    end_connect(self);
                continue;
            }
            if (!watch(self, SELECTOR_WRITE))
                CO_RETURN(self);
            loop_set_limit(self->loop, self->limit,
                           exchange_address_deadline_ns(x));
            CO_YIELD(self, &self->ready);
            loop_unwatch(self->loop, self->fd);
            if (self->ready.co.error == &timed_out) {
                hang_up(self);
                exchange_address_failed(x, ETIMEDOUT);
            } else if (self->ready.co.error != NULL) {
                end_by(x, self->ready.co.error);
                CO_RETURN(self);
            } else {
                end_connect(self);
            }
        }
        if (x->state == EXCHANGE_SENDING)
            loop_set_limit(self->loop, self->limit, x->deadline_ns);

        /* the request */
        while (x->state == EXCHANGE_SENDING) {
            if (!try_send(self))
                continue;
            if (!watch(self, SELECTOR_READ | SELECTOR_WRITE))
                CO_RETURN(self);
            CO_YIELD(self, &self->ready);
            loop_unwatch(self->loop, self->fd);
            if (self->ready.co.error != NULL) {
                end_by(x, self->ready.co.error);
                CO_RETURN(self);
            }
            try_receive(self); /* it may have answered instead of reading */
        }

        /* docs: 06-flat-answer */
        /* the answer */
        while (x->state == EXCHANGE_READING) {
            if (!watch(self, SELECTOR_READ))
                CO_RETURN(self);
            CO_YIELD(self, &self->ready);
            loop_unwatch(self->loop, self->fd);
            if (self->ready.co.error != NULL) {
                end_by(x, self->ready.co.error);
                CO_RETURN(self);
            }
            try_receive(self); /* readiness is a hint: perhaps in vain */
        }

        /* the next hop */
        hang_up(self);
        if (x->state == EXCHANGE_REDIRECTED)
            exchange_next_hop(x);
    }

    CO_FINALLY(self);
    hang_up(self);
    loop_drop_limit(self->loop, self->limit);
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
