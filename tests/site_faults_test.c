/*
 * site_faults_test.c - the practice site's fault menu: what each fault puts
 * on the wire, and how the connection ends.
 */
#include "site_client.h"

#include "common/clock.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define SITE(...)   site_start((const char *const[]){__VA_ARGS__, NULL})
#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

enum { MANY = 1024 * 1024, MAX_FAULTS = 400 };

static void name_path(char *path, size_t room, const char *name)
{
    ck_assert_int_lt(snprintf(path, room, "/fault/%s", name), (int)room);
}

/* ---- the menu as a whole ---- */

struct entry {
    char name[64], outcome[16], status[8];
};

/* Reads /fault/: a line for each, its fields between tabs. */
static int read_menu(const char *url, struct entry *entries)
{
    struct buffer answer = get(url, "/fault/");
    const char *line = body_of(&answer);
    int count = 0;

    ck_assert_ptr_nonnull(strstr(answer.data, "Content-Type: text/plain\r\n"));
    while (*line != '\0') {
        struct entry *entry = &entries[count++];

        ck_assert_int_lt(count, MAX_FAULTS);
        ck_assert_int_eq(sscanf(line, "%63[^\t]\t%15[^\t]\t%7[^\t]\t",
                                entry->name, entry->outcome, entry->status),
                         3);
        line = strchr(line, '\n');
        ck_assert_ptr_nonnull(line);
        line++;
    }
    buffer_free(&answer);
    return count;
}

START_TEST(help_names_every_fault_with_its_outcome)
{
    static struct entry entries[MAX_FAULTS];
    struct site site = SITE("--latency=0");
    int count = read_menu(site.url, entries);
    const char *argv[] = {built("site"), "--help", NULL};
    struct ended help = run(argv);

    ck_assert_int_gt(count, 150);
    for (int i = 0; i < count; i++) {
        char words[128];
        int length = snprintf(words, sizeof(words), "%-28s %s", entries[i].name,
                              entries[i].outcome);

        ck_assert_int_lt(length, (int)sizeof(words));
        ck_assert_msg(strstr(help.out, words) != NULL, "%s is not in --help",
                      words);
        for (int k = 0; k < i; k++)
            ck_assert_str_ne(entries[i].name, entries[k].name);
    }
    ended_free(&help);
    site_stop(&site);
}
END_TEST

START_TEST(every_outcome_is_one_a_stage_has)
{
    static const char *const words[] = {"ok",        "timeout",   "reset",
                                        "truncated", "malformed", "too-large",
                                        "redirects"};
    static struct entry entries[MAX_FAULTS];
    struct site site = SITE("--latency=0");
    int count = read_menu(site.url, entries);

    for (int i = 0; i < count; i++) {
        bool known = false;

        for (size_t k = 0; k < COUNT(words); k++)
            known = known || strcmp(entries[i].outcome, words[k]) == 0;
        ck_assert_msg(known, "%s: %s", entries[i].name, entries[i].outcome);
        ck_assert_int_eq(strcmp(entries[i].outcome, "ok") == 0,
                         strcmp(entries[i].status, "-") != 0);
    }
    site_stop(&site);
}
END_TEST

/*
 * A failure that the wire decides must look so, for every fault that has it.
 * Those that drip are never silent; they have a test of their own.
 */
START_TEST(every_fault_ends_as_its_outcome_says)
{
    static const struct {
        const char *outcome;
        enum ending ending;
    } rows[] = {{"reset", RESET}, {"truncated", CLOSED}, {"timeout", OPEN}};
    static struct entry entries[MAX_FAULTS];
    struct site site = SITE("--latency=0");
    int count = read_menu(site.url, entries);

    for (int i = 0; i < count; i++) {
        if (strcmp(entries[i].outcome, rows[_i].outcome) != 0 ||
            strncmp(entries[i].name, "drip", 4) == 0)
            continue;
        char path[128];
        int fd = dial(site.url);

        name_path(path, sizeof(path), entries[i].name);
        say_get(fd, path);
        struct received received =
            receive_until(fd, rows[_i].ending == OPEN ? 0 : SIZE_MAX, SIZE_MAX);
        ck_assert_msg(received.ending == rows[_i].ending, "%s ends with %s",
                      path, ending_name(received.ending));
        buffer_free(&received.bytes);
        close(fd);
    }
    site_stop(&site);
}
END_TEST

