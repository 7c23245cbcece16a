/*
 * coroutine_test.c - what the words of coroutine.h promise, resumed by hand.
 */
#include "stages/06-futures/future.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct error spark = {5, "spark"};
static const struct error smoke = {0, "smoke"};

/* What happened, one letter each. */
static char trail[64];

static void note(char sign)
{
    size_t length = strlen(trail);

    if (length < sizeof trail - 1)
        trail[length] = sign;
}

/* One step. Returns the future it waits for, NULL: it is over. */
static struct future *step(struct coroutine *co)
{
    return co->resume(co);
}

/*
 *     def leaf(future):
 *         note("a")
 *         try:
 *             value = yield from future
 *             note("b")
 *             return value
 *         finally:
 *             note("f")
 */
struct leaf {
    struct coroutine co;
    struct future future;
    void *result;
};

static struct future *leaf(struct coroutine *co)
{
    struct leaf *self = (struct leaf *)co;

    CO_BEGIN(self);
    note('a');
    CO_AWAIT(self, self->future);
    note('b');
    self->result = self->future.result;
    CO_FINALLY(self);
    note('f');
    CO_END(self);
}

static struct leaf leaf_new(void)
{
    return (struct leaf){.co = CO_INIT(leaf), .future = future_new()};
}

START_TEST(making_a_frame_runs_nothing)
{
    struct leaf frame = leaf_new();

    ck_assert_str_eq(trail, "");
    ck_assert_int_eq(frame.co.line, CO_NEW);
}
END_TEST

START_TEST(it_stops_at_a_wait_and_returns_the_future_it_waits_for)
{
    struct leaf frame = leaf_new();

    ck_assert_ptr_eq(step(&frame.co), &frame.future);
    ck_assert_str_eq(trail, "a");
    ck_assert_ptr_eq(frame.co.awaits, &frame.future.co);
    ck_assert_str_eq(frame.co.function, "leaf");
    ck_assert_int_gt(frame.co.line, 0);
}
END_TEST

START_TEST(resumed_too_early_it_waits_on)
{
    struct leaf frame = leaf_new();

    for (int i = 0; i < 3; i++)
        ck_assert_ptr_eq(step(&frame.co), &frame.future);
    ck_assert_str_eq(trail, "a");
}
END_TEST

START_TEST(it_goes_on_behind_the_wait_when_the_future_has_a_result)
{
    struct leaf frame = leaf_new();

    step(&frame.co);
    future_set_result(&frame.future, &frame);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "abf");
    ck_assert_ptr_eq(frame.result, &frame);
    ck_assert_ptr_null(frame.co.error);
    ck_assert_ptr_null(frame.co.awaits);
    ck_assert_int_eq(frame.co.line, CO_OVER);
}
END_TEST

START_TEST(a_future_that_is_settled_already_is_not_waited_for)
{
    struct leaf frame = leaf_new();

    future_set_result(&frame.future, &frame);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "abf");
}
END_TEST

START_TEST(it_fails_as_what_it_awaits_fails_by_way_of_finally)
{
    struct leaf frame = leaf_new();

    step(&frame.co);
    future_set_error(&frame.future, &spark);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "af");
    ck_assert_ptr_eq(frame.co.error, &spark);
    ck_assert_int_eq(frame.co.line, CO_OVER);
}
END_TEST

/*
 *     def chain(depth):
 *         try:
 *             return (yield from (chain(depth - 1) or leaf()))
 *         finally:
 *             note(str(depth))
 */
struct chain {
    struct coroutine co;
    int depth;
    struct chain *next; /* NULL: the leaf is next */
    struct leaf *leaf;
};

static struct future *chain(struct coroutine *co)
{
    struct chain *self = (struct chain *)co;

    CO_BEGIN(self);
    if (self->next != NULL)
        CO_AWAIT(self, *self->next);
    else
        CO_AWAIT(self, *self->leaf);
    CO_FINALLY(self);
    note((char)('0' + self->depth));
    CO_END(self);
}

enum { DEPTH = 5 };

