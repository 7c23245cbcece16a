/*
 * connect_test.c - connecting to several addresses, of which some never
 * answer, some refuse, and one is there: RFC 8305, by a clock that is stepped.
 */
#include "stages/07-loop/connect.h"

#include "loop_by_hand.h"

#include "network.h"

static struct place place; /* where somebody listens */

/* Links them in this order. */
static const struct addrinfo *link_places(struct place *const places[],
                                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        places[i]->info.ai_next = i + 1 < count ? &places[i + 1]->info : NULL;
    return &places[0]->info;
}

static int port_of_peer(int fd)
{
    struct place peer;
    socklen_t size = sizeof peer.address;

    ck_assert_int_eq(getpeername(fd, place_address(&peer), &size), 0);
    return place_port(&peer);
}

static struct task *start_race(struct place *const places[], size_t count)
{
    struct loop_connect_any race =
        loop_connect_any(loop, link_places(places, count));

    return start(COROUTINE(race));
}

/* It won, and the others are closed. No time goes by meanwhile. */
static void must_win(struct task *task, const struct place *winner, int open)
{
    run_until_done(task);
    int fd = (int)value_number(run_well(&task->co));
    task_free(task);
    ck_assert_int_eq(port_of_peer(fd), place_port(winner));
    ck_assert_int_eq(count_descriptors(), open + 1);
    ck_assert_uint_eq(loop_census(loop).watched, 0);
    close(fd);
}

/* The first family, if there are two: the case that RFC 8305 is about. */
static int first_family(void)
{
    return has_ipv6() ? AF_INET6 : AF_INET;
}

START_TEST(if_the_first_does_not_answer_the_second_is_tried_a_quarter_later)
{
    struct silence silence;

    WITH_SELECTOR(_i);
    silence_make(&silence, first_family());
    int listener = listening_socket(&place, AF_INET);
    int open = count_descriptors();
    struct task *task =
        start_race((struct place *[]){&silence.place, &place}, 2);
    run_passes(5);
    clock_go_on(0.2499);
    run_passes(5);
    ck_assert_int_eq(count_descriptors(), open + 1); /* the first is tried */
    clock_go_on(0.0001);
    must_win(task, &place, open);
    ck_assert_int_eq(open, count_descriptors());
    close(listener);
    silence_end(&silence);
}
END_TEST

START_TEST(a_clock_that_is_stepped_gets_there_by_itself)
{
    struct silence silence;

    silence_make(&silence, AF_INET);
    int listener = listening_socket(&place, AF_INET);
    struct task *task =
        start_race((struct place *[]){&silence.place, &place}, 2);
    int fd = (int)value_number(run_well(&task->co));
    ck_assert(seconds_gone() == 0.25);
    ck_assert_int_eq(port_of_peer(fd), place_port(&place));
    task_free(task);
    close(fd);
    close(listener);
    silence_end(&silence);
}
END_TEST

START_TEST(if_the_first_is_refused_the_second_is_tried_at_once)
{
    struct place refusing;
    int nobody = refusing_socket(&refusing, first_family());
    int listener = listening_socket(&place, AF_INET);
    int open = count_descriptors();
    struct task *task = start_race((struct place *[]){&refusing, &place}, 2);

    must_win(task, &place, open);
    close(listener);
    close(nobody);
}
END_TEST

START_TEST(if_one_is_refused_later_the_next_is_tried_at_once)
{
    struct silence silence;
    struct place refusing;
    int nobody = refusing_socket(&refusing, AF_INET);
    int listener = listening_socket(&place, AF_INET);

    silence_make(&silence, AF_INET);
    int open = count_descriptors();
    struct task *task =
        start_race((struct place *[]){&silence.place, &refusing, &place}, 3);
    run_passes(2);
    clock_go_on(0.25); /* not twice that */
    must_win(task, &place, open);
    silence_end(&silence);
    close(listener);
    close(nobody);
}
END_TEST

START_TEST(the_families_take_turns)
{
    struct silence silences[2];

    if (!has_ipv6())
        return;
    silence_make(&silences[0], AF_INET6);
    silence_make(&silences[1], AF_INET6);
    int listener = listening_socket(&place, AF_INET);
    int open = count_descriptors();
    struct task *task = start_race(
        (struct place *[]){&silences[0].place, &silences[1].place, &place}, 3);
    run_passes(2);
    clock_go_on(0.25);
    must_win(task, &place, open); /* it was the second, not the third */
    silence_end(&silences[0]);
    silence_end(&silences[1]);
    close(listener);
}
END_TEST

START_TEST(if_all_are_refused_the_last_says_why)
{
    struct place refusing[2], nowhere = {0};
    int nobody[] = {refusing_socket(&refusing[0], first_family()),
                    refusing_socket(&refusing[1], AF_INET)};

    nowhere.info.ai_family = -1; /* there is no such socket */
    struct loop_connect_any race = loop_connect_any(
        loop, link_places(
                  (struct place *[]){&refusing[0], &refusing[1], &nowhere}, 3));
    run_badly(COROUTINE(race), EAFNOSUPPORT);
    race.list = link_places((struct place *[]){&nowhere, &refusing[1]}, 2);
    run_badly(COROUTINE(race), ECONNREFUSED);
    ck_refused(loop_run_until_complete(
                   loop, COROUTINE(loop_connect_any(loop, NULL)), NULL),
               error_os);
    close(nobody[0]);
    close(nobody[1]);
}
END_TEST

START_TEST(who_is_cancelled_among_several_closes_them_all)
{
    struct silence silences[2];

    silence_make(&silences[0], AF_INET);
    silence_make(&silences[1], AF_INET);
    int open = count_descriptors();
    struct task *task = start_race(
        (struct place *[]){&silences[0].place, &silences[1].place}, 2);
    run_passes(1);
    clock_go_on(0.3);
    run_passes(3);
    ck_assert_uint_eq(loop_census(loop).watched, 2);
    if (_i % 2 == 0) {
        task_cancel(task, NULL);
        must_end_cancelled(task);
    } else {
        ck_assert(loop_close(loop));
        must_have_logged("Task was destroyed but it is pending!");
        task_free(task);
        open -= 2; /* the loop's own */
    }
    ck_assert_uint_eq(loop_census(loop).watched, 0);
    ck_assert_int_le(count_descriptors(), open);
    silence_end(&silences[0]);
    silence_end(&silences[1]);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        a_clock_that_is_stepped_gets_there_by_itself,
        if_the_first_is_refused_the_second_is_tried_at_once,
        if_one_is_refused_later_the_next_is_tried_at_once,
        the_families_take_turns,
        if_all_are_refused_the_last_says_why,
        NULL};
    const TTest *const each[] = {
        if_the_first_does_not_answer_the_second_is_tried_a_quarter_later,
        who_is_cancelled_among_several_closes_them_all, NULL};

    return run_loop_suite("connect", once, each);
}
