/*
 * report_test.c - what a crawl says: page lines, manifest, trace, JSON. What
 * is in the exports says export_test.c.
 */
#include "common/report.h"

#include "allocations.h"
#include "common/clock.h"
#include "common/digest.h"
#include "json_valid.h"
#include "support.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct stage stage = {.name = "00-test", .summary = "Tests."};

static struct options options;
static struct frontier frontier;
static struct report report;
static struct report_figures figures;
static char *manifest, *trace, *har, *events; /* paths */

static void prepare(void)
{
    manifest = temp_path("manifest");
    trace = temp_path("trace");
    har = temp_path("har");
    events = temp_path("events");
    unlink(manifest);
    unlink(trace);
    unlink(har);
    unlink(events);
    options = (struct options){.manifest = manifest,
                               .trace = trace,
                               .har = har,
                               .trace_events = events};
    figures = (struct report_figures){.workers = 1};
    frontier_init(&frontier, 10, 100);
}

static void clean_up(void)
{
    frontier_free(&frontier);
    free(manifest);
    free(trace);
    free(har);
    free(events);
}

/* Adds a page and finishes it with the result. */
static struct page *finished(const char *url, struct page_result result)
{
    ck_assert_int_eq(frontier_add(&frontier, url), 0);
    struct page *page = frontier_take(&frontier);
    ck_assert_ptr_nonnull(page);
    page->result = result;
    frontier_finish(&frontier, page);
    return page;
}

static void open_report(void)
{
    ck_assert_int_eq(report_open(&report, &stage, &options), 0);
}

/* A time of the crawl, to be read in the trace. */
static int64_t at_ms(int64_t ms)
{
    return report.start_ns + ms * NS_PER_MS;
}

/* Closes the report, and returns what it said on the stream meanwhile. */
static char *close_report(FILE *stream, int expected)
{
    struct capture capture;

    capture_begin(&capture, stream);
    int status = report_close(&report, &frontier, &figures);
    char *said = capture_end(&capture);
    ck_assert_msg(status == expected, "%d: %s", status, said);
    return said;
}

static void file_is(const char *path, const char *expected)
{
    char *text = file_read(path);

    ck_assert_str_eq(text, expected);
    free(text);
}

/* Three pages, not in order: a good one, one truncated, one of a scheme. */
static void three_pages(void)
{
    finished("http://b/", (struct page_result){.outcome = OUTCOME_TRUNCATED,
                                               .start = at_ms(1),
                                               .resolved = at_ms(2),
                                               .connected = at_ms(3),
                                               .done = at_ms(5)});
    finished("http://a/x,y", (struct page_result){.outcome = OUTCOME_OK,
                                                  .status = 404,
                                                  .bytes = 12,
                                                  .digest = UINT64_C(0xabc),
                                                  .waits = 7,
                                                  .retries = 2,
                                                  .start = at_ms(1),
                                                  .resolved = at_ms(2),
                                                  .connected = at_ms(3),
                                                  .sent = at_ms(1500),
                                                  .first_byte = at_ms(1501),
                                                  .done = at_ms(2000)})
        ->worker = 3;
    finished("ftp://c/", (struct page_result){.outcome = OUTCOME_SCHEME,
                                              .start = at_ms(4),
                                              .done = at_ms(4)});
}

static const char three_lines[] = "scheme - - - ftp://c/\n"
                                  "ok 404 12 0000000000000abc http://a/x,y\n"
                                  "truncated - - - http://b/\n";

/* ---- the digest ---- */

static const struct {
    const char *text;
    uint64_t digest;
} digest_rows[] = {
    {"", UINT64_C(0xcbf29ce484222325)},
    {"a", UINT64_C(0xaf63dc4c8601ec8c)},
    {"foobar", UINT64_C(0x85944171f73967e8)},
};

