/*
 * async_with_test.c - `async with` as C has it: enter, body, and exit in every
 * case. What is said, and in which order, CPython 3.11 says, too.
 */
#include "stages/07-loop/async_with.h"

#include "loop_by_hand.h"

static const struct error oops = ERROR(&error_value, "oops");

/* "name:CancelledError ", or "name:none " */
static void tell(const char *name, const struct error *error)
{
    speak(words(name));
    speak(words(":"));
    speak(words(error != NULL ? error_name(error) : "none"));
    speak(words(" "));
}

struct thing {
    const char *name;
    bool enter_fails, exit_fails, swallows;
};

/*
 *     async def __aenter__(self):
 *         await asyncio.sleep(0)
 *         if self.enter_fails: raise ValueError
 *         say("+" + self.name)
 */
struct thing_enter {
    struct coroutine co;
    void *result;
    const struct thing *thing;
    struct async_sleep sleep;
};

static struct future *enter(struct coroutine *co)
{
    struct thing_enter *self = (struct thing_enter *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    if (self->thing->enter_fails)
        CO_RAISE(self, &oops);
    speak(words("+"));
    speak(words(self->thing->name));
    speak(words(" "));
    CO_FINALLY(self);
    CO_END(self);
}

static struct thing_enter thing_enter(const struct thing *thing)
{
    return (struct thing_enter){.co = CO_INIT(enter), .thing = thing};
}

/*
 *     async def __aexit__(self, kind, error, trace):
 *         tell("-" + self.name, error)
 *         await asyncio.sleep(0)
 *         if self.exit_fails: raise KeyError
 *         return self.swallows
 */
struct thing_exit {
    struct coroutine co;
    void *result;
    const struct thing *thing;
    const struct error *error;
    struct async_sleep sleep;
};

static struct future *leave(struct coroutine *co)
{
    struct thing_exit *self = (struct thing_exit *)co;

    CO_BEGIN(self);
    speak(words("-"));
    tell(self->thing->name, self->error);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    if (self->thing->exit_fails)
        CO_RAISE(self, &error_key);
    self->result = number_value(self->thing->swallows);
    CO_FINALLY(self);
    CO_END(self);
}

static struct thing_exit thing_exit(const struct thing *thing,
                                    const struct error *error)
{
    return (struct thing_exit){
        .co = CO_INIT(leave), .thing = thing, .error = error};
}

/*
 *     async with a, b:
 *         say("body")
 *         if error: raise error
 */
struct both {
    struct coroutine co;
    void *result;
    struct thing a, b;
    const struct error *error;
    struct thing_enter enter_a, enter_b;
    struct thing_exit leave;
};

static struct future *both(struct coroutine *co)
{
    struct both *self = (struct both *)co;

    CO_BEGIN(self);
    self->enter_a = thing_enter(&self->a);
    CO_AWAIT(self, self->enter_a);
    self->enter_b = thing_enter(&self->b);
    CO_AWAIT(self, self->enter_b);
    speak(words("body "));
    if (self->error != NULL)
        CO_RAISE(self, self->error);
    CO_FINALLY(self);
    if (async_entered(&self->enter_b.co)) {
        self->leave = thing_exit(&self->b, self->co.error);
        CO_AEXIT(self, self->leave);
    }
    if (async_entered(&self->enter_a.co)) {
        self->leave = thing_exit(&self->a, self->co.error);
        CO_AEXIT(self, self->leave);
    }
    CO_END(self);
}

static const struct {
    struct thing a, b;
    const struct error *error;
    const char *said;
} withs[] = {
    {{0}, {0}, NULL, "+a +b body -b:none -a:none none"},
    {{0}, {0}, &oops, "+a +b body -b:ValueError -a:ValueError ValueError"},
    {{0}, {.enter_fails = true}, NULL, "+a -a:ValueError ValueError"},
    {{.enter_fails = true}, {0}, NULL, "ValueError"},
    {{0},
     {.exit_fails = true},
     NULL,
     "+a +b body -b:none -a:KeyError KeyError"},
    {{0}, {.swallows = true}, &oops, "+a +b body -b:ValueError -a:none none"},
    {{.swallows = true},
     {.exit_fails = true},
     NULL,
     "+a +b body -b:none -a:KeyError none"},
    {{0},
     {.exit_fails = true},
     &oops,
     "+a +b body -b:ValueError -a:KeyError KeyError"},
};

static struct both both_new(struct thing a, struct thing b,
                            const struct error *error)
{
    struct both frame = {.co = CO_INIT(both), .a = a, .b = b, .error = error};

    frame.a.name = "a";
    frame.b.name = "b";
    return frame;
}

/* What the task failed with is said, too. */
static void say_outcome(struct task *task)
{
    const struct error *error = &error_cancelled;

    if (!future_cancelled(&task->future))
        ck_assert(future_error(&task->future, &error));
    speak(words(error != NULL ? error_name(error) : "none"));
    task_free(task);
}

START_TEST(what_was_entered_is_left_in_reverse_and_told_the_error)
{
    struct both frame = both_new(withs[_i].a, withs[_i].b, withs[_i].error);
    struct task *task = loop_create_task(loop, COROUTINE(frame));

    run_dry();
    say_outcome(task);
    ck_said(withs[_i].said);
}
END_TEST

static const char *const cancelled_in_pass[] = {
    "CancelledError",
    "CancelledError",
    "+a -a:CancelledError CancelledError",
    "+a +b body -b:none -a:CancelledError CancelledError",
    "+a +b body -b:none -a:none CancelledError",
    "+a +b body -b:none -a:none none",
};

START_TEST(a_cancellation_may_come_anywhere)
{
    struct both frame = both_new((struct thing){0}, (struct thing){0}, NULL);
    struct task *task = loop_create_task(loop, COROUTINE(frame));

    run_passes(_i);
    task_cancel(task, NULL);
    run_dry();
    say_outcome(task);
    ck_said(cancelled_in_pass[_i]);
}
END_TEST

#define LENGTH(array) ((int)(sizeof(array) / sizeof(array)[0]))

int main(void)
{
    Suite *suite = suite_create("async_with");
    TCase *tcase = tcase_create("async_with");
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(tcase, each_begins, each_ends);
    tcase_add_loop_test(tcase,
                        what_was_entered_is_left_in_reverse_and_told_the_error,
                        0, LENGTH(withs));
    tcase_add_loop_test(tcase, a_cancellation_may_come_anywhere, 0,
                        LENGTH(cancelled_in_pass));
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
