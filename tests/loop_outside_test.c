/*
 * loop_outside_test.c - what comes from outside the loop's thread: calls from
 * other threads, and signals.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <pthread.h>
#include <signal.h>

/* ---- from the loop's own thread ---- */

START_TEST(a_threadsafe_call_has_its_turn_in_the_next_pass)
{
    ck_assert(loop_call_soon_threadsafe(loop, NULL, speak, words("a")));
    ck_assert(loop_call_soon_threadsafe(loop, NULL, speak, words("b")));
    run_passes(1);
    ck_said("ab");
}
END_TEST

START_TEST(it_stands_in_line_before_those_that_came_after_it)
{
    loop_call_soon(loop, NULL, speak, words("a"));
    loop_call_soon_threadsafe(loop, NULL, speak, words("b"));
    loop_call_soon(loop, NULL, speak, words("c"));
    run_passes(1);
    ck_said("abc");
}
END_TEST

static void call_both_ways(void *data)
{
    (void)data;
    loop_call_soon_threadsafe(loop, NULL, speak, words("a"));
    loop_call_soon(loop, NULL, speak, words("b"));
    loop_call_soon_threadsafe(loop, NULL, speak, words("c"));
}

START_TEST(also_if_a_callback_of_the_loop_made_it)
{
    loop_call_soon(loop, NULL, call_both_ways, NULL);
    run_passes(1);
    ck_said("");
    run_passes(1);
    ck_said("abc");
}
END_TEST

START_TEST(one_that_was_cancelled_is_not_called)
{
    struct threadsafe_handle kept = {0}, cancelled = {0};

    loop_call_soon_threadsafe(loop, &kept, speak, words("kept"));
    loop_call_soon_threadsafe(loop, &cancelled, speak, words("not"));
    threadsafe_handle_cancel(&cancelled);
    threadsafe_handle_cancel(&cancelled);
    ck_assert(threadsafe_handle_cancelled(&cancelled));
    ck_assert(!threadsafe_handle_cancelled(&kept));
    run_passes(1);
    ck_said("kept");
}
END_TEST

/* ---- from others ---- */

enum { THREADS = 4, CALLS = 5000 };

struct caller {
    pthread_t thread;
    int called;    /* the loop's */
    int last;      /* the number of the last call */
    int cancelled; /* the thread's: how many calls it took back */
    int ended;
};

struct call {
    struct threadsafe_handle handle;
    struct caller *caller;
    int number;
};

static int callers_left;

static void count_call(void *data)
{
    struct call *call = data;

    ck_assert_int_gt(call->number, call->caller->last); /* in order */
    call->caller->last = call->number;
    call->caller->called++;
}

static void end_caller(void *data)
{
    struct caller *caller = data;

    caller->ended++;
    if (--callers_left == 0)
        loop_stop(loop);
}

static struct call calls[THREADS][CALLS];
static struct caller callers[THREADS];

/* Every third call is cancelled at once: it may or may not come. */
static void *call_often(void *data)
{
    struct caller *caller = data;
    struct call *own = calls[caller - callers];

    for (int i = 0; i < CALLS; i++) {
        own[i] = (struct call){.caller = caller, .number = i + 1};
        loop_call_soon_threadsafe(loop, &own[i].handle, count_call, &own[i]);
        if (i % 3 == 0) {
            threadsafe_handle_cancel(&own[i].handle);
            caller->cancelled++;
        }
    }
    loop_call_soon_threadsafe(loop, NULL, end_caller, caller);
    return NULL;
}

START_TEST(of_four_threads_each_call_comes_once_and_in_order)
{
    WITH_SELECTOR(_i);
    loop_set_clock(loop, NULL);
    callers_left = THREADS;
    memset(callers, 0, sizeof callers);
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&callers[i].thread, NULL, call_often, &callers[i]),
            0);
    ck_assert(loop_run_forever(loop));
    for (int i = 0; i < THREADS; i++) {
        pthread_join(callers[i].thread, NULL);
        ck_assert_int_eq(callers[i].ended, 1);
        ck_assert_int_ge(callers[i].called, CALLS - callers[i].cancelled);
        ck_assert_int_le(callers[i].called, CALLS);
    }
}
END_TEST

static void *stop_it(void *data)
{
    loop_call_soon_threadsafe(data, NULL, stop, NULL);
    return NULL;
}

