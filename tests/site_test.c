/*
 * site_test.c - the practice site: its options, its pages, its latency, its
 * connections. Its faults are in site_faults_test.c.
 */
#include "site_client.h"

#include "common/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>

#define SITE(...)   site_start((const char *const[]){__VA_ARGS__, NULL})
#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

/* ---- the command line ---- */

static const char *const bad_usage[][3] = {
    {"--unknown"},
    {"--port"},
    {"page"},
    {"http://127.0.0.1/"},
    {"--port=65536"},
    {"--port=-1"},
    {"--port=http"},
    {"--pages=0"},
    {"--pages=ten"},
    {"--pages=-3"},
    {"--pages=10000001"},
    {"--pages="},
    {"--latency=nan"},
    {"--latency=-1"},
    {"--latency=1parsec"},
    {"--latency="},
    {"--jitter=x"},
    {"--latency=1ms", "--jitter=2ms"},
    {"--size=0"},
    {"--size=-1"},
    {"--size=2GiB"},
    {"--size=big"},
    {"--links=-1"},
    {"--links=1001"},
    {"--links=1.5"},
    {"--seed=-1"},
    {"--seed=x"},
    {"--faults=2"},
    {"--faults=101%"},
    {"--faults=-1"},
    {"--faults=nan"},
    {"--faults= 1"},
    {"--faults=5%%"},
    {"--faults="},
    {"--host=256.256.256.256"},
    {"--host="},
};

START_TEST(bad_usage_is_explained_and_exits_2)
{
    const char *const *row = bad_usage[_i];
    const char *argv[] = {built("site"), row[0], row[1], NULL};
    struct ended ended = run(argv);

    ck_assert_msg(ended.status == 2, "%s: exit %d", row[0], ended.status);
    ck_assert_str_eq(ended.out, "");
    ck_assert_msg(strchr(ended.err, '\n') != NULL, "%s: says nothing", row[0]);
    ended_free(&ended);
}
END_TEST

START_TEST(help_and_version_go_to_stdout_and_exit_0)
{
    static const char *const options[] = {"--help", "-h", "--version"};
    const char *argv[] = {built("site"), options[_i], NULL};
    struct ended ended = run(argv);

    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strchr(ended.out, '\n'));
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}
END_TEST

START_TEST(a_port_that_is_taken_is_explained_and_exits_1)
{
    struct site site = SITE("-q");
    char port[32];
    const char *argv[] = {built("site"), port, NULL};

    snprintf(port, sizeof(port), "--port=%s", strrchr(site.url, ':') + 1);
    port[strcspn(port, "/")] = '\0';
    struct ended ended = run(argv);
    ck_assert_int_eq(ended.status, 1);
    ck_assert_str_eq(ended.out, "");
    ck_assert_ptr_nonnull(strstr(ended.err, "--port=0"));
    ended_free(&ended);
    site_stop(&site);
}
END_TEST

START_TEST(it_prints_its_url_and_nothing_else)
{
    struct site site = SITE("--latency=0");
    unsigned port;
    int end = 0;

    sscanf(site.url, "http://127.0.0.1:%u/%n", &port, &end);
    ck_assert_int_gt(end, 0);
    ck_assert_int_eq(site.url[end], '\0');
    struct buffer answer = get(site.url, "/");
    buffer_free(&answer);
    kill(site.child.pid, SIGTERM);
    struct ended ended = child_end(&site.child);
    ck_assert_int_eq(ended.status, 0);
    ck_assert_str_eq(ended.out, "");
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
}
END_TEST

