/*
 * generator_test.c - next, send, throw and close as CPython 3.11 has them,
 * through delegation, too. What each test expects is what python3 does with
 * the Python that stands over its coroutine.
 */
#include "stages/06-futures/generator.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct error key_error = {0, "KeyError"};
static const struct error value_error = {0, "ValueError"};

/* What happened inside, one letter each. */
static char trail[64];

static void note(char sign)
{
    size_t length = strlen(trail);

    if (length < sizeof trail - 1)
        trail[length] = sign;
}

static void clear_trail(void)
{
    memset(trail, 0, sizeof trail);
}

/* ---- what an answer must be ---- */

static void yields(const struct generator *gen, enum generator_state state,
                   intptr_t number)
{
    ck_assert_int_eq(state, GENERATOR_YIELDED);
    ck_assert_int_eq(value_number(gen->value), number);
    ck_assert_ptr_null(gen->error);
}

static void is_over(const struct generator *gen, enum generator_state state)
{
    ck_assert_int_eq(state, GENERATOR_OVER);
    ck_assert_ptr_null(gen->value);
    ck_assert_ptr_null(gen->error);
}

static void fails(const struct generator *gen, enum generator_state state,
                  const struct error *error)
{
    ck_assert_int_eq(state, GENERATOR_FAILED);
    ck_assert_ptr_eq(gen->error, error);
    ck_assert_ptr_null(gen->value);
}

/* Whatever is asked of it, it is over. */
static void stays_over(struct generator *gen)
{
    size_t length = strlen(trail);

    for (int i = 0; i < 2; i++) {
        is_over(gen, generator_next(gen));
        is_over(gen, generator_send(gen, number_value(1)));
        fails(gen, generator_throw(gen, &key_error), &key_error);
        is_over(gen, generator_close(gen));
    }
    ck_assert_uint_eq(strlen(trail), length); /* nothing runs */
}

/* ---- one generator alone ---- */

/*
 *     def plain():
 *         note("a")
 *         try:
 *             got = yield 1
 *             note("b")
 *             got = yield got
 *             return got
 *         finally:
 *             note("f")
 */
struct plain {
    struct coroutine co;
    struct yield out;
    intptr_t got;
    intptr_t result;
};

static struct future *plain(struct coroutine *co)
{
    struct plain *self = (struct plain *)co;

    CO_BEGIN(self);
    note('a');
    GENERATOR_YIELD(self, self->out, number_value(1));
    self->got = value_number(self->out.answer.result);
    note('b');
    GENERATOR_YIELD(self, self->out, number_value(self->got));
    self->result = value_number(self->out.answer.result);
    CO_FINALLY(self);
    note('f');
    CO_END(self);
}

static struct plain plain_new(void)
{
    return (struct plain){.co = CO_INIT(plain)};
}

START_TEST(nothing_runs_before_the_first_next)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    ck_assert_str_eq(trail, "");
    yields(&gen, generator_next(&gen), 1);
    ck_assert_str_eq(trail, "a");
}
END_TEST

START_TEST(what_is_sent_is_the_value_of_the_pending_yield)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    yields(&gen, generator_send(&gen, NULL), 1);
    yields(&gen, generator_send(&gen, number_value(7)), 7);
    is_over(&gen, generator_send(&gen, number_value(8)));
    ck_assert_int_eq(frame.result, 8);
    ck_assert_str_eq(trail, "abf");
    stays_over(&gen);
}
END_TEST

START_TEST(next_sends_none)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    yields(&gen, generator_next(&gen), 0);
}
END_TEST

START_TEST(a_value_sent_to_a_fresh_one_is_refused_and_it_stays_fresh)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    fails(&gen, generator_send(&gen, number_value(5)), &generator_just_started);
    ck_assert_str_eq(trail, "");
    yields(&gen, generator_next(&gen), 1);
}
END_TEST

START_TEST(what_is_thrown_into_a_fresh_one_comes_out_and_nothing_ever_runs)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    fails(&gen, generator_throw(&gen, &key_error), &key_error);
    ck_assert_str_eq(trail, "");
    stays_over(&gen);
}
END_TEST

START_TEST(closing_a_fresh_one_runs_nothing_ever)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "");
    stays_over(&gen);
}
END_TEST

