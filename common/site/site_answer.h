/*
 * site_answer.h - what the site answers to a request, and the answer's bytes.
 *
 * It knows pages, faults and refusals, and nothing of connections.
 */
#ifndef COMMON_SITE_ANSWER_H
#define COMMON_SITE_ANSWER_H

#include "site_options.h"
#include "site_pages.h"
#include "site_play.h"
#include "site_request.h"

#include <event2/buffer.h>
#include <stdbool.h>
#include <stdint.h>

enum { ANSWER_CHUNK = 1000 }; /* bytes of a page in one chunk */

/* What all answers are made from. */
struct answer_source {
    const struct site_options *options;
    struct site_pages *pages;
    struct text authority; /* "127.0.0.1:8080": for clients that sent no Host */
};

/* An answer on its way. */
struct answer {
    int64_t latency_ns; /* to wait between the request and the first byte */
    enum fault_ending ending;
    bool keep_alive; /* what FAULT_KEEPS asks: does the client want it so */
    const char *connection_line; /* the header that tells the client so */
    /* ---- a fault ---- */
    struct play play; /* play.fault is NULL if it is none */
    /* ---- a page ---- */
    bool is_page;
    bool head_only;    /* it was asked for by HEAD */
    bool chunked;      /* its body comes in chunks */
    bool begun;        /* its head was appended */
    uint32_t number;   /* of the page */
    uint64_t length;   /* of its body in bytes */
    uint64_t position; /* bytes of it appended so far */
};

/*
 * Chooses the answer to a request that is whole. What depends on the
 * request's bytes is appended to `out` now, so that they may go; nothing of
 * it may be sent before the latency is over. Returns 0, or -1 where memory
 * ran out. In both cases answer_end() frees.
 */
int answer_choose(struct answer *answer, const struct answer_source *source,
                  const struct request *request, struct evbuffer *out);

/*
 * The same for a request line whose request is not whole. Returns 1 if its
 * fault begins that early, 0 if the request must be read on, -1 where memory
 * ran out.
 */
int answer_choose_early(struct answer *answer,
                        const struct answer_source *source, struct text path,
                        struct evbuffer *out);

/*
 * Chooses the refusal of what is no request: `status` is 400 or 431. Returns
 * as answer_choose().
 */
int answer_refuse(struct answer *answer, int status, struct evbuffer *out);

/* Appends what comes next to `out`: the steps of site_play.h. */
enum play_step answer_next(struct answer *answer,
                           const struct answer_source *source,
                           struct evbuffer *out);

/* Frees what an answer holds; all zero is fine. */
void answer_end(struct answer *answer);

#endif
