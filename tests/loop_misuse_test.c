/*
 * loop_misuse_test.c - the loop used wrongly: each row says what is wrong,
 * which call refuses it, and with what error. Whatever it is, nothing has
 * changed then, the loop works, and nothing is left. What cannot go on at all
 * says so in one line and aborts.
 */
#include "stages/07-loop/loop.h"

#include "loop_by_hand.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>

/* ---- what there is to be misused ---- */

static struct loop *second;
static struct future *pending, *watched, *settled, *cancelled, *foreign;
static struct task *task; /* asleep */
static struct handle fresh, in_line;
static struct threadsafe_handle threadsafe;
static struct timer unset, set;
static int pair[2];

static void ignore(struct loop *of, const struct error_context *context,
                   void *data)
{
    (void)of, (void)context, (void)data;
}

static void note(struct future *future, void *data)
{
    (void)future;
    speak(data);
}

static struct coroutine *object(void)
{
    return COROUTINE(napper_new(1, "not to be said", "nor this"));
}

static void make_things(void)
{
    second = loop_new(NULL);
    loop_set_exception_handler(loop, ignore, NULL);
    pending = loop_create_future(loop);
    watched = loop_create_future(loop);
    future_add_done_callback(watched, note, words(""));
    settled = loop_create_future(loop);
    future_set_result(settled, NULL);
    cancelled = loop_create_future(loop);
    future_cancel(cancelled, NULL);
    foreign = loop_create_future(second);
    task = loop_create_task(loop, COROUTINE(napper_new(1e6, "", "")));
    run_passes(1);
    loop_call_later(loop, &set, 1000, speak, words(""));
    loop_add_signal_handler(second, SIGUSR1, speak, NULL);
    open_pair(pair);
}

static void free_things(void)
{
    struct future *const futures[] = {pending, watched,   settled,
                                      foreign, cancelled, &task->future};

    timer_cancel(loop, &set);
    handle_cancel(loop, &in_line);
    for (size_t i = 0; i < sizeof futures / sizeof futures[0]; i++)
        future_free(futures[i]);
    ck_assert(loop_free(second));
    close_pair(pair);
}

/* ---- the misuses: each returns what the call returned ---- */

#define MISUSE(name, call) \
    static bool name(void) \
    {                      \
        return (call);     \
    }

MISUSE(run_forever, loop_run_forever(loop))
MISUSE(run_future, loop_run_until_complete(loop, &pending->co, NULL))
MISUSE(run_object, loop_run_until_complete(loop, object(), NULL))
MISUSE(run_second, loop_run_forever(second))
MISUSE(run_second_object, loop_run_until_complete(second, object(), NULL))
MISUSE(run_foreign, loop_run_until_complete(loop, &foreign->co, NULL))
MISUSE(run_nothing, loop_run_until_complete(loop, NULL, NULL))
MISUSE(async_run_object, async_run(object(), NULL))
MISUSE(async_run_future, async_run(&pending->co, NULL))
MISUSE(async_run_nothing, async_run(NULL, NULL))
MISUSE(close_loop, loop_close(loop))
MISUSE(free_loop, loop_free(loop))
MISUSE(make_loop, loop_new("horse") != NULL)
MISUSE(running_loop_of_none, async_get_running_loop() != NULL)

