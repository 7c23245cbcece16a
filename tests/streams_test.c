/*
 * streams_test.c - readers and writers over connections: most have their other
 * end in the test, which reads and writes there as a script says.
 */
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/streams.h"

#include "loop_by_hand.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/uio.h>

/* ---- a stream, and the peer's end ---- */

static struct stream_writer *writer;
static struct stream_reader *reader;
static int peer = -1;

static void open_stream(size_t limit)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX,
                                SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                                ends),
                     0);
    peer = ends[0];
    writer = async_open_socket(loop, ends[1]);
    ck_assert_ptr_nonnull(writer);
    reader = stream_writer_reader(writer);
    reader->limit = limit;
    run_passes(1);
}

/* The stream is closed, too, if it was not. */
static void close_peer(void)
{
    close(peer);
    peer = -1;
    run_passes(3);
}

static void end_stream(void)
{
    stream_writer_free(writer);
    close_peer();
}

static void peer_says(const char *text)
{
    ck_assert_int_eq(send(peer, text, strlen(text), MSG_NOSIGNAL),
                     (ssize_t)strlen(text));
}

static void peer_hears(const char *text)
{
    char heard[256] = "";

    ssize_t size = recv(peer, heard, sizeof heard - 1, 0);
    ck_assert_int_eq(size, (ssize_t)strlen(text));
    ck_assert_str_eq(heard, text);
}

/* Reads all that comes until the end, letting the loop run meanwhile. */
static size_t peer_drains(void)
{
    static char heard[1 << 16];
    size_t all = 0;
    ssize_t size;

    while ((size = recv(peer, heard, sizeof heard, 0)) != 0) {
        ck_assert(size > 0 || errno == EAGAIN);
        if (size > 0)
            all += (size_t)size;
        else
            run_passes(1);
    }
    return all;
}

/* ---- what is awaited, in a task of its own ---- */

static struct task *start(struct coroutine *object)
{
    struct task *task = loop_create_task(loop, object);

    ck_assert_ptr_nonnull(task);
    run_passes(1);
    return task;
}

static struct task *read_all(void)
{
    return start(COROUTINE(stream_reader_read(reader, STREAM_ALL)));
}

static struct task *read_line(void)
{
    return start(COROUTINE(stream_reader_readline(reader)));
}

static struct task *drain(void)
{
    return start(COROUTINE(stream_writer_drain(writer)));
}

static struct task *wait_closed(void)
{
    return start(COROUTINE(stream_writer_wait_closed(writer)));
}

/* Until it is done: what it waits for comes by itself, and soon. */
static void see_done(const struct task *task)
{
    for (int tries = 0; !future_done(&task->future); tries++) {
        ck_assert_int_lt(tries, 1000000);
        run_passes(1);
    }
}

static void must_give(struct task *task, const char *text)
{
    see_done(task);
    ck_assert_msg(task->co.error == NULL, "%s", error_message(task->co.error));
    if (text != NULL)
        ck_assert_str_eq(task->result, text);
    task_free(task);
}

/* `number` is an errno, or 0 where there is none. */
static void must_fail(struct task *task, const struct error *kind, int number)
{
    const struct error *error = NULL;

    see_done(task);
    ck_assert(future_error(&task->future, &error));
    ck_assert_msg(error_is(error, kind) && error->number == number,
                  "it failed with %s, %d: %s", error_name(error),
                  error != NULL ? error->number : 0, error_message(error));
    task_free(task);
}

static void must_be_cancelled(struct task *task)
{
    see_done(task);
    ck_assert(future_cancelled(&task->future));
    task_free(task);
}

static void must_wait(const struct task *task)
{
    run_passes(3);
    ck_assert(!future_done(&task->future));
}

enum { MUCH = 4 << 20 };

static void write_much(void)
{
    char *much = calloc(1, MUCH);

    ck_assert(stream_writer_write(writer, much, MUCH));
    free(much);
    ck_assert_uint_gt(
        transport_get_write_buffer_size(stream_writer_transport(writer)),
        1 << 20);
}

/* ---- reading ---- */

