/*
 * export_test.c - a crawl for other programs to open: HAR and Trace Event
 * JSON, and the phases of a page that both are made of.
 */
#include "common/export_har.h"
#include "common/export_trace_events.h"

#include "common/clock.h"
#include "common/json_write.h"
#include "common/phases.h"
#include "json_valid.h"

#include <check.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

enum { MAX_PAGES = 600 };

/* A crawl that began at 12:00 on a day in 2030, 100 s after the boot. */
static const struct stage stage = {.name = "00-test", .summary = "Tests."};
static const struct report report = {.stage = &stage,
                                     .start_ns = 100 * NS_PER_S,
                                     .start_wall_ns =
                                         INT64_C(1893499200) * NS_PER_S};

static struct page made[MAX_PAGES];
static struct page *pages[MAX_PAGES];
static size_t page_count;

static int64_t at_us(int64_t us)
{
    return report.start_ns + us * NS_PER_US;
}

static struct page *add(const char *url, struct page_result result)
{
    ck_assert_uint_lt(page_count, MAX_PAGES);
    struct page *page = &made[page_count];
    *page = (struct page){.url = (char *)url, .result = result};
    pages[page_count++] = page;
    return page;
}

/* A page that went through all phases within 100 microseconds. */
static struct page *add_good(const char *url, int64_t us)
{
    return add(url, (struct page_result){.outcome = OUTCOME_OK,
                                         .status = 200,
                                         .bytes = 1024,
                                         .start = at_us(us),
                                         .hop = at_us(us),
                                         .resolved = at_us(us + 10),
                                         .connected = at_us(us + 30),
                                         .sent = at_us(us + 35),
                                         .first_byte = at_us(us + 90),
                                         .done = at_us(us + 100)});
}

/* One that was refused, and one that never began. */
static void add_bad(void)
{
    add("http://a/refused", (struct page_result){.outcome = OUTCOME_CONNECT,
                                                 .error = ECONNREFUSED,
                                                 .start = at_us(1000),
                                                 .hop = at_us(1000),
                                                 .resolved = at_us(1002),
                                                 .done = at_us(1003)});
    add("http://a/never", (struct page_result){.outcome = OUTCOME_CANCELLED});
}

static void forget_pages(void)
{
    page_count = 0;
}

/* What an export writes; it is valid JSON. The caller frees. */
static char *exported(int (*export)(FILE *, const struct report *,
                                    struct page **, size_t))
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    ck_assert_int_eq(export(file, &report, pages, page_count), 0);
    fclose(file);
    ck_assert_msg(json_is_valid(text), "%.2000s", text);
    return text;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;

    while ((text = strstr(text, part)) != NULL) {
        found++;
        text++;
    }
    return found;
}

/* Both are the same; Check has no room for a message with both. */
static void reads(const char *text, const char *expected)
{
    size_t same = 0;

    while (text[same] != '\0' && text[same] == expected[same])
        same++;
    ck_assert_msg(strcmp(text, expected) == 0, "'%.80s' should be '%.80s'",
                  text + same, expected + same);
}

static void holds(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in\n%.2000s", part,
                  text);
}

/* ---- JSON ---- */

static const struct {
    const char *text;
    bool valid;
} json_rows[] = {
    {"{}", true},         {"[1, -2.5e3, \"a\\u00e9\", {\"b\": null}]\n", true},
    {"", false},          {"{", false},
    {"[1,]", false},      {"{\"a\": 1,}", false},
    {"{\"a\" 1}", false}, {"[01]", false},
    {"[1.]", false},      {"[nan]", false},
    {"\"a\nb\"", false},  {"{} {}", false},
};

START_TEST(the_judge_of_these_tests_knows_json_when_it_sees_it)
{
    ck_assert_msg(json_is_valid(json_rows[_i].text) == json_rows[_i].valid,
                  "%s", json_rows[_i].text);
}
END_TEST

START_TEST(what_json_has_no_room_for_is_escaped)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    json_write_text(file, "a\"b\\c\n\x01\xc3\xa9");
    json_write_number(file, 0.1);
    json_write_number(file, -(double)INFINITY);
    fclose(file);
    ck_assert_str_eq(text, "\"a\\\"b\\\\c\\u000a\\u0001\xc3\xa9\"0.1null");
    free(text);
}
END_TEST

static const struct {
    int64_t ns;
    const char *ms;
} time_rows[] = {
    {0, "0.000000"},
    {1, "0.000001"},
    {450123456, "450.123456"},
    {-1500, "-0.001500"},
    {INT64_MAX, "9223372036854.775807"},
};

