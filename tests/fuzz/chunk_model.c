/*
 * chunk_model.c - see chunk_model.h.
 */
#include "chunk_model.h"

#include "fuzz.h"

#include <stdint.h>

/* A line, as far as it is there, and what becomes of it at its end. */
struct line {
    const char *text;
    size_t length; /* up to the first CR, LF or NUL */
    size_t size;   /* up to the next line, or up to what breaks it */
    enum { CUT, WHOLE, BROKEN } end;
    bool lf_alone;
};

static struct line line_at(const char *at, const char *end)
{
    struct line line = {.text = at};
    const char *stop = at;

    while (stop < end && *stop != '\r' && *stop != '\n' && *stop != '\0')
        stop++;
    line.length = (size_t)(stop - at);
    line.lf_alone = stop < end && *stop == '\n';
    if (stop < end && *stop == '\r')
        stop++;
    line.size = (size_t)(stop - at);
    line.end = stop == end ? CUT : *stop == '\n' ? WHOLE : BROKEN;
    line.size += line.end == WHOLE;
    return line;
}

/* Where the bytes at `from` that are in `set` end. */
static size_t span(const struct line *line, size_t from, const char *set)
{
    while (from < line->length && strchr(set, line->text[from]) != NULL)
        from++;
    return from;
}

/* The value of the digits. */
static uint64_t hex(const char *text, size_t length)
{
    uint64_t value = 0;

    for (size_t i = 0; i < length; i++) {
        int c = text[i] | 32;
        value = value * 16 + (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return value;
}

/*
 * Judges a chunk line, as far as it is there: whichever fault stands first is
 * the one. HTTP_MORE: there is none.
 */
static enum http_verdict judge(const struct line *line, uint64_t *chunk)
{
    size_t zeros = span(line, 0, "0");
    size_t digits = span(line, zeros, "0123456789abcdefABCDEF");
    size_t blanks = span(line, digits, " \t");
    size_t wrong = SIZE_MAX, much = HTTP_MAX_EXTENSION;

    if (digits - zeros > HTTP_MAX_CHUNK_DIGITS)
        wrong = zeros + HTTP_MAX_CHUNK_DIGITS;
    else if (blanks < line->length && line->text[blanks] != ';')
        wrong = blanks;
    if (zeros <= HTTP_MAX_EXTENSION) /* the digits do not count */
        much += digits - zeros;
    if (digits == 0)
        wrong = line->size > 0 || line->end != CUT ? 0 : SIZE_MAX;
    if (wrong <= much && wrong != SIZE_MAX)
        return HTTP_MALFORMED;
    if (line->length > much)
        return HTTP_TOO_LARGE;
    *chunk = hex(line->text + zeros, digits - zeros);
    return line->end == BROKEN ? HTTP_MALFORMED : HTTP_MORE;
}

/* Behind a chunk: CR LF or LF. Returns how many bytes, 0 while it is cut. */
static size_t chunk_end(struct chunk_model *model, const char *at,
                        const char *end)
{
    if (at < end && *at == '\n') {
        model->lf_alone = true;
        return 1;
    }
    if (end - at >= 2 && memcmp(at, "\r\n", 2) == 0)
        return 2;
    if (at < end && (*at != '\r' || end - at >= 2))
        model->verdict = HTTP_MALFORMED;
    return 0;
}

/* Judges a trailer that `before` bytes of others stand before. */
static enum http_verdict judge_trailer(const struct line *line, size_t before)
{
    if (line->end == BROKEN && before + line->size < HTTP_MAX_TRAILERS)
        return HTTP_MALFORMED;
    if (line->end == BROKEN || before + line->size > HTTP_MAX_TRAILERS)
        return HTTP_TOO_LARGE;
    return HTTP_MORE;
}

/* Lines up to a blank one. */
static void read_trailers(struct chunk_model *model, const char *data,
                          const char *begin, const char *end)
{
    const char *at = begin;
    struct line line;

    do {
        line = line_at(at, end);
        model->verdict = judge_trailer(&line, (size_t)(at - begin));
        model->lf_alone |= line.lf_alone;
        at += line.size;
        if (model->verdict != HTTP_MORE || line.end == CUT)
            return;
    } while (line.length > 0);
    model->verdict = HTTP_DONE;
    model->used = (size_t)(at - data);
}

/* One chunk with its line. Returns what comes after it, NULL: that was all. */
static const char *read_chunk(struct chunk_model *model, const char *data,
                              const char *at, const char *end, size_t max_body)
{
    struct line line = line_at(at, end);
    uint64_t chunk;

    model->verdict = judge(&line, &chunk);
    model->lf_alone |= line.lf_alone;
    if (model->verdict != HTTP_MORE || line.end == CUT)
        return NULL;
    at += line.size;
    if (chunk == 0) {
        read_trailers(model, data, at, end);
        return NULL;
    }
    if (chunk > max_body - model->body.length) {
        model->verdict = HTTP_TOO_LARGE;
        return NULL;
    }
    size_t there = (size_t)(end - at) < chunk ? (size_t)(end - at) : chunk;
    assert(buffer_append(&model->body, at, there) == 0);
    size_t line_end = chunk_end(model, at + there, end);
    return line_end > 0 ? at + there + line_end : NULL;
}

struct chunk_model chunk_model_read(const char *data, size_t size,
                                    size_t max_body)
{
    struct chunk_model model = {.verdict = HTTP_MORE};
    const char *at = data;

    while (at != NULL)
        at = read_chunk(&model, data, at, data + size, max_body);
    return model;
}
