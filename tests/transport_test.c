/*
 * transport_test.c - transports over socket pairs and pipes, whose other end
 * is a plain descriptor.
 */
#include "stages/07-loop/transport.h"

#include "stages/07-loop/connect.h"

#include "loop_by_hand.h"

#include "ear.h"
#include "network.h"

#include <signal.h>

static int pair[2]; /* the second is the plain one */
static struct ear ear;

/* One over pair[0]; the protocol has not heard of it yet. */
static struct transport *open_transport(void)
{
    open_pair(pair);
    ear = ear_new("");
    struct transport *transport =
        transport_new(loop, pair[0], &ear.protocol, NULL);
    ck_assert_ptr_nonnull(transport);
    return transport;
}

/* One that has begun. */
static struct transport *begin_transport(void)
{
    struct transport *transport = open_transport();

    run_passes(1);
    ck_said("made ");
    forget_what_was_said();
    return transport;
}

static void nothing_is_watched(void)
{
    ck_assert_uint_eq(loop_census(loop).watched, 0);
}

static const size_t MUCH = 1 << 20;
static char much[1 << 20];

static void write_much(struct transport *transport)
{
    for (size_t i = 0; i < MUCH; i++)
        much[i] = (char)(i * 7 >> 3);
    ck_assert(transport_write(transport, much, MUCH));
    ck_assert_uint_gt(transport_get_write_buffer_size(transport), 0);
}

