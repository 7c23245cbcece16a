/*
 * exchange.c - see exchange.h.
 */
#include "exchange.h"

#include "clock.h"
#include "links.h"
#include "resolve.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* ---- ends ---- */

static void end_with(struct exchange *x, enum outcome outcome, int error,
                     const char *why)
{
    struct page_result *result = &x->page->result;

    x->state = EXCHANGE_OVER;
    result->outcome = outcome;
    result->error = error;
    result->why = why;
    result->done = clock_now_ns();
}

/*
 * The machine has no more descriptors, ports or memory at this moment; or a
 * selector has no room for the descriptor (ERANGE, ENOSPC).
 */
static bool is_starved(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM || error == EAGAIN || error == ERANGE ||
           error == ENOSPC;
}

void exchange_system_failed(struct exchange *x, int error, const char *why)
{
    x->page->result.starved = is_starved(error);
    end_with(x, OUTCOME_SYSTEM, error, why);
}

void exchange_timed_out(struct exchange *x)
{
    static const char *const doing[] = {
        [EXCHANGE_RESOLVING] = "while the name was looked up",
        [EXCHANGE_CONNECTING] = "while connecting",
        [EXCHANGE_SENDING] = "while the request was sent",
        [EXCHANGE_READING] = "while waiting for the answer",
        [EXCHANGE_REDIRECTED] = "between two hops",
    };
    const char *why = doing[x->state];

    if (x->state == EXCHANGE_READING && x->reader.status != 0)
        why = "while the answer was read";
    end_with(x, OUTCOME_TIMEOUT, 0, why);
}

void exchange_cancelled(struct exchange *x)
{
    end_with(x, OUTCOME_CANCELLED, 0, "the crawl was stopped");
}

/* ---- hops ---- */

/* This hop, from the start. */
static void begin_hop(struct exchange *x, int64_t now)
{
    x->page->result.hop = now;
    x->state = EXCHANGE_RESOLVING;
    x->address = NULL;
    x->out_of_ports = false;
    x->sent = 0;
    x->send_error = 0;
    x->request.length = 0;
    http_reader_init(&x->reader, x->options->max_size);
}

void exchange_begin(struct exchange *x, struct page *page,
                    const struct options *options)
{
    *x = (struct exchange){.page = page, .options = options};
    page->result = (struct page_result){.start = clock_now_ns()};
    x->deadline_ns = page->result.start + options->timeout_ns;
    http_reader_init(&x->reader, options->max_size);
    if (url_parse_normal(&x->url, page->url) < 0)
        exchange_system_failed(x, errno, "no memory for the URL");
    else if (!url_is_http(&x->url))
        end_with(x, OUTCOME_SCHEME, 0, "only http is spoken here");
    else
        begin_hop(x, page->result.start);
}

void exchange_next_hop(struct exchange *x)
{
    struct url target;

    assert(x->state == EXCHANGE_REDIRECTED);
    if (url_resolve(&target, &x->url, x->reader.location) < 0) {
        exchange_system_failed(x, errno, "no memory for the redirect");
        return;
    }
    url_free(&x->url);
    x->url = target;
    x->redirects++;
    http_reader_free(&x->reader);
    /* The page's other times are those of its last hop. */
    x->page->result.resolved = x->page->result.connected = 0;
    x->page->result.sent = x->page->result.first_byte = 0;
    x->page->result.redirects = x->redirects;
    begin_hop(x, clock_now_ns());
}

/* ---- connecting ---- */

void exchange_resolved(struct exchange *x, const struct lookup *lookup)
{
    if (lookup == NULL) {
        exchange_system_failed(x, errno, "nobody could look the name up");
        return;
    }
    x->address = lookup_addresses(lookup);
    if (x->address == NULL) {
        int error;
        int code = lookup_error(lookup, &error);
        if (code == EAI_MEMORY)
            exchange_system_failed(x, ENOMEM, gai_strerror(code));
        else if (code == EAI_SYSTEM && is_starved(error))
            exchange_system_failed(x, error, "looking the name up");
        else
            end_with(x, OUTCOME_RESOLVE, error, gai_strerror(code));
        return;
    }
    x->page->result.resolved = clock_now_ns();
    x->state = EXCHANGE_CONNECTING;
}

int64_t exchange_address_deadline_ns(const struct exchange *x)
{
    int64_t now = clock_now_ns();
    int64_t addresses = 0;

    for (const struct addrinfo *a = x->address; a != NULL; a = a->ai_next)
        addresses++;
    return addresses <= 1 ? x->deadline_ns
                          : now + (x->deadline_ns - now) / addresses;
}

