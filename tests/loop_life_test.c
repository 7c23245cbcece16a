/*
 * loop_life_test.c - how a loop begins to run, stops, and is closed.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

static void speak_and_give_another(void *data)
{
    speak(data);
    loop_call_soon(loop, NULL, speak, words("later"));
}

/* ---- running and stopping ---- */

START_TEST(the_pass_in_which_it_is_stopped_is_finished)
{
    loop_call_soon(loop, NULL, stop, NULL);
    loop_call_soon(loop, NULL, speak_and_give_another, words("a"));
    ck_assert(loop_run_forever(loop));
    ck_said("a");
    ck_assert_uint_eq(passes(), 1);
    run_passes(1);
    ck_said("alater");
}
END_TEST

START_TEST(a_loop_stopped_before_it_runs_makes_one_pass_and_does_not_wait)
{
    loop_call_soon(loop, NULL, speak, words("a"));
    loop_call_later(loop, NULL, 5, speak, words("5"));
    loop_stop(loop);
    ck_assert(loop_run_forever(loop));
    ck_said("a");
    ck_assert_uint_eq(passes(), 1);
    ck_assert(seconds_gone() == 0);
}
END_TEST

static void look_around(void *data)
{
    (void)data;
    ck_assert(loop_is_running(loop));
    ck_assert_ptr_eq(async_get_running_loop(), loop);
    loop_stop(loop);
}

START_TEST(only_a_running_loop_is_running)
{
    ck_assert(!loop_is_running(loop));
    ck_refused(async_get_running_loop(), error_runtime);
    loop_call_soon(loop, NULL, look_around, NULL);
    ck_assert(loop_run_forever(loop));
    ck_assert(!loop_is_running(loop));
    ck_refused(async_get_running_loop(), error_runtime);
}
END_TEST

START_TEST(run_until_complete_gives_what_the_coroutine_returned)
{
    void *result = NULL;

    ck_assert(loop_run_until_complete(loop, COROUTINE(napper_new(1, "a", "b")),
                                      &result));
    ck_assert_str_eq(result, "b");
    ck_said("ab");
    ck_assert(loop_run_until_complete(loop, COROUTINE(napper_new(0, "c", "d")),
                                      NULL));
    ck_said("abcd");
}
END_TEST

static const struct error spark = ERROR(&error_value, "spark");

START_TEST(run_until_complete_fails_as_the_future_did)
{
    struct future *future = loop_create_future(loop);
    void *result = &result;

    future_set_error(future, &spark);
    ck_assert(!loop_run_until_complete(loop, &future->co, &result));
    ck_assert_ptr_eq(error_last(), &spark);
    ck_assert_ptr_eq(result, &result);
    future_free(future);
    future = loop_create_future(loop);
    future_cancel(future, NULL);
    ck_refused(loop_run_until_complete(loop, &future->co, NULL),
               error_cancelled);
    future_free(future);
}
END_TEST

START_TEST(a_future_that_is_done_costs_one_pass)
{
    struct future *future = loop_create_future(loop);
    void *result = NULL;

    future_set_result(future, &result);
    ck_assert(loop_run_until_complete(loop, &future->co, &result));
    ck_assert_ptr_eq(result, &result);
    ck_assert_uint_eq(passes(), 1);
    future_free(future);
}
END_TEST

START_TEST(a_loop_stopped_before_its_future_is_done_says_so)
{
    struct future *future = loop_create_future(loop);

    loop_call_soon(loop, NULL, stop, NULL);
    ck_refused(loop_run_until_complete(loop, &future->co, NULL), error_runtime);
    ck_assert_str_eq(error_message(error_last()),
                     "Event loop stopped before Future completed.");
    future_set_result(future, NULL); /* which stops nobody any more */
    loop_call_soon(loop, NULL, speak_and_give_another, words("a"));
    run_passes(2);
    ck_said("alater");
    future_free(future);
}
END_TEST

