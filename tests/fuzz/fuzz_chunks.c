/*
 * fuzz_chunks.c - the chunk decoder: the reader, given any bytes for a chunked
 * body.
 *
 * It must find what chunk_model.c finds; and the same bytes, put into chunks
 * of any kind, must come out of them again.
 */
#include "answer.h"
#include "chunk_model.h"
#include "fuzz.h"

#include <stdio.h>

enum { LIMIT = 256 }; /* bytes of body */

static const char head[] = "HTTP/1.1 200 OK\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n";

static void append(struct buffer *text, const void *data, size_t size)
{
    assert(buffer_append(text, data, size) == 0);
}

static void append_string(struct buffer *text, const char *string)
{
    append(text, string, strlen(string));
}

static void check_model(const struct answer *answer, const char *data,
                        size_t size)
{
    struct chunk_model model = chunk_model_read(data, size, LIMIT);

    assert(answer->fed == model.verdict);
    if (model.verdict == HTTP_DONE) {
        assert(answer->used == sizeof head - 1 + model.used);
        assert(answer->reader.body.length == model.body.length);
        assert(model.body.length == 0 ||
               memcmp(answer->reader.body.data, model.body.data,
                      model.body.length) == 0);
    }
    buffer_free(&model.body);
}

/* Any bytes as a body. */
static void decode(const void *data, size_t size)
{
    struct buffer text = {0};

    append_string(&text, head);
    append(&text, data, size);
    struct answer answer = answer_checked(text.data, text.length, LIMIT);
    check_model(&answer, data, size);
    answer_free(&answer);
    buffer_free(&text);
}

/* The same around the limits of a chunk line and of the trailers. */
static void decode_longer(const uint8_t *data, size_t size)
{
    static const size_t limits[] = {HTTP_MAX_CHUNK_DIGITS, HTTP_MAX_EXTENSION,
                                    HTTP_MAX_TRAILERS};
    struct draw draw = draw_from(data, size);
    size_t limit = limits[draw_below(&draw, 3)];
    struct buffer longer;

    if (stretched(&longer, data, size, &draw, limit)) {
        decode(longer.data, longer.length);
        buffer_free(&longer);
    }
}

/* A size, in one of the ways to write it, and the line's end. */
static void append_size(struct buffer *text, struct draw *draw, size_t size)
{
    static const char *const formats[] = {
        "%zx", "%zX", "00%zx", "%zx \t", "%zx;a=\"b\"", "%zx ;\xff;;"};
    static const char *const ends[] = {"\r\n", "\n"};
    char line[64];

    snprintf(line, sizeof line, formats[draw_below(draw, 6)], size);
    append_string(text, line);
    append_string(text, ends[draw_below(draw, 2)]);
}

static void encode(struct buffer *text, struct draw *draw, const uint8_t *data,
                   size_t size)
{
    static const char *const trailers[] = {"", "X: y\r\n", " \n\t\r\n"};

    append_string(text, head);
    for (size_t at = 0, chunk; at < size; at += chunk) {
        chunk = 1 + draw_below(draw, size - at);
        append_size(text, draw, chunk);
        append(text, data + at, chunk);
        append_string(text, draw_below(draw, 2) == 0 ? "\r\n" : "\n");
    }
    append_size(text, draw, 0);
    append_string(text, trailers[draw_below(draw, 3)]);
    append_string(text, draw_below(draw, 2) == 0 ? "\r\n" : "\n");
}

/* The same bytes, for what the body holds. */
static void round_trip(const uint8_t *data, size_t size)
{
    struct draw draw = draw_from(data, size);
    struct buffer text = {0};

    if (size > LIMIT)
        size = LIMIT;
    encode(&text, &draw, data, size);
    struct answer answer =
        answer_read(text.data, text.length, LIMIT, 1 + draw_below(&draw, 9));
    assert(answer.fed == HTTP_DONE && answer.used == text.length);
    assert(answer.reader.body.length == size);
    assert(size == 0 || memcmp(answer.reader.body.data, data, size) == 0);
    answer_free(&answer);
    buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    decode(data, size);
    decode_longer(data, size);
    round_trip(data, size);
    return 0;
}