START_TEST(milliseconds_keep_every_nanosecond)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    json_write_ms(file, time_rows[_i].ns);
    fclose(file);
    ck_assert_str_eq(text, time_rows[_i].ms);
    free(text);
}
END_TEST

/* ---- phases ---- */

/* Times of a page and what its phases must be, as "resolve 10-12 ...". */
static const struct {
    struct page_result result;
    const char *phases;
} phase_rows[] = {
    /* whole */
    {{.start = 10,
      .hop = 10,
      .resolved = 12,
      .connected = 15,
      .sent = 16,
      .first_byte = 20,
      .done = 30},
     "resolve 10-12 connect 12-15 send 15-16 wait 16-20 read 20-30 "},
    /* failed in its last phase */
    {{.start = 10, .hop = 10, .done = 11}, "resolve 10-11 "},
    {{.start = 10, .hop = 10, .resolved = 12, .done = 19},
     "resolve 10-12 connect 12-19 "},
    {{.start = 10, .hop = 10, .resolved = 12, .connected = 15, .done = 19},
     "resolve 10-12 connect 12-15 send 15-19 "},
    /* over a connection used again */
    {{.start = 10, .hop = 10, .sent = 11, .first_byte = 20, .done = 30},
     "send 10-11 wait 11-20 read 20-30 "},
    /* after a redirect, or a connection that was dead */
    {{.start = 10, .hop = 14, .resolved = 15, .done = 19},
     "blocked 10-14 resolve 14-15 connect 15-19 "},
    /* an answer before the request was read, or sent at all */
    {{.start = 10,
      .hop = 10,
      .resolved = 12,
      .connected = 15,
      .sent = 21,
      .first_byte = 20,
      .done = 30},
     "resolve 10-12 connect 12-15 send 15-21 read 21-30 "},
    {{.start = 10,
      .hop = 10,
      .resolved = 12,
      .connected = 15,
      .first_byte = 20,
      .done = 30},
     "resolve 10-12 connect 12-15 wait 15-20 read 20-30 "},
    /* nothing is known but that somebody had it */
    {{.start = 10, .done = 30}, "blocked 10-30 "},
    /* over at once */
    {{.start = 10, .done = 10}, ""},
};

START_TEST(phases_follow_one_another_from_start_to_end)
{
    struct span spans[PHASES];
    char text[256] = "";

    phases_of(&phase_rows[_i].result, spans);
    for (int p = 0; p < PHASES; p++)
        if (spans[p].end != 0)
            snprintf(text + strlen(text), sizeof text - strlen(text),
                     "%s %d-%d ", phase_name((enum phase)p),
                     (int)spans[p].begin, (int)spans[p].end);
    ck_assert_str_eq(text, phase_rows[_i].phases);
}
END_TEST

/* ---- HAR ---- */

START_TEST(a_har_is_a_log_with_its_creator_one_page_and_an_entry)
{
    add_good("http://a/x?q=1&r", 250)->worker = 3;
    char *har = exported(export_har);
    reads(
        har,
        "{\"log\": {\"version\": \"1.2\",\n"
        "  \"creator\": {\"name\": \"seven-crawlers\", \"version\": \"1.0\", "
        "\"comment\": \"00-test\"},\n"
        "  \"pages\": [{\"startedDateTime\": \"2030-01-01T12:00:00.000000Z\", "
        "\"id\": \"crawl\", \"title\": \"00-test\", \"pageTimings\": "
        "{\"onContentLoad\": -1, \"onLoad\": -1}}],\n"
        "  \"entries\": [\n"
        "   {\"pageref\": \"crawl\", \"startedDateTime\": "
        "\"2030-01-01T12:00:00.000250Z\", \"time\": 0.100000, "
        "\"request\": {\"method\": \"GET\", \"url\": \"http://a/x?q=1&r\", "
        "\"httpVersion\": \"HTTP/1.1\", \"cookies\": [], \"headers\": ["
        "{\"name\": \"Host\", \"value\": \"a\"}, "
        "{\"name\": \"User-Agent\", \"value\": \"seven-crawlers/1.0\"}, "
        "{\"name\": \"Accept\", \"value\": \"*/*\"}, "
        "{\"name\": \"Connection\", \"value\": \"close\"}], "
        "\"queryString\": [{\"name\": \"q\", \"value\": \"1\"}, "
        "{\"name\": \"r\", \"value\": \"\"}], "
        "\"headersSize\": 98, \"bodySize\": 0}, "
        "\"response\": {\"status\": 200, \"statusText\": \"\", "
        "\"httpVersion\": \"\", \"cookies\": [], \"headers\": [], "
        "\"content\": {\"size\": 1024, \"mimeType\": \"\"}, "
        "\"redirectURL\": \"\", \"headersSize\": -1, \"bodySize\": 1024}, "
        "\"cache\": {}, "
        "\"timings\": {\"blocked\": -1, \"dns\": 0.010000, "
        "\"connect\": 0.020000, \"send\": 0.005000, \"wait\": 0.055000, "
        "\"receive\": 0.010000, \"ssl\": -1}, \"_worker\": 3}]}}\n");
    free(har);
}
END_TEST

