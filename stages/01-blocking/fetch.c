/*
 * fetch.c - see fetch.h. The Python it mirrors:
 *
 *     sock = socket.socket()
 *     sock.connect((host, 80))               # waits
 *     sock.sendall(request)                  # waits
 *     while chunk := sock.recv(4096):        # waits
 *         response += chunk
 */
#include "fetch.h"

#include "common/clock.h"
#include "common/exchange.h"
#include "common/stop.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/*
 * No single wait is longer: a signal that comes between the look at
 * stop_signal() and the call that waits is noticed at the next look.
 */
static const int64_t LOOK_UP_NS = NS_PER_S;

/* A send that waits longer than this looks for an answer meanwhile. */
static const int64_t SEND_LOOK_UP_NS = NS_PER_S / 10;

enum { CHUNK_SIZE = 16 * 1024 };

/* ---- deadlines for calls that know only time limits ---- */

/* How long the next call may wait, at most; or 0: the deadline has passed. */
static int64_t wait_limit_ns(int64_t deadline_ns, int64_t most_ns)
{
    int64_t left = deadline_ns - clock_now_ns();

    return left <= 0 ? 0 : left < most_ns ? left : most_ns;
}

/* docs: 01-limit-wait */
/*
 * Limits the socket's next call to `most_ns` and the deadline: option is
 * SO_SNDTIMEO (connect and send) or SO_RCVTIMEO. Returns 0, or -1 with errno:
 * EINTR, ETIMEDOUT.
 */
static int limit_wait(int fd, int option, int64_t deadline_ns, int64_t most_ns)
{
    int64_t limit = wait_limit_ns(deadline_ns, most_ns);
    /* Zero would mean for ever: at least a microsecond. */
    struct timeval tv = {.tv_sec = limit / NS_PER_S,
                         .tv_usec = limit % NS_PER_S / NS_PER_US + 1};

    if (tv.tv_usec == 1000000)
        tv = (struct timeval){.tv_sec = tv.tv_sec + 1};
    if (stop_signal() != 0)
        errno = EINTR;
    else if (limit == 0)
        errno = ETIMEDOUT;
    else
        return setsockopt(fd, SOL_SOCKET, option, &tv, sizeof tv);
    return -1;
}

/* Whether the call only came back to let us look at clock and signal. */
static bool is_look_up(int error)
{
    return error == EINTR || error == EAGAIN || error == EWOULDBLOCK ||
           error == EINPROGRESS;
}

/* The exchange ends if we were stopped or are late; else true: go on. */
static bool may_go_on(struct exchange *x)
{
    if (stop_signal() != 0)
        exchange_cancelled(x);
    else if (clock_now_ns() >= x->deadline_ns)
        exchange_timed_out(x);
    return x->state != EXCHANGE_OVER;
}

/* limit_wait() failed: a call without a limit might wait for ever. */
static void cannot_wait(struct exchange *x, int error)
{
    if (may_go_on(x))
        exchange_system_failed(x, error, "limiting a wait");
}

/* ---- connecting ---- */

static void look_up(struct exchange *x, struct resolver *resolver)
{
    struct lookup *lookup = resolver_ask(resolver, x->url.host, x->url.port);

    if (lookup != NULL && lookup_poll(lookup) == LOOKUP_PENDING) {
        x->page->result.waits++;
        if (lookup_wait(lookup, x->deadline_ns) == LOOKUP_PENDING) {
            if (may_go_on(x))
                exchange_timed_out(x);
            return;
        }
    }
    exchange_resolved(x, lookup);
}

/*
 * A connect that was interrupted goes on in the kernel and cannot be called
 * again: wait for the socket to become writable, then ask how it went.
 */
