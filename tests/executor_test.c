/*
 * executor_test.c - work done by threads and by processes.
 *
 * Linked with --wrap=pthread_create,--wrap=fork,--wrap=poll: a test can have
 * them fail; and with --wrap=thread_queue_get, so that a test knows when a
 * thread has come back for more.
 */
#include "stages/07-loop/executor.h"

#include "allocations.h"
#include "stages/02-processes/message.h"
#include "stages/03-threads/queue.h"
#include "support.h"

#include <check.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- calls that fail when a test says so ---- */

static atomic_int threads_left; /* that can be created; -1: any number */
static atomic_int fork_error;   /* 0: it works */
static sem_t fork_refused;      /* posted whenever it did not */
static atomic_int poll_error;   /* once */
static sem_t came_for_more;     /* posted whenever a thread did */

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __real_thread_queue_get(struct thread_queue *queue, void **item);
int __wrap_thread_queue_get(struct thread_queue *queue, void **item);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    if (threads_left == 0)
        return EAGAIN;
    if (threads_left > 0)
        threads_left--;
    return __real_pthread_create(thread, attributes, run, argument);
}

pid_t __wrap_fork(void)
{
    if (fork_error == 0)
        return __real_fork();
    sem_post(&fork_refused);
    errno = fork_error;
    return -1;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    int error = atomic_exchange(&poll_error, 0);

    if (error == 0)
        return __real_poll(fds, count, timeout_ms);
    errno = error;
    return -1;
}

int __wrap_thread_queue_get(struct thread_queue *queue, void **item)
{
    sem_post(&came_for_more);
    return __real_thread_queue_get(queue, item);
}

/* ---- what this process and its workers both see ---- */

enum { NOTES = 64 };

static struct shared {
    sem_t begun; /* posted by gated work, */
    sem_t gate;  /* at which it waits then */
    atomic_int pid;
    atomic_int note_count;
    atomic_int notes[NOTES];
} * shared;

static void wait_for(sem_t *semaphore)
{
    while (sem_wait(semaphore) < 0)
        continue;
}

/* ---- work ---- */

static const struct error sour = ERROR(&error_value, "sour");

static const struct error *square(const void *argument, void *result)
{
    int n = *(const int *)argument;

    *(long *)result = (long)n * n;
    return NULL;
}

/* Notes its number. */
static const struct error *note(const void *argument, void *unused)
{
    (void)unused;
    shared->notes[shared->note_count++] = *(const int *)argument;
    return NULL;
}

/* Waits to be let on, and returns its argument. */
static const struct error *gated(const void *argument, void *result)
{
    shared->pid = getpid();
    sem_post(&shared->begun);
    wait_for(&shared->gate);
    *(int *)result = *(const int *)argument;
    return NULL;
}

static const struct error *return_pid(const void *unused, void *result)
{
    (void)unused;
    *(pid_t *)result = getpid();
    return NULL;
}

static const struct error *do_nothing(const void *unused, void *none)
{
    (void)unused;
    return none == NULL ? NULL : &error_assertion;
}

/* The ways in which work fails, by number. */
static const struct error *fail_by_number(const void *argument, void *unused)
{
    (void)unused;
    switch (*(const int *)argument) {
    case 0:
        return &sour;
    case 1:
        return &error_key;
    case 2:
        return error_new(&error_lookup, "no page %d", 7);
    case 3:
        return error_from_errno(ENOENT);
    case 4:
        return error_new(&sour, "%s", "");
    default:
        return &error_cancelled;
    }
}

enum { BIG = 1 << 20 };

/* Both must be aligned, and the result all zero. */
static const struct error *reverse(const void *argument, void *result)
{
    const unsigned char *from = argument;
    unsigned char *to = result;

    if ((uintptr_t)from % _Alignof(max_align_t) != 0 ||
        (uintptr_t)to % _Alignof(max_align_t) != 0)
        return &error_assertion;
    for (int i = 0; i < BIG; i++) {
        if (to[i] != 0)
            return &error_assertion;
        to[i] = from[BIG - 1 - i];
    }
    return NULL;
}

struct signals {
    bool is_blocked; /* SIGTERM */
    bool is_handled; /* SIGUSR1, by our handler */
};

static void handler(int number)
{
    (void)number;
}

static const struct error *look_at_signals(const void *unused, void *result)
{
    struct signals *signals = result;
    struct sigaction action;
    sigset_t mask;

    (void)unused;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    sigaction(SIGUSR1, NULL, &action);
    signals->is_blocked = sigismember(&mask, SIGTERM);
    signals->is_handled = action.sa_handler == handler;
    return NULL;
}

