/*
 * deadlines_test.c - the first of many deadlines, against a model that looks
 * at all of them.
 */
#include "stages/05-callbacks/deadlines.h"

#include "allocations.h"

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/* The same numbers in every run (Knuth's MMIX; the high bits are good). */
static uint32_t random_below(uint64_t *state, uint32_t limit)
{
    *state =
        *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % limit);
}

static void reserve(struct deadlines *deadlines, size_t count)
{
    ck_assert_int_eq(deadlines_reserve(deadlines, count), 0);
}

/* Takes out the first; fails if there is none. */
static int64_t pop(struct deadlines *deadlines)
{
    struct deadline *first = deadlines_first(deadlines);

    ck_assert_ptr_nonnull(first);
    deadlines_drop(deadlines, first);
    return first->when_ns;
}

START_TEST(all_zero_has_no_first_deadline)
{
    struct deadlines deadlines = {0};

    ck_assert_ptr_null(deadlines_first(&deadlines));
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(dropping_what_is_not_set_does_nothing)
{
    struct deadlines deadlines = {0};
    struct deadline set = {0}, unset = {0};

    deadlines_drop(&deadlines, &unset);
    reserve(&deadlines, 2);
    deadlines_set(&deadlines, &set, 5);
    deadlines_drop(&deadlines, &unset);
    ck_assert_ptr_eq(deadlines_first(&deadlines), &set);
    deadlines_drop(&deadlines, &set);
    deadlines_drop(&deadlines, &set);
    ck_assert_ptr_null(deadlines_first(&deadlines));
    ck_assert_uint_eq(deadlines.count, 0);
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(setting_what_is_set_moves_it)
{
    struct deadlines deadlines = {0};
    struct deadline a = {0}, b = {0};

    reserve(&deadlines, 2);
    deadlines_set(&deadlines, &a, 10);
    deadlines_set(&deadlines, &b, 20);
    ck_assert_ptr_eq(deadlines_first(&deadlines), &a);
    deadlines_set(&deadlines, &a, 30); /* later: away from the root */
    ck_assert_ptr_eq(deadlines_first(&deadlines), &b);
    deadlines_set(&deadlines, &a, 1); /* earlier: towards it */
    ck_assert_ptr_eq(deadlines_first(&deadlines), &a);
    ck_assert_uint_eq(deadlines.count, 2);
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(they_pass_in_order_however_they_were_set)
{
    enum { COUNT = 100 };
    /* Forwards, backwards, and by a step that meets each once. */
    static const int steps[] = {1, COUNT - 1, 37};
    struct deadlines deadlines = {0};
    struct deadline many[COUNT] = {0};

    reserve(&deadlines, COUNT);
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        for (int i = 0; i < COUNT; i++)
            deadlines_set(&deadlines, &many[i], i * steps[s] % COUNT);
        for (int i = 0; i < COUNT; i++)
            ck_assert_int_eq(pop(&deadlines), i);
        ck_assert_ptr_null(deadlines_first(&deadlines));
    }
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(equal_deadlines_all_pass)
{
    enum { COUNT = 50 };
    struct deadlines deadlines = {0};
    struct deadline many[COUNT] = {0};

    reserve(&deadlines, COUNT);
    for (int i = 0; i < COUNT; i++)
        deadlines_set(&deadlines, &many[i], 7);
    for (int i = 0; i < COUNT; i++)
        ck_assert_int_eq(pop(&deadlines), 7);
    ck_assert_ptr_null(deadlines_first(&deadlines));
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(any_moment_may_be_a_deadline)
{
    struct deadlines deadlines = {0};
    struct deadline never = {0}, long_ago = {0}, now = {0};

    reserve(&deadlines, 3);
    deadlines_set(&deadlines, &never, INT64_MAX);
    deadlines_set(&deadlines, &now, 0);
    deadlines_set(&deadlines, &long_ago, INT64_MIN);
    ck_assert_int_eq(pop(&deadlines), INT64_MIN);
    ck_assert_int_eq(pop(&deadlines), 0);
    ck_assert_int_eq(pop(&deadlines), INT64_MAX);
    deadlines_free(&deadlines);
}
END_TEST

/* ---- against the model ---- */

enum { MODEL_SIZE = 200, OPERATIONS = 20000 };

/* Few different moments, so that many are equal. */
enum { MOMENTS = 500 };

/* The earliest of those that are set, by looking at all; -1: none is. */
static int64_t earliest(const struct deadline *all, size_t *count)
{
    int64_t when = -1;

    *count = 0;
    for (size_t i = 0; i < MODEL_SIZE; i++)
        if (all[i].place != 0) {
            ++*count;
            if (when < 0 || all[i].when_ns < when)
                when = all[i].when_ns;
        }
    return when;
}

/* Each knows its place, and none passes before its parent. */
static void is_heap(const struct deadlines *deadlines)
{
    for (size_t i = 1; i <= deadlines->count; i++) {
        const struct deadline *deadline = deadlines->heap[i];
        if (deadline->place != i ||
            (i > 1 && deadline->when_ns < deadlines->heap[i / 2]->when_ns))
            ck_abort_msg("heap[%zu] is in the wrong place", i);
    }
}

START_TEST(the_first_is_the_earliest_after_any_operations)
{
    struct deadlines deadlines = {0};
    struct deadline all[MODEL_SIZE] = {0};
    bool set[MODEL_SIZE] = {false};
    uint64_t seed = (uint64_t)_i;

    reserve(&deadlines, MODEL_SIZE);
    for (int n = 0; n < OPERATIONS; n++) {
        /* Setting is likelier for a thousand operations, then dropping: the
           heap is now full, now nearly empty. */
        uint32_t who = random_below(&seed, MODEL_SIZE);
        uint32_t sets = n / 1000 % 2 == 0 ? 3 : 1;
        if (random_below(&seed, 4) < sets) {
            int64_t when = random_below(&seed, MOMENTS);
            deadlines_set(&deadlines, &all[who], when);
            ck_assert_int_eq(all[who].when_ns, when);
            set[who] = true;
        } else {
            deadlines_drop(&deadlines, &all[who]);
            set[who] = false;
        }
        if ((all[who].place != 0) != set[who])
            ck_abort_msg("operation %d: %u is not as it was left", n, who);
        size_t count;
        int64_t when = earliest(all, &count);
        const struct deadline *first = deadlines_first(&deadlines);
        if ((first != NULL ? first->when_ns : -1) != when ||
            deadlines.count != count)
            ck_abort_msg("operation %d: the first is wrong", n);
        is_heap(&deadlines);
    }
    deadlines_free(&deadlines);
}
END_TEST

/* ---- memory ---- */

START_TEST(reserved_deadlines_are_set_without_memory)
{
    enum { COUNT = 1000 };
    struct deadlines deadlines = {0};
    struct deadline *many = calloc(COUNT, sizeof *many);

    ck_assert_ptr_nonnull(many);
    reserve(&deadlines, COUNT);
    allocations_fail(1, false);
    for (int i = COUNT; i > 0; i--)
        deadlines_set(&deadlines, &many[i - 1], i);
    ck_assert(!allocations_restore());
    ck_assert_int_eq(pop(&deadlines), 1);
    deadlines_free(&deadlines);
    free(many);
}
END_TEST

START_TEST(reserving_one_more_each_time_allocates_a_few_times)
{
    struct deadlines deadlines = {0};
    int grown = 0;

    for (size_t i = 1; i <= 100000; i++) {
        size_t capacity = deadlines.capacity;
        reserve(&deadlines, i);
        ck_assert_uint_gt(deadlines.capacity, i);
        grown += deadlines.capacity != capacity;
    }
    ck_assert_int_le(grown, 20);
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(without_memory_nothing_is_changed)
{
    struct deadlines deadlines = {0};
    struct deadline kept = {0};

    reserve(&deadlines, 1);
    deadlines_set(&deadlines, &kept, 5);
    size_t capacity = deadlines.capacity;
    allocations_fail(1, false);
    int status = deadlines_reserve(&deadlines, 1000);
    int error = errno;
    ck_assert(allocations_restore());
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(error, ENOMEM);
    ck_assert_uint_eq(deadlines.capacity, capacity);
    ck_assert_ptr_eq(deadlines_first(&deadlines), &kept);
    deadlines_free(&deadlines);
}
END_TEST

START_TEST(a_freed_heap_is_empty_and_ready_for_use)
{
    struct deadlines deadlines = {0};
    struct deadline deadline = {0};

    reserve(&deadlines, 100);
    deadlines_free(&deadlines);
    deadlines_free(&deadlines);
    ck_assert_ptr_null(deadlines_first(&deadlines));
    reserve(&deadlines, 1);
    deadlines_set(&deadlines, &deadline, 1);
    ck_assert_ptr_eq(deadlines_first(&deadlines), &deadline);
    deadlines_free(&deadlines);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deadlines");
    TCase *tcase = tcase_create("deadlines");

    tcase_add_test(tcase, all_zero_has_no_first_deadline);
    tcase_add_test(tcase, dropping_what_is_not_set_does_nothing);
    tcase_add_test(tcase, setting_what_is_set_moves_it);
    tcase_add_test(tcase, they_pass_in_order_however_they_were_set);
    tcase_add_test(tcase, equal_deadlines_all_pass);
    tcase_add_test(tcase, any_moment_may_be_a_deadline);
    tcase_add_loop_test(tcase, the_first_is_the_earliest_after_any_operations,
                        1, 4);
    tcase_add_test(tcase, reserved_deadlines_are_set_without_memory);
    tcase_add_test(tcase, reserving_one_more_each_time_allocates_a_few_times);
    tcase_add_test(tcase, without_memory_nothing_is_changed);
    tcase_add_test(tcase, a_freed_heap_is_empty_and_ready_for_use);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
