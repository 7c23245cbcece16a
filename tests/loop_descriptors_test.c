/*
 * loop_descriptors_test.c - readers and writers, with each selector.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/select.h>

static int pair[2];

/* A callback: what came is read, so that there is no more. */
static void read_it(void *data)
{
    speak(data);
    empty(pair[0]);
}

START_TEST(a_reader_is_called_in_each_pass_that_finds_something_to_read)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    ck_assert(loop_add_reader(loop, pair[0], speak, words("r")));
    run_passes(2);
    ck_said("");
    say(pair[1]);
    run_passes(3);
    ck_said("rrr");
    ck_assert(loop_add_reader(loop, pair[0], read_it, words("R")));
    run_passes(3);
    ck_said("rrrR");
    ck_assert(loop_remove_reader(loop, pair[0]));
    close_pair(pair);
}
END_TEST

START_TEST(a_writer_is_called_while_there_is_room)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    fill(pair[0]);
    ck_assert(loop_add_writer(loop, pair[0], speak, words("w")));
    run_passes(2);
    ck_said("");
    empty(pair[1]);
    run_passes(2);
    ck_said("ww");
    ck_assert(loop_remove_writer(loop, pair[0]));
    run_passes(1);
    ck_said("ww");
    close_pair(pair);
}
END_TEST

START_TEST(of_one_descriptor_the_reader_comes_first)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    loop_add_writer(loop, pair[0], speak, words("w"));
    loop_add_reader(loop, pair[0], speak, words("r"));
    ck_assert_uint_eq(loop_census(loop).watched, 1);
    run_passes(1);
    ck_said("rw");
    loop_remove_writer(loop, pair[0]);
    run_passes(1);
    ck_said("rwr");
    loop_remove_reader(loop, pair[0]);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
    close_pair(pair);
}
END_TEST

START_TEST(those_in_line_come_first_then_descriptors_then_timers)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    loop_call_later(loop, NULL, 0, speak, words("timer"));
    loop_add_reader(loop, pair[0], read_it, words("reader "));
    loop_call_soon(loop, NULL, speak, words("soon "));
    run_passes(1);
    ck_said("soon reader timer");
    loop_remove_reader(loop, pair[0]);
    close_pair(pair);
}
END_TEST

START_TEST(a_second_reader_takes_the_place_of_the_first)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    loop_add_reader(loop, pair[0], speak, words("1"));
    loop_add_writer(loop, pair[0], speak, words("a"));
    loop_add_reader(loop, pair[0], speak, words("2"));
    loop_add_writer(loop, pair[0], speak, words("b"));
    run_passes(1);
    ck_said("2b");
    ck_assert_uint_eq(loop_census(loop).watched, 1);
    ck_assert(loop_remove_reader(loop, pair[0]));
    ck_assert(loop_remove_writer(loop, pair[0]));
    close_pair(pair);
}
END_TEST

/* A callback that removes its own. */
static void read_once(void *data)
{
    speak(data);
    ck_assert(loop_remove_reader(loop, pair[0]));
    ck_assert(!loop_remove_reader(loop, pair[0]));
}

START_TEST(a_reader_may_remove_itself)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    loop_add_reader(loop, pair[0], read_once, words("r"));
    run_passes(3);
    ck_said("r");
    ck_assert_uint_eq(loop_census(loop).watched, 0);
    close_pair(pair);
}
END_TEST

static void remove_writer(void *data)
{
    speak(data);
    ck_assert(loop_remove_writer(loop, pair[0]));
}

START_TEST(a_writer_removed_by_the_reader_is_not_called_though_both_are_ready)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    loop_add_writer(loop, pair[0], speak, words("w"));
    loop_add_reader(loop, pair[0], remove_writer, words("r"));
    run_passes(1);
    ck_said("r");
    loop_remove_reader(loop, pair[0]);
    close_pair(pair);
}
END_TEST

static void remove_both_and_close(void *data)
{
    speak(data);
    loop_remove_reader(loop, pair[0]);
    loop_remove_writer(loop, pair[0]);
    close_pair(pair);
}

START_TEST(a_reader_may_remove_all_and_close_the_descriptor)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    loop_add_writer(loop, pair[0], speak, words("w"));
    loop_add_reader(loop, pair[0], remove_both_and_close, words("r"));
    run_passes(3);
    ck_said("r");
}
END_TEST

