/*
 * answer.c - see answer.h.
 */
#include "answer.h"

#include "common/http_internal.h"
#include "fuzz.h"

enum {
    ALL_CUTS = 96,    /* bytes: shorter answers are cut at every byte */
    SOME_CUTS = 12,   /* longer ones this often */
    BUFFER_LEAST = 64 /* bytes that a buffer begins with */
};

void answer_open(struct answer *answer, uint64_t max_body)
{
    *answer = (struct answer){.fed = HTTP_MORE};
    http_reader_init(&answer->reader, max_body);
}

void answer_feed(struct answer *answer, const void *data, size_t size)
{
    enum http_verdict before = answer->reader.verdict;
    size_t used = SIZE_MAX;
    enum http_verdict verdict =
        http_reader_feed(&answer->reader, guarded(data, size), size, &used);

    assert(verdict == answer->reader.verdict);
    assert(used <= size);
    if (verdict == HTTP_MORE)
        assert(used == size);
    if (before != HTTP_MORE) /* it stays, and nothing is used any more */
        assert(verdict == before && used == 0);
    answer->fed = verdict;
    answer->keep_alive = answer->reader.keep_alive;
    answer->used += used;
}

void answer_end(struct answer *answer)
{
    enum http_verdict verdict = http_reader_end(&answer->reader);

    assert(verdict != HTTP_MORE);
    assert(answer->fed == HTTP_MORE || verdict == answer->fed);
    assert(http_reader_end(&answer->reader) == verdict);
}

void answer_free(struct answer *answer)
{
    http_reader_free(&answer->reader);
}

struct answer answer_read(const void *data, size_t size, uint64_t max_body,
                          size_t step)
{
    const char *bytes = data;
    struct answer answer;

    answer_open(&answer, max_body);
    for (size_t at = 0; at < size; at += step)
        answer_feed(&answer, bytes + at, size - at < step ? size - at : step);
    answer_end(&answer);
    return answer;
}

static bool is_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool is_body(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length &&
           (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* What there is of a body that failed depends on how it arrived. */
bool answer_is(const struct answer *answer, const struct answer *other)
{
    const struct http_reader *a = &answer->reader, *b = &other->reader;

    return a->verdict == b->verdict && answer->fed == other->fed &&
           answer->keep_alive == other->keep_alive && a->status == b->status &&
           a->is_html == b->is_html && is_text(a->location, b->location) &&
           is_text(a->problem, b->problem) &&
           (a->verdict != HTTP_DONE ||
            (answer->used == other->used && a->digest == b->digest &&
             is_body(&a->body, &b->body)));
}

/* ---- what holds for every answer ---- */

static void check_members(const struct http_reader *reader)
{
    assert((reader->verdict == HTTP_DONE) == (reader->problem == NULL));
    assert(reader->verdict != HTTP_NO_MEMORY);
    assert(!reader->keep_alive); /* the server has closed */
    assert(reader->status == 0 ||
           (reader->status >= 200 && reader->status <= 999));
    assert(reader->verdict != HTTP_DONE || reader->status != 0);
    assert(reader->digest ==
           digest_add(DIGEST_EMPTY, reader->body.data, reader->body.length));
    if (reader->location != NULL)
        assert(strpbrk(reader->location, "\r\n") == NULL);
    if (reader->status == 204 || reader->status == 304)
        assert(reader->body.length == 0);
}

/* Bounded by the limits, and by twice of what arrived. */
static void check_memory(const struct http_reader *reader, size_t arrived)
{
    const struct buffer *body = &reader->body, *line = &reader->line;

    assert(body->length <= reader->max_body && body->length <= arrived);
    assert(
        body->capacity <= BUFFER_LEAST ||
        (body->capacity <= reader->max_body && body->capacity <= 2 * arrived));
    assert(
        line->capacity <= BUFFER_LEAST ||
        (line->capacity <= 2 * HTTP_MAX_LINE && line->capacity <= 2 * arrived));
    assert(reader->value.capacity <= BUFFER_LEAST ||
           (reader->value.capacity <= 2 * HTTP_MAX_HEAD &&
            reader->value.capacity <= 2 * arrived));
}

/* No line that was let pass is beyond its limit, nor the lines together. */
static void check_head(const char *data, size_t size)
{
    struct http_reader reader;
    size_t head = 0, line = 0, used;

    http_reader_init(&reader, 0);
    while (head < size && reader.state <= HTTP_IN_HEADERS &&
           http_reader_feed(&reader, data + head, 1, &used) == HTTP_MORE) {
        line++;
        head++;
        assert(line <= HTTP_MAX_LINE && head <= HTTP_MAX_HEAD);
        if (data[head - 1] == '\n')
            line = 0;
    }
    http_reader_free(&reader);
}

static void check_cut(const struct answer *whole, const char *data, size_t size,
                      size_t cut)
{
    struct answer answer;

    answer_open(&answer, whole->reader.max_body);
    answer_feed(&answer, data, cut);
    check_memory(&answer.reader, cut);
    answer_feed(&answer, data + cut, size - cut);
    answer_end(&answer);
    assert(answer_is(&answer, whole));
    answer_free(&answer);
}

static void check_steps(const struct answer *whole, const char *data,
                        size_t size, size_t step)
{
    struct answer answer =
        answer_read(data, size, whole->reader.max_body, step);

    check_memory(&answer.reader, size);
    assert(answer_is(&answer, whole));
    answer_free(&answer);
}

/* What belongs to a whole answer is one by itself, and nothing less is. */
static void check_used(const struct answer *whole, const char *data,
                       size_t size)
{
    struct answer exact;

    if (whole->fed != HTTP_DONE)
        return;
    answer_open(&exact, whole->reader.max_body);
    answer_feed(&exact, data, whole->used - 1);
    assert(exact.fed == HTTP_MORE);
    answer_feed(&exact, data + whole->used - 1, 1);
    assert(exact.fed == HTTP_DONE);
    answer_feed(&exact, data + whole->used, size - whole->used);
    answer_end(&exact);
    assert(answer_is(&exact, whole));
    answer_free(&exact);
}

struct answer answer_checked(const void *data, size_t size, uint64_t max_body)
{
    struct answer whole =
        answer_read(data, size, max_body, size > 0 ? size : 1);
    struct draw draw = draw_from(data, size);

    check_members(&whole.reader);
    check_memory(&whole.reader, size);
    check_used(&whole, data, size);
    check_head(data, size);
    for (size_t cut = 0; size <= ALL_CUTS && cut <= size; cut++)
        check_cut(&whole, data, size, cut);
    for (size_t i = 0; size > ALL_CUTS && i < SOME_CUTS; i++)
        check_cut(&whole, data, size, draw_below(&draw, size));
    check_steps(&whole, data, size, 1);
    check_steps(&whole, data, size, 2 + draw_below(&draw, 30));
    return whole;
}
