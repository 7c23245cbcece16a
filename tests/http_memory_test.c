/*
 * http_memory_test.c - the answer reader when memory runs out: each row of
 * http_rows.h, with each of its allocations failing.
 *
 * Linked with -Wl,--wrap=realloc,--wrap=free: all that the reader allocates
 * comes from realloc().
 */
#include "common/http.h"

#include "http_rows.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the allocator that fails ---- */

static bool watching; /* else it is Check that allocates */
static int calls;     /* of realloc() since the watch began */
static int fail_from; /* the first call that fails, from 1; 0: none */
static int fail_to;   /* the last */
static int live;      /* allocated and not freed */

void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);

void *__wrap_realloc(void *old, size_t size)
{
    if (!watching)
        return __real_realloc(old, size);
    calls++;
    if (fail_from > 0 && calls >= fail_from && calls <= fail_to) {
        errno = ENOMEM;
        return NULL;
    }
    live += old == NULL;
    return __real_realloc(old, size);
}

void __wrap_free(void *old)
{
    if (watching && old != NULL)
        live--;
    __real_free(old);
}

static void watch(int from, int to)
{
    calls = 0;
    live = 0;
    fail_from = from;
    fail_to = to;
    watching = true;
}

/* ---- the rows ---- */

struct result {
    enum http_verdict verdict;
    int calls;
    int leaked;
    bool said_why;
};

/* Reads a row in pieces of `step` bytes, with those calls failing. */
static struct result read_row(const struct row *row, size_t step, int from,
                              int to)
{
    struct http_reader reader;

    watch(from, to);
    http_reader_init(&reader, ROWS_MAX_BODY);
    for (size_t at = 0, used; at < row->size; at += step)
        http_reader_feed(&reader, row->answer + at,
                         row->size - at < step ? row->size - at : step, &used);
    struct result result = {.verdict = http_reader_end(&reader),
                            .calls = calls,
                            .said_why = reader.problem != NULL};
    http_reader_free(&reader);
    watching = false;
    result.leaked = live;
    return result;
}

static void check_failing(const struct row *row, size_t step, int from, int to)
{
    struct result result = read_row(row, step, from, to);

    ck_assert_msg(result.verdict == HTTP_NO_MEMORY && result.said_why,
                  "%s: call %d failed: verdict %d", row->what, from,
                  result.verdict);
    ck_assert_msg(result.leaked == 0, "%s: call %d failed: %d leaked",
                  row->what, from, result.leaked);
}

START_TEST(any_allocation_may_fail_and_nothing_leaks)
{
    const struct row *row = &rows[_i];

    for (size_t step = 1; step < 2000; step = step * 5 + 2) {
        struct result whole = read_row(row, step, 0, 0);
        ck_assert_int_eq(whole.verdict, row->verdict);
        ck_assert_int_eq(whole.leaked, 0);
        for (int n = 1; n <= whole.calls; n++) {
            check_failing(row, step, n, n);
            check_failing(row, step, n, whole.calls);
        }
    }
}
END_TEST

/* ---- the growing body ---- */

START_TEST(a_body_that_cannot_grow_has_no_memory)
{
    static const char *const heads[] = {
        OK "Content-Length: 300\r\n\r\n",
        OK "\r\n",
        OK CHUNKED "\r\n12c\r\n",
    };
    struct http_reader reader;
    size_t used;

    for (int n = 1;; n++) {
        watch(n, n);
        http_reader_init(&reader, 300);
        http_reader_feed(&reader, heads[_i], strlen(heads[_i]), &used);
        for (int i = 0; i < 300; i++)
            http_reader_feed(&reader, "x", 1, &used);
        bool failed = calls >= n;
        enum http_verdict verdict = reader.verdict;
        size_t length = reader.body.length;
        http_reader_free(&reader);
        watching = false;
        ck_assert_int_eq(live, 0);
        if (!failed) { /* the body takes fewer than n allocations */
            ck_assert_uint_eq(length, 300);
            ck_assert_int_ge(n, 4);
            return;
        }
        ck_assert_int_eq(verdict, HTTP_NO_MEMORY);
    }
}
END_TEST

START_TEST(a_plain_answer_in_one_piece_allocates_its_body_alone)
{
    static const struct row plain =
        HI_KEPT("", OK "Server: x\r\nDate: y\r\n" HI);

    ck_assert_int_eq(read_row(&plain, plain.size, 0, 0).calls, 1);
}
END_TEST

START_TEST(a_request_without_memory_leaves_what_was_there)
{
    for (int n = 1;; n++) {
        struct buffer out = {0};
        watch(0, 0);
        int before = buffer_append_string(&out, "before");
        watch(n, n);
        errno = 0;
        int result = http_request(&out, "example.org", "/", false);
        int error = errno;
        watching = false;
        ck_assert_int_eq(before, 0);
        if (result == 0) {
            ck_assert_int_gt(n, 1);
            buffer_free(&out);
            return;
        }
        ck_assert_int_eq(error, ENOMEM);
        ck_assert_uint_eq(out.length, strlen("before"));
        ck_assert_mem_eq(out.data, "before", out.length);
        buffer_free(&out);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http memory");
    TCase *tcase = tcase_create("failing");

    tcase_add_loop_test(tcase, any_allocation_may_fail_and_nothing_leaks, 0,
                        ROWS);
    tcase_add_loop_test(tcase, a_body_that_cannot_grow_has_no_memory, 0, 3);
    tcase_add_test(tcase, a_plain_answer_in_one_piece_allocates_its_body_alone);
    tcase_add_test(tcase, a_request_without_memory_leaves_what_was_there);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