START_TEST(the_digest_is_the_published_fnv_1a_however_the_text_is_cut)
{
    const char *text = digest_rows[_i].text;

    for (size_t cut = 0; cut <= strlen(text); cut++) {
        uint64_t digest = digest_add(DIGEST_EMPTY, text, cut);
        digest = digest_add(digest, text + cut, strlen(text) - cut);
        ck_assert_uint_eq(digest, digest_rows[_i].digest);
    }
}
END_TEST

/* ---- the manifest ---- */

START_TEST(the_manifest_has_a_line_for_every_page_sorted_by_url)
{
    open_report();
    three_pages();
    free(close_report(stdout, 0));
    file_is(manifest, three_lines);
}
END_TEST

START_TEST(every_outcome_has_its_word_and_only_ok_has_figures)
{
    static const char *const words[] = {
        "resolve",   "connect",   "timeout", "reset",  "truncated", "malformed",
        "too-large", "redirects", "scheme",  "worker", "cancelled", "system"};
    char expected[64];

    open_report();
    finished("http://a/", (struct page_result){
                              .outcome = (enum outcome)(OUTCOME_RESOLVE + _i),
                              .status = 200,
                              .bytes = 17,
                              .digest = 23});
    free(close_report(stdout, 0));
    snprintf(expected, sizeof expected, "%s - - - http://a/\n", words[_i]);
    file_is(manifest, expected);
}
END_TEST

START_TEST(the_longest_figures_fit_into_a_line)
{
    open_report();
    finished("http://a/", (struct page_result){.outcome = OUTCOME_OK,
                                               .status = 999,
                                               .bytes = UINT64_MAX,
                                               .digest = UINT64_MAX});
    free(close_report(stdout, 0));
    file_is(manifest,
            "ok 999 18446744073709551615 ffffffffffffffff http://a/\n");
}
END_TEST

START_TEST(a_crawl_without_a_page_has_an_empty_manifest)
{
    open_report();
    free(close_report(stdout, 0));
    file_is(manifest, "");
}
END_TEST

START_TEST(a_dash_is_stdout_and_the_page_lines_make_way)
{
    options.manifest = "-";
    open_report();
    ck_assert_ptr_eq(report.lines, stderr);
    three_pages();
    char *said = close_report(stdout, 0);
    ck_assert_str_eq(said, three_lines);
    free(said);
}
END_TEST

/* ---- files ---- */

static void json_is_whole(const char *path)
{
    char *text = file_read(path);

    ck_assert_msg(json_is_valid(text), "%.2000s", text);
    free(text);
}

START_TEST(an_old_file_is_kept_till_the_end_and_then_replaced_whole)
{
    char old[1000];

    memset(old, 'x', sizeof old);
    file_write(manifest, old, sizeof old);
    file_write(trace, old, sizeof old);
    file_write(har, old, sizeof old);
    file_write(events, old, sizeof old);
    open_report();
    char *kept = file_read(manifest);
    ck_assert_uint_eq(strlen(kept), sizeof old);
    free(kept);
    three_pages();
    free(close_report(stdout, 0));
    file_is(manifest, three_lines);
    char *rows = file_read(trace);
    ck_assert_ptr_null(strchr(rows, 'X'));
    ck_assert_ptr_null(strstr(rows, "xxx"));
    free(rows);
    json_is_whole(har);
    json_is_whole(events);
}
END_TEST

START_TEST(exports_say_of_each_page_what_the_manifest_says)
{
    open_report();
    three_pages();
    free(close_report(stdout, 0));
    json_is_whole(har);
    json_is_whole(events);
    char *log = file_read(har), *timeline = file_read(events);
    for (struct page *p = frontier.pages; p != NULL; p = p->hh.next) {
        ck_assert_ptr_nonnull(strstr(log, p->url));
        ck_assert_ptr_nonnull(strstr(timeline, p->url));
    }
    free(log);
    free(timeline);
}
END_TEST

START_TEST(an_abandoned_report_leaves_old_files_as_they_were)
{
    int descriptors = count_descriptors();

    file_write(manifest, "old", 3);
    open_report();
    report_abandon(&report);
    file_is(manifest, "old");
    ck_assert_int_eq(count_descriptors(), descriptors);
}
END_TEST

