/*
 * sync_test.c - locks, events, semaphores, conditions and barriers: who goes
 * on, in which order and in which pass, and what becomes of it when those who
 * wait are cancelled.
 *
 * What actors do and when was written down by CPython 3.11.7.
 */
#include "stages/07-loop/barrier.h"
#include "stages/07-loop/event.h"
#include "stages/07-loop/semaphore.h"

#include "actors.h"
#include "support.h"

#include <signal.h>

/* ---- ending one while somebody waits ---- */

/* Waits for a frame that the test made, and is never woken. */
static void leave_waiting(struct coroutine *object)
{
    struct loop *loop = loop_new(NULL);

    send_stream_to(stderr, "/dev/null");
    ck_assert_ptr_nonnull(loop_create_task(loop, object));
    loop_stop(loop);
    ck_assert(loop_run_forever(loop));
}

/* Others waited in another loop, so that in this one nobody can. */
static void check_is_bound(struct loop *loop, struct coroutine *object,
                           const char *message)
{
    ck_assert(!loop_run_until_complete(loop, object, NULL));
    check_last_error(&error_runtime, message);
    ck_assert(loop_free(loop));
}

/* ---- lock ---- */

START_TEST(who_asked_first_gets_the_lock_first)
{
    struct world world = world_new();

    plays(&world, "A: a y y r | B: a r | C: a r?",
          "1:Aa 3:Ar 4:Ba 4:Br 5:Ca 5:Cr 5:C?=nothing");
}
END_TEST

START_TEST(who_releases_it_and_asks_again_is_the_last)
{
    struct world world = world_new();

    plays(&world, "A: a y y r a r | B: a r | C: a r",
          "1:Aa 3:Ar 4:Ba 4:Br 5:Ca 5:Cr 6:Aa 6:Ar");
}
END_TEST

START_TEST(a_newcomer_does_not_overtake_who_was_just_woken)
{
    struct world world = world_new();

    plays(&world, "A: a y r | B: a r | C: y a r",
          "1:Aa 2:Ar 3:Ba 3:Br 4:Ca 4:Cr");
}
END_TEST

START_TEST(one_cancelled_in_the_middle_of_the_line_is_left_out)
{
    struct world world = world_new();

    plays(&world, "A: a y xC y ? y r | B: a r | C: a r | D: a r ?",
          "1:Aa 3:Ca!cancelled-by-A 3:A?=locked+2 4:Ar 5:Ba 5:Br 6:Da 6:Dr "
          "6:D?=nothing");
}
END_TEST

START_TEST(one_cancelled_when_it_was_just_woken_passes_the_lock_on)
{
    struct world world = world_new();

    plays(&world, "A: a y r xB | B: a r | C: a r ?",
          "1:Aa 2:Ar 3:Ba!cancelled-by-A 4:Ca 4:Cr 4:C?=nothing");
}
END_TEST

START_TEST(so_does_the_next_one_and_being_cancelled_twice_is_no_more)
{
    struct world world = world_new();

    plays(&world, "A: a y r xB xB | B: a | C: a | D: y y xC xC | E: a r ?",
          "1:Aa 2:Ar 3:Ba!cancelled-by-A 4:Ca!cancelled-by-D 5:Ea 5:Er "
          "5:E?=nothing");
}
END_TEST

START_TEST(one_cancelled_before_it_could_be_woken_lets_the_next_have_it)
{
    struct world world = world_new();

    plays(&world, "A: a y xB r ? | B: a | C: a r ?",
          "1:Aa 2:Ar 2:A?=free+2 3:Ba!cancelled-by-A 4:Ca 4:Cr 4:C?=nothing");
}
END_TEST

START_TEST(a_lock_for_which_only_cancelled_ones_wait_is_free)
{
    struct world world = world_new();

    plays(&world, "A: a y xB r a ? y ? | B: a",
          "1:Aa 2:Ar 2:Aa 2:A?=locked+1 3:Ba!cancelled-by-A 3:A?=locked+0");
}
END_TEST

