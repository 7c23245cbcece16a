/*
 * 05-callbacks - one wait for all sockets, and a callback for what comes next.
 *
 *     def on_connected(self, key, mask):
 *         selector.modify(key.fd, EVENT_READ, self.on_readable)
 *         ...
 *     while pages_in_flight:
 *         for key, mask in selector.select():
 *             key.data(key, mask)
 *
 * Who waits: the program, once for all, in the selector. The state of a fetch:
 * a struct on the heap. One thread now does what N did, and no core burns. But
 * the story of a fetch, which was ten lines in stage 01, is cut wherever it
 * would wait: each piece registers the next one and returns, what it knew it
 * had to put into the struct, and an error may come up in any of them.
 */
#include "deadlines.h"
#include "selector.h"

#include "common/clock.h"
#include "common/crawl.h"
#include "common/exchange.h"
#include "common/resolve.h"
#include "common/stop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *backend; /* --selector; NULL: the best there is */

static bool set_backend(const char *value)
{
    backend = value;
    return selector_has_backend(value);
}

static const struct stage stage = {
    .name = "05-callbacks",
    .summary = "Crawls with one wait for all sockets, and callbacks.",
    .own = (const struct stage_option[]){
        {"selector", "NAME", "epoll, poll or select (the first there is)",
         "give epoll, poll or select, as this system has it", set_backend},
        {0}}};

enum { CHUNK_SIZE = 16 * 1024 };

struct crawler {
    struct crawl crawl;
    struct selector *selector;
    struct resolver *resolver;
    struct deadlines deadlines; /* one for every page in flight */
    struct flight *looking_up;  /* those whose name is being looked up */
};

/* docs: 05-flight */
/* A page on its way: all that the next callback will need to know. */
struct flight {
    struct deadline deadline; /* first: a deadline leads to its flight */
    struct exchange x;
    struct crawler *crawler;
    int fd; /* -1: none; registered whenever there is one */
    struct lookup *lookup;
    struct flight *next; /* in looking_up */
};

static void look_up(struct flight *flight);

/* ---- the end of a hop and of a page ---- */

static void hang_up(struct flight *flight)
{
    if (flight->fd < 0)
        return;
    selector_unregister(flight->crawler->selector, flight->fd);
    close(flight->fd);
    flight->fd = -1;
}

static void stop_looking_up(struct flight *flight)
{
    struct flight **link = &flight->crawler->looking_up;

    while (*link != NULL && *link != flight)
        link = &(*link)->next;
    if (*link != NULL)
        *link = flight->next;
}

/* docs: 05-finish */
static void finish(struct flight *flight)
{
    struct crawler *crawler = flight->crawler;
    struct page *page = flight->x.page;

    if (flight->lookup != NULL)
        stop_looking_up(flight);
    hang_up(flight);
    deadlines_drop(&crawler->deadlines, &flight->deadline);
    exchange_end(&flight->x);
    free(flight);
    crawl_finish(&crawler->crawl, page);
}

/* docs: 05-settle */
/* After each piece of a fetch: is this hop, or the page, over with it? */
static void settle(struct flight *flight)
{
    if (flight->x.state == EXCHANGE_REDIRECTED) {
        hang_up(flight);
        exchange_next_hop(&flight->x);
        if (flight->x.state == EXCHANGE_RESOLVING)
            look_up(flight);
    }
    if (flight->x.state == EXCHANGE_OVER)
        finish(flight);
}

/* Waits for the socket; the callback goes on from there. */
static void watch(struct flight *flight, int events,
                  selector_callback *callback)
{
    struct selector *selector = flight->crawler->selector;

    if (selector_modify(selector, flight->fd, events, callback, flight) < 0)
        exchange_system_failed(&flight->x, errno, "watching the socket");
}

/* ---- the answer ---- */

/* docs: 05-receive */
static void receive(struct flight *flight)
{
    char chunk[CHUNK_SIZE];

    ssize_t n = recv(flight->fd, chunk, sizeof chunk, 0);
    if (n >= 0)
        exchange_received(&flight->x, chunk, (size_t)n);
    else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
        flight->x.page->result.retries++; /* readiness is a hint */
    else
        exchange_receive_failed(&flight->x, errno);
}

/* docs: 05-on-readable */
static void on_readable(void *data, int events)
{
    struct flight *flight = data;

    (void)events;
    receive(flight);
    settle(flight);
}

/* ---- the request ---- */

static void on_writable(void *data, int events);

