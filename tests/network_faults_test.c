/*
 * network_faults_test.c - what sockets, transports and servers do when a call
 * of the kernel fails, or memory is short; and how many calls they make.
 */
#include "stages/07-loop/connect.h"
#include "stages/07-loop/server.h"
#include "stages/07-loop/sockets.h"
#include "stages/07-loop/transport.h"

#include "loop_by_hand.h"

#include "allocations.h"
#include "ear.h"
#include "network.h"

#include <sys/epoll.h>

/* ---- calls that fail when the test says so ---- */

/* The next calls of one kind, after `later` of them, fail so. */
struct fault {
    int later, times;
    int error;
    int calls; /* since the test began */
};
static struct fault in_accept, in_recv, in_send, in_socket, in_listen, in_epoll,
    in_connect;

static bool fails(struct fault *fault)
{
    fault->calls++;
    if (fault->times == 0 || fault->later-- > 0)
        return false;
    fault->later = 0;
    fault->times--;
    errno = fault->error;
    return true;
}

static void let_fail(struct fault *fault, int later, int times, int error)
{
    *fault = (struct fault){later, times, error, 0};
}

int __real_accept4(int fd, struct sockaddr *address, socklen_t *size,
                   int flags);
ssize_t __real_recv(int fd, void *data, size_t size, int flags);
ssize_t __real_send(int fd, const void *data, size_t size, int flags);
int __real_socket(int family, int type, int protocol);
int __real_listen(int fd, int backlog);
int __real_epoll_ctl(int epoll, int operation, int fd,
                     struct epoll_event *event);
int __real_connect(int fd, const struct sockaddr *address, socklen_t size);

int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *size,
                   int flags);
ssize_t __wrap_recv(int fd, void *data, size_t size, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t size, int flags);
int __wrap_socket(int family, int type, int protocol);
int __wrap_listen(int fd, int backlog);
int __wrap_epoll_ctl(int epoll, int operation, int fd,
                     struct epoll_event *event);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size);

int __wrap_accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
    return fails(&in_accept) ? -1 : __real_accept4(fd, address, size, flags);
}

ssize_t __wrap_recv(int fd, void *data, size_t size, int flags)
{
    return fails(&in_recv) ? -1 : __real_recv(fd, data, size, flags);
}

ssize_t __wrap_send(int fd, const void *data, size_t size, int flags)
{
    return fails(&in_send) ? -1 : __real_send(fd, data, size, flags);
}

/* Where the next socket is bound to, or NULL. */
static const struct place *bind_next;

int __wrap_socket(int family, int type, int protocol)
{
    if (fails(&in_socket))
        return -1;
    int fd = __real_socket(family, type, protocol);
    if (bind_next != NULL) {
        struct place at = *bind_next;
        bind_next = NULL;
        ck_assert_int_eq(bind(fd, place_address(&at), at.info.ai_addrlen), 0);
    }
    return fd;
}

int __wrap_listen(int fd, int backlog)
{
    return fails(&in_listen) ? -1 : __real_listen(fd, backlog);
}

int __wrap_epoll_ctl(int epoll, int operation, int fd,
                     struct epoll_event *event)
{
    return operation != EPOLL_CTL_DEL && fails(&in_epoll)
               ? -1
               : __real_epoll_ctl(epoll, operation, fd, event);
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t size)
{
    return fails(&in_connect) ? -1 : __real_connect(fd, address, size);
}

static void no_fault(void)
{
    let_fail(&in_accept, 0, 0, 0);
    let_fail(&in_recv, 0, 0, 0);
    let_fail(&in_send, 0, 0, 0);
    let_fail(&in_socket, 0, 0, 0);
    let_fail(&in_listen, 0, 0, 0);
    let_fail(&in_epoll, 0, 0, 0);
    let_fail(&in_connect, 0, 0, 0);
}

/* ---- a server and a client ---- */

static struct ear ears[2], client;
static int ear_count;

static struct protocol *next_ear(void *name)
{
    if (ear_count == 2)
        return NULL;
    ears[ear_count] = ear_new(name);
    return &ears[ear_count++].protocol;
}

static struct server *server;
static struct place place;