START_TEST(a_free_lock_cannot_be_released)
{
    struct world world = world_new();

    plays(&world, "A: r a r r",
          "1:Ar!RuntimeError 1:Aa 1:Ar 1:Ar!RuntimeError");
}
END_TEST

START_TEST(the_error_of_a_release_too_many_is_worded_as_pythons)
{
    struct lock lock = lock_new();

    ck_assert(!lock_release(&lock));
    check_last_error(&error_runtime, "Lock is not acquired.");
}
END_TEST

START_TEST(a_lock_belongs_to_the_loop_in_which_somebody_waited_first)
{
    struct loop *other = loop_new(NULL);
    struct world world = world_new();

    plays(&world, "A: a | B: a", "1:Aa stuck:B");
    check_is_bound(other, COROUTINE(lock_acquire(&world.lock)),
                   "<Lock> is bound to a different event loop");
    ck_assert(lock_release(&world.lock));
    ck_assert(run_alone(lock_acquire(&world.lock))); /* it need not wait */
}
END_TEST

START_TEST(to_end_a_lock_while_somebody_waits_is_a_broken_invariant)
{
    struct lock lock = {.locked = true};

    leave_waiting(COROUTINE(lock_acquire(&lock)));
    lock_free(&lock);
}
END_TEST

/* ---- event ---- */

START_TEST(set_wakes_all_who_wait_in_the_order_they_came)
{
    struct world world = world_new();

    plays(&world, "A: y ? e ? | B: w | C: w | D: w ?",
          "2:A?=unset+3 2:Ae 2:A?=set+3 3:Bw 3:Cw 3:Dw 3:D?=set+0");
}
END_TEST

START_TEST(who_was_woken_goes_on_though_it_is_cleared_at_once)
{
    struct world world = world_new();

    plays(&world, "A: y e f ? e | B: w ? w | C: y y f w",
          "2:Ae 2:Af 2:A?=unset+1 2:Ae 3:Bw 3:B?=set+0 3:Bw 3:Cf stuck:C");
}
END_TEST

START_TEST(a_set_event_is_passed_in_the_same_step)
{
    struct world world = world_new();

    plays(&world, "A: e w w ? f ?",
          "1:Ae 1:Aw 1:Aw 1:A?=set+0 1:Af 1:A?=nothing");
}
END_TEST

START_TEST(one_cancelled_before_the_set_leaves_and_the_others_wait_on)
{
    struct world world = world_new();

    plays(&world, "A: y xB y ? e | B: w | C: w ?",
          "3:Bw!cancelled-by-A 3:A?=unset+1 3:Ae 4:Cw 4:C?=set+0");
}
END_TEST

START_TEST(one_cancelled_after_the_set_fails_all_the_same)
{
    struct world world = world_new();

    plays(&world, "A: y e xB | B: w | C: w", "2:Ae 3:Bw!cancelled-by-A 3:Cw");
}
END_TEST

START_TEST(an_event_belongs_to_the_loop_in_which_somebody_waited_first)
{
    struct loop *other = loop_new(NULL);
    struct world world = world_new();

    plays(&world, "A: w", "stuck:A");
    check_is_bound(other, COROUTINE(event_wait(&world.event)),
                   "<Event> is bound to a different event loop");
}
END_TEST

START_TEST(to_end_an_event_while_somebody_waits_is_a_broken_invariant)
{
    struct event event = event_new();

    leave_waiting(COROUTINE(event_wait(&event)));
    event_free(&event);
}
END_TEST

/* ---- semaphore ---- */

START_TEST(as_many_go_on_as_there_are_places)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(2);
    plays(&world, "A: s y y t | B: s y y t | C: s t | D: s t | E: s ? t ?",
          "1:As 1:Bs 3:At 3:Bt 4:Cs 4:Ct 4:Ds 4:Dt 5:Es 5:E?=nothing 5:Et "
          "5:E?=open:2+0");
}
END_TEST

START_TEST(a_newcomer_does_not_take_the_place_of_who_was_just_woken)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(1);
    plays(&world, "A: s y t s t ? | B: s t | C: y s t",
          "1:As 2:At 3:Bs 3:Bt 4:As 4:At 4:A?=locked:0+1 5:Cs 5:Ct");
}
END_TEST