static int other[2];

/* The number of the closed one is taken by the new one. */
static void close_and_open(void *data)
{
    speak(data);
    loop_remove_reader(loop, other[0]);
    close_pair(other);
    open_pair(other);
    loop_remove_reader(loop, pair[0]);
    ck_assert(loop_add_reader(loop, other[0], speak, words("new")));
}

START_TEST(what_was_ready_is_not_taken_for_a_new_one_of_the_same_number)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    open_pair(other);
    say(pair[1]);
    say(other[1]);
    /* Whichever is called first closes the other one. */
    loop_add_reader(loop, pair[0], close_and_open, words("a"));
    loop_add_reader(loop, other[0], speak, words(""));
    run_passes(3);
    ck_said("a");
    say(other[1]);
    run_passes(1);
    ck_said("anew");
    loop_remove_reader(loop, other[0]);
    close_pair(other);
    close_pair(pair);
}
END_TEST

START_TEST(a_hang_up_is_something_to_read_and_to_write_about)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    fill(pair[0]);
    close(pair[1]);
    loop_add_reader(loop, pair[0], speak, words("r"));
    loop_add_writer(loop, pair[0], speak, words("w"));
    run_passes(1);
    ck_said("rw");
    loop_remove_reader(loop, pair[0]);
    loop_remove_writer(loop, pair[0]);
    close(pair[0]);
}
END_TEST

START_TEST(a_loop_that_waits_is_woken_by_a_descriptor)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    loop_set_clock(loop, NULL);
    say(pair[1]);
    loop_add_reader(loop, pair[0], stop, NULL);
    ck_assert(loop_run_forever(loop));
    loop_remove_reader(loop, pair[0]);
    close_pair(pair);
}
END_TEST

START_TEST(what_is_still_watched_when_the_loop_closes_is_forgotten)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    loop_add_reader(loop, pair[0], speak, NULL);
    loop_add_writer(loop, pair[1], speak, NULL);
    ck_assert(loop_close(loop));
    ck_assert_uint_eq(loop_census(loop).watched, 0);
    ck_assert(!loop_remove_reader(loop, pair[0]));
    ck_assert(!loop_remove_writer(loop, pair[1]));
    close_pair(pair);
}
END_TEST

START_TEST(to_remove_what_is_not_there_says_so)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    loop_add_writer(loop, pair[0], speak, NULL);
    ck_assert(!loop_remove_reader(loop, pair[0]));
    ck_assert(!loop_remove_reader(loop, pair[1]));
    ck_assert(!loop_remove_writer(loop, 100000));
    ck_assert(!loop_remove_writer(loop, -1));
    ck_assert(loop_remove_writer(loop, pair[0]));
    close_pair(pair);
}
END_TEST

/* ---- what cannot be watched ---- */

/* It works as before, and watches as much. */
static void must_work(size_t watched)
{
    ck_assert_uint_eq(loop_census(loop).watched, watched);
    ck_assert(loop_add_signal_handler(loop, SIGUSR1, speak, words("woken")));
    raise(SIGUSR1);
    run_passes(1);
    forget_what_was_said();
    run_passes(1);
    ck_assert_ptr_nonnull(strstr(said, "woken"));
    ck_assert(loop_remove_signal_handler(loop, SIGUSR1));
}

START_TEST(a_number_that_is_no_open_descriptor_is_refused)
{
    static const int numbers[] = {-1, -1000, INT32_MIN, 987654, INT32_MAX};

    WITH_SELECTOR(_i);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        ck_refused(loop_add_reader(loop, numbers[i], speak, NULL), error_value);
        ck_refused(loop_add_writer(loop, numbers[i], speak, NULL), error_value);
    }
    open_pair(pair);
    close_pair(pair);
    ck_refused(loop_add_reader(loop, pair[0], speak, NULL), error_value);
    must_work(0);
}
END_TEST

START_TEST(a_reader_without_a_callback_is_refused_and_replaces_none)
{
    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    ck_refused(loop_add_reader(loop, pair[0], NULL, NULL), error_type);
    ck_refused(loop_add_writer(loop, pair[0], NULL, NULL), error_type);
    must_work(0);
    loop_add_reader(loop, pair[0], read_it, words("r"));
    ck_refused(loop_add_reader(loop, pair[0], NULL, NULL), error_type);
    forget_what_was_said();
    run_passes(1);
    ck_said("r");
    must_work(1);
    loop_remove_reader(loop, pair[0]);
    close_pair(pair);
}
END_TEST

