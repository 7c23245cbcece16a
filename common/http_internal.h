/*
 * http_internal.h - what the files of the answer reader share: http.c leads,
 * http_head.c reads lines, http_header.c says what they mean, http_body.c
 * reads what follows. Not for anyone else.
 */
#ifndef COMMON_HTTP_INTERNAL_H
#define COMMON_HTTP_INTERNAL_H

#include "http.h"

/* What the next byte is part of: an answer passes through from top to bottom.
 */
enum http_state {
    HTTP_IN_STATUS_LINE, /* or in a blank line before it */
    HTTP_IN_HEADERS,
    HTTP_IN_LENGTH_BODY, /* Content-Length says how long */
    HTTP_IN_CLOSE_BODY,  /* it goes on until the server closes */
    HTTP_IN_CHUNK_SIZE,
    HTTP_IN_CHUNK_BLANKS, /* behind the size */
    HTTP_IN_CHUNK_EXTENSION,
    HTTP_IN_CHUNK_DATA,
    HTTP_IN_CHUNK_END, /* the line end behind the data */
    HTTP_IN_TRAILERS,  /* at the start of a line: a blank one ends them */
    HTTP_IN_TRAILER,   /* within a line */
};

/* The headers that mean something to a crawler. */
enum http_header {
    HTTP_OTHER_HEADER, /* also a line that is skipped, and none at all */
    HTTP_CONNECTION,
    HTTP_CONTENT_TYPE,
    HTTP_LOCATION,
    HTTP_CONTENT_LENGTH,    /* this one and the next decide where a message */
    HTTP_TRANSFER_ENCODING, /* ends */
};

/* Settles the verdict: a failure, with its static text. */
void http_fail(struct http_reader *reader, enum http_verdict verdict,
               const char *problem);

/*
 * Whether `byte` may stand where it does in a line: a NUL may nowhere, and
 * after a CR there is only LF. Some would take either for the end of the line,
 * and who reads lines otherwise than others finds other messages in them (RFC
 * 9112, 2.2). Else settles the verdict.
 */
bool http_line_byte(struct http_reader *reader, char byte);

/*
 * Reads status line and headers: up to the end of the next line, or all of
 * `size`. Returns how many bytes it used.
 */
size_t http_head_read(struct http_reader *reader, const char *data,
                      size_t size);

/* Takes in one header line, its end taken off. */
void http_header_line(struct http_reader *reader, const char *line,
                      size_t length);

/*
 * Takes in the value of the last header: no folded line goes on with it.
 * Returns false when that settled the verdict.
 */
bool http_header_finish(struct http_reader *reader);

/* The head is whole: decides how the body ends, or that there is none. */
void http_body_begin(struct http_reader *reader);

/* Reads the body and its framing. Returns how many bytes it used, at least 1.
 */
size_t http_body_read(struct http_reader *reader, const char *data,
                      size_t size);

#endif