/* Without Check, which allocates. */
static struct server *try_to_serve(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof place.address;

    place_at_loopback(&place, AF_INET);
    bind(fd, place_address(&place), place.info.ai_addrlen);
    getsockname(fd, place_address(&place), &size);
    ear_count = 0;
    server = loop_create_server_on(loop, next_ear, words("s:"), &fd, 1);
    if (server == NULL)
        close(fd);
    return server;
}

static void serve(void)
{
    no_fault();
    ck_assert_ptr_nonnull(try_to_serve());
}

static void end_server(void)
{
    server_free(server);
    for (int i = 0; i < ear_count; i++)
        if (ears[i].transport != NULL)
            transport_abort(ears[i].transport);
    run_passes(3);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
}

static struct loop_create_connection connect_client(void)
{
    client = ear_new("c:");
    return loop_create_connection(loop, give_ear, &client, "127.0.0.1",
                                  place_port(&place));
}

/* ---- accepting ---- */

START_TEST(a_connection_gone_before_it_was_accepted_is_no_news)
{
    static const int errors[] = {EINTR, ECONNABORTED, EAGAIN};

    serve();
    int fd = connect_to(&place);
    let_fail(&in_accept, 0, 1, errors[_i]);
    run_passes(1);
    ck_assert_int_eq(in_accept.calls, 1);
    run_passes(3);
    ck_said("s:made ");
    close(fd);
    end_server();
}
END_TEST

START_TEST(another_error_is_reported_and_it_goes_on)
{
    serve();
    int fd = connect_to(&place);
    let_fail(&in_accept, 0, 1, EPERM);
    run_passes(1);
    must_have_logged("Operation not permitted");
    run_passes(3);
    ck_said("s:made ");
    close(fd);
    end_server();
}
END_TEST

START_TEST(a_call_that_accepts_tries_again_too)
{
    static const int errors[] = {EINTR, ECONNABORTED, EAGAIN};

    no_fault();
    int listener = listening_socket(&place, AF_INET);
    int fd = connect_to(&place);
    let_fail(&in_accept, 0, 2, errors[_i]);
    int accepted = (int)value_number(
        run_well(COROUTINE(loop_sock_accept(loop, listener, NULL, NULL))));
    ck_assert_int_eq(in_accept.calls, 3);
    close(accepted);
    close(fd);
    close(listener);
}
END_TEST

/* ---- no room for a connection ---- */

static bool closes_server;

static void hear_of_it(struct loop *of, const struct error_context *context,
                       void *data)
{
    (void)of;
    (void)data;
    speak(words(context->message));
    ck_assert_int_eq(context->error->number, EMFILE);
    if (closes_server)
        server_free(server);
}

START_TEST(without_descriptors_it_rests_for_a_second)
{
    serve();
    closes_server = false;
    loop_set_exception_handler(loop, hear_of_it, NULL);
    int fd = connect_to(&place);
    for (int i = 0; i < 2; i++) { /* once, and when it tries again */
        let_fail(&in_accept, 0, 1, EMFILE);
        run_passes(1);
        ck_said("socket.accept() out of system resource");
        forget_what_was_said();
        ck_assert_uint_eq(loop_census(loop).watched, 0); /* it does not spin */
        clock_go_on(0.99);
        run_passes(2);
        ck_said("");
        clock_go_on(0.02);
        run_passes(1);
    }
    run_passes(3);
    ck_said("s:made ");
    close(fd);
    end_server();
}
END_TEST

START_TEST(a_server_that_cannot_be_watched_again_tries_later)
{
    serve();
    closes_server = false;
    loop_set_exception_handler(loop, hear_of_it, NULL);
    int fd = connect_to(&place);
    let_fail(&in_accept, 0, 1, EMFILE);
    run_passes(1);
    forget_what_was_said();
    let_fail(&in_epoll, 0, 1, ENOSPC);
    clock_go_on(1.01);
    run_passes(5);
    ck_said("");
    clock_go_on(1.01);
    run_passes(5);
    ck_said("s:made ");
    close(fd);
    end_server();
}
END_TEST