START_TEST(entries_stand_in_the_order_in_which_pages_began)
{
    add_bad();
    add_good("http://a/second", 20);
    add_good("http://a/first", 10);
    char *har = exported(export_har);
    const char *first = strstr(har, "http://a/first");
    const char *second = strstr(har, "http://a/second");
    const char *third = strstr(har, "http://a/refused");
    const char *never = strstr(har, "http://a/never");
    ck_assert(first < second && second < third && third < never);
    ck_assert_uint_eq(count(har, "\"pageref\""), 4);
    free(har);
}
END_TEST

START_TEST(a_page_that_failed_has_status_0_and_an_error_and_sent_no_headers)
{
    add_bad();
    char *har = exported(export_har);
    ck_assert_uint_eq(count(har, "\"status\": 0,"), 2);
    ck_assert_uint_eq(count(har, "\"bodySize\": -1"), 2);
    ck_assert_uint_eq(count(har, "\"headers\": []"), 4);
    holds(har, "\"_error\": \"connect: Connection refused\"");
    holds(har, "\"dns\": 0.002000, \"connect\": 0.001000, \"send\": 0,");
    free(har);
}
END_TEST

START_TEST(a_page_that_never_began_took_no_time_and_has_no_worker)
{
    add("http://a/", (struct page_result){.outcome = OUTCOME_CANCELLED});
    char *har = exported(export_har);
    holds(har, "\"time\": 0.000000,");
    holds(har, "\"timings\": {\"blocked\": -1, \"dns\": -1, \"connect\": -1, "
               "\"send\": 0, \"wait\": 0, \"receive\": 0, \"ssl\": -1}}");
    holds(har, "\"_error\": \"cancelled\"");
    free(har);
}
END_TEST

START_TEST(a_redirected_page_says_so_and_does_not_guess_what_its_last_hop_sent)
{
    struct page *page = add_good("http://a/", 0);
    page->result.redirects = 2;
    page->result.hop = at_us(4);
    char *har = exported(export_har);
    holds(har, "\"blocked\": 0.004000, \"dns\": 0.006000,");
    ck_assert_uint_eq(count(har, "\"headersSize\": -1"), 2);
    holds(har, "\"comment\": \"redirected 2 times: ");
    free(har);
}
END_TEST

START_TEST(a_request_that_asked_for_no_close_is_shown_without)
{
    add_good("http://user@a:8080/", 0)->result.keep_alive = true;
    char *har = exported(export_har);
    holds(har, "{\"name\": \"Host\", \"value\": \"a:8080\"}");
    ck_assert_ptr_null(strstr(har, "\"Connection\""));
    free(har);
}
END_TEST

/* ---- Trace Event JSON ---- */

