/*
 * loop_future_test.c - futures: settled once, read, awaited, told of, let go.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

static const struct error spark = ERROR(&error_value, "spark");
static const struct error smoke = ERROR(&error_os, "smoke");

/* ---- settling and reading ---- */

START_TEST(a_new_future_is_pending_and_cannot_be_read)
{
    struct future *future = loop_create_future(loop);
    const struct error *error = &spark;
    void *result = &result;

    ck_assert(!future_done(future));
    ck_assert(!future_cancelled(future));
    ck_assert_ptr_eq(future_get_loop(future), loop);
    ck_assert_ptr_null(future_cancel_message(future));
    ck_refused(future_result(future, &result), error_invalid_state);
    ck_assert_str_eq(error_message(error_last()), "Result is not set.");
    ck_refused(future_error(future, &error), error_invalid_state);
    ck_assert_str_eq(error_message(error_last()), "Exception is not set.");
    ck_assert_ptr_eq(result, &result); /* neither was touched */
    ck_assert_ptr_eq(error, &spark);
    future_free(future);
}
END_TEST

START_TEST(one_with_a_result_has_no_error)
{
    struct future *future = loop_create_future(loop);
    const struct error *error = &spark;
    void *result = NULL;

    ck_assert(future_set_result(future, number_value(-42)));
    ck_assert(future_done(future));
    ck_assert(future_result(future, &result));
    ck_assert_int_eq(value_number(result), -42);
    ck_assert(future_result(future, NULL));
    ck_assert(future_error(future, &error));
    ck_assert_ptr_null(error);
    future_free(future);
}
END_TEST

START_TEST(one_that_failed_gives_its_error)
{
    struct future *future = loop_create_future(loop);
    const struct error *error = NULL;

    ck_assert(future_set_error(future, &spark));
    ck_assert(future_done(future));
    ck_assert(!future_cancelled(future));
    ck_assert(!future_result(future, NULL));
    ck_assert_ptr_eq(error_last(), &spark);
    ck_assert(future_error(future, &error));
    ck_assert_ptr_eq(error, &spark);
    future_free(future);
}
END_TEST

START_TEST(one_that_was_cancelled_keeps_the_message)
{
    struct future *future = loop_create_future(loop);
    const struct error *error = &spark;

    ck_assert(future_cancel(future, "enough"));
    ck_assert(future_done(future));
    ck_assert(future_cancelled(future));
    ck_assert_str_eq(future_cancel_message(future), "enough");
    ck_refused(future_result(future, NULL), error_cancelled);
    ck_refused(future_error(future, &error), error_cancelled);
    ck_assert_ptr_eq(error, &spark);
    future_free(future);
}
END_TEST

enum { WAYS = 3 };

static bool settle(struct future *future, int way)
{
    if (way == 0)
        return future_set_result(future, words("result"));
    if (way == 1)
        return future_set_error(future, &spark);
    return future_cancel(future, "message");
}

/* With a result, with an error, by cancelling, each after each. */
START_TEST(what_is_settled_stays_as_it_is)
{
    for (int first = 0; first < WAYS; first++)
        for (int second = 0; second < WAYS; second++) {
            struct future *future = loop_create_future(loop);
            void *result = NULL;
            ck_assert(settle(future, first));
            error_raise(&smoke);
            ck_assert(!settle(future, second));
            if (second != 2) /* to cancel too late is no mistake */
                ck_assert(error_is(error_last(), &error_invalid_state));
            ck_assert_int_eq(future_result(future, &result), first == 0);
            ck_assert_ptr_eq(future_cancel_message(future),
                             first == 2 ? words("message") : NULL);
            if (first == 1)
                ck_assert_ptr_eq(error_last(), &spark);
            future_free(future);
        }
}
END_TEST

START_TEST(to_fail_takes_an_error)
{
    struct future *future = loop_create_future(loop);

    ck_refused(future_set_error(future, NULL), error_type);
    ck_assert(!future_done(future));
    future_free(future);
}
END_TEST

/* ---- telling others ---- */

static void note(struct future *future, void *data)
{
    ck_assert(future_done(future));
    speak(data);
}

START_TEST(callbacks_come_in_a_later_pass_in_the_order_of_adding)
{
    struct future *future = loop_create_future(loop);

    ck_assert(future_add_done_callback(future, note, words("a")));
    ck_assert(future_add_done_callback(future, note, words("b")));
    ck_assert(future_add_done_callback(future, note, words("a")));
    ck_assert_uint_eq(loop_census(loop).handles, 3);
    run_passes(1);
    ck_said("");
    settle(future, _i);
    ck_said("");
    run_passes(1);
    ck_said("aba");
    ck_assert_uint_eq(loop_census(loop).handles, 0);
    ck_assert(!future_result(future, NULL) || _i == 0);
    future_free(future);
}
END_TEST

