/*
 * interrupts_inside_test.c - SIGINT and SIGTERM between any two calls, and
 * while something is written; and the second one, which ends it at once.
 */
#include "interrupts.h"

#include "common/clock.h"

#include <sys/ioctl.h>

/* ---- at a point that the crawl knows ---- */

/*
 * Three healthy pages, and ODD_SIGNAL=`order`; tests/odd_calls.h says what it
 * means. Returns the exit status. With `whole` the manifest must be, whoever
 * of the pages was faster than the signal.
 */
static int interrupted_by_itself(const struct way *way, const char *order,
                                 bool whole)
{
    struct scripted *server =
        scripted_start(AF_INET, false, serve_healthy, NULL);
    char pages[3][64];
    const char *urls[3] = {pages[0], pages[1], pages[2]};

    for (int i = 0; i < 3; i++)
        snprintf(pages[i], sizeof pages[i], "%shealthy/%d",
                 scripted_url(server), i + 1);
    setenv("ODD_SIGNAL", order, 1);
    struct crawl_of_three crawl = crawl_begin(way, urls);
    struct ended ended = child_end(&crawl.child);
    if (whole) {
        char *manifest = read_file(file_in_dir("manifest"));
        manifest_has(manifest, urls, (int)count_lines(manifest, "ok "));
        free(manifest);
        no_process_left();
    }
    await_orphans();
    scripted_stop(server);
    int status = ended.status;
    ended_free(&ended);
    return status;
}

/* Its pages are fetched by processes of its own. */
static bool has_workers(const struct way *way)
{
    return strcmp(way->program, "02-processes") == 0 ||
           (way->option != NULL && strcmp(way->option, "--processes=2") == 0);
}

/* A worker may have its page whole before its parent has seen the signal. */
START_TEST(before_the_first_connect)
{
    char order[64];

    snprintf(order, sizeof order, "connect:1:%d", signals[_i % 2]);
    ck_assert_int_eq(interrupted_by_itself(way_of(_i), order, true),
                     128 + signals[_i % 2]);
    char *manifest = read_file(file_in_dir("manifest"));
    ck_assert_uint_le(count_lines(manifest, "ok "), has_workers(way_of(_i)));
    free(manifest);
}
END_TEST

/* A worker that is quick may have done with the second page before. */
START_TEST(between_two_pages)
{
    char order[64];

    snprintf(order, sizeof order, "request:2:%d", signals[_i % 2]);
    ck_assert_int_eq(interrupted_by_itself(way_of(_i), order, true),
                     128 + signals[_i % 2]);
    char *manifest = read_file(file_in_dir("manifest"));
    ck_assert_int_ge((int)count_lines(manifest, "ok "), 1);
    ck_assert_int_le((int)count_lines(manifest, "ok "), 2);
    free(manifest);
}
END_TEST

/* Between any two calls that have to do with a server, until there are none. */
START_TEST(at_every_connect_send_and_recv)
{
    static const char *const calls[] = {"connect", "send", "recv"};
    const struct way *way = way_of(_i);
    int number = signals[_i / 2 % 2], points = 0;

    if (_i % 2 != 0) /* one signal for each way is enough of this */
        return;
    for (int call = 0; call < 3; call++)
        for (int n = 1, status = -1; status != 0; n++) {
            char order[64];
            snprintf(order, sizeof order, "%s:%d:%d", calls[call], n, number);
            status = interrupted_by_itself(way, order, true);
            ck_assert_msg(status == 0 || status == 128 + number,
                          "%s, %s: exit status %d", way->program, order,
                          status);
            points += status != 0;
        }
    ck_assert_int_ge(points, 1 + 3 + 3);
}
END_TEST

START_TEST(the_second_one_ends_it_at_once)
{
    static const char *const calls[] = {"connect:1", "send:1", "recv:1",
                                        "send:2", "recv:2"};
    int first = signals[_i % 2], second = signals[1 - _i % 2];

    for (int call = 0; call < 5; call++) {
        char order[64];
        snprintf(order, sizeof order, "%s:%d:%d", calls[call], first, second);
        int status = interrupted_by_itself(way_of(_i), order, false);
        /* If both are there the kernel hands them over as it likes. */
        ck_assert_msg(status == 128 + first || status == 128 + second,
                      "%s, %s: exit status %d", way_of(_i)->program, order,
                      status);
    }
}
END_TEST

/* ---- while something is written ---- */

enum { SMALL_PIPE = 4096, LONG_URL = 6000 };

static void long_urls(char pages[3][LONG_URL + 64], const char *urls[3],
                      const struct scripted *server)
{
    for (int i = 0; i < 3; i++) {
        snprintf(pages[i], sizeof pages[i], "%shealthy/%0*d",
                 scripted_url(server), LONG_URL, i + 1);
        urls[i] = pages[i];
    }
}

/* All that comes until whoever writes closes it. The caller frees. */
static char *read_to_end(int fd)
{
    static char text[8 * LONG_URL];
    size_t length = 0;
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    ssize_t n = 1;

    while (n > 0) {
        ck_assert_int_eq(poll(&readable, 1, 60000), 1);
        n = read(fd, text + length, sizeof text - 1 - length);
        ck_assert_int_ge(n, 0);
        length += (size_t)n;
    }
    text[length] = '\0';
    return text;
}

