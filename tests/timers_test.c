/*
 * timers_test.c - the first of many timers, against a model that looks at all
 * of them.
 */
#include "stages/07-loop/timers.h"

#include "allocations.h"

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The same numbers in every run (Knuth's MMIX; the high bits are good). */
static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state =
        *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % limit);
}

/* Called by the million, and each ck_assert writes to a file. */
static void add(struct timers *timers, struct timer *timer, int64_t when_ns)
{
    if (timers_add(timers, timer, when_ns) < 0)
        ck_abort_msg("no memory");
}

/* Takes out the first, whenever it is due; NULL: there is none. */
static struct timer *pop(struct timers *timers)
{
    return timers_pop_due(timers, INT64_MAX);
}

static void is_empty(const struct timers *timers)
{
    ck_assert_ptr_null(timers_first(timers));
    ck_assert_uint_eq(timers->count, 0);
}

/* ---- one timer ---- */

START_TEST(all_zero_has_no_first_timer)
{
    struct timers timers = {0};

    ck_assert_ptr_null(timers_first(&timers));
    ck_assert_ptr_null(timers_pop_due(&timers, INT64_MAX));
    timers_free(&timers);
}
END_TEST

START_TEST(removing_what_is_not_set_does_nothing)
{
    struct timers timers = {0};
    struct timer set = {0}, unset = {0};

    timers_remove(&timers, &unset);
    add(&timers, &set, 5);
    timers_remove(&timers, &unset);
    ck_assert_ptr_eq(timers_first(&timers), &set);
    timers_remove(&timers, &set);
    timers_remove(&timers, &set);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(only_what_is_due_is_popped)
{
    struct timers timers = {0};
    struct timer late = {0}, early = {0};

    add(&timers, &late, 20);
    add(&timers, &early, 10);
    ck_assert_ptr_null(timers_pop_due(&timers, 9));
    ck_assert_ptr_eq(timers_first(&timers), &early); /* it stays */
    ck_assert_ptr_eq(timers_pop_due(&timers, 10), &early);
    ck_assert_ptr_null(timers_pop_due(&timers, 19));
    ck_assert_ptr_eq(timers_pop_due(&timers, 1000), &late);
    ck_assert_ptr_null(timers_pop_due(&timers, 1000));
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(a_popped_timer_is_not_set_and_may_be_set_again)
{
    struct timers timers = {0};
    struct timer timer = {0}, other = {0};

    add(&timers, &other, 15);
    add(&timers, &timer, 10);
    ck_assert_ptr_eq(pop(&timers), &timer);
    timers_remove(&timers, &timer);
    ck_assert_uint_eq(timers.count, 1);
    add(&timers, &timer, 20);
    ck_assert_int_eq(timer.when_ns, 20);
    ck_assert_ptr_eq(pop(&timers), &other);
    ck_assert_ptr_eq(pop(&timers), &timer);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(any_time_may_be_a_deadline)
{
    struct timers timers = {0};
    struct timer never = {0}, never_either = {0}, long_ago = {0}, now = {0};

    add(&timers, &never, INT64_MAX);
    add(&timers, &now, 0);
    add(&timers, &never_either, INT64_MAX);
    add(&timers, &long_ago, INT64_MIN);
    ck_assert_ptr_eq(timers_pop_due(&timers, INT64_MIN), &long_ago);
    ck_assert_ptr_null(timers_pop_due(&timers, -1));
    ck_assert_ptr_eq(timers_pop_due(&timers, 0), &now);
    ck_assert_ptr_null(timers_pop_due(&timers, INT64_MAX - 1));
    ck_assert_ptr_eq(timers_first(&timers), &never);
    ck_assert_ptr_eq(timers_pop_due(&timers, INT64_MAX), &never);
    ck_assert_ptr_eq(timers_pop_due(&timers, INT64_MAX), &never_either);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

static void do_nothing(void *data)
{
    (void)data;
}

START_TEST(the_handle_in_it_is_not_touched)
{
    struct timers timers = {0};
    struct timer timer = {.handle = {.callback = do_nothing, .data = &timers}},
                 other = {0};
    struct handle handle = timer.handle;

    add(&timers, &other, 1);
    add(&timers, &timer, 0);
    timers_remove(&timers, &timer);
    add(&timers, &timer, 2);
    ck_assert_ptr_eq(pop(&timers), &other);
    ck_assert_ptr_eq(pop(&timers), &timer);
    ck_assert_int_eq(memcmp(&timer.handle, &handle, sizeof handle), 0);
    timers_free(&timers);
}
END_TEST

START_TEST(a_timer_is_small_and_begins_with_its_handle)
{
    ck_assert_uint_eq(offsetof(struct timer, handle), 0);
    ck_assert_uint_le(sizeof(struct timer),
                      sizeof(struct handle) + sizeof(int64_t) + sizeof(size_t));
    ck_assert_uint_le(sizeof(struct timer), 48);
}
END_TEST

/* ---- many timers ---- */

START_TEST(they_are_due_in_order_however_they_were_set)
{
    enum { COUNT = 1000 };
    /* Forwards, backwards, and by a step that meets each once. */
    static const int steps[] = {1, COUNT - 1, 377};
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        for (int i = 0; i < COUNT; i++)
            add(&timers, &many[i], i * steps[s] % COUNT);
        for (int i = 0; i < COUNT; i++) {
            if (timers_pop_due(&timers, i - 1) != NULL)
                ck_abort_msg("%d was popped before its time", i);
            ck_assert_int_eq(pop(&timers)->when_ns, i);
        }
        is_empty(&timers);
    }
    timers_free(&timers);
}
END_TEST

START_TEST(equal_deadlines_are_due_in_the_order_they_were_set)
{
    enum { COUNT = 1000 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (int i = 0; i < COUNT; i++)
        add(&timers, &many[i], 7);
    for (int i = 0; i < COUNT; i++)
        ck_assert_ptr_eq(pop(&timers), &many[i]);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(equal_deadlines_keep_their_order_when_others_are_removed)
{
    enum { COUNT = 1000 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (int i = 0; i < COUNT; i++)
        add(&timers, &many[i], 7);
    for (int i = 0; i < COUNT; i += 3) /* each third, in a mixed order */
        timers_remove(&timers, &many[i * 7 % (COUNT + 2)]);
    for (int i = 0; i < COUNT; i++)
        if (i % 3 != 0)
            ck_assert_ptr_eq(pop(&timers), &many[i]);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(a_timer_set_again_goes_behind_its_equals)
{
    enum { COUNT = 100 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (int i = 0; i < COUNT; i++)
        add(&timers, &many[i], 7);
    for (int i = 0; i < COUNT / 2; i++) {
        timers_remove(&timers, &many[i]);
        add(&timers, &many[i], 7);
    }
    for (int i = 0; i < COUNT; i++)
        ck_assert_ptr_eq(pop(&timers), &many[(i + COUNT / 2) % COUNT]);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(any_of_them_can_be_removed)
{
    enum { COUNT = 100 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (int removed = 0; removed < COUNT; removed++) {
        for (int i = 0; i < COUNT; i++)
            add(&timers, &many[i * 37 % COUNT], i * 37 % COUNT);
        timers_remove(&timers, &many[removed]);
        ck_assert_uint_eq(timers.count, COUNT - 1);
        for (int i = 0; i < COUNT; i++)
            if (i != removed)
                ck_assert_ptr_eq(pop(&timers), &many[i]);
        is_empty(&timers);
    }
    timers_free(&timers);
}
END_TEST

/* The last in the heap fills the gap, and may come from another branch. */
START_TEST(what_fills_a_gap_may_be_due_before_those_above_it)
{
    enum { COUNT = 1 + 8 + 64 + 512, LATE = 10000 };
    struct timers timers = {0};
    struct timer many[COUNT + 1] = {0};

    for (int place = 1; place <= COUNT; place++) {
        int top = place; /* the child of the root above it */
        while (top > 9)
            top = (top - 2) / 8 + 1;
        add(&timers, &many[place], top == 2 ? LATE + place : place);
        ck_assert_uint_eq(many[place].place, place);
    }
    timers_remove(&timers, &many[74]); /* below 10, which is below 2 */
    ck_assert_uint_eq(many[COUNT].place, 2);
    int64_t before = INT64_MIN;
    for (int i = 1; i < COUNT; i++) {
        const struct timer *timer = pop(&timers);
        ck_assert_int_lt(before, timer->when_ns);
        before = timer->when_ns;
    }
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

/* A callback sets its timer again: the first is always a new one. */
START_TEST(timers_that_repeat_take_turns)
{
    enum { COUNT = 20, ROUNDS = 1000 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (int i = 0; i < COUNT; i++)
        add(&timers, &many[i], i);
    for (int i = 0; i < COUNT * ROUNDS; i++) {
        struct timer *timer = timers_pop_due(&timers, i);
        ck_assert_ptr_eq(timer, &many[i % COUNT]);
        add(&timers, timer, i + COUNT);
        ck_assert_ptr_null(timers_pop_due(&timers, i));
    }
    timers_free(&timers);
}
END_TEST

START_TEST(a_hundred_thousand_come_out_in_order)
{
    enum { COUNT = 100000, MOMENTS = 1000 };
    struct timers timers = {0};
    struct timer *many = calloc(COUNT, sizeof *many);
    uint64_t seed = 1;

    ck_assert_ptr_nonnull(many);
    for (int i = 0; i < COUNT; i++)
        add(&timers, &many[i], random_below(&seed, MOMENTS));
    size_t count = COUNT;
    for (int i = 0; i < COUNT / 3; i++) {
        struct timer *timer = &many[random_below(&seed, COUNT)];
        count -= timer->place != 0;
        timers_remove(&timers, timer);
    }
    ck_assert_uint_eq(timers.count, count);
    const struct timer *last = NULL, *timer;
    for (; (timer = pop(&timers)) != NULL; count--) {
        /* Equal ones were set in the order in which they are in memory. */
        if (last != NULL && (timer->when_ns < last->when_ns ||
                             (timer->when_ns == last->when_ns && timer < last)))
            ck_abort_msg("with %zu left, one came out late", count);
        last = timer;
    }
    ck_assert_uint_eq(count, 0);
    timers_free(&timers);
    free(many);
}
END_TEST

/* ---- against the model ---- */

/* So many that a level is just full, just begun, and that there are four. */
static const uint32_t model_sizes[] = {1, 2, 9, 10, 73, 74, 700};

enum { MODEL_SIZES = sizeof model_sizes / sizeof model_sizes[0] };
enum { MOST = 700, OPERATIONS = 400000, MOMENTS = 50 };

/* What a timer was set to, without a heap. */
struct model {
    struct {
        bool set;
        int64_t when_ns;
        long order;
    } all[MOST];
    uint32_t size, count;
};

/* The one that is due first, by looking at all; -1: there is none. */
static int model_first(const struct model *model)
{
    int first = -1;

    for (int i = 0; i < (int)model->size; i++) {
        if (!model->all[i].set)
            continue;
        if (first < 0 || model->all[i].when_ns < model->all[first].when_ns ||
            (model->all[i].when_ns == model->all[first].when_ns &&
             model->all[i].order < model->all[first].order))
            first = i;
    }
    return first;
}

/* Sets one that is not set, or removes one, set or not. */
static void change(struct model *model, struct timers *timers,
                   struct timer *all, uint64_t *seed, long n)
{
    uint32_t who = random_below(seed, model->size);

    if (!model->all[who].set) {
        int64_t when_ns = random_below(seed, MOMENTS);
        add(timers, &all[who], when_ns);
        model->all[who].when_ns = when_ns;
        model->all[who].order = n;
        model->all[who].set = true;
        model->count++;
    } else {
        timers_remove(timers, &all[who]);
        model->all[who].set = false;
        model->count--;
    }
}

/* Pops what is due at some moment, which may be nothing. */
static void advance(struct model *model, struct timers *timers,
                    const struct timer *all, uint64_t *seed)
{
    int64_t now_ns = random_below(seed, MOMENTS);
    int first = model_first(model);
    const struct timer *due = NULL;

    if (first >= 0 && model->all[first].when_ns <= now_ns) {
        due = &all[first];
        model->all[first].set = false;
        model->count--;
    }
    if (timers_pop_due(timers, now_ns) != due)
        ck_abort_msg("at %d, not what was due was popped", (int)now_ns);
}

START_TEST(the_first_is_the_earliest_after_any_operations)
{
    struct timers timers = {0};
    struct timer all[MOST] = {0};
    struct model model = {.size = model_sizes[_i]};
    uint64_t seed = (uint64_t)_i;

    for (long n = 0; n < OPERATIONS; n++) {
        /* Now rarely, now mostly popping: the heap fills and is emptied. */
        uint32_t pops = n / 5000 % 2 == 0 ? 0 : 3;
        if (random_below(&seed, 4) < pops)
            advance(&model, &timers, all, &seed);
        else
            change(&model, &timers, all, &seed, n);
        int first = model_first(&model);
        if (timers_first(&timers) != (first < 0 ? NULL : &all[first]) ||
            timers.count != model.count)
            ck_abort_msg("operation %ld: the first is wrong", n);
    }
    timers_free(&timers);
}
END_TEST

/* ---- memory ---- */

START_TEST(what_is_cancelled_leaves_nothing_behind)
{
    struct timers timers = {0};
    struct timer stays = {0}, goes = {0};

    add(&timers, &stays, 1000000);
    size_t capacity = timers.capacity;
    for (int i = 0; i < 1000000; i++) {
        add(&timers, &goes, i);
        timers_remove(&timers, &goes);
    }
    ck_assert_uint_eq(timers.count, 1);
    ck_assert_uint_eq(timers.capacity, capacity);
    timers_free(&timers);
}
END_TEST

START_TEST(setting_one_more_each_time_allocates_a_few_times)
{
    enum { COUNT = 100000 };
    struct timers timers = {0};
    struct timer *many = calloc(COUNT, sizeof *many);
    int grown = 0;

    ck_assert_ptr_nonnull(many);
    for (int i = 0; i < COUNT; i++) {
        size_t capacity = timers.capacity;
        add(&timers, &many[i], i);
        grown += timers.capacity != capacity;
    }
    ck_assert_int_le(grown, 20);
    ck_assert_uint_gt(timers.capacity, timers.count);
    /* Room that was made stays. */
    while (pop(&timers) != NULL)
        ;
    allocations_fail(1, false);
    for (int i = 0; i < COUNT; i++)
        if (timers_add(&timers, &many[i], i) < 0)
            break;
    ck_assert(!allocations_restore());
    ck_assert_uint_eq(timers.count, COUNT);
    timers_free(&timers);
    free(many);
}
END_TEST

START_TEST(without_memory_none_can_be_set)
{
    struct timers timers = {0};
    struct timer timer = {0};

    allocations_fail(1, false);
    int status = timers_add(&timers, &timer, 5);
    int error = errno;
    ck_assert(allocations_restore());
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(error, ENOMEM);
    is_empty(&timers);
    timers_remove(&timers, &timer);
    add(&timers, &timer, 6);
    ck_assert_ptr_eq(pop(&timers), &timer);
    timers_free(&timers);
}
END_TEST

START_TEST(without_memory_those_that_are_set_stay_so)
{
    enum { COUNT = 1000 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};
    int set = 0, status = 0;

    add(&timers, &many[set++], COUNT);
    allocations_fail(1, false);
    while (status == 0 && set < COUNT) {
        status = timers_add(&timers, &many[set], COUNT - set);
        set += status == 0;
    }
    int error = errno;
    /* What leaves needs no memory, and makes room. */
    timers_remove(&timers, &many[0]);
    int again = timers_add(&timers, &many[0], COUNT);
    ck_assert(allocations_restore());
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(error, ENOMEM);
    ck_assert_int_eq(again, 0);
    ck_assert_uint_eq(timers.count, set);
    add(&timers, &many[set], COUNT - set); /* the one that could not be set */
    for (int i = set; i >= 0; i--)
        ck_assert_ptr_eq(pop(&timers), &many[i]);
    is_empty(&timers);
    timers_free(&timers);
}
END_TEST

START_TEST(a_freed_heap_is_empty_and_its_timers_are_not_set)
{
    enum { COUNT = 100 };
    struct timers timers = {0};
    struct timer many[COUNT] = {0};

    for (int i = 0; i < COUNT; i++)
        add(&timers, &many[i], i);
    timers_free(&timers);
    timers_free(&timers);
    is_empty(&timers);
    for (int i = 0; i < COUNT; i++)
        timers_remove(&timers, &many[i]);
    add(&timers, &many[0], 1);
    ck_assert_ptr_eq(timers_first(&timers), &many[0]);
    timers_free(&timers);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timers");
    TCase *tcase = tcase_create("timers");

    tcase_add_test(tcase, all_zero_has_no_first_timer);
    tcase_add_test(tcase, removing_what_is_not_set_does_nothing);
    tcase_add_test(tcase, only_what_is_due_is_popped);
    tcase_add_test(tcase, a_popped_timer_is_not_set_and_may_be_set_again);
    tcase_add_test(tcase, any_time_may_be_a_deadline);
    tcase_add_test(tcase, the_handle_in_it_is_not_touched);
    tcase_add_test(tcase, a_timer_is_small_and_begins_with_its_handle);
    tcase_add_test(tcase, they_are_due_in_order_however_they_were_set);
    tcase_add_test(tcase, equal_deadlines_are_due_in_the_order_they_were_set);
    tcase_add_test(tcase,
                   equal_deadlines_keep_their_order_when_others_are_removed);
    tcase_add_test(tcase, a_timer_set_again_goes_behind_its_equals);
    tcase_add_test(tcase, any_of_them_can_be_removed);
    tcase_add_test(tcase, what_fills_a_gap_may_be_due_before_those_above_it);
    tcase_add_test(tcase, timers_that_repeat_take_turns);
    tcase_add_test(tcase, a_hundred_thousand_come_out_in_order);
    tcase_add_loop_test(tcase, the_first_is_the_earliest_after_any_operations,
                        0, MODEL_SIZES);
    tcase_add_test(tcase, what_is_cancelled_leaves_nothing_behind);
    tcase_add_test(tcase, setting_one_more_each_time_allocates_a_few_times);
    tcase_add_test(tcase, without_memory_none_can_be_set);
    tcase_add_test(tcase, without_memory_those_that_are_set_stay_so);
    tcase_add_test(tcase, a_freed_heap_is_empty_and_its_timers_are_not_set);
    tcase_set_timeout(tcase, 120); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
