/*
 * site_request.h - a request, as far as the practice site needs to read it.
 *
 * Source: RFC 9112, sections 2 to 5 and 9.3. It does no I/O.
 */
#ifndef COMMON_SITE_REQUEST_H
#define COMMON_SITE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

enum { REQUEST_MAX_HEAD = 64 * 1024 }; /* bytes, line ends included */

/* Part of the bytes that were read; no NUL behind it. */
struct text {
    const char *data;
    size_t length;
};

enum request_verdict {
    REQUEST_MORE,      /* the head is not whole yet */
    REQUEST_WHOLE,     /* it is */
    REQUEST_BAD,       /* it is no HTTP/1.x request: 400 */
    REQUEST_TOO_LARGE, /* its head is over the limit: 431 */
};

/* Its texts point into the bytes it was read from. */
struct request {
    struct text method;
    struct text target; /* as it stands in the request line */
    struct text path;   /* of the target, the query left out */
    struct text host;   /* the Host header; empty where there is none */
    bool is_get;
    bool is_head;
    bool is_http_1_0;
    bool keep_alive; /* the client keeps the connection */
    bool has_body;   /* more than a head was announced; it is not read */
    size_t size;     /* of the head in bytes, blank lines before it included */
};

/*
 * Reads one request from the `size` bytes at `data`. *scanned says how many
 * of them were looked at before, in vain: 0 for a new request; it is brought
 * up to date, so that a request that drips in is not read again and again.
 * *request is set where the verdict is REQUEST_WHOLE.
 */
enum request_verdict request_read(struct request *request, const char *data,
                                  size_t size, size_t *scanned);

/*
 * The path of a GET whose request line is whole, though its head may not be;
 * empty where the line is not whole or is anything else.
 */
struct text request_early_path(const char *data, size_t size);

#endif
