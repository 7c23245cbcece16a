/*
 * exchange.h - one page's talk with its servers, without the waiting.
 *
 * An exchange knows what comes next: which address to try, which bytes to
 * send, what an answer or an error means, when the page is over, where a
 * redirect leads. A stage does the one thing left: it waits, and tells the
 * exchange what happened. That way a stage's own code is its waiting.
 *
 *     begin -> resolved -> (connect to x->address) -> connected
 *           -> (send what is unsent) -> (receive) ... -> over, or redirected:
 *              the next hop begins with resolving again
 */
#ifndef COMMON_EXCHANGE_H
#define COMMON_EXCHANGE_H

#include "http.h"
#include "options.h"
#include "page.h"
#include "url.h"

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lookup;

/*
 * The links of a page, resolved, may take up so many bytes: a short link
 * behind a long base grows a thousandfold. Those beyond are counted as too
 * long.
 */
#define EXCHANGE_MAX_LINKS ((size_t)64 << 20)

/* docs: 01-exchange-states */
enum exchange_state {
    EXCHANGE_RESOLVING,  /* wanted: the addresses of url.host, url.port */
    EXCHANGE_CONNECTING, /* wanted: a connection to `address` */
    EXCHANGE_SENDING,    /* wanted: the unsent bytes sent */
    EXCHANGE_READING,    /* wanted: bytes of the answer */
    EXCHANGE_REDIRECTED, /* this hop is over: close, then exchange_next_hop */
    EXCHANGE_OVER,       /* the page has its outcome */
};

struct exchange {
    enum exchange_state state;
    unsigned redirects; /* hops behind us */
    struct page *page;
    const struct options *options;
    int64_t deadline_ns;            /* of the page, all hops together */
    struct url url;                 /* of this hop */
    const struct addrinfo *address; /* to be tried now; more may follow */
    bool out_of_ports;              /* one failed for want of a local port */
    bool keep_alive;                /* the stage may use the connection again */
    struct buffer request; /* held only from connected till it is sent */
    size_t sent;           /* bytes of it that are out */
    int send_error;        /* errno of a send that failed, or 0 */
    struct http_reader reader;
};

/*
 * Begins with a page that was just taken: its clock starts now. Afterwards
 * `keep_alive` may be set: then the server is not asked to close. The page and
 * the options must outlive the exchange. The caller calls exchange_end(), even
 * if the exchange is EXCHANGE_OVER at once (a scheme not spoken, no memory).
 */
void exchange_begin(struct exchange *x, struct page *page,
                    const struct options *options);

/* EXCHANGE_REDIRECTED: goes to the next hop, EXCHANGE_RESOLVING again. */
void exchange_next_hop(struct exchange *x);

/*
 * The lookup is LOOKUP_READY or LOOKUP_FAILED: on to the first address, or
 * over. NULL means that nobody could be asked, for the reason in errno.
 */
void exchange_resolved(struct exchange *x, const struct lookup *lookup);

/*
 * By when the address tried now should have answered, by clock_now_ns(): an
 * equal share of the time left for it and those behind it, so that one dead
 * address does not use up the whole page's time.
 */
int64_t exchange_address_deadline_ns(const struct exchange *x);

/*
 * No connection to this address, for the reason `error` (an errno; ETIMEDOUT
 * if its share of the time is up): on to the next one, or over.
 */
void exchange_address_failed(struct exchange *x, int error);

/*
 * `fd` is connected to the address: on to sending, or, if the kernel has
 * connected the socket to itself (see exchange.c), to the next address; or
 * over, without memory for the request. The caller closes fd whenever the
 * state is not EXCHANGE_SENDING after this call. With -1 nobody looks whether
 * it is connected to itself.
 */
void exchange_connected(struct exchange *x, int fd);

/*
 * EXCHANGE_RESOLVING: there is a connection to that server from before, so on
 * to sending at once; or over, without memory for the request.
 */
void exchange_reused(struct exchange *x);

/*
 * That connection turned out to be dead, before a byte of the answer came:
 * EXCHANGE_RESOLVING again.
 */
void exchange_reuse_failed(struct exchange *x);

/* What is still to be sent; *size bytes, which last until the next call. */
const char *exchange_unsent(const struct exchange *x, size_t *size);

/* The kernel took `size` more bytes; with the last, on to reading. */
void exchange_sent(struct exchange *x, size_t size);

/*
 * Sending failed, for the reason `error` (an errno). The answer may be here
 * all the same, so on to reading.
 */
void exchange_send_failed(struct exchange *x, int error);

/*
 * `size` bytes arrived; 0 means that the server has closed its side. A server
 * may answer before it has read the request: so while sending would have to
 * wait, bytes may be received, too, and it is still EXCHANGE_SENDING unless
 * the answer is whole by then.
 */
void exchange_received(struct exchange *x, const char *data, size_t size);

/* Receiving failed, for the reason `error` (an errno). */
void exchange_receive_failed(struct exchange *x, int error);

/* Over, in whatever state: the deadline has passed. */
void exchange_timed_out(struct exchange *x);

/* Over, in whatever state: the crawl was asked to stop. */
void exchange_cancelled(struct exchange *x);

/* Over: the stage could not do its work, for the reason `error` (an errno). */
void exchange_system_failed(struct exchange *x, int error, const char *why);

/* Frees what the exchange holds; the page keeps what was found out. */
void exchange_end(struct exchange *x);

#endif
