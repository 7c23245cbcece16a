/*
 * selector_test.c - one wait for all: who is registered, what is found, and
 * how long it lasts. Stale events are in selector_stale_test.c, what many or
 * high descriptors and too little memory do in selector_limits_test.c.
 */
#include "each_selector.h"

#include "stages/05-callbacks/selector_backend.h"

#include "common/clock.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

/* ---- which backends there are ---- */

START_TEST(the_best_backend_is_the_default)
{
    selector = selector_new(NULL);
    ck_assert_ptr_nonnull(selector);
    ck_assert_str_eq(selector_backend(selector),
                     selector_has_backend("epoll") ? "epoll" : "poll");
}
END_TEST

START_TEST(a_backend_that_is_not_here_is_refused)
{
    static const char *const names[] = {"", "kqueue", "Epoll", "epoll "};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        errno = 0;
        ck_assert_ptr_null(selector_new(names[i]));
        ck_assert_int_eq(errno, EINVAL);
        ck_assert(!selector_has_backend(names[i]));
    }
}
END_TEST

START_TEST(poll_and_select_are_everywhere)
{
    ck_assert(selector_has_backend("poll"));
    ck_assert(selector_has_backend("select"));
}
END_TEST

START_TEST(a_new_selector_has_nothing_registered_and_finds_nothing)
{
    struct selector_ready ready;

    WITH_BACKEND(_i);
    ck_assert_str_eq(selector_backend(selector), backends[_i]);
    ck_assert_uint_eq(selector_count(selector), 0);
    ck_assert(!selector_next(selector, &ready));
    ck_assert_int_eq(selector_select(selector, 0), 0);
    ck_assert(!selector_next(selector, &ready));
}
END_TEST

START_TEST(freeing_none_is_fine)
{
    selector_free(NULL);
}
END_TEST

/* ---- register, modify, unregister ---- */

START_TEST(what_is_ready_is_handed_out_once_as_it_was_registered)
{
    struct heard heard = {0};
    struct selector_ready ready;
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    ck_assert_uint_eq(selector_count(selector), 1);
    ck_assert_int_eq(selector_select(selector, 0), 0);
    say(pair[1]);
    ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 1);
    ck_assert(selector_next(selector, &ready));
    ck_assert_int_eq(ready.fd, pair[0]);
    ck_assert_int_eq(ready.events, R);
    ck_assert(ready.callback == hear);
    ck_assert_ptr_eq(ready.data, &heard);
    ck_assert(!selector_next(selector, &ready));
    close_pair(pair);
}
END_TEST

START_TEST(what_stays_ready_is_found_by_every_select)
{
    struct heard heard = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    say(pair[1]);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    empty(pair[0]);
    ck_assert_int_eq(turn(0), 0);
    ck_assert_int_eq(heard.times, 3);
    close_pair(pair);
}
END_TEST

START_TEST(what_was_found_and_not_taken_is_dropped_by_the_next_select)
{
    struct heard heard = {0};
    struct selector_ready ready;
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    say(pair[1]);
    ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 1);
    empty(pair[0]);
    ck_assert_int_eq(selector_select(selector, 0), 0);
    ck_assert(!selector_next(selector, &ready));
    close_pair(pair);
}
END_TEST

START_TEST(registering_what_cannot_be_is_refused)
{
    struct heard heard = {0};
    int pair[2], closed;

    WITH_BACKEND(_i);
    open_pair(pair);
    closed = dup(pair[0]);
    close(closed);
    const struct {
        int fd, events, error;
    } rows[] = {
        {-1, R, EBADF},           {closed, R, EBADF},   {1 << 30, R, EBADF},
        {pair[0], 0, EINVAL},     {pair[0], 4, EINVAL}, {pair[0], -1, EINVAL},
        {pair[0], R | 8, EINVAL}, {pair[1], R, EEXIST}, {pair[1], W, EEXIST},
    };
    add(pair[1], R, &heard);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        errno = 0;
        ck_assert_int_eq(selector_register(selector, rows[i].fd, rows[i].events,
                                           hear, &heard),
                         -1);
        ck_assert_int_eq(errno, rows[i].error);
        ck_assert_uint_eq(selector_count(selector), 1);
    }
    say(pair[1]);
    ck_assert_int_eq(turn(0), 0); /* nothing of it was kept */
    close_pair(pair);
}
END_TEST