/* ---- what every test does ---- */

typedef struct executor *executor_new(size_t max_workers);

/* Most tests are for both: a loop test's number tells which. */
static executor_new *const kinds[] = {executor_threads_new,
                                      executor_processes_new};
enum { THREADS, PROCESSES, KINDS };

static struct executor *executor;
static int threads, descriptors; /* before there is an executor */

static void *pass_gate(void *unused)
{
    wait_for(&shared->gate);
    return unused;
}

static void open_gate(void)
{
    sem_post(&shared->gate);
}

/* A thread that was joined is counted a moment longer, as is a detached one. */
static void wait_for_threads_to_go(void)
{
    while (count_threads() > threads)
        sched_yield();
}

static void setup(void)
{
    pthread_t first;

    threads_left = -1;
    sem_init(&fork_refused, 0, 0);
    sem_init(&came_for_more, 0, 0);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(shared, MAP_FAILED);
    sem_init(&shared->begun, 1, 0);
    sem_init(&shared->gate, 1, 0);
    /* With the first thread a sanitizer may start one of its own. */
    ck_assert_int_eq(pthread_create(&first, NULL, pass_gate, NULL), 0);
    threads = count_threads() - 1;
    open_gate();
    ck_assert_int_eq(pthread_join(first, NULL), 0);
    wait_for_threads_to_go();
    descriptors = count_descriptors();
}

static void teardown(void)
{
    wait_for_threads_to_go();
    ck_assert_int_eq(count_descriptors(), descriptors);
    ck_assert(!has_children());
    munmap(shared, sizeof *shared);
}

static void begin(int kind, size_t max_workers)
{
    executor = kinds[kind](max_workers);
    ck_assert_ptr_nonnull(executor);
}

static void end(void)
{
    executor_free(executor);
    ck_assert(!has_children());
    wait_for_threads_to_go();
}

static struct concurrent_future *submit(executor_work *work, int argument,
                                        size_t result_size)
{
    struct concurrent_future *future = executor_submit(
        executor, work, &argument, sizeof argument, result_size);

    ck_assert_msg(future != NULL, "%s: %s", error_name(error_last()),
                  error_message(error_last()));
    return future;
}

/* Submits gated work, and waits until it has begun. */
static struct concurrent_future *submit_gated(int argument)
{
    struct concurrent_future *future = submit(gated, argument, sizeof(int));

    wait_for(&shared->begun);
    return future;
}

/* The int that is the result. Frees the future. */
static int int_of(struct concurrent_future *future)
{
    void *result;

    ck_assert(concurrent_future_result(future, -1, &result));
    int value = *(int *)result;
    concurrent_future_free(future);
    return value;
}

static pid_t ask_pid(void)
{
    return int_of(submit(return_pid, 0, sizeof(pid_t)));
}

/*
 * Has so many workers started. Unlike glibc's, a sanitizer's malloc may be
 * locked for ever in a process that is forked while another thread allocates;
 * so where threads of ours do, the workers are there first.
 */
static void start_workers(int count)
{
    struct concurrent_future *futures[8];

    for (int i = 0; i < count; i++)
        futures[i] = submit_gated(i);
    for (int i = 0; i < count; i++)
        open_gate();
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(int_of(futures[i]), i);
}

/* The error it ends with. Frees the future. */
static const struct error *error_of(struct concurrent_future *future)
{
    const struct error *error;

    ck_assert(concurrent_future_error(future, -1, &error));
    concurrent_future_free(future);
    return error;
}

static void is_cancelled(struct concurrent_future *future)
{
    ck_assert(concurrent_future_cancelled(future));
    concurrent_future_free(future);
}

static void is_refused(const struct error *kind, const char *message)
{
    ck_assert_ptr_null(executor_submit(executor, do_nothing, NULL, 0, 0));
    ck_assert(error_is(error_last(), kind));
    ck_assert_str_eq(error_message(error_last()), message);
}

/* ---- jobs and results ---- */

START_TEST(a_job_comes_back_as_its_result)
{
    void *result;

    begin(_i, 0);
    struct concurrent_future *future = submit(square, 12, sizeof(long));
    ck_assert(concurrent_future_result(future, -1, &result));
    ck_assert_int_eq(*(long *)result, 144);
    end();
    ck_assert_int_eq(*(long *)result, 144); /* it is the future's */
    concurrent_future_free(future);
}
END_TEST