/* Frames that delegate to each other, the outermost first. */
static void link_chain(struct chain frames[], struct leaf *innermost)
{
    for (int i = 0; i < DEPTH; i++)
        frames[i] =
            (struct chain){.co = CO_INIT(chain),
                           .depth = i,
                           .next = i < DEPTH - 1 ? &frames[i + 1] : NULL,
                           .leaf = innermost};
}

START_TEST(the_innermost_future_travels_up_through_all_that_delegate)
{
    struct leaf innermost = leaf_new();
    struct chain frames[DEPTH];

    link_chain(frames, &innermost);
    ck_assert_ptr_eq(step(&frames[0].co), &innermost.future);
    for (int i = 0; i < DEPTH - 1; i++)
        ck_assert_ptr_eq(frames[i].co.awaits, &frames[i + 1].co);
    ck_assert_ptr_eq(frames[DEPTH - 1].co.awaits, &innermost.co);
    future_set_result(&innermost.future, NULL);
    ck_assert_ptr_null(step(&frames[0].co));
    ck_assert_str_eq(trail, "abf43210");
}
END_TEST

START_TEST(an_error_climbs_up_and_every_frame_cleans_up_on_the_way)
{
    struct leaf innermost = leaf_new();
    struct chain frames[DEPTH];

    link_chain(frames, &innermost);
    step(&frames[0].co);
    future_set_error(&innermost.future, &spark);
    ck_assert_ptr_null(step(&frames[0].co));
    ck_assert_str_eq(trail, "af43210");
    for (int i = 0; i < DEPTH; i++)
        ck_assert_ptr_eq(frames[i].co.error, &spark);
}
END_TEST

/*
 *     def patient(first, second):
 *         try:
 *             yield from first
 *             return
 *         except:
 *             note("x")
 *         yield from second
 *         note("y")
 */
struct patient {
    struct coroutine co;
    struct future first;
    struct future second;
};

static struct future *patient(struct coroutine *co)
{
    struct patient *self = (struct patient *)co;

    CO_BEGIN(self);
    CO_TRY_AWAIT(self, self->first);
    if (self->first.co.error == NULL)
        CO_RETURN(self);
    note('x');
    CO_AWAIT(self, self->second);
    note('y');
    CO_FINALLY(self);
    note('f');
    CO_END(self);
}

static struct patient patient_new(void)
{
    return (struct patient){
        .co = CO_INIT(patient), .first = future_new(), .second = future_new()};
}

START_TEST(an_error_that_is_caught_goes_no_further)
{
    struct patient frame = patient_new();

    step(&frame.co);
    future_set_error(&frame.first, &spark);
    ck_assert_ptr_eq(step(&frame.co), &frame.second);
    ck_assert_ptr_null(frame.co.error);
    future_set_result(&frame.second, NULL);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_ptr_null(frame.co.error);
    ck_assert_str_eq(trail, "xyf");
}
END_TEST

START_TEST(to_return_in_the_middle_leaves_by_way_of_finally)
{
    struct patient frame = patient_new();

    step(&frame.co);
    future_set_result(&frame.first, NULL);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "f");
}
END_TEST

/*
 *     def yielding(future):
 *         yield future
 *         note("b")
 */
struct yielding {
    struct coroutine co;
    struct future future;
};

static struct future *yielding(struct coroutine *co)
{
    struct yielding *self = (struct yielding *)co;

    CO_BEGIN(self);
    CO_YIELD(self, &self->future);
    note('b');
    CO_FINALLY(self);
    note('f');
    CO_END(self);
}

START_TEST(a_bare_yield_goes_on_when_resumed_whatever_the_future_came_to)
{
    struct yielding frame = {.co = CO_INIT(yielding), .future = future_new()};

    ck_assert_ptr_eq(step(&frame.co), &frame.future);
    if (_i == 0)
        future_set_error(&frame.future, &spark);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "bf");
    ck_assert_ptr_null(frame.co.error);
}
END_TEST

/*
 *     def leaving(body, cleaning):
 *         try:
 *             yield from body
 *         finally:
 *             note("f")
 *             yield from cleaning
 *             note("g")
 */
struct leaving {
    struct coroutine co;
    struct future body;
    struct future cleaning;
};

