/*
 * loop_cancel_test.c - tasks that are cancelled: before they begin, where they
 * wait, and when what they wait for is there already.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

static const struct error spark = ERROR(&error_value, "spark");

/* ---- cancelling ---- */

START_TEST(one_that_has_not_begun_runs_nothing)
{
    struct task *task =
        loop_create_task(loop, COROUTINE(napper_new(1, "a", "b")));

    ck_assert(task_cancel(task, "early"));
    ck_assert(!future_done(&task->future));
    run_passes(1);
    ck_assert(future_cancelled(&task->future));
    ck_assert_str_eq(task_cancel_message(task), "early");
    ck_said("");
    task_free(task);
}
END_TEST

START_TEST(
    one_that_waits_cleans_up_in_the_next_pass_and_its_future_is_cancelled)
{
    struct future *future = loop_create_future(loop);
    int cleaned = 0;
    struct task *task = wait_in_task(future, &cleaned);

    run_passes(1);
    ck_assert(task_cancel(task, "enough"));
    ck_assert(future_cancelled(future));
    ck_assert_str_eq(future_cancel_message(future), "enough");
    ck_assert_int_eq(cleaned, 0);
    run_passes(1);
    ck_assert_int_eq(cleaned, 1);
    ck_assert(future_cancelled(&task->future));
    ck_assert_str_eq(future_cancel_message(&task->future), "enough");
    ck_assert(!task_cancel(task, "late"));
    ck_assert_str_eq(task_cancel_message(task), "enough");
    task_free(task);
    future_free(future);
}
END_TEST

START_TEST(one_that_awaits_a_task_asks_that_first)
{
    struct future *future = loop_create_future(loop);
    int cleaned = 0;
    struct task *inner = wait_in_task(future, &cleaned);
    struct task *outer = wait_in_task(&inner->future, &cleaned);

    run_passes(1);
    ck_assert(task_cancel(outer, "m"));
    ck_assert_uint_eq(task_cancelling(inner), 1);
    run_passes(1);
    ck_assert(future_cancelled(&inner->future));
    ck_assert_int_eq(cleaned, 1);
    run_passes(1);
    ck_assert(future_cancelled(&outer->future));
    ck_assert_str_eq(future_cancel_message(&outer->future), "m");
    task_free(outer);
    task_free(inner);
    future_free(future);
}
END_TEST

/* In Python the error that it ended with, and only that has the message. */
START_TEST(the_first_who_asks_a_cancelled_task_is_told_the_message)
{
    struct future *future = loop_create_future(loop);
    int cleaned = 0;
    struct task *task = wait_in_task(future, &cleaned);
    void *result;

    run_passes(1);
    task_cancel(task, "once");
    run_passes(1);
    ck_assert_str_eq(task_cancel_message(task), "once");
    ck_assert(!future_result(&task->future, &result));
    ck_assert_ptr_null(task_cancel_message(task));
    ck_assert(!future_result(future, &result));
    ck_assert_str_eq(future_cancel_message(future), "once");
    task_free(task);
    future_free(future);
}
END_TEST

START_TEST(a_sleeper_leaves_no_timer_behind)
{
    struct task *task =
        loop_create_task(loop, COROUTINE(napper_new(5, "a", "b")));

    run_passes(1);
    task_cancel(task, NULL);
    run_passes(1);
    ck_assert(future_cancelled(&task->future));
    task_free(task); /* the frame, with the timer, is gone */
    run_for(10);
    ck_said("a");
}
END_TEST

/*
 *     async def survivor(future):
 *         while True:
 *             try: return await future
 *             except BaseException as error: note(error)
 */
struct survivor {
    struct coroutine co;
    void *result;
    struct future *future;
    const struct error *last;
    int errors;
};

static bool was_done; /* what the future said when the last error came */

static struct future *survivor(struct coroutine *co)
{
    struct survivor *self = (struct survivor *)co;

    CO_BEGIN(self);
    for (;;) {
        CO_TRY_AWAIT(self, *self->future);
        self->last = self->future->co.error;
        was_done = future_done(self->future);
        if (self->last == NULL || self->errors == 3)
            break;
        self->errors++;
    }
    self->result = self->future->result;
    CO_FINALLY(self);
    CO_END(self);
}

