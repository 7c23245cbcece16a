/*
 * server_test.c - servers, and connections to them, within one loop.
 */
#include "stages/07-loop/server.h"

#include "stages/07-loop/connect.h"
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/transport.h"

#include "loop_by_hand.h"

#include "ear.h"
#include "network.h"

#include <sys/stat.h>

/* ---- a server whose connections are ears ---- */

enum { MOST_EARS = 256 };
static struct ear ears[MOST_EARS];
static int ear_count;
static void (*ears_do_when_made)(struct ear *ear);

static struct protocol *next_ear(void *name)
{
    ck_assert_int_lt(ear_count, MOST_EARS);
    struct ear *ear = &ears[ear_count++];
    *ear = ear_new(name);
    ear->on_made = ears_do_when_made;
    return &ear->protocol;
}

static struct server *server;
static struct place place; /* where it listens */

static void serve_on(int family, protocol_factory *factory, void *data)
{
    int fd = bound_socket(&place, family);

    fcntl(fd, F_SETFL, 0); /* it may block: it will not */
    ear_count = 0;
    server = loop_create_server_on(loop, factory, data, &fd, 1);
    ck_assert_ptr_nonnull(server);
    ck_assert_uint_eq(server_port(server), place_port(&place));
}

static void serve(void)
{
    serve_on(AF_INET, next_ear, words("s:"));
}

/* The server is gone, and so is every connection. */
static void end_server(void)
{
    server_free(server);
    for (int i = 0; i < ear_count; i++)
        if (ears[i].transport != NULL)
            transport_abort(ears[i].transport);
    run_passes(2);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
}

static struct ear client;

static struct loop_create_connection connect_client(void)
{
    client = ear_new("c:");
    return loop_create_connection(loop, give_ear, &client, "127.0.0.1",
                                  place_port(&place));
}

/* ---- a connection, from its beginning to its end ---- */

START_TEST(a_connection_has_a_protocol_on_either_side)
{
    WITH_SELECTOR(_i);
    serve();
    ck_assert(server_is_serving(server));
    struct transport *transport = run_well(COROUTINE(connect_client()));
    ck_assert_ptr_eq(transport, client.transport);
    transport_write(transport, "abc", 3);
    run_passes(2);
    ck_assert_int_eq(ear_count, 1);
    transport_write(ears[0].transport, "def", 3);
    transport_close(ears[0].transport);
    run_passes(4);
    ck_said("s:made c:made s:data:abc s:lost c:data:def c:eof c:lost ");
    end_server();
}
END_TEST

/* Speaks of itself, with the number of the pass since `zero`. */
static size_t zero;
static void mark(const char *what)
{
    char text[32];

    snprintf(text, sizeof text, "[%zu]%s ", passes() - zero, what);
    speak(text);
}

static void mark_made(struct ear *ear)
{
    mark(ear->name);
}

static struct protocol *mark_server(void *data)
{
    mark("s factory");
    return next_ear(data);
}

static struct protocol *mark_client(void *data)
{
    mark("c factory");
    return give_ear(data);
}

START_TEST(all_happens_in_the_passes_in_which_asyncio_does_it)
{
    serve_on(AF_INET, mark_server, words("s "));
    ears_do_when_made = mark_made;
    struct loop_create_connection call = connect_client();
    client.name = "c ";
    client.on_made = mark_made;
    call.factory = mark_client;
    struct task *task = start(COROUTINE(call));
    zero = passes();
    run_until_done(task);
    ck_said("[2]s factory [2]c factory s made [3]s  c made [3]c  ");
    ck_assert_uint_eq(passes() - zero, 5); /* in the pass with number 4 */
    task_free(task);
    static const char *const later[] = {"s data:x ", "c lost ", "s eof ",
                                        "s lost "};
    transport_write(client.transport, "x", 1);
    for (int i = 0; i < 4; i++) {
        forget_what_was_said();
        run_passes(1);
        ck_said(later[i]);
        if (i == 0)
            transport_close(client.transport);
    }
    ears_do_when_made = NULL;
    end_server();
}
END_TEST

