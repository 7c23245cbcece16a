/*
 * futures_test.c - futures and tasks; and what it costs that a future wakes
 * the one who waits at once, from inside the call that settles it.
 */
#include "stages/06-futures/task.h"

#include <check.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>

static const struct error spark = {5, "spark"};
static const struct error smoke = {0, "smoke"};

static void count(void *number)
{
    ++*(int *)number;
}

/* ---- futures ---- */

START_TEST(a_new_future_is_not_done)
{
    struct future future = future_new();

    ck_assert(!future_is_done(&future));
    ck_assert_ptr_null(future.result);
    ck_assert_ptr_null(future.co.error);
}
END_TEST

START_TEST(it_is_settled_once_with_a_result_or_an_error)
{
    struct future future = future_new();
    int woken = 0;

    future_on_done(&future, count, &woken);
    ck_assert_int_eq(woken, 0);
    if (_i == 0)
        future_set_result(&future, &woken);
    else
        future_set_error(&future, &spark);
    future_set_result(&future, NULL); /* too late */
    future_set_error(&future, &smoke);
    ck_assert(future_is_done(&future));
    ck_assert_ptr_eq(future.result, _i == 0 ? &woken : NULL);
    ck_assert_ptr_eq(future.co.error, _i == 0 ? NULL : &spark);
    ck_assert_int_eq(woken, 1);
}
END_TEST

START_TEST(nobody_need_wait_for_it)
{
    struct future future = future_new();

    future_set_result(&future, &future);
    ck_assert_ptr_eq(future.result, &future);
}
END_TEST

static void free_it(void *future)
{
    free(future);
}

START_TEST(who_is_woken_may_free_the_future)
{
    struct future *future = malloc(sizeof *future);

    ck_assert_ptr_nonnull(future);
    *future = future_new();
    future_on_done(future, free_it, future);
    if (_i == 0)
        future_set_result(future, NULL);
    else
        future_set_error(future, &spark);
}
END_TEST

START_TEST(a_second_waiter_is_a_broken_invariant)
{
    struct future future = future_new();
    int woken = 0;

    future_on_done(&future, count, &woken);
    future_on_done(&future, count, &woken);
}
END_TEST

START_TEST(to_wait_for_what_is_done_is_a_broken_invariant)
{
    struct future future = future_new();
    int woken = 0;

    future_set_result(&future, NULL);
    future_on_done(&future, count, &woken);
}
END_TEST

START_TEST(to_fail_without_an_error_is_a_broken_invariant)
{
    struct future future = future_new();

    future_set_error(&future, NULL);
}
END_TEST

/* ---- tasks ---- */

/*
 *     def twice(first, second):
 *         try:
 *             yield from first
 *             yield from second
 *         finally:
 *             cleaned += 1
 */
struct twice {
    struct coroutine co;
    struct future first;
    struct future second;
    int cleaned;
};

static struct future *twice(struct coroutine *co)
{
    struct twice *self = (struct twice *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->first);
    CO_AWAIT(self, self->second);
    CO_FINALLY(self);
    self->cleaned++;
    CO_END(self);
}

static struct twice twice_new(void)
{
    return (struct twice){
        .co = CO_INIT(twice), .first = future_new(), .second = future_new()};
}

START_TEST(a_task_that_was_not_started_has_run_nothing)
{
    struct twice frame = twice_new();
    struct task task = task_new(&frame.co);

    ck_assert_int_eq(frame.co.line, CO_NEW);
    ck_assert(!future_is_done(&task.done));
    ck_assert(!task_throw(&task, &spark));
}
END_TEST

START_TEST(a_task_goes_on_whenever_what_it_waits_for_is_there)
{
    struct twice frame = twice_new();
    struct task task = task_new(&frame.co);
    int woken = 0;

    future_on_done(&task.done, count, &woken);
    task_start(&task);
    ck_assert_ptr_eq(task.waits, &frame.first);
    future_set_result(&frame.first, NULL);
    ck_assert_ptr_eq(task.waits, &frame.second);
    ck_assert_int_eq(woken, 0);
    future_set_result(&frame.second, NULL);
    ck_assert_ptr_null(task.waits);
    ck_assert_int_eq(woken, 1);
    ck_assert(future_is_done(&task.done));
    ck_assert_ptr_null(task.done.co.error);
    ck_assert_int_eq(frame.cleaned, 1);
}
END_TEST

START_TEST(a_task_with_nothing_to_wait_for_is_done_when_it_was_started)
{
    struct twice frame = twice_new();
    struct task task = task_new(&frame.co);

    future_set_result(&frame.first, NULL);
    future_set_result(&frame.second, NULL);
    task_start(&task);
    ck_assert(future_is_done(&task.done));
    ck_assert(!task_throw(&task, &spark));
}
END_TEST

