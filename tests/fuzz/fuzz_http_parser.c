/*
 * fuzz_http_parser.c - the answer reader beside http-parser, for long the
 * parser of Node.js.
 *
 * Where both take the bytes for an answer, it has the same status, the same
 * body and the same end. Where only one does, the difference is one of those
 * listed here, each on purpose.
 */
#include "answer.h"
#include "chunk_model.h"
#include "common/http_internal.h"
#include "fuzz.h"
#include "their_answer.h"

#include <stdio.h>
#include <stdlib.h>

enum { LIMIT = 8192 }; /* bytes of body; beyond, only ours has a limit */

/* ---- where ours is stricter: what it says then ---- */

static const char *const stricter[] = {
    /* theirs takes any letters for `TTP`, any version of two digits, and any
       status up to 999 */
    "HTTP/0.9 text or no HTTP at all",
    "the version is HTTP/2",
    "the version is not HTTP/1. and a digit",
    "the status is below 100",
    "the status is not three digits after one blank",
    "the status is not three digits and a blank",
    /* it leaves them to its caller */
    "101: it switches to a protocol nobody asked for",
    "a 1xx answer and none after it",
    /* it skips them here and there */
    "a CR without its LF",
    "a NUL where there are lines",
    /* it unfolds every header, and takes blanks off every name */
    "a folded Content-Length or Transfer-Encoding",
    "a blank after Content-Length or Transfer-Encoding",
    "Content-Length is empty",
    /* without `chunked` at the end it waits for the close */
    "Transfer-Encoding is not one single `chunked`",
    /* what follows the blanks after a chunk's size it takes for extension, and
       any two bytes for the end of a chunk */
    "a chunk size that is not hex",
    "no line end after a chunk",
};

/* ---- where ours is laxer: what they say then ---- */

static const enum http_errno laxer[] = {
    HPE_INVALID_HEADER_TOKEN,      /* a line that ours skips; control bytes */
    HPE_INVALID_CONTENT_LENGTH,    /* `15, 15` */
    HPE_UNEXPECTED_CONTENT_LENGTH, /* the same twice; one in a trailer */
    HPE_INVALID_CHUNK_SIZE,        /* a chunk line that ends with LF alone */
};

static bool refuses(const struct theirs *theirs)
{
    return !theirs->is_whole && theirs->parser.http_errno != HPE_OK &&
           theirs->parser.http_errno != HPE_INVALID_EOF_STATE;
}

/* ---- both ---- */

static void explain(const struct answer *ours, const struct theirs *theirs)
{
    fprintf(stderr, "ours: verdict %d, status %d, %zu used, body %zu: %s\n",
            ours->reader.verdict, ours->reader.status, ours->used,
            ours->reader.body.length,
            ours->reader.problem != NULL ? ours->reader.problem : "");
    fprintf(stderr, "theirs: %s, status %d, %zu used, body %zu: %s\n",
            theirs->is_whole ? "whole" : "not whole",
            theirs->parser.status_code, theirs->used, theirs->body.length,
            http_errno_name(theirs->parser.http_errno));
    abort();
}

static bool is_same(const struct answer *ours, const struct theirs *theirs)
{
    const struct buffer *body = &ours->reader.body;

    return ours->reader.status == theirs->parser.status_code &&
           (ours->fed != HTTP_DONE || ours->used == theirs->used) &&
           body->length == theirs->body.length &&
           (body->length == 0 ||
            memcmp(body->data, theirs->body.data, body->length) == 0);
}

/* Whether some line begins with a blank, and goes on with the one before. */
static bool is_folded(const uint8_t *data, size_t size)
{
    for (size_t i = 1; i < size; i++)
        if (data[i - 1] == '\n' && (data[i] == ' ' || data[i] == '\t'))
            return true;
    return false;
}

/* Each joins the lines of a value otherwise. */
static bool is_same_location(const struct answer *ours,
                             const struct theirs *theirs, const uint8_t *data,
                             size_t size)
{
    const char *location = ours->reader.location;

    if (ours->reader.verdict != HTTP_DONE || !theirs->is_whole ||
        is_folded(data, size))
        return true;
    if (location == NULL || theirs->location.length == 0)
        return location == NULL && theirs->location.length == 0;
    return strcmp(location, theirs->location.data) == 0;
}