START_TEST(a_page_is_an_event_and_so_is_each_phase_in_it)
{
    add_good("http://a/", 250);
    char *events = exported(export_trace_events);
    reads(events,
          "{\"displayTimeUnit\": \"ms\",\n"
          " \"otherData\": {\"creator\": \"seven-crawlers 1.0\", \"stage\": "
          "\"00-test\"},\n"
          " \"traceEvents\": [\n"
          "  {\"name\": \"process_name\", \"ph\": \"M\", \"pid\": 1, "
          "\"args\": {\"name\": \"00-test\"}},\n"
          "  {\"name\": \"thread_name\", \"ph\": \"M\", \"pid\": 1, "
          "\"tid\": 1, \"args\": {\"name\": \"lane 0\"}},\n"
          "  {\"name\": \"thread_sort_index\", \"ph\": \"M\", \"pid\": 1, "
          "\"tid\": 1, \"args\": {\"sort_index\": 1}},\n"
          "  {\"name\": \"http://a/\", \"cat\": \"page\", \"ph\": \"X\", "
          "\"ts\": 250, \"dur\": 100, \"pid\": 1, \"tid\": 1, "
          "\"args\": {\"outcome\": \"ok\", \"worker\": 0, \"status\": 200, "
          "\"bytes\": 1024}},\n"
          "  {\"name\": \"resolve\", \"cat\": \"phase\", \"ph\": \"X\", "
          "\"ts\": 250, \"dur\": 10, \"pid\": 1, \"tid\": 1, "
          "\"args\": {\"url\": \"http://a/\"}},\n"
          "  {\"name\": \"connect\", \"cat\": \"phase\", \"ph\": \"X\", "
          "\"ts\": 260, \"dur\": 20, \"pid\": 1, \"tid\": 1, "
          "\"args\": {\"url\": \"http://a/\"}},\n"
          "  {\"name\": \"send\", \"cat\": \"phase\", \"ph\": \"X\", "
          "\"ts\": 280, \"dur\": 5, \"pid\": 1, \"tid\": 1, "
          "\"args\": {\"url\": \"http://a/\"}},\n"
          "  {\"name\": \"wait\", \"cat\": \"phase\", \"ph\": \"X\", "
          "\"ts\": 285, \"dur\": 55, \"pid\": 1, \"tid\": 1, "
          "\"args\": {\"url\": \"http://a/\"}},\n"
          "  {\"name\": \"read\", \"cat\": \"phase\", \"ph\": \"X\", "
          "\"ts\": 340, \"dur\": 10, \"pid\": 1, \"tid\": 1, "
          "\"args\": {\"url\": \"http://a/\"}}]}\n");
    free(events);
}
END_TEST

START_TEST(phases_still_touch_in_whole_microseconds)
{
    struct page *page = add_good("http://a/", 10);
    page->result.start += 999;
    page->result.hop += 999;
    page->result.resolved += 1;
    page->result.done += 500;
    char *events = exported(export_trace_events);
    holds(events, "\"page\", \"ph\": \"X\", \"ts\": 10, \"dur\": 100,");
    holds(events, "\"phase\", \"ph\": \"X\", \"ts\": 10, \"dur\": 10,");
    holds(events, "\"phase\", \"ph\": \"X\", \"ts\": 20, \"dur\": 20,");
    free(events);
}
END_TEST

START_TEST(a_page_that_failed_says_why_and_one_that_never_began_has_no_event)
{
    add_bad();
    char *events = exported(export_trace_events);
    ck_assert_uint_eq(count(events, "\"cat\": \"page\""), 1);
    ck_assert_uint_eq(count(events, "\"cat\": \"phase\""), 2);
    holds(events, "\"outcome\": \"connect\", \"worker\": 0, "
                  "\"why\": \"Connection refused\"");
    free(events);
}
END_TEST

/* The track of the page with this URL, from 1. */
static int track_of(const char *events, const char *url)
{
    char name[64];

    snprintf(name, sizeof name, "{\"name\": \"%s\", ", url);
    const char *at = strstr(events, name);
    ck_assert_msg(at != NULL, "%s in %.2000s", url, events);
    at = strstr(at, "\"tid\": ");
    return atoi(at + strlen("\"tid\": "));
}

START_TEST(a_page_is_on_the_lowest_lane_that_is_free_when_it_begins)
{
    add_good("http://a/0", 0);
    add_good("http://a/1", 10);
    add_good("http://a/2", 20);
    add_good("http://a/3", 100); /* at the moment when the first ends */
    add_good("http://a/4", 125); /* the second and third have ended, too */
    add_good("http://a/5", 126);
    add_good("http://a/6", 127);
    char *events = exported(export_trace_events);
    const int tracks[] = {1, 2, 3, 1, 2, 3, 4};
    for (size_t i = 0; i < LENGTH(tracks); i++)
        ck_assert_int_eq(track_of(events, made[i].url), tracks[i]);
    ck_assert_uint_eq(count(events, "thread_name"), 4);
    holds(events, "{\"name\": \"lane 3\"}");
    free(events);
}
END_TEST

