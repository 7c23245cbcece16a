/*
 * stream_reader_test.c - reads of a stream that the tests feed by hand.
 */
#include "stages/07-loop/stream_reader.h"

#include "loop_by_hand.h"

static struct stream_reader reader;

/* ---- feeding and reading ---- */

static void begin(size_t limit)
{
    ck_assert(stream_reader_init(&reader, loop, limit));
}

static void feed(const char *text)
{
    ck_assert(stream_reader_feed_data(&reader, text, strlen(text)));
}

/* A read in a task of its own. */
static struct task *start(struct coroutine *read)
{
    struct task *task = loop_create_task(loop, read);

    ck_assert_ptr_nonnull(task);
    run_passes(1);
    return task;
}

static const struct stream_read *frame_of(const struct task *task)
{
    return (struct stream_read *)task_get_coroutine(task);
}

static void must_wait(const struct task *task)
{
    run_passes(3);
    ck_assert(!future_done(&task->future));
}

/* It is over, and gave this. */
static void must_give(struct task *task, const char *text)
{
    run_passes(2);
    ck_assert(future_done(&task->future));
    ck_assert_ptr_null(task->co.error);
    ck_assert_str_eq(task->result, text);
    ck_assert_uint_eq(frame_of(task)->size, strlen(text));
    task_free(task);
}

/* It failed; the caller lets it go. */
static const struct stream_read *must_fail(struct task *task,
                                           const struct error *kind)
{
    const struct error *error = NULL;

    run_passes(2);
    ck_assert(future_done(&task->future));
    if (kind == &error_cancelled) {
        ck_assert(future_cancelled(&task->future));
        return frame_of(task);
    }
    ck_assert(future_error(&task->future, &error));
    ck_assert_msg(error_is(error, kind), "it failed with %s: %s",
                  error_name(error), error_message(error));
    return frame_of(task);
}

static struct task *read_some(size_t size)
{
    return start(COROUTINE(stream_reader_read(&reader, size)));
}

static struct task *read_all(void)
{
    return read_some(STREAM_ALL);
}

static struct task *read_line(void)
{
    return start(COROUTINE(stream_reader_readline(&reader)));
}

static struct task *read_exactly(size_t size)
{
    return start(COROUTINE(stream_reader_readexactly(&reader, size)));
}

static struct task *read_until(const char *separator)
{
    return start(COROUTINE(
        stream_reader_readuntil(&reader, separator, strlen(separator))));
}

static void end(void)
{
    stream_reader_close(&reader);
}

/* ---- read ---- */

START_TEST(a_read_gives_what_there_is_but_no_more_than_it_asked_for)
{
    begin(STREAM_LIMIT);
    feed("abcdef");
    must_give(read_some(2), "ab");
    must_give(read_some(100), "cdef");
    ck_assert(!stream_reader_at_eof(&reader));
    end();
}
END_TEST

START_TEST(a_read_waits_for_the_first_bytes_and_goes_on_a_pass_later)
{
    begin(STREAM_LIMIT);
    struct task *task = read_some(10);
    must_wait(task);
    feed("a");
    feed("b");
    ck_assert(!future_done(&task->future));
    run_passes(1);
    ck_assert(future_done(&task->future));
    must_give(task, "ab");
    end();
}
END_TEST

START_TEST(a_read_of_nothing_is_over_at_once)
{
    begin(STREAM_LIMIT);
    must_give(read_some(0), "");
    must_give(read_exactly(0), "");
    feed("x");
    must_give(read_some(0), "");
    must_give(read_some(1), "x");
    end();
}
END_TEST

START_TEST(at_the_end_a_read_gives_the_rest_and_then_nothing)
{
    begin(STREAM_LIMIT);
    feed("rest");
    stream_reader_feed_eof(&reader);
    ck_assert(!stream_reader_at_eof(&reader));
    must_give(read_some(10), "rest");
    ck_assert(stream_reader_at_eof(&reader));
    must_give(read_some(10), "");
    must_give(read_all(), "");
    must_give(read_line(), "");
    end();
}
END_TEST

START_TEST(the_end_wakes_who_reads)
{
    begin(STREAM_LIMIT);
    struct task *task = read_some(10);
    stream_reader_feed_eof(&reader);
    must_give(task, "");
    end();
}
END_TEST

START_TEST(a_read_to_the_end_gives_all_however_it_came_and_however_much)
{
    begin(2); /* that is no limit for it */
    feed("a");
    struct task *task = read_all();
    must_wait(task);
    feed("bcdefgh");
    must_wait(task);
    feed("i");
    feed("j");
    stream_reader_feed_eof(&reader);
    must_give(task, "abcdefghij");
    end();
}
END_TEST

