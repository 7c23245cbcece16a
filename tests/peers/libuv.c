/*
 * libuv.c - the job with libuv: a handle for each socket, a callback for each
 * step, a timer for each page. libuv knows no HTTP; answer.c does.
 *
 * A handle is closed by a callback, too, so a connection's next socket is made
 * when the last one is gone.
 */
#include "answer.h"
#include "peer.h"

#include "common/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct connection {
    uv_tcp_t tcp;
    uv_timer_t timer; /* the page's */
    uv_connect_t connect;
    uv_write_t write;
    struct peer_page *page;
    uint32_t address;
    uint16_t port;
    bool is_open;
    bool is_old; /* has carried an answer before */
    struct answer answer;
    char request[512]; /* uv_write() wants it until it is out */
};

static struct peer peer;
static uv_loop_t *loop;
static char room[64 * 1024]; /* for what is being received, one at a time */

static void begin_page(struct connection *self);
static void connect_anew(struct connection *self);

/* ---- the end of a page ---- */

static void on_closed(uv_handle_t *handle)
{
    struct connection *self = handle->data;

    self->is_open = false;
    if (self->page != NULL)
        connect_anew(self); /* the same page once more */
    else
        begin_page(self);
}

/* Reading and writing may both find that it is broken. */
static void hang_up(struct connection *self)
{
    if (!uv_is_closing((uv_handle_t *)&self->tcp))
        uv_close((uv_handle_t *)&self->tcp, on_closed);
}

static void end_page(struct connection *self, enum peer_outcome outcome)
{
    self->page->status = self->answer.status;
    self->page->bytes = self->answer.bytes;
    self->page->digest = self->answer.digest;
    uv_timer_stop(&self->timer);
    peer_finish(&peer, self->page, outcome);
    self->page = NULL;
    if (outcome == PEER_OK && peer.keep_alive && self->answer.keep_alive)
        begin_page(self);
    else
        hang_up(self);
}

/* A kept connection may have been closed before it got our request. */
static void break_off(struct connection *self, enum peer_outcome outcome)
{
    if (self->is_old && !self->answer.began)
        hang_up(self);
    else
        end_page(self, outcome);
}

static void on_timeout(uv_timer_t *timer)
{
    end_page(timer->data, PEER_TIMEOUT);
}

/* libuv's errors are errnos with a minus. */
static enum peer_outcome outcome_of(ssize_t error)
{
    return peer_outcome_of((int)-error);
}

/* ---- the answer ---- */

static void on_room_wanted(uv_handle_t *handle, size_t wanted, uv_buf_t *buffer)
{
    (void)handle;
    (void)wanted;
    *buffer = uv_buf_init(room, sizeof room);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct connection *self = stream->data;
    enum answer_verdict verdict;

    if (self->page == NULL || n == 0)
        return;
    if (n < 0 && (n != UV_EOF || !self->answer.began)) {
        break_off(self, n == UV_EOF ? PEER_TRUNCATED : outcome_of(n));
        return;
    }
    verdict = n > 0 ? answer_feed(&self->answer, buffer->base, (size_t)n)
                    : answer_end(&self->answer);
    if (verdict == ANSWER_MORE)
        return;
    self->is_old = true;
    end_page(self, verdict == ANSWER_DONE        ? PEER_OK
                   : verdict == ANSWER_MALFORMED ? PEER_MALFORMED
                                                 : PEER_TRUNCATED);
}

/* ---- the request ---- */

static void on_written(uv_write_t *write, int status)
{
    struct connection *self = write->data;

    if (status < 0 && status != UV_ECANCELED && self->page != NULL)
        break_off(self, outcome_of(status));
}

static void send_request(struct connection *self)
{
    char request[PEER_REQUEST_MAX];
    size_t size = peer_request(&peer, self->page, request);
    assert(size <= sizeof self->request);
    memcpy(self->request, request, size);
    uv_buf_t buffer = uv_buf_init(self->request, (unsigned)size);

    self->write.data = self;
    int error = uv_write(&self->write, (uv_stream_t *)&self->tcp, &buffer, 1,
                         on_written);
    if (error < 0)
        break_off(self, outcome_of(error));
}

/* ---- the connection ---- */

static void on_connected(uv_connect_t *connect, int status)
{
    struct connection *self = connect->data;

    if (status == UV_ECANCELED) /* by the timeout, which has ended it */
        return;
    if (status < 0) {
        end_page(self, outcome_of(status));
        return;
    }
    uv_read_start((uv_stream_t *)&self->tcp, on_room_wanted, on_read);
    send_request(self);
}

static void connect_anew(struct connection *self)
{
    struct sockaddr_in address = peer_address(self->page);

    self->address = self->page->address;
    self->port = self->page->port;
    self->is_open = true;
    self->is_old = false;
    self->connect.data = self->tcp.data = self;
    int error = uv_tcp_init(loop, &self->tcp);
    assert(error == 0);
    error = uv_tcp_connect(&self->connect, &self->tcp,
                           (const struct sockaddr *)&address, on_connected);
    if (error < 0)
        end_page(self, outcome_of(error));
}

static void begin_page(struct connection *self)
{
    self->page = peer_take(&peer);
    if (self->page == NULL) {
        if (self->is_open)
            uv_close((uv_handle_t *)&self->tcp, NULL);
        return;
    }
    answer_init(&self->answer);
    uv_timer_start(&self->timer, on_timeout,
                   (uint64_t)(peer.timeout_ns / NS_PER_MS), 0);
    if (!self->is_open)
        connect_anew(self);
    else if (self->address == self->page->address &&
             self->port == self->page->port)
        send_request(self);
    else
        hang_up(self);
}

int main(int argc, char **argv)
{
    int status = peer_open(&peer, "libuv", argc, argv);

    if (status != PEER_GO_ON)
        return status;
    size_t count =
        peer.concurrency < peer.page_count ? peer.concurrency : peer.page_count;
    struct connection *connections = calloc(count, sizeof *connections);
    loop = uv_default_loop();
    assert(connections != NULL && loop != NULL);
    for (size_t i = 0; i < count; i++) {
        uv_timer_init(loop, &connections[i].timer);
        connections[i].timer.data = &connections[i];
        begin_page(&connections[i]);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    free(connections);
    return peer_close(&peer);
}