static struct loop_create_server make_server(const char *host, uint16_t port)
{
    ear_count = 0;
    return loop_create_server(loop, next_ear, words("s:"), host, port);
}

START_TEST(a_server_is_made_in_the_pass_in_which_asyncio_has_it)
{
    struct task *task = start(COROUTINE(make_server("127.0.0.1", 0)));

    run_passes(4);
    ck_assert(!is_done(task));
    run_passes(1);
    ck_assert(is_done(task));
    server = task->result;
    task_free(task);
    end_server();
}
END_TEST

START_TEST(a_server_may_have_no_connection_at_all)
{
    serve();
    end_server();
    ck_said("");
}
END_TEST

START_TEST(a_hundred_connections_may_wait_to_be_accepted)
{
    int fds[SERVER_BACKLOG + 1];

    serve();
    for (int i = 0; i <= SERVER_BACKLOG; i++)
        fds[i] = connect_to(&place);
    run_passes(1); /* a hundred are accepted, */
    run_passes(1); /* have protocols; the last is accepted */
    ck_assert_int_eq(ear_count, SERVER_BACKLOG);
    run_passes(1);
    ck_assert_int_eq(ear_count, SERVER_BACKLOG + 1);
    run_passes(1);
    forget_what_was_said();
    ck_assert_ptr_nonnull(ears[SERVER_BACKLOG].transport);
    end_server();
    for (int i = 0; i <= SERVER_BACKLOG; i++)
        close(fds[i]);
}
END_TEST

/* ---- where it listens ---- */

START_TEST(a_port_that_is_taken_is_named)
{
    char expected[128];

    serve();
    snprintf(expected, sizeof expected,
             "error while attempting to bind on address ('127.0.0.1', %u): "
             "address already in use",
             place_port(&place));
    run_badly(COROUTINE(make_server("127.0.0.1", place_port(&place))),
              EADDRINUSE);
    ck_assert_str_eq(error_message(error_last()), expected);
    end_server();
}
END_TEST

START_TEST(ipv6_stands_beside_ipv4_on_the_same_port)
{
    char expected[128];

    if (!has_ipv6())
        return;
    serve();
    struct server *other =
        run_well(COROUTINE(make_server("::1", place_port(&place))));
    ck_assert_uint_eq(server_port(other), place_port(&place));
    snprintf(expected, sizeof expected,
             "error while attempting to bind on address ('::1', %u, 0, 0): "
             "address already in use",
             place_port(&place));
    run_badly(COROUTINE(make_server("::1", place_port(&place))), EADDRINUSE);
    ck_assert_str_eq(error_message(error_last()), expected);
    server_free(other);
    end_server();
}
END_TEST

START_TEST(without_a_host_it_listens_everywhere)
{
    size_t count;

    server = run_well(COROUTINE(make_server(_i % 2 == 0 ? "" : NULL, 0)));
    const int *fds = server_sockets(server, &count);
    ck_assert_uint_eq(count, has_ipv6() ? 2 : 1);
    for (size_t i = 0; i < count; i++) {
        socklen_t size = sizeof place.address;
        getsockname(fds[i], place_address(&place), &size);
        place.info.ai_family = place.address.ss_family;
        place.info.ai_addrlen = size;
        int port = ((struct sockaddr_in *)&place.address)->sin_port;
        place_at_loopback(&place, place.info.ai_family);
        ((struct sockaddr_in *)&place.address)->sin_port = (in_port_t)port;
        int fd = connect_to(&place);
        run_passes(3);
        ck_said("s:made ");
        close(fd);
        run_passes(3);
        forget_what_was_said();
    }
    end_server();
}
END_TEST

START_TEST(what_cannot_be_bound_leaves_nothing)
{
    run_badly(COROUTINE(make_server("192.0.2.1", 0)), EADDRNOTAVAIL);
    ck_refused(
        loop_run_until_complete(
            loop, COROUTINE(make_server("no such host.invalid.", 0)), NULL),
        error_os);
    /* What the resolver keeps for the thread that looked goes with that. */
    ck_assert(loop_run_until_complete(
        loop, COROUTINE(loop_shutdown_default_executor(loop)), NULL));
}
END_TEST

