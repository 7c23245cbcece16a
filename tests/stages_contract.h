/*
 * stages_contract.h - the contract of a stage (all options, every way to end),
 * for the suites that hold it against the stages: all of a suite at once, and
 * two suites beside each other, since they mostly wait.
 *
 * Each behaviour is run by all stages, one after another; their manifests
 * must be the same to the byte. The programs are those of build/tests/stages:
 * the stages as they are, with a resolver that knows names under .test and a
 * look at the end at what was left over.
 *
 * With $STAGE_PROGRAM set, a program of anybody's is graded instead, beside a
 * stage whose manifests are taken for right: docs/tools/grade.sh. What needs
 * our resolver or our socket in the program is left out then.
 */
#ifndef TESTS_STAGES_CONTRACT_H
#define TESTS_STAGES_CONTRACT_H

#include "run.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "json_valid.h"

/* One way to run one stage: VARIANTS are those of the suite. */
static struct variant {
    const char *program;
    const char *argument; /* one more, or NULL */
} variants[] = {VARIANTS};

enum {
    ALL_VARIANTS = sizeof variants / sizeof variants[0],
    MAX_ARGUMENTS = 512,
    GRADED_S = 90, /* how long a behaviour of a graded program may take */
};

/*
 * How many are tested: all, or those of the stage that $STAGE names. With
 * $STAGES_UNDER_VALGRIND set they run under valgrind.
 */
static size_t variant_count = ALL_VARIANTS;

/* The one that is graded, behind the stage that knows what is right; or NULL */
static const struct variant *graded;

static struct site site; /* ten pages, no latency */
static char dir[] = "/tmp/seven-crawlers-XXXXXX";

/* ---- running ---- */

static const char *manifest_path(void)
{
    static char path[sizeof dir + 16];

    snprintf(path, sizeof path, "%s/manifest", dir);
    return path;
}

/* "URL of the site" + path, without the slash between doubled. */
static char *page_url(const struct site *of, const char *path)
{
    static char urls[8][512]; /* the eight newest live */
    static int next;
    char *url = urls[next++ % 8];

    snprintf(url, sizeof urls[0], "%.*s%s", (int)strlen(of->url) - 1, of->url,
             path);
    return url;
}

/* Where a program is: what has a slash in it is a path already. */
static const char *program_path(const struct variant *variant)
{
    static char path[512];

    if (strchr(variant->program, '/') != NULL)
        return variant->program;
    snprintf(path, sizeof path, "%s/tests/stages/%s", build_dir(),
             variant->program);
    return path;
}

static struct child start_variant(const struct variant *variant,
                                  const char *const arguments[])
{
    const char *argv[MAX_ARGUMENTS];
    char manifest[512];
    size_t n = (size_t)run_under(argv);

    snprintf(manifest, sizeof manifest, "--manifest=%s", manifest_path());
    argv[n++] = program_path(variant);
    argv[n++] = manifest;
    for (size_t i = 0; arguments[i] != NULL; i++) {
        ck_assert_uint_lt(n, MAX_ARGUMENTS - 2);
        argv[n++] = arguments[i];
    }
    if (variant->argument != NULL)
        argv[n++] = variant->argument;
    argv[n] = NULL;
    unlink(manifest_path());
    return child_start(argv);
}

static struct ended run_variant(const struct variant *variant,
                                const char *const arguments[])
{
    struct child child = start_variant(variant, arguments);
    struct ended ended = child_end(&child);

    no_process_left();
    return ended;
}

static void ended_with(int status, const struct ended *ended,
                       const struct variant *variant)
{
    ck_assert_msg(ended->status == status,
                  "%s ended with %d, not %d; it said: %s%s", variant->program,
                  ended->status, status, ended->out, ended->err);
}

/* The manifest that the variant has just written; the caller frees it. */
static char *manifest_of(const struct variant *variant)
{
    ck_assert_msg(access(manifest_path(), R_OK) == 0,
                  "%s wrote no manifest into the file that --manifest= names",
                  variant->program);
    return read_file(manifest_path());
}

static size_t count_lines(const char *text, const char *beginning)
{
    size_t count = 0;

    for (const char *line = text; *line != '\0';) {
        count += strncmp(line, beginning, strlen(beginning)) == 0;
        const char *end = strchr(line, '\n');
        line = end != NULL ? end + 1 : line + strlen(line);
    }
    return count;
}

