/*
 * subprocess_test.c - other programs: mostly sh(1), told line by line what to
 * do, so that nobody has to sleep.
 */
#include "stages/07-loop/gather.h"
#include "stages/07-loop/subprocess.h"

#include "loop_by_hand.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

static const struct process_pipes all_pipes = {PROCESS_PIPE, PROCESS_PIPE,
                                               PROCESS_PIPE, 0};
static const struct process_pipes no_pipes = {PROCESS_DEVNULL, PROCESS_DEVNULL,
                                              PROCESS_DEVNULL, 0};

/* ---- starting one, which only a running loop does ---- */

struct order {
    const char *const *argv;
    const struct process_pipes *pipes;
    struct process *process;
    const struct error *error;
};

static void carry_out(void *data)
{
    struct order *order = data;

    order->process = async_create_subprocess_exec(order->argv, order->pipes);
    if (order->process == NULL)
        order->error = error_last();
}

static struct order try_to_start(const char *const argv[],
                                 const struct process_pipes *pipes)
{
    struct order order = {argv, pipes, NULL, NULL};

    ck_assert(loop_call_soon(loop, NULL, carry_out, &order));
    run_passes(1);
    return order;
}

static struct process *sh(const char *command,
                          const struct process_pipes *pipes)
{
    struct order order =
        try_to_start((const char *[]){"sh", "-c", command, NULL}, pipes);

    ck_assert_msg(order.process != NULL, "%s", error_message(order.error));
    return order.process;
}

/* ---- what is awaited ---- */

static struct task *start(struct coroutine *object)
{
    struct task *task = loop_create_task(loop, object);

    ck_assert_ptr_nonnull(task);
    return task;
}

/* A callback. */
static void done(struct future *future, void *data)
{
    (void)data;
    loop_stop(future_get_loop(future));
}

/* Until it is done, however long that takes. */
static void see_done(struct task *task)
{
    if (future_done(&task->future))
        return;
    ck_assert(future_add_done_callback(&task->future, done, NULL));
    ck_assert(loop_run_forever(loop));
    ck_assert(future_done(&task->future));
}

static struct task *start_wait(struct process *process)
{
    return start(COROUTINE(process_wait(process)));
}

static void must_end_with(struct task *wait, int code)
{
    see_done(wait);
    ck_assert_ptr_null(wait->co.error);
    ck_assert_int_eq(value_number(wait->result), code);
    task_free(wait);
}

static void must_end(struct process *process, int code)
{
    int known = 12345;

    must_end_with(start_wait(process), code);
    ck_assert(process_returncode(process, &known));
    ck_assert_int_eq(known, code);
}

static void must_fail(struct task *task, const struct error *kind)
{
    const struct error *error = NULL;

    see_done(task);
    ck_assert(future_error(&task->future, &error));
    ck_assert_msg(error_is(error, kind), "it failed with %s: %s",
                  error_name(error), error_message(error));
    task_free(task);
}

static struct task *start_read(struct stream_reader *reader)
{
    return start(COROUTINE(stream_reader_readline(reader)));
}

static void must_read(struct task *read, const char *text)
{
    see_done(read);
    ck_assert_ptr_null(read->co.error);
    ck_assert_str_eq(read->result, text);
    task_free(read);
}

static void say_to(struct process *process, const char *text)
{
    ck_assert(stream_writer_write(process_stdin(process), text, strlen(text)));
}

static struct process_communicate *talk_of(struct task *task)
{
    return (struct process_communicate *)task_get_coroutine(task);
}

static struct task *start_talk(struct process *process, const char *input)
{
    return start(COROUTINE(process_communicate(
        process, input, input != NULL ? strlen(input) : 0)));
}

/* Speaks with it, and it answers so; NULL: there is no pipe. */
static void must_answer(struct process *process, const char *input,
                        const char *out, const char *err)
{
    struct task *task = start_talk(process, input);
    const struct process_communicate *talk = talk_of(task);

    see_done(task);
    ck_assert_msg(task->co.error == NULL, "%s", error_message(task->co.error));
    ck_assert_pstr_eq(talk->out, out);
    ck_assert_pstr_eq(talk->err, err);
    ck_assert_uint_eq(talk->out_size, out != NULL ? strlen(out) : 0);
    ck_assert_ptr_eq(task->result, talk->out);
    task_free(task);
}

