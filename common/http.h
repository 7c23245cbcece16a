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

/*
 * What an answer may use up before it is too large. Whatever is counted here
 * may be reached; the next byte or line is too much.
 */
enum {
    HTTP_MAX_LINE = 16 * 1024,     /* one line of the head, with its end */
    HTTP_MAX_HEAD = 64 * 1024,     /* all of the head: 1xx answers and blank
                                      lines before it included */
    HTTP_MAX_HEADERS = 500,        /* header lines of one answer */
    HTTP_MAX_CHUNK_DIGITS = 16,    /* of a chunk's size, leading zeros apart;
                                      one more is malformed */
    HTTP_MAX_EXTENSION = 4 * 1024, /* of a chunk line all but digits and end;
                                      leading zeros count here */
    HTTP_MAX_TRAILERS = 8 * 1024,  /* trailers and the blank line after them */
};

/*
 * Appends a GET request for `target` ("/path?query") to `out`, with `Host:
 * authority`, a User-Agent that names the project and, unless keep_alive,
 * `Connection: close`. Both strings go into it as they are: they are not empty
 * and hold neither blank nor control byte, as url_parse() leaves them. Returns
 * 0, or -1 with errno ENOMEM and `out` as it was. (RFC 9112, section 3)
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
 * line; they are final once the verdict is HTTP_DONE, except that keep_alive
 * turns false when bytes come after the answer, or its end.
 *
 * Of a header that comes twice the first counts, as in Python's
 * message["Location"]; Connection is a list over all its lines. A folded value
 * is joined by one blank. Bytes of a value are left as they are.
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
    uint64_t remaining;  /* of the body or chunk that is being read, in bytes;
                            within the head, what Content-Length says */
    struct buffer line;  /* the line of the head that is not whole yet */
    struct buffer value; /* of the last header, which the next line may fold */
    enum http_verdict verdict;
    uint32_t counted;     /* bytes so far of what a limit holds for: the
                             head, one chunk line, the trailers */
    uint16_t headers;     /* header lines of this head so far */
    uint8_t state;        /* enum http_state: what the next byte is part of */
    uint8_t header;       /* enum http_header: what a folded line goes on */
    uint8_t digits;       /* of the chunk's size, leading zeros apart */
    bool after_cr : 1;    /* the last byte was a CR: only LF may follow */
    bool version_1_0 : 1; /* the status line says HTTP/1.0 */
    bool interim : 1;     /* this head is a 1xx answer's */
    bool had_interim : 1; /* a whole 1xx answer came before */
    bool has_length : 1;  /* Content-Length came; it is in `remaining` */
    bool has_type : 1;    /* Content-Type came */
    bool chunked : 1;     /* Transfer-Encoding: chunked came */
    bool says_close : 1;  /* Connection: close */
    bool says_keep_alive : 1; /* Connection: keep-alive */
};

/*
 * Makes a reader for the answer to one GET request. A body beyond `max_body`
 * bytes is HTTP_TOO_LARGE. Nothing is allocated.
 */
void http_reader_init(struct http_reader *reader, uint64_t max_body);

/*
 * Reads on with `size` bytes that arrived. Sets *used to how many of them
 * belong to this answer: all, unless the verdict is other than HTTP_MORE (after
 * a failure it means nothing). Returns the verdict; once it is not HTTP_MORE it
 * stays, and further bytes are not used. However the bytes are cut into pieces,
 * the result is the same, and the time is linear in their number. Memory grows
 * with what arrived, to about twice of it, never with what is announced.
 */
enum http_verdict http_reader_feed(struct http_reader *reader, const char *data,
                                   size_t size, size_t *used);

/*
 * The server closed its side in an orderly way: the end of a body that only
 * the close delimits (HTTP_DONE), HTTP_MALFORMED when nothing but 1xx answers
 * came, else HTTP_TRUNCATED; unless there was a verdict before. It must not be
 * called for a connection that was reset or broke: what only the close
 * delimits is not whole then.
 */
enum http_verdict http_reader_end(struct http_reader *reader);

/* Frees body, location and what else it holds; init may follow. */
void http_reader_free(struct http_reader *reader);

#endif
