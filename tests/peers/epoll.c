/*
 * epoll.c - the floor: the same job by hand, as few calls as it takes.
 *
 * One thread, one epoll. A connection is a slot of an array; a socket is
 * registered once, edge-triggered, and the kernel forgets it with close().
 * Every call is tried before it is waited for: on loopback a connection often
 * stands when connect() returns, so the request is sent at once. All pages
 * have the same timeout, so a list in the order of their start is in the order
 * of their deadlines, too.
 *
 * It has no layers that could cost something: no callbacks, no timers, no
 * names, no redirects. What a library takes more than this is its price.
 */
#include "answer.h"
#include "peer.h"

#include "common/clock.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 512, ROOM = 64 * 1024 };

struct connection {
    int fd;          /* -1: none */
    bool is_old;     /* has carried an answer before */
    bool is_watched; /* registered with epoll */
    bool is_sending; /* the request, or connecting */
    uint16_t port;
    uint32_t address;
    size_t sent;            /* bytes of the request */
    struct peer_page *page; /* NULL: it is idle */
    int64_t deadline_ns;
    struct connection *earlier, *later; /* among those in flight */
    struct connection *next_idle;
    struct answer answer;
};

static struct peer peer;
static int epoll_fd;
static int64_t now_ns; /* as of the last wait: near enough for a timeout */
static char room[ROOM];
static struct connection in_flight = {.earlier = &in_flight,
                                      .later = &in_flight}; /* a ring */
static struct connection *idle; /* the last one first: its socket is warm */

/* ---- deadlines ---- */

static void link_last(struct connection *self)
{
    self->deadline_ns = now_ns + peer.timeout_ns;
    self->earlier = in_flight.earlier;
    self->later = &in_flight;
    self->earlier->later = in_flight.earlier = self;
}

static void unlink_from_ring(struct connection *self)
{
    self->earlier->later = self->later;
    self->later->earlier = self->earlier;
}

/* ---- the end of a page ---- */

static void hang_up(struct connection *self)
{
    if (self->fd >= 0)
        close(self->fd);
    self->fd = -1;
}

static void put_aside(struct connection *self)
{
    self->page = NULL;
    self->next_idle = idle;
    idle = self;
}

/* Notes what became of the page; the connection waits for another. */
static void end_page(struct connection *self, enum peer_outcome outcome)
{
    struct answer *answer = &self->answer;

    self->page->status = answer->status;
    self->page->bytes = answer->bytes;
    self->page->digest = answer->digest;
    if (outcome != PEER_OK || !peer.keep_alive || !answer->keep_alive)
        hang_up(self);
    unlink_from_ring(self);
    peer_finish(&peer, self->page, outcome);
    put_aside(self);
}

static void connect_anew(struct connection *self);

/*
 * A kept connection that breaks before a byte of the answer was closed by the
 * server meanwhile: no fault of the page (RFC 9112, 9.3.1).
 */
static void break_off(struct connection *self, enum peer_outcome outcome)
{
    if (self->is_old && !self->answer.began)
        connect_anew(self);
    else
        end_page(self, outcome);
}

/* ---- the answer ---- */

static void judge(struct connection *self, enum answer_verdict verdict)
{
    self->is_old = true;
    end_page(self, verdict == ANSWER_DONE        ? PEER_OK
                   : verdict == ANSWER_MALFORMED ? PEER_MALFORMED
                                                 : PEER_TRUNCATED);
}

/*
 * Edge-triggered: what has arrived is told once, so it is read to its end. A
 * short read was the end, unless the server has also closed (`closed`).
 */
static void receive(struct connection *self, bool closed)
{
    ssize_t n;

    do {
        n = recv(self->fd, room, sizeof room, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN) {
            peer.retries++;
            return;
        }
        if (n < 0) {
            break_off(self, peer_outcome_of(errno));
            return;
        }
        if (n == 0 && !self->answer.began) {
            break_off(self, PEER_TRUNCATED);
            return;
        }
        enum answer_verdict verdict =
            n == 0 ? answer_end(&self->answer)
                   : answer_feed(&self->answer, room, (size_t)n);
        if (verdict != ANSWER_MORE) {
            judge(self, verdict);
            return;
        }
    } while (n < 0 || n == (ssize_t)sizeof room || closed);
}

/* ---- the request ---- */

