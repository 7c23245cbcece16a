/*
 * loop_diagnosis_test.c - errors that nobody else receives, the exception
 * handler, and what debug mode looks for.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <pthread.h>
#include <sched.h>

static const struct error spark = ERROR(&error_value, "spark");
static const struct error smoke = ERROR(&error_os, "smoke");

static void go_wrong(void *data)
{
    callback_raise(data);
}

static void *as_data(const struct error *error)
{
    return (void *)(uintptr_t)error;
}

/* ---- callbacks that fail ---- */

START_TEST(a_callback_that_fails_is_logged_and_the_next_one_called)
{
    loop_call_soon(loop, NULL, go_wrong, as_data(&spark));
    loop_call_soon(loop, NULL, speak, words("next"));
    run_passes(1);
    ck_said("next");
    ck_assert(was_logged("Exception in callback"));
    must_have_logged("ValueError: spark");
}
END_TEST

static void note_context(struct loop *of, const struct error_context *context,
                         void *data)
{
    ck_assert_ptr_eq(of, loop);
    speak(data);
    speak(words(error_message(context->error)));
}

START_TEST(an_exception_handler_is_told_in_the_place_of_the_log)
{
    loop_set_exception_handler(loop, note_context, words("handler:"));
    ck_assert(loop_get_exception_handler(loop) == note_context);
    loop_call_soon(loop, NULL, go_wrong, as_data(&spark));
    run_passes(1);
    ck_said("handler:spark");
    loop_set_exception_handler(loop, NULL, NULL);
    ck_assert(loop_get_exception_handler(loop) == NULL);
    loop_call_soon(loop, NULL, go_wrong, as_data(&smoke));
    run_passes(1);
    must_have_logged("OSError: smoke");
}
END_TEST

static void fail_too(struct loop *of, const struct error_context *context,
                     void *data)
{
    (void)of, (void)context;
    callback_raise(data);
}

START_TEST(a_handler_that_fails_is_logged_and_the_loop_goes_on)
{
    loop_set_exception_handler(loop, fail_too, as_data(&smoke));
    loop_call_soon(loop, NULL, go_wrong, as_data(&spark));
    loop_call_soon(loop, NULL, speak, words("next"));
    run_passes(1);
    ck_said("next");
    ck_assert(was_logged("Unhandled error in exception handler"));
    must_have_logged("OSError: smoke");
}
END_TEST

START_TEST(whoever_likes_may_call_the_handler)
{
    loop_set_exception_handler(loop, note_context, words(""));
    loop_call_exception_handler(loop, &(struct error_context){.error = &spark});
    ck_said("spark");
    loop_default_exception_handler(
        loop, &(struct error_context){.message = "mine", .error = &smoke});
    ck_assert(was_logged("mine\n"));
    must_have_logged("OSError: smoke");
    loop_default_exception_handler(loop, &(struct error_context){0});
    must_have_logged("Unhandled exception in event loop");
}
END_TEST

static void note_kind(struct loop *of, const struct error_context *context,
                      void *data)
{
    (void)of, (void)data;
    speak(words(context->message));
    ck_assert_ptr_eq(context->error, &spark);
    ck_assert_ptr_nonnull(context->future);
}

START_TEST(an_error_that_nobody_asked_for_is_reported_when_the_future_goes)
{
    struct future *future = loop_create_future(loop);

    loop_set_exception_handler(loop, note_kind, NULL);
    future_set_error(future, &spark);
    run_passes(1);
    ck_said("");
    future_free(future);
    ck_said("Future exception was never retrieved");
}
END_TEST

START_TEST(an_error_that_somebody_asked_for_is_not)
{
    const struct error *error;

    for (int i = 0; i < 3; i++) {
        struct future *future = loop_create_future(loop);
        future_set_error(future, &spark);
        if (i == 0)
            ck_assert(!future_result(future, NULL));
        else if (i == 1)
            ck_assert(future_error(future, &error));
        else
            ck_assert(!future_cancel(future, NULL)); /* as in Python */
        future_free(future);
    }
}
END_TEST

/* ---- debug mode ---- */

static void be_slow(void *data)
{
    (void)data;
    clock_go_on(0.25);
}

static void be_quick(void *data)
{
    (void)data;
    clock_go_on(0.05);
}

START_TEST(debug_mode_is_off_at_first)
{
    ck_assert(!loop_get_debug(loop));
    ck_assert(loop_slow_callback_duration(loop) == 0.1);
    loop_call_soon(loop, NULL, be_slow, NULL);
    run_passes(1);
}
END_TEST

START_TEST(in_debug_mode_a_slow_callback_is_named_and_logged)
{
    loop_set_debug(loop, true);
    ck_assert(loop_get_debug(loop));
    loop_call_soon(loop, NULL, be_slow, NULL);
    loop_call_soon(loop, NULL, be_quick, NULL);
    run_passes(1);
    ck_assert(!was_logged("be_quick"));
    must_have_logged("Executing <Handle be_slow> took 0.250 seconds");
    loop_set_slow_callback_duration(loop, 0.01);
    loop_call_later(loop, NULL, 0, be_quick, NULL);
    run_passes(1);
    must_have_logged("Executing <Handle be_quick> took 0.050 seconds");
}
END_TEST

