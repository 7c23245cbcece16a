/*
 * loop_sockets_test.c - the calls of plain sockets, awaited.
 */
#include "stages/07-loop/sockets.h"

#include "loop_by_hand.h"
#include "network.h"

#include <signal.h>

static int pair[2];

/* A call in an object of its own. */
static struct task *start_call(struct sock_call call)
{
    return start(COROUTINE(call));
}

/* What it gave, a number; it must have gone well. */
static long run_call(struct sock_call call)
{
    return value_number(run_well(COROUTINE(call)));
}

static long end_call(struct task *task)
{
    void *result;

    run_until_done(task);
    ck_assert_msg(future_result(&task->future, &result), "%s",
                  error_message(error_last()));
    task_free(task);
    return value_number(result);
}

static void end_badly(struct task *task, int number)
{
    run_until_done(task);
    ck_refused(future_result(&task->future, NULL), error_os);
    ck_assert_int_eq(error_last()->number, number);
    task_free(task);
}

static void nobody_waits(void)
{
    ck_assert_uint_eq(loop_census(loop).watched, 0);
}

/* ---- receiving ---- */

START_TEST(what_is_there_is_received_without_a_wait)
{
    struct buffer buffer = {0};
    char room[8];

    open_pair(pair);
    send(pair[1], "abcdef", 6, 0);
    struct task *task = start_call(loop_sock_recv(loop, pair[0], &buffer, 2));
    run_passes(1);
    ck_assert(is_done(task));
    ck_assert_int_eq(end_call(task), 2);
    ck_assert_int_eq(run_call(loop_sock_recv(loop, pair[0], &buffer, 1)), 1);
    ck_assert_mem_eq(buffer.data, "abc", 3);
    ck_assert_uint_eq(buffer.length, 3);
    ck_assert_int_eq(
        run_call(loop_sock_recv_into(loop, pair[0], room, sizeof room)), 3);
    ck_assert_mem_eq(room, "def", 3);
    buffer_free(&buffer);
    close_pair(pair);
}
END_TEST

START_TEST(who_waits_to_receive_is_woken_when_something_comes)
{
    struct buffer buffer = {0};

    WITH_SELECTOR(_i);
    open_pair(pair);
    struct task *task = start_call(loop_sock_recv(loop, pair[0], &buffer, 99));
    run_passes(5);
    ck_assert(!is_done(task));
    ck_assert_uint_eq(loop_census(loop).watched, 1);
    ck_assert_ptr_null(buffer.data); /* nothing is held while it waits */
    say(pair[1]);
    run_passes(1); /* it is received */
    nobody_waits();
    ck_assert(!is_done(task));
    run_passes(1); /* the task hears of it */
    ck_assert_int_eq(end_call(task), 1);
    ck_assert_mem_eq(buffer.data, "x", 1);
    buffer_free(&buffer);
    close_pair(pair);
}
END_TEST

START_TEST(when_the_peer_has_closed_nothing_is_received)
{
    char room[8];

    open_pair(pair);
    struct task *task = start_call(loop_sock_recv_into(loop, pair[0], room, 8));
    run_passes(1);
    close(pair[1]);
    ck_assert_int_eq(end_call(task), 0);
    ck_assert_int_eq(run_call(loop_sock_recv_into(loop, pair[0], room, 8)), 0);
    close(pair[0]);
}
END_TEST

START_TEST(who_waits_hears_of_a_reset)
{
    char room[8];

    open_tcp_pair(pair);
    struct task *task = start_call(loop_sock_recv_into(loop, pair[0], room, 8));
    run_passes(2);
    reset(pair[1]);
    end_badly(task, ECONNRESET);
    nobody_waits();
    close(pair[0]);
}
END_TEST

/* ---- sending ---- */

static const size_t MUCH = 1 << 20;

/* A reader: what came is read, and counted. */
static size_t drained;
static void drain(void *data)
{
    (void)data;
    drained += take_all(pair[1]);
}

START_TEST(all_is_sent_though_it_does_not_fit_at_once)
{
    char *much = calloc(1, MUCH);

    WITH_SELECTOR(_i);
    open_pair(pair);
    drained = 0;
    struct task *task =
        start_call(loop_sock_sendall(loop, pair[0], much, MUCH));
    run_passes(5);
    ck_assert(!is_done(task));
    ck_assert(loop_add_reader(loop, pair[1], drain, NULL));
    end_call(task);
    drain(NULL);
    ck_assert_uint_eq(drained, MUCH);
    ck_assert(loop_remove_reader(loop, pair[1]));
    nobody_waits();
    close_pair(pair);
    free(much);
}
END_TEST