START_TEST(what_nobody_catches_comes_out_by_way_of_finally)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    fails(&gen, generator_throw(&gen, &key_error), &key_error);
    ck_assert_str_eq(trail, "af");
    stays_over(&gen);
}
END_TEST

START_TEST(closing_runs_finally_once)
{
    struct plain frame = plain_new();
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "af");
    stays_over(&gen);
}
END_TEST

/*
 *     def stubborn(exit, returns):
 *         while True:
 *             try:
 *                 yield 1
 *             except KeyError:
 *                 note("k")
 *             except GeneratorExit:
 *                 note("e")
 *                 if returns: return
 *                 if raises: raise ValueError
 */
enum way { GO_ON, RETURN, RAISE };

struct stubborn {
    struct coroutine co;
    struct yield out;
    enum way on_exit;
};

static struct future *stubborn(struct coroutine *co)
{
    struct stubborn *self = (struct stubborn *)co;

    CO_BEGIN(self);
    for (;;) {
        GENERATOR_TRY_YIELD(self, self->out, number_value(1));
        if (self->out.co.error == &key_error) {
            note('k');
        } else if (self->out.co.error == &generator_exit) {
            note('e');
            if (self->on_exit == RETURN)
                CO_RETURN(self);
            if (self->on_exit == RAISE)
                CO_RAISE(self, &value_error);
        } else if (self->out.co.error != NULL) {
            CO_RAISE(self, self->out.co.error);
        }
    }
    CO_FINALLY(self);
    note('f');
    CO_END(self);
}

static struct stubborn stubborn_new(enum way on_exit)
{
    return (struct stubborn){.co = CO_INIT(stubborn), .on_exit = on_exit};
}

START_TEST(what_is_caught_inside_is_answered_by_the_next_yield)
{
    struct stubborn frame = stubborn_new(RETURN);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    for (int i = 0; i < 3; i++)
        yields(&gen, generator_throw(&gen, &key_error), 1);
    ck_assert_str_eq(trail, "kkk");
    fails(&gen, generator_throw(&gen, &value_error), &value_error);
}
END_TEST

START_TEST(who_is_closed_may_just_return)
{
    struct stubborn frame = stubborn_new(RETURN);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "ef");
}
END_TEST

START_TEST(another_error_at_the_closing_comes_out)
{
    struct stubborn frame = stubborn_new(RAISE);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    fails(&gen, generator_close(&gen), &value_error);
    ck_assert_str_eq(trail, "ef");
    stays_over(&gen);
}
END_TEST

START_TEST(who_yields_at_the_closing_ignored_it_and_is_still_there)
{
    struct stubborn frame = stubborn_new(GO_ON);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    fails(&gen, generator_close(&gen), &generator_ignored_exit);
    yields(&gen, generator_next(&gen), 1);
    frame.on_exit = RETURN;
    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "eef");
}
END_TEST

START_TEST(generator_exit_can_be_thrown_by_hand)
{
    struct stubborn frame = stubborn_new(GO_ON);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &generator_exit), 1);
    frame.on_exit = RETURN;
    is_over(&gen, generator_throw(&gen, &generator_exit));
    struct plain other = plain_new();
    gen = generator_new(&other.co);
    generator_next(&gen);
    fails(&gen, generator_throw(&gen, &generator_exit), &generator_exit);
}
END_TEST

/*
 *     def parting():
 *         try:
 *             yield 1
 *         finally:
 *             yield 2
 *             note("f")
 *             if raises: raise ValueError
 */
struct parting {
    struct coroutine co;
    struct yield out;
    bool raises;
};

static struct future *parting(struct coroutine *co)
{
    struct parting *self = (struct parting *)co;

    CO_BEGIN(self);
    GENERATOR_YIELD(self, self->out, number_value(1));
    CO_FINALLY(self);
    GENERATOR_YIELD(self, self->out, number_value(2));
    note('f');
    if (self->raises)
        CO_RAISE(self, &value_error);
    CO_END(self);
}

static struct parting parting_new(bool raises)
{
    return (struct parting){.co = CO_INIT(parting), .raises = raises};
}