static bool is_stricter(const struct answer *ours)
{
    for (size_t i = 0; i < sizeof stricter / sizeof stricter[0]; i++)
        if (strcmp(ours->reader.problem, stricter[i]) == 0)
            return true;
    return false;
}

static bool is_laxer(const struct theirs *theirs)
{
    for (size_t i = 0; i < sizeof laxer / sizeof laxer[0]; i++)
        if (theirs->parser.http_errno == laxer[i])
            return true;
    return false;
}

/*
 * Whether a line between the chunks ends with LF alone. To http-parser that is
 * no end: the line goes on to the next CR, over what ours takes for a chunk.
 */
static bool has_lf_alone(const uint8_t *data, size_t size)
{
    struct chunk_model model = {0};
    struct answer answer;

    answer_open(&answer, LIMIT);
    for (size_t i = 0; i < size; i++) {
        answer_feed(&answer, data + i, 1);
        if (answer.reader.state != HTTP_IN_CHUNK_SIZE)
            continue;
        model =
            chunk_model_read((const char *)data + i + 1, size - i - 1, LIMIT);
        break;
    }
    buffer_free(&model.body);
    answer_free(&answer);
    return model.lf_alone;
}

/* A blank may be a tab (RFC 9110, 5.6.3), but http-parser knows no `chunked`
 * that a tab stands behind. */
static bool has_tab_behind_chunked(const uint8_t *data, size_t size)
{
    static const char chunked[] = "chunked";
    const char *text = (const char *)data, *end = text + size;

    for (; end - text > (ptrdiff_t)sizeof chunked; text++) {
        const char *behind = text + sizeof chunked - 1;
        if (strncasecmp(text, chunked, sizeof chunked - 1) != 0)
            continue;
        while (behind < end && *behind == ' ')
            behind++;
        if (behind < end && *behind == '\t')
            return true;
    }
    return false;
}

static bool agree(const struct answer *ours, const struct theirs *theirs)
{
    switch (ours->reader.verdict) {
    case HTTP_TOO_LARGE:
        return true;
    case HTTP_MALFORMED:
        return refuses(theirs) || is_stricter(ours);
    case HTTP_DONE:
        return refuses(theirs) ? is_laxer(theirs)
                               : theirs->is_whole && is_same(ours, theirs);
    default:
        return refuses(theirs) ? is_laxer(theirs) : !theirs->is_whole;
    }
}

/* A header with a blank before its colon, which ours skips. */
static bool has_blank_before_colon(const uint8_t *data, size_t size)
{
    for (size_t i = 1; i < size; i++)
        if (data[i] == ':' && (data[i - 1] == ' ' || data[i - 1] == '\t'))
            return true;
    return false;
}

/*
 * Ours never keeps a connection that theirs would not; but theirs lets a
 * Transfer-Encoding in a trailer tell it otherwise.
 */
static bool keeps_less(const struct answer *ours, const struct theirs *theirs,
                       const uint8_t *data)
{
    struct answer exact;

    if (ours->fed != HTTP_DONE || !theirs->is_whole || ours->reader.chunked ||
        has_blank_before_colon(data, ours->used))
        return true;
    answer_open(&exact, LIMIT);
    answer_feed(&exact, data, ours->used);
    bool keeps = exact.reader.keep_alive;
    answer_free(&exact);
    return !keeps || theirs->keep_alive;
}

/* What neither table tells: the two read other lines, or another coding. */
static bool read_otherwise(const struct answer *ours, const uint8_t *data,
                           size_t size)
{
    return has_lf_alone(data, size) ||
           (ours->reader.chunked && has_tab_behind_chunked(data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct answer ours = answer_read(data, size, LIMIT, size > 0 ? size : 1);
    struct theirs theirs = theirs_read(data, size);

    if (!(agree(&ours, &theirs) && keeps_less(&ours, &theirs, data) &&
          is_same_location(&ours, &theirs, data, size)) &&
        !read_otherwise(&ours, data, size))
        explain(&ours, &theirs);
    theirs_free(&theirs);
    answer_free(&ours);
    return 0;
}