START_TEST(it_may_be_closed_while_it_rests)
{
    serve();
    closes_server = _i == 0;
    loop_set_exception_handler(loop, hear_of_it, NULL);
    int fd = connect_to(&place);
    let_fail(&in_accept, 0, 1, EMFILE);
    run_passes(1);
    if (_i == 1)
        server_free(server);
    if (_i == 2)
        ck_assert(loop_close(loop));
    if (_i < 2) {
        clock_go_on(1.5);
        run_passes(3);
    } else {
        server_free(server);
    }
    ck_said("socket.accept() out of system resource");
    close(fd);
}
END_TEST

/* ---- reading and writing ---- */

START_TEST(an_interrupted_read_or_write_is_tried_again)
{
    serve();
    run_well(COROUTINE(connect_client()));
    let_fail(&in_send, 0, 1, _i % 2 == 0 ? EINTR : EAGAIN);
    let_fail(&in_recv, 0, 1, _i % 2 == 0 ? EINTR : EAGAIN);
    ck_assert(transport_write(client.transport, "abc", 3));
    ck_assert_uint_eq(transport_get_write_buffer_size(client.transport), 3);
    run_passes(4);
    ck_said("s:made c:made s:data:abc ");
    transport_close(client.transport);
    run_passes(3);
    end_server();
}
END_TEST

/* The server's side says this, and then the client cannot write. */
static void break_after(const char *answer)
{
    serve();
    run_well(COROUTINE(connect_client()));
    run_passes(1);
    forget_what_was_said();
    ck_assert(transport_write(ears[0].transport, answer, strlen(answer)));
    let_fail(&in_send, 0, 1, EPIPE);
}

START_TEST(what_had_come_before_it_broke_is_handed_over)
{
    break_after("answer");
    ck_assert(transport_write(client.transport, "abc", 3));
    ck_said(""); /* not within the call */
    run_passes(1);
    ck_said("c:data:answer c:broken ");
    ck_assert_int_eq(client.error->number, EPIPE);
    end_server();
}
END_TEST

START_TEST(but_not_to_one_that_has_paused_or_closed)
{
    break_after("answer");
    if (_i == 0) {
        transport_pause_reading(client.transport);
        ck_assert(transport_write(client.transport, "abc", 3));
        run_passes(1);
        ck_said("c:broken ");
    } else { /* with something to write yet, which then cannot be */
        let_fail(&in_send, 0, 1, EAGAIN);
        ck_assert(transport_write(client.transport, "abc", 3));
        transport_close(client.transport);
        let_fail(&in_send, 0, 1, EPIPE);
        run_passes(2);
        ck_said("c:broken ");
    }
    end_server();
}
END_TEST

START_TEST(a_read_that_fails_breaks_the_connection)
{
    serve();
    run_well(COROUTINE(connect_client()));
    ck_assert(transport_write(client.transport, "abc", 3));
    let_fail(&in_recv, 0, 1, ETIMEDOUT);
    run_passes(4);
    ck_assert(error_is(ears[0].error, &error_timeout));
    ck_said("s:made c:made s:broken c:broken "); /* unread data: a reset */
    end_server();
}
END_TEST

/* ---- connecting ---- */

START_TEST(without_a_descriptor_the_next_address_is_tried)
{
    struct place other;

    no_fault();
    int listener = listening_socket(&place, AF_INET);
    int second = listening_socket(&other, AF_INET);
    place.info.ai_next = &other.info;
    let_fail(&in_socket, 0, 1, EMFILE);
    int fd = (int)value_number(
        run_well(COROUTINE(loop_connect_any(loop, &place.info))));
    ck_assert(is_ready(second, POLLIN));
    close(fd);
    let_fail(&in_socket, 0, 2, EMFILE);
    run_badly(COROUTINE(loop_connect_any(loop, &place.info)), EMFILE);
    close(second);
    close(listener);
}
END_TEST