START_TEST(what_the_peer_says_is_read_and_then_the_end)
{
    open_stream(STREAM_LIMIT);
    struct task *line = read_line();
    must_wait(line);
    peer_says("one\ntw");
    must_give(line, "one\n");
    peer_says("o");
    shutdown(peer, SHUT_WR);
    must_give(read_all(), "two");
    ck_assert(stream_reader_at_eof(reader));
    ck_assert(!stream_writer_is_closing(writer)); /* we may still write */
    ck_assert(stream_writer_write(writer, "late", 4));
    peer_hears("late");
    end_stream();
}
END_TEST

START_TEST(who_reads_too_little_has_the_connection_paused)
{
    open_stream(4);
    const struct transport *transport = stream_writer_transport(writer);
    peer_says("12345678");
    run_passes(2);
    ck_assert(transport_is_reading(transport)); /* twice the limit is fine */
    peer_says("9");
    run_passes(2);
    ck_assert(!transport_is_reading(transport));
    peer_says("abc");
    run_passes(2);
    ck_assert_uint_eq(reader->buffer.length - reader->taken, 9);
    must_give(start(COROUTINE(stream_reader_read(reader, 4))), "1234");
    ck_assert(!transport_is_reading(transport));
    must_give(start(COROUTINE(stream_reader_read(reader, 1))), "5");
    ck_assert(transport_is_reading(transport));
    must_give(start(COROUTINE(stream_reader_readexactly(reader, 7))),
              "6789abc");
    end_stream();
}
END_TEST

START_TEST(who_waits_for_more_than_the_limit_has_it_resumed)
{
    open_stream(4);
    peer_says("123456789");
    run_passes(2);
    struct task *task = start(COROUTINE(stream_reader_readexactly(reader, 12)));
    must_wait(task);
    peer_says("abc");
    must_give(task, "123456789abc");
    end_stream();
}
END_TEST

START_TEST(what_has_come_may_be_read_after_the_connection_is_lost)
{
    open_stream(STREAM_LIMIT);
    peer_says("last words");
    close_peer();
    stream_writer_close(writer);
    run_passes(3);
    ck_assert_ptr_null(stream_writer_transport(writer));
    ck_assert(stream_writer_is_closing(writer));
    must_give(read_all(), "last words");
    stream_writer_free(writer);
}
END_TEST

START_TEST(a_reset_fails_the_reader_the_writer_and_the_wait_for_the_end)
{
    open_stream(STREAM_LIMIT);
    struct task *line = read_line(), *closed = wait_closed();
    ck_assert(stream_writer_write(writer, "unread", 6));
    close_peer(); /* with something unread: a reset */
    must_fail(line, &error_os, ECONNRESET);
    must_fail(closed, &error_os, ECONNRESET);
    must_fail(drain(), &error_os, ECONNRESET);
    must_fail(wait_closed(), &error_os, ECONNRESET);
    ck_assert_int_eq(stream_reader_error(reader)->number, ECONNRESET);
    end_stream();
}
END_TEST

/* ---- writing ---- */

START_TEST(it_may_be_written_to_before_the_loop_has_run)
{
    open_stream(STREAM_LIMIT);
    ck_assert(stream_writer_write(writer, "at ", 3));
    ck_assert(stream_writer_writelines(
        writer,
        (struct iovec[]){{words("on"), 2}, {words(""), 0}, {words("ce"), 2}},
        3));
    ck_assert(stream_writer_writelines(writer, NULL, 0));
    peer_hears("at once");
    end_stream();
}
END_TEST

START_TEST(a_drain_is_over_at_once_unless_too_much_is_kept)
{
    open_stream(STREAM_LIMIT);
    struct task *task = drain();
    ck_assert(future_done(&task->future));
    task_free(task);
    write_much();
    struct task *first = drain(), *second = drain();
    must_wait(first);
    ck_assert(!future_done(&second->future));
    stream_writer_write_eof(writer);
    ck_assert_uint_eq(peer_drains(), MUCH);
    must_give(first, NULL);
    must_give(second, NULL);
    end_stream();
}
END_TEST

START_TEST(a_drain_that_is_cancelled_disturbs_no_other)
{
    struct task *drains[3];

    open_stream(STREAM_LIMIT);
    write_much();
    for (int i = 0; i < 3; i++)
        drains[i] = drain();
    task_cancel(drains[_i], NULL);
    must_be_cancelled(drains[_i]);
    stream_writer_write_eof(writer);
    ck_assert_uint_eq(peer_drains(), MUCH);
    for (int i = 0; i < 3; i++)
        if (i != _i)
            must_give(drains[i], NULL);
    end_stream();
}
END_TEST

