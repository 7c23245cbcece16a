/*
 * url_memory_test.c - URLs and links when memory runs out: each allocation
 * fails alone, and with all after it. uriparser's own come from url_arena.c.
 */
#include "common/links.h"
#include "common/url.h"

#include "allocations.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEEP "a/../b/%7E/c/../d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/"

static const char *const references[] = {
    "../%61?b=%3a#c",
    "http://U%41@[0:0::1]:80/" DEEP DEEP DEEP DEEP DEEP,
    "//g/x",
    "x:/.//y",
    "",
    "mailto:x",
};

static const char *reference;

static void resolve(void)
{
    struct url base, url;
    int parsed = url_parse(&base, "HTTP://h:81/a/./b?c");
    int error = errno;
    int resolved = parsed ? -1 : url_resolve(&url, &base, reference);

    if (!parsed && resolved)
        error = errno;
    if (allocations_restore() && (parsed || resolved)) {
        ck_assert_int_eq(error, ENOMEM);
        ck_assert_ptr_null(parsed ? base.text : url.text);
    } else {
        ck_assert_int_eq(resolved, 0);
    }
    if (!parsed)
        url_free(&url);
    url_free(&base);
}

START_TEST(a_url_without_memory_is_an_error_and_leaks_nothing)
{
    reference = references[_i];
    ck_assert_int_ge(allocations_try_all(resolve), 2 * 4);
}
END_TEST

static void scan(void)
{
    static const char html[] =
        "<a href=1><base href='x&amp;y'><a href=2></a><a href='/" DEEP DEEP
        "'><a href='&#65;" DEEP DEEP DEEP "'>";
    struct links links;
    int result = links_scan(&links, html, sizeof html - 1);
    int error = errno;

    if (allocations_restore() && result) {
        ck_assert_int_eq(error, ENOMEM);
        ck_assert_ptr_null(links.text.data);
        ck_assert_ptr_null(links.base);
        ck_assert_uint_eq(links.count, 0);
    } else {
        ck_assert_int_eq(result, 0);
        ck_assert_uint_eq(links.count, 4);
        ck_assert_str_eq(links.base, "x&y");
    }
    links_free(&links);
}

START_TEST(a_page_without_memory_is_an_error_and_leaks_nothing)
{
    ck_assert_int_ge(allocations_try_all(scan), 2 * 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("url memory");
    TCase *cases = tcase_create("failing");

    tcase_add_loop_test(cases,
                        a_url_without_memory_is_an_error_and_leaks_nothing, 0,
                        sizeof references / sizeof references[0]);
    tcase_add_test(cases, a_page_without_memory_is_an_error_and_leaks_nothing);
    suite_add_tcase(suite, cases);

    SRunner *runner = srunner_create(suite);

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