/* So many of the manifest's lines begin so, if it is well. */
static void has_lines(const char *manifest, const char *beginning, size_t count)
{
    ck_assert_msg(count_lines(manifest, beginning) == count,
                  "the manifest has %zu lines '%s...', not %zu",
                  count_lines(manifest, beginning), beginning, count);
}

/* How many lines of this manifest the other one has, too. */
static size_t count_common(const char *manifest, const char *other)
{
    size_t count = 0, length;

    for (const char *a = manifest; *a != '\0'; a += length) {
        length = strcspn(a, "\n") + 1;
        for (const char *b = other; *b != '\0'; b += strcspn(b, "\n") + 1)
            if (strncmp(a, b, length) == 0) {
                count++;
                break;
            }
    }
    return count;
}

/* Two manifests must be the same; else the first line that is not is shown. */
static void same_manifest(const char *right, const char *manifest,
                          const struct variant *variant)
{
    size_t at = 0;

    if (strcmp(right, manifest) == 0)
        return;
    for (size_t i = 0; right[i] != '\0' && right[i] == manifest[i]; i++)
        if (right[i] == '\n')
            at = i + 1;
    ck_abort_msg("%s has %zu of %zu lines right; it says\n%.*s\nwhere %s "
                 "says\n%.*s",
                 variant->program, count_common(right, manifest),
                 count_lines(right, ""), (int)strcspn(manifest + at, "\n"),
                 manifest + at, variants[0].program,
                 (int)strcspn(right + at, "\n"), right + at);
}

/*
 * Runs every variant with these arguments. All must end with `status` and the
 * same manifest, which is returned; the caller frees it.
 */
static char *manifest_of_all(int status, const char *const arguments[])
{
    char *first = NULL;

    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended = run_variant(&variants[i], arguments);
        ended_with(status, &ended, &variants[i]);
        ended_free(&ended);
        char *manifest = manifest_of(&variants[i]);
        if (first == NULL) {
            first = manifest;
            continue;
        }
        same_manifest(first, manifest, &variants[i]);
        free(manifest);
    }
    return first;
}

#define ALL(status, ...) \
    manifest_of_all(status, (const char *const[]){__VA_ARGS__, NULL})

/* The manifest has a line that begins so and ends with the URL. */
static void has_line(const char *manifest, const char *beginning,
                     const char *url)
{
    for (const char *line = manifest; *line != '\0';) {
        const char *end = strchr(line, '\n');
        size_t length = end != NULL ? (size_t)(end - line) : strlen(line);
        size_t url_length = strlen(url);
        if (length > url_length &&
            strncmp(line, beginning, strlen(beginning)) == 0 &&
            line[length - url_length - 1] == ' ' &&
            memcmp(line + length - url_length, url, url_length) == 0)
            return;
        line += length + (end != NULL);
    }
    ck_abort_msg("no line '%s ... %s' in\n%s", beginning, url, manifest);
}

/* Reads and removes the file, which is valid JSON. The caller frees. */
static char *read_export(const char *name, const struct variant *variant)
{
    char path[128];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    char *text = read_file(path);
    unlink(path);
    ck_assert_msg(json_is_valid(text), "%s: %.2000s", variant->program, text);
    return text;
}