START_TEST(bytes_of_any_value_are_read_and_a_nul_is_behind_them)
{
    begin(STREAM_LIMIT);
    ck_assert(stream_reader_feed_data(&reader, "\0\xff\n\0x", 5));
    struct task *task = read_line();
    run_passes(1);
    ck_assert_uint_eq(frame_of(task)->size, 3);
    ck_assert_mem_eq(task->result, "\0\xff\n\0", 4);
    task_free(task);
    end();
}
END_TEST

/* ---- readexactly ---- */

START_TEST(an_exact_read_waits_until_all_of_it_is_there)
{
    begin(2);
    feed("abc");
    struct task *task = read_exactly(8);
    must_wait(task);
    feed("defgh!");
    must_give(task, "abcdefgh");
    must_give(read_exactly(1), "!");
    end();
}
END_TEST

START_TEST(if_the_stream_ends_before_an_exact_read_tells_what_came)
{
    begin(STREAM_LIMIT);
    feed("abc");
    struct task *task = read_exactly(8);
    stream_reader_feed_eof(&reader);
    const struct stream_read *read = must_fail(task, &error_incomplete_read);
    ck_assert_str_eq(read->result, "abc");
    ck_assert_uint_eq(read->size, 3);
    ck_assert(stream_reader_at_eof(&reader));
    task_free(task);
    end();
}
END_TEST

/* ---- readuntil and readline ---- */

START_TEST(lines_are_given_one_by_one_with_their_ends)
{
    begin(STREAM_LIMIT);
    feed("one\ntwo\nthr");
    must_give(read_line(), "one\n");
    must_give(read_line(), "two\n");
    struct task *task = read_line();
    must_wait(task);
    feed("ee\n\n");
    must_give(task, "three\n");
    must_give(read_line(), "\n");
    end();
}
END_TEST

START_TEST(the_last_line_may_have_no_end)
{
    begin(STREAM_LIMIT);
    feed("unfinished");
    struct task *task = read_line();
    must_wait(task);
    stream_reader_feed_eof(&reader);
    must_give(task, "unfinished");
    must_give(read_line(), "");
    end();
}
END_TEST

START_TEST(a_separator_is_found_wherever_it_was_cut)
{
    static const char text[] = "xx--e--end--yy";
    char piece[2] = "";

    begin(STREAM_LIMIT);
    struct task *task = read_until("--end--");
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (i == (size_t)_i) /* here it waits, and looks */
            must_wait(task);
        piece[0] = text[i];
        feed(piece);
    }
    must_give(task, "xx--e--end--");
    must_give(read_some(10), "yy");
    end();
}
END_TEST

START_TEST(what_was_searched_once_is_not_searched_again)
{
    begin(STREAM_LIMIT);
    struct task *task = read_until("ab");
    for (size_t i = 1; i < 100; i++) {
        feed("a");
        run_passes(1);
        ck_assert_uint_eq(frame_of(task)->searched, i - 1);
    }
    feed("b");
    run_passes(1);
    ck_assert_uint_eq(frame_of(task)->size, 100);
    task_free(task);
    end();
}
END_TEST

START_TEST(if_the_stream_ends_before_the_separator_what_came_is_told)
{
    begin(STREAM_LIMIT);
    feed("some --en");
    struct task *task = read_until("--end--");
    stream_reader_feed_eof(&reader);
    ck_assert_str_eq(must_fail(task, &error_incomplete_read)->result,
                     "some --en");
    ck_assert(stream_reader_at_eof(&reader));
    task_free(task);
    end();
}
END_TEST

START_TEST(an_empty_separator_is_refused)
{
    begin(STREAM_LIMIT);
    feed("x");
    struct task *task = read_until("");
    must_fail(task, &error_value);
    task_free(task);
    must_give(read_some(1), "x");
    end();
}
END_TEST

/* ---- the limit ---- */

START_TEST(a_limit_of_nothing_is_refused)
{
    ck_refused(stream_reader_init(&reader, loop, 0), error_value);
}
END_TEST

START_TEST(up_to_the_limit_a_chunk_is_given_and_its_separator_does_not_count)
{
    begin(4);
    feed("1234;;123");
    must_give(read_until(";;"), "1234;;");
    struct task *task = read_until("\n");
    must_wait(task);
    feed("4");
    must_wait(task);
    feed("\n");
    must_give(task, "1234\n");
    end();
}
END_TEST

