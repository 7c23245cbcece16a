/*
 * stop_test.c - the first signal asks the crawl to stop, the second ends it.
 */
#include "common/stop.h"

#include "support.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const int signals[] = {SIGINT, SIGTERM};

static bool is_readable(int fd)
{
    struct pollfd readable = {.fd = fd, .events = POLLIN};

    return poll(&readable, 1, 0) == 1 && (readable.revents & POLLIN) != 0;
}

static void (*handler_of(int number))(int)
{
    struct sigaction action;

    ck_assert_int_eq(sigaction(number, NULL, &action), 0);
    return action.sa_handler;
}

START_TEST(before_any_signal_nothing_asks_to_stop)
{
    ck_assert_int_eq(stop_install(), 0);
    ck_assert_int_eq(stop_signal(), 0);
    ck_assert(!is_readable(stop_fd()));
    stop_uninstall();
}
END_TEST

START_TEST(the_first_signal_is_remembered_and_can_be_polled)
{
    ck_assert_int_eq(stop_install(), 0);
    ck_assert_int_eq(raise(signals[_i]), 0);
    ck_assert_int_eq(stop_signal(), signals[_i]);
    ck_assert(is_readable(stop_fd()));
    ck_assert(is_readable(stop_fd())); /* it stays so */
    stop_uninstall();
}
END_TEST

START_TEST(the_handler_leaves_errno_alone)
{
    ck_assert_int_eq(stop_install(), 0);
    errno = ENOTTY;
    raise(SIGINT);
    ck_assert_int_eq(errno, ENOTTY);
    stop_uninstall();
}
END_TEST

START_TEST(the_second_signal_leaves_at_once_with_its_number)
{
    int status;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (stop_install() < 0)
            _exit(1);
        raise(signals[!_i]);
        raise(signals[_i]);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 128 + signals[_i]);
}
END_TEST

START_TEST(a_signal_interrupts_a_call_that_waits)
{
    sigset_t held, none;

    ck_assert_int_eq(stop_install(), 0);
    sigemptyset(&none);
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_BLOCK, &held, NULL);
    raise(SIGINT); /* comes as soon as ppoll lets it */
    ck_assert_int_eq(ppoll(NULL, 0, NULL, &none), -1);
    ck_assert_int_eq(errno, EINTR);
    stop_uninstall();
}
END_TEST

/* Asks its parent to stop, which writes into a full pipe, and then reads. */
static _Noreturn void stop_a_writer(pid_t writer, int fd, int number)
{
    char bytes[4096];
    int unread = 0;

    while (unread < 4096)
        ioctl(fd, FIONREAD, &unread);
    kill(writer, number);
    while (read(fd, bytes, sizeof bytes) > 0)
        continue;
    _exit(0);
}

START_TEST(what_is_being_written_is_written_all_the_same)
{
    static char bytes[4096];
    int ends[2];

    ck_assert_int_eq(stop_install(), 0);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fcntl(ends[1], F_SETPIPE_SZ, 4096), 4096);
    pid_t writer = getpid(), pid = fork();
    if (pid == 0) {
        close(ends[1]);
        stop_a_writer(writer, ends[0], signals[_i]);
    }
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(write(ends[1], bytes, sizeof bytes), sizeof bytes);
    close(ends[1]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert_int_eq(stop_signal(), signals[_i]);
    close(ends[0]);
    stop_uninstall();
}
END_TEST

START_TEST(a_closed_pipe_is_an_error_and_no_signal)
{
    int ends[2];

    ck_assert_int_eq(stop_install(), 0);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    ck_assert_int_eq(write(ends[1], "x", 1), -1);
    ck_assert_int_eq(errno, EPIPE);
    close(ends[1]);
    stop_uninstall();
}
END_TEST

START_TEST(a_worker_leaves_ctrl_c_to_its_parent_and_ends_by_sigterm)
{
    int descriptors = count_descriptors();

    ck_assert_int_eq(stop_install(), 0);
    stop_leave_to_parent();
    ck_assert(handler_of(SIGINT) == SIG_IGN);
    ck_assert(handler_of(SIGTERM) == SIG_DFL);
    ck_assert_int_eq(raise(SIGINT), 0);
    ck_assert_int_eq(stop_signal(), 0);
    ck_assert_int_eq(count_descriptors(), descriptors);
}
END_TEST

START_TEST(afterwards_the_signals_are_as_ever_and_no_descriptor_is_left)
{
    int descriptors = count_descriptors();

    ck_assert_int_eq(stop_install(), 0);
    ck_assert_int_gt(count_descriptors(), descriptors);
    stop_uninstall();
    stop_uninstall();
    ck_assert(handler_of(SIGINT) == SIG_DFL);
    ck_assert(handler_of(SIGTERM) == SIG_DFL);
    ck_assert_int_eq(count_descriptors(), descriptors);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stop");
    TCase *tcase = tcase_create("stop");

    tcase_add_test(tcase, before_any_signal_nothing_asks_to_stop);
    tcase_add_loop_test(tcase, the_first_signal_is_remembered_and_can_be_polled,
                        0, 2);
    tcase_add_test(tcase, the_handler_leaves_errno_alone);
    tcase_add_loop_test(tcase, the_second_signal_leaves_at_once_with_its_number,
                        0, 2);
    tcase_add_test(tcase, a_signal_interrupts_a_call_that_waits);
    tcase_add_loop_test(tcase, what_is_being_written_is_written_all_the_same, 0,
                        2);
    tcase_add_test(tcase, a_closed_pipe_is_an_error_and_no_signal);
    tcase_add_test(tcase,
                   a_worker_leaves_ctrl_c_to_its_parent_and_ends_by_sigterm);
    tcase_add_test(
        tcase, afterwards_the_signals_are_as_ever_and_no_descriptor_is_left);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