START_TEST(the_error_that_a_coroutine_died_of_is_kept_in_its_task)
{
    struct twice frame = twice_new();
    struct task task = task_new(&frame.co);

    task_start(&task);
    future_set_result(&frame.first, NULL);
    future_set_error(&frame.second, &spark);
    ck_assert_ptr_eq(task.done.co.error, &spark);
    ck_assert_int_eq(frame.cleaned, 1);
}
END_TEST

START_TEST(what_is_thrown_into_a_task_is_raised_where_it_waits)
{
    struct twice frame = twice_new();
    struct task task = task_new(&frame.co);

    task_start(&task);
    if (_i == 1)
        future_set_result(&frame.first, NULL);
    ck_assert(task_throw(&task, &spark));
    ck_assert_ptr_eq(_i == 0 ? frame.first.co.error : frame.second.co.error,
                     &spark);
    ck_assert_ptr_eq(task.done.co.error, &spark);
    ck_assert_int_eq(frame.cleaned, 1);
    ck_assert(!task_throw(&task, &smoke));
    ck_assert_ptr_eq(task.done.co.error, &spark);
    future_set_result(&frame.first, NULL); /* too late: nobody is disturbed */
    future_set_result(&frame.second, NULL);
}
END_TEST

/*
 *     def stubborn(first, second):
 *         try:
 *             yield from first
 *         except:
 *             yield from second
 */
static struct future *stubborn(struct coroutine *co)
{
    struct twice *self = (struct twice *)co;

    CO_BEGIN(self);
    CO_TRY_AWAIT(self, self->first);
    if (self->first.co.error != NULL)
        CO_AWAIT(self, self->second);
    CO_FINALLY(self);
    self->cleaned++;
    CO_END(self);
}

START_TEST(a_task_may_catch_what_is_thrown_and_wait_on)
{
    struct twice frame = twice_new();
    struct task task = task_new(&frame.co);

    frame.co = CO_INIT(stubborn);
    task_start(&task);
    ck_assert(task_throw(&task, &spark));
    ck_assert(!future_is_done(&task.done));
    ck_assert_ptr_eq(task.waits, &frame.second);
    future_set_result(&frame.second, NULL);
    ck_assert(future_is_done(&task.done));
    ck_assert_ptr_null(task.done.co.error);
}
END_TEST

/* A task and its frame in one piece of memory, freed by who waits for it. */
struct owned {
    struct task task;
    struct twice frame;
};

START_TEST(who_waits_for_a_task_may_free_it_and_its_frame)
{
    struct owned *owned = malloc(sizeof *owned);

    ck_assert_ptr_nonnull(owned);
    owned->frame = twice_new();
    owned->task = task_new(&owned->frame.co);
    future_on_done(&owned->task.done, free_it, owned);
    task_start(&owned->task);
    if (_i == 0) {
        future_set_result(&owned->frame.first, NULL);
        future_set_result(&owned->frame.second, NULL);
    } else {
        ck_assert(task_throw(&owned->task, &spark));
    }
}
END_TEST

/* ---- each wake-up runs inside another ---- */

/*
 *     def link_up(previous):
 *         yield from previous
 *         next.set_result(None)
 *         order.append(number)
 */
struct link {
    struct coroutine co;
    struct future *previous;
    struct future next;
    struct task task;
    int place;       /* in the order of ending, from 0 */
    uintptr_t stack; /* where it stood when it went on */
};

/* What is known of one run of a chain. */
static int ended, nested, most_nested;

static struct future *link_up(struct coroutine *co)
{
    struct link *self = (struct link *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->previous);
    self->stack = (uintptr_t)__builtin_frame_address(0);
    if (++nested > most_nested)
        most_nested = nested;
    future_set_result(&self->next, NULL);
    nested--;
    self->place = ended++;
    CO_FINALLY(self);
    CO_END(self);
}

/* A chain of links, of which each waits for the one before. */
static struct link *start_chain(int length, struct future *first)
{
    struct link *links = calloc((size_t)length, sizeof links[0]);

    ck_assert_ptr_nonnull(links);
    ended = nested = most_nested = 0;
    for (int i = 0; i < length; i++) {
        links[i].co = CO_INIT(link_up);
        links[i].previous = i > 0 ? &links[i - 1].next : first;
        links[i].next = future_new();
        links[i].task = task_new(&links[i].co);
        task_start(&links[i].task);
    }
    return links;
}

/* How many bytes lie between the first and the last that was woken. */
static uintptr_t bytes_between(const struct link *a, const struct link *b)
{
    return a->stack > b->stack ? a->stack - b->stack : b->stack - a->stack;
}

static uintptr_t stack_of_chain(int length)
{
    struct future first = future_new();
    struct link *links = start_chain(length, &first);

    future_set_result(&first, NULL);
    uintptr_t bytes = bytes_between(&links[0], &links[length - 1]);
    free(links);
    return bytes;
}