START_TEST(every_worker_has_a_track_and_lanes_if_it_has_pages_together)
{
    add_good("http://a/0", 0)->worker = 7;
    add_good("http://a/1", 10);
    add_good("http://a/2", 20)->worker = 2;
    add_good("http://a/3", 50)->worker = 2;
    add_good("http://a/4", 500)->worker = 7;
    char *events = exported(export_trace_events);
    const int tracks[] = {4, 1, 2, 3, 4};
    for (size_t i = 0; i < LENGTH(tracks); i++)
        ck_assert_int_eq(track_of(events, made[i].url), tracks[i]);
    holds(events, "\"tid\": 1, \"args\": {\"name\": \"worker 0\"}");
    holds(events, "\"tid\": 2, \"args\": {\"name\": \"worker 2\"}");
    holds(events, "\"tid\": 3, \"args\": {\"name\": \"worker 2, lane 1\"}");
    holds(events, "\"tid\": 4, \"args\": {\"name\": \"worker 7\"}");
    free(events);
}
END_TEST

START_TEST(hundreds_of_pages_in_flight_have_a_lane_each_and_share_it_in_turn)
{
    static char urls[MAX_PAGES][16];
    int64_t free_at[MAX_PAGES + 1] = {0};

    srand(1);
    for (int i = 0; i < MAX_PAGES; i++) {
        snprintf(urls[i], sizeof urls[i], "http://a/%d", i);
        add_good(urls[i], i)->result.done = at_us(i + 95 + rand() % 300);
    }
    char *events = exported(export_trace_events);
    for (int i = 0; i < MAX_PAGES; i++) {
        int track = track_of(events, urls[i]);
        ck_assert_int_le(free_at[track], made[i].result.start);
        for (int lower = 1; lower < track; lower++)
            ck_assert_int_gt(free_at[lower], made[i].result.start);
        free_at[track] = made[i].result.done;
    }
    free(events);
}
END_TEST

/* ---- both ---- */

START_TEST(a_crawl_without_a_page_is_a_file_without_an_entry)
{
    char *har = exported(export_har);
    char *events = exported(export_trace_events);

    holds(har, "\"entries\": []}}\n");
    ck_assert_uint_eq(count(events, "\"ph\""), 1);
    free(har);
    free(events);
}
END_TEST

/* ---- the suite ---- */

static TCase *json_case(void)
{
    TCase *tcase = tcase_create("json");

    tcase_add_loop_test(tcase,
                        the_judge_of_these_tests_knows_json_when_it_sees_it, 0,
                        LENGTH(json_rows));
    tcase_add_test(tcase, what_json_has_no_room_for_is_escaped);
    tcase_add_loop_test(tcase, milliseconds_keep_every_nanosecond, 0,
                        LENGTH(time_rows));
    tcase_add_loop_test(tcase, phases_follow_one_another_from_start_to_end, 0,
                        LENGTH(phase_rows));
    return tcase;
}

static TCase *har_case(void)
{
    TCase *tcase = tcase_create("har");

    tcase_add_test(tcase,
                   a_har_is_a_log_with_its_creator_one_page_and_an_entry);
    tcase_add_test(tcase, entries_stand_in_the_order_in_which_pages_began);
    tcase_add_test(
        tcase,
        a_page_that_failed_has_status_0_and_an_error_and_sent_no_headers);
    tcase_add_test(tcase,
                   a_page_that_never_began_took_no_time_and_has_no_worker);
    tcase_add_test(
        tcase,
        a_redirected_page_says_so_and_does_not_guess_what_its_last_hop_sent);
    tcase_add_test(tcase, a_request_that_asked_for_no_close_is_shown_without);
    tcase_add_test(tcase, a_crawl_without_a_page_is_a_file_without_an_entry);
    return tcase;
}

static TCase *events_case(void)
{
    TCase *tcase = tcase_create("trace events");

    tcase_add_test(tcase, a_page_is_an_event_and_so_is_each_phase_in_it);
    tcase_add_test(tcase, phases_still_touch_in_whole_microseconds);
    tcase_add_test(
        tcase,
        a_page_that_failed_says_why_and_one_that_never_began_has_no_event);
    tcase_add_test(tcase,
                   a_page_is_on_the_lowest_lane_that_is_free_when_it_begins);
    tcase_add_test(tcase,
                   every_worker_has_a_track_and_lanes_if_it_has_pages_together);
    tcase_add_test(
        tcase,
        hundreds_of_pages_in_flight_have_a_lane_each_and_share_it_in_turn);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("export");
    TCase *cases[] = {json_case(), har_case(), events_case()};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        tcase_add_checked_fixture(cases[i], forget_pages, NULL);
        tcase_set_timeout(cases[i], 60); /* for valgrind's sake */
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