MISUSE(soon, loop_call_soon(loop, NULL, speak, NULL))
MISUSE(soon_handle, loop_call_soon(loop, &fresh, speak, NULL))
MISUSE(soon_nothing, loop_call_soon(loop, &fresh, NULL, NULL))
MISUSE(later, loop_call_later(loop, NULL, 1, speak, NULL))
MISUSE(later_timer, loop_call_later(loop, &unset, 1, speak, NULL))
MISUSE(later_nothing, loop_call_later(loop, &unset, 1, NULL, NULL))
MISUSE(later_nan, loop_call_later(loop, &unset, NAN, speak, NULL))
MISUSE(later_nan_own, loop_call_later(loop, NULL, -NAN, speak, NULL))
MISUSE(later_set, loop_call_later(loop, &set, 1, speak, NULL))
MISUSE(at, loop_call_at(loop, NULL, 1, speak, NULL))
MISUSE(at_timer, loop_call_at(loop, &unset, 1, speak, NULL))
MISUSE(at_nothing, loop_call_at(loop, &unset, 1, NULL, NULL))
MISUSE(at_nan, loop_call_at(loop, &unset, NAN, speak, NULL))
MISUSE(at_set, loop_call_at(loop, &set, 1, speak, NULL))
MISUSE(from_thread, loop_call_soon_threadsafe(loop, NULL, speak, NULL))
MISUSE(from_thread_handle,
       loop_call_soon_threadsafe(loop, &threadsafe, speak, NULL))
MISUSE(from_thread_nothing, loop_call_soon_threadsafe(loop, NULL, NULL, NULL))

static bool soon_twice(void)
{
    handle_cancel(loop, &in_line);
    ck_assert(loop_call_soon(loop, &in_line, speak, words("")));
    return loop_call_soon(loop, &in_line, speak, words("twice"));
}

static bool later_extreme(void)
{
    static const double delays[] = {1e18, 1e300, INFINITY, -1e300, -INFINITY};

    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        if (!loop_call_later(loop, &unset, delays[i], speak, NULL))
            return false;
        timer_cancel(loop, &unset);
        if (!loop_call_at(loop, &unset, delays[i], speak, NULL))
            return false;
        timer_cancel(loop, &unset);
    }
    return true;
}

MISUSE(reader, loop_add_reader(loop, pair[0], speak, NULL))
MISUSE(reader_nothing, loop_add_reader(loop, pair[0], NULL, NULL))
MISUSE(reader_negative, loop_add_reader(loop, -1, speak, NULL))
MISUSE(reader_closed, loop_add_reader(loop, 98765, speak, NULL))
MISUSE(writer, loop_add_writer(loop, pair[0], speak, NULL))
MISUSE(writer_nothing, loop_add_writer(loop, pair[0], NULL, NULL))
MISUSE(writer_negative, loop_add_writer(loop, -1, speak, NULL))
MISUSE(signal_usr2, loop_add_signal_handler(loop, SIGUSR2, speak, NULL))
MISUSE(signal_nothing, loop_add_signal_handler(loop, SIGUSR2, NULL, NULL))
MISUSE(signal_0, loop_add_signal_handler(loop, 0, speak, NULL))
MISUSE(signal_negative, loop_add_signal_handler(loop, -9, speak, NULL))
MISUSE(signal_9999, loop_add_signal_handler(loop, 9999, speak, NULL))
MISUSE(signal_kill, loop_add_signal_handler(loop, SIGKILL, speak, NULL))
MISUSE(signal_foreign, loop_add_signal_handler(loop, SIGUSR1, speak, NULL))

MISUSE(set_again, future_set_result(settled, words("again")))
MISUSE(fail_again, future_set_error(settled, &error_eof))
MISUSE(set_cancelled, future_set_result(cancelled, NULL))
MISUSE(fail_cancelled, future_set_error(cancelled, &error_eof))
MISUSE(fail_with_nothing, future_set_error(pending, NULL))
MISUSE(set_task, future_set_result(&task->future, NULL))
MISUSE(fail_task, future_set_error(&task->future, &error_eof))
MISUSE(read_early, future_result(pending, NULL))
MISUSE(read_cancelled, future_result(cancelled, NULL))
MISUSE(tell_nobody, future_add_done_callback(pending, NULL, NULL))
MISUSE(tell, future_add_done_callback(settled, note, NULL))
MISUSE(set_watched, future_set_result(watched, NULL))
MISUSE(fail_watched, future_set_error(watched, &error_eof))

static bool read_error_early(void)
{
    const struct error *error;

    return future_error(pending, &error);
}

