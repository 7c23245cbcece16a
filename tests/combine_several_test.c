/*
 * combine_several_test.c - gather, wait and as_completed: what no scenario of
 * combine_test.c shows.
 */
#include "combine_act.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/wait.h"

/* ---- gather ---- */

static void cancel_it(void *future)
{
    future_cancel(future, "enough");
}

static bool cancel_in_a_second(struct future *future)
{
    return loop_call_later(future->loop, NULL, 1, cancel_it, future);
}

static struct future *gathers_what_it_alone_holds(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->gather = async_gather((struct coroutine *[]){&in_act(self)->co}, 1);
    future_free(self->future);
    CO_CHECK(self, cancel_in_a_second(self->gather));
    CO_TRY_AWAIT(self, *self->gather);
    ck_assert(error_is(self->gather->co.error, &error_cancelled));
    ck_assert(!future_cancelled(self->gather));
    ck_assert_str_eq(task_cancel_message(async_current_task(NULL)), "enough");
    CO_FINALLY(self);
    future_free(self->gather);
    CO_END(self);
}

START_TEST(a_gather_holds_its_children_and_fails_as_they_are_cancelled)
{
    run(gathers_what_it_alone_holds);
}
END_TEST

static bool gather_goes_first;

static struct future *forgets_a_gather(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->gather = async_gather((struct coroutine *[]){&in_act(self)->co}, 1);
    self->other = async_shield(&self->gather->co);
    future_free(self->other);
    future_free(gather_goes_first ? self->gather : self->future);
    future_free(gather_goes_first ? self->future : self->gather);
    ck_assert_uint_eq(loop_census(async_get_running_loop()).futures, 1);
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(what_only_holds_each_other_is_gone)
{
    gather_goes_first = _i == 0;
    run(forgets_a_gather);
}
END_TEST

static struct future *gathers_none(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->gather = async_gather(NULL, 0));
    ck_assert(future_done(self->gather));
    CO_FINALLY(self);
    future_free(self->gather);
    CO_END(self);
}

START_TEST(a_gather_of_none_is_done)
{
    ck_assert_ptr_null(async_gather(NULL, 0));
    ck_assert(is_case(error_last(), &error_runtime, "no running event loop"));
    run(gathers_none);
}
END_TEST

START_TEST(a_gather_that_cannot_be_closes_its_objects)
{
    struct loop *loop = loop_for_test(), *another = loop_new(NULL);
    struct future *here = loop_create_future(loop);
    struct future *there = loop_create_future(another);
    struct coroutine *object = napping();

    ck_assert_ptr_null(async_gather(
        (struct coroutine *[]){&here->co, &there->co, object, object}, 4));
    ck_assert(error_is(error_last(), &error_value));
    ck_assert_ptr_null(async_gather((struct coroutine *[]){napping()}, 1));
    ck_assert(error_is(error_last(), &error_runtime));
    future_free(here);
    future_free(there);
    ck_assert(loop_free(another));
    ck_assert(loop_free(loop));
}
END_TEST