START_TEST(a_report_leaves_no_descriptor)
{
    int descriptors = count_descriptors();

    open_report();
    three_pages();
    free(close_report(stdout, 0));
    ck_assert_int_eq(count_descriptors(), descriptors);
}
END_TEST

static const char *const unwritable[] = {"/nowhere/file", "/tmp"};

/* Opening fails; returns what was said about it. */
static void opening_fails_for(const char *path)
{
    struct capture capture;
    char wanted[64];
    int descriptors = count_descriptors();

    capture_begin(&capture, stderr);
    int status = report_open(&report, &stage, &options);
    char *said = capture_end(&capture);
    ck_assert_int_eq(status, -1);
    snprintf(wanted, sizeof wanted, "00-test: cannot write '%s': ", path);
    ck_assert_msg(strncmp(said, wanted, strlen(wanted)) == 0, "%s", said);
    ck_assert_int_eq(count_descriptors(), descriptors);
    free(said);
}

START_TEST(a_manifest_that_cannot_be_opened_is_noticed_at_once)
{
    options.manifest = unwritable[_i];
    opening_fails_for(unwritable[_i]);
}
END_TEST

START_TEST(a_trace_that_cannot_be_opened_is_noticed_at_once)
{
    options.trace = unwritable[_i];
    opening_fails_for(unwritable[_i]);
}
END_TEST

START_TEST(an_export_that_cannot_be_opened_is_noticed_and_no_file_is_left)
{
    const char **path = _i % 2 == 0 ? &options.har : &options.trace_events;

    *path = unwritable[_i / 2];
    opening_fails_for(*path);
    ck_assert_int_ne(access(manifest, F_OK), 0);
    ck_assert_int_ne(access(trace, F_OK), 0);
}
END_TEST

START_TEST(no_output_may_have_the_file_of_another)
{
    const char **const paths[] = {&options.manifest, &options.trace,
                                  &options.har, &options.trace_events};
    struct capture capture;

    *paths[_i] = *paths[(_i + 1) % 4];
    capture_begin(&capture, stderr);
    int status = report_open(&report, &stage, &options);
    char *said = capture_end(&capture);
    ck_assert_int_eq(status, -1);
    ck_assert_ptr_nonnull(strstr(said, "would write over "));
    ck_assert_int_ne(access(*paths[_i], F_OK), 0);
    free(said);
}
END_TEST

/* Enough pages for more than one buffer of stdio. */
static void many_pages(void)
{
    char url[64];

    for (int i = 0; i < 90; i++) {
        snprintf(url, sizeof url, "http://a/%s/%d",
                 "0123456789012345678901234567890123456789", i);
        finished(url, (struct page_result){.outcome = OUTCOME_OK});
    }
}

START_TEST(a_full_disk_under_the_manifest_is_said)
{
    options.manifest = "/dev/full";
    options.quiet = true;
    open_report();
    _i == 0 ? three_pages() : many_pages();
    char *said = close_report(stderr, -1);
    ck_assert_msg(strstr(said, "cannot write the manifest: ") != NULL, "%s",
                  said);
    free(said);
}
END_TEST

START_TEST(a_full_disk_under_the_trace_is_said_and_the_manifest_is_written)
{
    options.trace = "/dev/full";
    options.quiet = true;
    open_report();
    three_pages();
    char *said = close_report(stderr, -1);
    ck_assert_ptr_nonnull(
        strstr(said, "00-test: cannot write the trace: No space left"));
    free(said);
    file_is(manifest, three_lines);
}
END_TEST

START_TEST(a_full_disk_under_an_export_is_said_and_the_other_is_written)
{
    *(_i == 0 ? &options.har : &options.trace_events) = "/dev/full";
    options.quiet = true;
    open_report();
    three_pages();
    char *said = close_report(stderr, -1);
    ck_assert_ptr_nonnull(
        strstr(said, _i == 0 ? "cannot write the HAR file: No space left"
                             : "cannot write the trace events: No space"));
    free(said);
    json_is_whole(_i == 0 ? events : har);
}
END_TEST