/* Stage 07 mends the three that follow: there a wake-up is only scheduled. */

START_TEST(settling_one_future_runs_a_whole_chain_inside_that_call)
{
    enum { LENGTH = 100 };
    struct future first = future_new();
    struct link *links = start_chain(LENGTH, &first);

    ck_assert_int_eq(ended, 0);
    future_set_result(&first, NULL);
    ck_assert_int_eq(ended, LENGTH);
    ck_assert_int_eq(most_nested, LENGTH);
    free(links);
}
END_TEST

START_TEST(who_is_woken_first_gets_to_its_next_line_last)
{
    enum { LENGTH = 10 };
    struct future first = future_new();
    struct link *links = start_chain(LENGTH, &first);

    future_set_result(&first, NULL);
    for (int i = 0; i < LENGTH; i++)
        ck_assert_int_eq(links[i].place, LENGTH - 1 - i);
    free(links);
}
END_TEST

START_TEST(the_stack_of_the_last_wake_up_grows_with_the_length_of_the_chain)
{
    uintptr_t bytes = stack_of_chain(11);

    ck_assert_uint_gt(bytes, 10 * sizeof(void *));
    ck_assert_uint_ge(stack_of_chain(101), 9 * bytes);
    ck_assert_uint_ge(stack_of_chain(1001), 90 * bytes);
}
END_TEST

/*
 *     def follow(task):
 *         yield from task
 */
struct follower {
    struct coroutine co;
    struct future *leader;
    struct task task;
};

static struct future *follow(struct coroutine *co)
{
    struct follower *self = (struct follower *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->leader);
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(a_task_can_be_awaited_and_its_error_goes_down_a_chain_of_them)
{
    enum { LENGTH = 100 };
    static struct follower followers[LENGTH];
    struct future first = future_new();

    for (int i = 0; i < LENGTH; i++) {
        followers[i] = (struct follower){
            .co = CO_INIT(follow),
            .leader = i > 0 ? &followers[i - 1].task.done : &first};
        followers[i].task = task_new(&followers[i].co);
        task_start(&followers[i].task);
    }
    if (_i == 0)
        future_set_result(&first, NULL);
    else
        future_set_error(&first, &spark);
    for (int i = 0; i < LENGTH; i++) {
        ck_assert(future_is_done(&followers[i].task.done));
        ck_assert_ptr_eq(followers[i].task.done.co.error,
                         _i == 0 ? NULL : &spark);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("futures");
    TCase *futures = tcase_create("futures");
    TCase *tasks = tcase_create("tasks");
    TCase *depth = tcase_create("depth");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(futures, a_new_future_is_not_done);
    tcase_add_loop_test(futures, it_is_settled_once_with_a_result_or_an_error,
                        0, 2);
    tcase_add_test(futures, nobody_need_wait_for_it);
    tcase_add_loop_test(futures, who_is_woken_may_free_the_future, 0, 2);
    tcase_add_test_raise_signal(futures, a_second_waiter_is_a_broken_invariant,
                                SIGABRT);
    tcase_add_test_raise_signal(
        futures, to_wait_for_what_is_done_is_a_broken_invariant, SIGABRT);
    tcase_add_test_raise_signal(
        futures, to_fail_without_an_error_is_a_broken_invariant, SIGABRT);
    tcase_set_timeout(futures, 60);
    suite_add_tcase(suite, futures);

    tcase_add_test(tasks, a_task_that_was_not_started_has_run_nothing);
    tcase_add_test(tasks, a_task_goes_on_whenever_what_it_waits_for_is_there);
    tcase_add_test(tasks,
                   a_task_with_nothing_to_wait_for_is_done_when_it_was_started);
    tcase_add_test(tasks,
                   the_error_that_a_coroutine_died_of_is_kept_in_its_task);
    tcase_add_loop_test(
        tasks, what_is_thrown_into_a_task_is_raised_where_it_waits, 0, 2);
    tcase_add_test(tasks, a_task_may_catch_what_is_thrown_and_wait_on);
    tcase_add_loop_test(tasks, who_waits_for_a_task_may_free_it_and_its_frame,
                        0, 2);
    tcase_set_timeout(tasks, 60);
    suite_add_tcase(suite, tasks);

    tcase_add_test(depth,
                   settling_one_future_runs_a_whole_chain_inside_that_call);
    tcase_add_test(depth, who_is_woken_first_gets_to_its_next_line_last);
    tcase_add_test(
        depth,
        the_stack_of_the_last_wake_up_grows_with_the_length_of_the_chain);
    tcase_add_loop_test(
        depth, a_task_can_be_awaited_and_its_error_goes_down_a_chain_of_them, 0,
        2);
    tcase_set_timeout(depth, 60);
    suite_add_tcase(suite, depth);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