START_TEST(a_job_may_have_no_argument_and_no_result)
{
    void *result = &result;

    begin(_i, 1);
    struct concurrent_future *future =
        executor_submit(executor, do_nothing, NULL, 0, 0);
    ck_assert_ptr_nonnull(future);
    ck_assert(concurrent_future_result(future, -1, &result));
    ck_assert_ptr_null(result);
    concurrent_future_free(future);
    end();
}
END_TEST

START_TEST(a_megabyte_goes_and_comes_back_aligned)
{
    unsigned char *bytes = malloc(BIG);
    void *result;

    ck_assert_ptr_nonnull(bytes);
    for (int i = 0; i < BIG; i++)
        bytes[i] = (unsigned char)(i % 251);
    begin(_i, 1);
    struct concurrent_future *future =
        executor_submit(executor, reverse, bytes, BIG, BIG);
    ck_assert_ptr_nonnull(future);
    ck_assert(concurrent_future_result(future, -1, &result));
    for (int i = 0; i < BIG; i++)
        if (((unsigned char *)result)[BIG - 1 - i] != bytes[i])
            ck_abort_msg("byte %d is wrong", i);
    concurrent_future_free(future);
    end();
    free(bytes);
}
END_TEST

START_TEST(the_argument_is_copied_when_it_is_submitted)
{
    int number = 7;

    begin(_i, 1);
    struct concurrent_future *first = submit_gated(1);
    struct concurrent_future *second =
        executor_submit(executor, gated, &number, sizeof number, sizeof number);
    number = 8;
    open_gate();
    open_gate();
    ck_assert_int_eq(int_of(first), 1);
    ck_assert_int_eq(int_of(second), 7);
    end();
}
END_TEST

START_TEST(jobs_are_done_in_the_order_of_submission)
{
    struct concurrent_future *futures[NOTES];

    begin(_i, 1);
    struct concurrent_future *first = submit_gated(0);
    for (int i = 0; i < NOTES; i++)
        futures[i] = submit(note, i, 0);
    open_gate();
    int_of(first);
    for (int i = 0; i < NOTES; i++) {
        ck_assert_ptr_null(error_of(futures[i]));
        ck_assert_int_eq(shared->notes[i], i);
    }
    end();
}
END_TEST

START_TEST(a_result_that_is_not_there_in_time_is_a_timeout)
{
    begin(_i, 1);
    struct concurrent_future *future = submit_gated(5);
    ck_assert(!concurrent_future_result(future, 0.01, NULL));
    ck_assert(error_is(error_last(), &error_timeout));
    ck_assert(concurrent_future_running(future));
    open_gate();
    ck_assert_int_eq(int_of(future), 5);
    end();
}
END_TEST

enum { SUBMITTERS = 4, EACH = 250 };

static void *submit_many(void *data)
{
    struct concurrent_future *futures[EACH];
    int base = (int)(intptr_t)data * EACH;

    for (int i = 0; i < EACH; i++)
        futures[i] = submit(square, base + i, sizeof(long));
    for (int i = 0; i < EACH; i++) {
        long n = base + i;
        void *result;
        ck_assert(concurrent_future_result(futures[i], -1, &result));
        ck_assert_int_eq(*(long *)result, n * n);
        concurrent_future_free(futures[i]);
    }
    return NULL;
}

START_TEST(a_thousand_jobs_from_four_threads_are_all_done)
{
    pthread_t submitters[SUBMITTERS];

    begin(_i, 3);
    start_workers(3);
    for (intptr_t i = 0; i < SUBMITTERS; i++)
        ck_assert_int_eq(
            pthread_create(&submitters[i], NULL, submit_many, (void *)i), 0);
    for (int i = 0; i < SUBMITTERS; i++)
        ck_assert_int_eq(pthread_join(submitters[i], NULL), 0);
    end();
}
END_TEST

enum { CHAIN = 50 };

static int links; /* of the chain, added by the callbacks */
static sem_t chain_done;

static void submit_next(struct concurrent_future *future, void *unused)
{
    concurrent_future_free(future);
    if (++links == CHAIN) {
        sem_post(&chain_done);
        return;
    }
    future = submit(square, links, sizeof(long));
    ck_assert(concurrent_future_add_done_callback(future, submit_next, unused));
}

START_TEST(a_callback_may_submit_the_next_job)
{
    sem_init(&chain_done, 0, 0);
    begin(_i, 2);
    struct concurrent_future *future = submit(square, 0, sizeof(long));
    ck_assert(concurrent_future_add_done_callback(future, submit_next, NULL));
    wait_for(&chain_done);
    end();
    ck_assert_int_eq(links, CHAIN);
}
END_TEST

/* ---- errors ---- */

