/*
 * crawler_fetch.h - one page fetched, by coroutines over streams.
 */
#ifndef STAGES_07_LOOP_CRAWLER_FETCH_H
#define STAGES_07_LOOP_CRAWLER_FETCH_H

#include "connect.h"
#include "crawler_connections.h"
#include "loop.h"
#include "streams.h"
#include "wait_for.h"

#include "common/exchange.h"
#include "common/resolve.h"

/* What all fetches of a loop share. */
struct fetcher {
    struct loop *loop;
    struct resolver *resolver;
    struct look_up *look_ups; /* names that are waited for */
    struct connections connections;
    bool keep_alive;
};

/*
 * Begins; fetcher_close() in any case, even of one that is all zero. No fetch
 * may be on its way then. Returns false with error_last().
 */
bool fetcher_open(struct fetcher *fetcher, struct loop *loop, bool keep_alive);
void fetcher_close(struct fetcher *fetcher);

/* Waits until a name is looked up; see common/resolve.h. */
struct look_up {
    struct coroutine co;
    void *result;
    struct fetcher *fetcher;
    struct exchange *x;
    struct lookup *lookup;
    struct future future;
    struct look_up *next, **link; /* among those who wait */
};

/*
 * Brings an exchange that has begun to its end: after that it is
 * EXCHANGE_OVER. If it fails, or is cancelled, the exchange is not over, and
 * whoever awaits it has to say what the page came to.
 */
struct fetch {
    struct coroutine co;
    void *result;
    struct fetcher *fetcher;
    struct exchange *x;
    struct stream_writer *writer; /* the connection of this hop, or NULL */
    bool reused;                  /* it was kept from another page */
    bool stale;                   /* the last one was, and the next is fresh */
    union {                       /* one at a time */
        struct look_up look_up;
        struct loop_connect_any connect;
        struct stream_read read;
    };
};
struct fetch fetch_new(struct fetcher *fetcher, struct exchange *x);

/*
 * Fetches a page within its time. Afterwards the page has its outcome, also
 * if the fetch was cancelled, with which it then fails.
 */
struct fetch_page {
    struct coroutine co;
    void *result;
    struct fetcher *fetcher;
    struct page *page;
    const struct options *options;
    struct exchange x;
    struct async_wait_for limit;
};
struct fetch_page fetch_page(struct fetcher *fetcher, struct page *page,
                             const struct options *options);

#endif