static size_t count_parts(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

/* The manifest says nothing but this of one page. */
static void is_line(char *manifest, const char *beginning, const char *url)
{
    has_lines(manifest, "", 1);
    has_line(manifest, beginning, url);
    free(manifest);
}

/* ---- grading ---- */

/*
 * Grading ends with a program that cannot fetch the plainest pages, and at
 * $GRADED_UNTIL, in seconds. Tests are processes: what they know of each other
 * is in the directory.
 */
static void begin_graded(void)
{
    const char *until = getenv("GRADED_UNTIL");
    char tried[64];

    snprintf(tried, sizeof tried, "%s/tried", dir);
    if (graded == NULL)
        return;
    run_patience_s = 10;
    if (mkdir(tried, 0700) == 0) /* the first */
        return;
    run_patience_s = 20;
    snprintf(tried, sizeof tried, "%s/passed", dir);
    ck_assert_msg(access(tried, F_OK) == 0, "not tried");
    ck_assert_msg(until == NULL || time(NULL) < atoll(until), "not tried");
}

static void first_has_passed(void)
{
    char passed[64];

    snprintf(passed, sizeof passed, "%s/passed", dir);
    mkdir(passed, 0700);
}

/* ---- plain crawls ---- */

START_TEST(pages_given_are_fetched_and_no_others)
{
    char *manifest = ALL(0, page_url(&site, "/"), page_url(&site, "/1"),
                         page_url(&site, "/7"));

    has_lines(manifest, "ok 200 ", 3);
    has_lines(manifest, "", 3);
    has_line(manifest, "ok 200 ", page_url(&site, "/7"));
    free(manifest);
    first_has_passed();
}
END_TEST

START_TEST(following_links_finds_every_page_once)
{
    char *manifest = ALL(0, "-f", page_url(&site, "/"));

    has_lines(manifest, "ok 200 ", 10);
    has_lines(manifest, "", 10);
    free(manifest);
}
END_TEST

START_TEST(a_page_in_many_spellings_is_one_page)
{
    char *plain = page_url(&site, "/1");
    char shouted[128];

    snprintf(shouted, sizeof shouted, "HTTP%s", plain + 4);
    is_line(ALL(0, plain, shouted, page_url(&site, "/1#top"),
                page_url(&site, "/x/../1"), page_url(&site, "/./1"),
                page_url(&site, "/%31")),
            "ok 200 ", plain);
}
END_TEST

START_TEST(a_status_is_an_answer)
{
    is_line(ALL(0, page_url(&site, "/none")), "ok 404 ",
            page_url(&site, "/none"));
}
END_TEST

START_TEST(no_more_pages_are_taken_than_max_pages)
{
    const char *const arguments[] = {"--max-pages=2", page_url(&site, "/"),
                                     page_url(&site, "/1"),
                                     page_url(&site, "/2"), NULL};
    char *manifest = manifest_of_all(0, arguments);

    has_lines(manifest, "", 2);
    free(manifest);
    struct ended ended = run_variant(&variants[variant_count - 1], arguments);
    ck_assert_msg(strstr(ended.err, "1 page left") != NULL,
                  "stderr does not say \"1 page left\": %s", ended.err);
    ended_free(&ended);
}
END_TEST

START_TEST(urls_come_from_a_file_too)
{
    char path[128];

    snprintf(path, sizeof path, "%s/list", dir);
    FILE *file = fopen(path, "w");
    fprintf(file, "%s\r\n\n  %s  \n%s", page_url(&site, "/3"),
            page_url(&site, "/4"), page_url(&site, "/5"));
    fclose(file);
    char *manifest = ALL(0, "-i", path, page_url(&site, "/"));
    has_lines(manifest, "ok 200 ", 4);
    free(manifest);
}
END_TEST

START_TEST(a_scheme_not_spoken_is_a_page_that_failed)
{
    char *manifest = ALL(1, "mailto:someone@example.org", "https://127.0.0.1/x",
                         page_url(&site, "/"));

    has_line(manifest, "scheme - - -", "mailto:someone@example.org");
    has_line(manifest, "scheme - - -", "https://127.0.0.1/x");
    has_line(manifest, "ok 200 ", page_url(&site, "/"));
    free(manifest);
}
END_TEST

/* ---- the fault menu ---- */

/*
 * All faults that only our own time limit ends, or all others, whose end comes
 * of itself: but of some we take 16 MiB first, for which a busy machine may
 * need longer than one would wait for the former. A healthy page is with them.
 */
static void faults_come_to(bool timing_out, const char *timeout)
{
    const char *arguments[MAX_ARGUMENTS] = {timeout, "--max-redirects=5"};
    const struct fault *given[MAX_ARGUMENTS];
    size_t n = 2;

    for (const struct fault *fault = faults; fault->path != NULL; fault++)
        if ((strcmp(fault->line, "timeout - ") == 0) == timing_out) {
            given[n] = fault;
            arguments[n++] = strdup(page_url(&site, fault->path));
        }
    if (graded != NULL)
        run_patience_s = 60; /* it may do them one after another */
    arguments[n] = page_url(&site, "/1");
    char *manifest = manifest_of_all(1, arguments);
    has_line(manifest, "ok 200 ", arguments[n]);
    has_lines(manifest, "", n - 1);
    while (--n >= 2) {
        has_line(manifest, given[n]->line, arguments[n]);
        free((char *)arguments[n]);
    }
    free(manifest);
}

START_TEST(every_fault_comes_to_what_the_table_says)
{
    faults_come_to(false, is_patient()     ? "-t300"
                          : graded != NULL ? "-t10"
                                           : "-t30");
}
END_TEST

START_TEST(what_never_ends_is_ended_by_the_time_limit)
{
    faults_come_to(true, is_patient()     ? "-t10"
                         : graded != NULL ? "-t3"
                                          : "-t1");
}
END_TEST

/* ---- connecting ---- */

/* A socket on loopback with a port of the kernel's choice, not listening. */
static int bound_socket(char *url, size_t size)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, length), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    snprintf(url, size, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    return fd;
}