START_TEST(an_error_comes_back_as_the_very_same)
{
    int way = _i / KINDS;

    begin(_i % KINDS, 1);
    const struct error *error =
        error_of(submit(fail_by_number, way, sizeof(int)));
    ck_assert_ptr_eq(error, fail_by_number(&way, NULL));
    end();
}
END_TEST

START_TEST(an_error_made_in_a_process_keeps_kind_message_and_number)
{
    begin(PROCESSES, 1);
    const struct error *lookup = error_of(submit(fail_by_number, 2, 0));
    ck_assert_ptr_eq(lookup->kind, &error_lookup);
    ck_assert_str_eq(error_message(lookup), "no page 7");
    ck_assert_int_eq(lookup->number, 0);
    const struct error *os = error_of(submit(fail_by_number, 3, 0));
    ck_assert_ptr_eq(os->kind, &error_os);
    ck_assert_str_eq(error_message(os), strerror(ENOENT));
    ck_assert_int_eq(os->number, ENOENT);
    end();
}
END_TEST

static atomic_bool is_over;

static void *make_errors(void *unused)
{
    while (!is_over)
        error_make(&error_value, 0, "busy");
    return unused;
}

/* It would hang, were the lock over them copied while it was held. */
START_TEST(errors_are_made_in_processes_forked_while_others_are_made)
{
    pthread_t maker;

    ck_assert_int_eq(pthread_create(&maker, NULL, make_errors, NULL), 0);
    for (int round = 0; round < 20; round++) {
        begin(PROCESSES, 1);
        ck_assert_str_eq(error_message(error_of(submit(fail_by_number, 2, 0))),
                         "no page 7");
        executor_free(executor);
    }
    is_over = true;
    ck_assert_int_eq(pthread_join(maker, NULL), 0);
}
END_TEST

/* ---- cancelling ---- */

START_TEST(a_job_cancelled_before_it_begins_is_never_done)
{
    begin(_i, 1);
    struct concurrent_future *first = submit_gated(1);
    struct concurrent_future *second = submit(note, 2, 0);
    struct concurrent_future *third = submit(note, 3, 0);
    ck_assert(concurrent_future_cancel(second));
    open_gate();
    ck_assert_ptr_null(error_of(third));
    ck_assert_int_eq(shared->note_count, 1);
    ck_assert_int_eq(shared->notes[0], 3);
    is_cancelled(second);
    int_of(first);
    end();
}
END_TEST

START_TEST(a_job_that_has_begun_is_not_cancelled)
{
    begin(_i, 1);
    struct concurrent_future *future = submit_gated(1);
    ck_assert(!concurrent_future_cancel(future));
    open_gate();
    ck_assert_int_eq(int_of(future), 1);
    end();
}
END_TEST

/* ---- the end ---- */

START_TEST(after_shutdown_no_job_is_taken)
{
    begin(_i, 1);
    int_of(submit(return_pid, 0, sizeof(pid_t)));
    executor_shutdown(executor, _i == THREADS, false);
    is_refused(&error_runtime, "cannot schedule new futures after shutdown");
    executor_shutdown(executor, true, true); /* once more is fine */
    end();
}
END_TEST

START_TEST(an_executor_without_jobs_has_started_nothing)
{
    begin(_i, 0);
    ck_assert_int_eq(count_threads(), threads);
    ck_assert(!has_children());
    end();
    executor_free(NULL);
}
END_TEST

START_TEST(shutdown_with_wait_returns_when_all_is_done)
{
    struct concurrent_future *futures[20];

    begin(_i, 2);
    start_workers(2);
    for (int i = 0; i < 20; i++)
        futures[i] = submit(note, i, 0);
    executor_shutdown(executor, true, false);
    ck_assert(!has_children());
    for (int i = 0; i < 20; i++) {
        ck_assert(concurrent_future_done(futures[i]));
        ck_assert_ptr_null(error_of(futures[i]));
    }
    ck_assert_int_eq(shared->note_count, 20);
    end();
}
END_TEST

START_TEST(shutdown_without_wait_returns_at_once_and_all_is_done_later)
{
    begin(_i, 1);
    struct concurrent_future *first = submit_gated(1);
    struct concurrent_future *second = submit(note, 2, 0);
    executor_shutdown(executor, false, false);
    executor_free(executor);
    ck_assert(concurrent_future_running(first));
    open_gate();
    ck_assert_int_eq(int_of(first), 1);
    ck_assert_ptr_null(error_of(second));
    ck_assert_int_eq(shared->notes[0], 2);
}
END_TEST