static struct future *leaving(struct coroutine *co)
{
    struct leaving *self = (struct leaving *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->body);
    CO_FINALLY(self);
    note('f');
    CO_AWAIT(self, self->cleaning);
    note('g');
    CO_END(self);
}

static struct leaving leaving_new(void)
{
    return (struct leaving){
        .co = CO_INIT(leaving), .body = future_new(), .cleaning = future_new()};
}

START_TEST(finally_may_wait_and_the_error_waits_with_it)
{
    struct leaving frame = leaving_new();

    step(&frame.co);
    future_set_error(&frame.body, &spark);
    ck_assert_ptr_eq(step(&frame.co), &frame.cleaning);
    ck_assert_str_eq(trail, "f");
    future_set_result(&frame.cleaning, NULL);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "fg");
    ck_assert_ptr_eq(frame.co.error, &spark);
}
END_TEST

START_TEST(an_error_in_finally_takes_the_place_of_the_first_and_ends_it)
{
    struct leaving frame = leaving_new();

    step(&frame.co);
    if (_i == 0)
        future_set_error(&frame.body, &spark);
    else
        future_set_result(&frame.body, NULL);
    ck_assert_ptr_eq(step(&frame.co), &frame.cleaning);
    future_set_error(&frame.cleaning, &smoke);
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "f");
    ck_assert_ptr_eq(frame.co.error, &smoke);
    ck_assert_int_eq(frame.co.line, CO_OVER);
}
END_TEST

/*
 * Returning in finally: in Python it drops the error, here it keeps it. To
 * drop it is to say so.
 */
struct returning {
    struct coroutine co;
    bool drop;
};

static struct future *returning(struct coroutine *co)
{
    struct returning *self = (struct returning *)co;

    CO_BEGIN(self);
    CO_RAISE(self, &spark);
    CO_FINALLY(self);
    note('f');
    if (self->drop)
        self->co.error = NULL;
    CO_RETURN(self);
    CO_END(self);
}

START_TEST(to_return_in_finally_ends_it_and_keeps_the_error_till_it_is_dropped)
{
    struct returning frame = {.co = CO_INIT(returning), .drop = _i};

    ck_assert_ptr_null(step(&frame.co));
    ck_assert_str_eq(trail, "f");
    ck_assert_ptr_eq(frame.co.error, _i ? NULL : &spark);
    ck_assert_int_eq(frame.co.line, CO_OVER);
}
END_TEST

/*
 *     def sum():
 *         for i in range(3):
 *             total += yield from futures[i]
 */
struct sum {
    struct coroutine co;
    struct future futures[3];
    int i;
    int total;
};

static struct future *sum(struct coroutine *co)
{
    struct sum *self = (struct sum *)co;

    CO_BEGIN(self);
    for (self->i = 0; self->i < 3; self->i++) {
        CO_AWAIT(self, self->futures[self->i]);
        self->total += *(int *)self->futures[self->i].result;
    }
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(what_is_in_the_frame_lasts_and_loops_go_round)
{
    struct sum frame = {.co = CO_INIT(sum)};
    int values[] = {1, 20, 300};

    for (int i = 0; i < 3; i++)
        frame.futures[i] = future_new();
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_eq(step(&frame.co), &frame.futures[i]);
        future_set_result(&frame.futures[i], &values[i]);
    }
    ck_assert_ptr_null(step(&frame.co));
    ck_assert_int_eq(frame.total, 321);
}
END_TEST

/* ---- what must not be done ---- */

/* Runs `wrong` in a child; it must abort, saying what the pattern says. */
static void must_abort(void wrong(void), const char *saying)
{
    int ends[2], status;
    char said[256] = "";
    size_t length = 0;
    ssize_t n;

    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        wrong();
        _exit(0);
    }
    close(ends[1]);
    while ((n = read(ends[0], said + length, sizeof said - 1 - length)) > 0)
        length += (size_t)n;
    close(ends[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGABRT);
    ck_assert_msg(strstr(said, saying) != NULL, "it said: %s", said);
}

