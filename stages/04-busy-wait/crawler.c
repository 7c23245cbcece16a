/*
 * 04-busy-wait - sockets that never block, and a loop that never rests.
 *
 *     sock.setblocking(False)
 *     while True:
 *         try:
 *             chunk = sock.recv(4096)
 *         except BlockingIOError:
 *             pass                     # not yet: ask again, and again
 *
 * Who waits: nobody. A call that would have to wait says "not yet", and the
 * program asks again at once. The state of a fetch: a struct, since there is
 * no stack that could stand still. With one socket (-c 1) nothing is gained:
 * the time that was slept away is now burnt. With all sockets in turn (-c N)
 * it is as fast as N threads, in one thread, and burns a whole core for it.
 */
#include "common/clock.h"
#include "common/crawl.h"
#include "common/exchange.h"
#include "common/resolve.h"
#include "common/stop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct stage stage = {
    .name = "04-busy-wait",
    .summary = "Crawls with sockets that do not block, asking each again and "
               "again.",
};

enum { CHUNK_SIZE = 16 * 1024 };

/* docs: 04-flight */
/* A page on its way: what a blocked thread would keep on its stack. */
struct flight {
    struct exchange x;
    int fd;                /* -1: none */
    struct lookup *lookup; /* NULL: not asked yet */
    int64_t address_deadline_ns;
    struct flight *next;
};

/* docs: 04-not-yet */
static bool is_not_yet(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR ||
           error == EINPROGRESS || error == EALREADY;
}

static void hang_up(struct flight *flight)
{
    if (flight->fd >= 0)
        close(flight->fd);
    flight->fd = -1;
}

/* ---- one step of each kind; each of them returns at once ---- */

static void step_resolving(struct flight *flight, struct resolver *resolver)
{
    struct exchange *x = &flight->x;

    if (flight->lookup == NULL)
        flight->lookup = resolver_ask(resolver, x->url.host, x->url.port);
    if (flight->lookup != NULL &&
        lookup_poll(flight->lookup) == LOOKUP_PENDING) {
        x->page->result.retries++;
        return;
    }
    exchange_resolved(x, flight->lookup);
    flight->lookup = NULL;
}

/* The first call begins to connect, each further one asks how it stands. */
/* docs: 04-connecting */
static void step_connecting(struct flight *flight, int64_t now_ns)
{
    struct exchange *x = &flight->x;
    const struct addrinfo *address = x->address;
    int error = 0;

    if (flight->fd < 0) {
        flight->fd = socket(address->ai_family,
                            SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        flight->address_deadline_ns = exchange_address_deadline_ns(x);
    }
    if (flight->fd < 0 ||
        connect(flight->fd, address->ai_addr, address->ai_addrlen) < 0)
        error = errno;
    if (error == 0 || error == EISCONN) {
        exchange_connected(x, flight->fd);
    } else if (flight->fd < 0 || !is_not_yet(error)) {
        exchange_address_failed(x, error);
    } else if (now_ns >= flight->address_deadline_ns) {
        exchange_address_failed(x, ETIMEDOUT);
    } else {
        x->page->result.retries++;
        return;
    }
    if (x->state != EXCHANGE_SENDING)
        hang_up(flight);
}

/* docs: 04-reading */
static void step_reading(struct flight *flight)
{
    char chunk[CHUNK_SIZE];

    ssize_t n = recv(flight->fd, chunk, sizeof chunk, 0);
    if (n >= 0)
        exchange_received(&flight->x, chunk, (size_t)n);
    else if (is_not_yet(errno))
        flight->x.page->result.retries++;
    else
        exchange_receive_failed(&flight->x, errno);
}

/* docs: 04-sending */
/* A server that does not read may have answered already: look for that. */
static void step_sending(struct flight *flight)
{
    size_t size;
    const char *data = exchange_unsent(&flight->x, &size);

    ssize_t n = send(flight->fd, data, size, MSG_NOSIGNAL);
    if (n >= 0)
        exchange_sent(&flight->x, (size_t)n);
    else if (!is_not_yet(errno))
        exchange_send_failed(&flight->x, errno);
    else
        step_reading(flight);
}

/* docs: 04-step */
static void step(struct flight *flight, struct resolver *resolver)
{
    struct exchange *x = &flight->x;
    int64_t now_ns = clock_now_ns();

    if (x->state != EXCHANGE_OVER && stop_signal() != 0)
        exchange_cancelled(x);
    else if (x->state != EXCHANGE_OVER && now_ns >= x->deadline_ns)
        exchange_timed_out(x);
    switch (x->state) {
    case EXCHANGE_RESOLVING:
        step_resolving(flight, resolver);
        break;
    case EXCHANGE_CONNECTING:
        step_connecting(flight, now_ns);
        break;
    case EXCHANGE_SENDING:
        step_sending(flight);
        break;
    case EXCHANGE_READING:
        step_reading(flight);
        break;
    case EXCHANGE_REDIRECTED:
        hang_up(flight);
        exchange_next_hop(x);
        break;
    case EXCHANGE_OVER:
        hang_up(flight);
        break;
    }
}

/* ---- all of them in turn ---- */

/* Begins with as many pages as may be in flight. */
static void begin_flights(struct crawl *crawl, struct flight **flights)
{
    struct page *page;

    while ((page = crawl_take(crawl)) != NULL) {
        struct flight *flight = malloc(sizeof *flight);
        if (flight == NULL) {
            crawl_no_memory(crawl, page);
            return;
        }
        *flight = (struct flight){.fd = -1, .next = *flights};
        *flights = flight;
        exchange_begin(&flight->x, page, &crawl->options);
    }
}

/* docs: 04-step-all */
/* Moves every flight one step on, and takes out those that are over. */
static void step_all(struct crawl *crawl, struct flight **flights,
                     struct resolver *resolver)
{
    struct flight **link = flights;

    while (*link != NULL) {
        struct flight *flight = *link;
        step(flight, resolver);
        if (flight->x.state != EXCHANGE_OVER || flight->fd >= 0) {
            link = &flight->next;
            continue;
        }
        *link = flight->next;
        struct page *page = flight->x.page;
        exchange_end(&flight->x);
        free(flight);
        crawl_finish(crawl, page);
    }
}

/* docs: 04-main */
int main(int argc, char **argv)
{
    struct crawl crawl;
    struct flight *flights = NULL;

    int status = crawl_open(&crawl, &stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;
    struct resolver *resolver = resolver_new();
    if (resolver == NULL)
        crawl_give_up(&crawl, OUTCOME_SYSTEM, errno, "no resolver");
    while (!crawl_is_over(&crawl)) {
        begin_flights(&crawl, &flights);
        step_all(&crawl, &flights, resolver);
    }
    resolver_free(resolver);
    return crawl_close(&crawl);
}
