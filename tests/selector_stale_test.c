/*
 * selector_stale_test.c - what was found for a descriptor that has been
 * unregistered, closed or replaced since reaches nobody.
 */
#include "each_selector.h"

#include "common/clock.h"

#include <fcntl.h>

/* ---- what was found for somebody who is gone ---- */

/* Two are ready; whose turn is first drops and closes the other one. */
struct two {
    int fds[2];
    int peers[2];
    int first; /* the number of the one that was called; -1 none yet */
    void (*meanwhile)(struct two *two, int other);
    struct heard late; /* what the newcomer hears */
};

static void called_first(struct two *two, int who)
{
    ck_assert_msg(two->first < 0, "who was dropped was called");
    two->first = who;
    drop(two->fds[1 - who]);
    two->meanwhile(two, 1 - who);
}

static void call_0(void *data, int events)
{
    (void)events;
    called_first(data, 0);
}

static void call_1(void *data, int events)
{
    (void)events;
    called_first(data, 1);
}

static void two_open(struct two *two,
                     void (*meanwhile)(struct two *two, int other))
{
    *two = (struct two){.first = -1, .meanwhile = meanwhile};
    for (int i = 0; i < 2; i++) {
        int pair[2];
        open_pair(pair);
        two->fds[i] = pair[0];
        two->peers[i] = pair[1];
        say(pair[1]);
        ck_assert_int_eq(selector_register(selector, pair[0], R,
                                           i == 0 ? call_0 : call_1, two),
                         0);
    }
}

static void two_close(struct two *two)
{
    for (int i = 0; i < 2; i++) {
        if (two->fds[i] >= 0)
            close(two->fds[i]);
        if (two->peers[i] >= 0)
            close(two->peers[i]);
    }
}

static void leave_it(struct two *two, int other)
{
    (void)two;
    (void)other;
}

static void close_it(struct two *two, int other)
{
    close(two->fds[other]);
    two->fds[other] = -1;
}

/* The same descriptor, still readable, now for somebody else. */
static void register_it_anew(struct two *two, int other)
{
    add(two->fds[other], R, &two->late);
}

/* Its number goes to a socket that is writable, not readable. */
static void reuse_for_writing(struct two *two, int other)
{
    int pair[2];

    open_pair(pair);
    ck_assert_int_eq(dup2(pair[0], two->fds[other]), two->fds[other]);
    close(pair[0]);
    close(two->peers[other]);
    two->peers[other] = pair[1];
    add(two->fds[other], W, &two->late);
}

/* Its number goes to a socket that nothing came for. */
static void reuse_for_reading(struct two *two, int other)
{
    int pair[2];

    open_pair(pair);
    ck_assert_int_eq(dup2(pair[0], two->fds[other]), two->fds[other]);
    close(pair[0]);
    close(two->peers[other]);
    two->peers[other] = pair[1];
    add(two->fds[other], R, &two->late);
}

START_TEST(a_stale_event_reaches_nobody)
{
    /* What becomes of the other descriptor, and what the next select finds
       for whoever has registered it since. */
    static const struct {
        void (*meanwhile)(struct two *two, int other);
        int late;
    } rows[] = {
        {leave_it, 0},          {close_it, 0},          {register_it_anew, R},
        {reuse_for_writing, W}, {reuse_for_reading, 0},
    };

    WITH_BACKEND(_i);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct two two;
        two_open(&two, rows[i].meanwhile);
        ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 2);
        struct selector_ready ready;
        int called = 0;
        for (; selector_next(selector, &ready); called++)
            ready.callback(ready.data, ready.events);
        ck_assert_int_eq(called, 1);
        ck_assert_int_ge(two.first, 0);
        ck_assert_int_eq(two.late.times, 0);

        drop(two.fds[two.first]); /* it has had its turn */
        ck_assert_int_eq(turn(0), rows[i].late != 0);
        ck_assert_int_eq(two.late.events, rows[i].late);
        if (two.fds[1 - two.first] >= 0)
            selector_unregister(selector, two.fds[1 - two.first]);
        ck_assert_uint_eq(selector_count(selector), 0);
        two_close(&two);
    }
}
END_TEST

START_TEST(what_was_found_before_a_modification_is_dropped)
{
    struct heard before = {0}, after = {0};
    struct selector_ready ready;
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    say(pair[1]);
    add(pair[0], RW, &before);
    ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 1);
    ck_assert_int_eq(selector_modify(selector, pair[0], R, hear, &after), 0);
    ck_assert(!selector_next(selector, &ready));
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(before.times, 0);
    ck_assert_int_eq(after.events, R);
    close_pair(pair);
}
END_TEST