START_TEST(who_drains_when_the_connection_is_lost_fails_with_it)
{
    open_stream(STREAM_LIMIT);
    write_much();
    struct task *task = drain();
    if (_i == 0)
        close_peer(); /* with much unread: a reset */
    else
        transport_abort(stream_writer_transport(writer));
    if (_i == 0)
        must_fail(task, &error_os, ECONNRESET);
    else
        must_give(task, NULL); /* as in Python, if nothing was wrong */
    end_stream();
}
END_TEST

START_TEST(to_drain_what_was_closed_fails_a_pass_later)
{
    open_stream(STREAM_LIMIT);
    stream_writer_close(writer);
    must_fail(drain(), &error_os, ECONNRESET);
    must_fail(drain(), &error_os, ECONNRESET);
    ck_assert(stream_writer_write(writer, "dropped", 7));
    end_stream();
}
END_TEST

START_TEST(after_the_end_of_our_half_nothing_is_written_but_all_is_read)
{
    open_stream(STREAM_LIMIT);
    ck_assert(stream_writer_can_write_eof(writer));
    ck_assert(stream_writer_write(writer, "bye", 3));
    stream_writer_write_eof(writer);
    ck_refused(stream_writer_write(writer, "?", 1), error_runtime);
    peer_hears("bye");
    peer_hears("");
    peer_says("answer");
    shutdown(peer, SHUT_WR);
    must_give(read_all(), "answer");
    end_stream();
}
END_TEST

/* ---- its end ---- */

START_TEST(a_close_lets_everything_be_sent_first)
{
    open_stream(STREAM_LIMIT);
    write_much();
    stream_writer_close(writer);
    ck_assert(stream_writer_is_closing(writer));
    struct task *closed = wait_closed();
    must_wait(closed);
    ck_assert_uint_eq(peer_drains(), MUCH);
    must_give(closed, NULL);
    must_give(wait_closed(), NULL);
    end_stream();
}
END_TEST

START_TEST(so_does_letting_it_go)
{
    open_stream(STREAM_LIMIT);
    write_much();
    stream_writer_free(writer);
    ck_assert_uint_eq(peer_drains(), MUCH);
    close_peer();
}
END_TEST

START_TEST(one_that_never_began_may_be_let_go)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends),
                     0);
    writer = async_open_socket(loop, ends[1]);
    ck_assert(stream_writer_write(writer, "sent", 4));
    stream_writer_free(writer);
    peer = ends[0];
    if (_i == 0)
        run_passes(3);
    else
        loop_end();
    peer_hears("sent");
    peer_hears("");
    close(peer);
    if (_i == 1)
        loop_begin(NULL);
}
END_TEST

START_TEST(it_may_be_let_go_while_others_read_drain_and_wait)
{
    open_stream(STREAM_LIMIT);
    write_much();
    struct task *line = read_line(), *drains = drain(), *closed = wait_closed();
    stream_writer_free(writer);
    must_fail(line, &error_runtime, 0);
    ck_assert_uint_eq(peer_drains(), MUCH);
    must_give(drains, NULL);
    must_give(closed, NULL);
    close_peer();
}
END_TEST

START_TEST(to_cancel_one_wait_for_its_end_cancels_all_as_in_python)
{
    open_stream(STREAM_LIMIT);
    struct task *first = wait_closed(), *second = wait_closed();
    task_cancel(first, NULL);
    must_be_cancelled(first);
    must_be_cancelled(second);
    end_stream();
}
END_TEST

START_TEST(a_loop_may_be_closed_whatever_its_streams_are_at)
{
    open_stream(STREAM_LIMIT);
    write_much();
    task_free(read_line());
    task_free(drain());
    task_free(wait_closed());
    if (_i == 0)
        stream_writer_free(writer);
    if (_i == 1)
        stream_writer_close(writer);
    if (_i == 2)
        transport_abort(stream_writer_transport(writer));
    loop_end();
    must_have_logged("Task was destroyed but it is pending!");
    ck_assert_ptr_null(_i == 0 ? NULL : stream_writer_transport(writer));
    if (_i != 0)
        stream_writer_free(writer);
    close(peer);
    loop_begin(NULL);
}
END_TEST