/* The eventfd by which a loop is woken has a number like any other. */
START_TEST(the_descriptors_of_the_loop_itself_cannot_be_taken_from_it)
{
    WITH_SELECTOR(_i);
    for (int fd = 0; fd < 100; fd++)
        if (loop_add_reader(loop, fd, speak, NULL))
            loop_remove_reader(loop, fd);
    must_work(0);
}
END_TEST

/*
 * poll and select take a regular file, which is ready at all times; epoll
 * refuses it with EPERM. So it is in Python: the selector decides.
 */
START_TEST(a_regular_file_is_always_ready_or_refused_by_epoll)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    WITH_SELECTOR(_i);
    if (is_backend(_i, "epoll")) {
        ck_refused(loop_add_reader(loop, fd, speak, NULL), error_os);
        ck_assert_int_eq(error_last()->number, EPERM);
        ck_refused(loop_add_writer(loop, fd, speak, NULL), error_os);
        must_work(0);
    } else {
        ck_assert(loop_add_reader(loop, fd, speak, words("r")));
        ck_assert(loop_add_writer(loop, fd, speak, words("w")));
        run_passes(2);
        ck_said("rwrw");
        loop_remove_reader(loop, fd);
        loop_remove_writer(loop, fd);
    }
    close(fd);
}
END_TEST

START_TEST(select_refuses_a_descriptor_that_it_cannot_hold)
{
    struct rlimit limit;
    const int high = FD_SETSIZE + 1;

    WITH_SELECTOR(_i);
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max <= (rlim_t)high)
        return;
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){high + 1, limit.rlim_max});
    open_pair(pair);
    say(pair[1]);
    ck_assert_int_eq(dup2(pair[0], high), high);
    if (is_backend(_i, "select")) {
        ck_refused(loop_add_reader(loop, high, speak, NULL), error_value);
        must_work(0);
    } else {
        ck_assert(loop_add_reader(loop, high, speak, words("r")));
        run_passes(1);
        ck_said("r");
        ck_assert(loop_remove_reader(loop, high));
    }
    close(high);
    close_pair(pair);
}
END_TEST

START_TEST(hundreds_of_descriptors_have_a_turn_each)
{
    enum { MANY = 300 };
    static int fds[MANY];

    WITH_SELECTOR(_i);
    open_pair(pair);
    say(pair[1]);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_ge(fds[i] = dup(pair[0]), 0);
        ck_assert(
            loop_add_reader(loop, fds[i], speak, words(i % 2 == 0 ? "." : "")));
    }
    ck_assert_uint_eq(loop_census(loop).watched, MANY);
    run_passes(1);
    ck_assert_uint_eq(strlen(said), MANY / 2);
    for (int i = 0; i < MANY; i++) {
        ck_assert(loop_remove_reader(loop, fds[i]));
        close(fds[i]);
    }
    close_pair(pair);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {NULL};
    const TTest *const each[] = {
        a_reader_is_called_in_each_pass_that_finds_something_to_read,
        a_writer_is_called_while_there_is_room,
        of_one_descriptor_the_reader_comes_first,
        those_in_line_come_first_then_descriptors_then_timers,
        a_second_reader_takes_the_place_of_the_first,
        a_reader_may_remove_itself,
        a_writer_removed_by_the_reader_is_not_called_though_both_are_ready,
        a_reader_may_remove_all_and_close_the_descriptor,
        what_was_ready_is_not_taken_for_a_new_one_of_the_same_number,
        a_hang_up_is_something_to_read_and_to_write_about,
        a_loop_that_waits_is_woken_by_a_descriptor,
        what_is_still_watched_when_the_loop_closes_is_forgotten,
        to_remove_what_is_not_there_says_so,
        a_number_that_is_no_open_descriptor_is_refused,
        a_reader_without_a_callback_is_refused_and_replaces_none,
        the_descriptors_of_the_loop_itself_cannot_be_taken_from_it,
        a_regular_file_is_always_ready_or_refused_by_epoll,
        select_refuses_a_descriptor_that_it_cannot_hold,
        hundreds_of_descriptors_have_a_turn_each,
        NULL,
    };

    return run_loop_suite("loop_descriptors", once, each);
}