START_TEST(a_server_whose_making_is_cancelled_is_closed)
{
    struct task *task = start(COROUTINE(make_server("127.0.0.1", 0)));

    run_passes(1 + _i);
    task_cancel(task, NULL);
    must_end_cancelled(task);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
}
END_TEST

START_TEST(sockets_that_cannot_listen_stay_the_callers)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    ck_refused(loop_create_server_on(loop, next_ear, NULL, &fd, 1), error_os);
    close(fd); /* it is open still */
    fd = bound_socket(&place, AF_INET);
    loop_close(loop);
    ck_refused(loop_create_server_on(loop, next_ear, NULL, &fd, 1),
               error_runtime);
    close(fd);
}
END_TEST

/* ---- Unix sockets ---- */

static struct server *make_unix_server(const char *path)
{
    ear_count = 0;
    return loop_create_unix_server(loop, next_ear, words("s:"), path);
}

static struct loop_create_connection connect_unix(const char *path)
{
    client = ear_new("c:");
    return loop_create_unix_connection(loop, give_ear, &client, path);
}

START_TEST(a_unix_socket_does_as_well)
{
    char *path = temp_path("socket");
    size_t count;

    server = make_unix_server(path);
    ck_assert_ptr_nonnull(server);
    server_sockets(server, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(server_port(server), 0);
    struct transport *transport = run_well(COROUTINE(connect_unix(path)));
    transport_write(transport, "abc", 3);
    transport_close(transport);
    run_passes(5);
    ck_said("c:made s:made c:lost s:data:abc s:eof s:lost ");
    server_free(server);
    server = make_unix_server(path); /* in the place of the old one */
    ck_assert_ptr_nonnull(server);
    end_server();
    unlink(path);
    free(path);
}
END_TEST

START_TEST(what_is_no_socket_is_not_replaced)
{
    char *path = temp_path("file"), expected[256];

    file_write(path, "abc", 3);
    ck_refused(make_unix_server(path), error_os);
    ck_assert_int_eq(error_last()->number, EADDRINUSE);
    snprintf(expected, sizeof expected, "Address '%s' is already in use", path);
    ck_assert_str_eq(error_message(error_last()), expected);
    run_badly(COROUTINE(connect_unix(path)), ECONNREFUSED);
    unlink(path);
    run_badly(COROUTINE(connect_unix(path)), ENOENT);
    free(path);
}
END_TEST

START_TEST(a_path_may_be_too_long_or_empty)
{
    char path[200];

    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    ck_refused(make_unix_server(path), error_os);
    ck_assert_int_eq(error_last()->number, ENAMETOOLONG);
    run_badly(COROUTINE(connect_unix(path)), ENAMETOOLONG);
    ck_refused(make_unix_server(""), error_os);
    run_badly(COROUTINE(connect_unix("")), ENOENT);
}
END_TEST

/* ---- refusing, closing, freeing: by the factory and by the protocol ---- */

static struct protocol *refuse(void *data)
{
    (void)data;
    return NULL;
}

START_TEST(a_factory_may_refuse_a_connection)
{
    serve_on(AF_INET, refuse, NULL);
    int fd = connect_to(&place);
    run_passes(3);
    ck_came(fd, "the end");
    close(fd);
    fd = connect_to(&place); /* and the next one */
    run_passes(3);
    ck_came(fd, "the end");
    close(fd);
    end_server();
}
END_TEST

static struct protocol *free_and_refuse(void *data)
{
    server_free(server);
    return data != NULL ? next_ear(data) : NULL;
}

START_TEST(a_factory_may_free_the_server)
{
    serve_on(AF_INET, free_and_refuse, _i % 2 == 0 ? words("s:") : NULL);
    int fds[] = {connect_to(&place), connect_to(&place)};
    run_passes(4);
    ck_assert_str_eq(said, _i % 2 == 0 ? "s:made " : "");
    ck_came(fds[1], "the end"); /* it was too late */
    if (_i % 2 == 0)
        transport_close(ears[0].transport);
    run_passes(2);
    ck_came(fds[0], "the end");
    close(fds[0]);
    close(fds[1]);
}
END_TEST

static void free_server(struct ear *ear)
{
    (void)ear;
    server_free(server);
    server = NULL;
}

START_TEST(a_protocol_may_free_the_server)
{
    ears_do_when_made = free_server;
    serve();
    int fd = connect_to(&place);
    run_passes(3);
    ears_do_when_made = NULL;
    ck_said("s:made ");
    close(fd);
    run_passes(4);
    ck_said("s:made s:eof s:lost ");
}
END_TEST

START_TEST(what_was_accepted_when_the_server_closes_is_closed)
{
    serve();
    int fd = connect_to(&place);
    run_passes(1);
    server_close(server);
    server_close(server);
    ck_assert(!server_is_serving(server));
    ck_assert_uint_eq(server_port(server), 0);
    run_passes(1);
    ck_assert_int_eq(ear_count, 0);
    ck_came(fd, "the end");
    close(fd);
    end_server();
}
END_TEST

START_TEST(connections_outlast_their_server)
{
    serve();
    int fd = connect_to(&place);
    run_passes(3);
    server_free(server);
    say(fd);
    run_passes(1);
    close(fd);
    run_passes(2);
    ck_said("s:made s:data:x s:eof s:lost ");
}
END_TEST

/* ---- awaiting it ---- */

START_TEST(who_awaits_its_end_waits_for_its_connections)
{
    serve();
    int fd = connect_to(&place);
    run_passes(3);
    struct task *first = start(COROUTINE(server_wait_closed(server)));
    struct task *second = start(COROUTINE(server_wait_closed(server)));
    struct task *third = start(COROUTINE(server_wait_closed(server)));
    run_passes(2);
    task_cancel(second, NULL);
    must_end_cancelled(second);
    server_close(server);
    run_passes(2);
    ck_assert(!is_done(first));
    /* Python 3.11: of a closed server there is nothing to wait for. */
    run_well(COROUTINE(server_wait_closed(server)));
    close(fd);
    run_passes(3);
    ck_assert(is_done(first) && is_done(third));
    task_free(first);
    task_free(third);
    end_server();
}
END_TEST

START_TEST(without_connections_it_is_over_when_it_is_closed)
{
    serve();
    struct task *task = start(COROUTINE(server_wait_closed(server)));
    run_passes(2);
    if (_i % 2 == 0)
        server_close(server);
    else
        server_free(server); /* also if it goes at once */
    run_passes(1);
    ck_assert(is_done(task));
    task_free(task);
    if (_i % 2 == 0)
        end_server();
}
END_TEST

static struct task *serve_in_task(void)
{
    struct task *task = start(COROUTINE(server_serve_forever(server)));

    run_passes(2);
    ck_assert(!is_done(task));
    return task;
}

START_TEST(it_serves_for_ever_until_that_is_cancelled)
{
    serve();
    struct task *task = serve_in_task();
    int fd = connect_to(&place);
    run_passes(3);
    ck_said("s:made ");
    ck_refused(loop_run_until_complete(
                   loop, COROUTINE(server_serve_forever(server)), NULL),
               error_runtime); /* it does so already */
    ck_assert(server_is_serving(server));
    task_cancel(task, NULL);
    must_end_cancelled(task);
    ck_assert(!server_is_serving(server));
    ck_refused(loop_run_until_complete(
                   loop, COROUTINE(server_serve_forever(server)), NULL),
               error_runtime); /* it is closed */
    close(fd);
    end_server();
}
END_TEST

START_TEST(closing_or_freeing_it_ends_serving_for_ever)
{
    serve();
    struct task *task = serve_in_task();
    if (_i % 2 == 0)
        server_close(server);
    else
        server_free(server);
    must_end_cancelled(task);
    if (_i % 2 == 0)
        end_server();
}
END_TEST

/* ---- the loop closes ---- */

START_TEST(a_loop_that_closes_closes_its_servers)
{
    serve();
    struct task *forever = serve_in_task();
    struct task *wait = start(COROUTINE(server_wait_closed(server)));
    int fd = connect_to(&place), late;
    run_passes(3);
    late = connect_to(&place);
    run_passes(1); /* it is accepted, and has no protocol yet */
    if (_i == 0)
        server_free(server);
    ck_assert(loop_close(loop));
    logged[0] = '\0';
    ck_said("s:made s:broken ");
    ck_came(fd, "the end");
    ck_came(late, "the end");
    task_free(forever);
    task_free(wait);
    if (_i == 1)
        server_free(server);
    loop_end();
    if (_i == 2)
        server_free(server);
    close(fd);
    close(late);
    loop_begin(NULL);
}
END_TEST

/* ---- connecting ---- */

START_TEST(a_refused_connection_fails_and_leaves_nothing)
{
    int nobody = refusing_socket(&place, AF_INET);

    run_badly(COROUTINE(connect_client()), ECONNREFUSED);
    ck_said(""); /* the factory was not called */
    close(nobody);
}
END_TEST

START_TEST(if_the_factory_makes_none_the_connection_fails)
{
    serve();
    struct loop_create_connection call = connect_client();
    call.factory = refuse;
    ck_refused(loop_run_until_complete(loop, COROUTINE(call), NULL), error_os);
    run_passes(3);
    ck_said("s:made s:eof s:lost ");
    end_server();
}
END_TEST

START_TEST(who_is_cancelled_while_he_connects_leaves_nothing)
{
    serve();
    struct task *task = start(COROUTINE(connect_client()));
    run_passes(_i); /* 0: not begun; 1, 2: connecting; 3, 4: beginning */
    task_cancel(task, NULL);
    must_end_cancelled(task);
    run_passes(3);
    ck_assert(client.lost == (_i >= 3));
    end_server();
}
END_TEST

START_TEST(a_loop_may_be_closed_while_somebody_connects)
{
    serve();
    struct task *task = start(COROUTINE(connect_client()));
    run_passes(_i);
    server_free(server);
    ck_assert(loop_close(loop));
    must_have_logged("Task was destroyed but it is pending!");
    ck_assert(client.lost == (_i >= 3));
    task_free(task);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        all_happens_in_the_passes_in_which_asyncio_does_it,
        a_server_is_made_in_the_pass_in_which_asyncio_has_it,
        a_server_may_have_no_connection_at_all,
        a_hundred_connections_may_wait_to_be_accepted,
        a_port_that_is_taken_is_named,
        ipv6_stands_beside_ipv4_on_the_same_port,
        what_cannot_be_bound_leaves_nothing,
        sockets_that_cannot_listen_stay_the_callers,
        a_unix_socket_does_as_well,
        what_is_no_socket_is_not_replaced,
        a_path_may_be_too_long_or_empty,
        a_factory_may_refuse_a_connection,
        a_protocol_may_free_the_server,
        what_was_accepted_when_the_server_closes_is_closed,
        connections_outlast_their_server,
        who_awaits_its_end_waits_for_its_connections,
        it_serves_for_ever_until_that_is_cancelled,
        a_refused_connection_fails_and_leaves_nothing,
        if_the_factory_makes_none_the_connection_fails,
        NULL};
    const TTest *const each[] = {
        a_connection_has_a_protocol_on_either_side,
        without_a_host_it_listens_everywhere,
        a_server_whose_making_is_cancelled_is_closed,
        a_factory_may_free_the_server,
        without_connections_it_is_over_when_it_is_closed,
        closing_or_freeing_it_ends_serving_for_ever,
        a_loop_that_closes_closes_its_servers,
        who_is_cancelled_while_he_connects_leaves_nothing,
        a_loop_may_be_closed_while_somebody_connects,
        NULL};

    temp_dir_make();
    int status = run_loop_suite("server", once, each);
    temp_dir_remove();
    return status;
}