/* ---- how it ends ---- */

START_TEST(its_exit_status_is_the_result)
{
    struct process *process = sh("exit 3", &no_pipes);

    ck_assert_int_gt(process_pid(process), 0);
    must_end(process, 3);
    must_end(process, 3); /* once more */
    ck_assert_ptr_null(process_stdin(process));
    ck_assert_ptr_null(process_stdout(process));
    ck_assert_ptr_null(process_stderr(process));
    process_free(process);
}
END_TEST

START_TEST(one_that_a_signal_ended_has_its_number_below_zero)
{
    struct process *process = sh("read line", &all_pipes);
    int code = 0;

    ck_assert(!process_returncode(process, &code));
    if (_i == 0)
        ck_assert(process_terminate(process));
    else if (_i == 1)
        ck_assert(process_kill(process));
    else
        ck_assert(process_send_signal(process, SIGUSR1));
    must_end(process, _i == 0 ? -SIGTERM : _i == 1 ? -SIGKILL : -SIGUSR1);
    ck_refused(process_kill(process), error_os);
    ck_assert_int_eq(error_last()->number, ESRCH);
    process_free(process);
}
END_TEST

START_TEST(a_signal_that_is_none_is_refused)
{
    struct process *process = sh("read line", &all_pipes);

    ck_refused(process_send_signal(process, 12345), error_os);
    ck_assert_int_eq(error_last()->number, EINVAL);
    process_free(process);
}
END_TEST

START_TEST(one_that_is_stopped_has_not_ended_and_can_be_killed)
{
    struct process *process = sh("read line; echo $line", &all_pipes);
    siginfo_t info;
    int code;

    ck_assert(process_send_signal(process, SIGSTOP));
    ck_assert_int_eq(
        waitid(P_PID, (id_t)process_pid(process), &info, WSTOPPED | WNOWAIT),
        0);
    say_to(process, "line\n");
    run_passes(3);
    ck_assert(!process_returncode(process, &code));
    if (_i == 0) {
        ck_assert(process_kill(process));
        must_end(process, -SIGKILL);
    } else if (_i == 1) {
        ck_assert(process_send_signal(process, SIGCONT));
        must_read(start_read(process_stdout(process)), "line\n");
        must_end(process, 0);
    } /* or it is let go while it is stopped */
    process_free(process);
}
END_TEST

START_TEST(several_may_wait_and_one_that_is_cancelled_disturbs_no_other)
{
    struct process *process = sh("read line; exit 5", &all_pipes);
    struct task *waits[3];

    for (int i = 0; i < 3; i++)
        waits[i] = start_wait(process);
    run_passes(2);
    task_cancel(waits[_i], NULL);
    see_done(waits[_i]);
    ck_assert(future_cancelled(&waits[_i]->future));
    say_to(process, "now\n");
    for (int i = 0; i < 3; i++)
        if (i == _i)
            task_free(waits[i]);
        else
            must_end_with(waits[i], 5);
    process_free(process);
}
END_TEST

START_TEST(that_someone_else_reaped_it_is_255_as_in_python)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGCHLD, &ignore, NULL);
    struct process *process = sh("exit 3", &no_pipes);
    must_end(process, 255);
    process_free(process);
}
END_TEST

/* ---- its pipes ---- */

START_TEST(its_streams_are_read_and_written)
{
    struct process *process =
        sh("read a; echo out $a; echo err $a >&2; read b; echo $b", &all_pipes);

    say_to(process, "one\n"); /* before the loop has run again */
    must_read(start_read(process_stdout(process)), "out one\n");
    must_read(start_read(process_stderr(process)), "err one\n");
    say_to(process, "two\n");
    must_read(start_read(process_stdout(process)), "two\n");
    must_read(start_read(process_stdout(process)), "");
    must_end(process, 0);
    process_free(process);
}
END_TEST