static const struct {
    bool json;
    const char *manifest;
} stdout_rows[] = {{true, NULL}, {false, NULL}, {false, "-"}};

START_TEST(a_stdout_that_takes_nothing_is_said)
{
    options.json = stdout_rows[_i].json;
    options.manifest = stdout_rows[_i].manifest;
    open_report();
    three_pages();
    send_stream_to(stdout, "/dev/full");
    char *said = close_report(stderr, -1);
    ck_assert_msg(strstr(said, "00-test: cannot write ") != NULL, "%s", said);
    ck_assert_msg(strstr(said, ": No space left on device") != NULL, "%s",
                  said);
    free(said);
}
END_TEST

START_TEST(a_stdout_that_took_page_lines_no_more_is_said_at_the_end)
{
    options.manifest = NULL;
    open_report();
    send_stream_to(stdout, "/dev/full");
    many_pages();
    for (struct page *p = frontier.pages; p != NULL; p = p->hh.next)
        report_page(&report, p);
    char *said = close_report(stderr, -1);
    ck_assert_ptr_nonnull(strstr(said, "00-test: cannot write stdout: "));
    free(said);
}
END_TEST

/* ---- the trace ---- */

START_TEST(the_trace_is_csv_in_the_order_in_which_pages_ended)
{
    open_report();
    three_pages();
    free(close_report(stdout, 0));
    file_is(trace, "url,worker,start,resolved,connected,sent,first_byte,done,"
                   "outcome,status,bytes\n"
                   "ftp://c/,0,0.004000,,,,,0.004000,scheme,,\n"
                   "http://b/,0,0.001000,0.002000,0.003000,,,0.005000,"
                   "truncated,,\n"
                   "\"http://a/x,y\",3,0.001000,0.002000,0.003000,1.500000,"
                   "1.501000,2.000000,ok,404,12\n");
}
END_TEST

START_TEST(a_page_that_never_began_has_empty_cells_and_comes_last)
{
    open_report();
    finished("http://a/", (struct page_result){.outcome = OUTCOME_CANCELLED});
    finished("http://b/", (struct page_result){.outcome = OUTCOME_CONNECT,
                                               .start = at_ms(10),
                                               .done = at_ms(20)});
    free(close_report(stdout, 0));
    file_is(trace, "url,worker,start,resolved,connected,sent,first_byte,done,"
                   "outcome,status,bytes\n"
                   "http://b/,0,0.010000,,,,,0.020000,connect,,\n"
                   "http://a/,,,,,,,,cancelled,,\n");
}
END_TEST

/* ---- JSON ---- */

/* The number or string behind "name": in the object. */
static const char *member(const char *json, const char *name)
{
    static char value[64];
    char key[64];

    snprintf(key, sizeof key, "\"%s\": ", name);
    const char *start = strstr(json, key);
    ck_assert_msg(start != NULL, "%s in %s", name, json);
    ck_assert_ptr_null(strstr(start + 1, key));
    start += strlen(key);
    snprintf(value, sizeof value, "%.*s", (int)strcspn(start, ",}"), start);
    return value;
}

START_TEST(json_is_one_object_with_every_figure_and_nothing_else)
{
    static const char *const numbers[] = {
        "wall_s",  "user_s",       "sys_s",
        "waits",   "max_rss_kib",  "voluntary_switches",
        "retries", "workers",      "involuntary_switches",
        "bytes",   "max_in_flight"};

    options.json = true;
    figures = (struct report_figures){.workers = 4, .waits = 10, .retries = 5};
    open_report();
    ck_assert_ptr_null(report.lines);
    three_pages();
    for (struct page *p = frontier.pages; p != NULL; p = p->hh.next)
        report_page(&report, p);
    char *json = close_report(stdout, 0);
    ck_assert_int_eq(json[0], '{');
    ck_assert_str_eq(strchr(json, '}'), "}\n");
    ck_assert_str_eq(member(json, "stage"), "\"00-test\"");
    ck_assert_str_eq(member(json, "pages"), "3");
    ck_assert_str_eq(member(json, "failed"), "2");
    ck_assert_str_eq(member(json, "bytes"), "12");
    ck_assert_str_eq(member(json, "workers"), "4");
    ck_assert_str_eq(member(json, "max_in_flight"), "1");
    ck_assert_str_eq(member(json, "waits"), "17");
    ck_assert_str_eq(member(json, "retries"), "7");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char *end;
        ck_assert(strtod(member(json, numbers[i]), &end) >= 0);
        ck_assert_str_eq(end, "");
    }
    free(json);
}
END_TEST