START_TEST(to_send_nothing_is_over_at_once)
{
    open_pair(pair);
    run_call(loop_sock_sendall(loop, pair[0], "", 0));
    ck_came(pair[1], "nothing");
    close_pair(pair);
}
END_TEST

START_TEST(to_send_to_who_has_closed_fails_and_kills_nobody)
{
    open_pair(pair);
    close(pair[1]);
    run_badly(COROUTINE(loop_sock_sendall(loop, pair[0], "abc", 3)), EPIPE);
    close(pair[0]);
}
END_TEST

START_TEST(who_waits_to_send_hears_that_the_peer_has_closed)
{
    open_pair(pair);
    fill(pair[0]);
    struct task *task = start_call(loop_sock_sendall(loop, pair[0], "abc", 3));
    run_passes(2);
    ck_assert(!is_done(task));
    close(pair[1]);
    end_badly(task, EPIPE);
    close(pair[0]);
}
END_TEST

/* ---- a file ---- */

static int file_of(size_t size)
{
    FILE *file = tmpfile();
    int fd = dup(fileno(file));

    fcntl(fd, F_SETFD, FD_CLOEXEC);
    for (size_t i = 0; i < size; i++)
        fputc('a' + (int)(i % 26), file);
    fclose(file);
    return fd;
}

START_TEST(a_file_is_sent_from_where_and_as_far_as_is_asked)
{
    int file = file_of(26);

    open_pair(pair);
    ck_assert_int_eq(run_call(loop_sock_sendfile(loop, pair[0], file, 0, 0)),
                     26);
    ck_came(pair[1], "abcdefghijklmnopqrstuvwxyz");
    ck_assert_int_eq(run_call(loop_sock_sendfile(loop, pair[0], file, 2, 3)),
                     3);
    ck_came(pair[1], "cde");
    ck_assert_int_eq(run_call(loop_sock_sendfile(loop, pair[0], file, 20, 99)),
                     6);
    ck_came(pair[1], "uvwxyz");
    ck_assert_int_eq(run_call(loop_sock_sendfile(loop, pair[0], file, 26, 0)),
                     0);
    close(file);
    close_pair(pair);
}
END_TEST

START_TEST(a_file_that_does_not_fit_is_sent_as_there_is_room)
{
    int file = file_of(MUCH);

    open_pair(pair);
    drained = 0;
    struct task *task =
        start_call(loop_sock_sendfile(loop, pair[0], file, 0, 0));
    run_passes(5);
    ck_assert(!is_done(task));
    ck_assert(loop_add_reader(loop, pair[1], drain, NULL));
    ck_assert_int_eq(end_call(task), (long)MUCH);
    drain(NULL);
    ck_assert_uint_eq(drained, MUCH);
    loop_remove_reader(loop, pair[1]);
    close(file);
    close_pair(pair);
}
END_TEST

START_TEST(a_file_to_who_has_closed_fails_and_kills_nobody)
{
    int file = file_of(26);
    sigset_t blocked;

    open_pair(pair);
    close(pair[1]);
    run_badly(COROUTINE(loop_sock_sendfile(loop, pair[0], file, 0, 0)), EPIPE);
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    ck_assert(!sigismember(&blocked, SIGPIPE)); /* as it was */
    close(file);
    close(pair[0]);
}
END_TEST

START_TEST(what_is_no_file_cannot_be_sent_as_one)
{
    open_pair(pair);
    run_badly(COROUTINE(loop_sock_sendfile(loop, pair[0], pair[1], 0, 0)),
              ESPIPE);
    close_pair(pair);
}
END_TEST

/* ---- connecting and accepting ---- */

static struct sock_call connect_call(int fd, struct place *place)
{
    return loop_sock_connect(loop, fd, place_address(place),
                             place->info.ai_addrlen);
}

START_TEST(one_connects_and_the_other_accepts)
{
    struct place place, from;
    socklen_t size = sizeof from.address, own_size = sizeof place.address;

    WITH_SELECTOR(_i);
    int listener = listening_socket(&place, AF_INET);
    struct task *accepts = start_call(
        loop_sock_accept(loop, listener, place_address(&from), &size));
    run_passes(2);
    ck_assert(!is_done(accepts));
    pair[0] = quiet_socket(AF_INET);
    struct task *connects = start_call(connect_call(pair[0], &place));
    run_passes(1);
    ck_assert(!is_done(connects)); /* the kernel says: not yet */
    end_call(connects);
    pair[1] = (int)end_call(accepts);
    nobody_waits();
    ck_assert(fcntl(pair[1], F_GETFL) & O_NONBLOCK);
    getsockname(pair[0], place_address(&place), &own_size);
    ck_assert_uint_eq(size, own_size);
    ck_assert_uint_eq(place_port(&from), place_port(&place));
    say(pair[0]);
    ck_came(pair[1], "x");
    close_pair(pair);
    close(listener);
}
END_TEST