/* One that survives at most three errors. */
static struct survivor survivor_new(struct future *future)
{
    return (struct survivor){.co = CO_INIT(survivor), .future = future};
}

static struct survivor *frame_of(const struct task *task)
{
    return (struct survivor *)task_get_coroutine(task);
}

START_TEST(requests_are_counted_and_can_be_taken_back)
{
    struct future *future = loop_create_future(loop);
    struct task *inner = wait_in_task(future, NULL);
    struct task *task =
        loop_create_task(loop, COROUTINE(survivor_new(&inner->future)));

    run_passes(1);
    ck_assert_uint_eq(task_cancelling(task), 0);
    ck_assert_uint_eq(task_uncancel(task), 0);
    task_cancel(task, "first");
    task_cancel(task, "second");
    ck_assert_uint_eq(task_cancelling(task), 2);
    ck_assert_uint_eq(task_uncancel(task), 1);
    ck_assert_uint_eq(task_uncancel(task), 0);
    run_passes(3);
    task_free(task);
    task_free(inner);
    future_free(future);
}
END_TEST

/*
 *     async def suicide(future):
 *         asyncio.current_task().cancel()
 *         if future: await future
 */
struct suicide {
    struct coroutine co;
    void *result;
    struct future *future;
    struct async_sleep sleep;
};

static struct future *suicide(struct coroutine *co)
{
    struct suicide *self = (struct suicide *)co;

    CO_BEGIN(self);
    task_cancel(async_current_task(NULL), "by itself");
    if (self->future != NULL) {
        CO_AWAIT(self, *self->future);
    } else {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
        speak(words("not reached"));
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct suicide suicide_new(struct future *future)
{
    return (struct suicide){.co = CO_INIT(suicide), .future = future};
}

START_TEST(one_that_cancels_itself_is_cancelled_at_its_next_wait)
{
    struct future *future = _i == 0 ? loop_create_future(loop) : NULL;
    struct task *task = loop_create_task(loop, COROUTINE(suicide_new(future)));

    run_passes(1);
    ck_assert(!future_done(&task->future));
    ck_assert(future == NULL || future_cancelled(future));
    run_passes(1);
    ck_assert(future_cancelled(&task->future));
    ck_assert_str_eq(future_cancel_message(&task->future), "by itself");
    ck_said("");
    task_free(task);
    future_free(future);
}
END_TEST

START_TEST(one_that_cancels_itself_and_does_not_wait_any_more_is_cancelled_too)
{
    struct future *done = loop_create_future(loop);

    future_set_result(done, NULL);
    struct task *task = loop_create_task(loop, COROUTINE(suicide_new(done)));
    run_passes(1);
    ck_assert(future_cancelled(&task->future));
    task_free(task);
    future_free(done);
}
END_TEST

/* Not that it awaits what it may not, which is told to those who go on. */
START_TEST(to_be_cancelled_comes_before_what_else_is_wrong)
{
    struct loop *second = loop_new(NULL);
    struct future *foreign = loop_create_future(second);
    struct task *task = loop_create_task(loop, COROUTINE(suicide_new(foreign)));

    run_passes(2);
    ck_assert(future_cancelled(&task->future));
    ck_assert(!future_done(foreign));
    task_free(task);
    future_free(foreign);
    ck_assert(loop_free(second));
}
END_TEST

/* ---- when what it waits for is there already ---- */

/* It has a result, has failed, or was cancelled. */
static struct future *settled(struct future *future, int way)
{
    if (way == 0)
        future_set_result(future, words("result"));
    else if (way == 1)
        future_set_error(future, &spark);
    else
        future_cancel(future, "its own");
    return future;
}

START_TEST(one_that_is_in_line_is_cancelled_and_the_others_get_what_is_there)
{
    struct future *future = loop_create_future(loop);
    int cleaned = 0;
    struct task *first = wait_in_task(future, &cleaned);
    struct task *meant = wait_in_task(future, &cleaned);
    struct task *last = wait_in_task(future, &cleaned);
    void *result = NULL;

    run_passes(1);
    settled(future, _i);
    ck_assert(task_cancel(meant, "meant"));
    run_passes(1);
    ck_assert_int_eq(cleaned, 3);
    ck_assert(future_cancelled(&meant->future));
    ck_assert_str_eq(future_cancel_message(&meant->future),
                     _i == 2 ? "its own" : "meant");
    struct future *const all[] = {future, &first->future, &last->future};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(future_result(all[i], &result), _i == 0);
        if (_i == 0)
            ck_assert_str_eq(result, "result");
        else
            ck_assert_ptr_eq(error_last(), _i == 1 ? &spark : &error_cancelled);
    }
    task_free(first);
    task_free(meant);
    task_free(last);
    future_free(future);
}
END_TEST

START_TEST(who_survives_that_may_ask_the_future_and_await_it_again)
{
    struct future *future = loop_create_future(loop);
    struct task *task = loop_create_task(loop, COROUTINE(survivor_new(future)));

    run_passes(1);
    future_set_result(future, words("result"));
    task_cancel(task, NULL);
    run_passes(1);
    ck_assert(future_done(&task->future));
    ck_assert_int_eq(frame_of(task)->errors, 1);
    ck_assert(was_done);
    ck_assert_str_eq(task->result, "result");
    task_free(task);
    future_free(future);
}
END_TEST

START_TEST(a_sleeper_whose_time_has_come_is_cancelled_all_the_same)
{
    struct task *task =
        loop_create_task(loop, COROUTINE(napper_new(1, "a", "b")));

    run_for(1); /* it is awake, and in line */
    ck_assert(task_cancel(task, NULL));
    run_passes(1);
    ck_assert(future_cancelled(&task->future));
    ck_said("a");
    task_free(task);
}
END_TEST

/*
 *     async def keeper(future):
 *         object = survivor(future); object.send(None)
 *         try: await future
 *         finally: object.close(); pending = not future.done()
 */
struct keeper {
    struct coroutine co;
    void *result;
    struct future *future;
    struct coroutine *object;
    bool pending;
};

static struct future *keeper(struct coroutine *co)
{
    struct keeper *self = (struct keeper *)co;

