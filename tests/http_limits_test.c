/*
 * http_limits_test.c - the answer reader at its limits and one beyond, and
 * what it costs: memory for what arrived, not for what was announced, and time
 * for each byte once.
 */
#include "common/http.h"

#include "http_feed.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A literal and its size. */
#define TEXT(literal) literal, sizeof(literal) - 1

/* What answers are made of. */
#define OK       "HTTP/1.1 200 OK\r\n"
#define LENGTH_2 "Content-Length: 2\r\n"
#define HI       LENGTH_2 "\r\nhi"
#define CHUNKED  "Transfer-Encoding: chunked\r\n"

/* ---- texts made to measure ---- */

enum { MAX_BODY = 100, NO_LIMIT = 1 << 30 }; /* bytes */

static void append(struct buffer *text, const char *string)
{
    if (buffer_append_string(text, string) < 0)
        ck_abort_msg("no memory");
}

static void append_times(struct buffer *text, const char *string, size_t times)
{
    for (size_t i = 0; i < times; i++)
        append(text, string);
}

/* A reader that was fed all of `text` in pieces of `step` bytes. */
static struct http_reader reader_of(const struct buffer *text, size_t step,
                                    uint64_t max_body)
{
    struct http_reader reader;

    http_reader_init(&reader, max_body);
    feed_by(&reader, text->data, text->length, step);
    return reader;
}

/* What the text comes to, in pieces of several sizes alike. Frees it. */
static void check_verdict(struct buffer *text, enum http_verdict verdict)
{
    static const size_t steps[] = {AREA, 4096, 1000, 7, 1};

    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct http_reader reader = reader_of(text, steps[i], NO_LIMIT);
        ck_assert_msg(reader.verdict == verdict, "step %zu: %d (%s)", steps[i],
                      reader.verdict, reader.problem ? reader.problem : "");
        http_reader_free(&reader);
    }
    buffer_free(text);
}

/* ---- limits, from both sides ---- */

/* One beyond each limit is too large, the limit itself is not. */
static enum http_verdict beyond(int more)
{
    return more > 0 ? HTTP_TOO_LARGE : HTTP_DONE;
}

