/*
 * loop_queue_test.c - the queue between tasks: who gets and puts what, in
 * which order and in which pass, and what becomes of an item when those who
 * wait are cancelled.
 *
 * What actors do and when was written down by CPython 3.11.7.
 */
#include "stages/07-loop/queue.h"

#include "actors.h"
#include "allocations.h"
#include "support.h"

#include <signal.h>

/* An item comes before another if its number times 7, modulo 4, is less. */
static int by_key(const void *first, const void *second)
{
    return (int)(value_number(first) * 7 % 4 - value_number(second) * 7 % 4);
}

static void put_number(struct queue *queue, int number)
{
    ck_assert(queue_put_nowait(queue, number_value(number)));
}

static int get_number(struct queue *queue)
{
    void *item;

    ck_assert(queue_get_nowait(queue, &item));
    return (int)value_number(item);
}

/* ---- getting ---- */

START_TEST(who_asked_first_gets_the_first_item)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: y ? p p ?",
          "2:C?=getters:2 2:Cp 2:Cp 2:C?=items:2,unfinished:2 3:Ag=1 3:Bg=2");
}
END_TEST

START_TEST(an_item_that_is_there_is_got_in_the_same_step)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: p p g g ?", "1:Ap 1:Ap 1:Ag=1 1:Ag=2 1:A?=unfinished:2");
}
END_TEST

START_TEST(a_newcomer_may_take_the_item_of_who_was_just_woken)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: y p ? g y y ? p",
          "2:Bp 2:B?=items:1,unfinished:1 2:Bg=1 4:B?=getters:1,unfinished:1 "
          "4:Bp 5:Ag=2");
}
END_TEST

START_TEST(who_lost_its_item_to_a_newcomer_is_the_last_in_line)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: y p g y p y p",
          "2:Cp 2:Cg=1 3:Cp 4:Bg=2 4:Cp 5:Ag=3");
}
END_TEST

START_TEST(one_cancelled_in_the_middle_gets_nothing)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: g | D: y xB ? p p y ?",
          "2:D?=getters:3 2:Dp 2:Dp 3:Bg!cancelled-by-D 3:Ag=1 3:Cg=2 "
          "3:D?=unfinished:2");
}
END_TEST

START_TEST(the_item_of_one_cancelled_when_just_woken_goes_to_the_next)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: y p xA y ?",
          "2:Cp 3:Ag!cancelled-by-C 3:C?=items:1,unfinished:1 4:Bg=1");
}
END_TEST

START_TEST(and_from_there_to_the_one_after_it)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: g | D: y p xA xA y xB xB y ?",
          "2:Dp 3:Ag!cancelled-by-D 4:Bg!cancelled-by-D "
          "4:D?=items:1,unfinished:1 5:Cg=1");
}
END_TEST

START_TEST(the_item_of_the_only_one_who_waited_stays_in_the_queue)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: y p xA y ? g",
          "2:Bp 3:Ag!cancelled-by-B 3:B?=items:1,unfinished:1 3:Bg=1");
}
END_TEST

START_TEST(it_is_passed_on_to_nobody_if_a_newcomer_has_taken_it)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: g | D: y p xA G y y ? p p",
          "2:Dp 2:DG=1 3:Ag!cancelled-by-D 4:D?=getters:2,unfinished:1 4:Dp "
          "4:Dp 5:Bg=2 5:Cg=3");
}
END_TEST

START_TEST(one_cancelled_before_the_put_wakes_nobody_in_its_place)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: g | D: g | E: y xA p y y ? p p",
          "2:Ep 3:Ag!cancelled-by-E 3:Bg=1 4:E?=getters:2,unfinished:1 4:Ep "
          "4:Ep 5:Cg=2 5:Dg=3");
}
END_TEST

START_TEST(one_cancelled_before_an_item_came_is_passed_over)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: g | B: g | C: y xA p y ?",
          "2:Cp 3:Ag!cancelled-by-C 3:Bg=1 3:C?=unfinished:1");
}
END_TEST