static void *wake_it(void *data)
{
    loop_call_soon_threadsafe(data, NULL, speak, words(""));
    return NULL;
}

/*
 * Nobody knows whether the thread has returned from its call by then: the
 * other one has woken the loop, which sees both calls.
 */
START_TEST(a_loop_may_be_freed_as_soon_as_it_has_the_call)
{
    enum { ROUNDS = 200 };
    static pthread_t stopping[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        pthread_t waking;
        loop_end();
        loop_begin(NULL);
        loop_set_clock(loop, NULL);
        pthread_create(&waking, NULL, wake_it, loop);
        pthread_create(&stopping[i], NULL, stop_it, loop);
        ck_assert(loop_run_forever(loop));
        pthread_join(waking, NULL);
    }
    loop_end();
    for (int i = 0; i < ROUNDS; i++)
        pthread_join(stopping[i], NULL);
    loop_begin(NULL);
}
END_TEST

static void *call_until_refused(void *data)
{
    size_t *count = data;

    while (loop_call_soon_threadsafe(loop, NULL, speak, words("")))
        ++*count;
    ck_assert(error_is(error_last(), &error_runtime));
    return NULL;
}

/* What was accepted and is not called any more is freed: the sanitizers see. */
START_TEST(a_loop_may_be_closed_while_threads_call)
{
    pthread_t threads[THREADS];
    size_t counts[THREADS] = {0};

    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, call_until_refused, &counts[i]);
    run_passes(2); /* each is longer than the one before */
    ck_assert(loop_close(loop));
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

/* ---- signals ---- */

START_TEST(a_signal_is_answered_two_passes_later_as_in_python)
{
    WITH_SELECTOR(_i);
    ck_assert(loop_add_signal_handler(loop, SIGUSR1, speak, words("s")));
    raise(SIGUSR1);
    run_passes(1); /* reads that it came */
    ck_said("");
    run_passes(1);
    ck_said("s");
    run_passes(2);
    ck_said("s");
    ck_assert(loop_remove_signal_handler(loop, SIGUSR1));
}
END_TEST

START_TEST(signals_are_answered_in_the_order_in_which_they_came)
{
    loop_add_signal_handler(loop, SIGUSR1, speak, words("1"));
    loop_add_signal_handler(loop, SIGUSR2, speak, words("2"));
    raise(SIGUSR1);
    raise(SIGUSR2);
    run_passes(2);
    ck_said("12");
    raise(SIGUSR2);
    raise(SIGUSR1);
    run_passes(2);
    ck_said("1221");
    raise(SIGUSR1);
    raise(SIGUSR1);
    raise(SIGUSR2);
    raise(SIGUSR1);
    run_passes(2); /* twice the same is not once, nor later */
    ck_said("12211121");
}
END_TEST

START_TEST(a_signal_that_came_three_times_is_answered_three_times)
{
    loop_add_signal_handler(loop, SIGUSR1, speak, words("."));
    for (int i = 0; i < 3; i++)
        raise(SIGUSR1);
    run_passes(6);
    ck_said("...");
}
END_TEST

static void *raise_one(void *data)
{
    kill(getpid(), *(int *)data);
    return NULL;
}

START_TEST(a_loop_that_waits_is_woken_by_a_signal)
{
    pthread_t thread;
    int number = SIGUSR1;

    WITH_SELECTOR(_i);
    loop_set_clock(loop, NULL);
    loop_add_signal_handler(loop, SIGUSR1, stop, NULL);
    pthread_create(&thread, NULL, raise_one, &number);
    ck_assert(loop_run_forever(loop));
    pthread_join(thread, NULL);
}
END_TEST

static void remove_own(void *data)
{
    speak(data);
    ck_assert(loop_remove_signal_handler(loop, SIGUSR1));
    ck_assert(!loop_remove_signal_handler(loop, SIGUSR1));
}

START_TEST(a_signal_handler_may_remove_itself)
{
    loop_add_signal_handler(loop, SIGUSR1, remove_own, words("x"));
    raise(SIGUSR1);
    raise(SIGUSR1); /* is answered no more */
    run_passes(4);
    ck_said("x");
}
END_TEST

START_TEST(a_second_handler_takes_the_place_of_the_first)
{
    loop_add_signal_handler(loop, SIGUSR1, speak, words("a"));
    loop_add_signal_handler(loop, SIGUSR1, speak, words("b"));
    raise(SIGUSR1);
    run_passes(2);
    ck_said("b");
}
END_TEST