START_TEST(stderr_may_lead_to_where_stdout_leads_or_nowhere)
{
    struct process *process =
        sh("echo out; echo err >&2",
           &(struct process_pipes){.out = PROCESS_PIPE,
                                   .err = _i == 0 ? PROCESS_STDOUT
                                                  : PROCESS_DEVNULL});

    must_answer(process, NULL, _i == 0 ? "out\nerr\n" : "out\n", NULL);
    process_free(process);
}
END_TEST

START_TEST(what_is_not_a_pipe_is_ours)
{
    struct capture capture;
    struct process *process;

    capture_begin(&capture, stdout);
    process = sh("echo to our own", &(struct process_pipes){0});
    must_end(process, 0);
    char *text = capture_end(&capture);
    ck_assert_str_eq(text, "to our own\n");
    free(text);
    process_free(process);
}
END_TEST

static int count_inherited(void)
{
    int count = 0;

    for (int fd = STDERR_FILENO + 1; fd < 1024; fd++)
        if (fcntl(fd, F_GETFD) == 0) /* it is there, and not close-on-exec */
            count++;
    return count;
}

START_TEST(it_has_none_of_the_loops_descriptors)
{
    char expected[16];

    loop_end();
    int inherited = count_inherited();
    loop_begin(NULL);
    struct process *process =
        sh("set -- /proc/$$/fd/*; echo $#",
           &(struct process_pipes){.in = PROCESS_DEVNULL, .out = PROCESS_PIPE});
    snprintf(expected, sizeof expected, "%d\n",
             inherited + 4); /* the last one looks */
    must_answer(process, NULL, expected, NULL);
    process_free(process);
}
END_TEST

START_TEST(it_begins_with_no_signal_blocked_and_dies_of_a_broken_pipe)
{
    sigset_t all;

    signal(SIGPIPE, SIG_IGN);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    struct process *process =
        sh("read go; kill -PIPE $$; echo survived", &all_pipes);
    say_to(process, "\n");
    must_end(process, -SIGPIPE);
    process_free(process);
}
END_TEST

START_TEST(it_may_close_its_pipes_long_before_it_ends)
{
    struct process *process =
        sh("exec >&- 2>&-; read line; exit 4", &all_pipes);
    int code;

    must_read(start_read(process_stdout(process)), "");
    must_read(start_read(process_stderr(process)), "");
    ck_assert(!process_returncode(process, &code));
    struct task *wait = start_wait(process);
    say_to(process, "now\n");
    must_end_with(wait, 4);
    process_free(process);
}
END_TEST

START_TEST(to_end_our_half_of_its_stdin_is_to_close_it)
{
    struct process *process = sh("cat; exit 6", &all_pipes);

    say_to(process, "all of it\n");
    stream_writer_write_eof(process_stdin(process));
    ck_assert(stream_writer_is_closing(process_stdin(process)));
    must_read(start_read(process_stdout(process)), "all of it\n");
    must_end(process, 6);
    process_free(process);
}
END_TEST

/* What our end of its stdin comes to when it ends without reading. */
START_TEST(that_it_ends_before_it_has_read_is_a_broken_pipe)
{
    struct process *process = sh("exit 0", &all_pipes);
    char *much = calloc(1, 1 << 20);

    ck_assert(stream_writer_write(process_stdin(process), much, 1 << 20));
    free(much);
    must_end(process, 0);
    must_fail(start(COROUTINE(stream_writer_drain(process_stdin(process)))),
              &error_os);
    process_free(process);
}
END_TEST

START_TEST(a_grandchild_with_the_pipe_keeps_it_open)
{
    struct process *process =
        sh("exec 3<&0; (read line <&3; echo $line) & exit 7", &all_pipes);
    struct task *wait = start_wait(process);
    int code;

    while (!process_returncode(process, &code))
        run_passes(1);
    ck_assert_int_eq(code, 7);
    run_passes(3);
    ck_assert(!future_done(&wait->future)); /* as in Python 3.11 */
    must_end(process, 7);                   /* but who asks later */
    ck_assert(process_kill(process));       /* nothing happens */
    say_to(process, "late\n");
    must_read(start_read(process_stdout(process)), "late\n");
    must_read(start_read(process_stdout(process)), "");
    must_end_with(wait, 7);
    process_free(process);
}
END_TEST