void exchange_address_failed(struct exchange *x, int error)
{
    if (is_starved(error)) { /* no other address would mend that */
        exchange_system_failed(x, error, "connecting");
        return;
    }
    /* Of IPv6 it only says that the machine has none. */
    if (error == EADDRNOTAVAIL && x->address->ai_family == AF_INET)
        x->out_of_ports = true;
    x->address = x->address->ai_next;
    if (clock_now_ns() >= x->deadline_ns)
        exchange_timed_out(x);
    else if (x->address != NULL)
        return;
    else if (x->out_of_ports) {
        exchange_system_failed(x, EADDRNOTAVAIL, "connecting");
        x->page->result.starved = true;
    } else if (error == ETIMEDOUT)
        exchange_timed_out(x);
    else
        end_with(x, OUTCOME_CONNECT, error, NULL);
}

/*
 * A connect to a closed port of this machine may be given that very port as
 * its local one; both SYNs cross, TCP opens "simultaneously" (RFC 9293, 3.5)
 * and the socket talks to itself.
 */
static bool is_connected_to_itself(int fd)
{
    struct sockaddr_storage here, there;
    socklen_t here_size = sizeof here, there_size = sizeof there;

    memset(&here, 0, sizeof here);
    memset(&there, 0, sizeof there);
    return getsockname(fd, (struct sockaddr *)&here, &here_size) == 0 &&
           getpeername(fd, (struct sockaddr *)&there, &there_size) == 0 &&
           here_size == there_size && memcmp(&here, &there, here_size) == 0;
}

/* Written now and freed when it is out: a page that waits costs little. */
static void begin_sending(struct exchange *x)
{
    x->page->result.keep_alive = x->keep_alive;
    if (http_request(&x->request, x->url.authority, x->url.target,
                     x->keep_alive) < 0)
        exchange_system_failed(x, errno, "no memory for the request");
    else
        x->state = EXCHANGE_SENDING;
}

void exchange_connected(struct exchange *x, int fd)
{
    if (fd >= 0 && is_connected_to_itself(fd)) {
        exchange_address_failed(x, ECONNREFUSED);
        return;
    }
    x->page->result.connected = clock_now_ns();
    begin_sending(x);
}

void exchange_reused(struct exchange *x)
{
    assert(x->state == EXCHANGE_RESOLVING);
    begin_sending(x);
}

void exchange_reuse_failed(struct exchange *x)
{
    assert(x->page->result.first_byte == 0);
    buffer_free(&x->request);
    http_reader_free(&x->reader);
    x->page->result.sent = 0;
    begin_hop(x, clock_now_ns());
}

/* ---- sending ---- */

const char *exchange_unsent(const struct exchange *x, size_t *size)
{
    *size = x->request.length - x->sent;
    return x->request.data + x->sent;
}

void exchange_sent(struct exchange *x, size_t size)
{
    x->sent += size;
    assert(x->sent <= x->request.length);
    if (x->sent < x->request.length)
        return;
    buffer_free(&x->request);
    x->page->result.sent = clock_now_ns();
    x->state = EXCHANGE_READING;
}

void exchange_send_failed(struct exchange *x, int error)
{
    if (is_starved(error)) {
        exchange_system_failed(x, error, "sending the request");
        return;
    }
    x->send_error = error;
    x->state = EXCHANGE_READING;
}

/* ---- reading ---- */

/* Appends a link with its NUL. Returns 1, 0 if there is no room, or -1. */
static int append_link(struct links *links, const struct url *url)
{
    size_t size = strlen(url->text) + 1;

    if (size > EXCHANGE_MAX_LINKS - links->text.length)
        return 0;
    if (buffer_append(&links->text, url->text, size) < 0)
        return -1;
    links->count++;
    return 1;
}

/*
 * What links are resolved against: the first <base href>, unless it is none or
 * of a scheme that HTML does not allow there (WHATWG HTML, 4.2.3).
 */
static int find_base(const struct exchange *x, const struct links *found,
                     struct url *base)
{
    if (found->base != NULL) {
        if (url_resolve(base, &x->url, found->base) == 0) {
            if (strcmp(base->scheme, "data") != 0 &&
                strcmp(base->scheme, "javascript") != 0)
                return 0;
            url_free(base);
        } else if (errno == ENOMEM) {
            return -1;
        }
    }
    return url_resolve(base, &x->url, "");
}

/* The page's links, in normal form, whatever their origin. */
static int resolve_links(struct exchange *x, const struct links *found,
                         struct links *resolved)
{
    struct url base;
    struct url url;