static struct future *gathers_for_ever(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->gather =
        async_gather((struct coroutine *[]){&in_act(self)->co, napping()}, 2);
    CO_AWAIT(self, *self->gather);
    CO_FINALLY(self);
    future_free(self->gather);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits_for_ever(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    in_act(self);
    self->wait = async_wait(&self->future, 1, ASYNC_ALL_COMPLETED, 9);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits_for_each_for_ever(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_CHECK(self, as_completed_begin(&self->each,
                                      (struct coroutine *[]){&in_act(self)->co},
                                      1, 9));
    self->next = as_completed_next(&self->each);
    CO_AWAIT(self, self->next);
    CO_FINALLY(self);
    as_completed_end(&self->each);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits_long(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->wait_for = async_wait_for(napping(), 9);
    CO_AWAIT(self, self->wait_for);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *shields_for_ever(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->other = async_shield(&in_act(self)->co));
    CO_CHECK(self, timeout_begin(&self->timeout, 9));
    CO_AWAIT(self, *self->other);
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->timeout, self->co.error);
    future_free(self->future);
    future_free(self->other);
    CO_END(self);
}

static struct future *groups_for_ever(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    self->task = task_group_create_task(&self->group, napping());
    task_free(self->task);
    self->task = task_group_create_task(&self->group, napping());
    task_free(self->task);
    self->sleep = async_sleep(9);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_TRY_AWAIT(self, self->end);
    self->co.error = self->end.co.error;
    CO_END(self);
}

START_TEST(when_the_loop_is_closed_nothing_is_left_of_what_waits)
{
    static coroutine_resume *const bodies[] = {
        gathers_for_ever, waits_for_ever,   waits_for_each_for_ever,
        waits_long,       shields_for_ever, groups_for_ever};
    struct loop *loop = loop_for_test();
    struct task *task = loop_create_task(loop, COROUTINE(act_new(bodies[_i])));

    async_set_log(append_log, NULL);
    for (int passes = 0; passes < 3; passes++) {
        loop_stop(loop);
        ck_assert(loop_run_forever(loop));
    }
    ck_assert(!future_done(&task->future));
    task_free(task);
    ck_assert(loop_free(loop));
    async_set_log(NULL, NULL);
}
END_TEST

/* ---- wait ---- */

static struct future *waits_wrongly(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->wait = async_wait(NULL, 0, ASYNC_ALL_COMPLETED, 1);
    CO_TRY_AWAIT(self, self->wait);
    ck_assert(is_case(self->wait.co.error, &error_value,
                      "Set of Tasks/Futures is empty."));
    in_act(self);
    self->wait = async_wait(&self->future, 1, (enum async_return_when)7, 1);
    CO_TRY_AWAIT(self, self->wait);
    ck_assert(is_case(self->wait.co.error, &error_value,
                      "Invalid return_when value: 7"));
    self->wait = async_wait(&self->future, 1, ASYNC_ALL_COMPLETED, NAN);
    CO_TRY_AWAIT(self, self->wait);
    ck_assert(error_is(self->wait.co.error, &error_value));
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

START_TEST(a_wait_for_nothing_or_in_no_known_way_is_refused)
{
    run(waits_wrongly);
}
END_TEST

static struct future *waits_for_one_twice(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->other = in_act(self);
    CO_CHECK(self, future_set_result(self->future, NULL));
    self->wait = async_wait((struct future *[]){self->future, self->other}, 2,
                            ASYNC_ALL_COMPLETED, 0);
    CO_AWAIT(self, self->wait);
    ck_assert_uint_eq(self->wait.done_count, 1);
    ck_assert_uint_eq(self->wait.pending_count, 0);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

START_TEST(what_is_waited_for_twice_counts_once)
{
    run(waits_for_one_twice);
}
END_TEST

/* ---- as_completed ---- */

static struct future *lets_several_wait_for_the_next(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    in_act(self);
    CO_CHECK(self, as_completed_begin(&self->each,
                                      (struct coroutine *[]){&self->future->co,
                                                             napping(),
                                                             &self->future->co},
                                      3, 2));
    ck_assert_uint_eq(self->each.left, 2);
    self->gather = async_gather_exceptions(
        (struct coroutine *[]){COROUTINE(as_completed_next(&self->each)),
                               COROUTINE(as_completed_next(&self->each))},
        2);
    CO_CHECK(self, self->gather);
    ck_assert_uint_eq(self->each.left, 0);
    CO_AWAIT(self, *self->gather);
    self->outcomes = self->gather->result;
    ck_assert_str_eq(self->outcomes[0].result, "rested");
    ck_assert(error_is(self->outcomes[1].error, &error_timeout));
    CO_FINALLY(self);
    future_free(self->gather);
    as_completed_end(&self->each);
    future_free(self->future);
    CO_END(self);
}

START_TEST(several_may_wait_for_the_next_and_get_them_in_their_order)
{
    run(lets_several_wait_for_the_next);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("combine several");
    TCase *tests = tcase_create("combine several");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(tests,
                   a_gather_holds_its_children_and_fails_as_they_are_cancelled);
    tcase_add_loop_test(tests, what_only_holds_each_other_is_gone, 0, 2);
    tcase_add_test(tests, a_gather_of_none_is_done);
    tcase_add_test(tests, a_gather_that_cannot_be_closes_its_objects);
    tcase_add_loop_test(
        tests, when_the_loop_is_closed_nothing_is_left_of_what_waits, 0, 6);
    tcase_add_test(tests, a_wait_for_nothing_or_in_no_known_way_is_refused);
    tcase_add_test(tests, what_is_waited_for_twice_counts_once);
    tcase_add_test(tests,
                   several_may_wait_for_the_next_and_get_them_in_their_order);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