START_TEST(what_was_shut_down_without_wait_can_still_be_waited_for)
{
    begin(_i, 1);
    struct concurrent_future *future = submit_gated(1);
    executor_shutdown(executor, false, false);
    open_gate();
    executor_shutdown(executor, true, false);
    ck_assert(concurrent_future_done(future));
    ck_assert_int_eq(int_of(future), 1);
    end();
}
END_TEST

static void open_gate_when_cancelled(struct concurrent_future *future,
                                     void *caller)
{
    ck_assert(concurrent_future_cancelled(future));
    ck_assert(pthread_equal(*(pthread_t *)caller, pthread_self()));
    open_gate();
}

START_TEST(shutdown_may_cancel_what_has_not_begun)
{
    struct concurrent_future *waiting[3];
    pthread_t self = pthread_self();

    begin(_i, 1);
    struct concurrent_future *future = submit_gated(1);
    for (int i = 0; i < 3; i++)
        waiting[i] = submit(note, i, 0);
    ck_assert(concurrent_future_add_done_callback(
        waiting[2], open_gate_when_cancelled, &self));
    executor_shutdown(executor, true, true);
    for (int i = 0; i < 3; i++)
        is_cancelled(waiting[i]);
    ck_assert_int_eq(shared->note_count, 0);
    ck_assert_int_eq(int_of(future), 1);
    end();
}
END_TEST

START_TEST(shutdown_may_cancel_and_not_wait)
{
    begin(_i, 1);
    struct concurrent_future *future = submit_gated(1);
    struct concurrent_future *waiting = submit(note, 2, 0);
    executor_shutdown(executor, false, false);
    executor_shutdown(executor, false, true);
    is_cancelled(waiting);
    executor_free(executor);
    open_gate();
    ck_assert_int_eq(int_of(future), 1);
}
END_TEST

static void free_it(struct concurrent_future *future, void *unused)
{
    (void)future;
    (void)unused;
    executor_shutdown(executor, false, false);
    executor_free(executor);
}

START_TEST(a_callback_may_free_the_executor_without_wait)
{
    begin(_i, 1);
    struct concurrent_future *future = submit_gated(1);
    ck_assert(concurrent_future_add_done_callback(future, free_it, NULL));
    open_gate();
    ck_assert_int_eq(int_of(future), 1);
}
END_TEST

/* ---- threads ---- */

START_TEST(a_thread_is_started_only_if_none_is_idle)
{
    begin(THREADS, 8);
    sem_init(&came_for_more, 0, 0);
    for (int i = 0; i < 50; i++) {
        int_of(submit(return_pid, 0, sizeof(pid_t)));
        if (i == 0)
            wait_for(&came_for_more); /* for the first job */
        wait_for(&came_for_more);
        ck_assert_int_eq(count_threads(), threads + 1);
    }
    end();
}
END_TEST

START_TEST(there_are_never_more_workers_than_asked_for)
{
    struct concurrent_future *futures[5];

    begin(_i, 2);
    for (int i = 0; i < 5; i++)
        futures[i] = i < 2 ? submit_gated(i) : submit(gated, i, sizeof(int));
    ck_assert_int_eq(count_threads(), threads + (_i == THREADS ? 2 : 1));
    for (int i = 2; i < 5; i++)
        ck_assert(!concurrent_future_running(futures[i]));
    for (int i = 0; i < 5; i++)
        open_gate();
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(int_of(futures[i]), i);
    end();
}
END_TEST

START_TEST(by_default_there_are_four_more_threads_than_processors)
{
    enum { MANY = 40 };
    struct concurrent_future *futures[MANY];
    long most = sysconf(_SC_NPROCESSORS_ONLN) + 4;

    begin(THREADS, 0);
    for (int i = 0; i < MANY; i++)
        futures[i] = submit(gated, i, sizeof(int));
    ck_assert_int_eq(count_threads(), threads + (most < 32 ? most : 32));
    for (int i = 0; i < MANY; i++)
        open_gate();
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(int_of(futures[i]), i);
    end();
}
END_TEST

START_TEST(signals_are_not_for_threads_but_reset_in_processes)
{
    void *result;

    signal(SIGUSR1, handler);
    begin(_i, 1);
    struct concurrent_future *future =
        submit(look_at_signals, 0, sizeof(struct signals));
    ck_assert(concurrent_future_result(future, -1, &result));
    struct signals *signals = result;
    ck_assert(signals->is_blocked == (_i == THREADS));
    ck_assert(signals->is_handled == (_i == THREADS));
    concurrent_future_free(future);
    end();
}
END_TEST

/* ---- processes ---- */