    if (find_base(x, found, &base) < 0)
        return -1;
    size_t left = found->count;
    resolved->too_long = found->too_long;
    for (const char *link = links_next(found, NULL); link != NULL;
         link = links_next(found, link), left--) {
        if (url_resolve(&url, &base, link) < 0) {
            if (errno == ENOMEM)
                goto fail;
            continue; /* what is no URL is no link */
        }
        int status = append_link(resolved, &url);
        url_free(&url);
        if (status < 0)
            goto fail;
        if (status == 0) {
            resolved->too_long += left;
            break;
        }
    }
    url_free(&base);
    return 0;
fail:
    url_free(&base);
    links_free(resolved);
    return -1;
}

static int find_links(struct exchange *x)
{
    struct links found;
    struct links *resolved = calloc(1, sizeof *resolved);

    if (resolved == NULL)
        return -1;
    if (links_scan(&found, x->reader.body.data, x->reader.body.length) < 0) {
        free(resolved);
        return -1;
    }
    int status = resolve_links(x, &found, resolved);
    links_free(&found);
    if (status < 0 || (resolved->count == 0 && resolved->too_long == 0)) {
        links_free(resolved);
        free(resolved);
        return status;
    }
    x->page->links = resolved;
    return 0;
}

/* The answer stands: it is what the page came to. */
static void accept_answer(struct exchange *x)
{
    struct page_result *result = &x->page->result;
    const struct http_reader *answer = &x->reader;

    if (x->options->follow && answer->status == 200 && answer->is_html &&
        find_links(x) < 0) {
        exchange_system_failed(x, errno, "no memory for the links");
        return;
    }
    result->status = answer->status;
    result->bytes = answer->body.length;
    result->digest = answer->digest;
    end_with(x, OUTCOME_OK, 0, NULL);
}

static bool is_redirect(const struct http_reader *answer)
{
    switch (answer->status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return answer->location != NULL;
    default:
        return false;
    }
}

/* A redirect is followed within its origin (RFC 9110, 15.4), else it stands. */
static void redirect(struct exchange *x)
{
    struct url target;

    if (url_resolve(&target, &x->url, x->reader.location) < 0) {
        if (errno == ENOMEM)
            exchange_system_failed(x, errno, "no memory for the redirect");
        else
            end_with(x, OUTCOME_MALFORMED, 0, "Location is no URL");
        return;
    }
    bool follow = url_same_origin(&target, &x->url);
    url_free(&target);
    if (!follow)
        accept_answer(x);
    else if (x->redirects >= x->options->max_redirects)
        end_with(x, OUTCOME_REDIRECTS, 0, "redirected too often");
    else
        x->state = EXCHANGE_REDIRECTED;
}

static void take_verdict(struct exchange *x, enum http_verdict verdict)
{
    const char *problem = x->reader.problem;

    switch (verdict) {
    case HTTP_MORE:
        break;
    case HTTP_DONE:
        if (is_redirect(&x->reader))
            redirect(x);
        else
            accept_answer(x);
        break;
    case HTTP_TRUNCATED:
        if (x->state == EXCHANGE_SENDING) /* it closed before it had read us */
            end_with(x, OUTCOME_RESET, EPIPE, "sending the request");
        else
            end_with(x, OUTCOME_TRUNCATED, 0, problem);
        break;
    case HTTP_MALFORMED:
        end_with(x, OUTCOME_MALFORMED, 0, problem);
        break;
    case HTTP_TOO_LARGE:
        end_with(x, OUTCOME_TOO_LARGE, 0, problem);
        break;
    case HTTP_NO_MEMORY:
        exchange_system_failed(x, ENOMEM, "no memory for the answer");
        break;
    }
}

/*
 * Where sending failed, that call was told of the reset, and what looks like
 * an orderly end is none; or the kernel gave up.
 */
static void end_of_stream(struct exchange *x)
{
    if (x->send_error == 0)
        take_verdict(x, http_reader_end(&x->reader));
    else if (x->send_error == ETIMEDOUT)
        exchange_timed_out(x);
    else
        end_with(x, OUTCOME_RESET, x->send_error, "sending the request");
}

void exchange_received(struct exchange *x, const char *data, size_t size)
{
    size_t used;

    if (size == 0) {
        end_of_stream(x);
        return;
    }
    if (x->page->result.first_byte == 0)
        x->page->result.first_byte = clock_now_ns();
    take_verdict(x, http_reader_feed(&x->reader, data, size, &used));
}

void exchange_receive_failed(struct exchange *x, int error)
{
    if (is_starved(error))
        exchange_system_failed(x, error, "receiving the answer");
    else if (error == ETIMEDOUT) /* the kernel gave up on the connection */
        exchange_timed_out(x);
    else
        end_with(x, OUTCOME_RESET, error, NULL);
}

void exchange_end(struct exchange *x)
{
    assert(x->state == EXCHANGE_OVER);
    url_free(&x->url);
    buffer_free(&x->request);
    http_reader_free(&x->reader);
}