/* docs: 05-send-request */
/* Sends what goes at once; waits only when the kernel says "not yet". */
static void send_request(struct flight *flight)
{
    struct exchange *x = &flight->x;

    while (x->state == EXCHANGE_SENDING) {
        size_t size;
        const char *request = exchange_unsent(x, &size);
        ssize_t n = send(flight->fd, request, size, MSG_NOSIGNAL);
        if (n >= 0)
            exchange_sent(x, (size_t)n);
        else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            x->page->result.retries++;
            watch(flight, SELECTOR_READ | SELECTOR_WRITE, on_writable);
            return;
        } else if (errno != EINTR)
            exchange_send_failed(x, errno);
    }
    if (x->state == EXCHANGE_READING)
        watch(flight, SELECTOR_READ, on_readable);
}

/* A server that does not read may have answered already. */
static void on_writable(void *data, int events)
{
    struct flight *flight = data;

    if (events & SELECTOR_READ)
        receive(flight);
    if (flight->x.state == EXCHANGE_SENDING)
        send_request(flight);
    settle(flight);
}

/* ---- the connection ---- */

static void connect_next(struct flight *flight);

/* The socket's connect has succeeded (error 0) or failed. */
static void connected(struct flight *flight, int error)
{
    struct exchange *x = &flight->x;

    if (error != 0)
        exchange_address_failed(x, error);
    else
        exchange_connected(x, flight->fd);
    if (x->state == EXCHANGE_SENDING) {
        deadlines_set(&flight->crawler->deadlines, &flight->deadline,
                      x->deadline_ns);
        send_request(flight);
        return;
    }
    hang_up(flight);
    if (x->state == EXCHANGE_CONNECTING)
        connect_next(flight);
}