static int wait_connected(struct exchange *x, int fd, int64_t deadline_ns)
{
    struct pollfd writable = {.fd = fd, .events = POLLOUT};
    int error = 0;
    socklen_t size = sizeof error;
    int ready;

    do {
        int64_t limit = wait_limit_ns(deadline_ns, LOOK_UP_NS);
        if (limit == 0 || stop_signal() != 0) {
            errno = limit == 0 ? ETIMEDOUT : EINTR;
            return -1;
        }
        struct timespec ts = clock_timespec(limit);
        x->page->result.waits++;
        ready = ppoll(&writable, 1, &ts, NULL);
        if (ready < 0 && errno != EINTR)
            return -1;
    } while (ready <= 0);
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
        return -1;
    errno = error;
    return error == 0 ? 0 : -1;
}

/* Connects to the address tried now. Returns 0, or -1 with errno. */
/* docs: 01-connect */
static int connect_fd(struct exchange *x, int fd)
{
    int64_t deadline_ns = exchange_address_deadline_ns(x);

    if (limit_wait(fd, SO_SNDTIMEO, deadline_ns, LOOK_UP_NS) < 0)
        return -1;
    x->page->result.waits++;
    if (connect(fd, x->address->ai_addr, x->address->ai_addrlen) == 0)
        return 0;
    return is_look_up(errno) ? wait_connected(x, fd, deadline_ns) : -1;
}

/* Tries the addresses in turn. Returns a connected descriptor, or -1. */
/* docs: 01-dial */
static int dial(struct exchange *x)
{
    while (x->state == EXCHANGE_CONNECTING) {
        int fd = socket(x->address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd >= 0 && connect_fd(x, fd) == 0)
            exchange_connected(x, fd);
        else if (stop_signal() != 0)
            exchange_cancelled(x);
        else
            exchange_address_failed(x, errno);
        if (x->state == EXCHANGE_SENDING)
            return fd;
        if (fd >= 0)
            close(fd);
    }
    return -1;
}

/* ---- talking ---- */

/* `flags` are those of recv(2): MSG_DONTWAIT takes only what is there. */
/* docs: 01-receive */
static void receive_some(struct exchange *x, int fd, int flags)
{
    char chunk[CHUNK_SIZE];

    if (limit_wait(fd, SO_RCVTIMEO, x->deadline_ns, LOOK_UP_NS) < 0) {
        cannot_wait(x, errno);
        return;
    }
    x->page->result.waits += !(flags & MSG_DONTWAIT);
    ssize_t n = recv(fd, chunk, sizeof chunk, flags);
    if (n >= 0)
        exchange_received(x, chunk, (size_t)n);
    else if (!is_look_up(errno))
        exchange_receive_failed(x, errno);
}

/*
 * Waits a while at most: if the server does not read, it may be because it
 * has answered already.
 */
static void send_some(struct exchange *x, int fd)
{
    size_t size;
    const char *data = exchange_unsent(x, &size);

    if (limit_wait(fd, SO_SNDTIMEO, x->deadline_ns, SEND_LOOK_UP_NS) < 0) {
        cannot_wait(x, errno);
        return;
    }
    x->page->result.waits++;
    ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
    if (n >= 0)
        exchange_sent(x, (size_t)n);
    else if (!is_look_up(errno))
        exchange_send_failed(x, errno);
    if (x->state == EXCHANGE_SENDING)
        receive_some(x, fd, MSG_DONTWAIT);
}

/* docs: 01-talk */
static void talk(struct exchange *x, int fd)
{
    while (x->state == EXCHANGE_SENDING && may_go_on(x))
        send_some(x, fd);
    while (x->state == EXCHANGE_READING && may_go_on(x))
        receive_some(x, fd, 0);
}

/* docs: 01-fetch */
void fetch(struct page *page, const struct options *options,
           struct resolver *resolver)
{
    struct exchange x;

    exchange_begin(&x, page, options);
    while (x.state != EXCHANGE_OVER) {
        look_up(&x, resolver);
        int fd = dial(&x);
        if (fd >= 0) {
            talk(&x, fd);
            close(fd);
        }
        if (x.state == EXCHANGE_REDIRECTED && may_go_on(&x))
            exchange_next_hop(&x);
    }
    exchange_end(&x);
}