START_TEST(a_refused_connection_is_connect_and_others_are_unhurt)
{
    char url[64];
    int fd = bound_socket(url, sizeof url);
    char *manifest = ALL(1, url, page_url(&site, "/1"));

    has_line(manifest, "connect - - -", url);
    has_line(manifest, "ok 200 ", page_url(&site, "/1"));
    free(manifest);
    close(fd);
}
END_TEST

/* Fills the queue of a listener that never accepts: then SYNs are dropped. */
START_TEST(a_connect_that_never_completes_times_out_and_others_are_unhurt)
{
    char url[64];
    int fd = bound_socket(url, sizeof url), fillers[4];
    struct sockaddr_in address;
    socklen_t length = sizeof address;

    ck_assert_int_eq(listen(fd, 0), 0);
    getsockname(fd, (struct sockaddr *)&address, &length);
    for (int i = 0; i < 4; i++) {
        fillers[i] =
            socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(fillers[i], (struct sockaddr *)&address, length);
    }
    char *manifest = ALL(1, "-t300ms", url, page_url(&site, "/1"));
    has_line(manifest, "timeout - - -", url);
    has_line(manifest, "ok 200 ", page_url(&site, "/1"));
    free(manifest);
    for (int i = 0; i < 4; i++)
        close(fillers[i]);
    close(fd);
}
END_TEST

/* The site's URL under another host's name. */
static char *named_url(const char *host)
{
    static char url[128];

    snprintf(url, sizeof url, "http://%s%s", host, strrchr(site.url, ':'));
    return url;
}

START_TEST(names_are_resolved_and_every_address_is_tried)
{
    if (graded != NULL) { /* the machine's own resolver must do */
        is_line(ALL(0, named_url("localhost")), "ok 200 ",
                named_url("localhost"));
        return;
    }
    is_line(ALL(0, named_url("alive.test")), "ok 200 ",
            named_url("alive.test"));
    is_line(ALL(0, named_url("second-alive.test")), "ok 200 ",
            named_url("second-alive.test"));
    is_line(ALL(0, named_url("v4-alive.test")), "ok 200 ",
            named_url("v4-alive.test"));
    is_line(ALL(1, named_url("all-dead.test")), "connect - - -",
            named_url("all-dead.test"));
}
END_TEST

START_TEST(a_name_without_an_address_is_resolve)
{
    is_line(ALL(1, named_url("unknown.test")), "resolve - - -",
            named_url("unknown.test"));
    is_line(ALL(1, named_url("zero.test")), "resolve - - -",
            named_url("zero.test"));
    is_line(ALL(1, named_url("broken.test")), "resolve - - -",
            named_url("broken.test"));
}
END_TEST

START_TEST(a_resolver_that_never_answers_is_a_timeout_and_hurts_no_other)
{
    setenv("LEFTOVERS_THREAD", "1", 1); /* its helper is not waited for */
    char *manifest =
        ALL(1, "-t700ms", named_url("never.test"), page_url(&site, "/1"));

    has_line(manifest, "timeout - - -", named_url("never.test"));
    has_line(manifest, "ok 200 ", page_url(&site, "/1"));
    free(manifest);
}
END_TEST

/* ---- answering before the request is read ---- */

/*
 * A server that takes in next to nothing, and a request that fits in no
 * buffer between the two: it cannot be sent until the server reads, which it
 * never does. It says `answer` and shuts its side if that is to be the end.
 */
static void answered_unread(const char *answer, bool shut, int status,
                            const char *line)
{
    char url[64], *long_url = malloc(32000);
    int listener = bound_socket(url, sizeof url), small = 1;
    struct timeval patience = {.tv_sec = is_patient() ? 60 : 10};

    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ck_assert_int_eq(listen(listener, 4), 0);
    snprintf(long_url, 32000, "%s%0*d", url, 30000, 7);
    setenv("SMALL_SEND_BUFFER", "1", 1);
    for (size_t i = 0; i < variant_count; i++) {
        struct child child = start_variant(
            &variants[i], (const char *const[]){"-t10", long_url, NULL});
        int fd = accept(listener, NULL, NULL);
        ck_assert_msg(fd >= 0, "%s does not connect", variants[i].program);
        ck_assert_int_eq(write(fd, answer, strlen(answer)), strlen(answer));
        if (shut)
            shutdown(fd, SHUT_WR);
        struct ended ended = child_end(&child);
        ended_with(status, &ended, &variants[i]);
        char *manifest = manifest_of(&variants[i]);
        ck_assert_msg(strncmp(manifest, line, strlen(line)) == 0, "%s: %.99s",
                      variants[i].program, manifest);
        free(manifest);
        ended_free(&ended);
        close(fd);
    }
    unsetenv("SMALL_SEND_BUFFER");
    close(listener);
    free(long_url);
}