/* Reads it at the other end, and looks whether it is the same. */
static size_t seen;
static void see_much(void)
{
    static char bytes[65536];
    ssize_t size;

    while ((size = recv(pair[1], bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
        ck_assert_uint_le(seen + (size_t)size, MUCH);
        ck_assert_int_eq(memcmp(bytes, much + seen, (size_t)size), 0);
        seen += (size_t)size;
    }
}

static void see_all_of_it(void)
{
    seen = 0;
    for (int i = 0; i < 1000 && seen < MUCH; i++) {
        see_much();
        run_passes(1);
    }
    ck_assert_uint_eq(seen, MUCH);
}

/* ---- its life ---- */

START_TEST(a_protocol_hears_made_data_eof_and_lost)
{
    WITH_SELECTOR(_i);
    open_transport();
    ck_assert_ptr_null(ear.transport);
    send(pair[1], "abc", 3, 0);
    run_passes(1);
    ck_said("made ");
    run_passes(1);
    ck_said("made data:abc ");
    close(pair[1]);
    run_passes(1);
    ck_said("made data:abc eof ");
    nothing_is_watched();
    run_passes(1);
    ck_said("made data:abc eof lost ");
    ck_assert_ptr_null(ear.error);
}
END_TEST

START_TEST(what_waits_for_its_beginning_is_told_after_the_protocol)
{
    struct future *begun = loop_create_future(loop);

    open_pair(pair);
    ear = ear_new("");
    struct transport *transport =
        transport_new(loop, pair[0], &ear.protocol, begun);
    ck_assert(!future_done(begun));
    run_passes(1);
    ck_said("made ");
    ck_assert(future_done(begun));
    ck_assert_ptr_eq(begun->result, transport);
    ck_assert_ptr_eq(ear.transport, transport);
    transport_close(transport);
    run_passes(1);
    future_free(begun);
    close(pair[1]);
}
END_TEST

static const struct protocol_type deaf_type = {0};

START_TEST(a_protocol_need_not_listen)
{
    struct protocol deaf = {&deaf_type};

    open_pair(pair);
    struct transport *transport = transport_new(loop, pair[0], &deaf, NULL);
    run_passes(1);
    say(pair[1]);
    run_passes(1);
    write_much(transport);
    see_all_of_it();
    shutdown(pair[1], SHUT_WR);
    run_passes(2);
    ck_came(pair[1], "the end");
    close(pair[1]);
}
END_TEST

START_TEST(it_knows_its_loop_its_protocol_and_its_ends)
{
    struct place place, peer;
    socklen_t size = sizeof place.address, peer_size = sizeof peer.address;
    struct ear other = ear_new("other:");

    open_tcp_pair(pair);
    ear = ear_new("");
    struct transport *transport =
        transport_new(loop, pair[0], &ear.protocol, NULL);
    run_passes(1);
    ck_assert_ptr_eq(transport_get_loop(transport), loop);
    ck_assert_int_eq(transport_get_fd(transport), pair[0]);
    ck_assert_int_eq(
        transport_get_sockname(transport, place_address(&place), &size), 0);
    getpeername(pair[1], place_address(&peer), &peer_size);
    ck_assert_uint_eq(place_port(&place), place_port(&peer));
    ck_assert_int_eq(
        transport_get_peername(transport, place_address(&place), &size), 0);
    getsockname(pair[1], place_address(&peer), &peer_size);
    ck_assert_uint_eq(place_port(&place), place_port(&peer));
    ck_assert_ptr_eq(transport_get_protocol(transport), &ear.protocol);
    transport_set_protocol(transport, &other.protocol);
    say(pair[1]);
    close(pair[1]);
    run_passes(3);
    ck_said("made other:data:x other:eof other:lost ");
}
END_TEST

/* ---- writing ---- */

START_TEST(a_write_is_tried_at_once_and_then_costs_nothing)
{
    struct transport *transport = begin_transport();

    ck_assert(transport_write(transport, "abc", 3));
    ck_assert_uint_eq(transport_get_write_buffer_size(transport), 0);
    ck_came(pair[1], "abc");
    ck_assert(transport_write(transport, "", 0));
    ck_came(pair[1], "nothing");
    transport_close(transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

START_TEST(what_does_not_fit_is_kept)
{
    struct transport *transport = begin_transport();
    write_much(transport);
    size_t kept = transport_get_write_buffer_size(transport);
    ck_assert(transport_write(transport, "end", 3)); /* waits behind it */
    ck_assert_uint_eq(transport_get_write_buffer_size(transport), kept + 3);
    transport_abort(transport);
    run_passes(1);
    ck_said("pause lost ");
    close(pair[1]);
}
END_TEST

START_TEST(all_of_it_arrives_as_it_was_written)
{
    WITH_SELECTOR(_i);
    struct transport *transport = begin_transport();
    if (_i == 0) /* also over a socket that would block */
        fcntl(pair[0], F_SETFL, 0);

    write_much(transport);
    see_all_of_it();
    ck_assert_uint_eq(transport_get_write_buffer_size(transport), 0);
    ck_said("pause resume ");
    ck_assert(transport_write(transport, "abc", 3)); /* at once again */
    ck_came(pair[1], "abc");
    transport_close(transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

/* Of what is kept most is out by then, and its place is taken. */
START_TEST(what_is_written_later_comes_behind_what_is_kept)
{
    WITH_SELECTOR(_i);
    struct transport *transport = begin_transport();
    const size_t later = MUCH / 4, first = MUCH - later;

    for (size_t i = 0; i < MUCH; i++)
        much[i] = (char)(i * 7 >> 3);
    ck_assert(transport_write(transport, much, first));
    size_t kept = transport_get_write_buffer_size(transport);
    seen = 0;
    while (transport_get_write_buffer_size(transport) > kept / 3) {
        see_much();
        run_passes(1);
    }
    ck_assert_uint_gt(transport_get_write_buffer_size(transport), 0);
    ck_assert(transport_write(transport, much + first, later));
    for (int i = 0; i < 1000 && seen < MUCH; i++) {
        see_much();
        run_passes(1);
    }
    ck_assert_uint_eq(seen, MUCH);
    transport_close(transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

START_TEST(the_protocol_pauses_above_the_high_mark_and_resumes_at_the_low_one)
{
    struct transport *transport = begin_transport();
    size_t high, low;

    transport_get_write_buffer_limits(transport, &high, &low);
    ck_assert_uint_eq(high, 65536);
    ck_assert_uint_eq(low, 16384);
    ck_refused(transport_set_write_buffer_limits(transport, 1, 2), error_value);
    ck_assert(transport_set_write_buffer_limits(transport, 3, 1));
    fill(pair[0]);
    ck_assert(transport_write(transport, "abc", 3));
    ck_said("");
    ck_assert(transport_write(transport, "d", 1));
    ck_said("pause ");
    ck_assert(transport_write(transport, "e", 1));
    ck_said("pause ");
    empty(pair[1]);
    run_passes(1);
    ck_said("pause resume ");
    fill(pair[0]);
    ck_assert(transport_write(transport, "abc", 3));
    ck_said("pause resume ");
    ck_assert(transport_set_write_buffer_limits(transport, 0, 0));
    ck_said("pause resume pause ");
    transport_abort(transport);
    run_passes(1);
    ck_said("pause resume pause lost ");
    close(pair[1]);
}
END_TEST

/* What the protocol does when it may write again. */
static void (*const on_resume[])(struct ear *ear) = {do_write, do_close,
                                                     do_abort, do_pause};

START_TEST(the_protocol_may_do_anything_when_it_resumes)
{
    struct transport *transport = begin_transport();

    ear.on_resume = on_resume[_i % 4];
    transport_set_write_buffer_limits(transport, 0, 0);
    fill(pair[0]);
    ck_assert(transport_write(transport, "abc", 3));
    empty(pair[1]);
    run_passes(1);
    ck_assert_str_eq(take(pair[1]), _i % 4 == 0 ? "abcw" : "abc");
    if (ear.transport != NULL)
        transport_close(transport);
    run_passes(1);
    ck_said("pause resume lost ");
    close(pair[1]);
}
END_TEST

START_TEST(to_write_to_who_has_closed_breaks_the_connection_and_kills_nobody)
{
    struct transport *transport = begin_transport();

    close(pair[1]);
    ck_assert(transport_write(transport, "abc", 3));
    ck_assert(transport_is_closing(transport));
    ck_assert(transport_write(transport, "abc", 3)); /* dropped */
    run_passes(1);
    ck_said("broken ");
    ck_assert_int_eq(ear.error->number, EPIPE);
}
END_TEST

START_TEST(what_is_kept_when_the_peer_closes_is_dropped)
{
    struct transport *transport = begin_transport();

    transport_pause_reading(transport);
    write_much(transport);
    close(pair[1]);
    run_passes(2);
    ck_said("pause broken ");
    ck_assert_int_eq(ear.error->number, EPIPE);
    nothing_is_watched();
}
END_TEST

/* ---- half-close, in both directions ---- */

START_TEST(after_our_end_we_read_on)
{
    struct transport *transport = begin_transport();

    ck_assert(transport_can_write_eof(transport));
    transport_write(transport, "abc", 3);
    transport_write_eof(transport);
    ck_came(pair[1], "abc");
    ck_came(pair[1], "the end");
    ck_refused(transport_write(transport, "d", 1), error_runtime);
    transport_write_eof(transport); /* nothing happens */
    say(pair[1]);
    run_passes(1);
    ck_said("data:x ");
    close(pair[1]);
    run_passes(2);
    ck_said("data:x eof lost ");
}
END_TEST

START_TEST(our_end_comes_after_what_is_kept)
{
    struct transport *transport = begin_transport();

    write_much(transport);
    transport_write_eof(transport);
    ck_refused(transport_write(transport, "d", 1), error_runtime);
    see_all_of_it();
    ck_came(pair[1], "the end");
    transport_close(transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

START_TEST(after_their_end_we_write_on_if_the_protocol_wants_to)
{
    struct transport *transport = begin_transport();

    ear.keep = true;
    shutdown(pair[1], SHUT_WR);
    run_passes(3);
    ck_said("eof ");
    nothing_is_watched();
    ck_assert(!transport_is_closing(transport));
    transport_pause_reading(transport); /* and it is no news again */
    transport_resume_reading(transport);
    run_passes(2);
    ck_said("eof ");
    write_much(transport);
    see_all_of_it();
    transport_write_eof(transport);
    ck_came(pair[1], "the end");
    transport_close(transport);
    run_passes(1);
    ck_said("eof pause resume lost ");
    close(pair[1]);
}
END_TEST

START_TEST(a_reset_breaks_the_connection)
{
    open_tcp_pair(pair);
    ear = ear_new("");
    ck_assert_ptr_nonnull(transport_new(loop, pair[0], &ear.protocol, NULL));
    run_passes(1);
    reset(pair[1]);
    run_passes(2);
    ck_said("made broken ");
    ck_assert_int_eq(ear.error->number, ECONNRESET);
}
END_TEST

/* ---- reading ---- */

START_TEST(nothing_is_read_while_it_is_paused)
{
    struct transport *transport = begin_transport();

    ck_assert(transport_is_reading(transport));
    transport_pause_reading(transport);
    transport_pause_reading(transport);
    ck_assert(!transport_is_reading(transport));
    nothing_is_watched();
    say(pair[1]);
    run_passes(2);
    ck_said("");
    transport_resume_reading(transport);
    transport_resume_reading(transport);
    run_passes(1);
    ck_said("data:x ");
    transport_pause_reading(transport);
    close(pair[1]);
    run_passes(2);
    ck_said("data:x ");
    transport_resume_reading(transport);
    run_passes(2);
    ck_said("data:x eof lost ");
}
END_TEST

START_TEST(it_may_be_paused_before_it_begins)
{
    struct transport *transport = open_transport();

    transport_pause_reading(transport);
    say(pair[1]);
    run_passes(2);
    ck_said("made ");
    transport_resume_reading(transport);
    run_passes(1);
    ck_said("made data:x ");
    transport_close(transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

START_TEST(it_may_be_resumed_before_it_begins)
{
    struct transport *transport = open_transport();

    transport_pause_reading(transport);
    transport_resume_reading(transport);
    say(pair[1]);
    run_passes(2);
    ck_said("made data:x ");
    transport_close(transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

/* ---- ending ---- */

START_TEST(closing_sends_what_is_kept_and_what_is_written_meanwhile)
{
    struct transport *transport = begin_transport();

    write_much(transport);
    transport_close(transport);
    transport_close(transport);
    ck_assert(transport_is_closing(transport));
    ck_assert(!transport_is_reading(transport));
    transport_resume_reading(transport);
    say(pair[1]);
    run_passes(3);
    ck_said("pause "); /* nothing was read, and it is not lost */
    ck_assert(transport_write(transport, "", 0));
    see_all_of_it();
    ck_said("pause resume lost ");
    ck_assert_ptr_null(ear.error);
    close(pair[1]);
}
END_TEST

START_TEST(what_is_written_while_it_closes_is_sent_too)
{
    struct transport *transport = begin_transport();

    fill(pair[0]);
    transport_write(transport, "abc", 3);
    transport_close(transport);
    ck_assert(transport_write(transport, "def", 3));
    empty(pair[1]);
    run_passes(1); /* the last is sent, and it is lost in the same pass */
    ck_said("lost ");
    ck_came(pair[1], "abcdef");
    ck_came(pair[1], "the end");
    close(pair[1]);
}
END_TEST

START_TEST(to_abort_drops_what_is_kept)
{
    struct transport *transport = begin_transport();

    write_much(transport);
    if (_i % 2 == 0)
        transport_close(transport);
    transport_abort(transport);
    transport_abort(transport);
    transport_close(transport);
    ck_assert_uint_eq(transport_get_write_buffer_size(transport), 0);
    ck_said("pause ");
    nothing_is_watched();
    run_passes(1);
    ck_said("pause lost ");
    ck_assert_ptr_null(ear.error);
    ck_assert_uint_lt(take_all(pair[1]), MUCH);
    close(pair[1]);
}
END_TEST

/* Everything that may be done in a callback. */
static void do_everything(struct ear *it)
{
    do_pause(it);
    do_write(it);
    transport_resume_reading(it->transport);
    transport_write_eof(it->transport);
    do_close(it);
    do_abort(it);
    transport_resume_reading(it->transport);
    transport_set_write_buffer_limits(it->transport, 0, 0);
}

static void (*const actions[])(struct ear *it) = {do_close, do_abort,
                                                  do_everything};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

START_TEST(it_may_be_ended_when_it_is_made)
{
    open_transport();
    ear.on_made = actions[_i];
    say(pair[1]);
    run_passes(1);
    ck_said("made ");
    run_passes(2);
    ck_said("made lost ");
    close(pair[1]);
}
END_TEST

START_TEST(it_may_be_ended_when_data_come)
{
    begin_transport();
    ear.on_data = actions[_i];
    say(pair[1]);
    close(pair[1]);
    run_passes(3);
    ck_assert_str_eq(said, _i == 2 ? "data:x broken " : "data:x lost ");
}
END_TEST

START_TEST(it_may_be_ended_at_their_end)
{
    begin_transport();
    ear.on_eof = actions[_i];
    ear.keep = true;
    shutdown(pair[1], SHUT_WR);
    run_passes(3);
    ck_said("eof lost ");
    close(pair[1]);
}
END_TEST

START_TEST(it_may_be_ended_when_it_pauses)
{
    struct transport *transport = begin_transport();

    ear.on_pause = actions[_i % 2];
    fill(pair[0]);
    transport_set_write_buffer_limits(transport, 0, 0);
    ck_assert(transport_write(transport, "abc", 3));
    empty(pair[1]);
    run_passes(2);
    ck_assert_str_eq(said, _i == 1 ? "pause lost " : "pause resume lost ");
    close(pair[1]);
}
END_TEST

START_TEST(to_end_it_when_it_is_lost_is_no_news)
{
    begin_transport();
    ear.on_lost = actions[_i];
    close(pair[1]);
    run_passes(3);
    ck_said("eof lost ");
}
END_TEST

static const struct error upset = ERROR(&error_value, "upset");

static void be_upset(struct ear *it)
{
    (void)it;
    callback_raise(&upset);
}

START_TEST(a_protocol_that_fails_loses_its_connection)
{
    begin_transport();
    ear.keep = true;
    ear.on_data = _i % 2 == 0 ? be_upset : NULL;
    ear.on_eof = be_upset;
    say(pair[1]);
    shutdown(pair[1], SHUT_WR);
    run_passes(3);
    ck_assert_str_eq(said,
                     _i % 2 == 0 ? "data:x broken " : "data:x eof broken ");
    ck_assert_ptr_eq(ear.error, &upset);
    must_have_logged(_i % 2 == 0
                         ? "Fatal error: protocol.data_received() call failed."
                         : "Fatal error: protocol.eof_received() call failed.");
    close(pair[1]);
}
END_TEST

/* ---- pipes ---- */

static struct transport *open_pipe_transport(void)
{
    ck_assert_int_eq(pipe2(pair, O_NONBLOCK | O_CLOEXEC), 0);
    ear = ear_new("");
    struct transport *transport =
        transport_new_pipe(loop, pair[0], &ear.protocol, NULL);
    ck_assert_ptr_nonnull(transport);
    return transport;
}

START_TEST(a_pipe_is_read_to_its_end_which_is_the_end)
{
    WITH_SELECTOR(_i);
    struct transport *transport = open_pipe_transport();
    ear.keep = true; /* to no purpose */
    run_passes(1);
    ck_assert(!transport_can_write_eof(transport));
    ck_refused(transport_write(transport, "abc", 3), error_runtime);
    ck_assert_int_eq(write(pair[1], "abc", 3), 3);
    run_passes(1);
    ck_said("made data:abc ");
    close(pair[1]);
    run_passes(1);
    ck_said("made data:abc ");
    nothing_is_watched();
    run_passes(1); /* both in one pass, as in asyncio */
    ck_said("made data:abc eof lost ");
}
END_TEST

START_TEST(a_pipe_may_be_closed_before_its_end)
{
    struct transport *transport = open_pipe_transport();

    run_passes(1);
    close(pair[1]);
    if (_i % 2 == 0)
        run_passes(1); /* it has seen its end, and says so yet */
    transport_close(transport);
    run_passes(2);
    ck_assert_str_eq(said, _i % 2 == 0 ? "made eof lost " : "made lost ");
    if (_i % 2 != 0)
        ck_assert_ptr_null(ear.error);
}
END_TEST

/* ---- factories ---- */

static struct protocol *refuse(void *why)
{
    if (why != NULL)
        error_raise(why);
    return NULL;
}

START_TEST(a_factory_that_makes_none_refuses_and_the_socket_is_closed)
{
    open_pair(pair);
    ck_refused(transport_open(loop, refuse, NULL, pair[0], NULL), error_os);
    ck_came(pair[1], "the end");
    close(pair[1]);
    open_pair(pair);
    ck_refused(
        transport_open(loop, refuse, (void *)(uintptr_t)&upset, pair[0], NULL),
        error_value);
    ck_came(pair[1], "the end");
    close(pair[1]);
}
END_TEST

START_TEST(to_a_closed_loop_nothing_can_be_opened)
{
    open_pair(pair);
    ear = ear_new("");
    ck_assert(loop_close(loop));
    ck_refused(transport_open(loop, give_ear, &ear, pair[0], NULL),
               error_runtime);
    ck_said("broken "); /* so that it may free itself */
    ck_came(pair[1], "the end");
    close(pair[1]);
}
END_TEST

static struct task *start_accepted(void)
{
    open_pair(pair);
    ear = ear_new("");
    return start(
        COROUTINE(loop_connect_accepted_socket(loop, give_ear, &ear, pair[0])));
}

START_TEST(a_socket_that_was_accepted_by_hand_gets_a_transport)
{
    struct task *task = start_accepted();

    run_until_done(task);
    ck_assert_ptr_eq(task->result, ear.transport);
    ck_said("made ");
    task_free(task);
    transport_close(ear.transport);
    run_passes(1);
    close(pair[1]);
}
END_TEST

START_TEST(of_one_that_was_lost_meanwhile_nothing_is_given)
{
    struct task *task = start_accepted();

    ear.on_made = do_abort;
    run_until_done(task);
    ck_said("made lost ");
    ck_assert_ptr_null(task->co.error);
    ck_assert_ptr_null(task->result);
    task_free(task);
    close(pair[1]);
}
END_TEST

/* Before it begins, when it has begun, and when it is lost already. */
START_TEST(who_is_cancelled_while_he_waits_for_it_closes_it)
{
    struct task *task = start_accepted();

    ear.on_made = _i == 2 ? do_abort : NULL;
    run_passes(_i == 0 ? 1 : 2);
    ck_assert(task_cancel(task, NULL));
    must_end_cancelled(task);
    run_passes(1);
    ck_said("made lost ");
    ck_came(pair[1], "the end");
    close(pair[1]);
}
END_TEST

START_TEST(a_connection_need_not_be_closed_before_the_loop)
{
    struct task *task = start_accepted();

    run_passes(_i);
    ck_assert(loop_close(loop));
    if (_i < 3)
        must_have_logged("Task was destroyed but it is pending!");
    ck_assert(_i < 1 || ear.lost);
    if (_i == 0) /* it has not begun: it is still ours */
        close(pair[0]);
    ck_came(pair[1], "the end");
    task_free(task);
    close(pair[1]);
}
END_TEST

/* ---- the loop closes ---- */

static struct ear second;

static void close_second(struct ear *it)
{
    (void)it;
    transport_write(second.transport, "bye", 3);
    transport_pause_reading(second.transport);
    transport_resume_reading(second.transport);
    transport_close(second.transport);
}

START_TEST(a_loop_that_closes_loses_what_is_open)
{
    int other[2];

    open_pair(other);
    second = ear_new("second:");
    transport_new(loop, other[0], &second.protocol, NULL);
    run_passes(1);
    forget_what_was_said();
    struct transport *transport = begin_transport();
    ear.on_lost = close_second;
    write_much(transport);
    ck_assert(loop_close(loop));
    ck_said("pause broken second:broken ");
    ck_assert(error_is(ear.error, &error_runtime));
    ck_came(other[1], "bye");
    ck_came(other[1], "the end");
    close(other[1]);
    close(pair[1]);
}
END_TEST

START_TEST(what_has_not_begun_when_the_loop_closes_is_lost_too)
{
    struct transport *transport = open_transport();

    if (_i % 2 == 0)
        transport_close(transport);
    ck_assert(loop_close(loop));
    ck_assert_str_eq(said, _i % 2 == 0 ? "lost " : "broken ");
    ck_came(pair[1], "the end");
    close(pair[1]);
}
END_TEST

START_TEST(one_that_is_being_lost_when_the_loop_closes_is_lost_once)
{
    struct transport *transport =
        _i == 0 ? begin_transport() : open_pipe_transport();

    run_passes(1);
    forget_what_was_said();
    close(pair[1]);
    if (_i == 0)
        transport_close(transport);
    else
        run_passes(1); /* it is at its end, and has not said so */
    ck_assert(loop_close(loop));
    ck_said("lost ");
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        what_waits_for_its_beginning_is_told_after_the_protocol,
        a_protocol_need_not_listen,
        it_knows_its_loop_its_protocol_and_its_ends,
        a_write_is_tried_at_once_and_then_costs_nothing,
        what_does_not_fit_is_kept,
        the_protocol_pauses_above_the_high_mark_and_resumes_at_the_low_one,
        to_write_to_who_has_closed_breaks_the_connection_and_kills_nobody,
        what_is_kept_when_the_peer_closes_is_dropped,
        after_our_end_we_read_on,
        our_end_comes_after_what_is_kept,
        after_their_end_we_write_on_if_the_protocol_wants_to,
        a_reset_breaks_the_connection,
        nothing_is_read_while_it_is_paused,
        it_may_be_paused_before_it_begins,
        it_may_be_resumed_before_it_begins,
        closing_sends_what_is_kept_and_what_is_written_meanwhile,
        what_is_written_while_it_closes_is_sent_too,
        a_factory_that_makes_none_refuses_and_the_socket_is_closed,
        to_a_closed_loop_nothing_can_be_opened,
        a_socket_that_was_accepted_by_hand_gets_a_transport,
        of_one_that_was_lost_meanwhile_nothing_is_given,
        a_loop_that_closes_loses_what_is_open,
        NULL};
    const TTest *const each[] = {
        all_of_it_arrives_as_it_was_written,
        what_is_written_later_comes_behind_what_is_kept,
        a_protocol_hears_made_data_eof_and_lost,
        the_protocol_may_do_anything_when_it_resumes,
        to_abort_drops_what_is_kept,
        it_may_be_ended_when_it_is_made,
        it_may_be_ended_when_data_come,
        it_may_be_ended_at_their_end,
        it_may_be_ended_when_it_pauses,
        to_end_it_when_it_is_lost_is_no_news,
        a_protocol_that_fails_loses_its_connection,
        a_pipe_is_read_to_its_end_which_is_the_end,
        a_pipe_may_be_closed_before_its_end,
        who_is_cancelled_while_he_waits_for_it_closes_it,
        a_connection_need_not_be_closed_before_the_loop,
        what_has_not_begun_when_the_loop_closes_is_lost_too,
        one_that_is_being_lost_when_the_loop_closes_is_lost_once,
        NULL};

    return run_loop_suite("transport", once, each);
}
