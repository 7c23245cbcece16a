/*
 * each_selector.h - for the suites about the selector: every test runs with
 * epoll, with poll and with select.
 */
#ifndef TESTS_EACH_SELECTOR_H
#define TESTS_EACH_SELECTOR_H

#include "stages/05-callbacks/selector.h"

#include "support.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { R = SELECTOR_READ, W = SELECTOR_WRITE, RW = R | W };

static const char *const backends[] = {"epoll", "poll", "select"};

enum { BACKENDS = sizeof backends / sizeof backends[0] };

static inline bool is_backend(int i, const char *name)
{
    return strcmp(backends[i], name) == 0;
}

static struct selector *selector;
static int descriptors_before;

/* With the backend of this turn; the test is over where there is none. */
#define WITH_BACKEND(i)                         \
    do {                                        \
        if (!selector_has_backend(backends[i])) \
            return;                             \
        selector = selector_new(backends[i]);   \
        ck_assert_ptr_nonnull(selector);        \
    } while (0)

static inline void set_up(void)
{
    selector = NULL;
    descriptors_before = count_descriptors();
}

/* Every test closes what it opened; here is seen that the selector does. */
static inline void tear_down(void)
{
    selector_free(selector);
    selector = NULL;
    ck_assert_int_eq(count_descriptors(), descriptors_before);
}

/* What a callback heard. */
struct heard {
    int times;
    int events; /* of the last time */
};

static inline void hear(void *data, int events)
{
    struct heard *heard = data;

    heard->times++;
    heard->events = events;
}

static inline void add(int fd, int events, struct heard *heard)
{
    ck_assert_msg(selector_register(selector, fd, events, hear, heard) == 0,
                  "registering %d: %s", fd, strerror(errno));
}

static inline void drop(int fd)
{
    ck_assert_int_eq(selector_unregister(selector, fd), 0);
}

/* Selects and calls back. Returns how many were called. */
static inline int turn(int64_t timeout_ns)
{
    struct selector_ready ready;
    int called = 0;

    ck_assert_int_ge(selector_select(selector, timeout_ns), 0);
    while (selector_next(selector, &ready)) {
        ready.callback(ready.data, ready.events);
        called++;
    }
    return called;
}

/* A pair of connected sockets that do not block. */
static inline void open_pair(int pair[2])
{
    ck_assert_int_eq(socketpair(AF_UNIX,
                                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                                pair),
                     0);
}

static inline void close_pair(int pair[2])
{
    close(pair[0]);
    close(pair[1]);
}

static inline void say(int fd)
{
    ck_assert_int_eq(write(fd, "x", 1), 1);
}

static inline void fill(int fd)
{
    static const char much[4096];

    while (write(fd, much, sizeof much) > 0)
        continue;
    ck_assert_int_eq(errno, EAGAIN);
}

/* Reads until there is no more. */
static inline void empty(int fd)
{
    char much[4096];

    while (read(fd, much, sizeof much) > 0)
        continue;
    ck_assert_int_eq(errno, EAGAIN);
}

/*
 * Runs the tests, the last of which is followed by NULL: those `once`, and
 * those of `each` with each backend, whose number is their _i. `begins` runs
 * before each test and `ends` after it. Returns the exit status.
 */
static inline int run_suite_between(const char *name, SFun begins, SFun ends,
                                    const TTest *const once[],
                                    const TTest *const each[])
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, begins, ends);
    for (; *once != NULL; once++)
        tcase_add_test(tcase, *once);
    for (; *each != NULL; each++)
        tcase_add_loop_test(tcase, *each, 0, BACKENDS);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* The same with the selector of this file. */
static inline int run_suite(const char *name, const TTest *const once[],
                            const TTest *const each[])
{
    return run_suite_between(name, set_up, tear_down, once, each);
}

#endif