START_TEST(a_yield_in_finally_holds_the_error_back_till_it_goes_on)
{
    struct parting frame = parting_new(false);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &key_error), 2);
    fails(&gen, generator_next(&gen), &key_error);
    ck_assert_str_eq(trail, "f");
    stays_over(&gen);
}
END_TEST

START_TEST(a_yield_in_finally_at_the_closing_ignored_it)
{
    struct parting frame = parting_new(false);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    fails(&gen, generator_close(&gen), &generator_ignored_exit);
    fails(&gen, generator_next(&gen), &generator_exit);
    stays_over(&gen);
}
END_TEST

START_TEST(what_is_thrown_into_finally_takes_the_place_of_the_first_error)
{
    struct parting frame = parting_new(false);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    generator_throw(&gen, &key_error);
    fails(&gen, generator_throw(&gen, &value_error), &value_error);
    ck_assert_str_eq(trail, "");
    stays_over(&gen);
}
END_TEST

START_TEST(what_finally_raises_takes_the_place_of_the_first_error)
{
    struct parting frame = parting_new(true);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    generator_throw(&gen, &key_error);
    fails(&gen, generator_next(&gen), &value_error);
    ck_assert_str_eq(trail, "f");
    stays_over(&gen);
}
END_TEST

/*
 *     def selfish():
 *         for ask in (next, throw, close):
 *             try: ask(g)
 *             except ValueError: note("v")    generator already executing
 *         yield 1
 */
struct selfish {
    struct coroutine co;
    struct yield out;
    struct generator *gen;
};

static struct future *selfish(struct coroutine *co)
{
    struct selfish *self = (struct selfish *)co;

    CO_BEGIN(self);
    fails(self->gen, generator_next(self->gen), &generator_already_executing);
    fails(self->gen, generator_throw(self->gen, &key_error),
          &generator_already_executing);
    fails(self->gen, generator_close(self->gen), &generator_already_executing);
    note('v');
    GENERATOR_YIELD(self, self->out, number_value(1));
    CO_FINALLY(self);
    if (self->co.error == &generator_exit)
        fails(self->gen, generator_close(self->gen),
              &generator_already_executing);
    CO_END(self);
}

START_TEST(who_runs_cannot_be_asked)
{
    struct selfish frame = {.co = CO_INIT(selfish)};
    struct generator gen = generator_new(&frame.co);

    frame.gen = &gen;
    yields(&gen, generator_next(&gen), 1);
    ck_assert_str_eq(trail, "v");
    is_over(&gen, generator_close(&gen));
}
END_TEST

/* ---- delegation ---- */

/*
 *     def outer():
 *         try:
 *             value = yield from inner
 *             note("o")
 *             yield 100 + value
 *         except KeyError:                    if it catches
 *             note("K")
 *             yield 200
 *         finally:
 *             note("F")
 *
 * `inner` is one of the generators above.
 */
struct outer {
    struct coroutine co;
    union {
        struct plain plain;
        struct stubborn stubborn;
        struct parting parting;
    } inner;
    struct yield out;
    const struct error *catches; /* and then goes on, NULL: nothing */
};

static struct future *outer(struct coroutine *co)
{
    struct outer *self = (struct outer *)co;

    CO_BEGIN(self);
    CO_TRY_AWAIT(self, self->inner.plain);
    if (self->inner.plain.co.error == NULL) {
        note('o');
        GENERATOR_YIELD(self, self->out,
                        number_value(100 + self->inner.plain.result));
    } else if (self->inner.plain.co.error == self->catches) {
        note('K');
        GENERATOR_YIELD(self, self->out, number_value(200));
    } else {
        CO_RAISE(self, self->inner.plain.co.error);
    }
    CO_FINALLY(self);
    note('F');
    CO_END(self);
}

static struct outer outer_of_plain(void)
{
    return (struct outer){.co = CO_INIT(outer), .inner.plain = plain_new()};
}

static struct outer outer_of_stubborn(enum way on_exit)
{
    return (struct outer){.co = CO_INIT(outer),
                          .inner.stubborn = stubborn_new(on_exit)};
}