/* Both addresses refuse, unless a call fails before they are asked. */
START_TEST(what_the_last_one_failed_of_is_said_unless_something_was_short)
{
    struct place first, last;
    int nobody = refusing_socket(&first, AF_INET);
    int neither = refusing_socket(&last, AF_INET);

    no_fault();
    first.info.ai_next = &last.info;
    run_badly(COROUTINE(loop_connect_any(loop, &first.info)), ECONNREFUSED);
    let_fail(&in_connect, 2, 1, ETIMEDOUT); /* the first is asked twice */
    run_badly(COROUTINE(loop_connect_any(loop, &first.info)), ETIMEDOUT);
    let_fail(&in_connect, 0, 1, ETIMEDOUT);
    run_badly(COROUTINE(loop_connect_any(loop, &first.info)), ECONNREFUSED);
    for (int later = 0; later < 2; later++) {
        let_fail(&in_socket, later, 1, EMFILE);
        run_badly(COROUTINE(loop_connect_any(loop, &first.info)), EMFILE);
        let_fail(&in_connect, 2 * later, 1, EADDRNOTAVAIL);
        run_badly(COROUTINE(loop_connect_any(loop, &first.info)),
                  EADDRNOTAVAIL);
    }
    close(neither);
    close(nobody);
}
END_TEST

START_TEST(a_connection_of_a_socket_with_itself_is_none)
{
    struct place own;
    int family = _i % 2 == 0 ? AF_INET : AF_INET6;

    if (family == AF_INET6 && !has_ipv6())
        return;
    no_fault();
    close(bound_socket(&own, family)); /* a port where nobody listens */
    bind_next = &own;                  /* and that the kernel chooses for us */
    run_badly(COROUTINE(loop_connect_any(loop, &own.info)), ECONNREFUSED);
}
END_TEST

START_TEST(news_that_are_none_are_waited_for_again)
{
    no_fault();
    int listener = listening_socket(&place, AF_INET);
    let_fail(&in_connect, 1, 3, EALREADY); /* the first is as it is */
    int fd = (int)value_number(
        run_well(COROUTINE(loop_connect_any(loop, &place.info))));
    ck_assert_int_eq(in_connect.calls, 5);
    close(fd);
    close(listener);
}
END_TEST

START_TEST(the_first_still_wins_when_the_second_was_tried)
{
    struct silence silence;

    no_fault();
    int listener = listening_socket(&place, AF_INET);
    silence_make(&silence, AF_INET);
    place.info.ai_next = &silence.place.info;
    int open = count_descriptors();
    struct task *task = start(COROUTINE(loop_connect_any(loop, &place.info)));
    let_fail(&in_connect, 1, 3, EALREADY); /* it takes its time, */
    run_passes(2);
    clock_go_on(0.3); /* more than a quarter of a second */
    run_passes(1);
    run_passes(1);
    ck_assert_int_eq(count_descriptors(), open + 2);
    int fd = (int)value_number(run_well(&task->co));
    ck_assert_int_eq(count_descriptors(), open + 1);
    ck_assert(is_ready(listener, POLLIN));
    task_free(task);
    close(fd);
    silence_end(&silence);
    close(listener);
}
END_TEST

/* ---- the selector has no room ---- */

START_TEST(what_cannot_be_watched_fails)
{
    char room[8];
    int pair[2];

    open_pair(pair);
    let_fail(&in_epoll, 0, 1, ENOSPC);
    run_badly(COROUTINE(loop_sock_recv_into(loop, pair[0], room, 8)), ENOSPC);
    ear_count = 0;
    no_fault();
    let_fail(&in_epoll, 0, 1, ENOSPC);
    ck_assert_ptr_null(try_to_serve());
    serve();
    let_fail(&in_connect, 1, 1, EALREADY); /* it has to be watched, */
    let_fail(&in_epoll, 0, 1, ENOSPC);     /* and cannot be */
    run_badly(COROUTINE(connect_client()), ENOSPC);
    run_passes(5);
    ck_said("s:made s:eof s:lost ");
    forget_what_was_said();
    let_fail(&in_epoll, 0, 1, ENOSPC); /* its server's reading */
    run_well(COROUTINE(connect_client()));
    run_passes(5);
    ck_said("s:made c:made s:broken c:eof c:lost ");
    end_server();
    close_pair(pair);
}
END_TEST

START_TEST(a_writer_that_cannot_be_had_breaks_the_connection)
{
    static char much[1 << 22];

    serve();
    run_well(COROUTINE(connect_client()));
    let_fail(&in_epoll, 0, 1, ENOSPC);
    ck_assert(transport_write(client.transport, much, sizeof much));
    ck_assert(transport_is_closing(client.transport));
    run_passes(1);
    ck_assert_int_eq(client.error->number, ENOSPC);
    ears[0].deaf = true;
    end_server();
}
END_TEST