START_TEST(a_worker_process_is_another_and_is_kept)
{
    begin(PROCESSES, 4);
    pid_t first = ask_pid();
    ck_assert_int_ne(first, getpid());
    ck_assert_int_eq(ask_pid(), first);
    end();
}
END_TEST

START_TEST(a_worker_killed_in_mid_job_costs_that_job_alone)
{
    begin(PROCESSES, 1);
    struct concurrent_future *lost = submit_gated(1);
    struct concurrent_future *next = submit(return_pid, 0, sizeof(pid_t));
    pid_t killed = shared->pid;
    ck_assert_int_eq(kill(killed, SIGKILL), 0);
    const struct error *error = error_of(lost);
    ck_assert_ptr_eq(error->kind, &error_broken_executor);
    ck_assert_str_eq(error_message(error), "its worker died");
    ck_assert_int_ne(int_of(next), killed);
    end();
}
END_TEST

START_TEST(workers_that_die_leave_the_others_alone)
{
    begin(PROCESSES, 2);
    struct concurrent_future *first = submit_gated(1);
    for (int i = 0; i < 10; i++) {
        struct concurrent_future *lost = submit_gated(2);
        ck_assert_int_eq(kill(shared->pid, SIGKILL), 0);
        ck_assert(error_is(error_of(lost), &error_broken_executor));
    }
    open_gate();
    ck_assert_int_eq(int_of(first), 1);
    end();
}
END_TEST

/* The workers of the one have copies of the sockets of the other. */
START_TEST(two_executors_end_in_either_order)
{
    struct executor *both[2];
    struct concurrent_future *futures[2][2];

    for (int i = 0; i < 2; i++) {
        begin(PROCESSES, 2);
        both[i] = executor;
    }
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2; i++) {
            executor = both[i];
            futures[i][round] = submit_gated(i);
        }
    for (int i = 0; i < 4; i++)
        open_gate();
    for (int i = 0; i < 2; i++)
        for (int round = 0; round < 2; round++)
            ck_assert_int_eq(int_of(futures[i][round]), i);
    executor_free(both[_i]);
    executor = both[1 - _i];
    ck_assert_int_ne(ask_pid(), getpid());
    end();
}
END_TEST

/* The thread sanitizer would not have threads in a process that was forked. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0";
}

static const struct error *use_executor(const void *argument, void *result)
{
    struct executor *inner = executor_processes_new(2);
    struct concurrent_future *future =
        executor_submit(inner, square, argument, sizeof(int), sizeof(long));
    void *bytes;

    if (!concurrent_future_result(future, -1, &bytes))
        return error_last();
    *(long *)result = *(long *)bytes;
    concurrent_future_free(future);
    executor_free(inner);
    return NULL;
}

START_TEST(a_worker_may_have_workers_of_its_own)
{
    void *result;

    begin(PROCESSES, 1);
    struct concurrent_future *future = submit(use_executor, 9, sizeof(long));
    ck_assert(concurrent_future_result(future, -1, &result));
    ck_assert_int_eq(*(long *)result, 81);
    concurrent_future_free(future);
    end();
}
END_TEST

START_TEST(an_idle_worker_that_was_stopped_does_not_stop_the_end)
{
    siginfo_t info;

    begin(PROCESSES, 1);
    pid_t worker = ask_pid();
    ck_assert_int_eq(kill(worker, SIGSTOP), 0);
    ck_assert_int_eq(waitid(P_PID, (id_t)worker, &info, WSTOPPED | WNOWAIT), 0);
    end();
}
END_TEST

START_TEST(a_job_too_large_for_a_message_is_refused)
{
    begin(PROCESSES, 1);
    ck_assert_ptr_null(
        executor_submit(executor, do_nothing, NULL, 0, MESSAGE_MAX));
    ck_assert_int_eq(error_last()->number, EMSGSIZE);
    end();
}
END_TEST

/* ---- a machine that is short of something ---- */

START_TEST(where_no_thread_can_be_started_a_job_is_refused)
{
    begin(_i, 2);
    threads_left = 0;
    is_refused(&error_runtime, "can't start new thread");
    threads_left = -1;
    ck_assert_int_eq(ask_pid() == getpid(), _i == THREADS);
    end();
}
END_TEST

START_TEST(where_no_more_threads_can_be_started_fewer_are_enough)
{
    begin(THREADS, 2);
    threads_left = 1;
    struct concurrent_future *first = submit_gated(1);
    struct concurrent_future *second = submit(note, 2, 0);
    ck_assert_int_eq(count_threads(), threads + 1);
    open_gate();
    ck_assert_int_eq(int_of(first), 1);
    ck_assert_ptr_null(error_of(second));
    end();
}
END_TEST