START_TEST(next_and_send_reach_the_innermost_and_its_result_the_outer)
{
    struct outer frame = outer_of_plain();
    struct generator gen = generator_new(&frame.co);

    yields(&gen, generator_next(&gen), 1);
    yields(&gen, generator_send(&gen, number_value(7)), 7);
    yields(&gen, generator_send(&gen, number_value(8)), 108);
    is_over(&gen, generator_next(&gen));
    ck_assert_str_eq(trail, "abfoF");
    stays_over(&gen);
}
END_TEST

START_TEST(what_is_thrown_reaches_the_innermost_and_climbs_out)
{
    struct outer frame = outer_of_plain();
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    fails(&gen, generator_throw(&gen, &key_error), &key_error);
    ck_assert_str_eq(trail, "afF");
    stays_over(&gen);
}
END_TEST

START_TEST(what_is_thrown_can_be_caught_half_way_up)
{
    struct outer frame = outer_of_plain();
    struct generator gen = generator_new(&frame.co);

    frame.catches = &key_error;
    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &key_error), 200);
    is_over(&gen, generator_next(&gen));
    ck_assert_str_eq(trail, "afKF");
}
END_TEST

START_TEST(what_the_innermost_catches_the_outer_never_sees)
{
    struct outer frame = outer_of_stubborn(RETURN);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &key_error), 1);
    ck_assert_str_eq(trail, "k");
}
END_TEST

START_TEST(closing_closes_the_inner_before_the_outer)
{
    struct outer frame = outer_of_plain();
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "afF");
    stays_over(&gen);
}
END_TEST

START_TEST(closing_a_fresh_outer_never_begins_the_inner)
{
    struct outer frame = outer_of_plain();
    struct generator gen = generator_new(&frame.co);

    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "");
    ck_assert_int_eq(frame.inner.plain.co.line, CO_NEW);
    stays_over(&gen);
}
END_TEST

/* PEP 380: "Otherwise, GeneratorExit is raised in the delegating generator." */
START_TEST(an_inner_that_swallows_the_exit_does_not_save_the_outer)
{
    struct outer frame = outer_of_stubborn(RETURN);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "efF"); /* no o: it does not go on */
    stays_over(&gen);
}
END_TEST

START_TEST(an_inner_that_ignores_the_exit_is_an_error_in_the_outer)
{
    struct outer frame = outer_of_stubborn(GO_ON);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    fails(&gen, generator_close(&gen), &generator_ignored_exit);
    ck_assert_str_eq(trail, "eF");
    stays_over(&gen);
}
END_TEST

START_TEST(an_inner_that_raises_at_the_exit_raises_in_the_outer)
{
    struct outer frame = outer_of_stubborn(RAISE);
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    if (_i == 0) {
        fails(&gen, generator_close(&gen), &value_error);
        ck_assert_str_eq(trail, "efF");
    } else {
        frame.catches = &value_error; /* and yields: ignored after all */
        fails(&gen, generator_close(&gen), &generator_ignored_exit);
        is_over(&gen, generator_next(&gen));
        ck_assert_str_eq(trail, "efKF");
    }
    stays_over(&gen);
}
END_TEST

START_TEST(the_exit_thrown_by_hand_closes_the_inner_and_may_be_caught_above)
{
    struct outer frame = outer_of_stubborn(RETURN);
    struct generator gen = generator_new(&frame.co);

    frame.catches = &generator_exit;
    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &generator_exit), 200);
    is_over(&gen, generator_next(&gen));
    ck_assert_str_eq(trail, "efKF");
}
END_TEST

START_TEST(an_inner_that_yields_in_finally_still_answers_for_its_error)
{
    struct outer frame = {.co = CO_INIT(outer),
                          .inner.parting = parting_new(false)};
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &key_error), 2);
    fails(&gen, generator_next(&gen), &key_error);
    ck_assert_str_eq(trail, "fF");
}
END_TEST

/*
 *     def deep(n):
 *         try:
 *             yield from (deep(n - 1) if n else stubborn())
 *         finally:
 *             note(n)
 */
struct deep {
    struct coroutine co;
    struct deep *next; /* NULL: the last one */
    struct stubborn last;
    int depth;
};

enum { DEPTH = 4 };

static struct future *deep(struct coroutine *co)
{
    struct deep *self = (struct deep *)co;