START_TEST(a_place_of_one_cancelled_in_the_middle_goes_to_the_next)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: y xC t t ? y ? | B: s | C: s | D: s",
          "2:At 2:At 2:A?=locked:0+3 3:Cs!cancelled-by-A 3:Bs 3:Ds "
          "3:A?=locked:0+0");
}
END_TEST

START_TEST(a_place_of_one_cancelled_when_just_woken_goes_to_the_next)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(1);
    plays(&world, "A: s y t xB ? | B: s t | C: s t ?",
          "1:As 2:At 2:A?=locked:0+2 3:Bs!cancelled-by-A 4:Cs 4:Ct "
          "4:C?=nothing");
}
END_TEST

START_TEST(and_from_there_to_the_one_after_it)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: y t xB xB | B: s | C: s | D: y y xC xC | E: s ?",
          "2:At 3:Bs!cancelled-by-A 4:Cs!cancelled-by-D 5:Es 5:E?=locked:0+0");
}
END_TEST

START_TEST(a_place_that_nobody_is_left_to_take_is_free)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: y t xB y ? | B: s",
          "2:At 3:Bs!cancelled-by-A 3:A?=nothing");
}
END_TEST

START_TEST(places_given_back_at_once_wake_as_many)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: y t t t ? | B: s | C: s | D: s ? | E: s",
          "2:At 2:At 2:At 2:A?=locked:0+4 3:Bs 3:Cs 3:Ds 3:D?=locked:0+1 "
          "stuck:E");
}
END_TEST

START_TEST(it_is_locked_as_long_as_one_who_was_woken_has_not_gone_on)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: y t t ? y ? | B: s",
          "2:At 2:At 2:A?=locked:1+1 3:Bs 3:A?=nothing");
}
END_TEST

START_TEST(who_goes_on_wakes_the_next_if_there_is_a_place_left)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: y t t ? | B: s | C: y s ?",
          "2:At 2:At 2:A?=locked:1+1 3:Bs 4:Cs 4:C?=locked:0+0");
}
END_TEST

START_TEST(a_release_may_give_a_plain_one_more_than_it_had)
{
    struct world world = world_new();

    world.semaphore = semaphore_new(1);
    plays(&world, "A: t t ? s s s ?",
          "1:At 1:At 1:A?=open:3+0 1:As 1:As 1:As 1:A?=locked:0+0");
}
END_TEST

START_TEST(a_bounded_one_refuses_a_release_too_many)
{
    struct world world = world_new();

    world.semaphore = bounded_semaphore_new(1);
    plays(&world, "A: t s t t", "1:At!ValueError 1:As 1:At 1:At!ValueError");
}
END_TEST

START_TEST(the_errors_of_semaphores_are_worded_as_pythons)
{
    struct semaphore full = bounded_semaphore_new(2);
    struct semaphore none = semaphore_new(-1);

    ck_assert(!semaphore_release(&full));
    check_last_error(&error_value, "BoundedSemaphore released too many times");
    ck_assert(!semaphore_release(&none));
    check_last_error(&error_value, "Semaphore initial value must be >= 0");
    ck_assert(!run_alone(semaphore_acquire(&none)));
    check_last_error(&error_value, "Semaphore initial value must be >= 0");
}
END_TEST

START_TEST(a_semaphore_belongs_to_the_loop_in_which_somebody_waited_first)
{
    struct loop *other = loop_new(NULL);
    struct world world = world_new();

    world.semaphore = semaphore_new(0);
    plays(&world, "A: s", "stuck:A");
    check_is_bound(other, COROUTINE(semaphore_acquire(&world.semaphore)),
                   "<Semaphore> is bound to a different event loop");
}
END_TEST

START_TEST(to_end_a_semaphore_while_somebody_waits_is_a_broken_invariant)
{
    struct semaphore semaphore = semaphore_new(0);

    leave_waiting(COROUTINE(semaphore_acquire(&semaphore)));
    semaphore_free(&semaphore);
}
END_TEST

/* ---- condition ---- */

