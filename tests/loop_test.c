/*
 * loop_test.c - the loop's passes: who has a turn, soon and later, and how it
 * is taken back; and the loop's clock.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <math.h>

/* ---- soon ---- */

START_TEST(callbacks_are_called_in_the_order_in_which_they_were_given)
{
    ck_assert(loop_call_soon(loop, NULL, speak, words("a")));
    ck_assert(loop_call_soon(loop, NULL, speak, words("b")));
    ck_assert(loop_call_soon(loop, NULL, speak, words("c")));
    ck_said("");
    run_passes(1);
    ck_said("abc");
}
END_TEST

static void speak_and_give_another(void *data)
{
    speak(data);
    loop_call_soon(loop, NULL, speak, words("later"));
}

START_TEST(what_a_callback_gives_has_its_turn_in_the_next_pass)
{
    loop_call_soon(loop, NULL, speak_and_give_another, words("a"));
    loop_call_soon(loop, NULL, speak, words("b"));
    run_passes(1);
    ck_said("ab");
    run_passes(1);
    ck_said("ablater");
}
END_TEST

START_TEST(a_handle_of_ones_own_needs_no_memory_and_may_be_given_again)
{
    struct handle handle = {0};

    for (int i = 0; i < 3; i++) {
        ck_assert(loop_call_soon(loop, &handle, speak, words("x")));
        ck_assert_uint_eq(loop_census(loop).handles, 0);
        run_passes(1);
        ck_assert(!handle_is_in_line(&handle));
    }
    ck_said("xxx");
}
END_TEST

static struct handle again;

static void give_itself_again(void *data)
{
    speak(data);
    if (strlen(said) < 3)
        ck_assert(loop_call_soon(loop, &again, give_itself_again, data));
}

START_TEST(a_callback_may_give_its_own_handle_again)
{
    loop_call_soon(loop, &again, give_itself_again, words("x"));
    run_passes(2);
    ck_said("xx");
    run_passes(2);
    ck_said("xxx");
}
END_TEST

static void free_handle(void *data)
{
    free(data);
}

START_TEST(a_callback_may_free_its_own_handle)
{
    struct handle *handle = calloc(1, sizeof *handle);

    ck_assert_ptr_nonnull(handle);
    ck_assert(loop_call_soon(loop, handle, free_handle, handle));
    run_passes(1);
}
END_TEST

/* ---- cancelling ---- */

START_TEST(one_that_was_cancelled_is_not_called)
{
    struct handle first = {0}, second = {0}, third = {0};

    loop_call_soon(loop, &first, speak, words("1"));
    loop_call_soon(loop, &second, speak, words("2"));
    loop_call_soon(loop, &third, speak, words("3"));
    struct handle *const cancelled[] = {&first, &second, &third};
    handle_cancel(loop, cancelled[_i]);
    handle_cancel(loop, cancelled[_i]); /* any number of times */
    ck_assert(handle_cancelled(cancelled[_i]));
    run_passes(1);
    ck_said(((const char *const[]){"23", "13", "12"})[_i]);
    handle_cancel(loop, cancelled[(_i + 1) % 3]); /* also after the call */
}
END_TEST

static void cancel_it(void *data)
{
    handle_cancel(loop, data);
}

START_TEST(one_is_cancelled_by_another_of_the_same_pass)
{
    struct handle first = {0}, second = {0}, last = {0};

    loop_call_soon(loop, &first, cancel_it, &last);
    loop_call_soon(loop, &second, speak, words("2"));
    loop_call_soon(loop, &last, speak, words("last"));
    run_passes(2);
    ck_said("2");
    loop_call_soon(loop, &first, cancel_it, &second); /* now the next one */
    loop_call_soon(loop, &second, speak, words("second"));
    run_passes(2);
    ck_said("2");
}
END_TEST

