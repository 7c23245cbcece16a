/*
 * fetch.c - see fetch.h: the fetch of stage 01, and nobody is blocked by it.
 *
 *     sock.connect((host, 80))               # waits
 *     sock.sendall(request)                  # waits
 *     while chunk := sock.recv(4096):        # waits
 *         response += chunk
 *
 * Compare it with ../fetch.c: no frame, no macro, locals are locals, a return
 * value is returned. What it costs to read is the other side of that: which of
 * these functions may be suspended, and let all the world change meanwhile?
 * Those that call ready(), and look_up(); but nothing in them says so.
 */
#include "fetch.h"

#include "fiber.h"

#include "common/exchange.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

const struct error cancelled = {ECANCELED, "the crawl was stopped"};

enum { CHUNK_SIZE = 16 * 1024 };

/* Lives on the fiber's stack, like everything a fetch knows. */
struct fetch {
    struct exchange x;
    struct loop *loop;
    struct limit *limit;
    int fd; /* -1: none */
};

static bool is_not_yet(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

/* ---- waiting ---- */

/* An error was thrown in: the page ends with it, or only this address. */
static void end_by(struct exchange *x, const struct error *error)
{
    if (error == &timed_out && x->state == EXCHANGE_CONNECTING)
        exchange_address_failed(x, ETIMEDOUT);
    else if (error == &timed_out)
        exchange_timed_out(x);
    else if (error == &cancelled)
        exchange_cancelled(x);
    else
        exchange_system_failed(x, error->number, error->message);
}

/* docs: 06-stackful-ready */
/* Waits until the socket is ready. False: it never was, the exchange knows. */
static bool ready(struct fetch *self, int events)
{
    struct future future = future_new();

    if (loop_watch(self->loop, self->fd, events, &future) < 0) {
        exchange_system_failed(&self->x, errno, "watching the socket");
        return false;
    }
    const struct error *error = fiber_await(&future.co);
    loop_unwatch(self->loop, self->fd);
    if (error != NULL)
        end_by(&self->x, error);
    return error == NULL;
}

/* Waits until the name is resolved. */
static void look_up(struct fetch *self)
{
    struct exchange *x = &self->x;
    struct lookup *lookup =
        resolver_ask(self->loop->resolver, x->url.host, x->url.port);

    if (lookup != NULL && lookup_poll(lookup) == LOOKUP_PENDING) {
        struct future future = future_new();
        struct name name;
        loop_watch_name(self->loop, &name, lookup, &future);
        const struct error *error = fiber_await(&future.co);
        loop_forget_name(self->loop, &name);
        if (error != NULL) {
            end_by(x, error);
            return;
        }
    }
    exchange_resolved(x, lookup);
}

/* ---- the connection ---- */

static void hang_up(struct fetch *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}

static int socket_error(int fd)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return errno;
    return error;
}

/* Connects to the address that is to be tried now. */
static void connect_fd(struct fetch *self)
{
    struct exchange *x = &self->x;
    int error = 0;

    if (connect(self->fd, x->address->ai_addr, x->address->ai_addrlen) < 0)
        error = errno;
    if (error == EINPROGRESS || error == EINTR) {
        x->page->result.retries++;
        loop_set_limit(self->loop, self->limit,
                       exchange_address_deadline_ns(x));
        if (!ready(self, SELECTOR_WRITE))
            return;
        error = socket_error(self->fd);
    }
    if (error == 0)
        exchange_connected(x, self->fd);
    else
        exchange_address_failed(x, error);
}

/* Tries one address after another. */
static void dial(struct fetch *self)
{
    struct exchange *x = &self->x;

    while (x->state == EXCHANGE_CONNECTING) {
        self->fd = socket(x->address->ai_family,
                          SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (self->fd >= 0)
            connect_fd(self);
        else
            exchange_address_failed(x, errno);
        if (x->state != EXCHANGE_SENDING)
            hang_up(self);
    }
    if (x->state == EXCHANGE_SENDING)
        loop_set_limit(self->loop, self->limit, x->deadline_ns);
}

/* ---- talking ---- */

/*
 * All fibers receive into the same chunk: none waits while it holds anything.
 * On a stack it would be memory for good in each that ever received.
 */
static void receive(struct fetch *self)
{
    static char chunk[CHUNK_SIZE];
    ssize_t n = recv(self->fd, chunk, sizeof chunk, 0);

    if (n >= 0)
        exchange_received(&self->x, chunk, (size_t)n);
    else if (is_not_yet(errno)) /* readiness is a hint, not a promise */
        self->x.page->result.retries++;
    else
        exchange_receive_failed(&self->x, errno);
}

static void send_all(struct fetch *self)
{
    struct exchange *x = &self->x;

    while (x->state == EXCHANGE_SENDING) {
        size_t size;
        const char *request = exchange_unsent(x, &size);
        ssize_t n = send(self->fd, request, size, MSG_NOSIGNAL);
        if (n >= 0)
            exchange_sent(x, (size_t)n);
        else if (!is_not_yet(errno))
            exchange_send_failed(x, errno);
        else {
            x->page->result.retries++;
            /* It may have answered instead of reading. */
            if (ready(self, SELECTOR_READ | SELECTOR_WRITE))
                receive(self);
        }
    }
}

/* docs: 06-stackful-read-all */
static void read_all(struct fetch *self)
{
    while (self->x.state == EXCHANGE_READING && ready(self, SELECTOR_READ))
        receive(self);
}

/* ---- the fetch ---- */

void fetch(struct page *page, const struct options *options, struct loop *loop,
           struct limit *limit)
{
    struct fetch self = {.loop = loop, .limit = limit, .fd = -1};
    struct exchange *x = &self.x;

    exchange_begin(x, page, options);
    if (loop_set_limit(loop, limit, x->deadline_ns) < 0)
        exchange_system_failed(x, errno, "no memory for the deadline");
    while (x->state != EXCHANGE_OVER) {
        look_up(&self);
        dial(&self);
        send_all(&self);
        read_all(&self);
        hang_up(&self);
        if (x->state == EXCHANGE_REDIRECTED)
            exchange_next_hop(x);
    }
    loop_drop_limit(loop, limit);
    exchange_end(x);
}
