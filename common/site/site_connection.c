/*
 * site_connection.c - one client's connection to the practice site.
 *
 * A small state machine: read a request, let the latency pass, send the
 * answer, read the next. Callbacks move it on; progress() runs as far as it
 * goes without waiting. What finds that the connection is over only marks it
 * GONE, and the callback frees it last: nobody below holds a dead pointer.
 */
#include "site_connection.h"

#include "site_arrival.h"

#include <errno.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum state {
    READING,  /* a request, or the rest of one */
    WAITING,  /* the answer is chosen, its latency passes */
    SENDING,  /* the answer */
    LEAVING,  /* all is said; what arrives is discarded until the client goes */
    STALE,    /* closes when anything arrives */
    IGNORING, /* nothing is read; only watched for its end */
    GONE,     /* the callback that runs frees it */
};

enum {
    INPUT_LIMIT = REQUEST_MAX_HEAD, /* bytes of requests that wait their turn */
    EARLY_PEEK = 256,               /* bytes: a fault's request line and more */
    LINGER_MS = 2000,               /* for a refused client to notice */
};

struct connection {
    struct connections *them;
    struct connection *next, **link; /* in the list of all that are open */
    evutil_socket_t fd;
    enum state state;
    bool deaf; /* not reading: too much input waits its turn */
    struct event readable, writable, timer;
    struct evbuffer *in;  /* what is read but not yet answered, or NULL */
    struct evbuffer *out; /* what is to be sent */
    size_t scanned;       /* bytes of `in` searched for a request's end */
    struct answer answer;
    enum play_step step; /* the last one of the answer */
};

static void watch_end(struct connection *self);
static void progress(struct connection *self);

static void connection_free(struct connection *self)
{
    struct connections *them = self->them;

    event_del(&self->readable);
    event_del(&self->writable);
    event_del(&self->timer);
    answer_end(&self->answer);
    if (self->in != NULL)
        evbuffer_free(self->in);
    evbuffer_free(self->out);
    close(self->fd);
    *self->link = self->next;
    if (self->next != NULL)
        self->next->link = self->link;
    free(self);
    them->count--;
    them->closed(them);
}

/* Whether requests, or parts of them, wait their turn. */
static bool has_input(const struct connection *self)
{
    return self->in != NULL && evbuffer_get_length(self->in) > 0;
}

static void hear_again(struct connection *self)
{
    if (self->deaf && event_add(&self->readable, NULL) != 0)
        self->state = GONE;
    self->deaf = false;
}

static void start_timer(struct connection *self, int64_t ns)
{
    int64_t us = (ns + 999) / 1000; /* never early */
    struct timeval tv = {us / 1000000, us % 1000000};

    if (event_add(&self->timer, &tv) != 0)
        self->state = GONE;
}

/* ---- sending ---- */

/* Closing with this set resets: no FIN, what is unsent is lost. */
static void arm_reset(struct connection *self)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(self->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

/* Shuts our side; a client that was refused gets some time, no more. */
static void leave(struct connection *self)
{
    self->state = LEAVING;
    shutdown(self->fd, SHUT_WR);
    if (self->answer.play.fault == NULL)
        start_timer(self, (int64_t)LINGER_MS * 1000000);
}

/* Closes, but not over input: that would reset and undo the answer. */
static void close_after_page(struct connection *self)
{
    if (has_input(self))
        leave(self);
    else
        self->state = GONE;
}

static void end_answer(struct connection *self)
{
    switch (self->answer.ending) {
    case FAULT_KEEPS:
        if (self->answer.keep_alive)
            self->state = READING;
        else
            close_after_page(self);
        break;
    case FAULT_CLOSES:
        self->state = GONE;
        break;
    case FAULT_RESETS:
        arm_reset(self);
        self->state = GONE;
        break;
    case FAULT_WAITS:
        self->state = LEAVING;
        break;
    case FAULT_HALF_CLOSES:
        leave(self);
        break;
    case FAULT_IGNORES:
        watch_end(self);
        break;
    case FAULT_GOES_STALE:
        self->state = has_input(self) ? GONE : STALE;
        break;
    }
    answer_end(&self->answer);
    if (self->state == LEAVING)
        hear_again(self);
}

/*
 * Sends what there is and makes more of it. One step a call: an answer
 * without end must leave the others their turn, so it comes back through the
 * event loop.
 */
static void send_on(struct connection *self)
{
    if (self->step == PLAY_ON && evbuffer_get_length(self->out) < PLAY_AT_ONCE)
        self->step = answer_next(&self->answer, &self->them->source, self->out);
    if (self->step == PLAY_FAILED) {
        self->state = GONE;
        return;
    }
    if (evbuffer_get_length(self->out) > 0 &&
        evbuffer_write(self->out, self->fd) < 0 && errno != EAGAIN &&
        errno != EINTR) {
        self->state = GONE;
        return;
    }
    if (evbuffer_get_length(self->out) > 0 || self->step == PLAY_ON) {
        if (event_add(&self->writable, NULL) != 0)
            self->state = GONE;
    } else if (self->step == PLAY_LATER) {
        start_timer(self, (int64_t)play_pause_ms(&self->answer.play) * 1000000);
    } else {
        end_answer(self);
    }
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
    struct connection *self = arg;

    (void)fd;
    (void)what;
    send_on(self);
    progress(self);
}

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    struct connection *self = arg;

    (void)fd;
    (void)what;
    if (self->state == LEAVING) {
        self->state = GONE;
    } else {
        self->state = SENDING;
        self->step = PLAY_ON;
        send_on(self);
    }
    progress(self);
}