START_TEST(where_no_process_can_be_started_a_job_fails)
{
    begin(PROCESSES, 2);
    fork_error = EAGAIN;
    const struct error *error = error_of(submit(note, 1, 0));
    ck_assert_ptr_eq(error->kind, &error_os);
    ck_assert_int_eq(error->number, EAGAIN);
    fork_error = 0;
    ck_assert_ptr_null(error_of(submit(note, 1, 0)));
    end();
}
END_TEST

START_TEST(where_no_more_processes_can_be_started_jobs_wait_for_those_there_are)
{
    begin(PROCESSES, 2);
    struct concurrent_future *first = submit_gated(1);
    fork_error = EAGAIN;
    struct concurrent_future *second = submit(return_pid, 0, sizeof(pid_t));
    wait_for(&fork_refused);
    struct concurrent_future *third = submit(note, 3, 0);
    ck_assert(!concurrent_future_done(second));
    open_gate();
    ck_assert_int_eq(int_of(second), shared->pid);
    ck_assert_ptr_null(error_of(third));
    ck_assert_int_eq(int_of(first), 1);
    end();
}
END_TEST

START_TEST(a_wait_that_fails_costs_the_jobs_that_run_and_no_more)
{
    begin(PROCESSES, 1);
    poll_error = EINVAL;
    const struct error *error = error_of(submit(gated, 1, sizeof(int)));
    ck_assert_int_eq(error->number, EINVAL);
    ck_assert_ptr_null(error_of(submit(note, 2, 0)));
    end();
}
END_TEST

/* Fails the first, the second, ... allocation alone. */
START_TEST(without_memory_there_is_no_executor)
{
    int times = 0;

    for (bool has_failed = true; has_failed; times += has_failed) {
        allocations_fail(times + 1, true);
        executor = kinds[_i](2);
        has_failed = allocations_restore();
        if (has_failed) {
            ck_assert_ptr_null(executor);
            ck_assert_ptr_eq(error_last(), &error_memory);
            ck_assert_int_eq(count_descriptors(), descriptors);
        }
    }
    ck_assert_int_ge(times, 4);
    end();
}
END_TEST

START_TEST(without_memory_a_job_is_refused)
{
    begin(_i, 2);
    for (int n = 1; n <= 2; n++) {
        allocations_fail(n, true);
        struct concurrent_future *none =
            executor_submit(executor, do_nothing, NULL, 0, 0);
        ck_assert(allocations_restore());
        ck_assert_ptr_null(none);
        ck_assert_ptr_eq(error_last(), &error_memory);
    }
    ck_assert_ptr_null(error_of(submit(note, 1, 0)));
    end();
}
END_TEST

/* A full queue has no room for the NULL of the shutdown. */
START_TEST(without_memory_a_shutdown_comes_to_its_end_all_the_same)
{
    enum { ROOM = 16 }; /* FIRST_CAPACITY in queue.c */
    struct concurrent_future *futures[ROOM];

    begin(THREADS, 2);
    struct concurrent_future *first = submit_gated(1);
    struct concurrent_future *second = submit_gated(2);
    for (int i = 0; i < ROOM; i++)
        futures[i] = submit(note, i, 0);
    allocations_fail(3, false);
    struct concurrent_future *none =
        executor_submit(executor, note, &(int){0}, sizeof(int), 0);
    ck_assert(allocations_restore());
    ck_assert_ptr_null(none);
    ck_assert_ptr_eq(error_last(), &error_memory);
    allocations_fail(1, false);
    executor_shutdown(executor, false, false);
    executor_free(executor);
    ck_assert(allocations_restore());
    open_gate();
    open_gate();
    ck_assert_int_eq(int_of(first) + int_of(second), 3);
    for (int i = 0; i < ROOM; i++)
        ck_assert_ptr_null(error_of(futures[i]));
}
END_TEST

static TCase *jobs_case(void)
{
    TCase *tcase = tcase_create("jobs");

    tcase_add_loop_test(tcase, a_job_comes_back_as_its_result, 0, KINDS);
    tcase_add_loop_test(tcase, a_job_may_have_no_argument_and_no_result, 0,
                        KINDS);
    tcase_add_loop_test(tcase, a_megabyte_goes_and_comes_back_aligned, 0,
                        KINDS);
    tcase_add_loop_test(tcase, the_argument_is_copied_when_it_is_submitted, 0,
                        KINDS);
    tcase_add_loop_test(tcase, jobs_are_done_in_the_order_of_submission, 0,
                        KINDS);
    tcase_add_loop_test(tcase, a_result_that_is_not_there_in_time_is_a_timeout,
                        0, KINDS);
    tcase_add_loop_test(tcase, a_thousand_jobs_from_four_threads_are_all_done,
                        0, KINDS);
    tcase_add_loop_test(tcase, a_callback_may_submit_the_next_job, 0, KINDS);
    return tcase;
}

