/*
 * frontier_test.c - which pages are to do, in flight and done.
 */
#include "common/frontier.h"

#include "allocations.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct frontier frontier;

static void begin(size_t concurrency, size_t max_pages)
{
    frontier_init(&frontier, concurrency, max_pages);
}

static void end(void)
{
    frontier_free(&frontier);
}

/* Adds http://a/FIRST to http://a/LAST. */
static void add(int first, int last)
{
    char url[64];

    for (int i = first; i <= last; i++) {
        snprintf(url, sizeof url, "http://a/%d", i);
        ck_assert_int_eq(frontier_add(&frontier, url), 0);
    }
}

static struct page *take(void)
{
    struct page *page = frontier_take(&frontier);

    ck_assert_ptr_nonnull(page);
    return page;
}

/* Takes a page, which must be http://a/NUMBER. */
static struct page *take_number(int number)
{
    struct page *page = take();
    char url[64];

    snprintf(url, sizeof url, "http://a/%d", number);
    ck_assert_str_eq(page->url, url);
    return page;
}

static void finish(struct page *page)
{
    page->result.outcome = OUTCOME_OK;
    frontier_finish(&frontier, page);
}

static void nothing_to_take(void)
{
    ck_assert_ptr_null(frontier_take(&frontier));
}

/* ---- to do ---- */

START_TEST(pages_are_taken_in_the_order_in_which_they_became_known)
{
    begin(10, 100);
    add(1, 3);
    take_number(1);
    take_number(2);
    add(4, 4);
    take_number(3);
    take_number(4);
    nothing_to_take();
    end();
}
END_TEST

START_TEST(a_queue_that_ran_empty_is_filled_again)
{
    begin(10, 100);
    for (int i = 1; i <= 3; i++) {
        add(i, i);
        finish(take_number(i));
        nothing_to_take();
    }
    ck_assert_uint_eq(frontier.finished, 3);
    end();
}
END_TEST

START_TEST(a_page_is_known_once_whether_to_do_in_flight_or_done)
{
    begin(10, 100);
    add(1, 1);
    add(1, 1);
    struct page *page = take_number(1);
    add(1, 1);
    nothing_to_take();
    finish(page);
    add(1, 1);
    nothing_to_take();
    ck_assert_uint_eq(frontier.known, 1);
    end();
}
END_TEST

START_TEST(the_frontier_keeps_a_copy_of_the_url)
{
    char url[] = "http://a/1";

    begin(10, 100);
    ck_assert_int_eq(frontier_add(&frontier, url), 0);
    url[9] = 'X';
    take_number(1);
    end();
}
END_TEST

/* ---- the cap on pages ---- */

START_TEST(a_page_beyond_the_cap_is_left_and_counted_once)
{
    begin(10, 3);
    add(1, 5);
    add(4, 5);
    ck_assert_uint_eq(frontier.known, 3);
    ck_assert_uint_eq(frontier_left(&frontier), 2);
    end();
}
END_TEST

START_TEST(a_known_page_is_not_left_though_the_cap_is_reached)
{
    begin(10, 3);
    add(1, 3);
    add(1, 3);
    ck_assert_uint_eq(frontier_left(&frontier), 0);
    end();
}
END_TEST

START_TEST(a_hundred_thousand_pages_are_known_and_taken_once_each)
{
    enum { MANY = 100000 };
    char url[64];

    begin(1, MANY);
    for (int i = 0; i < 2 * MANY; i++) {
        snprintf(url, sizeof url, "http://a/%d", i % MANY);
        if (frontier_add(&frontier, url) < 0)
            ck_abort_msg("no memory");
    }
    for (int i = 0; i < MANY; i++) {
        struct page *page = frontier_take(&frontier);
        snprintf(url, sizeof url, "http://a/%d", i);
        if (page == NULL || strcmp(page->url, url) != 0)
            ck_abort_msg("page %d is not taken", i);
        finish(page);
    }
    nothing_to_take();
    ck_assert_uint_eq(frontier_left(&frontier), 0);
    end();
}
END_TEST

/* ---- the cap on pages in flight ---- */

START_TEST(no_more_pages_than_the_concurrency_are_in_flight)
{
    begin(2, 100);
    add(1, 3);
    struct page *first = take_number(1);
    take_number(2);
    nothing_to_take();
    finish(first);
    take_number(3);
    nothing_to_take();
    ck_assert_uint_eq(frontier.in_flight, 2);
    ck_assert_uint_eq(frontier.max_in_flight, 2);
    end();
}
END_TEST

START_TEST(the_most_that_ever_were_in_flight_is_remembered)
{
    begin(10, 100);
    add(1, 5);
    struct page *a = take(), *b = take(), *c = take();
    finish(a);
    finish(b);
    finish(c);
    take();
    ck_assert_uint_eq(frontier.in_flight, 1);
    ck_assert_uint_eq(frontier.max_in_flight, 3);
    end();
}
END_TEST