START_TEST(an_answer_counts_though_the_request_was_never_read)
{
    answered_unread("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", false, 0,
                    "ok 200 2 ");
    answered_unread("HTTP/1.1 200 OK\r\n\r\nok", true, 0, "ok 200 2 ");
    answered_unread("SSH-2.0-x\r\n", false, 1, "malformed - - - ");
}
END_TEST

START_TEST(a_server_that_closes_before_it_has_read_us_is_reset)
{
    answered_unread("", true, 1, "reset - - - ");
    answered_unread("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", true, 1,
                    "reset - - - ");
}
END_TEST

/* ---- limits of our own machine ---- */

START_TEST(descriptors_running_out_only_slows_the_crawl_down)
{
    struct site slow =
        site_start((const char *const[]){"--pages=60", "--latency=20ms", NULL});

    /* valgrind keeps some for itself */
    run_descriptor_limit = getenv("STAGES_UNDER_VALGRIND") ? 40 : 20;
    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended = run_variant(
            &variants[i], (const char *const[]){"-f", "-c50", slow.url, NULL});
        ended_with(0, &ended, &variants[i]);
        char *manifest = manifest_of(&variants[i]);
        has_lines(manifest, "ok 200 ", 60);
        free(manifest);
        ended_free(&ended);
    }
    run_descriptor_limit = 0;
    site_stop(&slow);
}
END_TEST

START_TEST(stdout_that_is_full_is_said_and_is_a_failure)
{
    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended = run((const char *const[]){
            "/bin/sh", "-c", "exec \"$0\" \"$1\" >/dev/full",
            program_path(&variants[i]), page_url(&site, "/1"), NULL});
        ended_with(1, &ended, &variants[i]);
        ck_assert_msg(strstr(ended.err, "No space left") != NULL,
                      "%s does not say \"No space left\" on stderr: %s",
                      variants[i].program, ended.err);
        ended_free(&ended);
    }
}
END_TEST

/* ---- being stopped ---- */

/* Reads the page line that says that the crawl is under way. */
static void wait_for_line(struct child *child)
{
    char c = '\0';

    while (c != '\n')
        ck_assert_msg(read(child->out, &c, 1) == 1,
                      "no line on stdout when the first page has ended");
}

static void stopped_by(int number)
{
    struct site slow = site_start(
        (const char *const[]){"--pages=40", "--latency=10min", NULL});
    char har[128], events[128];

    snprintf(har, sizeof har, "--har=%s/har", dir);
    snprintf(events, sizeof events, "--trace-events=%s/events", dir);
    for (size_t i = 0; i < variant_count; i++) {
        /* The fast page ends first, the others are in flight or waiting. */
        struct child child = start_variant(
            &variants[i],
            (const char *const[]){har, events, "-c3", page_url(&site, "/1"),
                                  page_url(&slow, "/2"), page_url(&slow, "/3"),
                                  page_url(&slow, "/4"), page_url(&slow, "/5"),
                                  NULL});
        wait_for_line(&child);
        kill(child.pid, number);
        struct ended ended = child_end(&child);
        ended_with(128 + number, &ended, &variants[i]);
        char *manifest = manifest_of(&variants[i]);
        has_lines(manifest, "ok 200 ", 1);
        has_lines(manifest, "cancelled - - - ", 4);
        char *log = read_export("har", &variants[i]);
        ck_assert_uint_eq(count_parts(log, "\"_error\": \"cancelled"), 4);
        free(log);
        free(read_export("events", &variants[i]));
        free(manifest);
        ended_free(&ended);
        no_process_left();
    }
    site_stop(&slow);
}

START_TEST(ctrl_c_reports_what_is_done_and_cancels_the_rest)
{
    stopped_by(SIGINT);
}
END_TEST

START_TEST(sigterm_reports_what_is_done_and_cancels_the_rest)
{
    stopped_by(SIGTERM);
}
END_TEST

/* ---- figures ---- */