START_TEST(a_callback_may_cancel_itself_while_it_runs)
{
    struct handle handle = {0};

    loop_call_soon(loop, &handle, cancel_it, &handle);
    loop_call_soon(loop, NULL, speak, words("x"));
    run_passes(1);
    ck_said("x");
    ck_assert(handle_cancelled(&handle));
}
END_TEST

START_TEST(a_cancelled_handle_may_be_given_again)
{
    struct handle handle = {0};

    loop_call_soon(loop, &handle, speak, words("a"));
    handle_cancel(loop, &handle);
    ck_assert(loop_call_soon(loop, &handle, speak, words("b")));
    ck_assert(!handle_cancelled(&handle));
    run_passes(1);
    ck_said("b");
}
END_TEST

/* ---- later ---- */

START_TEST(timers_are_called_when_they_are_due_earliest_first)
{
    loop_call_later(loop, NULL, 3, speak, words("3"));
    loop_call_later(loop, NULL, 1, speak, words("1"));
    loop_call_later(loop, NULL, 2, speak, words("2"));
    run_for(1.5);
    ck_said("1");
    run_for(2);
    ck_said("123");
}
END_TEST

START_TEST(those_of_one_deadline_are_called_in_the_order_of_their_setting)
{
    char numbers[][3] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

    for (int i = 0; i < 10; i++)
        loop_call_at(loop, NULL, 1001, speak, numbers[i]);
    run_for(1);
    ck_said("0123456789");
}
END_TEST

START_TEST(those_in_line_come_before_timers_that_are_due)
{
    loop_call_later(loop, NULL, 0, speak, words("timer "));
    loop_call_soon(loop, NULL, speak, words("soon "));
    run_passes(1);
    ck_said("soon timer ");
}
END_TEST

START_TEST(a_time_that_is_past_means_the_next_pass)
{
    loop_call_later(loop, NULL, 0, speak, words("now "));
    loop_call_later(loop, NULL, -5, speak, words("negative "));
    loop_call_at(loop, NULL, 3, speak, words("early "));
    loop_call_at(loop, NULL, -INFINITY, speak, words("first "));
    loop_call_later(loop, NULL, -1e300, speak, words("huge "));
    run_passes(1);
    ck_said("first huge early negative now ");
    ck_assert(seconds_gone() == 0);
}
END_TEST

START_TEST(a_loop_does_not_wait_for_timers_that_were_due_before_time_began)
{
    loop_set_clock(loop, NULL); /* one that cannot be moved */
    loop_call_at(loop, NULL, -INFINITY, speak, words("at "));
    loop_call_later(loop, NULL, -INFINITY, stop, NULL);
    ck_assert(loop_run_forever(loop));
    ck_said("at ");
}
END_TEST

START_TEST(a_clock_may_show_less_than_nothing)
{
    clock_ns = INT64_MIN / 2;
    loop_call_at(loop, NULL, INFINITY, speak, words("never"));
    loop_call_later(loop, NULL, 5, speak, words("5"));
    run_for(5);
    ck_said("5");
    ck_assert(clock_ns == INT64_MIN / 2 + INT64_C(5000000000));
}
END_TEST

START_TEST(a_timer_at_the_end_of_time_hinders_nobody)
{
    struct timer timer = {0}, other = {0};

    ck_assert(loop_call_later(loop, &timer, INFINITY, speak, words("never")));
    ck_assert(loop_call_at(loop, &other, 1e300, speak, words("never")));
    run_for(1e9);
    ck_said("");
    timer_cancel(loop, &timer);
    timer_cancel(loop, &other);
}
END_TEST

START_TEST(a_timer_says_when_it_is_due_and_whether_it_was_cancelled)
{
    struct timer timer = {0};

    loop_call_later(loop, &timer, 2.5, speak, words("x"));
    ck_assert(timer_when(&timer) == 1002.5);
    ck_assert(!timer_cancelled(&timer));
    timer_cancel(loop, &timer);
    ck_assert(timer_cancelled(&timer));
    timer_cancel(loop, &timer);
    run_for(3);
    ck_said("");
}
END_TEST