START_TEST(a_connection_is_known_two_passes_later_as_in_asyncio)
{
    struct place place;
    int listener = listening_socket(&place, AF_INET);
    int fd = quiet_socket(AF_INET);
    struct task *task = start_call(connect_call(fd, &place));

    run_passes(2);
    ck_assert(!is_done(task));
    run_passes(1);
    ck_assert(is_done(task));
    end_call(task);
    close(fd);
    close(listener);
}
END_TEST

START_TEST(to_connect_where_nobody_listens_is_refused)
{
    struct place place;
    int nobody = refusing_socket(&place, AF_INET);
    int fd = quiet_socket(AF_INET);

    run_badly(COROUTINE(connect_call(fd, &place)), ECONNREFUSED);
    nobody_waits();
    close(fd);
    close(nobody);
}
END_TEST

START_TEST(a_socket_that_is_connected_cannot_be_connected_again)
{
    struct place place;
    int listener = listening_socket(&place, AF_INET);
    int fd = connect_to(&place);

    run_badly(COROUTINE(connect_call(fd, &place)), EISCONN);
    close(fd);
    close(listener);
}
END_TEST

START_TEST(a_unix_socket_whose_line_is_full_says_so)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(sa_family_t);
    int listener = quiet_socket(AF_UNIX), fds[4], count = 0, failed = 0;

    bind(listener, (struct sockaddr *)&address, size); /* any free name */
    size = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &size);
    listen(listener, 1);
    while (failed == 0) {
        ck_assert_int_lt(count, 4);
        fds[count] = quiet_socket(AF_UNIX);
        struct sock_call call = loop_sock_connect(
            loop, fds[count++], (struct sockaddr *)&address, size);
        if (!loop_run_until_complete(loop, COROUTINE(call), NULL))
            failed = error_last()->number;
    }
    ck_assert_int_eq(failed, EAGAIN);
    nobody_waits();
    while (count > 0)
        close(fds[--count]);
    close(listener);
}
END_TEST

/* ---- cancelling ---- */

START_TEST(a_cancelled_wait_leaves_the_socket_as_it_is)
{
    struct place place;
    struct silence silence;
    char room[8];

    open_pair(pair);
    fill(pair[0]);
    silence_make(&silence, AF_INET);
    int listener = listening_socket(&place, AF_INET);
    int fd = quiet_socket(AF_INET);
    struct task *tasks[] = {
        start_call(loop_sock_recv_into(loop, pair[0], room, sizeof room)),
        start_call(loop_sock_sendall(loop, pair[0], "abc", 3)),
        start_call(loop_sock_accept(loop, listener, NULL, NULL)),
        start_call(connect_call(fd, &silence.place)),
    };
    run_passes(2);
    ck_assert_uint_eq(loop_census(loop).watched, 3); /* one for two */
    for (int i = 0; i < 4; i++)
        ck_assert(task_cancel(tasks[i], NULL));
    for (int i = 0; i < 4; i++)
        must_end_cancelled(tasks[i]);
    nobody_waits();
    say(pair[1]);
    ck_assert_int_eq(run_call(loop_sock_recv_into(loop, pair[0], room, 8)), 1);
    close(fd);
    close(listener);
    silence_end(&silence);
    close_pair(pair);
}
END_TEST

static void cancel_it(void *task)
{
    ck_assert(task_cancel(task, NULL));
}

START_TEST(what_was_accepted_when_the_task_was_cancelled_is_closed)
{
    struct place place;
    int listener = listening_socket(&place, AF_INET);
    struct task *task =
        start_call(loop_sock_accept(loop, listener, NULL, NULL));

    run_passes(2);
    int fd = connect_to(&place);
    loop_call_later(loop, NULL, 0, cancel_it, task); /* after the accepting */
    run_passes(1);
    ck_assert(!is_ready(listener, POLLIN));
    must_end_cancelled(task);
    ck_came(fd, "the end");
    close(fd);
    close(listener);
}
END_TEST

START_TEST(one_that_was_cancelled_does_not_end_the_wait_of_the_next)
{
    char room[8];

    open_pair(pair);
    struct task *first =
        start_call(loop_sock_recv_into(loop, pair[0], room, sizeof room));
    run_passes(1);
    struct task *second =
        start_call(loop_sock_recv_into(loop, pair[0], room, sizeof room));
    task_cancel(first, NULL); /* it leaves after the second has come */
    run_passes(1);
    ck_assert_uint_eq(loop_census(loop).watched, 1);
    must_end_cancelled(first);
    ck_assert_uint_eq(loop_census(loop).watched, 1);
    say(pair[1]);
    ck_assert_int_eq(end_call(second), 1);
    close_pair(pair);
}
END_TEST

