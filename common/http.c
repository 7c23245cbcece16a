/*
 * http.c - see http.h. The request, and the answer reader from outside: bytes
 * go to the head or to the body, until there is a verdict.
 *
 * The Python it mirrors: http.client.HTTPResponse, turned inside out. That one
 * calls read() and waits; this one is called with what was read, and so serves
 * whoever waits in whatever way.
 */
#include "http.h"

#include "digest.h"
#include "http_internal.h"

#include <assert.h>
#include <stdlib.h>

_Static_assert(sizeof(struct http_reader) <= 160,
               "ten thousand pages may wait at once: a reader is to be small");

/* Holds nothing that would end the request line early, or begin a header. */
static bool goes_on_a_line(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ')
            return false;
    return true;
}

/* docs: 01-request */
int http_request(struct buffer *out, const char *authority, const char *target,
                 bool keep_alive)
{
    assert(goes_on_a_line(authority) && goes_on_a_line(target));
    size_t before = out->length;

    if (buffer_append_string(out, "GET ") == 0 &&
        buffer_append_string(out, target) == 0 &&
        buffer_append_string(out, " HTTP/1.1\r\nHost: ") == 0 &&
        buffer_append_string(out, authority) == 0 &&
        buffer_append_string(out, "\r\nUser-Agent: seven-crawlers/1.0\r\n"
                                  "Accept: */*\r\n") == 0 &&
        buffer_append_string(
            out, keep_alive ? "\r\n" : "Connection: close\r\n\r\n") == 0)
        return 0;
    out->length = before;
    return -1;
}

void http_reader_init(struct http_reader *reader, uint64_t max_body)
{
    *reader = (struct http_reader){
        .max_body = max_body,
        .digest = DIGEST_EMPTY,
        .verdict = HTTP_MORE,
        .state = HTTP_IN_STATUS_LINE,
        .header = HTTP_OTHER_HEADER,
    };
}

/* docs: 01-feed */
enum http_verdict http_reader_feed(struct http_reader *reader, const char *data,
                                   size_t size, size_t *used)
{
    *used = 0;
    while (reader->verdict == HTTP_MORE && *used < size) {
        const char *rest = data + *used;
        size_t left = size - *used;
        *used += reader->state <= HTTP_IN_HEADERS
                     ? http_head_read(reader, rest, left)
                     : http_body_read(reader, rest, left);
    }
    if (*used < size) /* nobody asked for more: whose answer would that be? */
        reader->keep_alive = false;
    return reader->verdict;
}

/* No byte of the final answer is there: at most blank lines. */
static bool is_before_status_line(const struct http_reader *reader)
{
    return reader->state == HTTP_IN_STATUS_LINE &&
           reader->line.length == (reader->after_cr ? 1 : 0);
}

enum http_verdict http_reader_end(struct http_reader *reader)
{
    reader->keep_alive = false;
    if (reader->verdict != HTTP_MORE)
        return reader->verdict;
    if (reader->state == HTTP_IN_CLOSE_BODY)
        reader->verdict = HTTP_DONE;
    else if (is_before_status_line(reader) && reader->had_interim)
        http_fail(reader, HTTP_MALFORMED, "a 1xx answer and none after it");
    else if (is_before_status_line(reader))
        http_fail(reader, HTTP_TRUNCATED, "closed before it answered");
    else if (reader->state <= HTTP_IN_HEADERS)
        http_fail(reader, HTTP_TRUNCATED, "closed inside the head");
    else if (reader->state == HTTP_IN_LENGTH_BODY)
        http_fail(reader, HTTP_TRUNCATED, "closed before Content-Length");
    else
        http_fail(reader, HTTP_TRUNCATED, "closed before the last chunk");
    return reader->verdict;
}

void http_reader_free(struct http_reader *reader)
{
    free(reader->location);
    buffer_free(&reader->body);
    buffer_free(&reader->line);
    buffer_free(&reader->value);
    reader->location = NULL;
}

void http_fail(struct http_reader *reader, enum http_verdict verdict,
               const char *problem)
{
    reader->verdict = verdict;
    reader->problem = problem;
    reader->keep_alive = false;
}

bool http_line_byte(struct http_reader *reader, char byte)
{
    if (reader->after_cr && byte != '\n')
        http_fail(reader, HTTP_MALFORMED, "a CR without its LF");
    else if (byte == '\0')
        http_fail(reader, HTTP_MALFORMED, "a NUL where there are lines");
    else
        reader->after_cr = byte == '\r';
    return reader->verdict == HTTP_MORE;
}
