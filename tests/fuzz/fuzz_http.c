/*
 * fuzz_http.c - the answer reader, given any bytes.
 *
 * Beyond what answer.c checks: what stands before an answer and means nothing
 * changes nothing, of two limits only the lower one can be in the way, and
 * whatever a Location says, nothing but a URL comes of it.
 */
#include "answer.h"
#include "common/url.h"
#include "fuzz.h"
#include "url_spelling.h"

enum { LIMIT = 100, HIGHER_LIMIT = 4096 }; /* bytes of body */

/* `prefix`, then the bytes. */
static struct answer read_behind(const char *prefix, const void *data,
                                 size_t size)
{
    struct buffer text = {0};

    assert(buffer_append_string(&text, prefix) == 0);
    assert(buffer_append(&text, data, size) == 0);
    struct answer answer =
        answer_read(text.data, text.length, LIMIT, text.length);
    buffer_free(&text);
    return answer;
}

static bool is_too_large_a_head(const struct answer *answer)
{
    return answer->reader.verdict == HTTP_TOO_LARGE &&
           strcmp(answer->reader.problem, "the head is too large") == 0;
}

/*
 * Blank lines and 1xx answers before it are no part of the answer, unless with
 * them the head is too large, or there is nothing else.
 */
static void check_behind(const char *prefix, const void *data, size_t size,
                         const struct answer *whole)
{
    struct answer answer = read_behind(prefix, data, size);
    bool same;

    answer.used -= answer.reader.verdict == HTTP_DONE ? strlen(prefix) : 0;
    same = answer_is(&answer, whole);
    assert(same || is_too_large_a_head(&answer) ||
           (whole->reader.verdict == HTTP_TRUNCATED &&
            whole->reader.status == 0 &&
            answer.reader.verdict == HTTP_MALFORMED));
    answer_free(&answer);
}

/* What is not too large for the lower limit never hears of it. */
static void check_limits(const void *data, size_t size,
                         const struct answer *whole)
{
    struct answer higher =
        answer_read(data, size, HIGHER_LIMIT, size > 0 ? size : 1);

    if (whole->reader.verdict != HTTP_TOO_LARGE)
        assert(answer_is(&higher, whole));
    if (higher.reader.verdict == HTTP_DONE)
        assert(
            whole->reader.verdict ==
            (higher.reader.body.length <= LIMIT ? HTTP_DONE : HTTP_TOO_LARGE));
    answer_free(&higher);
}

static void check_location(const char *location)
{
    struct url page, url;

    assert(url_parse(&page, "http://h/a/b?c") == 0);
    if (url_resolve(&url, &page, location) == 0)
        url_check_spelling(&url);
    url_free(&url);
    url_free(&page);
}

static void check(const void *data, size_t size)
{
    struct answer whole = answer_checked(data, size, LIMIT);

    check_limits(data, size, &whole);
    check_behind("\r\n", data, size, &whole);
    check_behind("HTTP/1.1 103 Early\r\nContent-Length: x\r\n\r\n", data, size,
                 &whole);
    if (whole.reader.location != NULL)
        check_location(whole.reader.location);
    answer_free(&whole);
}

/* The same around the limits of a line, of the head, and of the body. */
static void check_longer(const void *data, size_t size)
{
    static const size_t limits[] = {HTTP_MAX_LINE, HTTP_MAX_HEAD, LIMIT};
    struct draw draw = draw_from(data, size);
    size_t limit = limits[draw_below(&draw, 3)];
    struct buffer longer;

    if (stretched(&longer, data, size, &draw, limit)) {
        check(longer.data, longer.length);
        buffer_free(&longer);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check(data, size);
    check_longer(data, size);
    return 0;
}
