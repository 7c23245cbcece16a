/*
 * libevent.c - the job with libevent's HTTP client, evhttp: connections,
 * HTTP and timeouts are its own. A connection of evhttp connects again by
 * itself when the server has closed, so each of ours is one for the whole run.
 *
 * Its timeout is for each step rather than for the page.
 */
#include "peer.h"

#include "common/clock.h"

#include <arpa/inet.h>
#include <assert.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <stdio.h>
#include <stdlib.h>

struct connection {
    struct evhttp_connection *http;
    struct peer_page *page;
    uint32_t address;
    uint16_t port;
    enum peer_outcome failure; /* what evhttp said while it was failing */
};

static struct peer peer;
static struct event_base *base;

static void begin_page(struct connection *self);

/* ---- the answer ---- */

static void on_error(enum evhttp_request_error error, void *context)
{
    struct connection *self = context;

    self->failure = error == EVREQ_HTTP_TIMEOUT          ? PEER_TIMEOUT
                    : error == EVREQ_HTTP_EOF            ? PEER_TRUNCATED
                    : error == EVREQ_HTTP_INVALID_HEADER ? PEER_MALFORMED
                                                         : PEER_SYSTEM;
}

static void digest_body(struct peer_page *page, struct evbuffer *body)
{
    size_t size = evbuffer_get_length(body);
    const unsigned char *data = evbuffer_pullup(body, -1);

    page->bytes = size;
    page->digest = digest_add(DIGEST_EMPTY, data, size);
}

/* Without a request, or with status 0, there was no connection or answer. */
static void on_answer(struct evhttp_request *request, void *context)
{
    struct connection *self = context;
    struct peer_page *page = self->page;
    enum peer_outcome outcome = self->failure;

    if (request != NULL && evhttp_request_get_response_code(request) != 0) {
        page->status = evhttp_request_get_response_code(request);
        digest_body(page, evhttp_request_get_input_buffer(request));
        outcome = PEER_OK;
    }
    peer_finish(&peer, page, outcome);
    begin_page(self);
    if (peer.in_flight == 0) /* kept connections still wait for their end */
        event_base_loopbreak(base);
}

/* ---- the request ---- */

static void add_headers(struct evhttp_request *request,
                        const struct peer_page *page)
{
    struct evkeyvalq *headers = evhttp_request_get_output_headers(request);
    char host[64];

    snprintf(host, sizeof host, "%.*s", page->path - 7, page->url + 7);
    evhttp_add_header(headers, "Host", host);
    evhttp_add_header(headers, "User-Agent", "seven-crawlers/1.0");
    if (!peer.keep_alive)
        evhttp_add_header(headers, "Connection", "close");
}

static void open_connection(struct connection *self)
{
    char host[INET_ADDRSTRLEN];
    struct timeval timeout = {.tv_sec = peer.timeout_ns / NS_PER_S,
                              .tv_usec =
                                  peer.timeout_ns % NS_PER_S / NS_PER_US};

    if (self->http != NULL)
        evhttp_connection_free(self->http);
    self->address = self->page->address;
    self->port = self->page->port;
    inet_ntop(AF_INET, &self->address, host, sizeof host);
    self->http =
        evhttp_connection_base_new(base, NULL, host, ntohs(self->port));
    assert(self->http != NULL);
    evhttp_connection_set_timeout_tv(self->http, &timeout);
}

static void begin_page(struct connection *self)
{
    struct peer_page *page = peer_take(&peer);

    self->page = page;
    if (page == NULL)
        return;
    if (self->http == NULL || self->address != page->address ||
        self->port != page->port)
        open_connection(self);
    self->failure = PEER_CONNECT;
    struct evhttp_request *request = evhttp_request_new(on_answer, self);
    assert(request != NULL);
    evhttp_request_set_error_cb(request, on_error);
    add_headers(request, page);
    /* If it fails at once, on_answer() has been called or never will be. */
    int made = evhttp_make_request(self->http, request, EVHTTP_REQ_GET,
                                   page->url + page->path);
    assert(made == 0);
}

int main(int argc, char **argv)
{
    int status = peer_open(&peer, "libevent", argc, argv);

    if (status != PEER_GO_ON)
        return status;
    size_t count =
        peer.concurrency < peer.page_count ? peer.concurrency : peer.page_count;
    struct connection *connections = calloc(count, sizeof *connections);
    base = event_base_new();
    assert(connections != NULL && base != NULL);
    for (size_t i = 0; i < count; i++)
        begin_page(&connections[i]);
    event_base_dispatch(base);
    for (size_t i = 0; i < count; i++)
        evhttp_connection_free(connections[i].http);
    event_base_free(base);
    free(connections);
    return peer_close(&peer);
}