START_TEST(a_line_of_the_head_may_reach_its_limit)
{
    struct buffer text = {0};

    append(&text, OK "X: ");
    append_times(&text, "x", HTTP_MAX_LINE - strlen("X: \r\n") + (size_t)_i);
    append(&text, "\r\n" HI);
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(a_status_line_may_reach_its_limit)
{
    struct buffer text = {0};

    append(&text, "HTTP/1.1 200 ");
    append_times(&text, "x",
                 HTTP_MAX_LINE - strlen("HTTP/1.1 200 \n") + (size_t)_i);
    append(&text, "\n" HI);
    check_verdict(&text, beyond(_i));
}
END_TEST

/* Header lines of 1 KiB until only `left` bytes of the head are left. */
static void fill_head(struct buffer *text, size_t left)
{
    while (text->length + left < HTTP_MAX_HEAD) {
        size_t size = HTTP_MAX_HEAD - left - text->length;
        if (size >= 1030)
            size = 1024; /* and what remains is still a header line */
        append(text, "X:");
        append_times(text, "x", size - strlen("X:\r\n"));
        append(text, "\r\n");
    }
}

START_TEST(the_head_may_reach_its_limit)
{
    struct buffer text = {0};

    append(&text, OK LENGTH_2);
    fill_head(&text, 2);
    append_times(&text, "\r\n", 1);
    ck_assert_uint_eq(text.length, HTTP_MAX_HEAD);
    if (_i > 0) { /* one byte more, in the first line */
        struct buffer longer = {0};
        append(&longer, "\n");
        ck_assert_int_eq(buffer_append(&longer, text.data, text.length), 0);
        buffer_free(&text);
        text = longer;
    }
    append(&text, "hi");
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(the_head_counts_1xx_answers)
{
    struct buffer text = {0};

    append(&text, "HTTP/1.1 100 Continue\r\n\r\n");
    append(&text, OK LENGTH_2);
    fill_head(&text, 2 - (size_t)_i);
    append(&text, "\r\nhi");
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(header_lines_may_reach_their_number)
{
    struct buffer text = {0};

    append(&text, OK LENGTH_2);
    append_times(&text, "X: y\r\n", HTTP_MAX_HEADERS - 1 + (size_t)_i);
    append(&text, "\r\nhi");
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(folded_and_skipped_lines_are_header_lines)
{
    struct buffer text = {0};

    append(&text, OK LENGTH_2 "X: y\r\n");
    append_times(&text, " z\r\n", HTTP_MAX_HEADERS / 2 - 2);
    append_times(&text, "no colon\r\n", HTTP_MAX_HEADERS / 2 + (size_t)_i);
    append(&text, "\r\nhi");
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(a_thousand_1xx_answers_are_skipped)
{
    struct buffer text = {0};

    append_times(&text, "HTTP/1.1 103 E\r\nLink: x\r\n\r\n", 1000);
    append(&text, OK HI);
    check_verdict(&text, HTTP_DONE);
}
END_TEST

/* What a server may send for ever: each must come to an end, and in memory
 * bounded by the limits. */
static const struct {
    const char *begin;
    const char *again;
} endless[] = {
    {"", "\r\n"},                       /* blank lines before the answer */
    {"", "\n"},                         /* the shortest ones */
    {"HTTP/1.1 200 ", "x"},             /* a reason phrase */
    {"", "HTTP/1.1 100 C\r\n\r\n"},     /* 1xx answers */
    {OK, "X: y\r\n"},                   /* headers */
    {OK "X: y\r\n", " y\r\n"},          /* folded lines */
    {OK "Location: ", "x"},             /* one line */
    {OK "Location: x\r\n", " /x\r\n"},  /* one value */
    {OK CHUNKED "\r\n", "0"},           /* a chunk size of zeros */
    {OK CHUNKED "\r\n1", " "},          /* blanks after it */
    {OK CHUNKED "\r\n1;", "x"},         /* an extension */
    {OK CHUNKED "\r\n0\r\n", "X: y\n"}, /* trailers */
    {OK CHUNKED "\r\n0\r\nX: ", "y"},   /* one trailer */
};

START_TEST(what_is_endless_is_too_large_in_bounded_memory)
{
    struct http_reader reader;
    size_t fed = 0;

    http_reader_init(&reader, MAX_BODY);
    feed(&reader, endless[_i].begin, strlen(endless[_i].begin));
    for (; reader.verdict == HTTP_MORE; fed += strlen(endless[_i].again)) {
        feed(&reader, endless[_i].again, strlen(endless[_i].again));
        if (fed > HTTP_MAX_HEAD || reader.line.capacity > HTTP_MAX_LINE ||
            reader.value.capacity > HTTP_MAX_HEAD)
            ck_abort_msg("%zu bytes fed, %zu and %zu kept", fed,
                         reader.line.capacity, reader.value.capacity);
    }
    ck_assert_int_eq(reader.verdict, HTTP_TOO_LARGE);
    http_reader_free(&reader);
}
END_TEST

START_TEST(a_chunk_extension_may_reach_its_limit)
{
    struct buffer text = {0};

    append(&text, OK CHUNKED "\r\n2;");
    append_times(&text, "x", HTTP_MAX_EXTENSION - 1 + (size_t)_i);
    append(&text, "\r\nhi\r\n0\r\n\r\n");
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(leading_zeros_of_a_chunk_size_may_reach_that_limit_too)
{
    struct buffer text = {0};

    append(&text, OK CHUNKED "\r\n");
    append_times(&text, "0", HTTP_MAX_EXTENSION + (size_t)_i);
    append(&text, "2\r\nhi\r\n0\r\n\r\n");
    check_verdict(&text, beyond(_i));
}
END_TEST

START_TEST(each_chunk_has_its_own_extension)
{
    struct buffer text = {0};

    append(&text, OK CHUNKED "\r\n");
    for (int i = 0; i < 3; i++) {
        append(&text, "1;");
        append_times(&text, "x", HTTP_MAX_EXTENSION - 1);
        append(&text, "\r\nh\r\n");
    }
    append(&text, "0\r\n\r\n");
    check_verdict(&text, HTTP_DONE);
}
END_TEST

START_TEST(trailers_may_reach_their_limit)
{
    struct buffer text = {0};

    append(&text, OK CHUNKED "\r\n2\r\nhi\r\n0;last\r\n");
    append_times(&text, "X: 4567\n", HTTP_MAX_TRAILERS / 8 - 1);
    append(&text, "X: 4");
    append_times(&text, "x", (size_t)_i);
    append(&text, "\r\n\r\n");
    check_verdict(&text, beyond(_i));
}
END_TEST

/* ---- memory and time ---- */

START_TEST(an_announced_length_allocates_nothing)
{
    struct http_reader reader;

    http_reader_init(&reader, NO_LIMIT);
    feed(&reader, TEXT(OK "Content-Length: 16777216\r\n\r\n"));
    ck_assert_int_eq(reader.verdict, HTTP_MORE);
    ck_assert_uint_eq(reader.body.capacity, 0);
    ck_assert_uint_eq(reader.line.capacity, 0);
    ck_assert_uint_eq(reader.value.capacity, 0);
    feed(&reader, "x", 1);
    ck_assert_uint_le(reader.body.capacity, 64);
    http_reader_free(&reader);
}
END_TEST

START_TEST(an_announced_chunk_allocates_nothing)
{
    struct http_reader reader;

    http_reader_init(&reader, NO_LIMIT);
    feed(&reader, TEXT(OK CHUNKED "\r\n1000000\r\n"));
    ck_assert_int_eq(reader.verdict, HTTP_MORE);
    ck_assert_uint_eq(reader.body.capacity, 0);
    http_reader_free(&reader);
}
END_TEST

/*
 * Drips 1 MB and watches the buffer: it grows a handful of times, and at last
 * to no more than the body may come to.
 */
static void drip_body(const char *head, uint64_t max_body, size_t end)
{
    struct http_reader reader;
    size_t capacity = 0;
    int grown = 0;

    http_reader_init(&reader, max_body);
    feed(&reader, head, strlen(head));
    for (size_t i = 0; i < 1000000; i++) {
        feed(&reader, "x", 1);
        grown += reader.body.capacity != capacity;
        capacity = reader.body.capacity;
        if (capacity > 2 * reader.body.length + 64)
            ck_abort_msg("%zu for %zu bytes", capacity, reader.body.length);
    }
    ck_assert_uint_eq(reader.body.length, 1000000);
    ck_assert_uint_le(reader.body.capacity, end);
    ck_assert_int_le(grown, 20);
    http_reader_free(&reader);
}

START_TEST(a_dripping_body_grows_a_few_times_up_to_its_length)
{
    drip_body(OK "Content-Length: 1000000\r\n\r\n", NO_LIMIT, 1000000);
}
END_TEST

START_TEST(a_dripping_body_without_length_grows_up_to_the_limit)
{
    drip_body(OK "\r\n", 1000001, 1000001);
}
END_TEST

START_TEST(a_million_chunks_of_one_byte_byte_by_byte)
{
    static const char chunk[] = "1\r\nx\r\n";
    struct http_reader reader;

    http_reader_init(&reader, NO_LIMIT);
    feed(&reader, TEXT(OK CHUNKED "\r\n"));
    for (int i = 0; i < 1000000; i++)
        for (size_t at = 0; at < sizeof chunk - 1; at++)
            feed(&reader, chunk + at, 1);
    feed(&reader, TEXT("0\r\n\r\n"));
    ck_assert_int_eq(reader.verdict, HTTP_DONE);
    ck_assert_uint_eq(reader.body.length, 1000000);
    http_reader_free(&reader);
}
END_TEST

/* ---- all of it ---- */

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* Each of the loops is the limit itself, and one beyond. */
static TCase *limits_case(void)
{
    TCase *tcase = tcase_create("limits");

    tcase_add_loop_test(tcase, a_line_of_the_head_may_reach_its_limit, 0, 2);
    tcase_add_loop_test(tcase, a_status_line_may_reach_its_limit, 0, 2);
    tcase_add_loop_test(tcase, the_head_may_reach_its_limit, 0, 2);
    tcase_add_loop_test(tcase, the_head_counts_1xx_answers, 0, 2);
    tcase_add_loop_test(tcase, header_lines_may_reach_their_number, 0, 2);
    tcase_add_loop_test(tcase, folded_and_skipped_lines_are_header_lines, 0, 2);
    tcase_add_test(tcase, a_thousand_1xx_answers_are_skipped);
    tcase_add_loop_test(tcase, what_is_endless_is_too_large_in_bounded_memory,
                        0, COUNT(endless));
    tcase_add_loop_test(tcase, a_chunk_extension_may_reach_its_limit, 0, 2);
    tcase_add_loop_test(
        tcase, leading_zeros_of_a_chunk_size_may_reach_that_limit_too, 0, 2);
    tcase_add_test(tcase, each_chunk_has_its_own_extension);
    tcase_add_loop_test(tcase, trailers_may_reach_their_limit, 0, 2);
    return tcase;
}

static TCase *costs_case(void)
{
    TCase *tcase = tcase_create("costs");

    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    tcase_add_test(tcase, an_announced_length_allocates_nothing);
    tcase_add_test(tcase, an_announced_chunk_allocates_nothing);
    tcase_add_test(tcase, a_dripping_body_grows_a_few_times_up_to_its_length);
    tcase_add_test(tcase, a_dripping_body_without_length_grows_up_to_the_limit);
    tcase_add_test(tcase, a_million_chunks_of_one_byte_byte_by_byte);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("http limits");

    suite_add_tcase(suite, limits_case());
    suite_add_tcase(suite, costs_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