START_TEST(sockets_that_cannot_listen_are_closed_by_who_made_them)
{
    no_fault();
    let_fail(&in_listen, 0, 1, EADDRINUSE);
    run_badly(
        COROUTINE(loop_create_server(loop, next_ear, NULL, "127.0.0.1", 0)),
        EADDRINUSE);
    char *path = temp_path("socket");
    let_fail(&in_listen, 0, 1, EADDRINUSE);
    ck_refused(loop_create_unix_server(loop, next_ear, NULL, path), error_os);
    ck_assert_int_eq(access(path, F_OK), -1);
    free(path);
}
END_TEST

START_TEST(a_machine_without_ipv6_still_listens_everywhere)
{
    size_t count;

    no_fault();
    let_fail(&in_socket, 0, 1, EAFNOSUPPORT);
    server =
        run_well(COROUTINE(loop_create_server(loop, next_ear, NULL, NULL, 0)));
    server_sockets(server, &count);
    ck_assert_uint_eq(count, has_ipv6() ? 1 : 0);
    end_server();
    let_fail(&in_socket, 0, 99, EAFNOSUPPORT);
    run_badly(COROUTINE(loop_create_server(loop, next_ear, NULL, NULL, 0)),
              EAFNOSUPPORT);
    no_fault();
}
END_TEST

/* ---- what a connection costs ---- */

START_TEST(a_connection_is_registered_once)
{
    serve();
    int fd = connect_to(&place);
    run_passes(1);
    let_fail(&in_epoll, 0, 0, 0);
    for (int i = 0; i < 10; i++) {
        say(fd);
        run_passes(3);
        ck_assert(transport_write(ears[0].transport, "abc", 3));
    }
    ck_assert_int_eq(in_epoll.calls, 1);
    close(fd);
    run_passes(3);
    ck_assert(ears[0].lost);
    ck_assert_int_eq(in_epoll.calls, 1);
    end_server();
}
END_TEST

/* ---- memory is short ---- */

static void talk(struct ear *ear)
{
    static char much[1 << 20];

    if (ear->transport != NULL && !transport_is_closing(ear->transport)) {
        transport_write(ear->transport, much, sizeof much);
        transport_close(ear->transport);
    }
}

/* A server, a connection, much that is written, and both are closed. */
static void live_a_life(void)
{
    static const struct loop_clock by_hand = {clock_shows, clock_move_to, NULL};
    struct task *task = NULL;

    said[0] = '\0';
    if ((loop = loop_new(NULL)) == NULL)
        return;
    loop_set_clock(loop, &by_hand);
    if (try_to_serve() != NULL) {
        task = loop_create_task(loop, COROUTINE(connect_client()));
        client.on_made = talk;
        client.deaf = true;
        for (int i = 0; i < 200; i++) {
            loop_stop(loop);
            loop_run_forever(loop);
            for (int e = 0; e < ear_count; e++)
                ears[e].deaf = true;
            if (i == 100)
                server_close(server);
        }
        server_free(server);
    }
    task_free(task);
    allocations_restore();
    ck_assert(loop_free(loop));
    loop = NULL;
    said[0] = logged[0] = '\0';
}

START_TEST(without_memory_nothing_is_left_either)
{
    no_fault();
    loop_end();
    int open = count_descriptors();
    ck_assert_int_gt(allocations_try_all(live_a_life), 10);
    ck_assert_int_eq(count_descriptors(), open);
    loop_begin(NULL);
}
END_TEST

/*
 * A server by name, one of whose addresses refuses; the other is found, and
 * something is received over it. A coroutine, since much of it is awaited.
 */
struct calls {
    struct coroutine co;
    void *result;
    struct place places[2];
    struct loop_create_server create;
    struct loop_connect_any race;
    struct server_wait_closed wait;
    struct sock_call call;
    struct buffer buffer;
    int nobody, fd;
};