/* The number behind "key": in a JSON object. */
static double figure(const char *json, const char *key)
{
    char pattern[64];

    snprintf(pattern, sizeof pattern, "\"%s\": ", key);
    const char *at = strstr(json, pattern);
    ck_assert_msg(at != NULL, "no \"%s\" in the JSON on stdout: %s", key, json);
    return atof(at + strlen(pattern));
}

START_TEST(the_cap_on_pages_in_flight_holds)
{
    struct site slow =
        site_start((const char *const[]){"--pages=30", "--latency=50ms", NULL});

    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended = run_variant(
            &variants[i],
            (const char *const[]){"--json", "-f", "-c7", slow.url, NULL});
        double most = figure(ended.out, "max_in_flight");
        bool alone = strcmp(variants[i].program, "01-blocking") == 0 ||
                     (variants[i].argument != NULL &&
                      strcmp(variants[i].argument, "-c1") == 0);
        bool any = &variants[i] == graded; /* it may be like any stage */
        ck_assert_msg(any     ? most >= 1 && most <= 7
                      : alone ? most == 1
                              : most > 1 && most <= 7,
                      "%s had %g pages in flight", variants[i].program, most);
        ck_assert_double_eq(figure(ended.out, "pages"), 30);
        ended_free(&ended);
    }
    site_stop(&slow);
}
END_TEST

START_TEST(only_the_busy_wait_asks_in_vain_and_burns_the_time_it_waits)
{
    struct site slow =
        site_start((const char *const[]){"--latency=400ms", NULL});

    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended = run_variant(
            &variants[i],
            (const char *const[]){"--json", page_url(&slow, "/1"), NULL});
        double cpu_s = figure(ended.out, "user_s") + figure(ended.out, "sys_s");
        bool spins = &variants[i] == graded
                         ? figure(ended.out, "retries") > 1000
                         : strcmp(variants[i].program, "04-busy-wait") == 0;
        ck_assert_msg((figure(ended.out, "retries") > 1000) == spins, "%s: %s",
                      variants[i].program, ended.out);
        ck_assert_msg(spins ? cpu_s > 0.04 : cpu_s < (is_patient() ? 5 : 0.2),
                      "%s: %s", variants[i].program, ended.out);
        ended_free(&ended);
    }
    site_stop(&slow);
}
END_TEST

START_TEST(the_figures_agree_in_all_stages)
{
    char digest[32] = "";

    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended =
            run_variant(&variants[i],
                        (const char *const[]){"--json", "-f", site.url, NULL});
        const char *at = strstr(ended.out, "\"digest\": \"");
        ck_assert_msg(at != NULL, "%s: no digest in its JSON: %s",
                      variants[i].program, ended.out);
        if (i == 0)
            snprintf(digest, sizeof digest, "%.28s", at);
        ck_assert_msg(strncmp(at, digest, strlen(digest)) == 0, "%s: %s",
                      variants[i].program, ended.out);
        ended_free(&ended);
    }
}
END_TEST

/* ---- exports ---- */

START_TEST(har_and_trace_events_have_every_page_in_every_stage)
{
    char har[128], events[128];

    snprintf(har, sizeof har, "--har=%s/har", dir);
    snprintf(events, sizeof events, "--trace-events=%s/events", dir);
    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended = run_variant(
            &variants[i], (const char *const[]){
                              har, events, "-f", site.url,
                              page_url(&site, "/fault/close-in-body"), NULL});
        ended_with(1, &ended, &variants[i]);
        char *log = read_export("har", &variants[i]);
        ck_assert_uint_eq(count_parts(log, "\"pageref\""), 11);
        ck_assert_uint_eq(count_parts(log, "\"status\": 200"), 10);
        ck_assert_uint_eq(count_parts(log, "\"_error\": \"truncated"), 1);
        char *timeline = read_export("events", &variants[i]);
        ck_assert_uint_eq(count_parts(timeline, "\"cat\": \"page\""), 11);
        ck_assert_uint_eq(count_parts(timeline, "\"name\": \"read\""), 11);
        free(log);
        free(timeline);
        ended_free(&ended);
    }
}
END_TEST

/* ---- bad usage ---- */