/* docs: 05-on-connected */
static void on_connected(void *data, int events)
{
    struct flight *flight = data;
    int error = 0;
    socklen_t size = sizeof error;

    (void)events;
    if (getsockopt(flight->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        error = errno;
    connected(flight, error);
    settle(flight);
}

/* docs: 05-connect-next */
/* Begins to connect to the address that is to be tried now. */
static void connect_next(struct flight *flight)
{
    struct exchange *x = &flight->x;
    struct crawler *crawler = flight->crawler;

    flight->fd = socket(x->address->ai_family,
                        SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (flight->fd < 0) {
        connected(flight, errno);
        return;
    }
    if (selector_register(crawler->selector, flight->fd, SELECTOR_WRITE,
                          on_connected, flight) < 0) {
        exchange_system_failed(x, errno, "watching the socket");
        close(flight->fd);
        flight->fd = -1;
        return;
    }
    if (connect(flight->fd, x->address->ai_addr, x->address->ai_addrlen) == 0) {
        connected(flight, 0);
        return;
    }
    if (errno != EINPROGRESS && errno != EINTR) {
        connected(flight, errno);
        return;
    }
    x->page->result.retries++;
    deadlines_set(&crawler->deadlines, &flight->deadline,
                  exchange_address_deadline_ns(x));
}

/* ---- the name ---- */

static void resolved(struct flight *flight)
{
    struct lookup *lookup = flight->lookup;

    flight->lookup = NULL;
    exchange_resolved(&flight->x, lookup);
    if (flight->x.state == EXCHANGE_CONNECTING)
        connect_next(flight);
}

static void look_up(struct flight *flight)
{
    struct crawler *crawler = flight->crawler;
    struct url *url = &flight->x.url;

    flight->lookup = resolver_ask(crawler->resolver, url->host, url->port);
    if (flight->lookup == NULL ||
        lookup_poll(flight->lookup) != LOOKUP_PENDING) {
        resolved(flight);
        return;
    }
    flight->next = crawler->looking_up;
    crawler->looking_up = flight;
}

/* Some lookup is over: ask each of those that wait for one. */
static void on_resolved(void *data, int events)
{
    struct crawler *crawler = data;
    struct flight *waiting = crawler->looking_up;

    (void)events;
    resolver_drain(crawler->resolver);
    crawler->looking_up = NULL;
    while (waiting != NULL) {
        struct flight *flight = waiting;
        waiting = flight->next;
        if (lookup_poll(flight->lookup) == LOOKUP_PENDING) {
            flight->next = crawler->looking_up;
            crawler->looking_up = flight;
            continue;
        }
        resolved(flight);
        settle(flight);
    }
}

/* ---- the time ---- */

/*
 * The first deadline passed: of the page, or of the address being tried, in
 * which case the next address has its turn.
 */
static void on_deadline(struct flight *flight)
{
    struct exchange *x = &flight->x;

    if (x->state == EXCHANGE_CONNECTING && clock_now_ns() < x->deadline_ns)
        connected(flight, ETIMEDOUT);
    else
        exchange_timed_out(x);
    settle(flight);
}

/* docs: 05-on-deadlines */
static void on_deadlines(struct crawler *crawler)
{
    int64_t now_ns = clock_now_ns();
    struct deadline *first;

    while ((first = deadlines_first(&crawler->deadlines)) != NULL &&
           first->when_ns <= now_ns)
        on_deadline((struct flight *)first);
}

/* docs: 05-time-left */
/* How long the selector may wait, in nanoseconds. */
static int64_t time_left_ns(const struct crawler *crawler)
{
    const struct deadline *first = deadlines_first(&crawler->deadlines);

    if (first == NULL)
        return SELECTOR_FOREVER;
    int64_t left_ns = first->when_ns - clock_now_ns();
    return left_ns > 0 ? left_ns : 0;
}

/* ---- the loop ---- */

static void begin(struct crawler *crawler, struct page *page)
{
    struct flight *flight = malloc(sizeof *flight);

    if (flight == NULL || deadlines_reserve(&crawler->deadlines,
                                            crawler->deadlines.count + 1) < 0) {
        free(flight);
        crawl_no_memory(&crawler->crawl, page);
        return;
    }
    *flight = (struct flight){.crawler = crawler, .fd = -1};
    exchange_begin(&flight->x, page, &crawler->crawl.options);
    deadlines_set(&crawler->deadlines, &flight->deadline,
                  flight->x.deadline_ns);
    if (flight->x.state == EXCHANGE_RESOLVING)
        look_up(flight);
    settle(flight);
}

/*
 * Ends all that is in flight: cancelled, or failed for the reason `error` if
 * that is not 0. Every page in flight has a deadline, and so is found.
 */
static void end_all(struct crawler *crawler, int error)
{
    struct deadline *first;

    while ((first = deadlines_first(&crawler->deadlines)) != NULL) {
        struct flight *flight = (struct flight *)first;
        if (error == 0)
            exchange_cancelled(&flight->x);
        else
            exchange_system_failed(&flight->x, error, "waiting for sockets");
        finish(flight);
    }
}

/* Ctrl-C. */
static void on_stop(void *data, int events)
{
    (void)events;
    end_all(data, 0);
}

static void begin_pages(struct crawler *crawler)
{
    struct page *page;

    while ((page = crawl_take(&crawler->crawl)) != NULL)
        begin(crawler, page);
}

/* docs: 05-run */
/* A page that ends makes room for the next one at once, not after the turn. */
static void run(struct crawler *crawler)
{
    struct selector_ready ready;

    begin_pages(crawler);
    while (!crawl_is_over(&crawler->crawl)) {
        if (selector_select(crawler->selector, time_left_ns(crawler)) < 0)
            end_all(crawler, errno); /* nobody would ever be called */
        crawler->crawl.figures.waits++;
        while (selector_next(crawler->selector, &ready)) {
            ready.callback(ready.data, ready.events);
            begin_pages(crawler);
        }
        on_deadlines(crawler);
        begin_pages(crawler);
    }
}

/* Returns false, with errno, if the crawl cannot begin. */
static bool set_up(struct crawler *crawler)
{
    crawler->selector = selector_new(backend);
    if (crawler->selector == NULL)
        return false;
    crawler->resolver = resolver_new();
    if (crawler->resolver == NULL || resolver_fd(crawler->resolver) < 0)
        return false;
    return selector_register(crawler->selector, stop_fd(), SELECTOR_READ,
                             on_stop, crawler) == 0 &&
           selector_register(crawler->selector, resolver_fd(crawler->resolver),
                             SELECTOR_READ, on_resolved, crawler) == 0;
}

/* Whoever registered has unregistered: no flight is left behind. */
static void tear_down(struct crawler *crawler)
{
    if (crawler->resolver != NULL) {
        selector_unregister(crawler->selector, stop_fd());
        selector_unregister(crawler->selector, resolver_fd(crawler->resolver));
        assert(selector_count(crawler->selector) == 0);
    }
    resolver_free(crawler->resolver);
    selector_free(crawler->selector);
    deadlines_free(&crawler->deadlines);
}

int main(int argc, char **argv)
{
    struct crawler crawler = {0};

    int status = crawl_open(&crawler.crawl, &stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;
    if (set_up(&crawler))
        run(&crawler);
    else
        crawl_give_up(&crawler.crawl, OUTCOME_SYSTEM, errno, "no selector");
    tear_down(&crawler);
    return crawl_close(&crawler.crawl);
}
