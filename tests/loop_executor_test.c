/*
 * loop_executor_test.c - run_in_executor, wrap_future, and the end of the
 * loop's own executor: whatever happens first, the work or the loop's end.
 *
 * Linked with --wrap=pthread_create, which fails when a test says so.
 */
#include "stages/07-loop/run_in_executor.h"

#include "allocations.h"
#include "gates.h"
#include "loop_by_hand.h"

#include <errno.h>

static atomic_int create_error; /* of pthread_create; 0: it works */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    if (create_error != 0)
        return create_error;
    return __real_pthread_create(thread, attributes, run, argument);
}

/* ---- what many tests do ---- */

static const struct error spark = ERROR(&error_os, "spark");

static const struct error *square(const void *argument, void *result)
{
    int number = *(const int *)argument;

    if (number < 0)
        return &spark;
    *(int *)result = number * number;
    return NULL;
}

static struct future *square_in(struct executor *executor, int number)
{
    struct future *future = loop_run_in_executor(
        loop, executor, square, &number, sizeof number, sizeof number);

    ck_assert_ptr_nonnull(future);
    return future;
}

/* Work that waits at the gate by now. */
static struct future *gated_in(struct executor *executor)
{
    struct future *future =
        loop_run_in_executor(loop, executor, wait_at_gate, NULL, 0, 0);

    ck_assert_ptr_nonnull(future);
    go_through(&began);
    return future;
}

static void *run_for_result(struct coroutine *awaitable)
{
    void *result = NULL;

    ck_assert_msg(loop_run_until_complete(loop, awaitable, &result), "%s",
                  error_message(error_last()));
    return result;
}

static struct coroutine *shutdown_object(void)
{
    return COROUTINE(loop_shutdown_default_executor(loop));
}

static void shut_down(void)
{
    run_for_result(shutdown_object());
}

static struct executor *threads(size_t count)
{
    struct executor *executor = executor_threads_new(count);

    ck_assert_ptr_nonnull(executor);
    return executor;
}

static void *open_gate(void *unused)
{
    sem_post(&gate);
    return unused;
}

/* ---- run_in_executor ---- */

START_TEST(the_result_comes_back_as_bytes_that_the_future_owns)
{
    struct future *future = square_in(NULL, 7);

    ck_assert_int_eq(*(int *)run_for_result(&future->co), 49);
    shut_down();
    ck_assert_int_eq(*(int *)future->result, 49);
    future_free(future);
}
END_TEST

/* Before the test has any thread. */
START_TEST(processes_do_it_as_well)
{
    struct executor *executor = executor_processes_new(2);
    struct future *future = square_in(executor, 9);

    ck_assert_int_eq(*(int *)run_for_result(&future->co), 81);
    executor_free(executor);
    ck_assert_int_eq(*(int *)future->result, 81);
    future_free(future);
}
END_TEST

START_TEST(an_error_comes_back)
{
    struct future *future = square_in(NULL, -1);

    ck_refused(loop_run_until_complete(loop, &future->co, NULL), spark);
    future_free(future);
    shut_down();
}
END_TEST

START_TEST(an_error_that_nobody_asks_for_is_reported)
{
    future_free(square_in(NULL, -1));
    shut_down();
    run_passes(1);
    must_have_logged("Future exception was never retrieved");
}
END_TEST

START_TEST(the_loop_goes_on_meanwhile)
{
    struct future *future = gated_in(NULL);

    for (int i = 0; i < 3; i++) {
        loop_call_soon(loop, NULL, speak, words("a"));
        run_passes(1);
    }
    ck_said("aaa");
    ck_assert(!future_done(future));
    sem_post(&gate);
    run_for_result(&future->co);
    future_free(future);
    shut_down();
}
END_TEST