/* In the loop, which is no longer its own, somebody would have to wait. */
static void check_is_bound(struct loop *loop, struct coroutine *object)
{
    ck_assert(!loop_run_until_complete(loop, object, NULL));
    check_last_error(&error_runtime,
                     "<Queue> is bound to a different event loop");
}

START_TEST(a_queue_belongs_to_the_loop_in_which_somebody_waited_first)
{
    struct loop *other = loop_new(NULL);
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: g", "stuck:A");
    check_is_bound(other, COROUTINE(queue_get(&world.queue)));
    ck_assert(run_alone(queue_put(&world.queue, NULL))); /* there is room */
    check_is_bound(other, COROUTINE(queue_put(&world.queue, NULL)));
    ck_assert(loop_free(other));
    queue_free(&world.queue);
}
END_TEST

/* ---- putting ---- */

START_TEST(a_full_queue_lets_one_more_in_for_each_that_is_got)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p p p | B: y ? g ? y g y g ?",
          "1:Ap 2:B?=items:1,putters:1,unfinished:1 2:Bg=1 2:B?=unfinished:1 "
          "3:Ap 3:Bg=2 4:Ap 4:Bg=3 4:B?=unfinished:3");
}
END_TEST

START_TEST(who_came_first_puts_first)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p | B: p | C: p | D: y g y g y g ?",
          "1:Ap 2:Dg=1 3:Bp 3:Dg=2 4:Cp 4:Dg=3 4:D?=unfinished:3");
}
END_TEST

START_TEST(a_newcomer_may_take_the_place_of_who_was_just_woken)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p | B: p | C: y g p ? y ? g y g",
          "1:Ap 2:Cg=1 2:Cp 2:C?=items:1,unfinished:2 "
          "3:C?=items:1,putters:1,unfinished:2 3:Cg=3 4:Bp 4:Cg=2");
}
END_TEST

START_TEST(the_place_of_one_cancelled_when_just_woken_goes_to_the_next)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p | B: p | C: p | D: y g xB y y ? g",
          "1:Ap 2:Dg=1 3:Bp!cancelled-by-D 4:Cp 4:D?=items:1,unfinished:2 "
          "4:Dg=3");
}
END_TEST

START_TEST(and_from_there_to_the_one_after)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p | B: p | C: p | D: p | E: y g xB xB y xC xC y y ? g",
          "1:Ap 2:Eg=1 3:Bp!cancelled-by-E 4:Cp!cancelled-by-E 5:Dp "
          "5:E?=items:1,unfinished:2 5:Eg=4");
}
END_TEST

START_TEST(one_cancelled_in_the_middle_has_put_nothing)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p | B: p | C: p | D: p | E: y xC g y g y g y ?",
          "1:Ap 2:Eg=1 3:Cp!cancelled-by-E 3:Bp 3:Eg=2 4:Dp 4:Eg=4 "
          "5:E?=unfinished:3");
}
END_TEST

START_TEST(getters_and_putters_take_turns)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: p p p p p | B: g g g g g | C: y y y y y y ?",
          "1:Ap 1:Bg=1 2:Ap 3:Bg=2 4:Ap 5:Bg=3 6:Ap 7:Bg=4 "
          "7:C?=getters:1,unfinished:4 8:Ap 9:Bg=5");
}
END_TEST

/* ---- without waiting ---- */

START_TEST(what_would_have_to_wait_is_refused)
{
    struct world world = world_new();

    world.queue = queue_new(2);
    plays(&world, "A: G P P P ? G G G",
          "1:AG!QueueEmpty 1:AP 1:AP 1:AP!QueueFull 1:A?=items:2,unfinished:2 "
          "1:AG=1 1:AG=2 1:AG!QueueEmpty");
}
END_TEST