START_TEST(what_is_not_registered_cannot_be_modified_or_unregistered)
{
    struct heard heard = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[1], R, &heard);
    drop(pair[1]);
    const int fds[] = {-1, pair[0], pair[1], 1 << 30};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        errno = 0;
        ck_assert_int_eq(selector_modify(selector, fds[i], R, hear, &heard),
                         -1);
        ck_assert_int_eq(errno, ENOENT);
        errno = 0;
        ck_assert_int_eq(selector_unregister(selector, fds[i]), -1);
        ck_assert_int_eq(errno, ENOENT);
    }
    close_pair(pair);
}
END_TEST

START_TEST(a_wrong_modification_leaves_everything_as_it_was)
{
    static const int wrong[] = {0, 4, -1};
    struct heard heard = {0}, other = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        errno = 0;
        ck_assert_int_eq(
            selector_modify(selector, pair[0], wrong[i], hear, &other), -1);
        ck_assert_int_eq(errno, EINVAL);
    }
    say(pair[1]);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(heard.events, R);
    ck_assert_int_eq(other.times, 0);
    close_pair(pair);
}
END_TEST

static void hear_otherwise(void *data, int events)
{
    hear(data, events);
}

START_TEST(modifying_changes_events_callback_and_data)
{
    struct heard before = {0}, after = {0};
    struct selector_ready ready;
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &before);
    ck_assert_int_eq(
        selector_modify(selector, pair[0], W, hear_otherwise, &after), 0);
    ck_assert_uint_eq(selector_count(selector), 1);
    say(pair[1]);
    ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 1);
    ck_assert(selector_next(selector, &ready));
    ck_assert_int_eq(ready.events, W);
    ck_assert(ready.callback == hear_otherwise);
    ck_assert_ptr_eq(ready.data, &after);
    /* The same events, another callback. */
    ck_assert_int_eq(selector_modify(selector, pair[0], W, hear, &before), 0);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(before.events, W);
    ck_assert_int_eq(after.times, 0);
    close_pair(pair);
}
END_TEST

START_TEST(what_is_unregistered_is_found_no_more_and_may_be_registered_anew)
{
    struct heard before = {0}, after = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    say(pair[1]);
    add(pair[0], R, &before);
    drop(pair[0]);
    ck_assert_uint_eq(selector_count(selector), 0);
    ck_assert_int_eq(turn(0), 0);
    add(pair[0], R, &after);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(before.times, 0);
    ck_assert_int_eq(after.times, 1);
    close_pair(pair);
}
END_TEST

START_TEST(unregistering_one_leaves_all_others)
{
    enum { COUNT = 20 };
    struct heard heard[COUNT] = {0};
    int pairs[COUNT][2];

    WITH_BACKEND(_i);
    for (int i = 0; i < COUNT; i++) {
        open_pair(pairs[i]);
        say(pairs[i][1]);
        add(pairs[i][0], R, &heard[i]);
    }
    for (int left = COUNT; left > 0; left--) {
        int gone = left * 7 % COUNT; /* each once: first, last, amidst */
        ck_assert_int_eq(turn(SELECTOR_FOREVER), left);
        ck_assert_int_eq(heard[gone].times, COUNT - left + 1);
        drop(pairs[gone][0]);
        ck_assert_uint_eq(selector_count(selector), left - 1);
    }
    ck_assert_int_eq(turn(0), 0);
    for (int i = 0; i < COUNT; i++)
        close_pair(pairs[i]);
}
END_TEST

/* ---- what can be waited for ---- */

START_TEST(only_what_is_waited_for_and_there_is_reported)
{
    /* Of a socket that is (not) readable and (not) writable. */
    static const struct {
        bool readable, writable;
        int waited_for, found;
    } rows[] = {
        {false, true, R, 0},   {false, true, W, W}, {false, true, RW, W},
        {true, true, R, R},    {true, true, W, W},  {true, true, RW, RW},
        {true, false, R, R},   {true, false, W, 0}, {true, false, RW, R},
        {false, false, RW, 0},
    };

    WITH_BACKEND(_i);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct heard heard = {0};
        int pair[2];
        open_pair(pair);
        if (rows[i].readable)
            say(pair[1]);
        if (!rows[i].writable)
            fill(pair[0]);
        add(pair[0], rows[i].waited_for, &heard);
        ck_assert_int_eq(turn(0), rows[i].found != 0);
        ck_assert_msg(heard.events == rows[i].found, "row %zu: found %d", i,
                      heard.events);
        drop(pair[0]);
        close_pair(pair);
    }
}
END_TEST