static struct timer timer_of_test;

static void cancel_timer(void *data)
{
    timer_cancel(loop, data);
}

START_TEST(a_timer_that_stands_in_line_already_can_be_cancelled)
{
    memset(&timer_of_test, 0, sizeof timer_of_test);
    loop_call_later(loop, NULL, 1, cancel_timer, &timer_of_test);
    loop_call_later(loop, &timer_of_test, 1, speak, words("x"));
    run_for(2);
    ck_said("");
}
END_TEST

static void set_it_again(void *data)
{
    speak(words("."));
    if (strlen(said) < 3)
        ck_assert(loop_call_later(loop, data, 1, set_it_again, data));
}

START_TEST(a_timer_may_be_set_again_in_its_own_call)
{
    struct timer timer = {0};

    loop_call_later(loop, &timer, 1, set_it_again, &timer);
    run_for(2.5);
    ck_said("..");
    run_for(2.5);
    ck_said("...");
}
END_TEST

/* ---- waiting ---- */

START_TEST(an_idle_loop_moves_the_clock_to_the_next_timer_and_no_further)
{
    loop_call_later(loop, NULL, 7, speak, words("7"));
    loop_call_later(loop, NULL, 9, stop, NULL);
    ck_assert(loop_run_forever(loop));
    ck_assert(seconds_gone() == 9);
    ck_assert_uint_eq(passes(), 2);
}
END_TEST

START_TEST(a_pass_with_something_in_line_does_not_wait)
{
    loop_call_later(loop, NULL, 7, speak, words("7"));
    loop_call_soon(loop, NULL, speak_and_give_another, words("a"));
    run_passes(2);
    ck_assert(seconds_gone() == 0);
    ck_said("alater");
}
END_TEST

START_TEST(ten_thousand_callbacks_have_one_turn_each)
{
    static struct handle handles[10000];
    int count = 0;

    memset(handles, 0, sizeof handles);
    for (int i = 0; i < 10000; i++)
        loop_call_soon(loop, &handles[i], speak, words(""));
    for (int i = 0; i < 10000; i += 2)
        handle_cancel(loop, &handles[i]);
    run_passes(1);
    for (int i = 0; i < 10000; i++)
        count += handle_cancelled(&handles[i]);
    ck_assert_int_eq(count, 5000);
    run_passes(1);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        callbacks_are_called_in_the_order_in_which_they_were_given,
        what_a_callback_gives_has_its_turn_in_the_next_pass,
        a_handle_of_ones_own_needs_no_memory_and_may_be_given_again,
        a_callback_may_give_its_own_handle_again,
        a_callback_may_free_its_own_handle,
        one_is_cancelled_by_another_of_the_same_pass,
        a_callback_may_cancel_itself_while_it_runs,
        a_cancelled_handle_may_be_given_again,
        timers_are_called_when_they_are_due_earliest_first,
        those_of_one_deadline_are_called_in_the_order_of_their_setting,
        those_in_line_come_before_timers_that_are_due,
        a_time_that_is_past_means_the_next_pass,
        a_loop_does_not_wait_for_timers_that_were_due_before_time_began,
        a_clock_may_show_less_than_nothing,
        a_timer_at_the_end_of_time_hinders_nobody,
        a_timer_says_when_it_is_due_and_whether_it_was_cancelled,
        a_timer_that_stands_in_line_already_can_be_cancelled,
        a_timer_may_be_set_again_in_its_own_call,
        an_idle_loop_moves_the_clock_to_the_next_timer_and_no_further,
        a_pass_with_something_in_line_does_not_wait,
        ten_thousand_callbacks_have_one_turn_each,
        NULL,
    };
    /* Three numbers, as it happens. */
    const TTest *const each[] = {
        one_that_was_cancelled_is_not_called,
        NULL,
    };

    return run_loop_suite("loop", once, each);
}