/*
 *     async def slow():
 *         time.sleep(0.5)
 */
struct slow {
    struct coroutine co;
    void *result;
};

static struct future *slow(struct coroutine *co)
{
    struct slow *self = (struct slow *)co;

    CO_BEGIN(self);
    clock_go_on(0.5);
    CO_FINALLY(self);
    CO_END(self);
}

static struct slow slow_new(void)
{
    return (struct slow){.co = CO_INIT(slow)};
}

START_TEST(a_slow_step_is_logged_with_its_task_though_that_is_gone)
{
    loop_set_debug(loop, true);
    struct task *task = loop_create_task(loop, COROUTINE(slow_new()));
    task_set_name(task, "sloth");
    task_free(task);
    run_passes(1);
    ck_assert(was_logged("name='sloth' coro=slow"));
    must_have_logged("took 0.500 seconds");
}
END_TEST

START_TEST(a_callback_that_fails_is_named_in_debug_mode)
{
    loop_set_debug(loop, true);
    loop_call_soon(loop, NULL, go_wrong, as_data(&spark));
    run_passes(1);
    ck_assert(was_logged("Exception in callback go_wrong"));
    must_have_logged("ValueError: spark");
}
END_TEST

/* A callback. */
static void make_objects(void *data)
{
    struct coroutine **objects = data;

    for (int i = 0; i < 3; i++)
        objects[i] = COROUTINE(slow_new());
    task_free(loop_create_task(loop, objects[0]));
    coroutine_close(objects[1]);
}

START_TEST(a_coroutine_that_nobody_awaited_is_logged_when_the_loop_closes)
{
    struct coroutine *objects[3];

    loop_set_debug(loop, true);
    loop_set_slow_callback_duration(loop, 10);
    loop_call_soon(loop, NULL, make_objects, objects);
    run_passes(3);
    ck_assert(loop_close(loop));
    must_have_logged("coroutine 'slow_new()' was never awaited\n");
    coroutine_close(objects[2]); /* it is still ours */
}
END_TEST

/* ---- the wrong thread ---- */

static atomic_int turns; /* relaxed: it is not to order anything */

static void *call_from_outside(void *data)
{
    struct timer timer = {0};

    (void)data;
    while (atomic_load_explicit(&turns, memory_order_relaxed) < 5)
        sched_yield();
    ck_refused(loop_call_soon(loop, NULL, speak, words("no")), error_runtime);
    ck_refused(loop_call_soon(loop, NULL, go_wrong, NULL), error_runtime);
    ck_refused(loop_call_later(loop, &timer, 0, speak, NULL), error_runtime);
    ck_refused(loop_call_at(loop, &timer, 0, speak, NULL), error_runtime);
    ck_refused(loop_create_task(loop, COROUTINE(slow_new())), error_runtime);
    ck_refused(async_get_running_loop(), error_runtime);
    ck_assert(loop_call_soon_threadsafe(loop, NULL, stop, NULL));
    return NULL;
}

static pthread_t intruder;
static struct handle working;

/* A callback: the loop has something to do, and to name, all the while. */
static void work(void *data)
{
    atomic_fetch_add_explicit(&turns, 1, memory_order_relaxed);
    loop_call_soon(loop, &working, work, data);
    loop_call_soon(loop, NULL, be_quick, NULL);
}

static void let_intruder_in(void *data)
{
    (void)data;
    ck_assert_int_eq(pthread_create(&intruder, NULL, call_from_outside, NULL),
                     0);
}

START_TEST(in_debug_mode_calls_from_another_thread_are_refused)
{
    loop_set_debug(loop, true);
    loop_call_soon(loop, NULL, let_intruder_in, NULL);
    loop_call_soon(loop, &working, work, NULL);
    ck_assert(loop_run_forever(loop));
    pthread_join(intruder, NULL);
    ck_said("");
    handle_cancel(loop, &working);
}
END_TEST

START_TEST(a_closed_loop_takes_no_names_either)
{
    loop_set_debug(loop, true);
    ck_assert(loop_close(loop));
    ck_refused(loop_call_soon(loop, NULL, speak, NULL), error_runtime);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        a_callback_that_fails_is_logged_and_the_next_one_called,
        an_exception_handler_is_told_in_the_place_of_the_log,
        a_handler_that_fails_is_logged_and_the_loop_goes_on,
        whoever_likes_may_call_the_handler,
        an_error_that_nobody_asked_for_is_reported_when_the_future_goes,
        an_error_that_somebody_asked_for_is_not,
        debug_mode_is_off_at_first,
        in_debug_mode_a_slow_callback_is_named_and_logged,
        a_slow_step_is_logged_with_its_task_though_that_is_gone,
        a_callback_that_fails_is_named_in_debug_mode,
        a_coroutine_that_nobody_awaited_is_logged_when_the_loop_closes,
        in_debug_mode_calls_from_another_thread_are_refused,
        a_closed_loop_takes_no_names_either,
        NULL,
    };
    const TTest *const each[] = {NULL};

    return run_loop_suite("loop_diagnosis", once, each);
}