START_TEST(an_object_that_was_not_done_when_the_loop_stopped_goes_silently)
{
    loop_call_soon(loop, NULL, stop, NULL);
    ck_refused(
        loop_run_until_complete(loop, COROUTINE(napper_new(5, "a", "b")), NULL),
        error_runtime);
    ck_assert_uint_eq(loop_census(loop).tasks, 1);
}
END_TEST

/* ---- the end ---- */

START_TEST(what_stands_in_line_when_the_loop_closes_is_dropped)
{
    struct handle handle = {0};
    struct timer timer = {0};
    struct threadsafe_handle from_outside = {0};
    struct future *done = loop_create_future(loop);

    future_set_result(done, NULL);
    loop_call_soon(loop, NULL, speak, words("a"));
    loop_call_soon(loop, &handle, speak, words("b"));
    loop_call_later(loop, NULL, 1, speak, words("c"));
    loop_call_later(loop, &timer, 1, speak, words("d"));
    loop_call_soon_threadsafe(loop, NULL, speak, words("e"));
    loop_call_soon_threadsafe(loop, &from_outside, speak, words("f"));
    future_add_done_callback(done, (future_callback *)abort, NULL);
    future_free(done);
    ck_assert(loop_close(loop));
    ck_assert(loop_is_closed(loop));
    ck_assert(!handle_is_in_line(&handle));
    ck_assert_uint_eq(loop_census(loop).handles, 0);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    timer_cancel(loop, &timer); /* is harmless */
    handle_cancel(loop, &handle);
}
END_TEST

/*
 *     async def framed():
 *         self.future = loop.create_future()
 *         self.future.add_done_callback(print)
 *         self.future.set_result(None)
 *         await asyncio.sleep(1000)
 */
struct framed {
    struct coroutine co;
    void *result;
    struct future future;
    struct async_sleep sleep;
};

static void never_called(struct future *future, void *data)
{
    (void)future, (void)data;
    ck_abort_msg("the loop was closed before");
}

static struct future *framed(struct coroutine *co)
{
    struct framed *self = (struct framed *)co;

    CO_BEGIN(self);
    self->future = future_new(async_get_running_loop());
    future_add_done_callback(&self->future, never_called, NULL);
    future_set_result(&self->future, NULL);
    self->sleep = async_sleep(1000);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

static struct framed framed_new(void)
{
    return (struct framed){.co = CO_INIT(framed)};
}

START_TEST(what_stands_in_line_is_dropped_before_the_frame_that_it_is_in)
{
    struct task *task = loop_create_task(loop, COROUTINE(framed_new()));

    task->quiet = true;
    task_free(task);
    run_passes(1);
    ck_assert_uint_eq(loop_census(loop).handles, 1);
    ck_assert(loop_close(loop));
    ck_assert_uint_eq(loop_census(loop).handles, 0);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

START_TEST(a_loop_may_run_any_number_of_times_before_it_is_closed)
{
    for (int i = 0; i < 100; i++)
        run_passes(1);
    ck_assert_uint_eq(passes(), 100);
    ck_assert(loop_close(loop));
    ck_assert(loop_close(loop)); /* and closed any number of times */
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        the_pass_in_which_it_is_stopped_is_finished,
        a_loop_stopped_before_it_runs_makes_one_pass_and_does_not_wait,
        only_a_running_loop_is_running,
        run_until_complete_gives_what_the_coroutine_returned,
        run_until_complete_fails_as_the_future_did,
        a_future_that_is_done_costs_one_pass,
        a_loop_stopped_before_its_future_is_done_says_so,
        an_object_that_was_not_done_when_the_loop_stopped_goes_silently,
        what_stands_in_line_when_the_loop_closes_is_dropped,
        what_stands_in_line_is_dropped_before_the_frame_that_it_is_in,
        a_loop_may_run_any_number_of_times_before_it_is_closed,
        NULL,
    };
    const TTest *const each[] = {NULL};

    return run_loop_suite("loop_life", once, each);
}
