/*
 * http_test.c - the request as text, and the answer reader: every row of
 * http_rows.h in pieces of every kind.
 */
#include "common/http.h"

#include "common/digest.h"
#include "http_feed.h"
#include "http_rows.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* ---- the rows ---- */

static void check_done(const struct row *row, const struct http_reader *reader)
{
    ck_assert_int_eq(reader->status, row->status);
    ck_assert_int_eq(reader->is_html, (row->flags & HTML) != 0);
    ck_assert_pstr_eq(reader->location, row->location);
    ck_assert_uint_eq(reader->body.length, row->body_size);
    if (row->body_size > 0)
        ck_assert_mem_eq(reader->body.data, row->body, row->body_size);
    ck_assert_uint_eq(reader->digest,
                      digest_add(DIGEST_EMPTY, row->body, row->body_size));
    ck_assert_ptr_null(reader->problem);
}

/* What the row says, after all of it was fed and `used` bytes were used. */
static void check_row(const struct row *row, struct http_reader *reader,
                      size_t used)
{
    if (row->flags & CLOSED) {
        ck_assert_msg(reader->verdict == HTTP_MORE, "%s: too early", row->what);
        http_reader_end(reader);
    }
    ck_assert_msg(reader->verdict == row->verdict, "%s: verdict %d (%s)",
                  row->what, reader->verdict,
                  reader->problem ? reader->problem : "");
    ck_assert_msg(reader->keep_alive == ((row->flags & KEEP) != 0),
                  "%s: keep_alive is %d", row->what, reader->keep_alive);
    if (row->verdict == HTTP_DONE) {
        check_done(row, reader);
        ck_assert_uint_eq(used, row->size - row->extra);
    } else {
        ck_assert_ptr_nonnull(reader->problem);
    }
}

START_TEST(an_answer_in_one_piece_is_what_its_row_says)
{
    const struct row *row = &rows[_i];
    struct http_reader reader;

    http_reader_init(&reader, ROWS_MAX_BODY);
    size_t used = feed(&reader, row->answer, row->size);
    check_row(row, &reader, used);
    http_reader_free(&reader);
}
END_TEST

START_TEST(an_answer_cut_at_any_byte_is_the_same)
{
    const struct row *row = &rows[_i];

    for (size_t cut = 0; cut <= row->size; cut++) {
        struct http_reader reader;
        http_reader_init(&reader, ROWS_MAX_BODY);
        size_t used = feed(&reader, row->answer, cut);
        used += feed(&reader, row->answer + cut, row->size - cut);
        check_row(row, &reader, used);
        http_reader_free(&reader);
    }
}
END_TEST

START_TEST(an_answer_byte_by_byte_is_the_same)
{
    const struct row *row = &rows[_i];

    for (size_t step = 1; step <= 3; step++) {
        struct http_reader reader;
        http_reader_init(&reader, ROWS_MAX_BODY);
        size_t used = feed_by(&reader, row->answer, row->size, step);
        check_row(row, &reader, used);
        http_reader_free(&reader);
    }
}
END_TEST

START_TEST(what_is_wrong_is_said_in_the_same_words_however_it_is_cut)
{
    const struct row *row = &rows[_i];
    struct http_reader whole;
    http_reader_init(&whole, ROWS_MAX_BODY);
    struct http_reader dripped = whole;

    feed(&whole, row->answer, row->size);
    feed_by(&dripped, row->answer, row->size, 1);
    http_reader_end(&whole);
    http_reader_end(&dripped);
    ck_assert_pstr_eq(whole.problem, dripped.problem);
    http_reader_free(&whole);
    http_reader_free(&dripped);
}
END_TEST

/* Whether the head of an answer that the close ends lies within `size`. */
static bool has_head(const struct row *row, size_t size)
{
    const char *blank_line = strstr(row->answer, "\r\n\r\n");

    return blank_line != NULL && row->answer + size >= blank_line + 4;
}