START_TEST(memory_is_ours_and_the_workers)
{
    options.json = true;
    figures.workers_rss_kib = 1000000;
    open_report();
    char *json = close_report(stdout, 0);
    ck_assert_int_gt(atol(member(json, "max_rss_kib")), 1000000);
    free(json);
}
END_TEST

/* The sum over the manifest's lines, as DESIGN has it. */
static uint64_t digest_of_lines(const char *text)
{
    uint64_t sum = 0;

    for (size_t length; *text != '\0'; text += length + 1) {
        length = strcspn(text, "\n");
        sum += digest_add(DIGEST_EMPTY, text, length);
    }
    return sum;
}

START_TEST(the_digest_of_the_crawl_is_the_sum_over_the_manifests_lines)
{
    char expected[32];

    options.json = true;
    open_report();
    three_pages();
    many_pages();
    char *json = close_report(stdout, 0);
    char *lines = file_read(manifest);
    snprintf(expected, sizeof expected, "\"%016" PRIx64 "\"",
             digest_of_lines(lines));
    ck_assert_str_eq(member(json, "digest"), expected);
    free(lines);
    free(json);
}
END_TEST

/* ---- page lines ---- */

/* What is said of one page on the report's stream. */
static char *line_of(const struct page *page, FILE *stream)
{
    struct capture capture;

    capture_begin(&capture, stream);
    report_page(&report, page);
    return capture_end(&capture);
}

START_TEST(a_page_has_its_line_as_it_ends)
{
    open_report();
    struct page *page =
        finished("http://a/", (struct page_result){.outcome = OUTCOME_OK,
                                                   .status = 200,
                                                   .bytes = 1024,
                                                   .start = at_ms(1000),
                                                   .done = at_ms(1450)});
    char *line = line_of(page, stdout);
    ck_assert_str_eq(line, "ok        200      1024    0.450s  http://a/\n");
    ck_assert_uint_eq(report.failed, 0);
    free(line);
    report_abandon(&report);
}
END_TEST

START_TEST(a_page_that_failed_has_a_line_that_says_why)
{
    open_report();
    struct page *page =
        finished("http://a/", (struct page_result){.outcome = OUTCOME_CONNECT,
                                                   .error = ECONNREFUSED,
                                                   .start = at_ms(1000),
                                                   .done = at_ms(1001)});
    char *line = line_of(page, stdout);
    ck_assert_str_eq(line, "connect     -         -    0.001s  http://a/ "
                           "(Connection refused)\n");
    ck_assert_uint_eq(report.failed, 1);
    free(line);
    report_abandon(&report);
}
END_TEST