static bool is_default(int number)
{
    struct sigaction action;

    ck_assert_int_eq(sigaction(number, NULL, &action), 0);
    return action.sa_handler == SIG_DFL;
}

START_TEST(a_signal_without_its_handler_does_what_it_does_by_default)
{
    signal(SIGUSR2, SIG_IGN);
    loop_add_signal_handler(loop, SIGUSR1, speak, NULL);
    loop_add_signal_handler(loop, SIGUSR2, speak, NULL);
    ck_assert(!is_default(SIGUSR1));
    loop_remove_signal_handler(loop, SIGUSR1);
    ck_assert(is_default(SIGUSR1));
    ck_assert(loop_close(loop)); /* removes those that are left */
    ck_assert(is_default(SIGUSR2));
}
END_TEST

START_TEST(a_signal_has_one_loop_and_is_free_when_that_closes)
{
    struct loop *second = loop_new(NULL);

    ck_assert(loop_add_signal_handler(loop, SIGUSR1, speak, words("1")));
    ck_refused(loop_add_signal_handler(second, SIGUSR1, speak, words("2")),
               error_runtime);
    ck_assert(!loop_remove_signal_handler(second, SIGUSR1));
    raise(SIGUSR1);
    run_passes(2);
    ck_said("1");
    ck_assert(loop_close(loop));
    ck_assert(loop_add_signal_handler(second, SIGUSR1, speak, words("2")));
    ck_assert(loop_free(second));
}
END_TEST

START_TEST(what_is_no_signal_or_cannot_be_caught_is_refused)
{
    ck_refused(loop_add_signal_handler(loop, 0, speak, NULL), error_value);
    ck_refused(loop_add_signal_handler(loop, -1, speak, NULL), error_value);
    ck_refused(loop_add_signal_handler(loop, 9999, speak, NULL), error_value);
    ck_refused(loop_add_signal_handler(loop, SIGKILL, speak, NULL),
               error_runtime);
    ck_refused(loop_add_signal_handler(loop, SIGSTOP, speak, NULL),
               error_runtime);
    ck_refused(loop_add_signal_handler(loop, SIGUSR1, NULL, NULL), error_type);
    ck_assert(!loop_remove_signal_handler(loop, SIGKILL));
    ck_assert(!loop_remove_signal_handler(loop, 9999));
    /* A second time, too: nobody owns it now. */
    ck_refused(loop_add_signal_handler(loop, SIGKILL, speak, NULL),
               error_runtime);
}
END_TEST

static atomic_bool enough;

/* SIGURG: by default nothing happens, so that it need not be handled. */
static void *raise_often(void *data)
{
    (void)data;
    while (!atomic_load(&enough))
        pthread_kill(pthread_self(), SIGURG);
    return NULL;
}

/* The handler runs in the threads while the loop that it is for goes. */
START_TEST(signals_may_come_in_any_thread_while_loops_come_and_go)
{
    pthread_t threads[2];

    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, raise_often, NULL);
    for (int i = 0; i < 1000; i++) {
        ck_assert(loop_add_signal_handler(loop, SIGURG, speak, words("")));
        run_passes(3);
        loop_end();
        loop_begin(NULL);
    }
    atomic_store(&enough, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        a_threadsafe_call_has_its_turn_in_the_next_pass,
        it_stands_in_line_before_those_that_came_after_it,
        also_if_a_callback_of_the_loop_made_it,
        one_that_was_cancelled_is_not_called,
        a_loop_may_be_freed_as_soon_as_it_has_the_call,
        a_loop_may_be_closed_while_threads_call,
        signals_are_answered_in_the_order_in_which_they_came,
        a_signal_that_came_three_times_is_answered_three_times,
        a_signal_handler_may_remove_itself,
        a_second_handler_takes_the_place_of_the_first,
        a_signal_without_its_handler_does_what_it_does_by_default,
        a_signal_has_one_loop_and_is_free_when_that_closes,
        what_is_no_signal_or_cannot_be_caught_is_refused,
        signals_may_come_in_any_thread_while_loops_come_and_go,
        NULL,
    };
    const TTest *const each[] = {
        of_four_threads_each_call_comes_once_and_in_order,
        a_signal_is_answered_two_passes_later_as_in_python,
        a_loop_that_waits_is_woken_by_a_signal,
        NULL,
    };

    return run_loop_suite("loop_outside", once, each);
}