/* ---- refusals ---- */

START_TEST(two_cannot_wait_on_the_same_side)
{
    char room[8];

    open_pair(pair);
    fill(pair[0]);
    struct task *first =
        start_call(loop_sock_recv_into(loop, pair[0], room, sizeof room));
    run_passes(1);
    ck_refused(
        loop_run_until_complete(
            loop, COROUTINE(loop_sock_recv_into(loop, pair[0], room, 8)), NULL),
        error_runtime);
    struct task *other = start_call(loop_sock_sendall(loop, pair[0], "abc", 3));
    run_passes(1);
    empty(pair[1]);
    say(pair[1]);
    end_call(other); /* that was the other side */
    ck_assert_int_eq(end_call(first), 1);
    close_pair(pair);
}
END_TEST

START_TEST(a_socket_that_has_a_reader_is_not_taken_from_it)
{
    char room[8];

    open_pair(pair);
    ck_assert(loop_add_reader(loop, pair[0], speak, words("r")));
    ck_refused(
        loop_run_until_complete(
            loop, COROUTINE(loop_sock_recv_into(loop, pair[0], room, 8)), NULL),
        error_runtime);
    ck_assert(loop_remove_reader(loop, pair[0]));
    close_pair(pair);
}
END_TEST

START_TEST(in_debug_mode_a_socket_that_blocks_is_refused)
{
    char room[8];

    open_pair(pair);
    fcntl(pair[0], F_SETFL, 0);
    say(pair[1]);
    loop_set_debug(loop, true);
    ck_refused(
        loop_run_until_complete(
            loop, COROUTINE(loop_sock_recv_into(loop, pair[0], room, 8)), NULL),
        error_value);
    loop_set_debug(loop, false);
    ck_assert_int_eq(run_call(loop_sock_recv_into(loop, pair[0], room, 8)), 1);
    close_pair(pair);
}
END_TEST

START_TEST(what_is_no_socket_fails_with_an_errno)
{
    char room[8] = "";

    run_badly(COROUTINE(loop_sock_recv_into(loop, -1, room, 8)), EBADF);
    run_badly(COROUTINE(loop_sock_sendall(loop, -1, room, 8)), EBADF);
    run_badly(COROUTINE(loop_sock_accept(loop, -1, NULL, NULL)), EBADF);
}
END_TEST

START_TEST(a_loop_may_be_closed_while_somebody_waits)
{
    char room[8];

    open_pair(pair);
    struct task *task =
        start_call(loop_sock_recv_into(loop, pair[0], room, sizeof room));
    run_passes(1);
    ck_assert(loop_close(loop));
    must_have_logged("Task was destroyed but it is pending!");
    task_free(task);
    close_pair(pair);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        what_is_there_is_received_without_a_wait,
        when_the_peer_has_closed_nothing_is_received,
        who_waits_hears_of_a_reset,
        to_send_nothing_is_over_at_once,
        to_send_to_who_has_closed_fails_and_kills_nobody,
        who_waits_to_send_hears_that_the_peer_has_closed,
        a_file_is_sent_from_where_and_as_far_as_is_asked,
        a_file_that_does_not_fit_is_sent_as_there_is_room,
        a_file_to_who_has_closed_fails_and_kills_nobody,
        what_is_no_file_cannot_be_sent_as_one,
        a_connection_is_known_two_passes_later_as_in_asyncio,
        to_connect_where_nobody_listens_is_refused,
        a_socket_that_is_connected_cannot_be_connected_again,
        a_unix_socket_whose_line_is_full_says_so,
        a_cancelled_wait_leaves_the_socket_as_it_is,
        what_was_accepted_when_the_task_was_cancelled_is_closed,
        one_that_was_cancelled_does_not_end_the_wait_of_the_next,
        two_cannot_wait_on_the_same_side,
        a_socket_that_has_a_reader_is_not_taken_from_it,
        in_debug_mode_a_socket_that_blocks_is_refused,
        what_is_no_socket_fails_with_an_errno,
        a_loop_may_be_closed_while_somebody_waits,
        NULL};
    const TTest *const each[] = {
        who_waits_to_receive_is_woken_when_something_comes,
        all_is_sent_though_it_does_not_fit_at_once,
        one_connects_and_the_other_accepts, NULL};

    return run_loop_suite("sockets", once, each);
}