START_TEST(it_listens_on_ipv6_where_there_is_any)
{
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 loopback = {.sin6_family = AF_INET6,
                                    .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    bool can = probe >= 0 &&
               bind(probe, (struct sockaddr *)&loopback, sizeof(loopback)) == 0;

    if (probe >= 0)
        close(probe);
    if (!can)
        return;
    struct site site = SITE("--host=::1", "--latency=0");
    ck_assert_int_eq(strncmp(site.url, "http://[::1]:", 13), 0);
    struct buffer answer = get(site.url, "/1");
    assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
    buffer_free(&answer);
    site_stop(&site);
}
END_TEST

START_TEST(verbose_logs_every_request_on_stderr)
{
    struct site site = SITE("-v", "--latency=0");
    struct buffer answer = get(site.url, "/3?x=1");

    buffer_free(&answer);
    kill(site.child.pid, SIGINT);
    struct ended ended = child_end(&site.child);
    ck_assert_int_eq(ended.status, 0);
    ck_assert_ptr_nonnull(strstr(ended.err, "GET /3?x=1: page 3"));
    ended_free(&ended);
}
END_TEST

/* ---- pages ---- */

START_TEST(the_same_seed_gives_the_same_pages_and_another_others)
{
    struct site a = SITE("--latency=0"), b = SITE("--latency=0");
    struct site c = SITE("--latency=0", "--seed=2");

    for (int i = 0; i < 10; i++) {
        char path[8] = "/";

        if (i > 0)
            snprintf(path, sizeof(path), "/%d", i);
        struct buffer one = get(a.url, path), two = get(b.url, path);
        struct buffer other = get(c.url, path);
        assert_same(&one, &two);
        ck_assert_str_ne(one.data, other.data);
        buffer_free(&one);
        buffer_free(&two);
        buffer_free(&other);
    }
    site_stop(&a);
    site_stop(&b);
    site_stop(&c);
}
END_TEST

START_TEST(a_page_is_what_it_always_was)
{
    struct site site = SITE("--latency=0", "--size=300", "--pages=5");
    struct buffer answer = get(site.url, "/4");

    ck_assert_str_eq(
        answer.data,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        "Content-Length: 300\r\n\r\n"
        "<!DOCTYPE html>\n<html><head><title>Page 4</title></head>\n"
        "<body>\n<h1>Page 4</h1>\n<ul>\n"
        "<li><a href=\"/2\">Page 2</a></li>\n"
        "<li><a href=\"/\">Page 0</a></li>\n"
        "<li><a href=\"/3\">Page 3</a></li>\n</ul>\n"
        "<p>ver and while\nspin to loop others and until work has others for "
        "sleep to answer\nsocket o</p>\n</body></html>\n");
    buffer_free(&answer);
    site_stop(&site);
}
END_TEST

static const struct {
    const char *option;
    size_t length; /* 0: any */
} sizes[] = {
    {"--size=1KiB", 1024},
    {"--size=1000", 1000},
    {"--size=65536", 65536},
    {"--size=200001", 200001},
    {"--size=3MiB", 3 * 1024 * 1024},
    {"--size=1", 0},
};

START_TEST(a_page_has_the_size_asked_for_and_is_whole)
{
    struct site site = SITE("--latency=0", sizes[_i].option);
    struct buffer answer = get(site.url, "/2");
    size_t length = strlen(body_of(&answer));

    ck_assert(sizes[_i].length == 0 || length == sizes[_i].length);
    ck_assert_str_eq(body_of(&answer) + length - 20, "</p>\n</body></html>\n");
    buffer_free(&answer);
    site_stop(&site);
}
END_TEST

/* Takes the chunks of the site apart: their sizes are ours to check. */
static struct buffer unchunk(const char *at)
{
    struct buffer body = {0};
    size_t size;

    do {
        char *line_end;

        size = strtoul(at, &line_end, 16);
        ck_assert_int_eq(strncmp(line_end, "\r\n", 2), 0);
        ck_assert_int_eq(buffer_append(&body, line_end + 2, size), 0);
        at = line_end + 2 + size;
        ck_assert_int_eq(strncmp(at, "\r\n", 2), 0);
        at += 2;
    } while (size > 0);
    ck_assert_str_eq(at, "");
    ck_assert_int_eq(buffer_append(&body, "", 1), 0);
    return body;
}

START_TEST(a_chunked_page_holds_the_same_bytes)
{
    static const char *const options[] = {"--size=1KiB", "--size=1000",
                                          "--size=300000"};
    struct site plain = SITE("--latency=0", options[_i]);
    struct site chunked = SITE("--latency=0", "--chunked", options[_i]);
    struct buffer whole = get(plain.url, "/3");
    int fd = dial(chunked.url);

    say_text(fd, "GET /3 HTTP/1.1\r\nConnection: close\r\n\r\n");
    struct received received = receive_all(fd);
    ck_assert_ptr_nonnull(
        strstr(received.bytes.data, "Transfer-Encoding: chunked\r\n"));
    ck_assert_ptr_null(strstr(received.bytes.data, "Content-Length"));
    struct buffer body = unchunk(body_of(&received.bytes));
    ck_assert_str_eq(body.data, body_of(&whole));
    buffer_free(&body);
    buffer_free(&whole);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&plain);
    site_stop(&chunked);
}
END_TEST