START_TEST(who_is_notified_goes_on_when_the_lock_is_released)
{
    struct world world = world_new();

    plays(&world,
          "A: [ n ] | B: [ n ] | C: [ n ] | D: y y [ 1 y y ] y [ * y ] ?",
          "1:A[ 1:B[ 1:C[ 3:D[ 3:D1 5:D] 6:An 6:A] 6:D[ 6:D* 7:D] "
          "7:D?=free+2+0 8:Bn 8:B] 9:Cn 9:C]");
}
END_TEST

START_TEST(notify_wakes_as_many_as_it_is_told)
{
    struct world world = world_new();

    plays(&world, "A: [ n ] | B: [ n ] | C: [ n ] | D: y y [ ? 2 ? ] y y ?",
          "1:A[ 1:B[ 1:C[ 3:D[ 3:D?=held+0+3 3:D2 3:D?=held+0+3 3:D] 4:An "
          "4:A] 4:Bn 4:B] 5:D?=free+0+1 stuck:C");
}
END_TEST

START_TEST(to_wait_and_to_notify_take_the_lock)
{
    struct world world = world_new();

    plays(&world, "A: n 1 2 * ] [ 1 ]",
          "1:An!RuntimeError 1:A1!RuntimeError 1:A2!RuntimeError "
          "1:A*!RuntimeError 1:A]!RuntimeError 1:A[ 1:A1 1:A]");
}
END_TEST

START_TEST(one_cancelled_while_it_sleeps_takes_the_lock_before_it_fails)
{
    struct world world = world_new();

    plays(&world, "A: [ n | B: y [ xA y y ? ] y ?",
          "1:A[ 2:B[ 4:B?=held+1+0 4:B] 5:An!cancelled-by-B 5:B?=held+0+0");
}
END_TEST

START_TEST(one_notified_and_cancelled_at_once_loses_the_notification)
{
    struct world world = world_new();

    plays(&world, "A: [ n | B: [ n | C: y y [ 1 xA ] y y ? ]",
          "1:A[ 1:B[ 3:C[ 3:C1 3:C] 4:An!cancelled-by-C 5:C?=held+0+1 5:C] "
          "stuck:B");
}
END_TEST

START_TEST(one_cancelled_while_it_takes_the_lock_again_tries_on)
{
    struct world world = world_new();

    plays(&world, "A: [ n | B: y [ * y xA y xA y ? ] y ?",
          "1:A[ 2:B[ 2:B* 5:B?=held+1+0 5:B] 6:An!cancelled 6:B?=held+0+0");
}
END_TEST

START_TEST(and_then_fails_without_the_message_as_in_python)
{
    struct world world = world_new();

    plays(&world, "A: [ n | B: y [ xA y y xA y ]",
          "1:A[ 2:B[ 5:B] 6:An!cancelled");
}
END_TEST

START_TEST(wait_for_sleeps_until_its_predicate_holds)
{
    struct world world = world_new();

    plays(&world, "A: [ u ] | B: y [ + * ] y y [ + * ] ?",
          "1:A[ 2:B[ 2:B+ 2:B* 2:B] 4:B[ 4:B+ 4:B* 4:B] 4:B?=free+0+1 5:Au "
          "5:A]");
}
END_TEST

START_TEST(wait_for_does_not_wait_if_it_holds_already)
{
    struct world world = world_new();

    plays(&world, "A: + + [ u ]", "1:A+ 1:A+ 1:A[ 1:Au 1:A]");
}
END_TEST

/*
 *     async def two_of_one_lock(first, second):
 *         async with first:
 *             second.notify()
 *             await first.wait()
 */
struct two_of_one_lock {
    struct coroutine co;
    void *result;
    struct condition *first, *second;
    struct condition_acquire acquire;
    struct condition_wait wait;
};

static struct future *two_of_one_lock(struct coroutine *co)
{
    struct two_of_one_lock *self = (struct two_of_one_lock *)co;

    CO_BEGIN(self);
    self->acquire = condition_acquire(self->first);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(self->second, 1));
    self->wait = condition_wait(self->first);
    CO_AWAIT(self, self->wait);
    CO_CHECK(self, condition_notify(self->second, 1));
    CO_FINALLY(self);
    if (self->acquire.result)
        condition_release(self->first);
    CO_END(self);
}