static void resume_what_is_over(void)
{
    struct leaf frame = leaf_new();

    future_set_result(&frame.future, NULL);
    step(&frame.co);
    step(&frame.co);
}

START_TEST(who_resumes_what_is_over_is_told_so)
{
    must_abort(resume_what_is_over, "coroutine leaf resumed at line -1, where "
                                    "it does not wait");
}
END_TEST

/* Python: RuntimeError: cannot reuse already awaited coroutine. */
static void await_what_is_over(void)
{
    struct leaf innermost = leaf_new();
    struct chain frame = {.co = CO_INIT(chain), .leaf = &innermost};

    future_set_result(&innermost.future, NULL);
    step(&innermost.co);
    step(&frame.co);
}

START_TEST(who_awaits_what_is_over_is_told_so)
{
    must_abort(await_what_is_over, "coroutine leaf resumed at line -1");
}
END_TEST

/* A wait whose label belongs to the inner switch. */
struct switching {
    struct coroutine co;
    struct future future;
    int way;
};

static int wait_line;

static struct future *switching(struct coroutine *co)
{
    struct switching *self = (struct switching *)co;

    CO_BEGIN(self);
    switch (self->way) {
    case 1:
        wait_line = __LINE__ + 1;
        CO_AWAIT(self, self->future);
        break;
    default:
        break;
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct switching in_a_switch = {.co = {.resume = switching}, .way = 1};

static void resume_in_a_switch(void)
{
    step(&in_a_switch.co);
}

START_TEST(who_waits_inside_a_switch_is_told_where_at_the_first_resume)
{
    char saying[80];

    in_a_switch.future = future_new();
    ck_assert_ptr_eq(step(&in_a_switch.co), &in_a_switch.future);
    future_set_result(&in_a_switch.future, NULL);
    snprintf(saying, sizeof saying,
             "coroutine switching resumed at line %d, where it does not wait",
             wait_line);
    must_abort(resume_in_a_switch, saying);
}
END_TEST

static void clear_trail(void)
{
    memset(trail, 0, sizeof trail);
}

int main(void)
{
    Suite *suite = suite_create("coroutine");
    TCase *tcase = tcase_create("coroutine");
    SRunner *runner = srunner_create(suite);

    tcase_add_checked_fixture(tcase, clear_trail, NULL);
    tcase_add_test(tcase, making_a_frame_runs_nothing);
    tcase_add_test(tcase,
                   it_stops_at_a_wait_and_returns_the_future_it_waits_for);
    tcase_add_test(tcase, resumed_too_early_it_waits_on);
    tcase_add_test(tcase,
                   it_goes_on_behind_the_wait_when_the_future_has_a_result);
    tcase_add_test(tcase, a_future_that_is_settled_already_is_not_waited_for);
    tcase_add_test(tcase, it_fails_as_what_it_awaits_fails_by_way_of_finally);
    tcase_add_test(tcase,
                   the_innermost_future_travels_up_through_all_that_delegate);
    tcase_add_test(tcase,
                   an_error_climbs_up_and_every_frame_cleans_up_on_the_way);
    tcase_add_test(tcase, an_error_that_is_caught_goes_no_further);
    tcase_add_test(tcase, to_return_in_the_middle_leaves_by_way_of_finally);
    tcase_add_loop_test(
        tcase, a_bare_yield_goes_on_when_resumed_whatever_the_future_came_to, 0,
        2);
    tcase_add_test(tcase, finally_may_wait_and_the_error_waits_with_it);
    tcase_add_loop_test(
        tcase, an_error_in_finally_takes_the_place_of_the_first_and_ends_it, 0,
        2);
    tcase_add_loop_test(
        tcase,
        to_return_in_finally_ends_it_and_keeps_the_error_till_it_is_dropped, 0,
        2);
    tcase_add_test(tcase, what_is_in_the_frame_lasts_and_loops_go_round);
    tcase_add_test(tcase, who_resumes_what_is_over_is_told_so);
    tcase_add_test(tcase, who_awaits_what_is_over_is_told_so);
    tcase_add_test(tcase,
                   who_waits_inside_a_switch_is_told_where_at_the_first_resume);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