START_TEST(an_http_1_0_client_gets_no_chunks)
{
    struct site site = SITE("--latency=0", "--chunked");
    int fd = dial(site.url);

    say_text(fd, "GET /1 HTTP/1.0\r\n\r\n");
    struct received received = receive_all(fd);
    ck_assert_int_eq(received.ending, CLOSED);
    ck_assert_ptr_nonnull(
        strstr(received.bytes.data, "Content-Length: 1024\r\n"));
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* Follows the links of one page; returns how many it has. */
static int follow(const char *html, int *queue, int *length, bool *seen)
{
    int links = 0;

    while ((html = strstr(html, "<a href=\"/")) != NULL) {
        int page = atoi(html += 10);

        links++;
        if (!seen[page]) {
            seen[page] = true;
            queue[(*length)++] = page;
        }
    }
    return links;
}

START_TEST(all_pages_can_be_reached_from_the_first)
{
    static const struct {
        const char *pages, *links;
        int count, per_page;
    } rows[] = {
        {"--pages=1", "--links=3", 1, 3},
        {"--pages=10", "--links=3", 10, 3},
        {"--pages=57", "--links=1", 57, 1},
        {"--pages=300", "--links=2", 300, 2},
        {"--pages=1000", "--links=20", 1000, 20},
    };
    struct site site = SITE("--latency=0", rows[_i].pages, rows[_i].links);
    bool seen[1000] = {true};
    int queue[1000] = {0}, length = 1, fd = dial(site.url);

    for (int i = 0; i < length; i++) {
        char path[16] = "/";

        if (queue[i] > 0)
            snprintf(path, sizeof(path), "/%d", queue[i]);
        say_get(fd, path);
        struct buffer answer = receive_answer(fd);
        assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
        ck_assert_int_eq(follow(answer.data, queue, &length, seen),
                         rows[_i].per_page);
        buffer_free(&answer);
    }
    ck_assert_int_eq(length, rows[_i].count);
    close(fd);
    site_stop(&site);
}
END_TEST

static const struct {
    const char *request, *answer;
} answers[] = {
    {"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"GET /9 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"GET /9?query HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"GET /?query HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"GET http://x.test/9 HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"GET http://x.test HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"\r\n\r\nGET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
    {"GET / HTTP/1.1\nHost: x\n\n", "HTTP/1.1 200 OK\r\n"},
    {"GET /10 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /0 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /01 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /1/ HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET //1 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /4294967297 HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET x HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /fault HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /fault/no-such HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"GET /fault/stal HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
    {"PUT / HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n"},
    {"get / HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed\r\n"},
    {"GET /\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"GET  / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"GET /a b HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
    {"\x16\x03\x01\n\n", "HTTP/1.1 400 Bad Request\r\n"},
};

START_TEST(each_request_gets_its_answer)
{
    struct site site = SITE("--latency=0");

    for (size_t i = 0; i < COUNT(answers); i++) {
        int fd = dial(site.url);

        say_text(fd, answers[i].request);
        struct buffer answer = receive_answer(fd);
        assert_starts(&answer, answers[i].answer);
        buffer_free(&answer);
        close(fd);
    }
    site_stop(&site);
}
END_TEST

START_TEST(head_has_the_length_and_no_body)
{
    struct site site = SITE("--latency=0");
    int fd = dial(site.url);

    say_text(fd, "HEAD /1 HTTP/1.1\r\nConnection: close\r\n\r\n");
    struct received received = receive_all(fd);
    assert_starts(&received.bytes, "HTTP/1.1 200 OK\r\n");
    ck_assert_ptr_nonnull(
        strstr(received.bytes.data, "Content-Length: 1024\r\n"));
    ck_assert_str_eq(body_of(&received.bytes), "");
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* ---- connections ---- */

static const struct {
    const char *request;
    enum ending ending;
} endings[] = {
    {"GET /1 HTTP/1.1\r\n\r\n", OPEN},
    {"GET /1 HTTP/1.1\r\nConnection: keep-alive\r\n\r\n", OPEN},
    {"GET /1 HTTP/1.1\r\nConnection: close\r\n\r\n", CLOSED},
    {"GET /1 HTTP/1.1\r\nconnection: TE,  CLOSE \r\n\r\n", CLOSED},
    {"GET /1 HTTP/1.0\r\n\r\n", CLOSED},
    {"GET /1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", OPEN},
    {"GET /10 HTTP/1.1\r\n\r\n", OPEN},
    {"GET /10 HTTP/1.1\r\nConnection: close\r\n\r\n", CLOSED},
    {"POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", CLOSED},
    {"GET /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", CLOSED},
    {"nonsense\r\n\r\n", CLOSED},
};

START_TEST(a_connection_is_kept_if_the_client_keeps_it)
{
    struct site site = SITE("--latency=0");

    for (size_t i = 0; i < COUNT(endings); i++) {
        int fd = dial(site.url);

        say_text(fd, endings[i].request);
        struct received received = receive_until(
            fd, endings[i].ending == CLOSED ? SIZE_MAX : 100, SIZE_MAX);
        ck_assert_msg(received.ending == endings[i].ending, "%s ends with %s",
                      endings[i].request, ending_name(received.ending));
        buffer_free(&received.bytes);
        close(fd);
    }
    site_stop(&site);
}
END_TEST

START_TEST(no_connection_is_kept_with_no_keep_alive)
{
    struct site site = SITE("--latency=0", "--no-keep-alive");
    int fd = dial(site.url);

    say_get(fd, "/1");
    struct received received = receive_all(fd);
    ck_assert_int_eq(received.ending, CLOSED);
    ck_assert_ptr_nonnull(strstr(received.bytes.data, "Connection: close\r\n"));
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_order)
{
    static const char *const latencies[] = {"--latency=0", "--latency=5ms"};
    struct site site = SITE(latencies[_i], "--pages=100");
    int fd = dial(site.url);

    for (int i = 1; i < 100; i++) {
        char path[8];

        snprintf(path, sizeof(path), "/%d", i);
        say_get(fd, path);
    }
    for (int i = 1; i < 100; i++) {
        struct buffer answer = receive_answer(fd);
        char title[32];

        snprintf(title, sizeof(title), "<title>Page %d</title>", i);
        ck_assert_ptr_nonnull(strstr(answer.data, title));
        buffer_free(&answer);
    }
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(pipelining_beyond_all_measure_is_borne)
{
    enum { REQUESTS = 20000 };
    struct site site = SITE("--latency=0", "--size=200", "--links=0");
    int fd = dial(site.url);
    pid_t sender = fork();

    ck_assert_int_ge(sender, 0);
    if (sender == 0) {
        for (int i = 0; i < REQUESTS; i++)
            say_get(fd, "/1");
        _exit(0);
    }
    struct buffer first = receive_answer(fd);
    for (int i = 1; i < REQUESTS; i++) {
        struct buffer bytes = {0};

        receive_bytes(fd, &bytes, first.length);
        assert_same(&bytes, &first);
        buffer_free(&bytes);
    }
    buffer_free(&first);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(a_request_may_arrive_byte_by_byte)
{
    static const char text[] = "GET /7 HTTP/1.1\r\nHost: x\r\n"
                               "Connection: close\r\n\r\n";
    struct site site = SITE("--latency=0");
    int fd = dial(site.url), on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        say(fd, text + i, 1);
    struct received received = receive_all(fd);
    ck_assert_ptr_nonnull(strstr(received.bytes.data, "<title>Page 7</title>"));
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(a_request_head_over_64_kib_is_refused)
{
    static char filler[1024];
    struct site site = SITE("--latency=0");
    int fd = dial(site.url);

    memset(filler, 'x', sizeof(filler));
    say_text(fd, "GET / HTTP/1.1\r\nX-Long: ");
    for (int i = 0; i < 70; i++)
        say(fd, filler, sizeof(filler));
    struct received received = receive_all(fd);
    assert_starts(&received.bytes, "HTTP/1.1 431 ");
    ck_assert_int_eq(received.ending, CLOSED);
    buffer_free(&received.bytes);
    close(fd);
    site_stop(&site);
}
END_TEST

/* ---- latency ---- */

START_TEST(no_answer_comes_before_its_latency)
{
    struct site site = SITE("--latency=50ms");
    int fd = dial(site.url);

    for (int i = 0; i < 3; i++) {
        int64_t begin_ns = clock_now_ns();

        say_get(fd, "/1");
        struct buffer answer = receive_answer(fd);
        ck_assert_int_ge(clock_now_ns() - begin_ns, 50 * NS_PER_MS);
        buffer_free(&answer);
    }
    close(fd);
    site_stop(&site);
}
END_TEST

START_TEST(one_who_waits_holds_up_nobody)
{
    struct site site = SITE("--latency=1h");
    int waiting[100];

    for (int i = 0; i < 100; i++) {
        waiting[i] = dial(site.url);
        say_get(waiting[i], "/1");
    }
    struct buffer answer = get(site.url, "/fault/whole");
    assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
    buffer_free(&answer);
    for (int i = 0; i < 100; i++)
        close(waiting[i]);
    site_stop(&site);
}
END_TEST

START_TEST(a_thousand_wait_at_once)
{
    enum { CLIENTS = 1000 };
    struct site site = SITE("--latency=300ms");
    static int waiting[CLIENTS];
    int64_t begin_ns = clock_now_ns();

    for (int i = 0; i < CLIENTS; i++) {
        waiting[i] = dial(site.url);
        say_get(waiting[i], "/1");
    }
    for (int i = 0; i < CLIENTS; i++) {
        struct buffer answer = receive_answer(waiting[i]);

        assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
        buffer_free(&answer);
        close(waiting[i]);
    }
    /* One after another they would take 300 s. */
    ck_assert_int_lt(clock_now_ns() - begin_ns, 60 * NS_PER_S);
    site_stop(&site);
}
END_TEST

/* ---- what is left ---- */

static int descriptors_of(pid_t pid)
{
    char path[64];
    int count = 0;

    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *dir = opendir(path);
    if (dir == NULL)
        return -1;
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

/* Asks the site things until it has as few descriptors as before. */
static void wait_for_descriptors(struct site *site, int count)
{
    int64_t deadline_ns = clock_now_ns() + 30 * NS_PER_S;
    int fd = dial(site->url);

    for (;;) {
        say_text(fd, "GET /fault/?x HTTP/1.1\r\n\r\n");
        struct buffer answer = receive_answer(fd);
        buffer_free(&answer);
        if (descriptors_of(site->child.pid) <= count + 1)
            break;
        ck_assert_msg(clock_now_ns() < deadline_ns, "%d descriptors, not %d",
                      descriptors_of(site->child.pid), count + 1);
    }
    close(fd);
}

START_TEST(a_client_that_leaves_is_forgotten_at_once)
{
    static const char *const paths[] = {
        "/1",
        "/fault/stall",
        "/fault/never-reads",
        "/fault/drip-body",
        "/fault/endless-body",
        "/fault/half-close-reads-on",
        "/fault/stale",
        "/fault/extra-bytes",
        "/fault/drip-head",
        "/fault/length-beyond",
    };
    struct site site = SITE("--latency=1h");
    int before = descriptors_of(site.child.pid);
    int clients[20];
    struct linger now = {.l_onoff = _i % 2, .l_linger = 0};

    if (before < 0) /* no /proc */
        return;
    for (int i = 0; i < 20; i++) {
        clients[i] = dial(site.url);
        say_get(clients[i], paths[_i / 2]);
    }
    struct buffer answer = get(site.url, "/fault/whole");
    buffer_free(&answer);
    for (int i = 0; i < 20; i++) {
        setsockopt(clients[i], SOL_SOCKET, SO_LINGER, &now, sizeof(now));
        close(clients[i]);
    }
    wait_for_descriptors(&site, before);
    site_stop(&site);
}
END_TEST

START_TEST(a_signal_ends_it_whatever_it_is_at)
{
    static const char *const paths[] = {
        "/1", "/fault/stall", "/fault/drip-head", "/fault/endless-body",
        "/fault/never-reads"};
    struct site site = SITE("--latency=1h");
    int clients[COUNT(paths)];

    for (size_t i = 0; i < COUNT(paths); i++) {
        clients[i] = dial(site.url);
        say_get(clients[i], paths[i]);
    }
    struct buffer answer = get(site.url, "/fault/whole");
    buffer_free(&answer);
    kill(site.child.pid, _i == 0 ? SIGTERM : SIGINT);
    struct ended ended = child_end(&site.child);
    ck_assert_int_eq(ended.status, 0);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
    for (size_t i = 0; i < COUNT(paths); i++)
        close(clients[i]);
}
END_TEST

/* Ticks of CPU time that a process has used; -1 without /proc. */
static long ticks_of(pid_t pid)
{
    unsigned long user = 0, kernel = 0;
    char path[64], text[1024] = "";

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        return -1;
    sscanf(text, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
           &user, &kernel);
    return (long)(user + kernel);
}

START_TEST(without_descriptors_it_rests_until_one_is_closed)
{
    enum { CLIENTS = 60 };
    int clients[CLIENTS];
    char byte;

    run_descriptor_limit = 30;
    struct site site = SITE("-q", "--latency=1h");
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = dial(site.url);
        say_get(clients[i], "/fault/stall");
    }
    /* The last one's turn cannot come yet; meanwhile nothing spins. */
    struct timeval silence = {0, 300 * 1000};
    long before = ticks_of(site.child.pid);
    setsockopt(clients[CLIENTS - 1], SOL_SOCKET, SO_RCVTIMEO, &silence,
               sizeof(silence));
    ck_assert_int_lt(recv(clients[CLIENTS - 1], &byte, 1, 0), 0);
    ck_assert_int_lt(ticks_of(site.child.pid) - before, 15);
    for (int i = 0; i < CLIENTS; i++)
        close(clients[i]);
    struct buffer answer = get(site.url, "/fault/whole");
    assert_starts(&answer, "HTTP/1.1 200 OK\r\n");
    buffer_free(&answer);
    site_stop(&site);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("site");
    TCase *line = tcase_create("command line");
    TCase *pages = tcase_create("pages");
    TCase *life = tcase_create("connections");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(line, 60);
    tcase_add_loop_test(line, bad_usage_is_explained_and_exits_2, 0,
                        COUNT(bad_usage));
    tcase_add_loop_test(line, help_and_version_go_to_stdout_and_exit_0, 0, 3);
    tcase_add_test(line, a_port_that_is_taken_is_explained_and_exits_1);
    tcase_add_test(line, it_prints_its_url_and_nothing_else);
    tcase_add_test(line, it_listens_on_ipv6_where_there_is_any);
    tcase_add_test(line, verbose_logs_every_request_on_stderr);
    suite_add_tcase(suite, line);

    tcase_set_timeout(pages, 120);
    tcase_add_test(pages,
                   the_same_seed_gives_the_same_pages_and_another_others);
    tcase_add_test(pages, a_page_is_what_it_always_was);
    tcase_add_loop_test(pages, a_page_has_the_size_asked_for_and_is_whole, 0,
                        COUNT(sizes));
    tcase_add_loop_test(pages, a_chunked_page_holds_the_same_bytes, 0, 3);
    tcase_add_test(pages, an_http_1_0_client_gets_no_chunks);
    tcase_add_loop_test(pages, all_pages_can_be_reached_from_the_first, 0, 5);
    tcase_add_test(pages, each_request_gets_its_answer);
    tcase_add_test(pages, head_has_the_length_and_no_body);
    suite_add_tcase(suite, pages);

    tcase_set_timeout(life, 120);
    tcase_add_test(life, a_connection_is_kept_if_the_client_keeps_it);
    tcase_add_test(life, no_connection_is_kept_with_no_keep_alive);
    tcase_add_loop_test(life, pipelined_requests_are_answered_in_order, 0, 2);
    tcase_add_test(life, pipelining_beyond_all_measure_is_borne);
    tcase_add_test(life, a_request_may_arrive_byte_by_byte);
    tcase_add_test(life, a_request_head_over_64_kib_is_refused);
    tcase_add_test(life, no_answer_comes_before_its_latency);
    tcase_add_test(life, one_who_waits_holds_up_nobody);
    tcase_add_test(life, a_thousand_wait_at_once);
    tcase_add_loop_test(life, a_client_that_leaves_is_forgotten_at_once, 0, 20);
    tcase_add_loop_test(life, a_signal_ends_it_whatever_it_is_at, 0, 2);
    tcase_add_test(life, without_descriptors_it_rests_until_one_is_closed);
    suite_add_tcase(suite, life);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
