/*
 * http.h - HTTP/1.x as text (RFC 9112): a request written, an answer read.
 *
 * There is no I/O in it. The reader is fed whatever arrived, in pieces of any
 * size, and says whether it needs more, is done, or what is wrong. It is
 * strict about all that decides where a message ends, tolerant about the
 * rest, and never guesses a length.
 */
#ifndef COMMON_HTTP_H
#define COMMON_HTTP_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an answer may use up before it is too large. */
enum {
    HTTP_MAX_LINE = 16 * 1024,     /* one line of the head */
    HTTP_MAX_HEAD = 64 * 1024,     /* all of the head, 1xx answers included */
    HTTP_MAX_HEADERS = 500,        /* header lines */
    HTTP_MAX_CHUNK_DIGITS = 16,    /* of a chunk's size, leading zeros apart */
    HTTP_MAX_EXTENSION = 4 * 1024, /* chunk extension */
    HTTP_MAX_TRAILERS = 8 * 1024,  /* all trailers */
};

/*
 * Appends a GET request for `target` ("/path?query") to `out`, with `Host:
 * authority`, a User-Agent that names the project and, unless keep_alive,
 * `Connection: close`. Returns 0, or -1 with errno ENOMEM.
 */
int http_request(struct buffer *out, const char *authority, const char *target,
                 bool keep_alive);

enum http_verdict {
    HTTP_MORE,      /* the answer is not whole yet */
    HTTP_DONE,      /* it is whole */
    HTTP_TRUNCATED, /* the server closed before it was */
    HTTP_MALFORMED, /* it is no HTTP/1.x answer, or its end cannot be known */
    HTTP_TOO_LARGE, /* it is beyond a limit */
    HTTP_NO_MEMORY,
};

/*
 * One answer being read. Whoever feeds it may look at the members above the
 * line; they are final once the verdict is HTTP_DONE.
 */
struct http_reader {
    int status;          /* 200; 0 until the final status line was read */
    bool is_html;        /* Content-Type is text/html, parameters apart */
    bool keep_alive;     /* the connection may carry another answer */
    char *location;      /* Location's value, or NULL; owned by the reader */
    struct buffer body;  /* what was received, the chunks' framing taken off */
    uint64_t digest;     /* FNV-1a of the body */
    const char *problem; /* after a failure: what is wrong, a static text */
    /* ---- the reader's own ---- */
    uint64_t max_body;
    uint64_t remaining; /* of the body or chunk that is being read, in bytes */
    struct buffer line; /* the line of the head that is not whole yet */
    enum http_verdict verdict;
    /* (the author of http.c may add what is needed here) */
};

/*
 * Makes a reader for the answer to one GET request. A body beyond `max_body`
 * bytes is HTTP_TOO_LARGE. Nothing is allocated.
 */
void http_reader_init(struct http_reader *reader, uint64_t max_body);

/*
 * Reads on with `size` bytes that arrived. Sets *used to how many of them
 * belong to this answer: all, unless the verdict is other than HTTP_MORE.
 * Returns the verdict; once it is not HTTP_MORE it stays, and further bytes
 * are not used.
 */
enum http_verdict http_reader_feed(struct http_reader *reader, const char *data,
                                   size_t size, size_t *used);

/*
 * The server closed its side: the end of a body that only the close delimits
 * (HTTP_DONE), else HTTP_TRUNCATED, unless there was a verdict before.
 */
enum http_verdict http_reader_end(struct http_reader *reader);

/* Frees body, location and what else it holds; init may follow. */
void http_reader_free(struct http_reader *reader);

#endif