START_TEST(put_and_get_without_waiting_wake_others_all_the_same)
{
    struct world world = world_new();

    world.queue = queue_new(1);
    plays(&world, "A: g | B: p p | C: y P P G G y ?",
          "1:Bp 2:Ag=1 2:CP 2:CP!QueueFull 2:CG=3 2:CG!QueueEmpty 3:Bp "
          "3:C?=items:1,unfinished:3");
}
END_TEST

START_TEST(null_is_an_item_like_any_other)
{
    struct queue queue = queue_new(0);
    void *item = &queue;

    ck_assert(queue_put_nowait(&queue, NULL));
    ck_assert_uint_eq(queue_size(&queue), 1);
    ck_assert(queue_get_nowait(&queue, &item));
    ck_assert_ptr_null(item);
    ck_assert(!queue_get_nowait(&queue, &item));
    queue_free(&queue);
}
END_TEST

START_TEST(size_empty_and_full_tell_what_is_in_it)
{
    struct queue queue = queue_new(2), endless = {0};

    ck_assert(queue_empty(&queue) && !queue_full(&queue));
    put_number(&queue, 1);
    ck_assert(!queue_empty(&queue) && !queue_full(&queue));
    put_number(&queue, 2);
    ck_assert(!queue_empty(&queue) && queue_full(&queue));
    ck_assert_uint_eq(queue_size(&queue), 2);
    for (int i = 0; i < 100; i++)
        put_number(&endless, i);
    ck_assert(!queue_full(&endless));
    queue_free(&queue);
    queue_free(&endless);
    queue_free(NULL);
}
END_TEST

/* ---- joining ---- */

START_TEST(join_is_over_when_all_that_was_put_is_done)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: p p j | B: j | C: j | D: y g g d ? y d ? y ?",
          "1:Ap 1:Ap 2:Dg=1 2:Dg=2 2:Dd 2:D?=unfinished:1,joiners:3 3:Dd "
          "3:D?=joiners:3 4:Aj 4:Bj 4:Cj 4:D?=nothing");
}
END_TEST

START_TEST(an_empty_queue_is_not_done_as_long_as_work_goes_on)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: p g y y d | B: j", "1:Ap 1:Ag=1 3:Ad 4:Bj");
}
END_TEST

START_TEST(join_does_not_wait_if_nothing_is_undone)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: j p g d j ?", "1:Aj 1:Ap 1:Ag=1 1:Ad 1:Aj 1:A?=nothing");
}
END_TEST

START_TEST(join_returns_though_something_is_put_at_the_same_time)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: p j ? j | B: y g d p y g ? d",
          "1:Ap 2:Bg=1 2:Bd 2:Bp 3:Aj 3:A?=items:1,unfinished:1 3:Bg=2 "
          "3:B?=unfinished:1,joiners:1 3:Bd 4:Aj");
}
END_TEST

START_TEST(one_joiner_that_is_cancelled_leaves_the_others)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: p j | B: j | C: j | D: y xB y ? g d",
          "1:Ap 3:Bj!cancelled-by-D 3:D?=items:1,unfinished:1,joiners:2 "
          "3:Dg=1 3:Dd 4:Aj 4:Cj");
}
END_TEST

START_TEST(done_more_often_than_put_is_refused)
{
    struct world world = world_new();

    world.queue = queue_new(0);
    plays(&world, "A: d p d d", "1:Ad!ValueError 1:Ap 1:Ad 1:Ad!ValueError");
}
END_TEST

START_TEST(the_error_of_done_too_often_is_worded_as_pythons)
{
    struct queue queue = queue_new(0);

    ck_assert(!queue_task_done(&queue));
    check_last_error(&error_value, "task_done() called too many times");
}
END_TEST

/* ---- other orders ---- */

START_TEST(a_lifo_queue_gives_the_last_one_first)
{
    struct world world = world_new();

    world.queue = lifo_queue_new(3);
    plays(&world, "A: p p p P g g p g g ?",
          "1:Ap 1:Ap 1:Ap 1:AP!QueueFull 1:Ag=3 1:Ag=2 1:Ap 1:Ag=5 1:Ag=1 "
          "1:A?=unfinished:4");
}
END_TEST