START_TEST(a_socket_becomes_writable_when_there_is_room_again)
{
    struct heard heard = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    fill(pair[0]);
    add(pair[0], W, &heard);
    ck_assert_int_eq(turn(0), 0);
    empty(pair[1]);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(heard.events, W);
    close_pair(pair);
}
END_TEST

static int hung_up_socket(void)
{
    int pair[2];

    open_pair(pair);
    close(pair[1]);
    return pair[0];
}

/* The other side hung up with bytes of ours unread, which is an error. */
static int reset_socket(void)
{
    int pair[2];

    open_pair(pair);
    say(pair[0]);
    close(pair[1]);
    return pair[0];
}

/* Nobody listens there: the port is bound, so that nobody else can. */
static int refused_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int bound = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(bind(bound, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(getsockname(bound, (struct sockaddr *)&address, &size), 0);
    ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    if (connect(fd, (struct sockaddr *)&address, size) < 0)
        ck_assert(errno == EINPROGRESS || errno == ECONNREFUSED);
    close(bound);
    return fd;
}

/* Somebody wrote to a full pipe, and its reader left. */
static int pipe_without_reader(void)
{
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    fill(ends[1]);
    close(ends[0]);
    return ends[1];
}

START_TEST(hang_up_and_error_count_as_all_that_is_waited_for)
{
    static int (*const troubles[])(void) = {
        hung_up_socket, reset_socket, refused_socket, pipe_without_reader};
    static const int waited_for[] = {R, W, RW};

    WITH_BACKEND(_i);
    for (size_t t = 0; t < sizeof troubles / sizeof troubles[0]; t++)
        for (size_t i = 0; i < 3; i++) {
            struct heard heard = {0};
            int fd = troubles[t]();
            add(fd, waited_for[i], &heard);
            ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
            ck_assert_msg(heard.events == waited_for[i],
                          "trouble %zu, waited for %d: found %d", t,
                          waited_for[i], heard.events);
            drop(fd);
            close(fd);
        }
}
END_TEST

START_TEST(the_end_of_a_pipe_is_readable)
{
    struct heard heard = {0};
    int ends[2];

    WITH_BACKEND(_i);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    add(ends[0], R, &heard);
    ck_assert_int_eq(turn(0), 0);
    close(ends[1]);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(heard.events, R);
    close(ends[0]);
}
END_TEST

START_TEST(a_regular_file_is_always_ready_but_epoll_refuses_it)
{
    struct heard heard = {0};
    FILE *file = tmpfile();

    ck_assert_ptr_nonnull(file);
    if (selector_has_backend(backends[_i])) {
        WITH_BACKEND(_i);
        int fd = fileno(file);
        errno = 0;
        int status = selector_register(selector, fd, RW, hear, &heard);
        if (is_backend(_i, "epoll")) {
            ck_assert_int_eq(status, -1);
            ck_assert_int_eq(errno, EPERM);
            ck_assert_uint_eq(selector_count(selector), 0);
        } else {
            ck_assert_int_eq(status, 0);
            ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
            ck_assert_int_eq(heard.events, RW);
        }
    }
    fclose(file);
}
END_TEST

/* ---- time ---- */

START_TEST(a_wait_is_never_shorter_than_asked)
{
    static const int64_t timeouts_ns[] = {
        0,       1,       999,     1000,     1001,     999999,
        1000000, 1000001, 1500000, 10000001, 20999999,
    };

    WITH_BACKEND(_i);
    for (size_t i = 0; i < sizeof timeouts_ns / sizeof timeouts_ns[0]; i++) {
        int64_t begun_ns = clock_now_ns();
        ck_assert_int_eq(selector_select(selector, timeouts_ns[i]), 0);
        ck_assert_int_ge(clock_now_ns() - begun_ns, timeouts_ns[i]);
    }
}
END_TEST

START_TEST(a_timeout_is_rounded_up_to_what_the_kernel_counts)
{
    static const struct {
        int64_t timeout_ns, unit_ns, units;
    } rows[] = {
        {0, NS_PER_MS, 0},
        {1, NS_PER_MS, 1},
        {NS_PER_MS - 1, NS_PER_MS, 1},
        {NS_PER_MS, NS_PER_MS, 1},
        {NS_PER_MS + 1, NS_PER_MS, 2},
        {1, NS_PER_US, 1},
        {NS_PER_MS, NS_PER_US, 1000},
        {INT64_MAX, 1, INT64_MAX},
        {INT64_MAX, NS_PER_MS, INT64_MAX / NS_PER_MS + 1},
        {SELECTOR_FOREVER, NS_PER_MS, SELECTOR_FOREVER},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_int_eq(selector_round_up(rows[i].timeout_ns, rows[i].unit_ns),
                         rows[i].units);
}
END_TEST

START_TEST(the_longest_timeouts_wait_and_do_not_overflow)
{
    static const int64_t timeouts_ns[] = {INT64_MAX, INT64_MAX - 1,
                                          NS_PER_S * 3600 * 24 * 366 * 100};
    struct heard heard = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    say(pair[1]);
    for (size_t i = 0; i < sizeof timeouts_ns / sizeof timeouts_ns[0]; i++)
        ck_assert_int_eq(selector_select(selector, timeouts_ns[i]), 1);
    close_pair(pair);
}
END_TEST

static void *say_to(void *fd)
{
    say(*(int *)fd);
    return NULL;
}

START_TEST(forever_lasts_until_something_is_ready)
{
    struct heard heard = {0};
    pthread_t thread;
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    ck_assert_int_eq(pthread_create(&thread, NULL, say_to, &pair[1]), 0);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    pthread_join(thread, NULL);
    close_pair(pair);
}
END_TEST

static void do_nothing(int number)
{
    (void)number;
}

START_TEST(a_signal_ends_the_wait_and_is_no_error)
{
    struct sigaction action = {.sa_handler = do_nothing}; /* no SA_RESTART */
    /* Again and again: one that comes before the wait is not the last. */
    struct itimerval often = {{0, 2000}, {0, 2000}}, never = {{0, 0}, {0, 0}};
    struct heard heard = {0};
    struct selector_ready ready;
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &heard);
    ck_assert_int_eq(sigaction(SIGALRM, &action, NULL), 0);
    ck_assert_int_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 0);
        ck_assert(!selector_next(selector, &ready));
    }
    ck_assert_int_eq(setitimer(ITIMER_REAL, &never, NULL), 0);
    close_pair(pair);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        the_best_backend_is_the_default,
        a_backend_that_is_not_here_is_refused,
        poll_and_select_are_everywhere,
        freeing_none_is_fine,
        a_timeout_is_rounded_up_to_what_the_kernel_counts,
        NULL,
    };
    const TTest *const each[] = {
        a_new_selector_has_nothing_registered_and_finds_nothing,
        what_is_ready_is_handed_out_once_as_it_was_registered,
        what_stays_ready_is_found_by_every_select,
        what_was_found_and_not_taken_is_dropped_by_the_next_select,
        registering_what_cannot_be_is_refused,
        what_is_not_registered_cannot_be_modified_or_unregistered,
        a_wrong_modification_leaves_everything_as_it_was,
        modifying_changes_events_callback_and_data,
        what_is_unregistered_is_found_no_more_and_may_be_registered_anew,
        unregistering_one_leaves_all_others,
        only_what_is_waited_for_and_there_is_reported,
        a_socket_becomes_writable_when_there_is_room_again,
        hang_up_and_error_count_as_all_that_is_waited_for,
        the_end_of_a_pipe_is_readable,
        a_regular_file_is_always_ready_but_epoll_refuses_it,
        a_wait_is_never_shorter_than_asked,
        the_longest_timeouts_wait_and_do_not_overflow,
        forever_lasts_until_something_is_ready,
        a_signal_ends_the_wait_and_is_no_error,
        NULL,
    };

    return run_suite("selector", once, each);
}
