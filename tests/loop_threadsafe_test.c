/*
 * loop_threadsafe_test.c - run_coroutine_threadsafe: a coroutine for a loop,
 * sent by others, who may change their minds; and the loop may close.
 */
#include "stages/07-loop/run_in_executor.h"

#include "allocations.h"
#include "gates.h"
#include "loop_by_hand.h"

/* ---- what is sent ---- */

static const struct error spark = ERROR(&error_value, "spark");
static atomic_int steps; /* how often such a coroutine has begun, or ended */

/*
 *     async def napping(times, error):
 *         step()
 *         try:
 *             for _ in range(times):
 *                 await asyncio.sleep(0)
 *             if error is not None:
 *                 raise error
 *             return "slept"
 *         finally:
 *             step()
 */
struct napping {
    struct coroutine co;
    void *result;
    int times;
    const struct error *error;
    struct async_sleep sleep;
};

static struct future *napping(struct coroutine *co)
{
    struct napping *self = (struct napping *)co;

    CO_BEGIN(self);
    steps++;
    for (; self->times > 0; self->times--) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    if (self->error != NULL)
        CO_RAISE(self, self->error);
    self->result = words("slept");
    CO_FINALLY(self);
    steps++;
    CO_END(self);
}

static struct napping napping_new(int times, const struct error *error)
{
    return (struct napping){
        .co = CO_INIT(napping), .times = times, .error = error};
}

static struct concurrent_future *send_napping(int times)
{
    struct concurrent_future *future = async_run_coroutine_threadsafe(
        COROUTINE(napping_new(times, NULL)), loop);

    ck_assert_ptr_nonnull(future);
    return future;
}

/* It is settled, and so. */
static void must_have_slept(struct concurrent_future *future)
{
    void *result = NULL;

    ck_assert(concurrent_future_result(future, 0, &result));
    ck_assert_str_eq(result, "slept");
}

static void must_be_cancelled(struct concurrent_future *future)
{
    ck_refused(concurrent_future_result(future, 0, NULL), error_cancelled);
}

static void cancel(void *future)
{
    concurrent_future_cancel(future);
}

/* ---- from another thread ---- */

struct caller {
    struct coroutine *object;
    void *result;
    const struct error *error;
};

/* Waits for what became of its coroutine, then stops the loop. */
static void *call_and_wait(void *data)
{
    struct caller *caller = data;
    struct concurrent_future *future =
        async_run_coroutine_threadsafe(caller->object, loop);

    if (!concurrent_future_result(future, -1, &caller->result))
        caller->error = error_last();
    concurrent_future_free(future);
    loop_call_soon_threadsafe(loop, NULL, stop, NULL);
    return NULL;
}

START_TEST(another_thread_gets_the_result)
{
    struct caller caller = {.object = COROUTINE(napping_new(3, NULL))};
    pthread_t thread = start_thread(call_and_wait, &caller);

    ck_assert(loop_run_forever(loop));
    join_thread(thread);
    ck_assert_ptr_null(caller.error);
    ck_assert_str_eq(caller.result, "slept");
}
END_TEST

START_TEST(or_the_error)
{
    struct caller caller = {.object = COROUTINE(napping_new(3, &spark))};
    pthread_t thread = start_thread(call_and_wait, &caller);

    ck_assert(loop_run_forever(loop));
    join_thread(thread);
    ck_assert_ptr_eq(caller.error, &spark);
}
END_TEST

START_TEST(it_may_be_sent_before_the_loop_runs)
{
    struct concurrent_future *future = send_napping(0);

    ck_assert_int_eq(steps, 0);
    run_passes(1); /* makes the task */
    ck_assert_int_eq(steps, 0);
    run_passes(1); /* runs it */
    ck_assert_int_eq(steps, 2);
    ck_assert(!concurrent_future_done(future));
    run_passes(1); /* hears that it is done */
    must_have_slept(future);
    concurrent_future_free(future);
}
END_TEST