static struct two_of_one_lock two_of_one_lock_new(struct condition *first,
                                                  struct condition *second)
{
    return (struct two_of_one_lock){
        .co = CO_INIT(two_of_one_lock), .first = first, .second = second};
}

START_TEST(two_conditions_may_share_a_lock)
{
    struct loop *loop = loop_new(NULL);
    struct lock lock = lock_new();
    struct condition a = condition_new(&lock), b = condition_new(&lock);

    struct task *task =
        loop_create_task(loop, COROUTINE(two_of_one_lock_new(&a, &b)));
    ck_assert_ptr_nonnull(task);
    ck_assert(loop_run_until_complete(
        loop, COROUTINE(two_of_one_lock_new(&b, &a)), NULL));
    ck_assert(future_result(&task->future, NULL));
    ck_assert(!lock_locked(&lock));
    task_free(task);
    ck_assert(loop_free(loop));
}
END_TEST

START_TEST(the_errors_of_conditions_are_worded_as_pythons)
{
    struct condition condition = condition_new(NULL);

    ck_assert(!run_alone(condition_wait(&condition)));
    check_last_error(&error_runtime, "cannot wait on un-acquired lock");
    ck_assert(!condition_notify(&condition, 1));
    check_last_error(&error_runtime, "cannot notify on un-acquired lock");
    ck_assert(!condition_notify_all(&condition));
    check_last_error(&error_runtime, "cannot notify on un-acquired lock");
    ck_assert(!condition_release(&condition));
    check_last_error(&error_runtime, "Lock is not acquired.");
}
END_TEST

START_TEST(who_waits_in_another_loop_has_the_lock_when_that_is_refused)
{
    struct loop *other = loop_new(NULL);
    struct world world = world_new();

    plays(&world, "A: [ n", "1:A[ stuck:A");
    ck_assert(condition_locked(&world.condition));
    check_is_bound(other, COROUTINE(condition_wait(&world.condition)),
                   "<Condition> is bound to a different event loop");
    ck_assert(condition_locked(&world.condition));
}
END_TEST

START_TEST(to_end_a_condition_while_somebody_waits_is_a_broken_invariant)
{
    struct condition condition = {.own.locked = true};

    leave_waiting(COROUTINE(condition_wait(&condition)));
    condition_free(&condition);
}
END_TEST

/* ---- barrier ---- */

START_TEST(nobody_goes_on_until_all_have_come)
{
    struct world world = world_new();

    world.barrier = barrier_new(3);
    plays(&world, "A: b | B: y b | C: ? y y b ?",
          "1:C?=barrier:1 3:Cb=2 3:C?=nothing 4:Ab=0 4:Bb=1");
}
END_TEST

START_TEST(a_barrier_is_used_again_and_again)
{
    struct world world = world_new();

    world.barrier = barrier_new(2);
    plays(&world, "A: b b | B: b b | C: b b | D: b b",
          "1:Bb=1 2:Ab=0 3:Bb=1 4:Ab=0 5:Db=1 6:Cb=0 7:Db=1 8:Cb=0");
}
END_TEST

START_TEST(who_comes_while_the_others_leave_is_of_the_next_round)
{
    struct world world = world_new();

    world.barrier = barrier_new(2);
    plays(&world, "A: b | B: b | C: y b | D: y y y b",
          "1:Bb=1 2:Ab=0 4:Db=1 5:Cb=0");
}
END_TEST

START_TEST(a_reset_fails_those_who_wait_and_makes_it_as_new)
{
    struct world world = world_new();

    world.barrier = barrier_new(3);
    plays(&world, "A: b b | B: b b | C: y y B ? y y ? b",
          "3:CB 3:C?=nothing 4:Ab!BrokenBarrierError 4:Bb!BrokenBarrierError "
          "5:C?=barrier:2 5:Cb=2 6:Bb=0 6:Ab=1");
}
END_TEST