START_TEST(every_fault_leaves_the_site_alive)
{
    static struct entry entries[MAX_FAULTS];
    struct site site = SITE("--latency=0");
    int count = read_menu(site.url, entries);

    for (int i = 0; i < count; i++) {
        char path[128];
        int fd = dial(site.url);

        name_path(path, sizeof(path), entries[i].name);
        say_get(fd, path);
        if (strcmp(entries[i].outcome, "timeout") != 0) {
            struct received received = receive_until(fd, 0, MANY);

            ck_assert_msg(received.bytes.length > 0 ||
                              received.ending != OPEN ||
                              strcmp(entries[i].outcome, "ok") == 0,
                          "%s does nothing", path);
            buffer_free(&received.bytes);
        }
        close(fd);
    }
    struct buffer answer = get(site.url, "/1");
    assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
    buffer_free(&answer);
    site_stop(&site);
}
END_TEST

/* ---- their bytes ---- */

#define OK           "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
#define CLOSE        "Connection: close\r\n"
#define PAGE         "<p>whole</p>\n"
#define WHOLE        OK CLOSE "Content-Length: 13\r\n\r\n" PAGE
#define CHUNKED      "Transfer-Encoding: chunked\r\n"
#define LENGTH(text) (sizeof(text) - 1)
#define IS(text)     text, LENGTH(text)

/* The whole of what comes, and the end. */
static const struct {
    const char *path;
    const char *bytes;
    size_t size;
    enum ending ending;
} exact[] = {
    {"whole", IS(WHOLE), CLOSED},
    {"whole/with/more?and=query", IS(WHOLE), CLOSED},
    {"reset-at-once", IS(""), RESET},
    {"close-at-once", IS(""), CLOSED},
    {"close-in-status-line", IS("HTTP/1.1 20"), CLOSED},
    {"close-in-head", IS("HTTP/1.1 200 OK\r\nContent-Ty"), CLOSED},
    {"close-in-body", IS(OK CLOSE "Content-Length: 13\r\n\r\n<p>wh"), CLOSED},
    {"close-without-last-chunk",
     IS(OK CLOSE "Transfer-Encoding: chunked\r\n\r\nd\r\n" PAGE "\r\n"),
     CLOSED},
    {"half-close-reads-on", IS(OK CLOSE "\r\n" PAGE), CLOSED},
    {"stall", IS(""), OPEN},
    {"never-reads", IS(""), OPEN},
    {"stop-in-body", IS(OK CLOSE "Content-Length: 13\r\n\r\n<p>wh"), OPEN},
    {"no-length-no-close", IS(OK "\r\n" PAGE), OPEN},
    {"stale", IS(OK "Content-Length: 13\r\n\r\n" PAGE), OPEN},
    {"extra-bytes",
     IS(OK "Content-Length: 13\r\n\r\n" PAGE "more than was said"), OPEN},
    {"http09", IS("<html><body>no head at all</body></html>\n"), CLOSED},
    {"http2-frames",
     IS("\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0\x64"
        "\0\0\x08\x07\0\0\0\0\0\0\0\0\0\0\0\0\x01"),
     CLOSED},
    {"tls-record", IS("\x15\x03\x03\0\x02\x02\x46"), CLOSED},
    {"smtp-banner", IS("220 mail.invalid ESMTP ready\r\n"), OPEN},
    {"nul-in-head",
     IS(OK CLOSE "X-Nul: a\0b\r\nContent-Length: 13\r\n\r\n" PAGE), CLOSED},
    {"one-1xx", IS("HTTP/1.1 100 Continue\r\n\r\n" WHOLE), CLOSED},
    {"byte-by-byte", IS(WHOLE), CLOSED},
    {"length-negative", IS(OK CLOSE "Content-Length: -5\r\n\r\n" PAGE), CLOSED},
    {"length-beyond", IS(OK CLOSE "Content-Length: 1000000000000\r\n\r\n" PAGE),
     OPEN},
    {"length-and-chunked",
     IS(OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
           "5\r\n<p>wh\r\n8\r\nole</p>\n\r\n0\r\n\r\n"),
     OPEN},
    {"chunk-bare-cr",
     IS(OK CLOSE "Transfer-Encoding: chunked\r\n\r\nd\r\r\n" PAGE
                 "\r\n0\r\n\r\n"),
     CLOSED},
    {"status-204-length",
     IS("HTTP/1.1 204 No Content\r\n" CLOSE "Content-Length: 13\r\n\r\n"),
     OPEN},
    {"nul-in-html",
     IS(OK CLOSE "Content-Length: 32\r\n\r\n<p>\0\0\x01\x7f\x80\xff\xfe\0 "
                 "<a href=\"/\">/</a>\0\0\n"),
     CLOSED},
};