START_TEST(nobody_need_wait_for_it)
{
    concurrent_future_free(send_napping(1));
    run_passes(4);
    ck_assert_int_eq(steps, 2);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

/* The object is made while a loop in debug mode counts such objects. */
static void send_from_here(void *result)
{
    *(struct concurrent_future **)result = send_napping(0);
}

START_TEST(a_callback_of_the_loop_may_send_it_too)
{
    struct concurrent_future *future = NULL;

    loop_set_debug(loop, _i % 2 == 0);
    loop_call_soon(loop, NULL, send_from_here, &future);
    run_passes(4);
    must_have_slept(future);
    concurrent_future_free(future);
}
END_TEST

static struct loop *other_loop; /* it runs in a thread of its own */

static void *run_other(void *unused)
{
    loop_run_forever(other_loop);
    return unused;
}

static void stop_other(void *unused)
{
    (void)unused;
    loop_stop(other_loop);
}

static void send_to_other(void *future)
{
    *(struct concurrent_future **)future = async_run_coroutine_threadsafe(
        COROUTINE(napping_new(0, NULL)), other_loop);
}

START_TEST(a_loop_in_debug_mode_does_not_miss_what_it_sent_to_another)
{
    struct concurrent_future *future = NULL;

    other_loop = loop_new(NULL);
    pthread_t thread = start_thread(run_other, NULL);
    loop_set_debug(loop, true);
    loop_call_soon(loop, NULL, send_to_other, &future);
    run_passes(1);
    ck_assert(concurrent_future_result(future, -1, NULL));
    loop_call_soon_threadsafe(other_loop, NULL, stop_other, NULL);
    join_thread(thread);
    concurrent_future_free(future);
    ck_assert(loop_free(other_loop));
}
END_TEST

/* ---- cancelling ---- */

/* As in Python, where the task hears of it after its first step. */
START_TEST(cancelled_before_the_loop_looks_it_begins_and_cleans_up)
{
    struct concurrent_future *future = send_napping(100);

    ck_assert(concurrent_future_cancel(future));
    run_passes(4);
    ck_assert_int_eq(steps, 2);
    must_be_cancelled(future);
    concurrent_future_free(future);
}
END_TEST

START_TEST(cancelled_while_it_waits_it_cleans_up)
{
    struct concurrent_future *future = send_napping(100);

    run_passes(3);
    ck_assert(concurrent_future_cancel(future));
    concurrent_future_free(future); /* the sender has lost interest */
    ck_assert_int_eq(steps, 1);
    run_passes(3);
    ck_assert_int_eq(steps, 2);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

START_TEST(cancelled_in_the_pass_in_which_it_ends_it_is_cancelled)
{
    struct concurrent_future *future = send_napping(0);

    run_passes(1);
    loop_call_soon(loop, NULL, cancel, future); /* behind its step */
    run_passes(1);
    ck_assert_int_eq(steps, 2);
    run_passes(2);
    must_be_cancelled(future);
    concurrent_future_free(future);
}
END_TEST

static struct concurrent_future *sent; /* by the next two */

static void cancel_sent(void *unused)
{
    (void)unused;
    concurrent_future_cancel(sent);
}

static void send_and_cancel_in_next_pass(void *unused)
{
    (void)unused;
    sent = send_napping(0);
    loop_call_soon(loop, NULL, cancel_sent, NULL);
}

START_TEST(cancelled_before_its_only_step_it_has_come_too_late)
{
    loop_call_soon(loop, NULL, send_and_cancel_in_next_pass, NULL);
    run_passes(6);
    ck_assert_int_eq(steps, 2);
    must_be_cancelled(sent);
    concurrent_future_free(sent);
}
END_TEST

static void cancel_in_next_pass(void *unused)
{
    (void)unused;
    loop_call_soon(loop, NULL, cancel_sent, NULL);
}

/* So the loop is told of it just before it hears that the task is over. */
START_TEST(cancelled_in_the_pass_of_its_only_step_but_before_that)
{
    loop_call_soon(loop, NULL, cancel_in_next_pass, NULL);
    sent = send_napping(0);
    run_passes(2);
    ck_assert_int_eq(steps, 2);
    run_passes(4);
    must_be_cancelled(sent);
    concurrent_future_free(sent);
}
END_TEST

START_TEST(an_error_after_the_cancelling_is_reported)
{
    struct concurrent_future *future =
        async_run_coroutine_threadsafe(COROUTINE(napping_new(0, &spark)), loop);

    run_passes(1);
    loop_call_soon(loop, NULL, cancel, future);
    run_passes(3);
    must_be_cancelled(future);
    concurrent_future_free(future);
    must_have_logged("Task exception was never retrieved");
}
END_TEST

START_TEST(cancelled_when_it_is_done_it_stays_done)
{
    struct concurrent_future *future = send_napping(0);

    run_passes(3);
    ck_assert(!concurrent_future_cancel(future));
    must_have_slept(future);
    concurrent_future_free(future);
}
END_TEST

/*
 *     async def cancels_itself():
 *         asyncio.current_task().cancel()
 *         await asyncio.sleep(0)
 */
static struct future *cancels_itself(struct coroutine *co)
{
    struct napping *self = (struct napping *)co;

    CO_BEGIN(self);
    task_cancel(async_current_task(NULL), NULL);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(a_task_that_is_cancelled_cancels_the_future)
{
    struct concurrent_future *future = async_run_coroutine_threadsafe(
        COROUTINE(((struct napping){.co = CO_INIT(cancels_itself)})), loop);

    run_passes(4);
    must_be_cancelled(future);
    concurrent_future_free(future);
}
END_TEST

/* ---- the loop closes ---- */

START_TEST(what_a_closed_loop_has_not_begun_is_cancelled)
{
    struct concurrent_future *future = send_napping(0);

    loop_close(loop);
    ck_assert_int_eq(steps, 0);
    must_be_cancelled(future);
    concurrent_future_free(future);
}
END_TEST

START_TEST(what_it_has_not_finished_is_cancelled)
{
    struct concurrent_future *future = send_napping(100);

    run_passes(1 + _i);
    loop_close(loop);
    must_be_cancelled(future);
    must_have_logged("Task was destroyed but it is pending!");
    concurrent_future_free(future);
}
END_TEST

START_TEST(what_it_has_finished_still_arrives)
{
    struct concurrent_future *future = send_napping(0);

    run_passes(2);
    ck_assert(!concurrent_future_done(future));
    loop_close(loop);
    must_have_slept(future);
    concurrent_future_free(future);
}
END_TEST

START_TEST(a_loop_may_be_freed_before_the_future_is_let_go)
{
    struct concurrent_future *future = send_napping(0);

    run_passes(3);
    loop_end();
    must_have_slept(future);
    concurrent_future_free(future);
}
END_TEST

static void stop_at_gate(struct concurrent_future *future, void *data)
{
    (void)future;
    wait_at_gate(data, NULL);
}

static void *cancel_in_thread(void *future)
{
    concurrent_future_cancel(future);
    concurrent_future_free(future);
    return NULL;
}

/* It was added before the loop's own, so the thread has not told it yet. */
START_TEST(a_thread_may_be_about_to_cancel_when_the_loop_is_freed)
{
    struct concurrent_future *future = send_napping(100);

    concurrent_future_add_done_callback(future, stop_at_gate, NULL);
    run_passes(2);
    pthread_t thread = start_thread(cancel_in_thread, future);
    go_through(&began);
    loop_end();
    must_have_logged("Task was destroyed but it is pending!");
    sem_post(&gate);
    join_thread(thread);
}
END_TEST

START_TEST(a_thread_may_be_about_to_cancel_when_the_task_ends)
{
    struct concurrent_future *future = send_napping(0);

    concurrent_future_add_done_callback(future, stop_at_gate, NULL);
    run_passes(1);
    pthread_t thread = start_thread(cancel_in_thread, future);
    go_through(&began);
    run_passes(2);
    ck_assert_int_eq(steps, 2);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    sem_post(&gate);
    join_thread(thread);
}
END_TEST

/* ---- refused ---- */

START_TEST(a_closed_loop_takes_none_and_the_object_is_freed)
{
    loop_close(loop);
    ck_refused(
        async_run_coroutine_threadsafe(COROUTINE(napping_new(0, NULL)), loop),
        error_runtime);
    ck_assert_int_eq(steps, 0);
}
END_TEST

START_TEST(a_future_is_no_coroutine)
{
    struct future *future = loop_create_future(loop);

    ck_refused(async_run_coroutine_threadsafe(&future->co, loop), error_type);
    future_free(future);
}
END_TEST

static struct task *makes_none(struct loop *unused, struct coroutine *object)
{
    (void)unused;
    coroutine_close(object);
    return error_raise_null(&spark);
}

START_TEST(without_a_task_the_sender_is_told_why_and_so_is_the_loop)
{
    struct concurrent_future *future = send_napping(0);

    loop_set_task_factory(loop, makes_none);
    run_passes(1);
    ck_refused(concurrent_future_result(future, 0, NULL), spark);
    concurrent_future_free(future);
    must_have_logged("spark");
}
END_TEST

static void send_and_run(void)
{
    struct concurrent_future *future =
        async_run_coroutine_threadsafe(COROUTINE(napping_new(0, NULL)), loop);
    const struct error *why = error_last();

    loop_stop(loop);
    loop_run_forever(loop); /* start() may want memory, too */
    bool failed = allocations_restore();
    run_passes(3);
    if (future == NULL)
        ck_assert_ptr_eq(why, &error_memory);
    else if (concurrent_future_result(future, 0, NULL))
        ck_assert(!failed);
    else
        must_have_logged("MemoryError");
    concurrent_future_free(future);
}

START_TEST(without_memory_nothing_is_lost)
{
    ck_assert_int_ge(allocations_try_all(send_and_run), 4);
}
END_TEST

/* ---- again and again ---- */

enum { SENDERS = 3, SENT = 20, ROUNDS = 20 };

/* Hears what became of each, before the loop closes or after. */
static void *send_some(void *unused)
{
    for (int i = 0; i < SENT; i++) {
        struct concurrent_future *future = async_run_coroutine_threadsafe(
            COROUTINE(napping_new(i % 4, NULL)), loop);
        if (future != NULL && i % 3 == 0)
            concurrent_future_cancel(future);
        if (future != NULL)
            concurrent_future_error(future, -1, &(const struct error *){NULL});
        concurrent_future_free(future);
    }
    return unused;
}

START_TEST(threads_race_with_the_end_of_the_loop)
{
    pthread_t senders[SENDERS];

    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < SENDERS; i++)
            senders[i] = start_thread(send_some, NULL);
        run_passes(4 * (round % 10));
        loop_close(loop);
        for (int i = 0; i < SENDERS; i++)
            join_thread(senders[i]);
        loop_end();
        loop_begin(NULL);
    }
    logged[0] = '\0'; /* of tasks that were pending */
}
END_TEST

int main(void)
{
    const TTest *once[] = {
        another_thread_gets_the_result,
        or_the_error,
        it_may_be_sent_before_the_loop_runs,
        nobody_need_wait_for_it,
        a_loop_in_debug_mode_does_not_miss_what_it_sent_to_another,
        cancelled_before_the_loop_looks_it_begins_and_cleans_up,
        cancelled_while_it_waits_it_cleans_up,
        cancelled_in_the_pass_in_which_it_ends_it_is_cancelled,
        cancelled_before_its_only_step_it_has_come_too_late,
        cancelled_in_the_pass_of_its_only_step_but_before_that,
        an_error_after_the_cancelling_is_reported,
        cancelled_when_it_is_done_it_stays_done,
        a_task_that_is_cancelled_cancels_the_future,
        what_a_closed_loop_has_not_begun_is_cancelled,
        what_it_has_finished_still_arrives,
        a_loop_may_be_freed_before_the_future_is_let_go,
        a_thread_may_be_about_to_cancel_when_the_loop_is_freed,
        a_thread_may_be_about_to_cancel_when_the_task_ends,
        a_closed_loop_takes_none_and_the_object_is_freed,
        a_future_is_no_coroutine,
        without_a_task_the_sender_is_told_why_and_so_is_the_loop,
        without_memory_nothing_is_lost,
        threads_race_with_the_end_of_the_loop,
        NULL,
    };
    const TTest *several[] = {a_callback_of_the_loop_may_send_it_too,
                              what_it_has_not_finished_is_cancelled, NULL};

    gates_make();
    return run_loop_suite("loop_threadsafe", once, several);
}
