/*
 * message_test.c - messages on a stream cannot tear.
 */
#include "stages/02-processes/message.h"

#include "allocations.h"
#include "support.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int pair[2]; /* what is sent into one end comes out of the other */
static struct buffer sent, received;

static void make_pair(void)
{
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair),
                     0);
}

static void close_pair(void)
{
    close(pair[0]);
    close(pair[1]);
    buffer_free(&sent);
    buffer_free(&received);
}

static void send_raw(const void *data, size_t size)
{
    ck_assert_int_eq(send(pair[0], data, size, 0), (ssize_t)size);
}

/* The first end closes: no more will come out of the second. */
static void hang_up(void)
{
    ck_assert_int_eq(shutdown(pair[0], SHUT_WR), 0);
}

static void received_is(const char *text)
{
    ck_assert_int_eq(message_receive(pair[1], &received), 1);
    ck_assert_uint_eq(received.length, strlen(text));
    if (received.length > 0)
        ck_assert_mem_eq(received.data, text, received.length);
}

static void receiving_fails_with(int error)
{
    errno = 0;
    ck_assert_int_eq(message_receive(pair[1], &received), -1);
    ck_assert_int_eq(errno, error);
}

/* ---- in memory ---- */

START_TEST(a_message_cut_anywhere_is_incomplete_until_its_last_byte)
{
    const char *payload;
    size_t size;

    ck_assert_int_eq(message_append(&sent, "hello", 5), 0);
    for (size_t length = 0; length < sent.length; length++) {
        /* A copy of its own, so that a sanitizer sees a byte too many. */
        char *part = malloc(length + 1);
        ck_assert_ptr_nonnull(part);
        memcpy(part, sent.data, length);
        part = realloc(part, length > 0 ? length : 1);
        ck_assert_int_eq(message_parse(part, length, &payload, &size), 0);
        free(part);
    }
    ck_assert_int_eq(message_parse(sent.data, sent.length, &payload, &size),
                     (ssize_t)sent.length);
    ck_assert_uint_eq(size, 5);
    ck_assert_mem_eq(payload, "hello", 5);
    buffer_free(&sent);
}
END_TEST

START_TEST(of_two_messages_the_first_is_found_and_where_it_ends)
{
    const char *payload;
    size_t size;

    ck_assert_int_eq(message_append(&sent, "first", 5), 0);
    size_t first = sent.length;
    ck_assert_int_eq(message_append(&sent, "2", 1), 0);
    ck_assert_int_eq(message_parse(sent.data, sent.length, &payload, &size),
                     (ssize_t)first);
    ck_assert_mem_eq(payload, "first", 5);
    ck_assert_int_eq(
        message_parse(sent.data + first, sent.length - first, &payload, &size),
        (ssize_t)(sent.length - first));
    ck_assert_uint_eq(size, 1);
    ck_assert_mem_eq(payload, "2", 1);
    buffer_free(&sent);
}
END_TEST

START_TEST(an_empty_message_is_one)
{
    const char *payload;
    size_t size = 17;

    ck_assert_int_eq(message_append(&sent, NULL, 0), 0);
    ck_assert_int_gt(sent.length, 0);
    ck_assert_int_eq(message_parse(sent.data, sent.length, &payload, &size),
                     (ssize_t)sent.length);
    ck_assert_uint_eq(size, 0);
    buffer_free(&sent);
}
END_TEST

START_TEST(a_length_beyond_the_limit_is_no_message)
{
    static const uint64_t lengths[] = {MESSAGE_MAX + 1, UINT64_MAX,
                                       UINT64_MAX - 7, INT64_MAX};
    const char *payload;
    size_t size;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        errno = 0;
        ck_assert_int_eq(message_parse((const char *)&lengths[i],
                                       sizeof lengths[i], &payload, &size),
                         -1);
        ck_assert_int_eq(errno, EBADMSG);
    }
    uint64_t longest = MESSAGE_MAX;
    ck_assert_int_eq(
        message_parse((const char *)&longest, sizeof longest, &payload, &size),
        0);
}
END_TEST

START_TEST(what_is_too_long_to_be_a_message_is_not_appended)
{
    ck_assert_int_eq(message_append(&sent, "kept", 4), 0);
    size_t length = sent.length;
    errno = 0;
    ck_assert_int_eq(message_append(&sent, "", MESSAGE_MAX + 1), -1);
    ck_assert_int_eq(errno, EMSGSIZE);
    ck_assert_uint_eq(sent.length, length);
    buffer_free(&sent);
}
END_TEST

START_TEST(without_memory_nothing_of_a_message_is_appended)
{
    char data[1000] = {0};

    ck_assert_int_eq(message_append(&sent, "kept", 4), 0);
    size_t length = sent.length;
    allocations_fail(1, false);
    int status = message_append(&sent, data, sizeof data);
    int error = errno;
    allocations_restore();
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(error, ENOMEM);
    ck_assert_uint_eq(sent.length, length);
    buffer_free(&sent);
}
END_TEST

/* ---- through a socket ---- */