START_TEST(reason_and_errno_are_both_said)
{
    struct page page = {.result = {.why = "sending", .error = EPIPE}};
    char text[32];

    page_explain(&page, text, sizeof text);
    ck_assert_str_eq(text, "sending: Broken pipe");
    page_explain(&page, text, 5);
    ck_assert_str_eq(text, "send");
    page.result = (struct page_result){0};
    page_explain(&page, text, sizeof text);
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(a_page_that_never_began_took_no_time)
{
    open_report();
    struct page *page =
        finished("http://a/", (struct page_result){.outcome = OUTCOME_WORKER,
                                                   .done = at_ms(1000)});
    char *line = line_of(page, stdout);
    ck_assert_msg(strstr(line, " 0.000s ") != NULL, "%s", line);
    free(line);
    report_abandon(&report);
}
END_TEST

START_TEST(quiet_says_nothing_and_counts_all_the_same)
{
    options.quiet = true;
    open_report();
    struct page *page =
        finished("http://a/", (struct page_result){.outcome = OUTCOME_RESET});
    char *line = line_of(page, stdout);
    ck_assert_str_eq(line, "");
    ck_assert_uint_eq(report.failed, 1);
    free(line);
    char *said = close_report(stdout, 0);
    ck_assert_str_eq(said, "");
    free(said);
}
END_TEST

START_TEST(the_summary_counts_pages_failures_and_bytes)
{
    open_report();
    three_pages();
    char *said = close_report(stdout, 0);
    ck_assert_msg(strncmp(said, "3 pages, 2 failed, 12 bytes in ", 31) == 0,
                  "%s", said);
    free(said);
}
END_TEST

/* ---- progress ---- */

START_TEST(no_terminal_sees_no_progress)
{
    struct capture capture;

    open_report();
    capture_begin(&capture, stderr);
    report_progress(&report, &frontier);
    char *said = capture_end(&capture);
    ck_assert_str_eq(said, "");
    free(said);
    report_abandon(&report);
}
END_TEST

/* What the terminal's user has seen since he last looked. */
static const char *seen_on(int terminal)
{
    static char text[512];
    ssize_t size = read(terminal, text, sizeof text - 1);

    ck_assert(size >= 0 || errno == EAGAIN);
    text[size < 0 ? 0 : size] = '\0';
    return text;
}

START_TEST(a_terminal_sees_progress_when_it_is_due_until_a_page_has_its_line)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    ck_assert_int_ge(terminal, 0);
    ck_assert_int_eq(grantpt(terminal), 0);
    ck_assert_int_eq(unlockpt(terminal), 0);
    open_report();
    three_pages();
    send_stream_to(stdout, "/dev/null");
    send_stream_to(stderr, ptsname(terminal));
    report_progress(&report, &frontier);
    ck_assert_ptr_nonnull(
        strstr(seen_on(terminal), "\r3 of 3 pages, 0 in flight"));
    ck_assert_int_gt(report.next_progress_ns, report.start_ns);
    report.next_progress_ns = INT64_MAX;
    report_progress(&report, &frontier);
    ck_assert_str_eq(seen_on(terminal), "");
    report_page(&report, frontier.pages);
    ck_assert_str_eq(seen_on(terminal), "\r\033[K");
    report_page(&report, frontier.pages);
    ck_assert_str_eq(seen_on(terminal), "");
    report_abandon(&report);
    close(terminal);
}
END_TEST

/* ---- memory ---- */

static void report_all(void)
{
    int status = report_open(&report, &stage, &options);
    if (status == 0)
        status = report_close(&report, &frontier, &figures);
    bool failed = allocations_restore();
    ck_assert_int_eq(status, failed ? -1 : 0);
    file_is(manifest, three_lines); /* which needs no memory */
}

START_TEST(without_memory_a_file_is_missing_but_never_the_manifest)
{
    int descriptors = count_descriptors();

    open_report();
    three_pages();
    report_abandon(&report);
    send_stream_to(stdout, "/dev/null");
    send_stream_to(stderr, "/dev/null");
    ck_assert_int_gt(allocations_try_all(report_all), 5);
    ck_assert_int_eq(count_descriptors(), descriptors);
}
END_TEST

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static TCase *manifest_case(void)
{
    TCase *tcase = tcase_create("manifest");

    tcase_add_loop_test(
        tcase, the_digest_is_the_published_fnv_1a_however_the_text_is_cut, 0,
        LENGTH(digest_rows));
    tcase_add_test(tcase, the_manifest_has_a_line_for_every_page_sorted_by_url);
    tcase_add_loop_test(tcase,
                        every_outcome_has_its_word_and_only_ok_has_figures, 0,
                        OUTCOME_SYSTEM - OUTCOME_RESOLVE + 1);
    tcase_add_test(tcase, the_longest_figures_fit_into_a_line);
    tcase_add_test(tcase, a_crawl_without_a_page_has_an_empty_manifest);
    tcase_add_test(tcase, a_dash_is_stdout_and_the_page_lines_make_way);
    return tcase;
}