START_TEST(of_a_settled_future_the_next_pass_brings_the_callback)
{
    struct future *future = loop_create_future(loop);

    settle(future, _i);
    ck_assert(future_add_done_callback(future, note, words("a")));
    ck_said("");
    run_passes(1);
    ck_said("a");
    ck_assert(!future_result(future, NULL) || _i == 0);
    future_free(future);
}
END_TEST

START_TEST(callbacks_that_were_removed_are_not_called)
{
    struct future *future = loop_create_future(loop);

    future_add_done_callback(future, note, words("a"));
    future_add_done_callback(future, note, words("b"));
    future_add_done_callback(future, note, words("a"));
    ck_assert_uint_eq(future_remove_done_callback(future, note, words("c")), 0);
    ck_assert_uint_eq(future_remove_done_callback(future, note, words("a")), 2);
    ck_assert_uint_eq(future_remove_done_callback(future, note, words("a")), 0);
    settle(future, 0);
    ck_assert_uint_eq(future_remove_done_callback(future, note, words("b")),
                      0); /* too late */
    run_passes(1);
    ck_said("b");
    future_free(future);
}
END_TEST

START_TEST(the_last_callback_may_be_removed)
{
    struct future *future = loop_create_future(loop);

    future_add_done_callback(future, note, words("a"));
    ck_assert_uint_eq(future_remove_done_callback(future, note, words("a")), 1);
    settle(future, 0);
    run_passes(1);
    ck_said("");
    future_free(future);
}
END_TEST

static void add_another(struct future *future, void *data)
{
    speak(data);
    future_add_done_callback(future, note, words("later"));
}

START_TEST(a_callback_may_add_one_for_the_next_pass)
{
    struct future *future = loop_create_future(loop);

    future_add_done_callback(future, add_another, words("a"));
    future_add_done_callback(future, note, words("b"));
    settle(future, 0);
    run_passes(1);
    ck_said("ab");
    run_passes(1);
    ck_said("ablater");
    future_free(future);
}
END_TEST