static const struct bad_usage {
    const char *arguments[4];
    const char *said; /* some of the message */
} bad_usages[] = {
    {{NULL}, "no URL"},
    {{"--nonsense", "http://127.0.0.1/"}, "--nonsense"},
    {{"-x", "http://127.0.0.1/"}, "-x"},
    {{"-c0", "http://127.0.0.1/"}, "whole number"},
    {{"-c", "abc", "http://127.0.0.1/"}, "whole number"},
    {{"-c-1", "http://127.0.0.1/"}, "whole number"},
    {{"-c", "99999999999999999999", "http://127.0.0.1/"}, "whole number"},
    {{"-c"}, "missing"},
    {{"-tnan", "http://127.0.0.1/"}, "time above zero"},
    {{"-t0", "http://127.0.0.1/"}, "time above zero"},
    {{"-t-1", "http://127.0.0.1/"}, "time above zero"},
    {{"-t1e3", "http://127.0.0.1/"}, "time above zero"},
    {{"--max-size=0", "http://127.0.0.1/"}, "size above zero"},
    {{"--max-size=1XiB", "http://127.0.0.1/"}, "size above zero"},
    {{"--max-pages=0", "http://127.0.0.1/"}, "whole number"},
    {{"--max-redirects=-1", "http://127.0.0.1/"}, "whole number"},
    {{"--follow=yes", "http://127.0.0.1/"}, "takes no value"},
    {{"example.org/x"}, "no URL"},
    {{"http://"}, "no URL"},
    {{"http://127.0.0.1:99999/"}, "no URL"},
    {{"http://a b/"}, "no URL"},
    {{"-i", "/nonexistent/list"}, "No such file"},
    {{"-i", "/"}, "Is a directory"},
    {{"-i", "/dev/null"}, "no URL"},
    {{"--json", "--manifest=-", "http://127.0.0.1/"}, "stdout"},
    {{"--manifest=/nonexistent/m", "http://127.0.0.1/"}, "cannot write"},
    {{"--trace=/nonexistent/t", "http://127.0.0.1/"}, "cannot write"},
    {{"--har=/nonexistent/h", "http://127.0.0.1/"}, "cannot write"},
    {{"--trace-events=/nonexistent/e", "http://127.0.0.1/"}, "cannot write"},
    {{"--manifest=", "http://127.0.0.1/"}, "file name"},
    {{"--trace=-", "http://127.0.0.1/"}, "file name"},
    {{"--har=-", "http://127.0.0.1/"}, "file name"},
    {{"--trace-events=-", "http://127.0.0.1/"}, "file name"},
    {{"--manifest=/tmp/same-file-twice", "--trace=/tmp/same-file-twice",
      "http://127.0.0.1/"},
     "write over"},
};

START_TEST(bad_usage_is_explained_and_nothing_is_fetched)
{
    for (size_t i = 0; i < variant_count; i++) {
        const char *argv[6] = {program_path(&variants[i])};
        for (int a = 0; a < 4; a++)
            argv[a + 1] = bad_usages[_i].arguments[a];
        struct ended ended = run(argv);
        char with[256];
        snprintf(with, sizeof with, "%s %s %s", argv[0], argv[1] ? argv[1] : "",
                 argv[1] && argv[2] ? argv[2] : "");
        ck_assert_msg(ended.status == 2,
                      "%s: ended with %d, not 2; it said: %s%s", with,
                      ended.status, ended.out, ended.err);
        ck_assert_str_eq(ended.out, "");
        ck_assert_msg(strstr(ended.err, bad_usages[_i].said) != NULL,
                      "%s: stderr does not say \"%s\": %s", with,
                      bad_usages[_i].said, ended.err);
        ended_free(&ended);
    }
}
END_TEST

START_TEST(a_line_that_is_no_url_is_named_by_its_number)
{
    char path[128], expected[160];

    snprintf(path, sizeof path, "%s/bad-list", dir);
    FILE *file = fopen(path, "w");
    fprintf(file, "%s\n\nnot a url\n", page_url(&site, "/3"));
    fclose(file);
    snprintf(expected, sizeof expected, "%s, line 3: 'not a url'", path);
    for (size_t i = 0; i < variant_count; i++) {
        struct ended ended =
            run_variant(&variants[i], (const char *const[]){"-i", path, NULL});
        ended_with(2, &ended, &variants[i]);
        ck_assert_msg(strstr(ended.err, expected) != NULL,
                      "%s does not say \"%s\" on stderr: %s",
                      variants[i].program, expected, ended.err);
        ended_free(&ended);
    }
}
END_TEST

START_TEST(a_file_that_was_there_survives_bad_usage)
{
    const struct variant *variant = &variants[variant_count - 1];
    FILE *file = fopen(manifest_path(), "w");
    char argument[256];

    fputs("precious\n", file);
    fclose(file);
    snprintf(argument, sizeof argument, "--manifest=%s", manifest_path());
    struct ended ended =
        run((const char *const[]){program_path(variant), argument,
                                  "--trace=/nonexistent/t", site.url, NULL});
    ended_with(2, &ended, variant);
    char *text = read_file(manifest_path());
    ck_assert_str_eq(text, "precious\n");
    free(text);
    ended_free(&ended);
}
END_TEST

