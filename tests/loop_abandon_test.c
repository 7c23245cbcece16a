/*
 * loop_abandon_test.c - tasks that are not done when their loop is closed.
 */
#include "stages/07-loop/loop.h"
#include "stages/07-loop/wait_for.h"

#include "loop_by_hand.h"

static int reported;

static void count_report(struct loop *of, const struct error_context *context,
                         void *data)
{
    (void)of, (void)data;
    ck_assert_str_eq(context->message, "Task was destroyed but it is pending!");
    ck_assert_ptr_nonnull(context->task);
    reported++;
}

START_TEST(tasks_that_are_not_done_are_reported_and_clean_up)
{
    struct future *future = loop_create_future(loop);
    int cleaned = 0;

    reported = 0;
    loop_set_exception_handler(loop, count_report, NULL);
    task_free(wait_in_task(future, &cleaned));
    task_free(wait_in_task(future, &cleaned));
    run_passes(1);
    ck_assert(loop_close(loop));
    ck_assert_int_eq(cleaned, 2);
    ck_assert_int_eq(reported, 2);
    ck_assert(!future_done(future));
    ck_assert_uint_eq(loop_census(loop).tasks, 0);
    future_free(future);
}
END_TEST

START_TEST(wherever_they_wait_and_whoever_waits_for_whom)
{
    struct future *done = loop_create_future(loop);
    struct task *sleeper, *outer;
    int cleaned = 0;

    reported = 0;
    loop_set_exception_handler(loop, count_report, NULL);
    sleeper = loop_create_task(loop, COROUTINE(napper_new(5, "s", "")));
    outer = wait_in_task(&sleeper->future, &cleaned);
    task_free(wait_in_task(&outer->future, &cleaned));
    task_free(loop_create_task(loop, COROUTINE(napper_new(0, "y", ""))));
    task_free(wait_in_task(done, &cleaned));
    run_passes(1);
    future_set_result(done, NULL); /* whoever waited for it is in line */
    task_free(loop_create_task(loop, COROUTINE(napper_new(0, "new", ""))));
    ck_assert(loop_close(loop));
    ck_said("sy");
    ck_assert_int_eq(cleaned, 3);
    ck_assert_int_eq(reported, 6);
    ck_assert(!future_done(&outer->future)); /* and so it will stay */
    task_free(sleeper);
    task_free(outer);
    future_free(done);
}
END_TEST

/*
 *     async def meddler(future):
 *         try: await future
 *         finally: create_task(...); await sleep(0)
 */
struct meddler {
    struct coroutine co;
    void *result;
    struct future *future;
    struct async_sleep sleep;
};

static struct future *meddler(struct coroutine *co)
{
    struct meddler *self = (struct meddler *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    ck_assert(error_is(self->co.error, &error_generator_exit));
    ck_refused(async_create_task(COROUTINE(napper_new(0, "", ""))),
               error_runtime);
    ck_refused(loop_call_soon(loop, NULL, speak, NULL), error_runtime);
    ck_refused(future_set_result(self->future, NULL) &&
                   future_set_result(self->future, NULL),
               error_invalid_state);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_END(self);
}

static struct meddler meddler_new(struct future *future)
{
    return (struct meddler){.co = CO_INIT(meddler), .future = future};
}

START_TEST(who_cleans_up_then_can_begin_nothing_and_may_not_wait)
{
    struct future *future = loop_create_future(loop);

    reported = 0;
    loop_set_exception_handler(loop, count_report, NULL);
    task_free(loop_create_task(loop, COROUTINE(meddler_new(future))));
    run_passes(1);
    ck_assert(loop_close(loop));
    ck_assert_int_eq(reported, 1);
    must_have_logged("coroutine ignored GeneratorExit");
    future_free(future);
}
END_TEST

/*
 *     async def latecomer(future):
 *         try: await future
 *         finally: await wait_for(sleep(5), 1)
 */
struct latecomer {
    struct coroutine co;
    void *result;
    struct future *future;
    struct async_wait_for limit;
};

static struct future *latecomer(struct coroutine *co)
{
    struct latecomer *self = (struct latecomer *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    self->limit = async_wait_for(COROUTINE(napper_new(5, "", "")), 1);
    CO_TRY_AWAIT(self, self->limit);
    ck_assert(error_is(self->limit.co.error, &error_runtime));
    CO_END(self);
}

static struct latecomer latecomer_new(struct future *future)
{
    return (struct latecomer){.co = CO_INIT(latecomer), .future = future};
}

START_TEST(nor_is_there_a_loop_that_could_limit_a_wait)
{
    struct future *future = loop_create_future(loop);

    reported = 0;
    loop_set_exception_handler(loop, count_report, NULL);
    task_free(loop_create_task(loop, COROUTINE(latecomer_new(future))));
    run_passes(1);
    ck_assert(loop_close(loop));
    ck_assert_int_eq(reported, 1);
    future_free(future);
}
END_TEST

START_TEST(without_a_handler_it_is_logged)
{
    task_free(loop_create_task(loop, COROUTINE(napper_new(5, "", ""))));
    run_passes(1);
    ck_assert(loop_close(loop));
    ck_assert(was_logged("Task was destroyed but it is pending!"));
    must_have_logged("coro=napper");
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        tasks_that_are_not_done_are_reported_and_clean_up,
        wherever_they_wait_and_whoever_waits_for_whom,
        who_cleans_up_then_can_begin_nothing_and_may_not_wait,
        nor_is_there_a_loop_that_could_limit_a_wait,
        without_a_handler_it_is_logged,
        NULL,
    };
    const TTest *const each[] = {NULL};

    return run_loop_suite("loop_abandon", once, each);
}