static TCase *errors_case(void)
{
    TCase *tcase = tcase_create("errors");

    tcase_add_loop_test(tcase, an_error_comes_back_as_the_very_same, 0,
                        6 * KINDS);
    tcase_add_test(tcase,
                   an_error_made_in_a_process_keeps_kind_message_and_number);
    tcase_add_test(tcase,
                   errors_are_made_in_processes_forked_while_others_are_made);
    return tcase;
}

static TCase *end_case(void)
{
    TCase *tcase = tcase_create("cancelling and the end");

    tcase_add_loop_test(tcase, a_job_cancelled_before_it_begins_is_never_done,
                        0, KINDS);
    tcase_add_loop_test(tcase, a_job_that_has_begun_is_not_cancelled, 0, KINDS);
    tcase_add_loop_test(tcase, after_shutdown_no_job_is_taken, 0, KINDS);
    tcase_add_loop_test(tcase, an_executor_without_jobs_has_started_nothing, 0,
                        KINDS);
    tcase_add_loop_test(tcase, shutdown_with_wait_returns_when_all_is_done, 0,
                        KINDS);
    tcase_add_loop_test(
        tcase, shutdown_without_wait_returns_at_once_and_all_is_done_later, 0,
        KINDS);
    tcase_add_loop_test(tcase,
                        what_was_shut_down_without_wait_can_still_be_waited_for,
                        0, KINDS);
    tcase_add_loop_test(tcase, shutdown_may_cancel_what_has_not_begun, 0,
                        KINDS);
    tcase_add_loop_test(tcase, shutdown_may_cancel_and_not_wait, 0, KINDS);
    tcase_add_loop_test(tcase, a_callback_may_free_the_executor_without_wait, 0,
                        KINDS);
    return tcase;
}

static TCase *workers_case(void)
{
    TCase *tcase = tcase_create("workers");

    tcase_add_test(tcase, a_thread_is_started_only_if_none_is_idle);
    tcase_add_loop_test(tcase, there_are_never_more_workers_than_asked_for, 0,
                        KINDS);
    tcase_add_test(tcase,
                   by_default_there_are_four_more_threads_than_processors);
    tcase_add_loop_test(
        tcase, signals_are_not_for_threads_but_reset_in_processes, 0, KINDS);
    tcase_add_test(tcase, a_worker_process_is_another_and_is_kept);
    tcase_add_test(tcase, a_worker_killed_in_mid_job_costs_that_job_alone);
    tcase_add_test(tcase, workers_that_die_leave_the_others_alone);
    tcase_add_loop_test(tcase, two_executors_end_in_either_order, 0, 2);
    tcase_add_test(tcase, a_worker_may_have_workers_of_its_own);
    tcase_add_test(tcase,
                   an_idle_worker_that_was_stopped_does_not_stop_the_end);
    tcase_add_test(tcase, a_job_too_large_for_a_message_is_refused);
    return tcase;
}

static TCase *machine_case(void)
{
    TCase *tcase = tcase_create("our own machine");

    tcase_add_loop_test(tcase, where_no_thread_can_be_started_a_job_is_refused,
                        0, KINDS);
    tcase_add_test(tcase,
                   where_no_more_threads_can_be_started_fewer_are_enough);
    tcase_add_test(tcase, where_no_process_can_be_started_a_job_fails);
    tcase_add_test(
        tcase,
        where_no_more_processes_can_be_started_jobs_wait_for_those_there_are);
    tcase_add_test(tcase,
                   a_wait_that_fails_costs_the_jobs_that_run_and_no_more);
    tcase_add_loop_test(tcase, without_memory_there_is_no_executor, 0, KINDS);
    tcase_add_loop_test(tcase, without_memory_a_job_is_refused, 0, KINDS);
    tcase_add_test(tcase,
                   without_memory_a_shutdown_comes_to_its_end_all_the_same);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("executor");
    TCase *cases[] = {jobs_case(), errors_case(), end_case(), workers_case(),
                      machine_case()};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tcase_add_checked_fixture(cases[i], setup, teardown);
        tcase_set_timeout(cases[i], 60); /* for valgrind's sake */
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
