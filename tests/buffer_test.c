/*
 * buffer_test.c - bytes that grow.
 */
#include "common/buffer.h"

#include "allocations.h"

#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

START_TEST(all_zero_is_an_empty_buffer)
{
    struct buffer buffer = {0};

    ck_assert_int_eq(buffer_append(&buffer, NULL, 0), 0);
    ck_assert_int_eq(buffer_append_string(&buffer, ""), 0);
    ck_assert_int_eq(buffer_reserve(&buffer, 0), 0);
    ck_assert_ptr_null(buffer.data);
    ck_assert_uint_eq(buffer.length, 0);
    buffer_free(&buffer);
}
END_TEST

START_TEST(what_is_appended_stands_behind_what_was_there)
{
    struct buffer buffer = {0};

    ck_assert_int_eq(buffer_append_string(&buffer, "one "), 0);
    ck_assert_int_eq(buffer_append(&buffer, "t\0o", 3), 0);
    ck_assert_uint_eq(buffer.length, 7);
    ck_assert_mem_eq(buffer.data, "one t\0o", 7);
    buffer_free(&buffer);
}
END_TEST

START_TEST(reserved_room_is_there_and_not_in_use)
{
    struct buffer buffer = {0};

    ck_assert_int_eq(buffer_append_string(&buffer, "x"), 0);
    ck_assert_int_eq(buffer_reserve(&buffer, 1000), 0);
    ck_assert_uint_eq(buffer.length, 1);
    ck_assert_uint_ge(buffer.capacity, 1001);
    const char *data = buffer.data;
    memset(buffer.data + 1, 'y', 1000);
    ck_assert_int_eq(buffer_reserve(&buffer, 1000), 0);
    ck_assert_ptr_eq(buffer.data, data);
    buffer_free(&buffer);
}
END_TEST

START_TEST(a_million_bytes_one_by_one_move_the_buffer_a_few_times)
{
    struct buffer buffer = {0};
    int grown = 0;

    for (size_t i = 0; i < 1000000; i++) {
        size_t capacity = buffer.capacity;
        char byte = (char)(i % 251);
        if (buffer_append(&buffer, &byte, 1) < 0)
            ck_abort_msg("no memory");
        grown += buffer.capacity != capacity;
    }
    ck_assert_int_le(grown, 20);
    for (size_t i = 0; i < 1000000; i++)
        if (buffer.data[i] != (char)(i % 251))
            ck_abort_msg("byte %zu is wrong", i);
    buffer_free(&buffer);
}
END_TEST

START_TEST(more_than_there_can_be_is_no_memory_and_leaves_the_buffer)
{
    static const size_t too_much[] = {SIZE_MAX, SIZE_MAX - 3, SIZE_MAX / 2};
    struct buffer buffer = {0};

    ck_assert_int_eq(buffer_append_string(&buffer, "kept"), 0);
    for (size_t i = 0; i < sizeof too_much / sizeof too_much[0]; i++) {
        errno = 0;
        ck_assert_int_eq(buffer_reserve(&buffer, too_much[i]), -1);
        ck_assert_int_eq(errno, ENOMEM);
        ck_assert_uint_eq(buffer.length, 4);
        ck_assert_mem_eq(buffer.data, "kept", 4);
    }
    buffer_free(&buffer);
}
END_TEST

START_TEST(a_failed_allocation_leaves_the_buffer_as_it_was)
{
    struct buffer buffer = {0};
    char more[1000] = {0};

    ck_assert_int_eq(buffer_append_string(&buffer, "kept"), 0);
    size_t capacity = buffer.capacity;
    allocations_fail(1, false);
    int status = buffer_append(&buffer, more, sizeof more);
    int error = errno;
    ck_assert(allocations_restore());
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(error, ENOMEM);
    ck_assert_uint_eq(buffer.length, 4);
    ck_assert_uint_eq(buffer.capacity, capacity);
    ck_assert_mem_eq(buffer.data, "kept", 4);
    buffer_free(&buffer);
}
END_TEST

START_TEST(a_freed_buffer_is_empty_and_ready_for_use)
{
    struct buffer buffer = {0};

    ck_assert_int_eq(buffer_append_string(&buffer, "old"), 0);
    buffer_free(&buffer);
    buffer_free(&buffer);
    ck_assert_ptr_null(buffer.data);
    ck_assert_uint_eq(buffer.capacity, 0);
    ck_assert_int_eq(buffer_append_string(&buffer, "new"), 0);
    ck_assert_mem_eq(buffer.data, "new", 3);
    buffer_free(&buffer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("buffer");
    TCase *tcase = tcase_create("buffer");

    tcase_add_test(tcase, all_zero_is_an_empty_buffer);
    tcase_add_test(tcase, what_is_appended_stands_behind_what_was_there);
    tcase_add_test(tcase, reserved_room_is_there_and_not_in_use);
    tcase_add_test(tcase,
                   a_million_bytes_one_by_one_move_the_buffer_a_few_times);
    tcase_add_test(tcase,
                   more_than_there_can_be_is_no_memory_and_leaves_the_buffer);
    tcase_add_test(tcase, a_failed_allocation_leaves_the_buffer_as_it_was);
    tcase_add_test(tcase, a_freed_buffer_is_empty_and_ready_for_use);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