static void find_places(struct calls *self, const struct server *made)
{
    size_t count;
    const int *fds = server_sockets(made, &count);

    for (int i = 0; i < 2; i++) {
        socklen_t size = sizeof self->places[i].address;
        place_at_loopback(&self->places[i], AF_INET);
        if (i == 0)
            bind(self->nobody, place_address(&self->places[0]),
                 self->places[0].info.ai_addrlen);
        getsockname(i == 0 ? self->nobody : fds[0],
                    place_address(&self->places[i]), &size);
    }
    self->places[0].info.ai_next = &self->places[1].info;
}

static struct future *calls(struct coroutine *co)
{
    struct calls *self = (struct calls *)co;

    CO_BEGIN(self);
    self->nobody = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    self->create =
        loop_create_server(loop, next_ear, words("s:"), "127.0.0.1", 0);
    CO_AWAIT(self, self->create);
    server = self->create.result;
    find_places(self, server);
    self->race = loop_connect_any(loop, &self->places[0].info);
    CO_AWAIT(self, self->race);
    self->fd = (int)value_number(self->race.result);
    self->call = loop_sock_sendall(loop, self->fd, "abc", 3);
    CO_AWAIT(self, self->call);
    self->call = loop_sock_recv(loop, self->fd, &self->buffer, 100);
    CO_AWAIT(self, self->call); /* until the server's side is closed */
    self->wait = server_wait_closed(server);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    server_free(server);
    server = NULL;
    buffer_free(&self->buffer);
    close(self->nobody);
    if (self->fd >= 0)
        close(self->fd);
    CO_END(self);
}

static void close_server(void *data)
{
    (void)data;
    server_close(server);
    for (int i = 0; i < ear_count; i++)
        if (ears[i].transport != NULL)
            transport_close(ears[i].transport);
}

static bool went_well; /* the last time */

static void call_them_all(void)
{
    struct handle handle = {0};

    said[0] = '\0';
    ear_count = 0;
    server = NULL;
    if ((loop = loop_new(NULL)) == NULL)
        return;
    struct calls frame = {.co = CO_INIT(calls), .fd = -1};
    struct task *task = loop_create_task(loop, COROUTINE(frame));
    for (int i = 0; task != NULL && i < 30; i++) {
        if (i == 20 && server != NULL)
            loop_call_soon(loop, &handle, close_server, NULL);
        loop_stop(loop);
        loop_run_forever(loop);
    }
    bool done = task == NULL || future_done(&task->future);
    went_well = task != NULL && task->co.error == NULL;
    task_free(task);
    allocations_restore();
    ck_assert(done);
    ck_assert(loop_free(loop));
    loop = NULL;
    said[0] = logged[0] = '\0';
}

START_TEST(without_memory_calls_fail_and_leave_nothing)
{
    no_fault();
    loop_end();
    int open = count_descriptors();
    ck_assert_int_gt(allocations_try_all(call_them_all), 10);
    ck_assert(went_well);
    ck_assert_int_eq(count_descriptors(), open);
    loop_begin(NULL);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        another_error_is_reported_and_it_goes_on,
        without_descriptors_it_rests_for_a_second,
        a_server_that_cannot_be_watched_again_tries_later,
        a_read_that_fails_breaks_the_connection,
        without_a_descriptor_the_next_address_is_tried,
        what_the_last_one_failed_of_is_said_unless_something_was_short,
        news_that_are_none_are_waited_for_again,
        the_first_still_wins_when_the_second_was_tried,
        what_cannot_be_watched_fails,
        a_writer_that_cannot_be_had_breaks_the_connection,
        what_had_come_before_it_broke_is_handed_over,
        sockets_that_cannot_listen_are_closed_by_who_made_them,
        a_machine_without_ipv6_still_listens_everywhere,
        a_connection_is_registered_once,
        without_memory_nothing_is_left_either,
        without_memory_calls_fail_and_leave_nothing,
        NULL};
    const TTest *const each[] = {
        a_connection_gone_before_it_was_accepted_is_no_news,
        a_call_that_accepts_tries_again_too,
        it_may_be_closed_while_it_rests,
        an_interrupted_read_or_write_is_tried_again,
        but_not_to_one_that_has_paused_or_closed,
        a_connection_of_a_socket_with_itself_is_none,
        NULL};

    temp_dir_make();
    int status = run_loop_suite("network faults", once, each);
    temp_dir_remove();
    return status;
}