static TCase *files_case(void)
{
    TCase *tcase = tcase_create("files");

    tcase_add_test(tcase,
                   an_old_file_is_kept_till_the_end_and_then_replaced_whole);
    tcase_add_test(tcase, exports_say_of_each_page_what_the_manifest_says);
    tcase_add_test(tcase, an_abandoned_report_leaves_old_files_as_they_were);
    tcase_add_test(tcase, a_report_leaves_no_descriptor);
    tcase_add_loop_test(tcase,
                        a_manifest_that_cannot_be_opened_is_noticed_at_once, 0,
                        LENGTH(unwritable));
    tcase_add_loop_test(tcase, a_trace_that_cannot_be_opened_is_noticed_at_once,
                        0, LENGTH(unwritable));
    tcase_add_loop_test(tcase, a_full_disk_under_the_manifest_is_said, 0, 2);
    tcase_add_loop_test(
        tcase, an_export_that_cannot_be_opened_is_noticed_and_no_file_is_left,
        0, 2 * LENGTH(unwritable));
    tcase_add_loop_test(tcase, no_output_may_have_the_file_of_another, 0, 4);
    tcase_add_loop_test(
        tcase, a_full_disk_under_an_export_is_said_and_the_other_is_written, 0,
        2);
    tcase_add_test(
        tcase, a_full_disk_under_the_trace_is_said_and_the_manifest_is_written);
    tcase_add_loop_test(tcase, a_stdout_that_takes_nothing_is_said, 0,
                        LENGTH(stdout_rows));
    tcase_add_test(tcase,
                   a_stdout_that_took_page_lines_no_more_is_said_at_the_end);
    tcase_add_test(tcase,
                   without_memory_a_file_is_missing_but_never_the_manifest);
    return tcase;
}

static TCase *figures_case(void)
{
    TCase *tcase = tcase_create("figures");

    tcase_add_test(tcase, the_trace_is_csv_in_the_order_in_which_pages_ended);
    tcase_add_test(tcase,
                   a_page_that_never_began_has_empty_cells_and_comes_last);
    tcase_add_test(tcase,
                   json_is_one_object_with_every_figure_and_nothing_else);
    tcase_add_test(tcase, memory_is_ours_and_the_workers);
    tcase_add_test(tcase,
                   the_digest_of_the_crawl_is_the_sum_over_the_manifests_lines);
    return tcase;
}

static TCase *lines_case(void)
{
    TCase *tcase = tcase_create("lines");

    tcase_add_test(tcase, a_page_has_its_line_as_it_ends);
    tcase_add_test(tcase, a_page_that_failed_has_a_line_that_says_why);
    tcase_add_test(tcase, reason_and_errno_are_both_said);
    tcase_add_test(tcase, a_page_that_never_began_took_no_time);
    tcase_add_test(tcase, quiet_says_nothing_and_counts_all_the_same);
    tcase_add_test(tcase, the_summary_counts_pages_failures_and_bytes);
    tcase_add_test(tcase, no_terminal_sees_no_progress);
    tcase_add_test(
        tcase,
        a_terminal_sees_progress_when_it_is_due_until_a_page_has_its_line);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("report");
    TCase *cases[] = {manifest_case(), files_case(), figures_case(),
                      lines_case()};

    for (size_t i = 0; i < LENGTH(cases); i++) {
        tcase_add_unchecked_fixture(cases[i], temp_dir_make, temp_dir_remove);
        tcase_add_checked_fixture(cases[i], prepare, clean_up);
        tcase_set_timeout(cases[i], 60); /* for valgrind's sake */
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