    CO_BEGIN(self);
    self->object = COROUTINE(survivor_new(self->future));
    self->object->resume(self->object);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    ck_refused(coroutine_close(self->object), error_runtime);
    ck_assert(!was_done);
    self->pending = !future_done(self->future);
    CO_END(self);
}

static struct keeper keeper_new(struct future *future)
{
    return (struct keeper){.co = CO_INIT(keeper), .future = future};
}

/* Two errors are raised at one future, one inside the other. */
START_TEST(a_pending_future_is_pending_whoever_was_deceived_about_it)
{
    struct loop *second = loop_new(NULL);
    struct future *foreign = loop_create_future(second);
    struct task *task = loop_create_task(loop, COROUTINE(keeper_new(foreign)));

    run_passes(2);
    ck_assert(((struct keeper *)task_get_coroutine(task))->pending);
    ck_assert(!future_done(foreign));
    ck_refused(future_result(&task->future, NULL), error_runtime);
    task_free(task);
    future_free(foreign);
    ck_assert(loop_free(second));
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        one_that_has_not_begun_runs_nothing,
        one_that_waits_cleans_up_in_the_next_pass_and_its_future_is_cancelled,
        one_that_awaits_a_task_asks_that_first,
        the_first_who_asks_a_cancelled_task_is_told_the_message,
        a_sleeper_leaves_no_timer_behind,
        requests_are_counted_and_can_be_taken_back,
        one_that_cancels_itself_and_does_not_wait_any_more_is_cancelled_too,
        to_be_cancelled_comes_before_what_else_is_wrong,
        who_survives_that_may_ask_the_future_and_await_it_again,
        a_sleeper_whose_time_has_come_is_cancelled_all_the_same,
        a_pending_future_is_pending_whoever_was_deceived_about_it,
        NULL,
    };
    /* Three numbers, as it happens. */
    const TTest *const each[] = {
        one_that_cancels_itself_is_cancelled_at_its_next_wait,
        one_that_is_in_line_is_cancelled_and_the_others_get_what_is_there,
        NULL,
    };

    return run_loop_suite("loop_cancel", once, each);
}
