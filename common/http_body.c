/*
 * http_body.c - where the body ends, and the body (RFC 9112, sections 6, 7).
 *
 * The lines between chunks are read byte by byte in a handful of states, so
 * that they need no memory and a chunk of one byte costs what its bytes cost.
 */
#include "http_internal.h"

#include "digest.h"

#include <stdlib.h>

/* ---- which body it is ---- */

/*
 * Whether the connection may carry another answer. Not when someone else could
 * find another end of this one than we do, and take its rest for the next:
 * with both lengths, with chunks in HTTP/1.0 (RFC 9112, 6.1), with a body
 * announced where none may be.
 */
static bool may_go_on(const struct http_reader *reader)
{
    bool announced =
        reader->chunked || (reader->has_length && reader->remaining > 0);

    if (reader->says_close || (reader->version_1_0 && !reader->says_keep_alive))
        return false;
    if (reader->status == 204 || reader->status == 304)
        return !announced;
    if (reader->chunked)
        return !reader->has_length && !reader->version_1_0;
    return reader->has_length;
}

/* RFC 9112, 6.3, in its order, as far as it concerns the answer to a GET. */
/* docs: 01-body-begin */
void http_body_begin(struct http_reader *reader)
{
    reader->keep_alive = may_go_on(reader);
    if (reader->status == 204 || reader->status == 304) {
        reader->verdict = HTTP_DONE;
    } else if (reader->chunked) {
        reader->state = HTTP_IN_CHUNK_SIZE;
        reader->counted = 0;
        reader->remaining = 0;
    } else if (!reader->has_length) {
        reader->state = HTTP_IN_CLOSE_BODY;
    } else if (reader->remaining > reader->max_body) {
        http_fail(reader, HTTP_TOO_LARGE, "Content-Length is too large");
    } else if (reader->remaining == 0) {
        reader->verdict = HTTP_DONE;
    } else {
        reader->state = HTTP_IN_LENGTH_BODY;
    }
}

/* ---- its bytes ---- */

/*
 * Makes room as buffer_reserve() does, by doubling, but not beyond what the
 * body may still come to: so a body over half of its limit takes no more
 * memory than the limit.
 */
static int reserve(struct http_reader *reader, size_t more)
{
    struct buffer *body = &reader->body;
    uint64_t most = reader->state == HTTP_IN_LENGTH_BODY
                        ? body->length + reader->remaining
                        : reader->max_body;

    if (more <= body->capacity - body->length || body->capacity <= most / 2)
        return buffer_reserve(body, more);
    char *data = realloc(body->data, (size_t)most);
    if (data == NULL)
        return -1;
    body->data = data;
    body->capacity = (size_t)most;
    return 0;
}

static void keep_body(struct http_reader *reader, const char *data, size_t size)
{
    if (reserve(reader, size) < 0 ||
        buffer_append(&reader->body, data, size) < 0) {
        http_fail(reader, HTTP_NO_MEMORY, "no memory for the body");
        return;
    }
    reader->digest = digest_add(reader->digest, data, size);
}

/* What belongs to the body or chunk whose length is known. */
static size_t counted_bytes(struct http_reader *reader, const char *data,
                            size_t size)
{
    if (size > reader->remaining)
        size = (size_t)reader->remaining;
    keep_body(reader, data, size);
    reader->remaining -= size;
    return size;
}

static size_t length_body(struct http_reader *reader, const char *data,
                          size_t size)
{
    size_t used = counted_bytes(reader, data, size);

    if (reader->remaining == 0 && reader->verdict == HTTP_MORE)
        reader->verdict = HTTP_DONE;
    return used;
}

static size_t close_body(struct http_reader *reader, const char *data,
                         size_t size)
{
    if (size > reader->max_body - reader->body.length)
        http_fail(reader, HTTP_TOO_LARGE, "the body is too large");
    else
        keep_body(reader, data, size);
    return size;
}

static size_t chunk_data(struct http_reader *reader, const char *data,
                         size_t size)
{
    size_t used = counted_bytes(reader, data, size);

    if (reader->remaining == 0)
        reader->state = HTTP_IN_CHUNK_END;
    return used;
}

/* ---- the lines between the chunks ---- */