START_TEST(a_priority_queue_gives_the_least_one_first)
{
    struct world world = world_new();

    world.queue = priority_queue_new(5, by_key);
    plays(&world, "A: p p p p p P g g g p p g g g g ?",
          "1:Ap 1:Ap 1:Ap 1:Ap 1:Ap 1:AP!QueueFull 1:Ag=4 1:Ag=3 1:Ag=2 1:Ap "
          "1:Ap 1:Ag=8 1:Ag=7 1:Ag=5 1:Ag=1 1:A?=unfinished:7");
}
END_TEST

START_TEST(a_getter_of_another_order_gets_what_is_best_when_it_goes_on)
{
    struct world world = world_new();

    world.queue = priority_queue_new(0, by_key);
    plays(&world, "A: g | B: g | C: y p p p p ? | D: g",
          "2:Cp 2:Cp 2:Cp 2:Cp 2:C?=items:4,unfinished:4 3:Ag=4 3:Bg=3 3:Dg=2");
}
END_TEST

/* An item with a key; what it is compared by. */
struct keyed {
    int number, key;
};

static int by_keyed(const void *first, const void *second)
{
    return ((const struct keyed *)first)->key -
           ((const struct keyed *)second)->key;
}

static unsigned next_random(unsigned *state)
{
    *state = (*state * 1103515245 + 12345) & 0x7fffffff;
    return *state >> 16;
}

static unsigned digest_next(unsigned digest, struct queue *queue)
{
    void *item;

    ck_assert(queue_get_nowait(queue, &item));
    return digest * 31 + (unsigned)((struct keyed *)item)->number;
}

/* The numbers in the order in which PriorityQueue gave them have this digest.
 */
START_TEST(of_260_items_with_four_keys_equal_ones_come_as_from_heapq)
{
    struct queue queue = priority_queue_new(0, by_keyed);
    struct keyed items[260];
    unsigned state = 1, digest = 0;
    int made = 0;

    for (int i = 0; i < 400; i++) {
        if (next_random(&state) % 5 < 3) {
            items[made] = (struct keyed){made, (int)(next_random(&state) % 4)};
            ck_assert(queue_put_nowait(&queue, &items[made++]));
        } else if (!queue_empty(&queue)) {
            digest = digest_next(digest, &queue);
        }
    }
    while (!queue_empty(&queue))
        digest = digest_next(digest, &queue);
    ck_assert_int_eq(made, 260);
    ck_assert_uint_eq(digest, 3768401270u);
    queue_free(&queue);
}
END_TEST

/* ---- memory ---- */

START_TEST(the_order_survives_growing_at_any_place)
{
    struct queue queue = queue_new(0);
    int put = 0, got = 0;

    while (got < _i) { /* the ring begins anywhere */
        put_number(&queue, put++);
        ck_assert_int_eq(get_number(&queue), got++);
    }
    for (int i = 0; i < 50; i++)
        put_number(&queue, put++);
    while (got < put)
        ck_assert_int_eq(get_number(&queue), got++);
    queue_free(&queue);
}
END_TEST

/* Puts until memory is refused, and then once more. */
static void check_refused(struct queue *queue, int number)
{
    size_t size = queue_size(queue), unfinished = queue->unfinished;

    allocations_fail(1, false);
    bool put = queue_put_nowait(queue, number_value(number));
    allocations_restore();
    ck_assert(!put);
    ck_assert_ptr_eq(error_last(), &error_memory);
    ck_assert_uint_eq(queue_size(queue), size);
    ck_assert_uint_eq(queue->unfinished, unfinished);
}

START_TEST(a_failed_allocation_leaves_the_queue_as_it_was)
{
    struct queue kinds[] = {queue_new(0), lifo_queue_new(0),
                            priority_queue_new(0, by_key)};
    struct queue *queue = &kinds[_i];

    check_refused(queue, 0);
    for (int number = 0; number < 8; number++)
        put_number(queue, number);
    check_refused(queue, 8);
    put_number(queue, 8);
    for (int sum = 36; !queue_empty(queue);)
        ck_assert_int_ge(sum -= get_number(queue), 0);
    queue_free(queue);
}
END_TEST