START_TEST(a_lost_stream_knows_no_addresses)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;

    open_stream(STREAM_LIMIT);
    ck_assert_int_eq(
        stream_writer_get_peername(writer, (struct sockaddr *)&address, &size),
        0);
    stream_writer_close(writer);
    run_passes(2);
    ck_assert_int_eq(
        stream_writer_get_peername(writer, (struct sockaddr *)&address, &size),
        -1);
    ck_assert_int_eq(errno, ENOTCONN);
    ck_assert_int_eq(
        stream_writer_get_sockname(writer, (struct sockaddr *)&address, &size),
        -1);
    end_stream();
}
END_TEST

START_TEST(without_a_loop_that_takes_it_the_socket_is_closed)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    loop_close(loop);
    ck_refused(async_open_socket(loop, ends[1]), error_runtime);
    ck_assert_int_eq(fcntl(ends[1], F_GETFD), -1);
    close(ends[0]);
}
END_TEST

/* ---- clients ---- */

static int listener = -1;
static uint16_t port;

/* A socket that listens, and whose connections the test accepts, or not. */
static void listen_by_hand(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, size), 0);
    ck_assert_int_eq(listen(listener, 16), 0);
    getsockname(listener, (struct sockaddr *)&address, &size);
    port = ntohs(address.sin_port);
}

static struct async_open_connection *connection_of(struct task *task)
{
    return (struct async_open_connection *)task_get_coroutine(task);
}

START_TEST(a_connection_is_a_reader_and_a_writer)
{
    listen_by_hand();
    /* The frame may be made before the loop runs. */
    struct async_open_connection open =
        async_open_connection("127.0.0.1", port);
    open.limit = 7;
    struct task *task = start(COROUTINE(open));
    see_done(task);
    writer = connection_of(task)->writer;
    reader = connection_of(task)->reader;
    ck_assert_ptr_null(task->co.error);
    ck_assert_ptr_eq(task->result, writer);
    ck_assert_ptr_eq(reader, stream_writer_reader(writer));
    ck_assert_uint_eq(reader->limit, 7);
    peer = accept(listener, NULL, NULL);
    peer_says("hello");
    must_give(start(COROUTINE(stream_reader_readexactly(reader, 5))), "hello");
    task_free(task);
    end_stream();
    close(listener);
}
END_TEST

START_TEST(a_connection_that_is_refused_leaves_nothing)
{
    listen_by_hand();
    close(listener);
    struct task *task =
        start(COROUTINE(async_open_connection("127.0.0.1", port)));
    see_done(task);
    ck_assert_ptr_null(connection_of(task)->writer);
    must_fail(task, &error_os, ECONNREFUSED);
    must_fail(start(COROUTINE(async_open_unix_connection("/no/such/socket"))),
              &error_os, ENOENT);
}
END_TEST

START_TEST(a_connection_without_a_limit_is_refused)
{
    struct async_open_connection open = async_open_connection("127.0.0.1", 1);

    open.limit = 0;
    must_fail(start(COROUTINE(open)), &error_value, 0);
}
END_TEST

/* Cancelled, or left by the loop, after so many passes. */
START_TEST(a_connection_may_be_given_up_at_any_time)
{
    listen_by_hand();
    struct task *task = loop_create_task(
        loop, COROUTINE(async_open_connection("127.0.0.1", port)));
    run_passes(_i / 2);
    bool done = future_done(&task->future);
    writer = connection_of(task)->writer;
    if (_i % 2 == 0) {
        task_cancel(task, NULL);
        see_done(task);
        ck_assert(done != future_cancelled(&task->future));
        if (done)
            stream_writer_free(writer);
        run_passes(3);
        task_free(task);
        ck_assert_uint_eq(loop_census(loop).watched, 0);
        ck_assert_uint_eq(loop_census(loop).handles, 0);
    } else {
        task_free(task);
        loop_end();
        if (done)
            stream_writer_free(writer);
        else
            must_have_logged("Task was destroyed but it is pending!");
        loop_begin(NULL);
    }
    close(listener);
}
END_TEST