/* Whether these bytes end with the blank line after something. */
static bool ends_with_head(const char *data, size_t size)
{
    int line_ends = 0;

    for (; size > 0 && strchr("\r\n", data[size - 1]) != NULL; size--)
        line_ends += data[size - 1] == '\n';
    return size > 0 && line_ends >= 2;
}

/* What it comes to when the server closes after `size` bytes of a row. */
static enum http_verdict closed_after(const struct row *row, size_t size,
                                      const struct http_reader *reader)
{
    if (reader->verdict != HTTP_MORE)
        return row->verdict; /* decided before: never otherwise than whole */
    if ((row->flags & BY_CLOSE) && has_head(row, size))
        return HTTP_DONE;
    if (reader->status == 0 && ends_with_head(row->answer, size))
        return HTTP_MALFORMED; /* 1xx and no other */
    return HTTP_TRUNCATED;
}

START_TEST(an_answer_closed_after_any_byte_is_truncated_unless_whole)
{
    const struct row *row = &rows[_i];

    for (size_t size = 0; size < row->size; size++) {
        struct http_reader reader;
        http_reader_init(&reader, ROWS_MAX_BODY);
        feed(&reader, row->answer, size);
        enum http_verdict expected = closed_after(row, size, &reader);
        ck_assert_msg(http_reader_end(&reader) == expected,
                      "%s: closed after %zu bytes: %d, expected %d", row->what,
                      size, reader.verdict, expected);
        ck_assert(!reader.keep_alive);
        http_reader_free(&reader);
    }
}
END_TEST

/* ---- the verdict ---- */

START_TEST(a_verdict_stays_and_further_bytes_are_not_used)
{
    const char answer[] = OK HI;
    struct http_reader reader;

    http_reader_init(&reader, ROWS_MAX_BODY);
    ck_assert_uint_eq(feed(&reader, BYTES(answer)), sizeof answer - 1);
    ck_assert_int_eq(reader.verdict, HTTP_DONE);
    ck_assert(reader.keep_alive);
    ck_assert_uint_eq(feed(&reader, "", 0), 0);
    ck_assert(reader.keep_alive);
    ck_assert_uint_eq(feed(&reader, "x", 1), 0);
    ck_assert_int_eq(reader.verdict, HTTP_DONE);
    ck_assert_uint_eq(reader.body.length, 2);
    ck_assert(!reader.keep_alive);
    ck_assert_int_eq(http_reader_end(&reader), HTTP_DONE);
    http_reader_free(&reader);
}
END_TEST

START_TEST(an_answer_whose_connection_closed_keeps_none_alive)
{
    struct http_reader reader;

    http_reader_init(&reader, ROWS_MAX_BODY);
    feed(&reader, BYTES(OK HI));
    ck_assert_int_eq(http_reader_end(&reader), HTTP_DONE);
    ck_assert(!reader.keep_alive);
    http_reader_free(&reader);
}
END_TEST

START_TEST(a_reader_serves_again_after_free_and_init)
{
    struct http_reader reader;

    for (int i = 0; i < 3; i++) {
        http_reader_init(&reader, ROWS_MAX_BODY);
        feed(&reader, BYTES(FOUND "Location: /x\r\n" HI));
        ck_assert_int_eq(reader.verdict, HTTP_DONE);
        ck_assert_str_eq(reader.location, "/x");
        http_reader_free(&reader);
        http_reader_free(&reader);
    }
}
END_TEST

/* What no HTTP server says is named by what it looks like. */
static const struct {
    const char *data;
    const char *looks;
} strangers[] = {
    {"\x16", "TLS"},   {"\x15", "TLS"},       {"2", "mail"},
    {"+", "mail"},     {"HTTP/2", "HTTP/2"},  {"HTTP/0", "not HTTP/1."},
    {"<", "HTTP/0.9"}, {"HTTPS", "HTTP/0.9"}, {"HTTP/1.1 0", "below 100"},
    {"", "HTTP/2"}, /* its one byte is the NUL */
};

