/*
 * queue_test.c - the queue between threads.
 */
#include "stages/03-threads/queue.h"

#include "allocations.h"
#include "common/clock.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

enum { MANY = 1000 };

static void *number(intptr_t n)
{
    return (void *)n;
}

static intptr_t get_number(struct thread_queue *queue)
{
    void *item;

    if (thread_queue_get(queue, &item) < 0)
        ck_abort_msg("queue_get failed");
    return (intptr_t)item;
}

static struct thread_queue *new_queue(size_t max_size)
{
    struct thread_queue *queue = thread_queue_new(max_size);

    ck_assert_ptr_nonnull(queue);
    return queue;
}

static pthread_t start(void *body(void *), void *argument)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, body, argument), 0);
    return thread;
}

static void join(pthread_t thread)
{
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

/* ---- one thread alone ---- */

START_TEST(first_in_is_first_out)
{
    struct thread_queue *queue = new_queue(0);

    for (int round = 0; round < 3; round++) {
        for (intptr_t n = 0; n < MANY; n++)
            ck_assert_int_eq(thread_queue_put(queue, number(n)), 0);
        for (intptr_t n = 0; n < MANY - 7 * round; n++)
            ck_assert_int_eq(get_number(queue), n);
        for (intptr_t n = MANY - 7 * round; n < MANY; n++)
            ck_assert_int_eq(get_number(queue), n);
    }
    thread_queue_free(queue);
}
END_TEST

/* Whatever the distance between both ends when the ring must grow. */
START_TEST(the_order_survives_growing_at_any_place)
{
    struct thread_queue *queue = new_queue(0);
    intptr_t put = 0, got = 0;

    for (int i = 0; i < _i; i++) {
        ck_assert_int_eq(thread_queue_put(queue, number(put++)), 0);
        ck_assert_int_eq(get_number(queue), got++);
    }
    while (put < MANY)
        ck_assert_int_eq(thread_queue_put(queue, number(put++)), 0);
    while (got < MANY)
        ck_assert_int_eq(get_number(queue), got++);
    ck_assert(thread_queue_is_empty(queue));
    thread_queue_free(queue);
}
END_TEST

START_TEST(null_is_an_item_like_any_other)
{
    struct thread_queue *queue = new_queue(0);
    void *item = queue;

    ck_assert_int_eq(thread_queue_put(queue, NULL), 0);
    ck_assert_uint_eq(thread_queue_size(queue), 1);
    ck_assert_int_eq(thread_queue_get_nowait(queue, &item), 0);
    ck_assert_ptr_null(item);
    thread_queue_free(queue);
}
END_TEST

START_TEST(size_empty_and_full_tell_what_is_in_it)
{
    struct thread_queue *queue = new_queue(2);

    ck_assert(thread_queue_is_empty(queue) && !thread_queue_is_full(queue));
    thread_queue_put(queue, NULL);
    ck_assert(!thread_queue_is_empty(queue) && !thread_queue_is_full(queue));
    thread_queue_put(queue, NULL);
    ck_assert(!thread_queue_is_empty(queue) && thread_queue_is_full(queue));
    ck_assert_uint_eq(thread_queue_size(queue), 2);
    thread_queue_free(queue);
}
END_TEST

START_TEST(an_empty_queue_gives_nothing_to_who_does_not_wait)
{
    struct thread_queue *queue = new_queue(0);
    void *item = queue;

    ck_assert_int_eq(thread_queue_get_nowait(queue, &item), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_ptr_eq(item, queue);
    thread_queue_free(queue);
}
END_TEST

START_TEST(a_full_queue_takes_nothing_from_who_does_not_wait)
{
    struct thread_queue *queue = new_queue(1);

    ck_assert_int_eq(thread_queue_put_nowait(queue, number(1)), 0);
    ck_assert_int_eq(thread_queue_put_nowait(queue, number(2)), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(get_number(queue), 1);
    ck_assert(thread_queue_is_empty(queue));
    thread_queue_free(queue);
}
END_TEST

START_TEST(waiting_with_a_timeout_takes_that_long_and_no_item)
{
    static const int64_t timeouts_ns[] = {0, -1, 1, 20 * NS_PER_MS};
    int64_t timeout_ns = timeouts_ns[_i];
    struct thread_queue *queue = new_queue(1);
    void *item = queue;

    int64_t before_ns = clock_now_ns();
    ck_assert_int_eq(thread_queue_get_timeout(queue, &item, timeout_ns), -1);
    ck_assert_int_eq(errno, ETIMEDOUT);
    ck_assert_int_ge(clock_now_ns() - before_ns, timeout_ns);
    ck_assert_ptr_eq(item, queue);

    ck_assert_int_eq(thread_queue_put_timeout(queue, number(1), timeout_ns), 0);
    before_ns = clock_now_ns();
    ck_assert_int_eq(thread_queue_put_timeout(queue, number(2), timeout_ns),
                     -1);
    ck_assert_int_eq(errno, ETIMEDOUT);
    ck_assert_int_ge(clock_now_ns() - before_ns, timeout_ns);
    ck_assert_int_eq(thread_queue_get_timeout(queue, &item, timeout_ns), 0);
    ck_assert_ptr_eq(item, number(1));
    thread_queue_free(queue);
}
END_TEST

START_TEST(more_done_than_was_put_is_an_error)
{
    struct thread_queue *queue = new_queue(0);

    ck_assert_int_eq(thread_queue_task_done(queue), -1);
    ck_assert_int_eq(errno, EINVAL);
    thread_queue_put(queue, NULL);
    get_number(queue);
    ck_assert_int_eq(thread_queue_task_done(queue), 0);
    ck_assert_int_eq(thread_queue_task_done(queue), -1);
    ck_assert_int_eq(errno, EINVAL);
    thread_queue_free(queue);
}
END_TEST

START_TEST(nobody_waits_for_a_queue_without_unfinished_work)
{
    struct thread_queue *queue = new_queue(0);

    thread_queue_join(queue);
    thread_queue_put(queue, NULL);
    thread_queue_task_done(queue); /* Python does not ask whether it was got */
    thread_queue_join(queue);
    thread_queue_free(queue);
}
END_TEST

START_TEST(a_failed_allocation_leaves_the_queue_as_it_was)
{
    struct thread_queue *queue = new_queue(0);
    int status = 0, error;
    intptr_t put = 0;

    allocations_fail(1, false);
    struct thread_queue *none = thread_queue_new(0);
    while (status == 0) {
        status = thread_queue_put(queue, number(put));
        put += status == 0;
    }
    error = errno;
    ck_assert(allocations_restore());
    ck_assert_ptr_null(none);
    ck_assert_int_eq(error, ENOMEM);
    ck_assert_uint_eq(thread_queue_size(queue), (size_t)put);
    for (intptr_t n = put; n < MANY; n++)
        ck_assert_int_eq(thread_queue_put(queue, number(n)), 0);

    allocations_fail(1, false);
    for (status = 0, put = MANY; status == 0; put += status == 0)
        status = thread_queue_put(queue, number(put));
    ck_assert(allocations_restore());
    for (intptr_t n = 0; n < put; n++)
        ck_assert_int_eq(get_number(queue), n);
    ck_assert(thread_queue_is_empty(queue));
    thread_queue_free(queue);
    thread_queue_free(NULL);
}
END_TEST

/* ---- several threads ---- */

static void *get_one(void *queue)
{
    return (void *)get_number(queue);
}

START_TEST(who_waits_for_an_item_gets_the_one_that_is_put)
{
    struct thread_queue *queue = new_queue(0);
    pthread_t waiting = start(get_one, queue);
    void *got;

    ck_assert_int_eq(thread_queue_put(queue, number(42)), 0);
    ck_assert_int_eq(pthread_join(waiting, &got), 0);
    ck_assert_ptr_eq(got, number(42));
    thread_queue_free(queue);
}
END_TEST

static void *get_one_in_a_year(void *queue)
{
    void *item;

    /* A year that has gone over the clock's end is the longest there is. */
    if (thread_queue_get_timeout(queue, &item, INT64_MAX) < 0)
        abort();
    return item;
}

START_TEST(a_timeout_of_any_length_is_ended_by_an_item)
{
    struct thread_queue *queue = new_queue(0);
    pthread_t waiting = start(get_one_in_a_year, queue);
    void *got;

    ck_assert_int_eq(thread_queue_put(queue, number(7)), 0);
    ck_assert_int_eq(pthread_join(waiting, &got), 0);
    ck_assert_ptr_eq(got, number(7));
    thread_queue_free(queue);
}
END_TEST

static void *put_one_more(void *queue)
{
    if (thread_queue_put(queue, number(2)) < 0)
        abort();
    return NULL;
}

START_TEST(who_waits_for_room_gets_what_is_made)
{
    struct thread_queue *queue = new_queue(1);

    ck_assert_int_eq(thread_queue_put(queue, number(1)), 0);
    pthread_t waiting = start(put_one_more, queue);
    ck_assert_int_eq(get_number(queue), 1);
    ck_assert_int_eq(get_number(queue), 2);
    join(waiting);
    thread_queue_free(queue);
}
END_TEST

struct crowd {
    struct thread_queue *queue;
    atomic_int seen[MANY]; /* how often each item was got */
    atomic_int next;       /* to be put */
    atomic_bool too_many;  /* more were in it than there may be */
    size_t max_size;
};

static void *put_many(void *data)
{
    struct crowd *crowd = data;

    for (int n; (n = crowd->next++) < MANY;)
        if (thread_queue_put(crowd->queue, number(n + 1)) < 0)
            abort();
    return NULL;
}

/* Takes items till it finds a NULL. */
static void *get_many(void *data)
{
    struct crowd *crowd = data;
    intptr_t n;

    while ((n = get_number(crowd->queue)) != 0) {
        crowd->seen[n - 1]++;
        if (crowd->max_size > 0 &&
            thread_queue_size(crowd->queue) > crowd->max_size)
            crowd->too_many = true;
        thread_queue_task_done(crowd->queue);
    }
    thread_queue_task_done(crowd->queue);
    return NULL;
}

START_TEST(many_threads_put_and_get_each_item_once)
{
    static const size_t bounds[] = {0, 1, 3, MANY};
    static struct crowd crowd;
    pthread_t putters[3], getters[3];

    crowd =
        (struct crowd){.queue = new_queue(bounds[_i]), .max_size = bounds[_i]};
    for (int i = 0; i < 3; i++) {
        getters[i] = start(get_many, &crowd);
        putters[i] = start(put_many, &crowd);
    }
    for (int i = 0; i < 3; i++)
        join(putters[i]);
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(thread_queue_put(crowd.queue, NULL), 0);
    thread_queue_join(crowd.queue);
    ck_assert(thread_queue_is_empty(crowd.queue));
    for (int i = 0; i < 3; i++)
        join(getters[i]);
    for (int n = 0; n < MANY; n++)
        ck_assert_int_eq(crowd.seen[n], 1);
    ck_assert(!crowd.too_many);
    thread_queue_free(crowd.queue);
}
END_TEST

struct job {
    struct thread_queue *queue;
    int result; /* not atomic: join must be enough to see it */
};

static void *work_on_it(void *data)
{
    struct job *job = data;

    get_number(job->queue);
    for (int i = 0; i < 100; i++)
        sched_yield();
    job->result = 42;
    thread_queue_task_done(job->queue);
    return NULL;
}

START_TEST(join_returns_when_the_work_is_done_not_when_it_is_taken)
{
    struct job job = {.queue = new_queue(0)};

    thread_queue_put(job.queue, NULL);
    pthread_t thread = start(work_on_it, &job);
    thread_queue_join(job.queue);
    ck_assert_int_eq(job.result, 42);
    join(thread);
    thread_queue_free(job.queue);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("queue");
    TCase *alone = tcase_create("one thread");
    TCase *several = tcase_create("several threads");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(alone, first_in_is_first_out);
    tcase_add_loop_test(alone, the_order_survives_growing_at_any_place, 0, 40);
    tcase_add_test(alone, null_is_an_item_like_any_other);
    tcase_add_test(alone, size_empty_and_full_tell_what_is_in_it);
    tcase_add_test(alone, an_empty_queue_gives_nothing_to_who_does_not_wait);
    tcase_add_test(alone, a_full_queue_takes_nothing_from_who_does_not_wait);
    tcase_add_loop_test(
        alone, waiting_with_a_timeout_takes_that_long_and_no_item, 0, 4);
    tcase_add_test(alone, more_done_than_was_put_is_an_error);
    tcase_add_test(alone, nobody_waits_for_a_queue_without_unfinished_work);
    tcase_add_test(alone, a_failed_allocation_leaves_the_queue_as_it_was);
    tcase_set_timeout(alone, 60);
    suite_add_tcase(suite, alone);

    tcase_add_test(several, who_waits_for_an_item_gets_the_one_that_is_put);
    tcase_add_test(several, a_timeout_of_any_length_is_ended_by_an_item);
    tcase_add_test(several, who_waits_for_room_gets_what_is_made);
    tcase_add_loop_test(several, many_threads_put_and_get_each_item_once, 0, 4);
    tcase_add_test(several,
                   join_returns_when_the_work_is_done_not_when_it_is_taken);
    tcase_set_timeout(several, 60);
    suite_add_tcase(suite, several);

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