START_TEST(a_longer_chunk_is_refused_and_may_be_read_otherwise)
{
    begin(4);
    feed("12345;x");
    struct task *task = read_until(";");
    const struct stream_read *read = must_fail(task, &error_limit_overrun);
    ck_assert_uint_eq(read->consumed, 5);
    ck_assert_str_eq(error_message(read->co.error),
                     "Separator is found, but chunk is longer than limit");
    task_free(task);
    must_give(read_exactly(5), "12345");
    must_give(read_until(";"), ";");
    must_give(read_some(9), "x");
    end();
}
END_TEST

START_TEST(without_a_separator_all_but_its_beginning_may_be_read)
{
    begin(4);
    feed("123456;");
    struct task *task = read_until(";;");
    ck_assert_uint_eq(must_fail(task, &error_limit_overrun)->consumed, 6);
    task_free(task);
    must_give(read_exactly(6), "123456");
    feed(";");
    must_give(read_until(";;"), ";;");
    end();
}
END_TEST

START_TEST(a_line_too_long_is_dropped_with_its_end_or_as_far_as_it_came)
{
    begin(4);
    feed("12345\nnext\n");
    struct task *task = read_line();
    must_fail(task, &error_value);
    task_free(task);
    must_give(read_line(), "next\n");
    feed("123456");
    task = read_line();
    must_fail(task, &error_value);
    task_free(task);
    feed("on\n");
    must_give(read_line(), "on\n");
    end();
}
END_TEST

/* ---- errors ---- */

static const struct error broken = ERROR(&error_os, "broken");

START_TEST(an_error_fails_who_reads_and_all_who_read_later)
{
    begin(STREAM_LIMIT);
    feed("abc");
    struct task *task = _i == 0   ? read_exactly(9)
                        : _i == 1 ? read_line()
                                  : read_all();
    must_wait(task);
    stream_reader_set_error(&reader, &broken);
    must_fail(task, &broken);
    task_free(task);
    task = read_some(0);
    must_fail(task, &broken);
    task_free(task);
    ck_assert_ptr_eq(stream_reader_error(&reader), &broken);
    end();
}
END_TEST

/* In Python a readexactly() would wait for ever then. */
START_TEST(who_is_woken_by_too_little_just_before_an_error_fails_with_it)
{
    begin(STREAM_LIMIT);
    struct task *task = _i == 0   ? read_exactly(9)
                        : _i == 1 ? read_line()
                                  : read_all();
    feed("abc");
    stream_reader_set_error(&reader, &broken);
    must_fail(task, &broken);
    task_free(task);
    end();
}
END_TEST

/* ---- several who read ---- */

START_TEST(while_one_waits_no_other_may)
{
    begin(STREAM_LIMIT);
    struct task *first = read_exactly(4), *second = read_line();
    must_fail(second, &error_runtime);
    task_free(second);
    feed("abcdef");
    must_give(first, "abcd");
    must_give(read_some(9), "ef");
    end();
}
END_TEST

/* A callback: reads all there is, before the one who was woken does. */
static void snatch(void *data)
{
    struct coroutine *read = COROUTINE(stream_reader_read(&reader, 9));

    (void)data;
    ck_assert_ptr_null(read->resume(read));
    speak(((struct stream_read *)read)->result);
    coroutine_close(read);
}

START_TEST(who_finds_that_someone_else_was_faster_waits_on)
{
    begin(STREAM_LIMIT);
    feed("abcdefg");
    struct task *task = read_until(";");
    must_wait(task);
    ck_assert(loop_call_soon(loop, NULL, snatch, NULL));
    feed("h");
    must_wait(task);
    ck_said("abcdefgh");
    feed("x");
    must_wait(task);
    feed("yz and much more;");
    run_passes(2);
    ck_assert(future_done(&task->future));
    task_free(task);
    end();
}
END_TEST

START_TEST(a_read_that_is_cancelled_takes_nothing)
{
    begin(STREAM_LIMIT);
    feed("abc");
    struct task *task = _i == 0 ? read_exactly(9) : read_line();
    must_wait(task);
    task_cancel(task, NULL);
    if (_i == 2) /* in the same pass */
        feed("d");
    must_fail(task, &error_cancelled);
    task_free(task);
    must_give(read_some(9), _i == 2 ? "abcd" : "abc");
    end();
}
END_TEST

/* ---- the end of a reader ---- */