/* ---- servers ---- */

static struct server *server;

/* What the handlers do, in a word. */
enum deed { LINGER, LEAVE, FREE_AND_LINGER, FAIL };
static enum deed deed;
static int handled; /* tasks of handlers that have ended */

static const struct error spark = ERROR(&error_runtime, "spark");

struct handler {
    struct coroutine co;
    void *result;
    struct stream_writer *writer;
    struct stream_read read;
    struct async_sleep sleep;
};

static struct future *handler(struct coroutine *co)
{
    struct handler *self = (struct handler *)co;

    CO_BEGIN(self);
    self->read = stream_reader_readline(stream_writer_reader(self->writer));
    CO_AWAIT(self, self->read);
    ck_assert(
        stream_writer_write(self->writer, self->read.result, self->read.size));
    if (deed == FAIL)
        CO_RAISE(self, &spark);
    if (deed == FREE_AND_LINGER)
        stream_writer_free(self->writer);
    if (deed == LINGER || deed == FREE_AND_LINGER) {
        self->sleep = async_sleep(1000);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    handled++;
    CO_END(self);
}

static struct handler handler_new(struct stream_writer *to)
{
    return (struct handler){.co = CO_INIT(handler), .writer = to};
}

static struct coroutine *serve(struct stream_reader *from,
                               struct stream_writer *to, void *data)
{
    (void)from;
    if (data != NULL)
        return NULL;
    return COROUTINE(handler_new(to));
}

/* `data` goes to the handler; its connection is `peer`. */
static void start_server(void *data)
{
    struct task *task =
        start(COROUTINE(async_start_server(serve, data, "127.0.0.1", 0)));

    see_done(task);
    ck_assert_ptr_null(task->co.error);
    server = task->result;
    task_free(task);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(server_port(server))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(connect(peer, (struct sockaddr *)&address, sizeof address),
                     0);
    fcntl(peer, F_SETFL, O_NONBLOCK);
    while (loop_census(loop).watched == 1 && data == NULL)
        run_passes(1); /* until it is accepted */
}

static void say_and_see(const char *text)
{
    char heard[64] = "";
    ssize_t size;

    peer_says(text);
    while ((size = recv(peer, heard, sizeof heard - 1, 0)) < 0)
        run_passes(1);
    ck_assert_str_eq(heard, text);
}

START_TEST(a_connection_has_a_task_and_ends_with_it)
{
    deed = LEAVE;
    start_server(NULL);
    run_passes(3);
    ck_assert_uint_eq(loop_census(loop).tasks, 1);
    say_and_see("hello\n");
    ck_assert_uint_eq(peer_drains(), 0);
    ck_assert_int_eq(handled, 1);
    server_free(server);
    close_peer();
}
END_TEST

START_TEST(the_handler_may_let_the_writer_go_and_live_on)
{
    deed = FREE_AND_LINGER;
    start_server(NULL);
    say_and_see("hello\n");
    ck_assert_uint_eq(peer_drains(), 0);
    close_peer();
    server_free(server);
    ck_assert_int_eq(handled, 0);
    run_for(1001);
    ck_assert_int_eq(handled, 1);
}
END_TEST

START_TEST(an_error_of_the_handler_is_reported)
{
    deed = FAIL;
    start_server(NULL);
    say_and_see("hello\n");
    ck_assert_uint_eq(peer_drains(), 0);
    must_have_logged("Unhandled exception in client_connected_cb");
    server_free(server);
    close_peer();
}
END_TEST

START_TEST(that_a_handler_was_cancelled_is_no_news)
{
    deed = LINGER;
    start_server(NULL);
    say_and_see("hello\n");
    task_cancel(async_all_tasks(loop), NULL);
    ck_assert_uint_eq(peer_drains(), 0);
    server_free(server);
    close_peer();
}
END_TEST

START_TEST(a_handler_may_refuse_a_connection)
{
    start_server(&deed);
    ck_assert_uint_eq(peer_drains(), 0);
    server_free(server);
    close_peer();
}
END_TEST

START_TEST(a_server_may_be_freed_before_its_connections)
{
    deed = LEAVE;
    start_server(NULL);
    run_passes(_i);
    server_free(server);
    say_and_see("still here\n");
    ck_assert_uint_eq(peer_drains(), 0);
    close_peer();
}
END_TEST

START_TEST(a_loop_may_be_closed_while_it_serves)
{
    deed = (enum deed)_i;
    start_server(NULL);
    say_and_see("hello\n");
    if (deed == LINGER) {
        server_free(server);
        loop_end();
    } else { /* or after the loop */
        ck_assert(loop_close(loop));
        server_free(server);
        loop_end();
    }
    if (deed == LINGER || deed == FREE_AND_LINGER)
        must_have_logged("Task was destroyed but it is pending!");
    logged[0] = '\0';
    close(peer);
    loop_begin(NULL);
}
END_TEST

START_TEST(a_server_may_be_given_up_before_it_is_there)
{
    struct task *task = loop_create_task(
        loop, COROUTINE(async_start_server(serve, NULL, "localhost", 0)));

    run_passes(_i);
    if (!future_done(&task->future)) {
        task_cancel(task, NULL);
        see_done(task);
        ck_assert_ptr_null(task->result);
    } else {
        server_free(task->result);
    }
    task_free(task);
    /* The look-up runs on. */
    ck_assert(loop_run_until_complete(
        loop, COROUTINE(loop_shutdown_default_executor(loop)), NULL));
}
END_TEST

START_TEST(a_server_that_cannot_be_is_an_error)
{
    struct async_start_server start_it =
        async_start_server(serve, NULL, "127.0.0.1", 0);

    start_it.limit = 0;
    must_fail(start(COROUTINE(start_it)), &error_value, 0);
    listen_by_hand();
    must_fail(
        start(COROUTINE(async_start_server(serve, NULL, "127.0.0.1", port))),
        &error_os, EADDRINUSE);
    close(listener);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        what_the_peer_says_is_read_and_then_the_end,
        who_reads_too_little_has_the_connection_paused,
        who_waits_for_more_than_the_limit_has_it_resumed,
        what_has_come_may_be_read_after_the_connection_is_lost,
        a_reset_fails_the_reader_the_writer_and_the_wait_for_the_end,
        it_may_be_written_to_before_the_loop_has_run,
        a_drain_is_over_at_once_unless_too_much_is_kept,
        to_drain_what_was_closed_fails_a_pass_later,
        after_the_end_of_our_half_nothing_is_written_but_all_is_read,
        a_close_lets_everything_be_sent_first,
        so_does_letting_it_go,
        it_may_be_let_go_while_others_read_drain_and_wait,
        to_cancel_one_wait_for_its_end_cancels_all_as_in_python,
        a_lost_stream_knows_no_addresses,
        without_a_loop_that_takes_it_the_socket_is_closed,
        a_connection_is_a_reader_and_a_writer,
        a_connection_that_is_refused_leaves_nothing,
        a_connection_without_a_limit_is_refused,
        a_connection_has_a_task_and_ends_with_it,
        the_handler_may_let_the_writer_go_and_live_on,
        an_error_of_the_handler_is_reported,
        that_a_handler_was_cancelled_is_no_news,
        a_handler_may_refuse_a_connection,
        a_server_that_cannot_be_is_an_error,
        NULL,
    };
    const struct {
        const TTest *test;
        int turns;
    } many[] = {
        {a_drain_that_is_cancelled_disturbs_no_other, 3},
        {who_drains_when_the_connection_is_lost_fails_with_it, 2},
        {one_that_never_began_may_be_let_go, 2},
        {a_loop_may_be_closed_whatever_its_streams_are_at, 4},
        {a_connection_may_be_given_up_at_any_time, 16},
        {a_server_may_be_freed_before_its_connections, 4},
        {a_loop_may_be_closed_while_it_serves, 4},
        {a_server_may_be_given_up_before_it_is_there, 6},
    };
    Suite *suite = suite_create("streams");
    TCase *tcase = tcase_create("streams");

    tcase_add_checked_fixture(tcase, each_begins, each_ends);
    for (size_t i = 0; once[i] != NULL; i++)
        tcase_add_test(tcase, once[i]);
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++)
        tcase_add_loop_test(tcase, many[i].test, 0, many[i].turns);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