/* ---- communicate ---- */

START_TEST(to_communicate_is_to_write_to_read_all_and_to_wait)
{
    struct process *process =
        sh("echo err >&2; sort; echo end; exit 2", &all_pipes);

    must_answer(process, "b\na\n", "a\nb\nend\n", "err\n");
    must_end(process, 2);
    must_answer(process, "too late", "", ""); /* as in Python */
    process_free(process);
}
END_TEST

START_TEST(without_pipes_it_is_only_to_wait)
{
    struct process *process = sh("exit 2", &no_pipes);

    must_answer(process, NULL, NULL, NULL);
    must_end(process, 2);
    process_free(process);
}
END_TEST

START_TEST(an_empty_input_closes_stdin_and_none_does_not)
{
    struct process *process = sh("cat; echo end", &all_pipes);

    if (_i == 0) {
        must_answer(process, "", "end\n", "");
    } else {
        struct task *task = start_talk(process, NULL);
        run_passes(5);
        say_to(process, "line\n");
        ck_assert(!future_done(&task->future));
        stream_writer_close(process_stdin(process));
        see_done(task);
        ck_assert_str_eq(task->result, "line\nend\n");
        task_free(task);
    }
    process_free(process);
}
END_TEST

START_TEST(much_goes_both_ways_at_once)
{
    enum { MUCH = 1 << 20 };
    char *much = calloc(1, MUCH + 1);
    struct process *process = sh("tee /dev/stderr", &all_pipes);

    for (size_t i = 0; i < MUCH; i++)
        much[i] = (char)('a' + i % 25);
    must_answer(process, much, much, much);
    free(much);
    process_free(process);
}
END_TEST

START_TEST(that_it_does_not_read_its_input_is_no_error)
{
    char *much = malloc(1 << 20);
    struct process *process =
        sh(_i == 0 ? "exit 9" : "read line; exec <&-; echo $line; exit 9",
           &all_pipes);

    memset(much, '\n', 1 << 20);
    much[(1 << 20) - 1] = '\0';
    must_answer(process, much, _i == 0 ? "" : "\n", "");
    free(much);
    must_end(process, 9);
    process_free(process);
}
END_TEST

START_TEST(two_who_communicate_at_once_cannot_both_read)
{
    struct process *process = sh("cat", &all_pipes);
    struct task *first = start_talk(process, NULL),
                *second = start_talk(process, "from the second");

    must_fail(second, &error_runtime);
    stream_writer_close(process_stdin(process));
    see_done(first);
    ck_assert_str_eq(first->result, "from the second");
    task_free(first);
    process_free(process);
}
END_TEST

START_TEST(who_communicates_may_be_cancelled_at_any_time)
{
    char *much = calloc(1, 1 << 20);
    struct process *process = sh("read line; cat >/dev/null", &all_pipes);

    memset(much, 'x', (1 << 20) - 1);
    struct task *task = start_talk(process, much);
    run_passes(_i);
    task_cancel(task, NULL);
    see_done(task);
    ck_assert(future_cancelled(&task->future));
    task_free(task);
    process_free(process);
    free(much);
    run_passes(3);
    ck_assert_uint_eq(loop_census(loop).tasks, 0);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
}
END_TEST

/* ---- it cannot be started ---- */

/* It has descriptors of its own, and hides from us that exec(2) failed. */
static bool is_under_valgrind(void)
{
    const char *libraries = getenv("LD_PRELOAD");

    return libraries != NULL && strstr(libraries, "vgpreload") != NULL;
}