START_TEST(what_is_no_http_is_known_by_its_first_wrong_byte)
{
    const char *data = strangers[_i].data;
    size_t size = *data == '\0' ? 1 : strlen(data);
    struct http_reader reader;

    http_reader_init(&reader, ROWS_MAX_BODY);
    feed(&reader, data, size - 1);
    ck_assert_int_eq(reader.verdict, HTTP_MORE);
    feed(&reader, data + size - 1, 1);
    ck_assert_int_eq(reader.verdict, HTTP_MALFORMED);
    ck_assert_msg(strstr(reader.problem, strangers[_i].looks) != NULL, "%s",
                  reader.problem);
    http_reader_free(&reader);
}
END_TEST

/* ---- the request ---- */

START_TEST(a_request_asks_for_its_target_and_closes)
{
    static const char expected[] = "GET /a?b HTTP/1.1\r\n"
                                   "Host: example.org:8080\r\n"
                                   "User-Agent: seven-crawlers/1.0\r\n"
                                   "Accept: */*\r\n"
                                   "Connection: close\r\n"
                                   "\r\n";
    struct buffer out = {0};

    ck_assert_int_eq(http_request(&out, "example.org:8080", "/a?b", false), 0);
    ck_assert_uint_eq(out.length, sizeof expected - 1);
    ck_assert_mem_eq(out.data, expected, out.length);
    buffer_free(&out);
}
END_TEST

START_TEST(a_request_that_keeps_the_connection_does_not_say_close)
{
    static const char expected[] = "beforeGET / HTTP/1.1\r\n"
                                   "Host: [::1]\r\n"
                                   "User-Agent: seven-crawlers/1.0\r\n"
                                   "Accept: */*\r\n"
                                   "\r\n";
    struct buffer out = {0};

    ck_assert_int_eq(buffer_append_string(&out, "before"), 0);
    ck_assert_int_eq(http_request(&out, "[::1]", "/", true), 0);
    ck_assert_uint_eq(out.length, sizeof expected - 1);
    ck_assert_mem_eq(out.data, expected, out.length);
    buffer_free(&out);
}
END_TEST

/* ---- all of it ---- */

#define COUNT(array) ((int)(sizeof(array) / sizeof(array)[0]))

static TCase *rows_case(void)
{
    TCase *tcase = tcase_create("rows");

    tcase_add_loop_test(tcase, an_answer_in_one_piece_is_what_its_row_says, 0,
                        ROWS);
    tcase_add_loop_test(tcase, an_answer_cut_at_any_byte_is_the_same, 0, ROWS);
    tcase_add_loop_test(tcase, an_answer_byte_by_byte_is_the_same, 0, ROWS);
    tcase_add_loop_test(
        tcase, what_is_wrong_is_said_in_the_same_words_however_it_is_cut, 0,
        ROWS);
    tcase_add_loop_test(
        tcase, an_answer_closed_after_any_byte_is_truncated_unless_whole, 0,
        ROWS);
    return tcase;
}

static TCase *verdict_case(void)
{
    TCase *tcase = tcase_create("verdict");

    tcase_add_test(tcase, a_verdict_stays_and_further_bytes_are_not_used);
    tcase_add_test(tcase, an_answer_whose_connection_closed_keeps_none_alive);
    tcase_add_test(tcase, a_reader_serves_again_after_free_and_init);
    tcase_add_loop_test(tcase, what_is_no_http_is_known_by_its_first_wrong_byte,
                        0, COUNT(strangers));
    return tcase;
}

static TCase *request_case(void)
{
    TCase *tcase = tcase_create("request");

    tcase_add_test(tcase, a_request_asks_for_its_target_and_closes);
    tcase_add_test(tcase,
                   a_request_that_keeps_the_connection_does_not_say_close);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("http");

    suite_add_tcase(suite, rows_case());
    suite_add_tcase(suite, verdict_case());
    suite_add_tcase(suite, request_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