MISUSE(task_of_future, loop_create_task(loop, &pending->co) != NULL)
MISUSE(task_of_nothing, loop_create_task(loop, NULL) != NULL)
MISUSE(task_of_object, loop_create_task(loop, object()) != NULL)
MISUSE(task_new_object, task_new(loop, object()) != NULL)
MISUSE(task_without_loop, async_create_task(object()) != NULL)
MISUSE(future_without_loop, async_create_task(&pending->co) != NULL)
MISUSE(ensure_object, async_ensure_future(object(), loop) != NULL)
MISUSE(ensure_without_loop, async_ensure_future(object(), NULL) != NULL)
MISUSE(ensure_foreign, async_ensure_future(&foreign->co, loop) != NULL)
MISUSE(ensure_nothing, async_ensure_future(NULL, loop) != NULL)
MISUSE(await_foreign,
       loop_run_until_complete(loop, COROUTINE(waiter_new(foreign, NULL)),
                               NULL))
MISUSE(sleep_nan,
       loop_run_until_complete(loop, COROUTINE(async_sleep(NAN)), NULL))

static struct task *no_task(struct loop *of, struct coroutine *given)
{
    (void)of;
    coroutine_close(given);
    error_raise(&error_not_implemented);
    return NULL;
}

static bool factory_refuses(void)
{
    loop_set_task_factory(loop, no_task);
    bool made = loop_create_task(loop, object()) != NULL;
    loop_set_task_factory(loop, NULL);
    return made;
}

static bool factory_refuses_a_run(void)
{
    loop_set_task_factory(loop, no_task);
    bool ran = loop_run_until_complete(loop, object(), NULL);
    loop_set_task_factory(loop, NULL);
    return ran;
}

static bool create_future(void)
{
    struct future *future = loop_create_future(loop);

    future_free(future);
    return future != NULL;
}

/* ---- the table ---- */

enum where {
    IDLE,   /* the loop does not run */
    INSIDE, /* in a callback of the loop */
    CLOSED,
};

