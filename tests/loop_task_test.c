/*
 * loop_task_test.c - tasks: their steps, what they may wait for, what they say
 * about themselves; sleeping; coroutine objects.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <math.h>

static const struct error spark = ERROR(&error_value, "spark");

static struct task *nap_in_task(double delay, const char *before,
                                const char *after)
{
    struct task *task =
        loop_create_task(loop, COROUTINE(napper_new(delay, before, after)));

    ck_assert_ptr_nonnull(task);
    return task;
}

/* ---- steps ---- */

START_TEST(a_task_begins_in_the_next_pass)
{
    struct task *task = nap_in_task(0, "a", "b");

    ck_said("");
    ck_assert_uint_eq(loop_census(loop).tasks, 1);
    run_passes(1);
    ck_said("a");
    run_passes(1);
    ck_said("ab");
    ck_assert(future_done(&task->future));
    ck_assert_str_eq(task->result, "b");
    ck_assert_uint_eq(loop_census(loop).tasks, 0);
    task_free(task);
}
END_TEST

START_TEST(a_task_that_nobody_holds_goes_on_to_its_end)
{
    task_free(nap_in_task(1, "a", "b"));
    run_for(2);
    ck_said("ab");
    ck_assert_uint_eq(loop_census(loop).futures, 0);
}
END_TEST

START_TEST(tasks_take_turns_in_the_order_of_their_making)
{
    task_free(nap_in_task(0, "1", "a"));
    task_free(nap_in_task(0, "2", "b"));
    task_free(nap_in_task(0, "3", "c"));
    run_passes(2);
    ck_said("123abc");
}
END_TEST

START_TEST(a_task_awaits_another_and_fails_as_that_did)
{
    struct future *future = loop_create_future(loop);
    struct task *inner = wait_in_task(future, NULL);
    struct task *outer = wait_in_task(&inner->future, NULL);

    run_passes(1);
    future_set_error(future, &spark);
    run_passes(1); /* inner ends */
    ck_assert(future_done(&inner->future));
    ck_assert(!future_done(&outer->future));
    run_passes(1);
    ck_assert(!future_result(&outer->future, NULL));
    ck_assert_ptr_eq(error_last(), &spark);
    task_free(outer);
    task_free(inner);
    future_free(future);
}
END_TEST

START_TEST(an_error_that_a_task_died_of_is_reported_if_nobody_asked)
{
    struct future *future = loop_create_future(loop);

    future_set_error(future, &spark);
    task_free(wait_in_task(future, NULL));
    run_passes(1);
    ck_assert(was_logged("Task exception was never retrieved"));
    ck_assert(was_logged("coro=waiter"));
    must_have_logged("ValueError: spark");
    future_free(future);
}
END_TEST

START_TEST(ensure_future_holds_a_future_and_makes_a_task_of_an_object)
{
    struct future *future = loop_create_future(loop), *same, *task;

    same = async_ensure_future(&future->co, loop);
    ck_assert_ptr_eq(same, future);
    future_free(same);
    task = async_ensure_future(COROUTINE(napper_new(0, "a", "b")), loop);
    ck_assert_ptr_nonnull(future_task(task));
    ck_assert_ptr_null(future_task(future));
    run_passes(2);
    ck_assert(future_done(task));
    future_free(task);
    future_free(future);
}
END_TEST

/* ---- what cannot be awaited ---- */

/*
 *     async def narcissus():
 *         await asyncio.current_task()
 */
struct narcissus {
    struct coroutine co;
    void *result;
    struct task *itself;
};

static struct future *narcissus(struct coroutine *co)
{
    struct narcissus *self = (struct narcissus *)co;

    CO_BEGIN(self);
    self->itself = async_current_task(NULL);
    CO_AWAIT(self, *self->itself);
    CO_FINALLY(self);
    ck_assert(!future_done(&self->itself->future)); /* it was no disguise */
    CO_END(self);
}

static struct narcissus narcissus_new(void)
{
    return (struct narcissus){.co = CO_INIT(narcissus)};
}

START_TEST(a_task_cannot_await_itself)
{
    ck_refused(loop_run_until_complete(loop, COROUTINE(narcissus_new()), NULL),
               error_runtime);
    ck_assert_str_eq(error_message(error_last()),
                     "Task cannot await on itself");
}
END_TEST

START_TEST(a_task_cannot_await_a_future_of_another_loop)
{
    struct loop *second = loop_new(NULL);
    struct future *future = loop_create_future(second);
    int cleaned = 0;

    ck_refused(loop_run_until_complete(
                   loop, COROUTINE(waiter_new(future, &cleaned)), NULL),
               error_runtime);
    ck_assert_int_eq(cleaned, 1);
    ck_assert(!future_done(future)); /* nothing has happened to it */
    ck_assert(future_set_result(future, NULL));
    ck_refused(loop_run_until_complete(loop, &future->co, NULL), error_value);
    future_free(future);
    ck_assert(loop_free(second));
}
END_TEST