static void check_bytes(const char *path, const struct received *received,
                        const char *bytes, size_t size, enum ending ending)
{
    ck_assert_msg(received->ending == ending, "%s ends with %s", path,
                  ending_name(received->ending));
    ck_assert_msg(
        received->bytes.length == size &&
            (size == 0 || memcmp(received->bytes.data, bytes, size) == 0),
        "%s sends %zu bytes: %.300s", path, received->bytes.length,
        received->bytes.data);
}

START_TEST(faults_send_these_bytes_and_end_so)
{
    struct site site = SITE("--latency=1h");

    for (size_t i = 0; i < COUNT(exact); i++) {
        char path[128];
        int fd = dial(site.url);

        name_path(path, sizeof(path), exact[i].path);
        say_get(fd, path);
        struct received received = receive_until(
            fd, exact[i].ending == OPEN ? exact[i].size : SIZE_MAX, SIZE_MAX);
        check_bytes(path, &received, exact[i].bytes, exact[i].size,
                    exact[i].ending);
        buffer_free(&received.bytes);
        close(fd);
    }
    site_stop(&site);
}
END_TEST

/* A reset may overtake nothing: on one machine the bytes are there before. */
START_TEST(a_reset_after_the_body_comes_after_the_body)
{
    static const char *const names[] = {"reset-after-body", "close-unread",
                                        "stale-reset"};
    struct site site = SITE("--latency=0");
    char path[64];
    int fd = dial(site.url);

    name_path(path, sizeof(path), names[_i]);
    say_get(fd, path);
    struct received received = receive_all(fd);
    ck_assert_int_eq(received.ending, RESET);
    ck_assert_str_eq(body_of(&received.bytes), PAGE);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* Those that are too long to write down: how they begin, how long they are. */
static const struct {
    const char *name, *begins;
    size_t length;
    enum ending ending;
} lengths[] = {
    {"million-chunks", OK CLOSE "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n",
     LENGTH(OK CLOSE CHUNKED "\r\n") + 6000005, CLOSED},
    {"million-links", OK CLOSE "\r\n<a href=0><a href=1>",
     LENGTH(OK CLOSE "\r\n") + 14888890, CLOSED},
    {"body-over-limit", OK CLOSE "\r\nsixteen letters ",
     LENGTH(OK CLOSE "\r\n") + 17825792, CLOSED},
    {"length-over-limit", OK CLOSE "Content-Length: 17825792\r\n\r\nsixteen ",
     LENGTH(OK CLOSE "Content-Length: 17825792\r\n\r\n") + 17825792, CLOSED},
    {"thousand-1xx", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 ",
     27000 + LENGTH(WHOLE), CLOSED},
    {"huge-line", "HTTP/1.1 200 OK\r\nX-Huge: sixteen letters ",
     LENGTH("X-Huge: \r\n" WHOLE) + 32768, CLOSED},
    {"endless-line", "HTTP/1.1 200 OK\r\nX-Endless: sixteen ", MANY, ENOUGH},
    {"endless-head", "HTTP/1.1 200 OK\r\nX-Endless: sixteen ", MANY, ENOUGH},
    {"endless-blanks", "\r\n\r\n\r\n\r\n", MANY, ENOUGH},
    {"endless-1xx", "HTTP/1.1 102 Processing\r\n\r\nHTTP", MANY, ENOUGH},
    {"endless-body", OK CLOSE "\r\nsixteen letters ", MANY, ENOUGH},
    {"endless-chunks",
     OK CLOSE "Transfer-Encoding: chunked\r\n\r\n400\r\nsixteen ", MANY,
     ENOUGH},
    {"trailers-endless", OK CLOSE "Transfer-Encoding: chunked\r\n\r\nd\r\n",
     MANY, ENOUGH},
};

START_TEST(long_faults_are_as_long_as_they_should)
{
    struct site site = SITE("--latency=0");
    char path[64];
    int fd = dial(site.url);

    name_path(path, sizeof(path), lengths[_i].name);
    say_get(fd, path);
    struct received received = receive_until(
        fd, SIZE_MAX, lengths[_i].ending == ENOUGH ? MANY : SIZE_MAX);
    assert_starts(&received.bytes, lengths[_i].begins);
    ck_assert_int_eq(received.ending, lengths[_i].ending);
    if (lengths[_i].ending == ENOUGH)
        ck_assert_uint_ge(received.bytes.length, lengths[_i].length);
    else
        ck_assert_uint_eq(received.bytes.length, lengths[_i].length);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* Head and three drips: a third would not come if the second were the last. */
static const struct {
    const char *name, *begins;
} drips[] = {
    {"drip-head", "HTTP/1.1 200 OK\r\nX-Drip: xxx"},
    {"drip-body", OK CLOSE "Content-Length: 1000000\r\n\r\nxxx"},
    {"drip-chunks", OK CLOSE CHUNKED "\r\n1\r\nx\r\n1\r\nx\r\n1\r\nx"},
    {"drip-to-close", OK CLOSE "\r\nxxx"},
};

START_TEST(what_drips_goes_on_dripping)
{
    struct site site = SITE("--latency=0");
    char path[64];
    struct buffer bytes = {0};
    int fd = dial(site.url);

    name_path(path, sizeof(path), drips[_i].name);
    say_get(fd, path);
    receive_bytes(fd, &bytes, strlen(drips[_i].begins));
    ck_assert_str_eq(bytes.data, drips[_i].begins);
    buffer_free(&bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* ---- redirects and parameters ---- */

static const struct {
    const char *path, *text; /* what the answer must hold */
} holds[] = {
    {"redirect-self", "\r\nLocation: /fault/redirect-self\r\n"},
    {"redirect-self?x", "\r\nLocation: /fault/redirect-self?x\r\n"},
    {"redirect-pair", "\r\nLocation: /fault/redirect-pair/1\r\n"},
    {"redirect-pair/1", "\r\nLocation: /fault/redirect-pair\r\n"},
    {"redirect-endless", "\r\nLocation: /fault/redirect-endless/1\r\n"},
    {"redirect-endless/41", "\r\nLocation: /fault/redirect-endless/42\r\n"},
    {"redirect-empty-location", "\r\nLocation: \r\n"},
    {"redirect-chain", "\r\nLocation: /fault/redirect-chain/2\r\n"},
    {"redirect-chain/12", "\r\nLocation: /fault/redirect-chain/11\r\n"},
    {"redirect-chain/1", "\r\nLocation: /fault/redirect-chain/0\r\n"},
    {"redirect-chain/0", "HTTP/1.1 200 OK\r\n"},
    {"redirect-to", "\r\nLocation: /fault/whole\r\n"},
    {"redirect-to/close-in-body", "\r\nLocation: /fault/close-in-body\r\n"},
    {"redirect-303", "HTTP/1.1 303 See Other\r\nLocation: /fault/whole\r\n"},
    {"redirect-absolute", "\r\nLocation: http://h.test/fault/whole\r\n"},
    {"redirect-scheme-relative", "\r\nLocation: //h.test/fault/whole\r\n"},
    {"redirect-blanks", "\r\nLocation: /fault/whole/with two blanks\r\n"},
    {"redirect-high-bytes", "\r\nLocation: /fault/whole/caf\xc3\xa9\xff\r\n"},
    {"redirect-control", "\r\nLocation: /fault/whole/\x01\x1b\x7f\r\n"},
    {"redirect-bad-url", "\r\nLocation: http://[broken/\r\n"},
    {"status", "HTTP/1.1 404 As asked\r\n"},
    {"status/599", "HTTP/1.1 599 As asked\r\n"},
    {"status-418", "HTTP/1.1 418 I'm a teapot\r\n"},
    {"calendar", "<a href=\"/fault/calendar/1\">"},
    {"calendar/2038", "<a href=\"/fault/calendar/2039\">"},
    {"spellings", "<a href=\"HTTP://H.TEST/fault/whole#9\">8</a>"},
    {"base-href", "<base href=\"/fault/whole/\">"},
};

START_TEST(answers_hold_what_their_name_and_number_ask_for)
{
    struct site site = SITE("--latency=0");

    for (size_t i = 0; i < COUNT(holds); i++) {
        char path[128];
        int fd = dial(site.url);

        name_path(path, sizeof(path), holds[i].path);
        say_get(fd, path);
        struct received received = receive_all(fd);
        ck_assert_msg(strstr(received.bytes.data, holds[i].text) != NULL,
                      "%s: no `%s` in\n%s", path, holds[i].text,
                      received.bytes.data);
        buffer_free(&received.bytes);
        close(fd);
    }
    site_stop(&site);
}
END_TEST

START_TEST(a_page_has_a_hundred_spellings_of_one_link)
{
    struct site site = SITE("--latency=0");
    int fd = dial(site.url), links = 0;

    say_get(fd, "/fault/spellings");
    struct received received = receive_all(fd);
    for (const char *at = received.bytes.data;
         (at = strstr(at, "<a href=")) != NULL; at++)
        links++;
    ck_assert_int_eq(links, 100);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(a_host_that_could_do_harm_is_not_echoed)
{
    struct site site = SITE("--latency=0");
    int fd = dial(site.url);
    char expected[128];

    say_text(fd, "GET /fault/redirect-absolute HTTP/1.1\r\n"
                 "Host: \"><script>\r\n\r\n");
    struct received received = receive_all(fd);
    snprintf(expected, sizeof(expected), "\r\nLocation: %sfault/whole\r\n",
             site.url);
    ck_assert_ptr_nonnull(strstr(received.bytes.data, expected));
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* ---- what depends on the client ---- */

/* Only the request line is sent: the rest of the head never comes. */
static const struct {
    const char *name, *bytes;
    enum ending ending;
} early[] = {
    {"early-answer", WHOLE, CLOSED},
    {"close-while-sending", "", RESET},
    {"close-unread", WHOLE, RESET},
    {"never-reads", "", OPEN},
};

START_TEST(early_faults_do_not_wait_for_the_whole_request)
{
    struct site site = SITE("--latency=0");
    char line[128];
    int fd = dial(site.url);

    snprintf(line, sizeof(line), "GET /fault/%s HTTP/1.1\r\n", early[_i].name);
    say_text(fd, line);
    struct received received =
        receive_until(fd, early[_i].ending == OPEN ? 0 : SIZE_MAX, SIZE_MAX);
    check_bytes(line, &received, early[_i].bytes, strlen(early[_i].bytes),
                early[_i].ending);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(early_faults_begin_even_if_their_line_drips_in)
{
    static const char line[] = "GET /fault/early-answer HTTP/1.1\r\n";
    struct site site = SITE("--latency=0");
    int fd = dial(site.url), on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    for (size_t i = 0; i + 1 < sizeof(line); i++)
        say(fd, line + i, 1);
    struct received received = receive_all(fd);
    check_bytes(line, &received, IS(WHOLE), CLOSED);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(what_is_never_read_fills_the_buffers)
{
    static char filler[65536];
    struct site site = SITE("--latency=0");
    int fd = dial(site.url);
    struct timeval silence = {0, 200 * 1000};
    size_t sent = 0;
    ssize_t n;

    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &silence, sizeof(silence));
    say_text(fd, "GET /fault/never-reads HTTP/1.1\r\nX-Long: ");
    while ((n = send(fd, filler, sizeof(filler), MSG_NOSIGNAL)) > 0) {
        sent += (size_t)n;
        ck_assert_uint_lt(sent, 256 * (size_t)MANY);
    }
    ck_assert_int_eq(errno, EAGAIN);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(a_stale_connection_closes_when_it_is_used_again)
{
    struct site site = SITE("--latency=0");
    int fd = dial(site.url);

    say_get(fd, "/fault/stale");
    struct buffer answer = receive_answer(fd);
    ck_assert_str_eq(body_of(&answer), PAGE);
    say_get(fd, "/1");
    struct received received = receive_all(fd);
    ck_assert_uint_eq(received.bytes.length, 0);
    ck_assert_int_eq(received.ending, CLOSED);
    buffer_free(&received.bytes);
    buffer_free(&answer);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(extra_bytes_do_not_hinder_the_next_request)
{
    struct site site = SITE("--latency=0");
    int fd = dial(site.url);
    struct buffer extra = {0};

    say_get(fd, "/fault/extra-bytes");
    struct buffer answer = receive_answer(fd);
    receive_bytes(fd, &extra, strlen("more than was said"));
    say_get(fd, "/1");
    struct buffer next = receive_answer(fd);
    assert_starts(&next, "HTTP/1.1 200 OK\r\n");
    buffer_free(&extra);
    buffer_free(&answer);
    buffer_free(&next);
    close(fd);
    site_stop(&site);
}
END_TEST

/* ---- sprinkled faults ---- */

enum { PAGES = 300 };

/* What each page answers, faulty or not. */
static void read_pages(const char *url, struct received *pages)
{
    for (int i = 0; i < PAGES; i++) {
        char text[64], number[8] = "";
        int fd = dial(url);

        if (i > 0)
            snprintf(number, sizeof(number), "%d", i);
        snprintf(text, sizeof(text),
                 "GET /%s HTTP/1.1\r\nConnection: close\r\n\r\n", number);
        say_text(fd, text);
        pages[i] = receive_all(fd);
        close(fd);
    }
}

static bool is_plain(const struct received *page)
{
    return page->ending == CLOSED && page->bytes.length > 1024 &&
           strstr(page->bytes.data, "<!DOCTYPE html>") != NULL;
}

static int count_faulty(const char *rate, const char *seed,
                        struct received *pages)
{
    struct site site = SITE("--latency=0", "--pages=300", rate, seed);
    int faulty = 0;

    read_pages(site.url, pages);
    for (int i = 0; i < PAGES; i++)
        faulty += !is_plain(&pages[i]);
    site_stop(&site);
    return faulty;
}

static void free_pages(struct received *pages)
{
    for (int i = 0; i < PAGES; i++)
        buffer_free(&pages[i].bytes);
}

START_TEST(the_rate_says_how_many_pages_are_faulty)
{
    static const struct {
        const char *rate;
        int least, most;
    } rows[] = {{"--faults=0", 0, 0},      {"--faults=0%", 0, 0},
                {"--faults=0.1", 10, 60},  {"--faults=10%", 10, 60},
                {"--faults=.5", 110, 190}, {"--faults=1", PAGES, PAGES}};
    static struct received pages[PAGES];
    int faulty = count_faulty(rows[_i].rate, "--seed=1", pages);

    ck_assert_int_ge(faulty, rows[_i].least);
    ck_assert_int_le(faulty, rows[_i].most);
    free_pages(pages);
}
END_TEST

START_TEST(the_seed_says_which_pages_are_faulty_and_how)
{
    static struct received one[PAGES], two[PAGES], other[PAGES];
    bool differs = false;

    count_faulty("--faults=0.5", "--seed=7", one);
    count_faulty("--faults=0.5", "--seed=7", two);
    count_faulty("--faults=0.5", "--seed=8", other);
    for (int i = 0; i < PAGES; i++) {
        ck_assert_int_eq(one[i].ending, two[i].ending);
        ck_assert_uint_eq(one[i].bytes.length, two[i].bytes.length);
        ck_assert_int_eq(
            memcmp(one[i].bytes.data, two[i].bytes.data, one[i].bytes.length),
            0);
        differs = differs || is_plain(&one[i]) != is_plain(&other[i]);
    }
    ck_assert(differs);
    free_pages(one);
    free_pages(two);
    free_pages(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("site faults");
    TCase *menu = tcase_create("menu");
    TCase *wire = tcase_create("on the wire");
    TCase *chance = tcase_create("by chance");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(menu, 120);
    tcase_add_test(menu, help_names_every_fault_with_its_outcome);
    tcase_add_test(menu, every_outcome_is_one_a_stage_has);
    tcase_add_loop_test(menu, every_fault_ends_as_its_outcome_says, 0, 3);
    tcase_add_test(menu, every_fault_leaves_the_site_alive);
    suite_add_tcase(suite, menu);

    tcase_set_timeout(wire, 120);
    tcase_add_test(wire, faults_send_these_bytes_and_end_so);
    tcase_add_loop_test(wire, a_reset_after_the_body_comes_after_the_body, 0,
                        3);
    tcase_add_loop_test(wire, long_faults_are_as_long_as_they_should, 0,
                        COUNT(lengths));
    tcase_add_loop_test(wire, what_drips_goes_on_dripping, 0, COUNT(drips));
    tcase_add_test(wire, answers_hold_what_their_name_and_number_ask_for);
    tcase_add_test(wire, a_page_has_a_hundred_spellings_of_one_link);
    tcase_add_test(wire, a_host_that_could_do_harm_is_not_echoed);
    tcase_add_loop_test(wire, early_faults_do_not_wait_for_the_whole_request, 0,
                        COUNT(early));
    tcase_add_test(wire, early_faults_begin_even_if_their_line_drips_in);
    tcase_add_test(wire, what_is_never_read_fills_the_buffers);
    tcase_add_test(wire, a_stale_connection_closes_when_it_is_used_again);
    tcase_add_test(wire, extra_bytes_do_not_hinder_the_next_request);
    suite_add_tcase(suite, wire);

    tcase_set_timeout(chance, 120);
    tcase_add_loop_test(chance, the_rate_says_how_many_pages_are_faulty, 0, 6);
    tcase_add_test(chance, the_seed_says_which_pages_are_faulty_and_how);
    suite_add_tcase(suite, chance);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