START_TEST(a_limit_only_lowers_the_concurrency_and_never_below_one)
{
    begin(5, 100);
    add(1, 9);
    frontier_limit(&frontier, 7);
    ck_assert_uint_eq(frontier.concurrency, 5);
    frontier_limit(&frontier, 2);
    take();
    struct page *page = take();
    nothing_to_take();
    frontier_limit(&frontier, 0);
    ck_assert_uint_eq(frontier.concurrency, 1);
    finish(page);
    nothing_to_take();
    end();
}
END_TEST

START_TEST(a_finish_does_not_lift_a_limit)
{
    begin(5, 100);
    add(1, 9);
    frontier_limit(&frontier, 1);
    finish(take());
    finish(take());
    take();
    nothing_to_take();
    end();
}
END_TEST

/* ---- taken anew ---- */

START_TEST(a_page_put_back_is_taken_next_as_if_for_the_first_time)
{
    begin(10, 100);
    add(1, 3);
    struct page *page = take_number(1);
    page->result.outcome = OUTCOME_SYSTEM;
    page->result.start = 17;
    frontier_put_back(&frontier, page);
    ck_assert_uint_eq(frontier.in_flight, 0);
    ck_assert_ptr_eq(take_number(1), page);
    ck_assert_int_eq(page->result.outcome, OUTCOME_NONE);
    ck_assert_int_eq(page->result.start, 0);
    take_number(2);
    end();
}
END_TEST

START_TEST(a_page_put_back_into_an_empty_queue_is_followed_by_new_ones)
{
    begin(10, 100);
    add(1, 1);
    frontier_put_back(&frontier, take_number(1));
    add(2, 2);
    take_number(1);
    take_number(2);
    nothing_to_take();
    end();
}
END_TEST

START_TEST(a_starved_page_waits_until_another_ends)
{
    begin(10, 100);
    add(1, 3);
    struct page *first = take_number(1);
    ck_assert(frontier_postpone(&frontier, take_number(2)) == true);
    nothing_to_take();
    finish(first);
    take_number(2);
    end();
}
END_TEST

START_TEST(the_machine_is_tried_with_one_page_more_after_each_that_ends)
{
    begin(10, 100);
    add(1, 9);
    struct page *a = take(), *b = take();
    ck_assert(frontier_postpone(&frontier, take_number(3)));
    ck_assert_uint_eq(frontier.room, 2);
    finish(a); /* its place, and one more to try */
    take_number(3);
    take_number(4);
    nothing_to_take();
    finish(b);
    ck_assert_uint_eq(frontier.room, 4);
    end();
}
END_TEST

START_TEST(a_starved_page_alone_in_flight_has_nothing_to_wait_for)
{
    begin(10, 100);
    add(1, 1);
    struct page *page = take_number(1);
    page->result.outcome = OUTCOME_SYSTEM;
    ck_assert(frontier_postpone(&frontier, page) == false);
    ck_assert_int_eq(page->result.outcome, OUTCOME_SYSTEM);
    ck_assert_uint_eq(frontier.in_flight, 1);
    frontier_finish(&frontier, page);
    end();
}
END_TEST

/*
 * With several workers a page may have been starved by one that ended before
 * the starved page's worker had its turn to say so.
 */
START_TEST(a_page_starved_by_one_that_has_ended_since_is_tried_again_alone)
{
    begin(10, 100);
    add(1, 2);
    struct page *first = take_number(1), *second = take_number(2);
    second->result.outcome = OUTCOME_SYSTEM;
    finish(first);
    ck_assert(frontier_postpone(&frontier, second));
    ck_assert_ptr_eq(take_number(2), second);
    ck_assert(!frontier_postpone(&frontier, second));
    end();
}
END_TEST

START_TEST(pages_that_starve_each_other_are_tried_one_by_one)
{
    begin(10, 100);
    add(1, 2);
    struct page *first = take_number(1), *second = take_number(2);
    ck_assert(frontier_postpone(&frontier, first));
    ck_assert(frontier_postpone(&frontier, second));
    take_number(2);
    nothing_to_take();
    finish(second);
    finish(take_number(1));
    ck_assert_uint_eq(frontier.finished, 2);
    end();
}
END_TEST

/* ---- origins ---- */

static const struct {
    const char *url;
    bool followed;
} follow_rows[] = {
    {"http://a/", true},
    {"http://a/deep/page?query", true},
    {"http://user@a/", true},
    {"http://user:secret@a/", true},
    {"http://b:8080/x", true},
    {"http://[::1]:81/", true},
    {"http://a:8080/", false},
    {"http://b/", false},
    {"http://ab/", false},
    {"http://a.b/", false},
    {"http://a@c/", false},
    {"http://c/@a/", false},
    {"http://c/?http://a/", false},
    {"https://a/", false},
    {"ftp://a/", false},
    {"mailto:x@a", false},
    {"javascript:a", false},
};

