/*
 * combine_one_test.c - wait_for, timeout, shield and task groups: what no
 * scenario of combine_test.c shows.
 */
#include "combine_act.h"
#include "stages/07-loop/error_group.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait_for.h"

/* ---- wait_for ---- */

static struct future *cancels_one_that_has_not_begun(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(
                       COROUTINE(async_wait_for(napping(), 5))));
    task_cancel(self->task, NULL);
    CO_TRY_AWAIT(self, *self->task);
    ck_assert(error_is(self->task->co.error, &error_cancelled));
    ck_assert(coroutine_close(COROUTINE(async_wait_for(napping(), 5))));
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

START_TEST(a_wait_that_never_begins_closes_its_object)
{
    run(cancels_one_that_has_not_begun);
}
END_TEST

static struct future *waits_in_vain(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->wait_for = async_wait_for(error_raise_null(&error_memory), 1);
    CO_TRY_AWAIT(self, self->wait_for);
    ck_assert_ptr_eq(self->wait_for.co.error, &error_memory);
    self->wait_for = async_wait_for(napping(), NAN);
    CO_TRY_AWAIT(self, self->wait_for);
    ck_assert(error_is(self->wait_for.co.error, &error_value));
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(a_wait_for_no_object_or_no_time_fails)
{
    run(waits_in_vain);
}
END_TEST

/* ---- timeout ---- */

static struct future *moves_its_deadline(struct coroutine *co)
{
    struct act *self = (struct act *)co;
    struct timeout *timeout = &self->timeout;

    CO_BEGIN(self);
    ck_assert(!timeout_reschedule(timeout, 1));
    ck_assert(
        is_case(error_last(), &error_runtime, "Timeout has not been entered"));
    ck_assert_ptr_eq(timeout_end(timeout, &error_key), &error_key);

    CO_CHECK(self, timeout_begin(timeout, ASYNC_FOREVER));
    ck_assert_double_eq(timeout_when(timeout), ASYNC_FOREVER);
    ck_assert(!timeout_begin(timeout, 1));
    ck_assert(is_case(error_last(), &error_runtime,
                      "Timeout has already been entered"));
    CO_CHECK(self, timeout_reschedule(timeout, 5));
    CO_CHECK(self, timeout_reschedule(timeout, 1));
    ck_assert_double_eq(timeout_when(timeout), 1);
    self->sleep = async_sleep(3);
    CO_TRY_AWAIT(self, self->sleep);
    ck_assert(error_is(self->sleep.co.error, &error_cancelled));
    ck_assert_double_eq(loop_time(async_get_running_loop()), 1);
    ck_assert(timeout_expired(timeout));
    ck_assert(!timeout_reschedule(timeout, 5));
    ck_assert(is_case(error_last(), &error_runtime,
                      "Cannot change state of expiring Timeout"));
    ck_assert(
        error_is(timeout_end(timeout, self->sleep.co.error), &error_timeout));
    ck_assert(timeout_expired(timeout));

    CO_CHECK(self, timeout_at_begin(timeout, 2));
    ck_assert_ptr_null(timeout_end(timeout, NULL));
    ck_assert(!timeout_expired(timeout));
    ck_assert(!timeout_reschedule(timeout, 5));
    ck_assert(is_case(error_last(), &error_runtime,
                      "Cannot change state of finished Timeout"));
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(a_deadline_can_be_moved_until_it_has_come)
{
    run(moves_its_deadline);
}
END_TEST

static void begin_timeout(void *loop)
{
    struct timeout timeout = {0};

    ck_assert(!timeout_begin(&timeout, 1));
    ck_assert(is_case(error_last(), &error_runtime,
                      "Timeout should be used inside a task"));
    loop_stop(loop);
}

START_TEST(a_deadline_is_that_of_a_task)
{
    struct loop *loop = loop_for_test();

    ck_assert(loop_call_soon(loop, NULL, begin_timeout, loop));
    ck_assert(loop_run_forever(loop));
    ck_assert(loop_free(loop));
}
END_TEST

/* ---- shield ---- */

static struct future *shields_what_is_done(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    ck_assert(future_set_result(in_act(self), "done"));
    self->other = async_shield(&self->future->co);
    ck_assert_ptr_eq(self->other, self->future);
    CO_FINALLY(self);
    future_free(self->other);
    future_free(self->future);
    CO_END(self);
}

START_TEST(the_shield_of_what_is_done_is_that_itself)
{
    run(shields_what_is_done);
}
END_TEST

/* ---- task groups ---- */

static struct future *failing(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_RAISE(self, &error_key);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *groups_failures(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    ck_assert_ptr_null(task_group_create_task(&self->group, napping()));
    ck_assert(is_case(error_last(), &error_runtime,
                      "TaskGroup <TaskGroup> has not been entered"));
    CO_CHECK(self, task_group_begin(&self->group));
    ck_assert(!task_group_begin(&self->group));
    ck_assert(is_case(error_last(), &error_runtime,
                      "TaskGroup <TaskGroup entered> has already been "
                      "entered"));
    CO_CHECK(self, self->task = task_group_create_task(
                       &self->group, COROUTINE(act_new(failing))));
    self->sleep = async_sleep(3);
    CO_TRY_AWAIT(self, self->sleep);
    ck_assert_ptr_null(task_group_create_task(&self->group, napping()));
    ck_assert(is_case(error_last(), &error_runtime,
                      "TaskGroup <TaskGroup errors=1 cancelling> is shutting "
                      "down"));
    self->end = task_group_end(&self->group, &error_eof);
    CO_TRY_AWAIT(self, self->end);
    ck_assert(is_case(self->end.co.error, &error_exception_group,
                      "unhandled errors in a TaskGroup (2 sub-exceptions)"));
    self->errors = error_group(self->end.co.error);
    ck_assert_uint_eq(self->errors->count, 2);
    ck_assert_ptr_eq(self->errors->errors[0], &error_key);
    ck_assert_ptr_eq(self->errors->errors[1], &error_eof);
    ck_assert_ptr_null(task_group_create_task(&self->group, napping()));
    ck_assert(is_case(error_last(), &error_runtime,
                      "TaskGroup <TaskGroup cancelling> is finished"));
    ck_assert_uint_eq(task_cancelling(async_current_task(NULL)), 0);
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

START_TEST(a_group_ends_with_all_errors_in_one_and_takes_no_more_tasks)
{
    run(groups_failures);
}
END_TEST

static struct future *ends_interrupted(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    self->task = task_group_create_task(&self->group, napping());
    task_free(self->task);
    self->end = task_group_end(&self->group, &error_keyboard_interrupt);
    CO_TRY_AWAIT(self, self->end);
    ck_assert_ptr_eq(self->end.co.error, &error_keyboard_interrupt);
    ck_assert_double_eq(loop_time(async_get_running_loop()), 0);
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(an_interrupt_is_raised_alone)
{
    run(ends_interrupted);
}
END_TEST

START_TEST(the_same_errors_are_the_same_group)
{
    static const struct error *const two[] = {&error_key, &error_eof};
    static const struct error *const base[] = {&error_key, &error_cancelled};
    const struct error *group = error_group_new("both", two, 2);

    ck_assert_str_eq(error_message(group), "both (2 sub-exceptions)");
    ck_assert_ptr_eq(error_group_new("both", two, 2), group);
    ck_assert_ptr_ne(error_group_new("both", two, 1), group);
    ck_assert_str_eq(error_name(error_group_new("both", base, 2)),
                     "BaseExceptionGroup");
    ck_assert_ptr_null(error_group(&error_key));
    ck_assert_ptr_null(error_group(NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("combine one");
    TCase *tests = tcase_create("combine one");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(tests, a_wait_that_never_begins_closes_its_object);
    tcase_add_test(tests, a_wait_for_no_object_or_no_time_fails);
    tcase_add_test(tests, a_deadline_can_be_moved_until_it_has_come);
    tcase_add_test(tests, a_deadline_is_that_of_a_task);
    tcase_add_test(tests, the_shield_of_what_is_done_is_that_itself);
    tcase_add_test(tests,
                   a_group_ends_with_all_errors_in_one_and_takes_no_more_tasks);
    tcase_add_test(tests, an_interrupt_is_raised_alone);
    tcase_add_test(tests, the_same_errors_are_the_same_group);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