START_TEST(a_program_that_does_not_exist_leaves_nothing)
{
    if (is_under_valgrind())
        return;
    struct order order = try_to_start(
        (const char *[]){"no-such-program-anywhere", NULL}, &all_pipes);

    ck_assert_ptr_null(order.process);
    ck_assert(error_is(order.error, &error_os));
    ck_assert_int_eq(order.error->number, ENOENT);
    run_passes(3);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    order = try_to_start((const char *[]){"/dev/null", NULL}, &all_pipes);
    ck_assert_ptr_null(order.process);
    ck_assert_int_eq(order.error->number, EACCES);
}
END_TEST

START_TEST(without_a_running_loop_there_is_no_process)
{
    ck_refused(async_create_subprocess_shell("exit 1", &all_pipes),
               error_runtime);
}
END_TEST

/* With so many descriptors left; the pipes need six. */
START_TEST(without_descriptors_for_its_pipes_nothing_is_left)
{
    struct rlimit before, few;
    int highest = dup(0);

    if (is_under_valgrind()) {
        close(highest);
        return;
    }

    close(highest);
    getrlimit(RLIMIT_NOFILE, &before);
    few = before;
    few.rlim_cur = (rlim_t)(highest + _i);
    setrlimit(RLIMIT_NOFILE, &few);
    struct order order =
        try_to_start((const char *[]){"true", NULL}, &all_pipes);
    setrlimit(RLIMIT_NOFILE, &before);
    ck_assert_ptr_null(order.process);
    ck_assert_int_eq(order.error->number, EMFILE);
    run_passes(3);
}
END_TEST

START_TEST(our_own_standard_streams_may_be_closed)
{
    int saved[2] = {dup(0), dup(1)};

    close(0);
    close(1);
    struct process *process = sh("cat; echo err >&2", &all_pipes);
    must_answer(process, "through\n", "through\n", "err\n");
    process_free(process);
    run_passes(2);
    for (int i = 0; i < 2; i++) {
        dup2(saved[i], i);
        close(saved[i]);
    }
}
END_TEST

/* ---- letting it go ---- */

START_TEST(one_that_runs_is_killed_when_it_is_let_go_and_who_waits_hears_so)
{
    struct process *process = sh("read line", &all_pipes);
    struct task *wait = start_wait(process),
                *read = start_read(process_stdout(process));

    run_passes(_i);
    process_free(process);
    ck_assert(!has_children());
    if (_i > 0) { /* they have begun to wait */
        must_end_with(wait, -SIGKILL);
        must_fail(read, &error_runtime);
        return;
    }
    task_cancel(wait, NULL);
    task_cancel(read, NULL);
    see_done(wait);
    see_done(read);
    task_free(wait);
    task_free(read);
}
END_TEST

START_TEST(one_that_has_ended_unheard_is_reaped_when_it_is_let_go)
{
    struct process *process = sh("exit 3", &all_pipes);
    siginfo_t info;

    ck_assert_int_eq(
        waitid(P_PID, (id_t)process_pid(process), &info, WEXITED | WNOWAIT), 0);
    run_passes(_i);
    process_free(process);
    ck_assert(!has_children());
}
END_TEST

START_TEST(a_loop_may_be_closed_while_it_runs)
{
    struct process *process = sh("read line", &all_pipes);

    task_free(start_wait(process));
    task_free(start_talk(process, _i % 2 == 0 ? "input" : NULL));
    run_passes(_i);
    ck_assert(loop_close(loop));
    ck_assert(was_logged("Task was destroyed but it is pending!"));
    logged[0] = '\0';
    if (_i < 2)
        process_free(process);
    else
        process_kill(process);
    if (_i < 2) {
        loop_end();
    } else { /* it holds the loop's memory */
        ck_assert(!loop_free(loop));
        logged[0] = '\0';
        process_free(process);
    }
    loop_begin(NULL);
}
END_TEST

/* As Ctrl-C would, or a parent that ends: first who has the process. */
struct owner {
    struct coroutine co;
    void *result;
    struct process *process;
    struct future *both;
};