START_TEST(links_are_followed_to_the_origins_added_and_no_others)
{
    begin(10, 100);
    ck_assert_int_eq(frontier_add_origin(&frontier, "a"), 0);
    ck_assert_int_eq(frontier_add_origin(&frontier, "b:8080"), 0);
    ck_assert_int_eq(frontier_add_origin(&frontier, "[::1]:81"), 0);
    ck_assert_int_eq(frontier_add_origin(&frontier, "a"), 0);
    ck_assert_msg(frontier_follows(&frontier, follow_rows[_i].url) ==
                      follow_rows[_i].followed,
                  "%s", follow_rows[_i].url);
    end();
}
END_TEST

START_TEST(without_an_origin_nothing_is_followed)
{
    begin(10, 100);
    ck_assert(!frontier_follows(&frontier, "http://a/"));
    end();
}
END_TEST

/* ---- memory ---- */

static void add_pages_and_origins(void)
{
    enum { PAGES = 60, CAP = 40 };
    size_t added = 0, left = 0, origins = 0;
    int errors = 0;
    char url[64];

    begin(10, CAP);
    for (int i = 0; i < PAGES; i++) {
        size_t known = frontier.known;
        snprintf(url, sizeof url, "http://a%d/", i);
        errno = 0;
        if (frontier_add(&frontier, url) < 0)
            errors += errno == ENOMEM ? 0 : 1;
        else if (frontier.known > known)
            added++;
        else
            left++;
        snprintf(url, sizeof url, "a%d", i);
        errno = 0;
        if (frontier_add_origin(&frontier, url) < 0)
            errors += errno == ENOMEM ? 0 : 1;
        else
            origins++;
    }
    allocations_restore();
    ck_assert_int_eq(errors, 0);
    ck_assert_uint_eq(frontier.known, added);
    ck_assert_uint_eq(frontier_left(&frontier), left);
    for (int i = 0; i < PAGES; i++) {
        snprintf(url, sizeof url, "http://a%d/", i);
        origins -= frontier_follows(&frontier, url);
    }
    ck_assert_uint_eq(origins, 0);
    for (struct page *page; (page = frontier_take(&frontier)) != NULL; added--)
        finish(page);
    ck_assert_uint_eq(added, 0);
    end();
}

START_TEST(without_memory_a_page_or_origin_is_not_added_and_all_else_holds)
{
    ck_assert_int_gt(allocations_try_all(add_pages_and_origins), 200);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frontier");
    TCase *tcase = tcase_create("frontier");

    tcase_add_test(tcase,
                   pages_are_taken_in_the_order_in_which_they_became_known);
    tcase_add_test(tcase, a_queue_that_ran_empty_is_filled_again);
    tcase_add_test(tcase, a_page_is_known_once_whether_to_do_in_flight_or_done);
    tcase_add_test(tcase, the_frontier_keeps_a_copy_of_the_url);
    tcase_add_test(tcase, a_page_beyond_the_cap_is_left_and_counted_once);
    tcase_add_test(tcase, a_known_page_is_not_left_though_the_cap_is_reached);
    tcase_add_test(tcase,
                   a_hundred_thousand_pages_are_known_and_taken_once_each);
    tcase_add_test(tcase, no_more_pages_than_the_concurrency_are_in_flight);
    tcase_add_test(tcase, the_most_that_ever_were_in_flight_is_remembered);
    tcase_add_test(tcase,
                   a_limit_only_lowers_the_concurrency_and_never_below_one);
    tcase_add_test(tcase, a_finish_does_not_lift_a_limit);
    tcase_add_test(tcase,
                   a_page_put_back_is_taken_next_as_if_for_the_first_time);
    tcase_add_test(tcase,
                   a_page_put_back_into_an_empty_queue_is_followed_by_new_ones);
    tcase_add_test(tcase, a_starved_page_waits_until_another_ends);
    tcase_add_test(
        tcase, the_machine_is_tried_with_one_page_more_after_each_that_ends);
    tcase_add_test(tcase,
                   a_starved_page_alone_in_flight_has_nothing_to_wait_for);
    tcase_add_test(
        tcase, a_page_starved_by_one_that_has_ended_since_is_tried_again_alone);
    tcase_add_test(tcase, pages_that_starve_each_other_are_tried_one_by_one);
    tcase_add_loop_test(tcase,
                        links_are_followed_to_the_origins_added_and_no_others,
                        0, sizeof follow_rows / sizeof follow_rows[0]);
    tcase_add_test(tcase, without_an_origin_nothing_is_followed);
    tcase_add_test(
        tcase, without_memory_a_page_or_origin_is_not_added_and_all_else_holds);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