/* ---- the suite ---- */

static void choose_variants(const char *stage)
{
    if (stage == NULL)
        return;
    variant_count = 0;
    for (size_t i = 0; i < ALL_VARIANTS; i++)
        if (strcmp(variants[i].program, stage) == 0)
            variants[variant_count++] = variants[i];
}

/* Grades a program beside the stage that shows what is right. */
static void choose_graded(const char *program)
{
    static char right[512];

    snprintf(right, sizeof right, "%s/05-callbacks", build_dir());
    variants[0] = (struct variant){right, NULL};
    variants[1] = (struct variant){program, NULL};
    variant_count = 2;
    graded = &variants[1];
}

static void set_up(void)
{
    adopt_orphans();
    ck_assert_ptr_nonnull(mkdtemp(dir));
    site = site_start((const char *const[]){"--latency=0", NULL});
}

static void tear_down(void)
{
    char command[64];

    site_stop(&site);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}

int main(void)
{
    Suite *suite = suite_create(SUITE);
    TCase *contract = tcase_create("contract");
    SRunner *runner = srunner_create(suite);

    setvbuf(stdout, NULL, _IOLBF, 0); /* grade.sh shows it line by line */
    if (getenv("STAGE_PROGRAM") != NULL)
        choose_graded(getenv("STAGE_PROGRAM"));
    else
        choose_variants(getenv("STAGE"));
    tcase_add_unchecked_fixture(contract, set_up, tear_down);
    tcase_add_checked_fixture(contract, begin_graded, NULL);
    int normal_s = is_patient() ? 3600 : 120;
    tcase_set_timeout(contract, graded != NULL ? GRADED_S : normal_s);
    tcase_add_test(contract, pages_given_are_fetched_and_no_others);
    tcase_add_test(contract, following_links_finds_every_page_once);
    tcase_add_test(contract, a_page_in_many_spellings_is_one_page);
    tcase_add_test(contract, a_status_is_an_answer);
    tcase_add_test(contract, no_more_pages_are_taken_than_max_pages);
    tcase_add_test(contract, urls_come_from_a_file_too);
    tcase_add_test(contract, a_scheme_not_spoken_is_a_page_that_failed);
    tcase_add_test(contract, every_fault_comes_to_what_the_table_says);
    tcase_add_test(contract, what_never_ends_is_ended_by_the_time_limit);
    tcase_add_test(contract,
                   a_refused_connection_is_connect_and_others_are_unhurt);
    tcase_add_test(
        contract,
        a_connect_that_never_completes_times_out_and_others_are_unhurt);
    tcase_add_test(contract, names_are_resolved_and_every_address_is_tried);
    tcase_add_test(contract,
                   an_answer_counts_though_the_request_was_never_read);
    if (graded == NULL) {
        tcase_add_test(contract, a_name_without_an_address_is_resolve);
        tcase_add_test(
            contract,
            a_resolver_that_never_answers_is_a_timeout_and_hurts_no_other);
        tcase_add_test(contract,
                       a_server_that_closes_before_it_has_read_us_is_reset);
    }
    tcase_add_test(contract, descriptors_running_out_only_slows_the_crawl_down);
    tcase_add_test(contract, stdout_that_is_full_is_said_and_is_a_failure);
    tcase_add_test(contract, ctrl_c_reports_what_is_done_and_cancels_the_rest);
    tcase_add_test(contract, sigterm_reports_what_is_done_and_cancels_the_rest);
    tcase_add_test(contract, the_cap_on_pages_in_flight_holds);
    tcase_add_test(contract,
                   only_the_busy_wait_asks_in_vain_and_burns_the_time_it_waits);
    tcase_add_test(contract, the_figures_agree_in_all_stages);
    tcase_add_test(contract,
                   har_and_trace_events_have_every_page_in_every_stage);
    tcase_add_loop_test(contract, bad_usage_is_explained_and_nothing_is_fetched,
                        0, sizeof bad_usages / sizeof bad_usages[0]);
    tcase_add_test(contract, a_line_that_is_no_url_is_named_by_its_number);
    tcase_add_test(contract, a_file_that_was_there_survives_bad_usage);
    suite_add_tcase(suite, contract);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

#endif
