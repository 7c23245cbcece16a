/*
 * concurrent_test.c - the future that threads share.
 */
#include "stages/07-loop/concurrent.h"

#include "allocations.h"
#include "common/clock.h"

#include <check.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

static const struct error sour = ERROR(&error_value, "sour");

static struct concurrent_future *future;
static int answer = 42; /* what results point to */

static void begin(void)
{
    future = concurrent_future_new();
    ck_assert_ptr_nonnull(future);
}

static void end(void)
{
    concurrent_future_free(future);
}

static void refused_with(bool done, const struct error *kind)
{
    ck_assert(!done);
    ck_assert_msg(error_is(error_last(), kind), "%s: %s",
                  error_name(error_last()), error_message(error_last()));
}

static pthread_t start(void *body(void *), void *argument)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, body, argument), 0);
    return thread;
}

static void join(pthread_t thread)
{
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* ---- its states ---- */

START_TEST(a_new_future_is_pending)
{
    ck_assert(!concurrent_future_running(future));
    ck_assert(!concurrent_future_done(future));
    ck_assert(!concurrent_future_cancelled(future));
}
END_TEST

START_TEST(a_future_whose_work_begins_is_running)
{
    ck_assert(concurrent_future_set_running(future));
    ck_assert(concurrent_future_running(future));
    ck_assert(!concurrent_future_done(future));
}
END_TEST

START_TEST(work_that_began_does_not_begin_again)
{
    ck_assert(concurrent_future_set_running(future));
    refused_with(concurrent_future_set_running(future), &error_runtime);
    ck_assert(concurrent_future_set_result(future, NULL));
    refused_with(concurrent_future_set_running(future), &error_runtime);
}
END_TEST

START_TEST(the_result_is_what_it_was_settled_with)
{
    const struct error *error = &sour;
    void *result = NULL;

    ck_assert(concurrent_future_set_running(future));
    ck_assert(concurrent_future_set_result(future, &answer));
    ck_assert(concurrent_future_done(future));
    ck_assert(!concurrent_future_running(future));
    ck_assert(concurrent_future_result(future, -1, &result));
    ck_assert_ptr_eq(result, &answer);
    ck_assert(concurrent_future_result(future, 0, NULL));
    ck_assert(concurrent_future_error(future, -1, &error));
    ck_assert_ptr_null(error);
}
END_TEST

START_TEST(the_error_is_what_it_was_settled_with)
{
    const struct error *error = NULL;
    void *result = &answer;

    ck_assert(concurrent_future_set_error(future, &sour));
    ck_assert(!concurrent_future_result(future, -1, &result));
    ck_assert_ptr_eq(error_last(), &sour);
    ck_assert_ptr_eq(result, &answer);
    ck_assert(concurrent_future_error(future, -1, &error));
    ck_assert_ptr_eq(error, &sour);
}
END_TEST

static void settle_with_result(void)
{
    ck_assert(concurrent_future_set_result(future, &answer));
}

static void settle_with_error(void)
{
    ck_assert(concurrent_future_set_error(future, &sour));
}

static void settle_by_cancel(void)
{
    ck_assert(concurrent_future_cancel(future));
}

static void (*const settlements[])(void) = {
    settle_with_result, settle_with_error, settle_by_cancel};
enum { SETTLEMENTS = sizeof settlements / sizeof settlements[0] };

START_TEST(a_settled_future_is_not_settled_again)
{
    settlements[_i]();
    bool cancelled = concurrent_future_cancelled(future);
    refused_with(concurrent_future_set_result(future, NULL),
                 &error_invalid_state);
    refused_with(concurrent_future_set_error(future, &error_key),
                 &error_invalid_state);
    ck_assert(concurrent_future_cancel(future) == cancelled);
    ck_assert(concurrent_future_cancelled(future) == cancelled);
}
END_TEST

START_TEST(a_future_is_cancelled_before_its_work_begins)
{
    const struct error *error;

    ck_assert(concurrent_future_cancel(future));
    ck_assert(concurrent_future_cancelled(future));
    ck_assert(concurrent_future_done(future));
    refused_with(concurrent_future_set_running(future), &error_cancelled);
    refused_with(concurrent_future_result(future, -1, NULL), &error_cancelled);
    refused_with(concurrent_future_error(future, -1, &error), &error_cancelled);
}
END_TEST

START_TEST(running_work_is_not_cancelled)
{
    ck_assert(concurrent_future_set_running(future));
    ck_assert(!concurrent_future_cancel(future));
    ck_assert(concurrent_future_running(future));
    ck_assert(concurrent_future_set_result(future, &answer));
}
END_TEST

/* ---- waiting ---- */

START_TEST(waiting_with_a_timeout_takes_that_long)
{
    static const double timeouts_s[] = {0, 1e-9, 0.02};
    double timeout_s = timeouts_s[_i];
    const struct error *error;

    int64_t before_ns = clock_now_ns();
    refused_with(concurrent_future_result(future, timeout_s, NULL),
                 &error_timeout);
    refused_with(concurrent_future_error(future, timeout_s, &error),
                 &error_timeout);
    ck_assert_int_ge(clock_now_ns() - before_ns,
                     (int64_t)(2 * timeout_s * (double)NS_PER_S));
    ck_assert(!concurrent_future_done(future));
}
END_TEST

static double timeout_of_waiter_s;

static void *wait_for_answer(void *unused)
{
    void *result;

    if (!concurrent_future_result(future, timeout_of_waiter_s, &result))
        abort();
    (void)unused;
    return result;
}

START_TEST(a_long_wait_ends_when_the_future_is_settled)
{
    static const double timeouts_s[] = {-1, 600, 1e12, HUGE_VAL, NAN};
    void *result;

    timeout_of_waiter_s = timeouts_s[_i];
    pthread_t waiter = start(wait_for_answer, NULL);
    ck_assert(concurrent_future_set_result(future, &answer));
    ck_assert_int_eq(pthread_join(waiter, &result), 0);
    ck_assert_ptr_eq(result, &answer);
}
END_TEST

enum { CROWD = 8, ROUNDS = 200 };

static atomic_int winners;

static void *try_to_settle(void *number)
{
    void *result;

    if (concurrent_future_set_result(future, number))
        winners++;
    if (!concurrent_future_result(future, -1, &result))
        abort();
    return result;
}

START_TEST(of_many_that_settle_one_wins_and_all_see_its_result)
{
    pthread_t threads[CROWD];
    void *results[CROWD];

    for (intptr_t i = 0; i < CROWD; i++)
        threads[i] = start(try_to_settle, (void *)i);
    for (int i = 0; i < CROWD; i++)
        ck_assert_int_eq(pthread_join(threads[i], &results[i]), 0);
    ck_assert_int_eq(winners, 1);
    for (int i = 1; i < CROWD; i++)
        ck_assert_ptr_eq(results[i], results[0]);
}
END_TEST

static void *try_to_cancel(void *unused)
{
    if (concurrent_future_cancel(future))
        winners++;
    return unused;
}

START_TEST(either_the_work_begins_or_it_is_cancelled)
{
    for (int round = 1; round <= ROUNDS; round++) {
        pthread_t canceller = start(try_to_cancel, NULL);
        if (concurrent_future_set_running(future))
            winners++;
        join(canceller);
        ck_assert_int_eq(winners, round);
        end();
        begin();
    }
}
END_TEST

/* ---- callbacks ---- */

static char called[16]; /* what they were added with, in order */
static size_t call_count;
static pthread_t called_by;

static void note(struct concurrent_future *settled, void *letter)
{
    ck_assert_ptr_eq(settled, future);
    ck_assert(concurrent_future_done(settled));
    called[call_count++] = *(char *)letter;
    called_by = pthread_self();
}

static void add(concurrent_callback *callback, const char *letter)
{
    ck_assert(concurrent_future_add_done_callback(future, callback,
                                                  (void *)(intptr_t)letter));
}

START_TEST(callbacks_are_called_once_in_the_order_added)
{
    add(note, "a");
    add(note, "b");
    add(note, "c");
    ck_assert_str_eq(called, "");
    settlements[_i]();
    ck_assert_str_eq(called, "abc");
    concurrent_future_cancel(future);
    concurrent_future_set_result(future, NULL);
    ck_assert_str_eq(called, "abc");
}
END_TEST

START_TEST(a_callback_of_a_settled_future_is_called_at_once)
{
    settlements[_i]();
    add(note, "a");
    ck_assert_str_eq(called, "a");
}
END_TEST

static void *settle_elsewhere(void *unused)
{
    concurrent_future_set_result(future, &answer);
    return unused;
}

START_TEST(callbacks_are_called_by_the_thread_that_settles)
{
    add(note, "a");
    pthread_t thread = start(settle_elsewhere, NULL);
    join(thread);
    ck_assert(pthread_equal(called_by, thread));
    add(note, "b");
    ck_assert(pthread_equal(called_by, pthread_self()));
}
END_TEST

static void add_another(struct concurrent_future *settled, void *letter)
{
    note(settled, letter);
    add(note, "!");
}

START_TEST(a_callback_may_add_another_which_is_called_there_and_then)
{
    add(add_another, "a");
    add(note, "b");
    settle_with_result();
    ck_assert_str_eq(called, "a!b");
}
END_TEST

static void let_go(struct concurrent_future *settled, void *letter)
{
    note(settled, letter);
    concurrent_future_free(settled);
}

START_TEST(a_callback_may_let_a_hold_go)
{
    concurrent_future_hold(future);
    add(let_go, "a");
    add(note, "b");
    settle_with_result();
    ck_assert_str_eq(called, "ab");
}
END_TEST

static bool take_back(const char *letter)
{
    return concurrent_future_remove_done_callback(future, note,
                                                  (void *)(intptr_t)letter);
}

START_TEST(a_callback_that_is_taken_back_is_not_called)
{
    static const char letters[] = "abc", last[] = "d";
    static const char *const left[] = {"bcd", "acd", "abd"};

    for (int i = 0; i < 3; i++)
        add(note, &letters[i]);
    ck_assert(!take_back(last));
    ck_assert(take_back(&letters[_i]));
    ck_assert(!take_back(&letters[_i]));
    add(note, last);
    concurrent_future_set_result(future, NULL);
    ck_assert_str_eq(called, left[_i]);
    ck_assert(!take_back(last)); /* too late */
}
END_TEST

START_TEST(a_future_that_nobody_settles_forgets_its_callbacks)
{
    add(note, "a");
    end();
    ck_assert_str_eq(called, "");
    begin();
}
END_TEST

/* ---- its memory ---- */

START_TEST(a_future_lives_until_its_last_hold_is_let_go)
{
    ck_assert_ptr_eq(concurrent_future_hold(future), future);
    concurrent_future_free(future);
    settle_with_result();
    concurrent_future_free(NULL);
}
END_TEST

START_TEST(the_bytes_of_a_future_are_zero_and_aligned)
{
    struct concurrent_future *other = concurrent_future_new_with_bytes(1000);

    ck_assert_ptr_nonnull(other);
    unsigned char *bytes = concurrent_future_bytes(other);
    ck_assert_uint_eq((uintptr_t)bytes % _Alignof(max_align_t), 0);
    for (int i = 0; i < 1000; i++)
        ck_assert_uint_eq(bytes[i]++, 0);
    concurrent_future_free(other);
    ck_assert_ptr_null(concurrent_future_bytes(future));
}
END_TEST

START_TEST(without_memory_there_is_no_future_and_no_callback)
{
    allocations_fail(1, false);
    struct concurrent_future *none = concurrent_future_new();
    bool is_added = concurrent_future_add_done_callback(future, note, NULL);
    allocations_restore();
    refused_with(is_added, &error_memory);
    ck_assert_ptr_null(none);
    /* More than there can be. */
    none = concurrent_future_new_with_bytes(SIZE_MAX);
    refused_with(none != NULL, &error_memory);
    settle_with_result();
    ck_assert_uint_eq(call_count, 0);
}
END_TEST

static TCase *states_case(void)
{
    TCase *tcase = tcase_create("states");

    tcase_add_test(tcase, a_new_future_is_pending);
    tcase_add_test(tcase, a_future_whose_work_begins_is_running);
    tcase_add_test(tcase, work_that_began_does_not_begin_again);
    tcase_add_test(tcase, the_result_is_what_it_was_settled_with);
    tcase_add_test(tcase, the_error_is_what_it_was_settled_with);
    tcase_add_loop_test(tcase, a_settled_future_is_not_settled_again, 0,
                        SETTLEMENTS);
    tcase_add_test(tcase, a_future_is_cancelled_before_its_work_begins);
    tcase_add_test(tcase, running_work_is_not_cancelled);
    return tcase;
}

static TCase *waiting_case(void)
{
    TCase *tcase = tcase_create("waiting");

    tcase_add_loop_test(tcase, waiting_with_a_timeout_takes_that_long, 0, 3);
    tcase_add_loop_test(tcase, a_long_wait_ends_when_the_future_is_settled, 0,
                        5);
    tcase_add_test(tcase, of_many_that_settle_one_wins_and_all_see_its_result);
    tcase_add_test(tcase, either_the_work_begins_or_it_is_cancelled);
    return tcase;
}

static TCase *callbacks_case(void)
{
    TCase *tcase = tcase_create("callbacks");

    tcase_add_loop_test(tcase, callbacks_are_called_once_in_the_order_added, 0,
                        SETTLEMENTS);
    tcase_add_loop_test(tcase, a_callback_of_a_settled_future_is_called_at_once,
                        0, SETTLEMENTS);
    tcase_add_test(tcase, callbacks_are_called_by_the_thread_that_settles);
    tcase_add_test(tcase,
                   a_callback_may_add_another_which_is_called_there_and_then);
    tcase_add_test(tcase, a_callback_may_let_a_hold_go);
    tcase_add_loop_test(tcase, a_callback_that_is_taken_back_is_not_called, 0,
                        3);
    tcase_add_test(tcase, a_future_that_nobody_settles_forgets_its_callbacks);
    return tcase;
}

static TCase *memory_case(void)
{
    TCase *tcase = tcase_create("memory");

    tcase_add_test(tcase, a_future_lives_until_its_last_hold_is_let_go);
    tcase_add_test(tcase, the_bytes_of_a_future_are_zero_and_aligned);
    tcase_add_test(tcase, without_memory_there_is_no_future_and_no_callback);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("concurrent");
    TCase *cases[] = {states_case(), waiting_case(), callbacks_case(),
                      memory_case()};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tcase_add_checked_fixture(cases[i], begin, end);
        tcase_set_timeout(cases[i], 60); /* for valgrind's sake */
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