START_TEST(a_future_that_was_let_go_stays_until_its_callbacks_were_called)
{
    struct future *future = loop_create_future(loop);

    future_add_done_callback(future, note, words("a"));
    future_add_done_callback(future, note, words("b"));
    settle(future, 0);
    future_free(future);
    ck_assert_uint_eq(loop_census(loop).futures, 1);
    run_passes(1);
    ck_said("ab");
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

START_TEST(a_pending_future_takes_its_callbacks_along)
{
    struct future *future = loop_create_future(loop);

    future_add_done_callback(future, note, words("a"));
    future_free(future);
    ck_assert_uint_eq(loop_census(loop).handles, 0);
    run_passes(1);
    ck_said("");
}
END_TEST

START_TEST(a_future_is_there_as_long_as_anybody_holds_it)
{
    struct future *future = loop_create_future(loop);

    ck_assert_ptr_eq(future_hold(future), future);
    future_free(future);
    ck_assert_uint_eq(loop_census(loop).futures, 1);
    ck_assert(settle(future, 0));
    future_free(future);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    future_free(NULL);
}
END_TEST

/* ---- awaiting ---- */

START_TEST(a_task_that_awaits_it_goes_on_in_the_pass_after)
{
    struct future *future = loop_create_future(loop);
    struct task *task = wait_in_task(future, NULL);
    void *result = NULL;

    run_passes(1); /* it begins */
    ck_assert(!future_done(&task->future));
    future_set_result(future, &result);
    ck_assert(!future_done(&task->future));
    run_passes(1);
    ck_assert(future_result(&task->future, &result));
    ck_assert_ptr_eq(result, &result);
    task_free(task);
    future_free(future);
}
END_TEST

START_TEST(to_await_what_is_settled_takes_no_pass)
{
    struct future *future = loop_create_future(loop);
    struct task *task = wait_in_task(future, NULL);

    future_set_error(future, &spark);
    run_passes(1);
    ck_assert(!future_result(&task->future, NULL));
    ck_assert_ptr_eq(error_last(), &spark);
    task_free(task);
    future_free(future);
}
END_TEST

START_TEST(tasks_and_callbacks_go_on_in_the_order_in_which_they_began_to_wait)
{
    struct future *future = loop_create_future(loop);
    struct task *first = wait_in_task(future, NULL), *second;

    run_passes(1);
    future_add_done_callback(future, note, words("callback "));
    second = wait_in_task(future, NULL);
    run_passes(1);
    future_add_done_callback(&second->future, note, words("second"));
    future_add_done_callback(&first->future, note, words("first "));
    future_set_result(future, NULL);
    run_passes(2);
    ck_said("callback first second");
    task_free(first);
    task_free(second);
    future_free(future);
}
END_TEST

/*
 *     async def framed():
 *         self.future = loop.create_future()
 *         loop.call_later(1, self.future.set_result, "framed")
 *         return await self.future
 */
struct framed {
    struct coroutine co;
    void *result;
    struct future future;
    struct timer timer;
};

static void set_framed(void *data)
{
    struct framed *self = data;

    ck_assert(future_set_result(&self->future, words("framed")));
    ck_refused(future_set_result(&self->future, NULL), error_invalid_state);
}

static struct future *framed(struct coroutine *co)
{
    struct framed *self = (struct framed *)co;

    CO_BEGIN(self);
    self->future = future_new(async_get_running_loop());
    loop_call_later(self->future.loop, &self->timer, 1, set_framed, self);
    CO_AWAIT(self, self->future);
    self->result = self->future.result;
    CO_FINALLY(self);
    CO_END(self);
}

static struct framed framed_new(void)
{
    return (struct framed){.co = CO_INIT(framed)};
}

START_TEST(a_future_may_be_part_of_the_frame_that_awaits_it)
{
    void *result = NULL;

    ck_assert(loop_run_until_complete(loop, COROUTINE(framed_new()), &result));
    ck_assert_str_eq(result, "framed");
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

/* ---- the end of the loop ---- */

START_TEST(of_a_closed_loop_a_future_can_be_settled_but_nobody_is_told)
{
    struct future *watched = loop_create_future(loop);

    future_add_done_callback(watched, note, words("a"));
    ck_assert(loop_close(loop));
    struct future *late = loop_create_future(loop);
    ck_assert(settle(late, _i));
    ck_refused(future_add_done_callback(late, note, NULL), error_runtime);
    ck_refused(future_set_result(watched, NULL), error_runtime);
    ck_assert(!future_done(watched));
    ck_assert(future_cancel(watched, NULL));
    ck_assert(!future_result(late, NULL) || _i == 0);
    future_free(late);
    future_free(watched);
    ck_said("");
}
END_TEST

START_TEST(a_loop_freed_while_futures_are_held_says_so_and_goes_with_the_last)
{
    struct future *first = loop_create_future(loop);
    struct future *second = loop_create_future(loop);

    ck_assert(settle(first, 0));
    ck_refused(loop_free(loop), error_runtime);
    must_have_logged("a loop was freed while 2 of its futures were held");
    ck_assert(future_result(first, NULL));
    future_free(first);
    ck_assert(!future_done(second));
    future_free(second); /* the sanitizers see whether the loop went, too */
    loop = NULL;
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        a_new_future_is_pending_and_cannot_be_read,
        one_with_a_result_has_no_error,
        one_that_failed_gives_its_error,
        one_that_was_cancelled_keeps_the_message,
        what_is_settled_stays_as_it_is,
        to_fail_takes_an_error,
        callbacks_that_were_removed_are_not_called,
        the_last_callback_may_be_removed,
        a_callback_may_add_one_for_the_next_pass,
        a_future_that_was_let_go_stays_until_its_callbacks_were_called,
        a_pending_future_takes_its_callbacks_along,
        a_future_is_there_as_long_as_anybody_holds_it,
        a_task_that_awaits_it_goes_on_in_the_pass_after,
        to_await_what_is_settled_takes_no_pass,
        tasks_and_callbacks_go_on_in_the_order_in_which_they_began_to_wait,
        a_future_may_be_part_of_the_frame_that_awaits_it,
        a_loop_freed_while_futures_are_held_says_so_and_goes_with_the_last,
        NULL,
    };
    /* Three numbers, as it happens: the ways in which one can be settled. */
    const TTest *const each[] = {
        callbacks_come_in_a_later_pass_in_the_order_of_adding,
        of_a_settled_future_the_next_pass_brings_the_callback,
        of_a_closed_loop_a_future_can_be_settled_but_nobody_is_told,
        NULL,
    };

    return run_loop_suite("loop_future", once, each);
}