START_TEST(one_may_unregister_itself_when_called)
{
    enum { COUNT = 30 };
    struct heard heard[COUNT] = {0};
    struct selector_ready ready;
    int pairs[COUNT][2];

    WITH_BACKEND(_i);
    for (int i = 0; i < COUNT; i++) {
        open_pair(pairs[i]);
        say(pairs[i][1]);
        add(pairs[i][0], R, &heard[i]);
    }
    ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), COUNT);
    while (selector_next(selector, &ready)) {
        ready.callback(ready.data, ready.events);
        drop(ready.fd);
    }
    for (int i = 0; i < COUNT; i++) {
        ck_assert_int_eq(heard[i].times, 1);
        close_pair(pairs[i]);
    }
    ck_assert_uint_eq(selector_count(selector), 0);
}
END_TEST

/* The next descriptor has a far higher number: all that grows must grow. */
START_TEST(registering_between_two_that_are_handed_out_disturbs_neither)
{
    enum { FAR = 900 };
    struct heard heard[2] = {0}, late = {0};
    struct selector_ready ready;
    int pairs[2][2];

    WITH_BACKEND(_i);
    for (int i = 0; i < 2; i++) {
        open_pair(pairs[i]);
        say(pairs[i][1]);
        add(pairs[i][0], R, &heard[i]);
    }
    ck_assert_int_eq(selector_select(selector, SELECTOR_FOREVER), 2);
    ck_assert(selector_next(selector, &ready));
    ready.callback(ready.data, ready.events);
    int far = fcntl(pairs[0][0], F_DUPFD_CLOEXEC, FAR);
    ck_assert_int_ge(far, FAR);
    add(far, R, &late);
    ck_assert(selector_next(selector, &ready));
    ready.callback(ready.data, ready.events);
    ck_assert(!selector_next(selector, &ready));
    ck_assert_int_eq(heard[0].times, 1);
    ck_assert_int_eq(heard[1].times, 1);
    ck_assert_int_eq(late.times, 0);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 3);
    ck_assert_int_eq(late.times, 1);
    drop(far);
    close(far);
    close_pair(pairs[0]);
    close_pair(pairs[1]);
}
END_TEST

/* ---- closed behind our back ---- */

/* Nobody is called, and a wait lasts as long as it was asked to. */
static void is_quiet(void)
{
    enum { LONG_NS = 5 * NS_PER_MS };

    /* The first one may be cut short: that is when select and poll notice. */
    ck_assert_int_eq(turn(LONG_NS), 0);
    for (int i = 0; i < 3; i++) {
        int64_t begun_ns = clock_now_ns();
        ck_assert_int_eq(turn(LONG_NS), 0);
        ck_assert_int_ge(clock_now_ns() - begun_ns, LONG_NS);
    }
}

START_TEST(what_is_closed_unasked_neither_spins_nor_reaches_anybody)
{
    struct heard gone = {0}, there = {0};
    int pair[2], other[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    open_pair(other);
    add(other[0], R, &there); /* the lower number */
    int high = fcntl(pair[0], F_DUPFD_CLOEXEC, other[1] + 10);
    close(pair[0]);
    say(pair[1]);
    add(high, RW, &gone);
    close(high);
    is_quiet();
    say(other[1]);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(there.times, 1);
    ck_assert_int_eq(gone.times, 0);
    drop(high);
    ck_assert_uint_eq(selector_count(selector), 1);
    close(pair[1]);
    close_pair(other);
}
END_TEST

START_TEST(what_is_closed_unasked_and_then_modified_does_not_spin_either)
{
    struct heard gone = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &gone);
    close(pair[0]);
    is_quiet();
    /* Whether that is noticed depends on the backend. */
    if (selector_modify(selector, pair[0], W, hear, &gone) < 0)
        ck_assert_int_eq(errno, EBADF);
    is_quiet();
    drop(pair[0]);
    is_quiet();
    close(pair[1]);
}
END_TEST

START_TEST(a_number_that_was_closed_unasked_can_be_used_again)
{
    struct heard gone = {0}, there = {0};
    int pair[2], other[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    add(pair[0], R, &gone);
    close(pair[0]);
    is_quiet();
    drop(pair[0]);
    open_pair(other);
    ck_assert_int_eq(dup2(other[0], pair[0]), pair[0]);
    add(pair[0], R, &there);
    ck_assert_int_eq(turn(0), 0);
    say(other[1]);
    ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
    ck_assert_int_eq(there.times, 1);
    ck_assert_int_eq(gone.times, 0);
    drop(pair[0]);
    close_pair(pair);
    if (other[0] != pair[0])
        close(other[0]);
    close(other[1]);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        NULL,
    };
    const TTest *const each[] = {
        a_stale_event_reaches_nobody,
        what_was_found_before_a_modification_is_dropped,
        one_may_unregister_itself_when_called,
        registering_between_two_that_are_handed_out_disturbs_neither,
        what_is_closed_unasked_neither_spins_nor_reaches_anybody,
        what_is_closed_unasked_and_then_modified_does_not_spin_either,
        a_number_that_was_closed_unasked_can_be_used_again,
        NULL,
    };

    return run_suite("selector_stale", once, each);
}
