/*
 * exchange_hops_test.c - where an answer leads: redirects, links, and what
 * becomes of a whole page when memory runs out.
 */
#include "exchange_by_hand.h"

#include "allocations.h"
#include "common/digest.h"
#include "run.h"

#include <stdint.h>
#include <stdio.h>

/* ---- redirects ---- */

/* An answer with this status and Location. */
static const char *moved(int status, const char *location)
{
    static char text[512];

    snprintf(text, sizeof text,
             "HTTP/1.1 %d Moved\r\nLocation: %s\r\n"
             "Content-Length: 5\r\n\r\nmoved",
             status, location);
    return text;
}

static const struct {
    int status;
    const char *location;
    const char *target; /* of the next hop's request; NULL: it stands */
} redirect_rows[] = {
    {301, "/next", "/next"},
    {302, "next?q", "/dir/next?q"},
    {303, "../up", "/up"},
    {307, "http://a/whole", "/whole"},
    {308, "//a/x", "/x"},
    {302, "HTTP://A:80/case", "/case"},
    {302, "", "/dir/page"},
    {302, "#part", "/dir/page"},
    {302, "/with blank", "/with%20blank"},
    {302, "/caf\xc3\xa9", "/caf%C3%A9"},
    {302, "http://b/", NULL},
    {302, "http://a:81/", NULL},
    {302, "//b/x", NULL},
    {302, "https://a/", NULL},
    {302, "ftp://a/", NULL},
    {302, "file:///etc/passwd", NULL},
    {302, "mailto:x@a", NULL},
    {302, "javascript:alert(1)", NULL},
    {300, "/next", NULL},
    {304, "/next", NULL},
    {201, "/next", NULL},
};