START_TEST(what_is_sent_arrives_message_by_message)
{
    ck_assert_int_eq(buffer_append_string(&sent, "one"), 0);
    ck_assert_int_eq(message_send(pair[0], &sent), 0);
    ck_assert_int_eq(buffer_append_string(&sent, " and two"), 0);
    ck_assert_int_eq(message_send(pair[0], &sent), 0);
    sent.length = 0;
    ck_assert_int_eq(message_send(pair[0], &sent), 0);
    hang_up();
    received_is("one");
    received_is("one and two");
    received_is("");
    ck_assert_int_eq(message_receive(pair[1], &received), 0);
}
END_TEST

START_TEST(an_appended_message_and_a_sent_one_are_the_same_bytes)
{
    ck_assert_int_eq(message_append(&sent, "either way", 10), 0);
    send_raw(sent.data, sent.length);
    received_is("either way");
}
END_TEST

START_TEST(the_end_of_the_stream_between_messages_is_an_end)
{
    hang_up();
    ck_assert_int_eq(message_receive(pair[1], &received), 0);
}
END_TEST

START_TEST(the_end_of_the_stream_inside_a_message_is_a_torn_message)
{
    ck_assert_int_eq(message_append(&sent, "torn", 4), 0);
    send_raw(sent.data, (size_t)_i);
    hang_up();
    receiving_fails_with(EBADMSG);
    ck_assert_uint_lt(received.length, 4);
}
END_TEST

START_TEST(a_length_of_garbage_is_refused_before_anything_is_allocated)
{
    send_raw("\xff\xff\xff\xff\xff\xff\xff\xff and more", 17);
    receiving_fails_with(EBADMSG);
    ck_assert_ptr_null(received.data);
}
END_TEST

START_TEST(without_memory_a_message_is_not_received)
{
    ck_assert_int_eq(buffer_append_string(&sent, "too much"), 0);
    ck_assert_int_eq(message_send(pair[0], &sent), 0);
    allocations_fail(1, false);
    int status = message_receive(pair[1], &received);
    int error = errno;
    allocations_restore();
    ck_assert_int_eq(status, -1);
    ck_assert_int_eq(error, ENOMEM);
}
END_TEST

START_TEST(nobody_there_is_an_error_and_no_signal)
{
    close(pair[1]);
    ck_assert_int_eq(buffer_append_string(&sent, "hello?"), 0);
    errno = 0;
    ck_assert_int_eq(message_send(pair[0], &sent), -1);
    ck_assert_int_eq(errno, EPIPE);
}
END_TEST

static void *send_big(void *unused)
{
    (void)unused;
    return message_send(pair[0], &sent) == 0 ? &sent : NULL;
}

START_TEST(a_message_larger_than_the_sockets_buffers_arrives_whole)
{
    enum { BIG = 5 * 1024 * 1024 };
    pthread_t sender;
    void *result;

    ck_assert_int_eq(buffer_reserve(&sent, BIG), 0);
    for (sent.length = 0; sent.length < BIG; sent.length++)
        sent.data[sent.length] = (char)(sent.length % 251);
    ck_assert_int_eq(pthread_create(&sender, NULL, send_big, NULL), 0);
    ck_assert_int_eq(message_receive(pair[1], &received), 1);
    ck_assert_int_eq(pthread_join(sender, &result), 0);
    ck_assert_ptr_nonnull(result);
    ck_assert_uint_eq(received.length, BIG);
    ck_assert(memcmp(received.data, sent.data, BIG) == 0);
}
END_TEST

static TCase *memory_case(void)
{
    TCase *tcase = tcase_create("in memory");

    tcase_add_test(tcase,
                   a_message_cut_anywhere_is_incomplete_until_its_last_byte);
    tcase_add_test(tcase, of_two_messages_the_first_is_found_and_where_it_ends);
    tcase_add_test(tcase, an_empty_message_is_one);
    tcase_add_test(tcase, a_length_beyond_the_limit_is_no_message);
    tcase_add_test(tcase, what_is_too_long_to_be_a_message_is_not_appended);
    tcase_add_test(tcase, without_memory_nothing_of_a_message_is_appended);
    return tcase;
}

static TCase *socket_case(void)
{
    TCase *tcase = tcase_create("through a socket");

    tcase_add_checked_fixture(tcase, make_pair, close_pair);
    tcase_add_test(tcase, what_is_sent_arrives_message_by_message);
    tcase_add_test(tcase,
                   an_appended_message_and_a_sent_one_are_the_same_bytes);
    tcase_add_test(tcase, the_end_of_the_stream_between_messages_is_an_end);
    tcase_add_loop_test(
        tcase, the_end_of_the_stream_inside_a_message_is_a_torn_message, 1,
        sizeof(uint64_t) + 4);
    tcase_add_test(tcase,
                   a_length_of_garbage_is_refused_before_anything_is_allocated);
    tcase_add_test(tcase, without_memory_a_message_is_not_received);
    tcase_add_test(tcase, nobody_there_is_an_error_and_no_signal);
    tcase_add_test(tcase,
                   a_message_larger_than_the_sockets_buffers_arrives_whole);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("message");

    suite_add_tcase(suite, memory_case());
    suite_add_tcase(suite, socket_case());
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