static struct future *owner(struct coroutine *co)
{
    struct owner *self = (struct owner *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->process =
                       async_create_subprocess_shell("read line", &all_pipes));
    CO_CHECK(self, self->both = async_gather(
                       (struct coroutine *[]){
                           COROUTINE(process_communicate(self->process, "", 0)),
                           COROUTINE(process_wait(self->process))},
                       2));
    CO_AWAIT(self, *self->both);
    CO_FINALLY(self);
    future_free(self->both);
    process_free(self->process);
    CO_END(self);
}

static struct owner owner_new(void)
{
    return (struct owner){.co = CO_INIT(owner)};
}

START_TEST(whoever_has_it_may_end_before_those_who_wait)
{
    struct task *task = start(COROUTINE(owner_new()));

    run_passes(1 + _i / 2);
    if (_i % 2 == 0) {
        task_cancel(task, NULL);
        see_done(task);
        task_free(task);
    } else {
        task_free(task);
        loop_end();
        ck_assert(was_logged("Task was destroyed but it is pending!"));
        logged[0] = '\0';
        loop_begin(NULL);
    }
    ck_assert(!has_children());
}
END_TEST

/* ---- every test ---- */

static int threads_before;

static void process_begins(void)
{
    threads_before = count_threads();
    each_begins();
}

/* One that was joined may be seen for a moment more. */
static bool threads_are_gone(void)
{
    for (int tries = 0; tries < 1000; tries++, sched_yield())
        if (count_threads() == threads_before)
            return true;
    return getenv("LEFTOVERS_THREAD") != NULL; /* a sanitizer's own */
}

static void process_ends(void)
{
    run_passes(3); /* streams that were let go close */
    each_ends();
    ck_assert(!has_children());
    ck_assert_msg(threads_are_gone(), "a thread is left");
}

int main(void)
{
    const struct {
        const TTest *test;
        int turns;
    } tests[] = {
        {its_exit_status_is_the_result, 1},
        {one_that_a_signal_ended_has_its_number_below_zero, 3},
        {a_signal_that_is_none_is_refused, 1},
        {one_that_is_stopped_has_not_ended_and_can_be_killed, 3},
        {several_may_wait_and_one_that_is_cancelled_disturbs_no_other, 3},
        {that_someone_else_reaped_it_is_255_as_in_python, 1},
        {its_streams_are_read_and_written, 1},
        {stderr_may_lead_to_where_stdout_leads_or_nowhere, 2},
        {what_is_not_a_pipe_is_ours, 1},
        {it_has_none_of_the_loops_descriptors, 1},
        {it_begins_with_no_signal_blocked_and_dies_of_a_broken_pipe, 1},
        {it_may_close_its_pipes_long_before_it_ends, 1},
        {to_end_our_half_of_its_stdin_is_to_close_it, 1},
        {that_it_ends_before_it_has_read_is_a_broken_pipe, 1},
        {a_grandchild_with_the_pipe_keeps_it_open, 1},
        {to_communicate_is_to_write_to_read_all_and_to_wait, 1},
        {without_pipes_it_is_only_to_wait, 1},
        {an_empty_input_closes_stdin_and_none_does_not, 2},
        {much_goes_both_ways_at_once, 1},
        {that_it_does_not_read_its_input_is_no_error, 2},
        {two_who_communicate_at_once_cannot_both_read, 1},
        {who_communicates_may_be_cancelled_at_any_time, 6},
        {a_program_that_does_not_exist_leaves_nothing, 1},
        {without_a_running_loop_there_is_no_process, 1},
        {without_descriptors_for_its_pipes_nothing_is_left, 6},
        {our_own_standard_streams_may_be_closed, 1},
        {one_that_runs_is_killed_when_it_is_let_go_and_who_waits_hears_so, 4},
        {one_that_has_ended_unheard_is_reaped_when_it_is_let_go, 5},
        {a_loop_may_be_closed_while_it_runs, 4},
        {whoever_has_it_may_end_before_those_who_wait, 8},
    };
    Suite *suite = suite_create("subprocess");
    TCase *tcase = tcase_create("subprocess");

    tcase_add_checked_fixture(tcase, process_begins, process_ends);
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)
        tcase_add_loop_test(tcase, tests[i].test, 0, tests[i].turns);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
