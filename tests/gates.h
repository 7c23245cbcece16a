/*
 * gates.h - for suites with threads: work that goes on when the test says so.
 */
#ifndef TESTS_GATES_H
#define TESTS_GATES_H

#include "stages/07-loop/error.h"

#include "support.h"

#include <check.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Where work waits, having said so. The first test finds them at 0. */
static sem_t began, gate;
static atomic_int passed_gate;

static inline void gates_make(void)
{
    sem_init(&began, 0, 0);
    sem_init(&gate, 0, 0);
}

static inline void go_through(sem_t *semaphore)
{
    while (sem_wait(semaphore) < 0)
        continue;
}

/* An executor_work. */
static inline const struct error *wait_at_gate(const void *argument,
                                               void *result)
{
    (void)argument;
    (void)result;
    sem_post(&began);
    go_through(&gate);
    passed_gate++;
    return NULL;
}

/* ---- threads ---- */

static inline pthread_t start_thread(void *(*run)(void *data), void *data)
{
    pthread_t thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, run, data), 0);
    return thread;
}

/* What it returned. */
static inline void *join_thread(pthread_t thread)
{
    void *result = NULL;

    ck_assert_int_eq(pthread_join(thread, &result), 0);
    return result;
}

static inline void *do_nothing(void *unused)
{
    return unused;
}

/*
 * How many there are before the test has any; a sanitizer may start one of its
 * own with the first.
 */
static inline int threads_before(void)
{
    join_thread(start_thread(do_nothing, NULL));
    return count_threads();
}

/* All others end: a thread that was joined may be seen a little longer. */
static inline void wait_for_threads(int before)
{
    while (count_threads() > before)
        sched_yield();
}

#endif