/*
 *     async def put_without_memory(queue):
 *         try:
 *             await queue.put(None)
 *         except MemoryError:
 *             return True
 */
struct put_without_memory {
    struct coroutine co;
    void *result;
    struct queue *queue;
    struct queue_put put;
};

static struct future *put_without_memory(struct coroutine *co)
{
    struct put_without_memory *self = (struct put_without_memory *)co;

    CO_BEGIN(self);
    self->put = queue_put(self->queue, NULL);
    allocations_fail(1, false);
    CO_TRY_AWAIT(self, self->put);
    allocations_restore();
    self->result = number_value(error_is(self->put.co.error, &error_memory));
    CO_FINALLY(self);
    CO_END(self);
}

START_TEST(who_puts_is_told_that_there_is_no_memory)
{
    struct queue queue = queue_new(0);
    struct put_without_memory frame = {.co = CO_INIT(put_without_memory),
                                       .queue = &queue};
    struct loop *loop = loop_new(NULL);
    void *failed = NULL;

    ck_assert(loop_run_until_complete(loop, COROUTINE(frame), &failed));
    ck_assert(value_number(failed));
    ck_assert(queue_empty(&queue));
    ck_assert(loop_free(loop));
    queue_free(&queue);
}
END_TEST

START_TEST(a_freed_queue_is_empty_and_may_be_used_again)
{
    struct queue queue = queue_new(3);

    for (int round = 0; round < 3; round++) {
        put_number(&queue, 1);
        put_number(&queue, 2);
        ck_assert_int_eq(get_number(&queue), 1);
        queue_free(&queue);
        ck_assert(queue_empty(&queue));
    }
}
END_TEST

/* Has the object wait for a queue. */
static struct loop *leave_waiting(struct coroutine *object)
{
    struct loop *loop = loop_new(NULL);

    send_stream_to(stderr, "/dev/null");
    ck_assert_ptr_nonnull(loop_create_task(loop, object));
    loop_stop(loop);
    ck_assert(loop_run_forever(loop));
    return loop;
}

START_TEST(to_free_a_queue_while_somebody_waits_is_a_broken_invariant)
{
    struct queue queue = queue_new(0);

    leave_waiting(COROUTINE(queue_get(&queue)));
    queue_free(&queue);
}
END_TEST

START_TEST(and_so_it_is_before_who_was_woken_has_gone_on)
{
    struct queue queue = queue_new(0);

    leave_waiting(COROUTINE(queue_get(&queue)));
    put_number(&queue, 1);
    queue_free(&queue);
}
END_TEST