    CO_BEGIN(self);
    if (self->next != NULL)
        CO_AWAIT(self, *self->next);
    else
        CO_AWAIT(self, self->last);
    CO_FINALLY(self);
    note((char)('0' + self->depth));
    CO_END(self);
}

START_TEST(a_deep_chain_is_closed_from_the_innermost_up)
{
    struct deep frames[DEPTH];

    for (int i = 0; i < DEPTH; i++)
        frames[i] = (struct deep){.co = CO_INIT(deep),
                                  .next = i < DEPTH - 1 ? &frames[i + 1] : NULL,
                                  .last = stubborn_new(RETURN),
                                  .depth = i};
    struct generator gen = generator_new(&frames[0].co);
    generator_next(&gen);
    yields(&gen, generator_throw(&gen, &key_error), 1);
    is_over(&gen, generator_close(&gen));
    ck_assert_str_eq(trail, "kef3210");
    for (int i = 0; i < DEPTH; i++)
        ck_assert_int_eq(frames[i].co.line, CO_OVER);
    stays_over(&gen);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("generator");
    TCase *alone = tcase_create("alone");
    TCase *delegating = tcase_create("delegating");
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(alone, clear_trail, NULL);
    tcase_add_test(alone, nothing_runs_before_the_first_next);
    tcase_add_test(alone, what_is_sent_is_the_value_of_the_pending_yield);
    tcase_add_test(alone, next_sends_none);
    tcase_add_test(alone,
                   a_value_sent_to_a_fresh_one_is_refused_and_it_stays_fresh);
    tcase_add_test(
        alone, what_is_thrown_into_a_fresh_one_comes_out_and_nothing_ever_runs);
    tcase_add_test(alone, closing_a_fresh_one_runs_nothing_ever);
    tcase_add_test(alone, what_nobody_catches_comes_out_by_way_of_finally);
    tcase_add_test(alone, closing_runs_finally_once);
    tcase_add_test(alone, what_is_caught_inside_is_answered_by_the_next_yield);
    tcase_add_test(alone, who_is_closed_may_just_return);
    tcase_add_test(alone, another_error_at_the_closing_comes_out);
    tcase_add_test(alone,
                   who_yields_at_the_closing_ignored_it_and_is_still_there);
    tcase_add_test(alone, generator_exit_can_be_thrown_by_hand);
    tcase_add_test(alone,
                   a_yield_in_finally_holds_the_error_back_till_it_goes_on);
    tcase_add_test(alone, a_yield_in_finally_at_the_closing_ignored_it);
    tcase_add_test(
        alone, what_is_thrown_into_finally_takes_the_place_of_the_first_error);
    tcase_add_test(alone,
                   what_finally_raises_takes_the_place_of_the_first_error);
    tcase_add_test(alone, who_runs_cannot_be_asked);
    tcase_set_timeout(alone, 60);
    suite_add_tcase(suite, alone);

    tcase_add_checked_fixture(delegating, clear_trail, NULL);
    tcase_add_test(delegating,
                   next_and_send_reach_the_innermost_and_its_result_the_outer);
    tcase_add_test(delegating,
                   what_is_thrown_reaches_the_innermost_and_climbs_out);
    tcase_add_test(delegating, what_is_thrown_can_be_caught_half_way_up);
    tcase_add_test(delegating, what_the_innermost_catches_the_outer_never_sees);
    tcase_add_test(delegating, closing_closes_the_inner_before_the_outer);
    tcase_add_test(delegating, closing_a_fresh_outer_never_begins_the_inner);
    tcase_add_test(delegating,
                   an_inner_that_swallows_the_exit_does_not_save_the_outer);
    tcase_add_test(delegating,
                   an_inner_that_ignores_the_exit_is_an_error_in_the_outer);
    tcase_add_loop_test(
        delegating, an_inner_that_raises_at_the_exit_raises_in_the_outer, 0, 2);
    tcase_add_test(
        delegating,
        the_exit_thrown_by_hand_closes_the_inner_and_may_be_caught_above);
    tcase_add_test(delegating,
                   an_inner_that_yields_in_finally_still_answers_for_its_error);
    tcase_add_test(delegating, a_deep_chain_is_closed_from_the_innermost_up);
    tcase_set_timeout(delegating, 60);
    suite_add_tcase(suite, delegating);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