/* ---- sleep ---- */

START_TEST(sleepers_wake_by_their_deadlines)
{
    task_free(nap_in_task(3, "a", "A"));
    task_free(nap_in_task(1, "b", "B"));
    task_free(nap_in_task(2, "c", "C"));
    run_for(10);
    ck_said("abcBCA");
    ck_assert(seconds_gone() == 10);
}
END_TEST

START_TEST(to_sleep_for_nothing_is_to_let_the_others_have_their_turn)
{
    task_free(nap_in_task(0, "a", "A"));
    task_free(nap_in_task(-5, "b", "B"));
    task_free(nap_in_task(-INFINITY, "c", "C"));
    run_passes(1);
    ck_said("abc");
    run_passes(1);
    ck_said("abcABC");
    ck_assert(seconds_gone() == 0);
}
END_TEST

START_TEST(to_sleep_for_no_number_of_seconds_is_refused)
{
    ck_refused(loop_run_until_complete(
                   loop, COROUTINE(napper_new(NAN, "a", "b")), NULL),
               error_value);
    ck_said("a");
}
END_TEST

START_TEST(to_sleep_for_ever_ends_by_being_cancelled)
{
    struct task *tasks[] = {nap_in_task(INFINITY, "a", "b"),
                            nap_in_task(1e300, "a", "b")};

    run_for(1e9);
    for (int i = 0; i < 2; i++) {
        ck_assert(task_cancel(tasks[i], NULL));
        run_passes(1);
        ck_assert(future_cancelled(&tasks[i]->future));
        task_free(tasks[i]);
    }
    ck_said("aa");
}
END_TEST

START_TEST(a_sleep_gives_the_value_that_it_was_given)
{
    void *result = NULL;

    for (int i = 0; i < 2; i++) {
        ck_assert(loop_run_until_complete(
            loop, COROUTINE(async_sleep_value(i, number_value(7 + i))),
            &result));
        ck_assert_int_eq(value_number(result), 7 + i);
    }
}
END_TEST

/* ---- what a task says about itself ---- */

START_TEST(tasks_are_named_by_number_or_as_one_likes)
{
    struct task *first = nap_in_task(0, "", ""), *second;
    char name[32];

    snprintf(name, sizeof name, "%s", task_get_name(first));
    ck_assert_int_eq(strncmp(name, "Task-", 5), 0);
    second = nap_in_task(0, "", "");
    ck_assert_str_ne(task_get_name(second), name);
    ck_assert_str_eq(task_get_name(first), name);
    task_set_name(second, "second");
    ck_assert_str_eq(task_get_name(second), "second");
    run_passes(2);
    ck_assert_str_eq(task_get_name(second), "second");
    task_free(first);
    task_free(second);
}
END_TEST

START_TEST(all_tasks_that_are_not_done_are_listed_in_order)
{
    struct task *tasks[4];
    const int delays[4] = {1, 3, 2, 4};

    ck_assert_ptr_null(async_all_tasks(loop));
    for (int i = 0; i < 4; i++)
        tasks[i] = nap_in_task(delays[i], "", "");
    struct task *task = async_all_tasks(loop);
    for (int i = 0; i < 4; i++, task = task_next(task))
        ck_assert_ptr_eq(task, tasks[i]);
    ck_assert_ptr_null(task);
    run_for(2.5);
    ck_assert_ptr_eq(async_all_tasks(loop), tasks[1]);
    ck_assert_ptr_eq(task_next(tasks[1]), tasks[3]);
    ck_assert_ptr_null(task_next(tasks[3]));
    run_for(2.5);
    ck_assert_ptr_null(async_all_tasks(loop));
    for (int i = 0; i < 4; i++)
        task_free(tasks[i]);
}
END_TEST

static void nobody_is_current(void *data)
{
    (void)data;
    ck_assert_ptr_null(async_current_task(NULL));
    ck_assert_ptr_null(async_current_task(loop));
    speak(words("x"));
}

START_TEST(in_a_callback_no_task_is_current)
{
    loop_call_soon(loop, NULL, nobody_is_current, NULL);
    run_passes(1);
    ck_said("x");
    ck_assert_ptr_null(async_current_task(NULL));
}
END_TEST

static char *stack_of(const struct task *task)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    ck_assert_ptr_nonnull(file);
    task_print_stack(task, file);
    fclose(file);
    return text;
}

/*
 *     async def outer(future):
 *         await waiter(future)
 */
struct outer {
    struct coroutine co;
    void *result;
    struct waiter inner;
};

static struct future *outer(struct coroutine *co)
{
    struct outer *self = (struct outer *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->inner);
    self->result = self->inner.result;
    CO_FINALLY(self);
    CO_END(self);
}

static struct outer outer_new(struct future *future)
{
    return (struct outer){.co = CO_INIT(outer),
                          .inner = waiter_new(future, NULL)};
}