START_TEST(a_reset_changes_nothing_if_nobody_is_there)
{
    struct world world = world_new();

    world.barrier = barrier_new(2);
    plays(&world, "A: B b | B: y ? b", "1:AB 2:B?=barrier:1 2:Bb=1 3:Ab=0");
}
END_TEST

START_TEST(an_abort_fails_those_who_wait_and_all_who_come_until_a_reset)
{
    struct world world = world_new();

    world.barrier = barrier_new(2);
    plays(&world, "A: b b | B: y y X y y ? B b",
          "3:BX 4:Ab!BrokenBarrierError 4:Ab!BrokenBarrierError "
          "5:B?=barrier:0broken 5:BB stuck:B");
}
END_TEST

START_TEST(one_who_is_cancelled_is_not_counted_any_more)
{
    struct world world = world_new();

    world.barrier = barrier_new(2);
    plays(&world, "A: b | B: y y xA y y ? b | C: y y y y y y b",
          "4:Ab!cancelled-by-B 5:B?=nothing 7:Cb=1 8:Bb=0");
}
END_TEST

START_TEST(the_errors_of_barriers_are_worded_as_pythons)
{
    struct barrier nobody = barrier_new(0), broken = barrier_new(1);

    ck_assert(!run_alone(barrier_wait(&nobody)));
    check_last_error(&error_value, "parties must be > 0");
    ck_assert(run_alone(barrier_abort(&broken)));
    ck_assert(!run_alone(barrier_wait(&broken)));
    check_last_error(&error_broken_barrier, "Barrier aborted");
}
END_TEST