START_TEST(a_reader_may_be_closed_while_somebody_reads_it)
{
    begin(STREAM_LIMIT);
    struct task *task = _i % 2 == 0 ? read_line() : read_all();
    must_wait(task);
    if (_i / 2 == 1) /* he is woken already */
        feed("abc\n");
    end();
    memset(&reader, 0xee, sizeof reader);
    must_fail(task, &error_runtime);
    task_free(task);
}
END_TEST

START_TEST(a_cancellation_is_not_lost_when_the_reader_is_closed)
{
    begin(STREAM_LIMIT);
    struct task *task = read_line();
    task_cancel(task, NULL);
    end();
    memset(&reader, 0xee, sizeof reader);
    must_fail(task, &error_cancelled);
    task_free(task);
}
END_TEST

START_TEST(a_loop_may_be_closed_while_somebody_reads)
{
    begin(STREAM_LIMIT);
    struct task *task = read_line();
    task_free(task);
    if (_i == 0)
        end();
    loop_end();
    must_have_logged("Task was destroyed but it is pending!");
    if (_i == 1)
        end();
    loop_begin(NULL);
}
END_TEST

/* ---- every byte, in every order ---- */

START_TEST(whatever_the_pieces_nothing_is_lost_or_moved)
{
    enum { ALL = 20000 };
    static char text[ALL + 1];
    size_t fed = 0, given = 0;
    unsigned chance = (unsigned)_i * 7919 + 1;

    begin(STREAM_LIMIT);
    for (size_t i = 0; i < ALL; i++)
        text[i] = (char)('a' + i % 23);
    while (given < ALL) {
        chance = chance * 1103515245 + 12345;
        size_t size = chance >> 16 & 1023;
        if (size > ALL - fed)
            size = ALL - fed;
        ck_assert(stream_reader_feed_data(&reader, text + fed, size));
        fed += size;
        if (fed == given)
            continue;
        struct task *task = read_some(1 + (chance >> 8 & 511));
        run_passes(1);
        ck_assert_mem_eq(task->result, text + given, frame_of(task)->size);
        given += frame_of(task)->size;
        task_free(task);
    }
    end();
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        a_read_gives_what_there_is_but_no_more_than_it_asked_for,
        a_read_waits_for_the_first_bytes_and_goes_on_a_pass_later,
        a_read_of_nothing_is_over_at_once,
        at_the_end_a_read_gives_the_rest_and_then_nothing,
        the_end_wakes_who_reads,
        a_read_to_the_end_gives_all_however_it_came_and_however_much,
        bytes_of_any_value_are_read_and_a_nul_is_behind_them,
        an_exact_read_waits_until_all_of_it_is_there,
        if_the_stream_ends_before_an_exact_read_tells_what_came,
        lines_are_given_one_by_one_with_their_ends,
        the_last_line_may_have_no_end,
        what_was_searched_once_is_not_searched_again,
        if_the_stream_ends_before_the_separator_what_came_is_told,
        an_empty_separator_is_refused,
        a_limit_of_nothing_is_refused,
        up_to_the_limit_a_chunk_is_given_and_its_separator_does_not_count,
        a_longer_chunk_is_refused_and_may_be_read_otherwise,
        without_a_separator_all_but_its_beginning_may_be_read,
        a_line_too_long_is_dropped_with_its_end_or_as_far_as_it_came,
        while_one_waits_no_other_may,
        who_finds_that_someone_else_was_faster_waits_on,
        a_cancellation_is_not_lost_when_the_reader_is_closed,
        NULL,
    };
    Suite *suite = suite_create("stream_reader");
    TCase *tcase = tcase_create("stream_reader");

    tcase_add_checked_fixture(tcase, each_begins, each_ends);
    for (size_t i = 0; once[i] != NULL; i++)
        tcase_add_test(tcase, once[i]);
    tcase_add_loop_test(tcase, a_separator_is_found_wherever_it_was_cut, 0, 12);
    tcase_add_loop_test(tcase, an_error_fails_who_reads_and_all_who_read_later,
                        0, 3);
    tcase_add_loop_test(
        tcase, who_is_woken_by_too_little_just_before_an_error_fails_with_it, 0,
        3);
    tcase_add_loop_test(tcase, a_read_that_is_cancelled_takes_nothing, 0, 3);
    tcase_add_loop_test(tcase, a_reader_may_be_closed_while_somebody_reads_it,
                        0, 4);
    tcase_add_loop_test(tcase, a_loop_may_be_closed_while_somebody_reads, 0, 2);
    tcase_add_loop_test(tcase, whatever_the_pieces_nothing_is_lost_or_moved, 0,
                        5);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