START_TEST(and_while_somebody_waits_for_the_work_to_be_done)
{
    struct queue queue = queue_new(0);

    put_number(&queue, 1);
    leave_waiting(COROUTINE(queue_join(&queue)));
    queue_free(&queue);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loop queue");
    SRunner *runner = srunner_create(suite);
    TCase *getting_case = tcase_create("getting");
    TCase *putting_case = tcase_create("putting");
    TCase *without_waiting_case = tcase_create("without waiting");
    TCase *joining_case = tcase_create("joining");
    TCase *other_orders_case = tcase_create("other orders");
    TCase *memory_case = tcase_create("memory");

    tcase_add_test(getting_case, who_asked_first_gets_the_first_item);
    tcase_add_test(getting_case, an_item_that_is_there_is_got_in_the_same_step);
    tcase_add_test(getting_case,
                   a_newcomer_may_take_the_item_of_who_was_just_woken);
    tcase_add_test(getting_case,
                   who_lost_its_item_to_a_newcomer_is_the_last_in_line);
    tcase_add_test(getting_case, one_cancelled_in_the_middle_gets_nothing);
    tcase_add_test(getting_case,
                   the_item_of_one_cancelled_when_just_woken_goes_to_the_next);
    tcase_add_test(getting_case, and_from_there_to_the_one_after_it);
    tcase_add_test(getting_case,
                   the_item_of_the_only_one_who_waited_stays_in_the_queue);
    tcase_add_test(getting_case,
                   it_is_passed_on_to_nobody_if_a_newcomer_has_taken_it);
    tcase_add_test(getting_case,
                   one_cancelled_before_the_put_wakes_nobody_in_its_place);
    tcase_add_test(getting_case,
                   one_cancelled_before_an_item_came_is_passed_over);
    tcase_add_test(getting_case,
                   a_queue_belongs_to_the_loop_in_which_somebody_waited_first);
    suite_add_tcase(suite, getting_case);

    tcase_add_test(putting_case,
                   a_full_queue_lets_one_more_in_for_each_that_is_got);
    tcase_add_test(putting_case, who_came_first_puts_first);
    tcase_add_test(putting_case,
                   a_newcomer_may_take_the_place_of_who_was_just_woken);
    tcase_add_test(putting_case,
                   the_place_of_one_cancelled_when_just_woken_goes_to_the_next);
    tcase_add_test(putting_case, and_from_there_to_the_one_after);
    tcase_add_test(putting_case, one_cancelled_in_the_middle_has_put_nothing);
    tcase_add_test(putting_case, getters_and_putters_take_turns);
    suite_add_tcase(suite, putting_case);

    tcase_add_test(without_waiting_case, what_would_have_to_wait_is_refused);
    tcase_add_test(without_waiting_case,
                   put_and_get_without_waiting_wake_others_all_the_same);
    tcase_add_test(without_waiting_case, null_is_an_item_like_any_other);
    tcase_add_test(without_waiting_case,
                   size_empty_and_full_tell_what_is_in_it);
    suite_add_tcase(suite, without_waiting_case);

    tcase_add_test(joining_case, join_is_over_when_all_that_was_put_is_done);
    tcase_add_test(joining_case,
                   an_empty_queue_is_not_done_as_long_as_work_goes_on);
    tcase_add_test(joining_case, join_does_not_wait_if_nothing_is_undone);
    tcase_add_test(joining_case,
                   join_returns_though_something_is_put_at_the_same_time);
    tcase_add_test(joining_case,
                   one_joiner_that_is_cancelled_leaves_the_others);
    tcase_add_test(joining_case, done_more_often_than_put_is_refused);
    tcase_add_test(joining_case,
                   the_error_of_done_too_often_is_worded_as_pythons);
    suite_add_tcase(suite, joining_case);

    tcase_add_test(other_orders_case, a_lifo_queue_gives_the_last_one_first);
    tcase_add_test(other_orders_case,
                   a_priority_queue_gives_the_least_one_first);
    tcase_add_test(other_orders_case,
                   a_getter_of_another_order_gets_what_is_best_when_it_goes_on);
    tcase_add_test(other_orders_case,
                   of_260_items_with_four_keys_equal_ones_come_as_from_heapq);
    suite_add_tcase(suite, other_orders_case);

    tcase_add_loop_test(memory_case, the_order_survives_growing_at_any_place, 0,
                        20);
    tcase_add_loop_test(memory_case,
                        a_failed_allocation_leaves_the_queue_as_it_was, 0, 3);
    tcase_add_test(memory_case, who_puts_is_told_that_there_is_no_memory);
    tcase_add_test(memory_case, a_freed_queue_is_empty_and_may_be_used_again);
    tcase_add_test_raise_signal(
        memory_case, to_free_a_queue_while_somebody_waits_is_a_broken_invariant,
        SIGABRT);
    tcase_add_test_raise_signal(
        memory_case, and_so_it_is_before_who_was_woken_has_gone_on, SIGABRT);
    tcase_add_test_raise_signal(
        memory_case, and_while_somebody_waits_for_the_work_to_be_done, SIGABRT);
    suite_add_tcase(suite, memory_case);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