/* ---- reading ---- */

/* The answer is chosen: lets what is left of its latency pass. */
static void start_answer(struct connection *self, int64_t age_ns)
{
    int64_t left_ns = self->answer.latency_ns - age_ns;

    self->step = PLAY_ON;
    if (left_ns > 0) {
        self->state = WAITING;
        start_timer(self, left_ns);
    } else {
        self->state = SENDING;
        send_on(self);
    }
}

/* Begins a fault that does not wait for the whole request. */
static bool start_early(struct connection *self, const char *data, size_t size)
{
    struct text path = request_early_path(data, size);
    int chosen = 0;

    if (path.length > 0)
        chosen = answer_choose_early(&self->answer, &self->them->source, path,
                                     self->out);
    if (chosen < 0)
        self->state = GONE;
    else if (chosen > 0)
        start_answer(self, 0);
    return chosen != 0;
}

/*
 * Reads one request from bytes that arrived age_ns ago, and starts its
 * answer. Returns how many bytes it took: 0 if the request is not whole.
 */
static size_t read_request(struct connection *self, const char *data,
                           size_t size, int64_t age_ns)
{
    struct request request = {0};
    enum request_verdict verdict =
        request_read(&request, data, size, &self->scanned);
    size_t used = size;
    int result;

    if (verdict == REQUEST_MORE) {
        start_early(self, data, size);
        return 0;
    }
    self->scanned = 0;
    if (verdict == REQUEST_WHOLE) {
        used = request.size;
        result = answer_choose(&self->answer, &self->them->source, &request,
                               self->out);
    } else {
        result = answer_refuse(&self->answer,
                               verdict == REQUEST_BAD ? 400 : 431, self->out);
    }
    if (result == 0)
        start_answer(self, age_ns);
    else
        self->state = GONE;
    return used;
}

/* Keeps bytes for later; too many of them, and reading pauses. */
static void keep_input(struct connection *self, const char *data, size_t size)
{
    if (size == 0)
        return;
    if (self->in == NULL)
        self->in = evbuffer_new();
    if (self->in == NULL || evbuffer_add(self->in, data, size) != 0) {
        self->state = GONE;
    } else if (evbuffer_get_length(self->in) > INPUT_LIMIT) {
        event_del(&self->readable);
        self->deaf = true;
    }
}

/* Answers the request that has waited its turn; returns false if none has. */
static bool read_waiting(struct connection *self)
{
    size_t size = self->in != NULL ? evbuffer_get_length(self->in) : 0;
    const char *data;
    size_t used;

    if (size <= INPUT_LIMIT)
        hear_again(self);
    if (size == 0 || self->state != READING)
        return false;
    data = (const char *)evbuffer_pullup(self->in, -1);
    if (data == NULL) {
        self->state = GONE;
        return false;
    }
    used = read_request(self, data, size, 0);
    evbuffer_drain(self->in, used);
    return used > 0;
}