START_TEST(work_that_is_cancelled_before_it_begins_is_not_done)
{
    struct executor *executor = threads(1);
    struct future *first = gated_in(executor);
    struct future *second =
        loop_run_in_executor(loop, executor, wait_at_gate, NULL, 0, 0);

    ck_assert(future_cancel(second, NULL));
    run_passes(1); /* in which the work hears of it */
    sem_post(&gate);
    run_for_result(&first->co);
    executor_free(executor);
    ck_assert_int_eq(passed_gate, 1);
    run_passes(1);
    future_free(first);
    future_free(second);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

START_TEST(work_that_runs_runs_on_when_it_is_cancelled)
{
    struct executor *executor = threads(1);
    struct future *future = gated_in(executor);

    ck_assert(future_cancel(future, NULL));
    run_passes(2);
    ck_assert(future_cancelled(future));
    sem_post(&gate);
    executor_free(executor);
    ck_assert_int_eq(passed_gate, 1);
    run_passes(1);
    ck_assert(future_cancelled(future));
    future_free(future);
}
END_TEST

START_TEST(a_future_that_is_let_go_early_is_freed_when_the_work_is_done)
{
    struct executor *executor = threads(1);

    future_free(gated_in(executor));
    ck_assert_uint_eq(loop_census(loop).futures, 1);
    sem_post(&gate);
    executor_free(executor);
    run_passes(2); /* it is settled, then its done_callback is called */
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

START_TEST(a_closed_loop_takes_no_work)
{
    struct concurrent_future *source = concurrent_future_new();

    loop_close(loop);
    ck_refused(loop_run_in_executor(loop, NULL, wait_at_gate, NULL, 0, 0),
               error_runtime);
    ck_refused(async_wrap_future(source, loop), error_runtime);
    concurrent_future_free(source);
}
END_TEST

/* ---- the loop goes first ---- */

START_TEST(a_loop_may_be_freed_while_work_is_done)
{
    struct executor *executor = threads(1);

    future_free(gated_in(executor));
    loop_end();
    sem_post(&gate);
    executor_free(executor);
    ck_assert_int_eq(passed_gate, 1);
}
END_TEST

START_TEST(so_may_one_whose_own_executor_does_it)
{
    int before = threads_before();

    future_free(gated_in(NULL));
    loop_end();
    sem_post(&gate);
    wait_for_threads(before);
    ck_assert_int_eq(passed_gate, 1);
}
END_TEST

START_TEST(a_task_that_waits_for_it_is_ended_first)
{
    int cleaned = 0;
    struct executor *executor = threads(1);
    struct future *future = gated_in(executor);

    task_free(wait_in_task(future, &cleaned));
    run_passes(1);
    future_free(future);
    loop_end();
    must_have_logged("Task was destroyed but it is pending!");
    ck_assert_int_eq(cleaned, 1);
    sem_post(&gate);
    executor_free(executor);
}
END_TEST

START_TEST(what_was_told_in_the_last_moment_is_dropped)
{
    struct executor *executor = threads(1);
    struct future *future = square_in(executor, 3);

    executor_free(executor); /* now the loop has been told */
    loop_close(loop);
    ck_assert(!future_done(future));
    future_free(future);
}
END_TEST

START_TEST(so_is_that_it_was_cancelled)
{
    struct executor *executor = threads(1);
    struct future *first = gated_in(executor), *second = square_in(executor, 3);

    future_cancel(second, NULL);
    loop_close(loop);
    sem_post(&gate);
    executor_free(executor);
    future_free(first);
    future_free(second);
}
END_TEST

START_TEST(a_future_may_be_cancelled_after_its_loop_was_closed)
{
    struct executor *executor = threads(1);
    struct future *future = gated_in(executor);

    loop_close(loop);
    ck_assert(future_cancel(future, NULL));
    sem_post(&gate);
    executor_free(executor);
    future_free(future);
}
END_TEST

/* ---- wrap_future ---- */

static void stop_at_gate(struct concurrent_future *future, void *data)
{
    (void)future;
    wait_at_gate(data, NULL);
}

static void *settle(void *future)
{
    concurrent_future_set_result(future, words("x"));
    concurrent_future_free(future);
    return NULL;
}

START_TEST(a_wrapped_one_is_settled_a_pass_later)
{
    struct concurrent_future *source = concurrent_future_new();
    struct future *future = async_wrap_future(source, loop);

    concurrent_future_set_result(source, words("x"));
    concurrent_future_free(source);
    ck_assert(!future_done(future));
    run_passes(1);
    ck_assert_str_eq(future->result, "x");
    future_free(future);
}
END_TEST

START_TEST(also_of_one_that_is_settled_already)
{
    struct concurrent_future *source = concurrent_future_new();

    concurrent_future_cancel(source);
    struct future *future = async_wrap_future(source, loop);
    concurrent_future_free(source);
    ck_assert(!future_done(future));
    run_passes(1);
    ck_assert(future_cancelled(future));
    future_free(future);
}
END_TEST

START_TEST(cancelling_it_cancels_what_it_wraps_a_pass_later)
{
    struct concurrent_future *source = concurrent_future_new();
    struct future *future = async_wrap_future(source, loop);

    future_cancel(future, NULL);
    ck_assert(!concurrent_future_cancelled(source));
    run_passes(1);
    ck_assert(concurrent_future_cancelled(source));
    future_free(future); /* the wire has it */
    run_passes(1);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    concurrent_future_free(source);
}
END_TEST

START_TEST(what_is_never_settled_is_forgotten_with_the_loop)
{
    struct concurrent_future *source = concurrent_future_new();

    future_free(async_wrap_future(source, loop));
    concurrent_future_free(source);
    loop_end();
}
END_TEST

/* The thread has settled it, and is on its way to tell the loop. */
START_TEST(a_thread_may_be_about_to_tell_a_loop_that_is_freed)
{
    struct concurrent_future *source = concurrent_future_new();

    concurrent_future_add_done_callback(source, stop_at_gate, NULL);
    future_free(async_wrap_future(source, loop));
    pthread_t thread = start_thread(settle, source);
    go_through(&began);
    loop_end();
    sem_post(&gate);
    join_thread(thread);
}
END_TEST

START_TEST(the_wire_outlives_a_source_that_its_thread_lets_go)
{
    struct concurrent_future *source = concurrent_future_new();
    struct future *future = async_wrap_future(source, loop);

    join_thread(start_thread(settle, source));
    ck_assert_str_eq(run_for_result(&future->co), "x");
    future_free(future);
}
END_TEST

/* ---- the same, again and again ---- */

enum { SETTLERS = 3, ROUNDS = 200 };

/* Each settles its own; the loop is closed at any time. */
static void race_with_the_end(void)
{
    pthread_t settlers[SETTLERS];

    for (int i = 0; i < SETTLERS; i++) {
        struct concurrent_future *source = concurrent_future_new();
        future_free(async_wrap_future(source, loop));
        settlers[i] = start_thread(settle, source);
    }
    run_passes(2);
    loop_end();
    for (int i = 0; i < SETTLERS; i++)
        join_thread(settlers[i]);
}

START_TEST(threads_race_with_the_end_of_the_loop)
{
    for (int i = 0; i < ROUNDS; i++) {
        race_with_the_end();
        loop_begin(NULL);
    }
}
END_TEST

/* ---- without memory ---- */

static void wrap_and_run(void)
{
    struct concurrent_future *source = concurrent_future_new();
    struct future *future =
        source != NULL ? async_wrap_future(source, loop) : NULL;
    const struct error *why = error_last();

    allocations_restore();
    if (future == NULL)
        ck_assert_ptr_eq(why, &error_memory);
    if (source != NULL)
        concurrent_future_set_result(source, NULL);
    run_passes(1);
    ck_assert(future == NULL || future_done(future));
    future_free(future);
    concurrent_future_free(source);
}

START_TEST(without_memory_nothing_is_wrapped_and_nothing_is_lost)
{
    ck_assert_int_ge(allocations_try_all(wrap_and_run), 4);
}
END_TEST

static void run_and_shut_down(void)
{
    int number = 5;
    struct future *future = loop_run_in_executor(loop, NULL, square, &number,
                                                 sizeof number, sizeof number);
    const struct error *why = error_last();
    struct coroutine *object = shutdown_object();
    bool ended = loop_run_until_complete(loop, object, NULL);

    if (!ended)
        why = error_last();
    if (allocations_restore())
        ck_assert(error_is(why, &error_memory) || (future != NULL && ended));
    if (future != NULL)
        ck_assert_int_eq(*(int *)run_for_result(&future->co), 25);
    future_free(future);
    run_passes(2); /* what is left over of one that nobody has */
    loop_end();
    loop_begin(NULL);
}

START_TEST(without_memory_the_work_is_refused_or_done)
{
    allocations_try_all(run_and_shut_down);
}
END_TEST

/* ---- the end of the loop's own executor ---- */

START_TEST(without_an_executor_there_is_nothing_to_shut_down)
{
    struct task *task = loop_create_task(loop, shutdown_object());

    run_passes(1);
    ck_assert(future_done(&task->future));
    task_free(task);
}
END_TEST

START_TEST(its_end_is_awaited_and_then_its_threads_are_gone)
{
    int before = threads_before();
    struct future *future = gated_in(NULL);
    struct task *task = loop_create_task(loop, shutdown_object());

    run_passes(3);
    ck_assert(!future_done(&task->future));
    sem_post(&gate);
    run_for_result(&task->co);
    wait_for_threads(before);
    ck_assert(future_done(future));
    future_free(future);
    task_free(task);
}
END_TEST

START_TEST(from_then_on_it_takes_no_work)
{
    struct future *future = gated_in(NULL);
    struct task *task = loop_create_task(loop, shutdown_object());

    run_passes(1);
    ck_refused(loop_run_in_executor(loop, NULL, wait_at_gate, NULL, 0, 0),
               error_runtime);
    sem_post(&gate);
    run_for_result(&task->co);
    ck_refused(loop_run_in_executor(loop, NULL, wait_at_gate, NULL, 0, 0),
               error_runtime);
    future_free(future);
    task_free(task);
}
END_TEST

START_TEST(who_shuts_it_down_again_waits_for_the_same)
{
    struct future *future = gated_in(NULL);
    struct task *first = loop_create_task(loop, shutdown_object());
    struct task *second = loop_create_task(loop, shutdown_object());

    run_passes(3);
    ck_assert(!future_done(&second->future));
    sem_post(&gate);
    run_for_result(&second->co);
    run_for_result(&first->co);
    shut_down();
    future_free(future);
    task_free(first);
    task_free(second);
}
END_TEST

START_TEST(cancelled_it_still_waits_for_the_threads)
{
    struct future *future = gated_in(NULL);
    struct task *tasks[] = {loop_create_task(loop, shutdown_object()),
                            loop_create_task(loop, shutdown_object())};
    struct task *one = tasks[_i % 2], *other = tasks[1 - _i % 2];

    run_passes(2);
    task_cancel(one, NULL);
    pthread_t thread = start_thread(open_gate, NULL);
    run_passes(1); /* and as long as it takes */
    ck_assert_int_eq(passed_gate, 1);
    ck_assert(future_cancelled(&one->future));
    run_for_result(&other->co);
    join_thread(thread);
    run_for_result(&future->co);
    future_free(future);
    task_free(one);
    task_free(other);
}
END_TEST

START_TEST(also_when_the_loop_is_closed_meanwhile)
{
    future_free(gated_in(NULL));
    task_free(loop_create_task(loop, shutdown_object()));
    run_passes(2);
    pthread_t thread = start_thread(open_gate, NULL);
    loop_end();
    ck_assert_int_eq(passed_gate, 1);
    must_have_logged("Task was destroyed but it is pending!");
    join_thread(thread);
}
END_TEST

START_TEST(without_a_thread_to_wait_in_it_fails)
{
    struct future *future = square_in(NULL, 2);

    run_for_result(&future->co);
    create_error = EAGAIN;
    ck_refused(loop_run_until_complete(loop, shutdown_object(), NULL),
               error_runtime);
    create_error = 0;
    shut_down();
    future_free(future);
}
END_TEST

START_TEST(an_executor_that_is_replaced_does_what_it_has)
{
    int before = threads_before();
    struct future *first = gated_in(NULL), *second;

    loop_set_default_executor(loop, threads(1));
    second = square_in(NULL, 6);
    ck_assert_int_eq(*(int *)run_for_result(&second->co), 36);
    ck_assert(!future_done(first));
    sem_post(&gate);
    run_for_result(&first->co);
    shut_down();
    wait_for_threads(before);
    future_free(first);
    future_free(second);
}
END_TEST

START_TEST(so_does_one_that_is_ending)
{
    struct future *future = gated_in(NULL);
    struct task *task = loop_create_task(loop, shutdown_object());

    run_passes(1);
    loop_set_default_executor(loop, threads(1));
    sem_post(&gate);
    run_for_result(&task->co);
    run_for_result(&future->co);
    future_free(future);
    task_free(task);
}
END_TEST

/*
 *     async def leave_work():
 *         asyncio.get_running_loop().run_in_executor(None, wait_at_gate)
 *         gate.set()
 */
struct leave_work {
    struct coroutine co;
    void *result;
};

static struct future *leave_work(struct coroutine *co)
{
    struct leave_work *self = (struct leave_work *)co;

    CO_BEGIN(self);
    future_free(loop_run_in_executor(async_get_running_loop(), NULL,
                                     wait_at_gate, NULL, 0, 0));
    sem_post(&gate);
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(async_run_waits_for_the_work_that_is_left)
{
    int before = threads_before();

    ck_assert(async_run(
        COROUTINE(((struct leave_work){.co = CO_INIT(leave_work)})), NULL));
    ck_assert_int_eq(passed_gate, 1);
    wait_for_threads(before);
    go_through(&began);
}
END_TEST

int main(void)
{
    const TTest *once[] = {
        the_result_comes_back_as_bytes_that_the_future_owns,
        processes_do_it_as_well,
        an_error_comes_back,
        an_error_that_nobody_asks_for_is_reported,
        the_loop_goes_on_meanwhile,
        work_that_is_cancelled_before_it_begins_is_not_done,
        work_that_runs_runs_on_when_it_is_cancelled,
        a_future_that_is_let_go_early_is_freed_when_the_work_is_done,
        a_closed_loop_takes_no_work,
        a_loop_may_be_freed_while_work_is_done,
        so_may_one_whose_own_executor_does_it,
        a_task_that_waits_for_it_is_ended_first,
        what_was_told_in_the_last_moment_is_dropped,
        so_is_that_it_was_cancelled,
        a_future_may_be_cancelled_after_its_loop_was_closed,
        a_wrapped_one_is_settled_a_pass_later,
        also_of_one_that_is_settled_already,
        cancelling_it_cancels_what_it_wraps_a_pass_later,
        what_is_never_settled_is_forgotten_with_the_loop,
        a_thread_may_be_about_to_tell_a_loop_that_is_freed,
        the_wire_outlives_a_source_that_its_thread_lets_go,
        threads_race_with_the_end_of_the_loop,
        without_memory_nothing_is_wrapped_and_nothing_is_lost,
        without_memory_the_work_is_refused_or_done,
        without_an_executor_there_is_nothing_to_shut_down,
        its_end_is_awaited_and_then_its_threads_are_gone,
        from_then_on_it_takes_no_work,
        who_shuts_it_down_again_waits_for_the_same,
        also_when_the_loop_is_closed_meanwhile,
        without_a_thread_to_wait_in_it_fails,
        an_executor_that_is_replaced_does_what_it_has,
        so_does_one_that_is_ending,
        async_run_waits_for_the_work_that_is_left,
        NULL,
    };
    const TTest *twice[] = {cancelled_it_still_waits_for_the_threads, NULL};

    gates_make();
    return run_loop_suite("loop_executor", once, twice);
}