START_TEST(to_end_a_barrier_while_somebody_waits_is_a_broken_invariant)
{
    struct barrier barrier = barrier_new(2);

    leave_waiting(COROUTINE(barrier_wait(&barrier)));
    barrier_free(&barrier);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sync");
    SRunner *runner = srunner_create(suite);
    TCase *lock_case = tcase_create("lock");
    TCase *event_case = tcase_create("event");
    TCase *semaphore_case = tcase_create("semaphore");
    TCase *condition_case = tcase_create("condition");
    TCase *barrier_case = tcase_create("barrier");

    tcase_add_test(lock_case, who_asked_first_gets_the_lock_first);
    tcase_add_test(lock_case, who_releases_it_and_asks_again_is_the_last);
    tcase_add_test(lock_case, a_newcomer_does_not_overtake_who_was_just_woken);
    tcase_add_test(lock_case,
                   one_cancelled_in_the_middle_of_the_line_is_left_out);
    tcase_add_test(lock_case,
                   one_cancelled_when_it_was_just_woken_passes_the_lock_on);
    tcase_add_test(lock_case,
                   so_does_the_next_one_and_being_cancelled_twice_is_no_more);
    tcase_add_test(
        lock_case,
        one_cancelled_before_it_could_be_woken_lets_the_next_have_it);
    tcase_add_test(lock_case,
                   a_lock_for_which_only_cancelled_ones_wait_is_free);
    tcase_add_test(lock_case, a_free_lock_cannot_be_released);
    tcase_add_test(lock_case,
                   the_error_of_a_release_too_many_is_worded_as_pythons);
    tcase_add_test(lock_case,
                   a_lock_belongs_to_the_loop_in_which_somebody_waited_first);
    tcase_add_test_raise_signal(
        lock_case, to_end_a_lock_while_somebody_waits_is_a_broken_invariant,
        SIGABRT);
    suite_add_tcase(suite, lock_case);

    tcase_add_test(event_case, set_wakes_all_who_wait_in_the_order_they_came);
    tcase_add_test(event_case,
                   who_was_woken_goes_on_though_it_is_cleared_at_once);
    tcase_add_test(event_case, a_set_event_is_passed_in_the_same_step);
    tcase_add_test(event_case,
                   one_cancelled_before_the_set_leaves_and_the_others_wait_on);
    tcase_add_test(event_case, one_cancelled_after_the_set_fails_all_the_same);
    tcase_add_test(event_case,
                   an_event_belongs_to_the_loop_in_which_somebody_waited_first);
    tcase_add_test_raise_signal(
        event_case, to_end_an_event_while_somebody_waits_is_a_broken_invariant,
        SIGABRT);
    suite_add_tcase(suite, event_case);

    tcase_add_test(semaphore_case, as_many_go_on_as_there_are_places);
    tcase_add_test(semaphore_case,
                   a_newcomer_does_not_take_the_place_of_who_was_just_woken);
    tcase_add_test(semaphore_case,
                   a_place_of_one_cancelled_in_the_middle_goes_to_the_next);
    tcase_add_test(semaphore_case,
                   a_place_of_one_cancelled_when_just_woken_goes_to_the_next);
    tcase_add_test(semaphore_case, and_from_there_to_the_one_after_it);
    tcase_add_test(semaphore_case, a_place_that_nobody_is_left_to_take_is_free);
    tcase_add_test(semaphore_case, places_given_back_at_once_wake_as_many);
    tcase_add_test(semaphore_case,
                   it_is_locked_as_long_as_one_who_was_woken_has_not_gone_on);
    tcase_add_test(semaphore_case,
                   who_goes_on_wakes_the_next_if_there_is_a_place_left);
    tcase_add_test(semaphore_case,
                   a_release_may_give_a_plain_one_more_than_it_had);
    tcase_add_test(semaphore_case, a_bounded_one_refuses_a_release_too_many);
    tcase_add_test(semaphore_case,
                   the_errors_of_semaphores_are_worded_as_pythons);
    tcase_add_test(
        semaphore_case,
        a_semaphore_belongs_to_the_loop_in_which_somebody_waited_first);
    tcase_add_test_raise_signal(
        semaphore_case,
        to_end_a_semaphore_while_somebody_waits_is_a_broken_invariant, SIGABRT);
    suite_add_tcase(suite, semaphore_case);

    tcase_add_test(condition_case,
                   who_is_notified_goes_on_when_the_lock_is_released);
    tcase_add_test(condition_case, notify_wakes_as_many_as_it_is_told);
    tcase_add_test(condition_case, to_wait_and_to_notify_take_the_lock);
    tcase_add_test(
        condition_case,
        one_cancelled_while_it_sleeps_takes_the_lock_before_it_fails);
    tcase_add_test(condition_case,
                   one_notified_and_cancelled_at_once_loses_the_notification);
    tcase_add_test(condition_case,
                   one_cancelled_while_it_takes_the_lock_again_tries_on);
    tcase_add_test(condition_case,
                   and_then_fails_without_the_message_as_in_python);
    tcase_add_test(condition_case, wait_for_sleeps_until_its_predicate_holds);
    tcase_add_test(condition_case, wait_for_does_not_wait_if_it_holds_already);
    tcase_add_test(condition_case, two_conditions_may_share_a_lock);
    tcase_add_test(condition_case,
                   the_errors_of_conditions_are_worded_as_pythons);
    tcase_add_test(condition_case,
                   who_waits_in_another_loop_has_the_lock_when_that_is_refused);
    tcase_add_test_raise_signal(
        condition_case,
        to_end_a_condition_while_somebody_waits_is_a_broken_invariant, SIGABRT);
    suite_add_tcase(suite, condition_case);

    tcase_add_test(barrier_case, nobody_goes_on_until_all_have_come);
    tcase_add_test(barrier_case, a_barrier_is_used_again_and_again);
    tcase_add_test(barrier_case,
                   who_comes_while_the_others_leave_is_of_the_next_round);
    tcase_add_test(barrier_case,
                   a_reset_fails_those_who_wait_and_makes_it_as_new);
    tcase_add_test(barrier_case, a_reset_changes_nothing_if_nobody_is_there);
    tcase_add_test(
        barrier_case,
        an_abort_fails_those_who_wait_and_all_who_come_until_a_reset);
    tcase_add_test(barrier_case, one_who_is_cancelled_is_not_counted_any_more);
    tcase_add_test(barrier_case, the_errors_of_barriers_are_worded_as_pythons);
    tcase_add_test_raise_signal(
        barrier_case,
        to_end_a_barrier_while_somebody_waits_is_a_broken_invariant, SIGABRT);
    suite_add_tcase(suite, barrier_case);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