/* Runs as far as it goes without waiting, and frees what is over. */
static void progress(struct connection *self)
{
    while (self->state == READING && read_waiting(self))
        continue;
    if (self->state == GONE)
        connection_free(self);
}

/* Looks at a new request without taking it: an early fault leaves it there. */
static bool peek_early(struct connection *self)
{
    char *scratch = self->them->scratch;
    ssize_t size = recv(self->fd, scratch, EARLY_PEEK, MSG_PEEK);

    return size > 11 && memcmp(scratch, "GET /fault/", 11) == 0 &&
           start_early(self, scratch, (size_t)size);
}

/* Takes `size` bytes that have arrived in the scratch room. */
static void take_input(struct connection *self, size_t size, int64_t age_ns)
{
    const char *data = self->them->scratch;
    size_t used = 0;

    if (self->state == READING && !has_input(self))
        used = read_request(self, data, size, age_ns);
    if (self->state == READING || self->state == WAITING ||
        self->state == SENDING)
        keep_input(self, data + used, size - used);
}

/* Reads what has arrived once. Returns whether there may be more. */
static bool read_on(struct connection *self)
{
    int64_t age_ns = 0;
    ssize_t size;

    if (self->state == READING && !has_input(self) && peek_early(self))
        return true;
    size = arrival_receive(self->fd, self->them->scratch,
                           sizeof(self->them->scratch), &age_ns);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return errno == EINTR;
    /* A client that closes its side is not waiting for its answer. */
    if (size <= 0 || self->state == STALE)
        self->state = GONE;
    else if (self->state != LEAVING)
        take_input(self, (size_t)size, age_ns);
    return (size_t)size == sizeof(self->them->scratch);
}

/*
 * The event is edge-triggered: it comes once for what has arrived, so all of
 * it is read. A read that was not filled was the last, unless an end follows.
 */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
    struct connection *self = arg;
    bool ended = (what & EV_CLOSED) != 0;

    (void)fd;
    while (read_on(self) || ended) {
        if (self->state == GONE || self->state == IGNORING || self->deaf)
            break;
    }
    progress(self);
}

/* ---- ignoring ---- */

/* Bytes have come that are never read, or the end of them. */
static void on_end(evutil_socket_t fd, short what, void *arg)
{
    struct connection *self = arg;
    int error = 0;
    socklen_t size = sizeof(error);

    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if ((what & EV_CLOSED) != 0 || error != 0)
        connection_free(self);
}

static void watch_end(struct connection *self)
{
    struct event_base *base = self->them->base;

    self->state = IGNORING;
    event_del(&self->readable);
    event_assign(&self->readable, base, self->fd,
                 EV_READ | EV_CLOSED | EV_ET | EV_PERSIST, on_end, self);
    event_priority_set(&self->readable, REQUEST_PRIORITY);
    if (event_add(&self->readable, NULL) != 0)
        self->state = GONE;
}

/* ---- opening and closing ---- */

static void link_in(struct connection *self)
{
    struct connections *them = self->them;

    self->next = them->first;
    self->link = &them->first;
    if (self->next != NULL)
        self->next->link = &self->next;
    them->first = self;
    them->count++;
}

int connection_open(struct connections *them, int fd)
{
    struct connection *self = calloc(1, sizeof(*self));
    struct evbuffer *out = self != NULL ? evbuffer_new() : NULL;

    if (out == NULL) {
        free(self);
        close(fd);
        errno = ENOMEM;
        return -1;
    }
    self->them = them;
    self->fd = fd;
    self->out = out;
    link_in(self);
    event_assign(&self->readable, them->base, fd,
                 EV_READ | EV_CLOSED | EV_ET | EV_PERSIST, on_readable, self);
    event_assign(&self->writable, them->base, fd, EV_WRITE | EV_ET, on_writable,
                 self);
    event_assign(&self->timer, them->base, -1, 0, on_timer, self);
    event_priority_set(&self->readable, REQUEST_PRIORITY);
    event_priority_set(&self->writable, REQUEST_PRIORITY);
    event_priority_set(&self->timer, ANSWER_PRIORITY);
    if (event_add(&self->readable, NULL) != 0) {
        connection_free(self);
        errno = ENOMEM;
        return -1;
    }
    return 0;
}

void connections_close(struct connections *them)
{
    while (them->first != NULL)
        connection_free(them->first);
}