/* `error` NULL: it is none after all, the call succeeds. */
static const struct misuse {
    const char *what;
    enum where where;
    bool (*call)(void);
    const struct error *error;
} table[] = {
    {"run a loop that runs", INSIDE, run_forever, &error_runtime},
    {"run it for a future", INSIDE, run_future, &error_runtime},
    {"run it for an object", INSIDE, run_object, &error_runtime},
    {"run another loop inside", INSIDE, run_second, &error_runtime},
    {"and for an object", INSIDE, run_second_object, &error_runtime},
    {"async_run() inside", INSIDE, async_run_object, &error_runtime},
    {"and for a future", INSIDE, async_run_future, &error_runtime},
    {"close a loop that runs", INSIDE, close_loop, &error_runtime},
    {"free a loop that runs", INSIDE, free_loop, &error_runtime},
    {"an unknown selector", IDLE, make_loop, &error_os},
    {"ask for the running loop", IDLE, running_loop_of_none, &error_runtime},

    {"run a closed loop", CLOSED, run_forever, &error_runtime},
    {"run it for a future", CLOSED, run_future, &error_runtime},
    {"run it for an object", CLOSED, run_object, &error_runtime},
    {"call soon", CLOSED, soon, &error_runtime},
    {"call soon by a handle", CLOSED, soon_handle, &error_runtime},
    {"call later", CLOSED, later, &error_runtime},
    {"call later by a timer", CLOSED, later_timer, &error_runtime},
    {"call at", CLOSED, at, &error_runtime},
    {"call at by a timer", CLOSED, at_timer, &error_runtime},
    {"call threadsafe", CLOSED, from_thread, &error_runtime},
    {"and by a handle", CLOSED, from_thread_handle, &error_runtime},
    {"create a task", CLOSED, task_of_object, &error_runtime},
    {"make a task", CLOSED, task_new_object, &error_runtime},
    {"ensure a future", CLOSED, ensure_object, &error_runtime},
    {"add a reader", CLOSED, reader, &error_runtime},
    {"add a writer", CLOSED, writer, &error_runtime},
    {"add a signal handler", CLOSED, signal_usr2, &error_runtime},
    {"add a done callback", CLOSED, tell, &error_runtime},
    {"settle what has callbacks", CLOSED, set_watched, &error_runtime},
    {"fail what has callbacks", CLOSED, fail_watched, &error_runtime},
    {"create a future", CLOSED, create_future, NULL},
    {"close it again", CLOSED, close_loop, NULL},

    {"no callback: soon", IDLE, soon_nothing, &error_type},
    {"later", IDLE, later_nothing, &error_type},
    {"at", IDLE, at_nothing, &error_type},
    {"threadsafe", IDLE, from_thread_nothing, &error_type},
    {"as reader", IDLE, reader_nothing, &error_type},
    {"as writer", IDLE, writer_nothing, &error_type},
    {"for a signal", IDLE, signal_nothing, &error_type},
    {"for a future", IDLE, tell_nobody, &error_type},

    {"after NaN seconds", IDLE, later_nan, &error_value},
    {"without a timer", IDLE, later_nan_own, &error_value},
    {"at NaN", IDLE, at_nan, &error_value},
    {"sleep for NaN seconds", IDLE, sleep_nan, &error_value},
    {"after more time than there is", IDLE, later_extreme, NULL},
    {"set a timer twice: later", IDLE, later_set, &error_runtime},
    {"at", IDLE, at_set, &error_runtime},
    {"a handle in line twice", IDLE, soon_twice, &error_runtime},

    {"a negative descriptor as reader", IDLE, reader_negative, &error_value},
    {"as writer", IDLE, writer_negative, &error_value},
    {"a closed descriptor", IDLE, reader_closed, &error_value},
    {"signal 0", IDLE, signal_0, &error_value},
    {"signal -9", IDLE, signal_negative, &error_value},
    {"signal 9999", IDLE, signal_9999, &error_value},
    {"SIGKILL", IDLE, signal_kill, &error_runtime},
    {"a signal of another loop", IDLE, signal_foreign, &error_runtime},

    {"settle twice", IDLE, set_again, &error_invalid_state},
    {"fail what is settled", IDLE, fail_again, &error_invalid_state},
    {"settle what is cancelled", IDLE, set_cancelled, &error_invalid_state},
    {"fail what is cancelled", IDLE, fail_cancelled, &error_invalid_state},
    {"fail without an error", IDLE, fail_with_nothing, &error_type},
    {"set a task's result", IDLE, set_task, &error_runtime},
    {"set a task's error", IDLE, fail_task, &error_runtime},
    {"read too early", IDLE, read_early, &error_invalid_state},
    {"read the error too early", IDLE, read_error_early, &error_invalid_state},
    {"read what is cancelled", IDLE, read_cancelled, &error_cancelled},

    {"a task of a future", IDLE, task_of_future, &error_type},
    {"async_run() of a future", IDLE, async_run_future, &error_type},
    {"and while no loop runs", IDLE, future_without_loop, &error_runtime},
    {"of nothing", IDLE, task_of_nothing, &error_memory},
    {"run until nothing completes", IDLE, run_nothing, &error_memory},
    {"async_run() of nothing", IDLE, async_run_nothing, &error_memory},
    {"ensure nothing", IDLE, ensure_nothing, &error_memory},
    {"a task while no loop runs", IDLE, task_without_loop, &error_runtime},
    {"the same", IDLE, ensure_without_loop, &error_runtime},
    {"ensure a foreign future", IDLE, ensure_foreign, &error_value},
    {"run until a foreign one", IDLE, run_foreign, &error_value},
    {"await a foreign one", IDLE, await_foreign, &error_runtime},
    {"no task from the factory", IDLE, factory_refuses, &error_not_implemented},
    {"nor when run", IDLE, factory_refuses_a_run, &error_not_implemented},
};

enum { ROWS = sizeof table / sizeof table[0] };