/* Registers it, once, for what it will ever wait for. */
static void watch(struct connection *self, uint32_t events)
{
    struct epoll_event event = {.events = events | EPOLLRDHUP | EPOLLET,
                                .data.ptr = self};

    if (self->is_watched)
        return;
    self->is_watched = true;
    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, self->fd, &event) < 0)
        end_page(self, PEER_SYSTEM);
}

/*
 * Sends what is unsent; the request is written anew rather than kept, for it
 * nearly always goes in one piece. EAGAIN also means: not connected yet. A
 * socket that never had to wait for that is registered for reading alone, so
 * it does not wake us for being writable.
 */
static void send_request(struct connection *self)
{
    char request[PEER_REQUEST_MAX];
    size_t size = peer_request(&peer, self->page, request);

    while (self->sent < size) {
        ssize_t n = send(self->fd, request + self->sent, size - self->sent,
                         MSG_NOSIGNAL);
        if (n >= 0) {
            self->sent += (size_t)n;
        } else if (errno == EAGAIN) {
            peer.retries++;
            watch(self, EPOLLIN | EPOLLOUT);
            return;
        } else if (errno != EINTR) {
            break_off(self, peer_outcome_of(errno));
            return;
        }
    }
    self->is_sending = false;
    watch(self, EPOLLIN);
}

/* ---- the connection ---- */

static void connect_anew(struct connection *self)
{
    struct sockaddr_in address = peer_address(self->page);

    hang_up(self);
    self->is_old = self->is_watched = false;
    self->is_sending = true;
    self->sent = 0;
    self->address = self->page->address;
    self->port = self->page->port;
    self->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (self->fd < 0)
        end_page(self, PEER_SYSTEM);
    else if (connect(self->fd, (struct sockaddr *)&address, sizeof address) <
                 0 &&
             errno != EINPROGRESS && errno != EINTR)
        end_page(self, peer_outcome_of(errno));
    else
        send_request(self);
}

static void begin_page(struct connection *self, struct peer_page *page)
{
    self->page = page;
    answer_init(&self->answer);
    self->sent = 0;
    self->is_sending = true;
    link_last(self);
    if (self->fd >= 0 && self->address == page->address &&
        self->port == page->port)
        send_request(self);
    else
        connect_anew(self);
}

/* A loop, not a call from end_page(): pages may fail as fast as they begin. */
static void begin_pages(void)
{
    struct peer_page *page;

    while ((page = peer_take(&peer)) != NULL) {
        struct connection *self = idle;
        idle = self->next_idle;
        begin_page(self, page);
    }
}

/* ---- the loop ---- */

/* In a batch of events no two are of one socket, so none can be stale. */
static void on_event(struct connection *self, uint32_t events)
{
    if (self->page != NULL && self->is_sending)
        send_request(self);
    if (self->page != NULL && !self->is_sending && events != EPOLLOUT)
        receive(self, events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
}

static int time_left_ms(void)
{
    int64_t left_ns = in_flight.later->deadline_ns - now_ns;

    return left_ns > 0 ? (int)((left_ns + NS_PER_MS - 1) / NS_PER_MS) : 0;
}

static void run(void)
{
    struct epoll_event events[EVENTS];

    while (in_flight.later != &in_flight) {
        int count = epoll_wait(epoll_fd, events, EVENTS, time_left_ms());
        assert(count >= 0 || errno == EINTR);
        now_ns = clock_now_ns();
        peer.waits++;
        for (int i = 0; i < count; i++)
            on_event(events[i].data.ptr, events[i].events);
        while (in_flight.later != &in_flight &&
               in_flight.later->deadline_ns <= now_ns)
            end_page(in_flight.later, PEER_TIMEOUT);
        begin_pages();
    }
}

int main(int argc, char **argv)
{
    int status = peer_open(&peer, "epoll", argc, argv);

    if (status != PEER_GO_ON)
        return status;
    size_t count =
        peer.concurrency < peer.page_count ? peer.concurrency : peer.page_count;
    struct connection *connections = calloc(count, sizeof *connections);
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    assert(connections != NULL && epoll_fd >= 0);
    now_ns = clock_now_ns();
    for (size_t i = 0; i < count; i++) {
        connections[i].fd = -1;
        put_aside(&connections[i]);
    }
    begin_pages();
    run();
    for (size_t i = 0; i < count; i++)
        hang_up(&connections[i]);
    close(epoll_fd);
    free(connections);
    return peer_close(&peer);
}