/* A manifest that nobody has read yet: it fits into no pipe. */
static int unread_manifest(void)
{
    unlink(file_in_dir("manifest"));
    ck_assert_int_eq(mkfifo(file_in_dir("manifest"), 0600), 0);
    int fd = open(file_in_dir("manifest"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fcntl(fd, F_SETPIPE_SZ, SMALL_PIPE), SMALL_PIPE);
    return fd;
}

/* There is no room: whoever writes into it waits. */
static void await_full(int fd)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};
    int size = 0;

    ck_assert_int_eq(poll(&readable, 1, 60000), 1);
    for (int64_t end_ns = clock_now_ns() + 60 * NS_PER_S; size < SMALL_PIPE;) {
        ck_assert_int_lt(clock_now_ns(), end_ns);
        ck_assert_int_eq(ioctl(fd, FIONREAD, &size), 0);
        sched_yield();
    }
}

START_TEST(while_the_report_is_written)
{
    struct scripted *server =
        scripted_start(AF_INET, false, serve_healthy, NULL);
    static char pages[3][LONG_URL + 64];
    const char *urls[3];
    int number = signals[_i % 2], fd = unread_manifest();

    long_urls(pages, urls, server);
    struct crawl_of_three crawl = crawl_begin(way_of(_i), urls);
    await_full(fd);
    kill(crawl.child.pid, number);
    manifest_has(read_to_end(fd), urls, 3);
    struct ended ended = child_end(&crawl.child);
    ck_assert_msg(ended.status == 128 + number, "%s: %d: %s",
                  way_of(_i)->program, ended.status, ended.err);
    ck_assert_str_eq(ended.err, "");
    ended_free(&ended);
    no_process_left();
    close(fd);
    scripted_stop(server);
}
END_TEST

/*
 * The thread sanitizer holds a handler back until the call has returned, and
 * valgrind may: that nobody reads then would be for ever.
 */
START_TEST(twice_while_the_report_is_written)
{
    if (getenv("LEFTOVERS_THREAD") != NULL ||
        getenv("STAGES_UNDER_VALGRIND") != NULL)
        return;
    struct scripted *server =
        scripted_start(AF_INET, false, serve_healthy, NULL);
    static char pages[3][LONG_URL + 64];
    const char *urls[3];
    int number = signals[_i % 2], fd = unread_manifest();

    long_urls(pages, urls, server);
    struct crawl_of_three crawl = crawl_begin(way_of(_i), urls);
    await_full(fd);
    kill(crawl.child.pid, number);
    await_handled(crawl.child.pid, number);
    kill(crawl.child.pid, number);
    struct ended ended = child_end(&crawl.child); /* nobody reads it */
    ck_assert_int_eq(ended.status, 128 + number);
    ended_free(&ended);
    await_orphans();
    close(fd);
    scripted_stop(server);
}
END_TEST

/* Its answers wait until the pipe is small. */
static void serve_when_told(int conn, void *data)
{
    char byte;

    if (read(*(int *)data, &byte, 1) == 1)
        scripted_serve_healthy(conn);
}

/* What a page came to is said on a pipe that is full. */
START_TEST(while_a_line_is_written)
{
    int gate[2], number = signals[_i % 2];
    ck_assert_int_eq(pipe(gate), 0);
    struct scripted *server =
        scripted_start(AF_INET, false, serve_when_told, &gate[0]);
    static char pages[3][LONG_URL + 64];
    const char *urls[3];

    long_urls(pages, urls, server);
    struct crawl_of_three crawl = crawl_begin(way_of(_i), urls);
    ck_assert_int_eq(fcntl(crawl.child.out, F_SETPIPE_SZ, SMALL_PIPE),
                     SMALL_PIPE);
    ck_assert_int_eq(write(gate[1], "!", 1), 1);
    await_full(crawl.child.out);
    kill(crawl.child.pid, number);
    struct ended ended = child_end(&crawl.child);
    ck_assert_msg(ended.status == 128 + number, "%s: %d: %s",
                  way_of(_i)->program, ended.status, ended.err);
    ck_assert_msg(strstr(ended.out, urls[0]) != NULL, "%s: %.200s",
                  way_of(_i)->program, ended.out);
    ck_assert_msg(strstr(ended.err, "cannot") == NULL, "%s", ended.err);
    char *manifest = read_file(file_in_dir("manifest"));
    manifest_has(manifest, urls, 1);
    free(manifest);
    ended_free(&ended);
    close(gate[1]); /* whoever still waits for it */
    scripted_stop(server);
    close(gate[0]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        before_the_first_connect,          between_two_pages,
        at_every_connect_send_and_recv,    the_second_one_ends_it_at_once,
        while_a_line_is_written,           while_the_report_is_written,
        twice_while_the_report_is_written, NULL};

    return run_everywhere("interrupts_inside", tests);
}