/* A callback, too. */
static void commit(void *data)
{
    const struct misuse *row = data;
    struct loop_census before = loop_census(loop);

    error_raise(&error_memory); /* as if COROUTINE() had failed */
    bool done = row->call();
    const struct error *why = error_last();
    struct loop_census after = loop_census(loop);
    ck_assert_msg(done == (row->error == NULL), "%s: returned %d", row->what,
                  done);
    ck_assert_msg(done || error_is(why, row->error), "%s: %s: %s", row->what,
                  error_name(why), error_message(why));
    ck_assert_msg(
        before.futures == after.futures && before.tasks == after.tasks &&
            before.handles == after.handles && before.watched == after.watched,
        "%s: something has changed", row->what);
    speak(words("committed "));
}

START_TEST(each_is_refused_by_name_and_changes_nothing)
{
    const struct misuse *row = &table[_i];
    void *data = (void *)(uintptr_t)row;

    make_things();
    if (row->where == CLOSED)
        ck_assert(loop_close(loop));
    if (row->where == INSIDE) {
        loop_call_soon(loop, NULL, commit, data);
        run_passes(1);
    } else {
        commit(data);
    }
    if (row->where != CLOSED) {
        loop_call_soon(loop, NULL, speak, words("soon "));
        loop_call_soon_threadsafe(loop, NULL, speak, words("woken "));
        loop_call_later(loop, NULL, 1, speak, words("later"));
        run_for(2);
        ck_assert_msg(strcmp(said, "committed soon woken later") == 0, "%s: %s",
                      row->what, said);
        task_cancel(task, NULL);
        run_passes(1);
    }
    free_things();
}
END_TEST

/* ---- what aborts ---- */

static void give_twice(void)
{
    struct coroutine *given = object();

    task_free(task_new(loop, given));
    task_free(task_new(loop, given));
}

static void close_what_was_given(void)
{
    struct coroutine *given = object();

    task_free(task_new(loop, given));
    coroutine_close(given);
}

static void give_part_of_a_frame(void)
{
    static struct {
        char others[1024];
        struct napper part;
    } frame;

    frame.part = napper_new(0, "", "");
    task_new(loop, &frame.part.co);
}

static void free_what_is_awaited(void)
{
    struct future *future = loop_create_future(loop);

    task_free(wait_in_task(future, NULL));
    run_passes(1);
    future_free(future);
}

static void resume_what_is_over(void)
{
    struct napper frame = napper_new(0, "", "");

    frame.co.line = CO_OVER;
    frame.co.function = "napper";
    frame.co.resume(&frame.co);
}

static const char no_object[] =
    "a coroutine was given away that is no object, or is no longer yours: "
    "make one with COROUTINE()\n";

static const struct abort_row {
    void (*call)(void);
    const char *line;
} aborting[] = {
    {give_twice, no_object},
    {close_what_was_given, no_object},
    {give_part_of_a_frame, no_object},
    {free_what_is_awaited,
     "a pending future is freed while somebody waits for it\n"},
    {resume_what_is_over,
     "coroutine napper resumed at line -1, where it does not wait\n"},
};

enum { ABORTING = sizeof aborting / sizeof aborting[0] };

START_TEST(what_cannot_go_on_says_why_in_one_line_and_aborts)
{
    char text[512] = "";
    size_t length = 0;
    ssize_t count;
    int fds[2], status;

    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        dup2(fds[1], STDERR_FILENO);
        aborting[_i].call();
        _exit(EXIT_SUCCESS);
    }
    close(fds[1]);
    while ((count = read(fds[0], text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)count;
    close(fds[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_str_eq(text, aborting[_i].line);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loop_misuse");
    TCase *tcase = tcase_create("loop_misuse");

    tcase_add_checked_fixture(tcase, each_begins, each_ends);
    tcase_add_loop_test(tcase, each_is_refused_by_name_and_changes_nothing, 0,
                        ROWS);
    tcase_add_loop_test(
        tcase, what_cannot_go_on_says_why_in_one_line_and_aborts, 0, ABORTING);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