START_TEST(a_redirect_is_followed_within_its_origin_else_it_stands)
{
    char wanted[128];
    size_t size;

    answer("http://a/dir/page",
           moved(redirect_rows[_i].status, redirect_rows[_i].location));
    if (redirect_rows[_i].target == NULL) {
        ck_assert_int_eq(result->status, redirect_rows[_i].status);
        ends_as(OUTCOME_OK);
        return;
    }
    ck_assert_int_eq(x.state, EXCHANGE_REDIRECTED);
    exchange_next_hop(&x);
    connect_to(&third);
    snprintf(wanted, sizeof wanted, "GET %s HTTP/1.1\r\n",
             redirect_rows[_i].target);
    const char *request = exchange_unsent(&x, &size);
    ck_assert_msg(size > strlen(wanted) &&
                      memcmp(request, wanted, strlen(wanted)) == 0,
                  "%.*s", (int)size, request);
    exchange_sent(&x, size);
    receive(whole_answer);
    ck_assert_int_eq(result->status, 200);
    ck_assert_uint_eq(result->digest, digest_add(DIGEST_EMPTY, "hello", 5));
    ck_assert_str_eq(page.url, "http://a/dir/page");
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(a_redirect_without_location_stands)
{
    answer("http://a/", "HTTP/1.1 302 X\r\nContent-Length: 2\r\n\r\nok");
    ck_assert_int_eq(result->status, 302);
    ends_as(OUTCOME_OK);
}
END_TEST

static const char *const bad_locations[] = {"http://", "http://[::1/",
                                            "http://a:99999/", "/a\x01z"};

START_TEST(a_location_that_is_no_url_is_malformed)
{
    answer("http://a/", moved(302, bad_locations[_i]));
    ends_as(OUTCOME_MALFORMED);
}
END_TEST

START_TEST(a_page_keeps_its_first_start_and_its_last_hops_other_times)
{
    begin("http://a/");
    int64_t start = result->start, deadline_ns = x.deadline_ns;
    send_request();
    receive(moved(302, "/next"));
    ck_assert_int_eq(result->hop, start);
    int64_t before = clock_now_ns();
    exchange_next_hop(&x);
    ck_assert_int_eq(result->start, start);
    ck_assert_int_ge(result->hop, before);
    ck_assert_uint_eq(result->redirects, 1);
    ck_assert_int_eq(x.deadline_ns, deadline_ns);
    ck_assert_int_eq(result->resolved, 0);
    ck_assert_int_eq(result->connected, 0);
    ck_assert_int_eq(result->sent, 0);
    ck_assert_int_eq(result->first_byte, 0);
    exchange_timed_out(&x);
    ends_as(OUTCOME_TIMEOUT);
}
END_TEST

/* Redirects a page again and again; returns how many hops were followed. */
static unsigned follow_for_ever(unsigned max_redirects, const char *location)
{
    unsigned hops = 0;

    options.max_redirects = max_redirects;
    begin("http://a/");
    for (;;) {
        send_request();
        receive(moved(302, location));
        if (x.state != EXCHANGE_REDIRECTED)
            break;
        hops++;
        exchange_next_hop(&x);
    }
    ends_as(OUTCOME_REDIRECTS);
    return hops;
}

START_TEST(as_many_hops_as_allowed_are_followed_and_no_more)
{
    ck_assert_uint_eq(follow_for_ever((unsigned)_i, "/"), (unsigned)_i);
    ck_assert_uint_eq(follow_for_ever((unsigned)_i, ""), (unsigned)_i);
}
END_TEST

START_TEST(the_hops_do_not_share_what_they_received)
{
    begin("http://a/");
    connect_to(&third);
    exchange_send_failed(&x, EPIPE); /* of the first hop alone */
    receive(moved(302, "/next"));
    exchange_next_hop(&x);
    send_request();
    receive(HEAD "Content-Length: 5\r\n\r\nhel");
    end_of_stream();
    ends_as(OUTCOME_TRUNCATED);
}
END_TEST

/* ---- links ---- */

/* The links found, each followed by a blank, are these. */
static void links_are(const char *expected)
{
    char text[512] = "";

    if (page.links != NULL)
        for (const char *link = links_next(page.links, NULL); link != NULL;
             link = links_next(page.links, link)) {
            strcat(text, link);
            strcat(text, " ");
        }
    ck_assert_str_eq(text, expected);
}

#define HTML HEAD "Content-Type: text/html; charset=utf-8\r\n\r\n"

static const struct {
    const char *answer;
    const char *links;
} link_rows[] = {
    {HTML "<a href=x>", "http://a/dir/x "},
    {HTML "<a href='../y?q#part'><area href=\"//b/z\">",
     "http://a/y?q http://b/z "},
    {HTML "<a href=mailto:x@a>", "mailto:x@a "},
    {HTML "<base href='http://c/deep/'><a href=x>", "http://c/deep/x "},
    {HTML "<base href='/dir/'><a href=x>", "http://a/dir/x "},
    {HTML "<base href='http://['><a href=x>", "http://a/dir/x "},
    {HTML "<a href='http://['><a href=x>", "http://a/dir/x "},
    {HTML "<p>none", ""},
    {HEAD "Content-Type: text/plain\r\n\r\n<a href=x>", ""},
    {HEAD "\r\n<a href=x>", ""},
    {"HTTP/1.1 404 X\r\nContent-Type: text/html\r\n\r\n<a href=x>", ""},
};

START_TEST(links_are_found_in_html_with_status_200_against_its_base)
{
    answer("http://a/dir/page", link_rows[_i].answer);
    end_of_stream();
    links_are(link_rows[_i].links);
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(without_follow_no_links_are_looked_for)
{
    options.follow = false;
    answer("http://a/", HTML "<a href=x>");
    end_of_stream();
    ck_assert_ptr_null(page.links);
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(links_are_resolved_against_the_last_hop)
{
    answer("http://a/", moved(302, "/far/away"));
    exchange_next_hop(&x);
    send_request();
    receive(HTML "<a href=x>");
    end_of_stream();
    links_are("http://a/far/x ");
    ends_as(OUTCOME_OK);
}
END_TEST

START_TEST(a_link_too_long_is_counted)
{
    struct buffer text = {0};

    options.max_size = 1 << 20;
    ck_assert_int_eq(buffer_append_string(&text, HTML "<a href='"), 0);
    ck_assert_int_eq(buffer_reserve(&text, LINK_MAX_LENGTH + 1), 0);
    memset(text.data + text.length, 'x', LINK_MAX_LENGTH + 1);
    text.length += LINK_MAX_LENGTH + 1;
    ck_assert_int_eq(buffer_append(&text, "'>", 3), 0);
    answer("http://a/", text.data);
    end_of_stream();
    buffer_free(&text);
    ck_assert_ptr_nonnull(page.links);
    ck_assert_uint_eq(page.links->too_long, 1);
    links_are("");
    ends_as(OUTCOME_OK);
}
END_TEST

/* A page whose every short link is long behind its base. */
static void long_base(struct buffer *text, size_t base, size_t links)
{
    ck_assert_int_eq(buffer_append_string(text, HTML "<base href='/"), 0);
    ck_assert_int_eq(buffer_reserve(text, base + 3 + 10 * links + 1), 0);
    memset(text->data + text->length, 'x', base);
    text->length += base;
    buffer_append_string(text, "/'>"); /* cannot fail: reserved */
    for (size_t i = 0; i < links; i++)
        buffer_append_string(text, "<a href=y>");
    buffer_append(text, "", 1);
}

START_TEST(the_links_of_a_page_take_bounded_memory_and_the_rest_is_counted)
{
    enum { BASE = 7000, LINKS = 10000 };
    struct buffer text = {0};

    options.max_size = 1 << 20;
    long_base(&text, BASE, LINKS);
    answer("http://a/", text.data);
    end_of_stream();
    buffer_free(&text);
    ck_assert_uint_le(page.links->text.length, EXCHANGE_MAX_LINKS);
    ck_assert_uint_gt(page.links->text.length, EXCHANGE_MAX_LINKS - 2 * BASE);
    ck_assert_uint_eq(page.links->count + page.links->too_long, LINKS);
    ends_as(OUTCOME_OK);
}
END_TEST

/* ---- memory ---- */

/* A page with a redirect, a body and links, from beginning to end. */
static void whole_page(void)
{
    static const struct lookup lookup = {.addresses = &third};
    const char *const answers[] = {
        "HTTP/1.1 302 X\r\nLocation: /next\r\nContent-Length: 5\r\n\r\nmoved",
        HTML "<base href='/b/'><a href=x><a href=y>"};
    size_t size;

    begin("http://a/");
    for (int hop = 0; x.state == EXCHANGE_RESOLVING; hop++) {
        exchange_resolved(&x, &lookup);
        exchange_connected(&x, NO_SOCKET);
        if (x.state != EXCHANGE_SENDING)
            break; /* no memory for the request */
        exchange_unsent(&x, &size);
        exchange_sent(&x, size);
        exchange_received(&x, answers[hop], strlen(answers[hop]));
        if (x.state == EXCHANGE_READING)
            exchange_received(&x, NULL, 0);
        if (x.state == EXCHANGE_REDIRECTED)
            exchange_next_hop(&x);
    }
    if (allocations_restore()) {
        ck_assert(result->starved);
        ck_assert_int_eq(result->error, ENOMEM);
        ck_assert_ptr_null(page.links);
        ends_as(OUTCOME_SYSTEM);
    } else {
        links_are("http://a/b/x http://a/b/y ");
        ends_as(OUTCOME_OK);
    }
}

START_TEST(without_memory_a_page_is_system_and_may_be_tried_later)
{
    ck_assert_int_gt(allocations_try_all(whole_page), 20);
}
END_TEST

static TCase *redirects_case(void)
{
    TCase *tcase = tcase_create("redirects");

    tcase_add_loop_test(tcase,
                        a_redirect_is_followed_within_its_origin_else_it_stands,
                        0, LENGTH(redirect_rows));
    tcase_add_test(tcase, a_redirect_without_location_stands);
    tcase_add_loop_test(tcase, a_location_that_is_no_url_is_malformed, 0,
                        LENGTH(bad_locations));
    tcase_add_test(tcase,
                   a_page_keeps_its_first_start_and_its_last_hops_other_times);
    tcase_add_loop_test(tcase, as_many_hops_as_allowed_are_followed_and_no_more,
                        0, 5);
    tcase_add_test(tcase, the_hops_do_not_share_what_they_received);
    return tcase;
}

static TCase *links_case(void)
{
    TCase *tcase = tcase_create("links");

    tcase_add_loop_test(
        tcase, links_are_found_in_html_with_status_200_against_its_base, 0,
        LENGTH(link_rows));
    tcase_add_test(tcase, without_follow_no_links_are_looked_for);
    tcase_add_test(tcase, links_are_resolved_against_the_last_hop);
    tcase_add_test(tcase, a_link_too_long_is_counted);
    tcase_add_test(
        tcase, the_links_of_a_page_take_bounded_memory_and_the_rest_is_counted);
    tcase_add_test(tcase,
                   without_memory_a_page_is_system_and_may_be_tried_later);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("exchange hops");
    TCase *cases[] = {redirects_case(), links_case()};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        tcase_add_checked_fixture(cases[i], set_options, NULL);
        tcase_set_timeout(cases[i], is_patient() ? 600 : 60);
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