START_TEST(a_task_shows_where_it_waits_outermost_first)
{
    struct future *future = loop_create_future(loop);
    struct task *task = loop_create_task(loop, COROUTINE(outer_new(future)));
    char *stack = stack_of(task);

    ck_assert_ptr_nonnull(strstr(stack, "No stack for <Task pending"));
    free(stack);
    run_passes(1);
    stack = stack_of(task);
    const char *in_outer = strstr(stack, "in outer\n");
    const char *in_waiter = strstr(stack, "in waiter\n");
    ck_assert_msg(in_outer != NULL && in_waiter > in_outer, "%s", stack);
    free(stack);
    future_set_result(future, NULL);
    run_passes(1);
    stack = stack_of(task);
    ck_assert_ptr_nonnull(strstr(stack, "No stack for <Task finished"));
    free(stack);
    task_free(task);
    future_free(future);
}
END_TEST

/* ---- the task factory ---- */

static struct task *make_named(struct loop *of, struct coroutine *object)
{
    struct task *task = task_new(of, object);

    if (task != NULL)
        task_set_name(task, "made");
    return task;
}

START_TEST(a_task_factory_makes_the_tasks)
{
    loop_set_task_factory(loop, make_named);
    ck_assert(loop_get_task_factory(loop) == make_named);
    struct task *task = nap_in_task(0, "a", "b");
    ck_assert_str_eq(task_get_name(task), "made");
    loop_set_task_factory(loop, NULL);
    struct task *other = nap_in_task(0, "c", "d");
    ck_assert_str_ne(task_get_name(other), "made");
    run_passes(2);
    task_free(task);
    task_free(other);
}
END_TEST

/* ---- coroutine objects ---- */

START_TEST(an_object_that_was_closed_before_it_began_has_run_nothing)
{
    ck_assert(coroutine_close(COROUTINE(napper_new(1, "a", "b"))));
    ck_assert(coroutine_close(NULL));
    ck_said("");
}
END_TEST

/*
 *     async def closer(future):
 *         object = waiter(future)
 *         object.send(None)
 *         object.close()
 */
START_TEST(an_object_that_waits_cleans_up_when_it_is_closed)
{
    struct future *future = loop_create_future(loop);
    int cleaned = 0;
    struct coroutine *object = COROUTINE(waiter_new(future, &cleaned));

    ck_assert_ptr_eq(object->resume(object), future);
    ck_assert(coroutine_close(object));
    ck_assert_int_eq(cleaned, 1);
    ck_assert(!future_done(future)); /* only the object was closed */
    future_free(future);
}
END_TEST

/*
 *     async def clinging(future):
 *         try: await future
 *         finally: await future
 */
struct clinging {
    struct coroutine co;
    void *result;
    struct future *future;
};

static struct future *clinging(struct coroutine *co)
{
    struct clinging *self = (struct clinging *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    CO_AWAIT(self, *self->future);
    CO_END(self);
}

static struct clinging clinging_new(struct future *future)
{
    return (struct clinging){.co = CO_INIT(clinging), .future = future};
}

START_TEST(an_object_that_goes_on_waiting_when_it_is_closed_says_so)
{
    struct future *future = loop_create_future(loop);
    struct coroutine *object = COROUTINE(clinging_new(future));

    ck_assert_ptr_eq(object->resume(object), future);
    ck_refused(coroutine_close(object), error_runtime);
    ck_assert_str_eq(error_message(error_last()),
                     "coroutine ignored GeneratorExit");
    future_free(future);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        a_task_begins_in_the_next_pass,
        a_task_that_nobody_holds_goes_on_to_its_end,
        tasks_take_turns_in_the_order_of_their_making,
        a_task_awaits_another_and_fails_as_that_did,
        an_error_that_a_task_died_of_is_reported_if_nobody_asked,
        ensure_future_holds_a_future_and_makes_a_task_of_an_object,
        a_task_cannot_await_itself,
        a_task_cannot_await_a_future_of_another_loop,
        sleepers_wake_by_their_deadlines,
        to_sleep_for_nothing_is_to_let_the_others_have_their_turn,
        to_sleep_for_no_number_of_seconds_is_refused,
        to_sleep_for_ever_ends_by_being_cancelled,
        a_sleep_gives_the_value_that_it_was_given,
        tasks_are_named_by_number_or_as_one_likes,
        all_tasks_that_are_not_done_are_listed_in_order,
        in_a_callback_no_task_is_current,
        a_task_shows_where_it_waits_outermost_first,
        a_task_factory_makes_the_tasks,
        an_object_that_was_closed_before_it_began_has_run_nothing,
        an_object_that_waits_cleans_up_when_it_is_closed,
        an_object_that_goes_on_waiting_when_it_is_closed_says_so,
        NULL,
    };
    const TTest *const each[] = {NULL};

    return run_loop_suite("loop_task", once, each);
}
