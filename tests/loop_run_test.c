/*
 * loop_run_test.c - async_run(): a loop from its making to its end, in which
 * order it is closed, and what Ctrl-C does.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <pthread.h>
#include <signal.h>

static const struct error spark = ERROR(&error_value, "spark");

/* ---- coroutines ---- */

/*
 *     async def tidy(name, pauses):
 *         try: await asyncio.sleep(1000)
 *         finally:
 *             for _ in range(pauses): say(name); await asyncio.sleep(0)
 *             if error: raise error
 */
struct tidy {
    struct coroutine co;
    void *result;
    const char *name;
    int pauses;
    const struct error *error;
    struct async_sleep sleep;
};

static struct future *tidy(struct coroutine *co)
{
    struct tidy *self = (struct tidy *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(1000);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    while (self->pauses-- > 0) {
        speak(words(self->name));
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    if (self->error != NULL)
        self->co.error = self->error;
    CO_END(self);
}

static struct tidy tidy_new(const char *name, int pauses,
                            const struct error *error)
{
    return (struct tidy){
        .co = CO_INIT(tidy), .name = name, .pauses = pauses, .error = error};
}

/*
 *     async def program(error):
 *         create_task(tidy("1", ...)); create_task(tidy("2", ...))
 *         await asyncio.sleep(0)
 *         say("main "); return "done"
 */
struct program {
    struct coroutine co;
    void *result;
    const struct error *error, *of_first;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    task_free(async_create_task(COROUTINE(tidy_new("1", 3, self->of_first))));
    task_free(async_create_task(COROUTINE(tidy_new("2", 2, NULL))));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    speak(words("main "));
    if (self->error != NULL)
        CO_RAISE(self, self->error);
    self->result = words("done");
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(const struct error *error,
                                  const struct error *of_first)
{
    return (struct program){
        .co = CO_INIT(program), .error = error, .of_first = of_first};
}

/* ---- running ---- */

START_TEST(a_run_gives_what_the_coroutine_returned)
{
    void *result = NULL;

    ck_assert(async_run(COROUTINE(napper_new(0, "a", "b")), &result));
    ck_assert_str_eq(result, "b");
    ck_said("ab");
    ck_refused(async_get_running_loop(), error_runtime);
    ck_assert(async_run(COROUTINE(napper_new(0, "c", "d")), NULL));
    ck_assert(!async_run(NULL, NULL));
}
END_TEST

START_TEST(a_run_fails_as_the_coroutine_did)
{
    void *result = NULL;

    ck_assert(!async_run(COROUTINE(program_new(&spark, NULL)), &result));
    ck_assert_ptr_eq(error_last(), &spark);
    ck_assert_ptr_null(result);
}
END_TEST

START_TEST(tasks_left_over_are_cancelled_together_and_awaited)
{
    ck_assert(async_run(COROUTINE(program_new(NULL, NULL)), NULL));
    ck_said("main 12121");
}
END_TEST

START_TEST(if_one_of_them_fails_then_that_is_reported)
{
    ck_assert(async_run(COROUTINE(program_new(NULL, &spark)), NULL));
    ck_said("main 12121");
    ck_assert(was_logged("unhandled exception during asyncio.run() shutdown"));
    must_have_logged("ValueError: spark");
}
END_TEST

static void run_inside(void *data)
{
    (void)data;
    ck_refused(async_run(COROUTINE(napper_new(0, "a", "b")), NULL),
               error_runtime);
    ck_assert_str_eq(
        error_message(error_last()),
        "asyncio.run() cannot be called from a running event loop");
}

START_TEST(a_run_inside_a_running_loop_is_refused_and_the_object_freed)
{
    loop_call_soon(loop, NULL, run_inside, NULL);
    run_passes(1);
    ck_said("");
}
END_TEST

/*
 *     async def stopper():
 *         loop.stop(); await asyncio.sleep(0)
 */
struct stopper {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *stopper(struct coroutine *co)
{
    struct stopper *self = (struct stopper *)co;

    CO_BEGIN(self);
    loop_stop(async_get_running_loop());
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    speak(words("cleaned"));
    CO_END(self);
}

static struct stopper stopper_new(void)
{
    return (struct stopper){.co = CO_INIT(stopper)};
}

START_TEST(one_that_stops_its_loop_is_cancelled_and_cleans_up)
{
    ck_refused(async_run(COROUTINE(stopper_new()), NULL), error_runtime);
    ck_assert_str_eq(error_message(error_last()),
                     "Event loop stopped before Future completed.");
    ck_said("cleaned");
}
END_TEST

/* ---- Ctrl-C ---- */

/*
 *     async def interrupted(survives):
 *         os.kill(os.getpid(), signal.SIGINT)
 *         try: await asyncio.sleep(1000)
 *         except CancelledError:
 *             if not survives: raise
 */
struct interrupted {
    struct coroutine co;
    void *result;
    bool survives;
    struct async_sleep sleep;
};

static struct future *interrupted(struct coroutine *co)
{
    struct interrupted *self = (struct interrupted *)co;

    CO_BEGIN(self);
    raise(SIGINT);
    self->sleep = async_sleep(1000);
    CO_TRY_AWAIT(self, self->sleep);
    if (!self->survives && self->sleep.co.error != NULL)
        CO_RAISE(self, self->sleep.co.error);
    self->result = words("survived");
    CO_FINALLY(self);
    speak(words("cleaned"));
    CO_END(self);
}

static struct interrupted interrupted_new(bool survives)
{
    return (struct interrupted){.co = CO_INIT(interrupted),
                                .survives = survives};
}

static sig_atomic_t caught;

static void catch (int number)
{
    (void)number;
    caught++;
}

START_TEST(ctrl_c_cancels_the_coroutine_and_is_a_keyboard_interrupt)
{
    signal(SIGINT, SIG_DFL);
    ck_refused(async_run(COROUTINE(interrupted_new(false)), NULL),
               error_keyboard_interrupt);
    ck_said("cleaned");
    ck_assert(signal(SIGINT, SIG_DFL) == SIG_DFL);
}
END_TEST

START_TEST(a_coroutine_that_survives_ctrl_c_gives_its_result)
{
    void *result = NULL;

    signal(SIGINT, SIG_DFL);
    ck_assert(async_run(COROUTINE(interrupted_new(true)), &result));
    ck_assert_str_eq(result, "survived");
    ck_said("cleaned");
}
END_TEST

/*
 *     async def stubborn():
 *         for _ in range(2): os.kill(os.getpid(), signal.SIGINT); ...
 */
struct stubborn {
    struct coroutine co;
    void *result;
    int i;
    struct async_sleep sleep;
};

static struct future *stubborn(struct coroutine *co)
{
    struct stubborn *self = (struct stubborn *)co;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 2; self->i++) {
        raise(SIGINT);
        self->sleep = async_sleep(1000);
        CO_TRY_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct stubborn stubborn_new(void)
{
    return (struct stubborn){.co = CO_INIT(stubborn)};
}

START_TEST(the_second_ctrl_c_ends_the_program)
{
    signal(SIGINT, SIG_DFL);
    async_run(COROUTINE(stubborn_new()), NULL);
}
END_TEST

START_TEST(whoever_takes_care_of_ctrl_c_himself_goes_on_doing_so)
{
    signal(SIGINT, catch);
    caught = 0;
    raise(SIGINT);
    ck_assert(async_run(COROUTINE(napper_new(0, "a", "b")), NULL));
    ck_assert(signal(SIGINT, SIG_DFL) == catch);
    ck_assert_int_eq(caught, 1);
}
END_TEST

/*
 *     async def look(): return signal.getsignal(signal.SIGINT)
 */
struct look {
    struct coroutine co;
    void *result;
};

static struct future *look(struct coroutine *co)
{
    struct look *self = (struct look *)co;
    struct sigaction now;

    CO_BEGIN(self);
    sigaction(SIGINT, NULL, &now);
    self->result = number_value(now.sa_handler == SIG_DFL);
    CO_FINALLY(self);
    CO_END(self);
}

static struct look look_new(void)
{
    return (struct look){.co = CO_INIT(look)};
}

static void *look_in_thread(void *data)
{
    void *is_default = NULL;

    (void)data;
    ck_assert(async_run(COROUTINE(look_new()), &is_default));
    return is_default;
}

START_TEST(ctrl_c_is_a_matter_of_the_first_thread)
{
    pthread_t thread;
    void *is_default = NULL;

    signal(SIGINT, SIG_DFL);
    ck_assert_int_eq(value_number(look_in_thread(NULL)), 0);
    ck_assert_int_eq(pthread_create(&thread, NULL, look_in_thread, NULL), 0);
    pthread_join(thread, &is_default);
    ck_assert_int_eq(value_number(is_default), 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_run_gives_what_the_coroutine_returned,
        a_run_fails_as_the_coroutine_did,
        tasks_left_over_are_cancelled_together_and_awaited,
        if_one_of_them_fails_then_that_is_reported,
        a_run_inside_a_running_loop_is_refused_and_the_object_freed,
        one_that_stops_its_loop_is_cancelled_and_cleans_up,
        ctrl_c_cancels_the_coroutine_and_is_a_keyboard_interrupt,
        a_coroutine_that_survives_ctrl_c_gives_its_result,
        whoever_takes_care_of_ctrl_c_himself_goes_on_doing_so,
        ctrl_c_is_a_matter_of_the_first_thread,
        NULL,
    };
    Suite *suite = suite_create("loop_run");
    TCase *tcase = tcase_create("loop_run");

    tcase_add_checked_fixture(tcase, each_begins, each_ends);
    for (size_t i = 0; tests[i] != NULL; i++)
        tcase_add_test(tcase, tests[i]);
    tcase_add_test_raise_signal(tcase, the_second_ctrl_c_ends_the_program,
                                SIGINT);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