static int hex_value(char byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

/* Leading zeros mean nothing; they count as extension, lest they be endless. */
static void chunk_digit(struct http_reader *reader, int value)
{
    if (value == 0 && reader->digits == 0)
        reader->counted++;
    else if (++reader->digits > HTTP_MAX_CHUNK_DIGITS)
        http_fail(reader, HTTP_MALFORMED, "a chunk size of over 16 digits");
    else
        reader->remaining = reader->remaining * 16 + (uint64_t)value;
}

/* Behind the size: blanks, then an extension that may hold anything. */
static void chunk_extension_byte(struct http_reader *reader, char byte)
{
    reader->counted++;
    if (byte == ';')
        reader->state = HTTP_IN_CHUNK_EXTENSION;
    else if (reader->state == HTTP_IN_CHUNK_EXTENSION)
        return;
    else if (byte == ' ' || byte == '\t')
        reader->state = HTTP_IN_CHUNK_BLANKS;
    else
        http_fail(reader, HTTP_MALFORMED, "a chunk size that is not hex");
}

/* The line is whole. A chunk of no bytes is the last. */
static void chunk_begin(struct http_reader *reader)
{
    reader->counted = 0;
    reader->digits = 0;
    if (reader->remaining == 0)
        reader->state = HTTP_IN_TRAILERS;
    else if (reader->remaining > reader->max_body - reader->body.length)
        http_fail(reader, HTTP_TOO_LARGE, "a chunk is too large");
    else
        reader->state = HTTP_IN_CHUNK_DATA;
}

static void chunk_line_byte(struct http_reader *reader, char byte)
{
    bool in_size = reader->state == HTTP_IN_CHUNK_SIZE;
    bool has_size = !in_size || reader->digits > 0 || reader->counted > 0;
    int value = in_size ? hex_value(byte) : -1;

    if (!http_line_byte(reader, byte))
        return;
    if (value >= 0)
        chunk_digit(reader, value);
    else if (!has_size)
        http_fail(reader, HTTP_MALFORMED, "a chunk size that is not hex");
    else if (byte == '\n')
        chunk_begin(reader);
    else if (byte != '\r')
        chunk_extension_byte(reader, byte);
    if (reader->counted > HTTP_MAX_EXTENSION && reader->verdict == HTTP_MORE)
        http_fail(reader, HTTP_TOO_LARGE, "a chunk extension is too large");
}

static void chunk_end_byte(struct http_reader *reader, char byte)
{
    if (byte != '\r' && byte != '\n')
        http_fail(reader, HTTP_MALFORMED, "no line end after a chunk");
    else if (http_line_byte(reader, byte) && byte == '\n')
        reader->state = HTTP_IN_CHUNK_SIZE;
}

/* Nothing in a trailer concerns us but where the last one ends. */
static void trailer_byte(struct http_reader *reader, char byte)
{
    if (++reader->counted > HTTP_MAX_TRAILERS)
        http_fail(reader, HTTP_TOO_LARGE, "the trailers are too large");
    else if (!http_line_byte(reader, byte) || byte == '\r')
        return;
    else if (byte != '\n')
        reader->state = HTTP_IN_TRAILER;
    else if (reader->state == HTTP_IN_TRAILER)
        reader->state = HTTP_IN_TRAILERS;
    else
        reader->verdict = HTTP_DONE;
}

size_t http_body_read(struct http_reader *reader, const char *data, size_t size)
{
    switch ((enum http_state)reader->state) {
    case HTTP_IN_LENGTH_BODY:
        return length_body(reader, data, size);
    case HTTP_IN_CLOSE_BODY:
        return close_body(reader, data, size);
    case HTTP_IN_CHUNK_DATA:
        return chunk_data(reader, data, size);
    case HTTP_IN_CHUNK_SIZE:
    case HTTP_IN_CHUNK_BLANKS:
    case HTTP_IN_CHUNK_EXTENSION:
        chunk_line_byte(reader, data[0]);
        return 1;
    case HTTP_IN_CHUNK_END:
        chunk_end_byte(reader, data[0]);
        return 1;
    case HTTP_IN_TRAILERS:
    case HTTP_IN_TRAILER:
        trailer_byte(reader, data[0]);
        return 1;
    case HTTP_IN_STATUS_LINE:
    case HTTP_IN_HEADERS:
        break; /* the head's own, see http_reader_feed() */
    }
    abort();
}
