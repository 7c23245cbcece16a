/*
 * pool_test.c - worker processes that work, die, hang and lie.
 *
 * Linked with --wrap=fork,--wrap=poll,--wrap=socketpair: a test can have them
 * fail.
 */
#include "stages/02-processes/pool.h"

#include "common/clock.h"
#include "support.h"

#include <check.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- system calls that fail when a test says so ---- */

static int fork_error; /* 0: it works */
static int socketpair_error;
static int poll_error; /* once */

pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __real_socketpair(int domain, int type, int protocol, int fds[2]);
int __wrap_socketpair(int domain, int type, int protocol, int fds[2]);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout_ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms);

pid_t __wrap_fork(void)
{
    if (fork_error == 0)
        return __real_fork();
    errno = fork_error;
    return -1;
}

int __wrap_socketpair(int domain, int type, int protocol, int fds[2])
{
    if (socketpair_error == 0)
        return __real_socketpair(domain, type, protocol, fds);
    errno = socketpair_error;
    return -1;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    if (poll_error == 0)
        return __real_poll(fds, count, timeout_ms);
    errno = poll_error;
    poll_error = 0;
    return -1;
}

/* ---- in the worker ---- */

/* Calls visit() with every socket of this process; returns how many. */
static int each_socket(void (*visit)(int fd))
{
    struct stat about;
    int count = 0;

    for (int fd = 0; fd < 1024; fd++)
        if (fstat(fd, &about) == 0 && S_ISSOCK(about.st_mode)) {
            count++;
            if (visit != NULL)
                visit(fd);
        }
    return count;
}

static void send_bytes(int fd, const void *data, size_t size)
{
    if (send(fd, data, size, MSG_NOSIGNAL) != (ssize_t)size)
        _exit(1);
}

/* The beginning of a message of 100 bytes, and then no more of it. */
static void send_torn(int fd)
{
    uint64_t length = 100;

    send_bytes(fd, &length, sizeof length);
    send_bytes(fd, "only this", 9);
    _exit(0);
}

static void send_nonsense(int fd)
{
    send_bytes(fd, "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9);
    for (;;)
        pause();
}

/* A whole answer, and bytes behind it that nobody asked for. */
static void send_too_much(int fd)
{
    uint64_t length = 2;
    char bytes[sizeof length + 5];

    memcpy(bytes, &length, sizeof length);
    memcpy(bytes + sizeof length, "ok???", 5);
    send_bytes(fd, bytes, sizeof bytes);
    for (;;)
        pause();
}

static int append_number(struct buffer *answer, long number)
{
    char text[32];

    snprintf(text, sizeof text, "%ld", number);
    return buffer_append_string(answer, text);
}

/* As many bytes as the job says, in a pattern. */
static int append_pattern(struct buffer *answer, size_t size)
{
    if (buffer_reserve(answer, size) < 0)
        return -1;
    for (size_t i = 0; i < size; i++)
        answer->data[answer->length++] = (char)(i % 251);
    return 0;
}

static void crash(void)
{
    struct rlimit no_core = {0};

    setrlimit(RLIMIT_CORE, &no_core);
    signal(SIGSEGV, SIG_DFL); /* a sanitizer would report it */
    raise(SIGSEGV);
}

/* Does what the first letter of the job says. */
static int work(void *context, const char *job, size_t size,
                struct buffer *answer)
{
    int *done_before = context;

    switch (job[0]) {
    case 'e': /* echo */
        return buffer_append(answer, job, size);
    case 'p': /* pid */
        return append_number(answer, getpid());
    case 'n': /* number of jobs done before, by this worker */
        return append_number(answer, (*done_before)++);
    case 'l': /* length of the job */
        return append_number(answer, (long)size);
    case 's': /* sockets */
        return append_number(answer, each_socket(NULL));
    case 'B': /* big */
        return append_pattern(answer, (size_t)5 << 20);
    case 'E': /* empty */
        return 0;
    case 'f': /* fail */
        return -1;
    case 'q': /* quit */
        _exit(0);
    case 'c': /* crash */
        crash();
        return 0;
    case 'h': /* hang */
        for (;;)
            pause();
    case 'S': /* stopped */
        raise(SIGSTOP);
        return 0;
    case 't':
        each_socket(send_torn);
        return 0;
    case 'g': /* garbage */
        each_socket(send_nonsense);
        return 0;
    case 'm': /* more */
        each_socket(send_too_much);
        return 0;
    default:
        abort();
    }
}

/* ---- in the parent ---- */

static struct pool *pool;
static struct pool_event event;
static int descriptors; /* before the pool */
static int jobs_done;   /* the context; the parent's never changes */

static void begin(size_t max_workers)
{
    descriptors = count_descriptors();
    pool = pool_new(max_workers, work, &jobs_done);
    ck_assert_ptr_nonnull(pool);
}

/* No process and no descriptor is left of it. */
static void end(void)
{
    pool_free(pool);
    ck_assert(!has_children());
    ck_assert_int_eq(count_descriptors(), descriptors);
}

static int64_t in_ms(int64_t ms)
{
    return clock_now_ns() + ms * NS_PER_MS;
}

enum { NEVER_MS = 600 * 1000 }; /* longer than any test lives */

/* The job's text is its tag, too. Returns the worker's number. */
static int submit(const char *job)
{
    int worker = pool_submit(pool, job, strlen(job), (void *)(intptr_t)job,
                             in_ms(NEVER_MS));

    ck_assert_int_ge(worker, 0);
    return worker;
}

static void wait_for(enum pool_event_kind kind)
{
    ck_assert_int_eq(pool_wait(pool, -1, &event), 0);
    ck_assert_int_eq(event.kind, kind);
}

static void answer_is(const char *text)
{
    ck_assert_uint_eq(event.size, strlen(text));
    if (event.size > 0)
        ck_assert_mem_eq(event.answer, text, event.size);
}

/* The number that comes back for the job. */
static long ask(const char *job)
{
    char text[32] = "";

    submit(job);
    wait_for(POOL_ANSWERED);
    ck_assert_str_eq(event.tag, job);
    ck_assert_uint_lt(event.size, sizeof text);
    memcpy(text, event.answer, event.size);
    return atol(text);
}

/* Waits till the worker, our child, is dead (WEXITED) or stopped. */
static void wait_until(pid_t pid, int state)
{
    siginfo_t info;

    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, state | WNOWAIT), 0);
}

/* ---- jobs and answers ---- */

START_TEST(a_job_comes_back_as_its_answer_with_its_tag)
{
    const char *job = "echo";

    begin(2);
    submit(job);
    wait_for(POOL_ANSWERED);
    ck_assert_ptr_eq(event.tag, job);
    answer_is(job);
    end();
}
END_TEST

START_TEST(an_answer_may_be_empty)
{
    begin(1);
    submit("Empty");
    wait_for(POOL_ANSWERED);
    answer_is("");
    end();
}
END_TEST

START_TEST(no_worker_is_started_before_there_is_a_job)
{
    begin(10);
    ck_assert_uint_eq(pool_workers(pool), 0);
    ck_assert(!has_children());
    wait_for(POOL_NOTHING);
    end();
}
END_TEST

START_TEST(an_idle_worker_is_given_the_next_job_and_keeps_its_memory)
{
    begin(10);
    for (long i = 0; i < 100; i++)
        ck_assert_int_eq(ask("number"), i);
    ck_assert_uint_eq(pool_workers(pool), 1);
    ck_assert_int_eq(jobs_done, 0);
    end();
}
END_TEST

START_TEST(as_many_jobs_as_workers_are_taken_and_no_more)
{
    int seen = 0;

    begin(3);
    for (int i = 0; i < 3; i++)
        seen |= 1 << submit("echo");
    ck_assert_int_eq(seen, 7);
    ck_assert_uint_eq(pool_workers(pool), 3);
    errno = 0;
    ck_assert_int_eq(pool_submit(pool, "e", 1, NULL, in_ms(NEVER_MS)), -1);
    ck_assert_int_eq(errno, EAGAIN);
    for (int i = 0; i < 3; i++)
        wait_for(POOL_ANSWERED);
    wait_for(POOL_NOTHING);
    end();
}
END_TEST

START_TEST(an_answer_of_five_megabytes_arrives_whole)
{
    begin(1);
    submit("Big");
    wait_for(POOL_ANSWERED);
    ck_assert_uint_eq(event.size, (size_t)5 << 20);
    for (size_t i = 0; i < event.size; i++)
        if (event.answer[i] != (char)(i % 251))
            ck_abort_msg("byte %zu is wrong", i);
    submit("echo");
    wait_for(POOL_ANSWERED);
    answer_is("echo");
    end();
}
END_TEST

START_TEST(a_job_of_five_megabytes_arrives_whole)
{
    size_t size = (size_t)5 << 20;
    char *job = malloc(size);

    ck_assert_ptr_nonnull(job);
    memset(job, 'l', size);
    begin(1);
    ck_assert_int_eq(pool_submit(pool, job, size, job, in_ms(NEVER_MS)), 0);
    memset(job, '?', size); /* it was copied */
    wait_for(POOL_ANSWERED);
    answer_is("5242880");
    free(job);
    end();
}
END_TEST

START_TEST(a_job_larger_than_a_message_can_be_is_refused)
{
    begin(1);
    errno = 0;
    ck_assert_int_eq(
        pool_submit(pool, "e", SIZE_MAX / 4, NULL, in_ms(NEVER_MS)), -1);
    ck_assert_int_eq(errno, EMSGSIZE);
    submit("echo");
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

START_TEST(a_pool_may_be_larger_than_a_process_may_have_descriptors)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 64;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    begin(1000);
    submit("echo");
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

/* ---- workers that are lost ---- */

static const struct {
    const char *job;
    const char *why;
} lost_rows[] = {
    {"quit", "its worker died"},
    {"fail", "its worker died"},
    {"crash", "its worker died"},
    {"torn", "its worker died in mid-message"},
    {"garbage", "its worker answered nonsense"},
    {"more", "its worker answered nonsense"},
};

START_TEST(a_worker_that_dies_or_lies_is_reaped_and_its_job_is_lost)
{
    const char *job = lost_rows[_i].job;

    begin(2);
    submit(job);
    wait_for(POOL_LOST);
    ck_assert_ptr_eq(event.tag, job);
    ck_assert_str_eq(event.why, lost_rows[_i].why);
    ck_assert_uint_eq(pool_workers(pool), 0);
    ck_assert(!has_children());
    ck_assert_int_eq(count_descriptors(), descriptors);
    submit("echo");
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

START_TEST(a_lost_worker_leaves_the_others_alone)
{
    begin(3);
    submit("hang");
    submit("crash");
    wait_for(POOL_LOST);
    ck_assert_str_eq(event.tag, "crash");
    submit("echo");
    wait_for(POOL_ANSWERED);
    ck_assert_uint_eq(pool_workers(pool), 2);
    end();
}
END_TEST

START_TEST(a_stopped_worker_is_killed_at_its_deadline)
{
    begin(1);
    int64_t deadline_ns = in_ms(50);
    ck_assert_int_eq(pool_submit(pool, "S", 1, "stopped", deadline_ns), 0);
    wait_for(POOL_LOST);
    ck_assert_int_ge(clock_now_ns(), deadline_ns);
    ck_assert_str_eq(event.tag, "stopped");
    ck_assert_str_eq(event.why, "its worker did not answer in time");
    ck_assert(!has_children());
    end();
}
END_TEST

START_TEST(the_first_deadline_counts_whoever_has_it)
{
    begin(3);
    submit("hang");
    ck_assert_int_eq(pool_submit(pool, "h", 1, "late", in_ms(20)), 1);
    submit("hang");
    wait_for(POOL_LOST);
    ck_assert_str_eq(event.tag, "late");
    end();
}
END_TEST

START_TEST(an_idle_worker_that_died_costs_the_next_job_nothing)
{
    begin(2);
    pid_t first = (pid_t)ask("pid");
    submit("hang");
    submit("pid");
    wait_for(POOL_ANSWERED);
    ck_assert_int_eq(kill(first, SIGKILL), 0);
    wait_until(first, WEXITED);
    end();

    begin(2);
    first = (pid_t)ask("pid");
    ck_assert_int_eq(kill(first, SIGKILL), 0);
    wait_until(first, WEXITED);
    ck_assert_int_ne(ask("pid"), first);
    ck_assert_uint_eq(pool_workers(pool), 1);
    end();
}
END_TEST

START_TEST(ctrl_c_is_not_for_workers_but_sigterm_ends_one)
{
    begin(1);
    pid_t worker = (pid_t)ask("pid");
    ck_assert_int_eq(kill(worker, SIGINT), 0);
    ck_assert_int_eq(ask("pid"), worker);
    submit("hang");
    ck_assert_int_eq(kill(worker, SIGTERM), 0);
    wait_for(POOL_LOST);
    end();
}
END_TEST

/* ---- the end ---- */

START_TEST(a_readable_stop_descriptor_ends_the_wait)
{
    int stop[2];

    begin(1);
    submit("hang");
    ck_assert_int_eq(pipe(stop), 0);
    ck_assert_int_eq(write(stop[1], "", 1), 1);
    ck_assert_int_eq(pool_wait(pool, stop[0], &event), 0);
    ck_assert_int_eq(event.kind, POOL_NOTHING);
    close(stop[0]);
    close(stop[1]);
    end();
}
END_TEST

START_TEST(a_stopped_pool_has_no_workers_busy_or_idle)
{
    begin(4);
    submit("hang");
    submit("hang");
    submit("pid");
    wait_for(POOL_ANSWERED);
    pool_stop(pool);
    ck_assert_uint_eq(pool_workers(pool), 0);
    ck_assert(!has_children());
    ck_assert_int_eq(count_descriptors(), descriptors);
    ck_assert_int_gt(pool_rss_kib(pool), 0);
    wait_for(POOL_NOTHING);
    end();
}
END_TEST

START_TEST(idle_brothers_leave_when_the_pool_is_stopped)
{
    begin(5);
    for (int i = 0; i < 5; i++)
        submit("echo");
    for (int i = 0; i < 5; i++)
        wait_for(POOL_ANSWERED);
    ck_assert_uint_eq(pool_workers(pool), 5);
    end(); /* were a copy of a socket left in a brother, this would hang */
}
END_TEST

START_TEST(an_idle_worker_that_was_stopped_leaves_all_the_same)
{
    begin(1);
    pid_t worker = (pid_t)ask("pid");
    ck_assert_int_eq(kill(worker, SIGSTOP), 0);
    wait_until(worker, WSTOPPED);
    end();
}
END_TEST

START_TEST(a_worker_has_no_socket_but_its_own)
{
    int ours = each_socket(NULL);

    begin(4);
    submit("hang");
    submit("hang");
    ck_assert_int_eq(ask("sockets"), ours + 1);
    end();
}
END_TEST

START_TEST(freeing_no_pool_is_fine)
{
    pool_free(NULL);
}
END_TEST

/*
 * The parent of two workers, one busy and one idle, says who they are and
 * waits to be killed.
 */
static _Noreturn void be_parent(int fd)
{
    pid_t pids[2];

    begin(2);
    submit("hang");
    pids[0] = (pid_t)ask("pid");
    pids[1] = getpid();
    if (write(fd, pids, sizeof pids) != (ssize_t)sizeof pids)
        _exit(1);
    for (;;)
        pause();
}

START_TEST(workers_die_with_their_parent)
{
    int news[2];
    pid_t pids[2];
    int status, dead = 0;

    /* Orphans become ours, so that we can see how they end. */
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    ck_assert_int_eq(pipe(news), 0);
    pid_t parent = fork();
    ck_assert_int_ge(parent, 0);
    if (parent == 0)
        be_parent(news[1]);
    ck_assert_int_eq(read(news[0], pids, sizeof pids), sizeof pids);
    ck_assert_int_eq(kill(parent, SIGKILL), 0);
    while (waitpid(-1, &status, 0) > 0)
        dead++;
    ck_assert_int_eq(dead, 3);
    close(news[0]);
    close(news[1]);
}
END_TEST

/* ---- a machine that is short of something ---- */

START_TEST(where_no_process_can_be_started_a_job_is_refused)
{
    begin(2);
    fork_error = EAGAIN;
    errno = 0;
    ck_assert_int_eq(pool_submit(pool, "e", 1, NULL, in_ms(NEVER_MS)), -1);
    ck_assert_int_eq(errno, EAGAIN);
    ck_assert_int_eq(count_descriptors(), descriptors);
    fork_error = 0;
    submit("echo");
    wait_for(POOL_ANSWERED);
    fork_error = EAGAIN; /* the one there is goes on */
    submit("echo");
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

START_TEST(where_no_descriptor_is_left_a_job_is_refused)
{
    begin(2);
    socketpair_error = EMFILE;
    errno = 0;
    ck_assert_int_eq(pool_submit(pool, "e", 1, NULL, in_ms(NEVER_MS)), -1);
    ck_assert_int_eq(errno, EMFILE);
    socketpair_error = 0;
    submit("echo");
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

START_TEST(a_wait_that_a_signal_interrupts_goes_on)
{
    begin(1);
    submit("echo");
    poll_error = EINTR;
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

START_TEST(a_wait_that_fails_says_so_and_loses_nothing)
{
    begin(1);
    submit("echo");
    poll_error = ENOMEM;
    ck_assert_int_eq(pool_wait(pool, -1, &event), -1);
    ck_assert_int_eq(errno, ENOMEM);
    wait_for(POOL_ANSWERED);
    end();
}
END_TEST

static TCase *jobs_case(void)
{
    TCase *tcase = tcase_create("jobs");

    tcase_add_test(tcase, a_job_comes_back_as_its_answer_with_its_tag);
    tcase_add_test(tcase, an_answer_may_be_empty);
    tcase_add_test(tcase, no_worker_is_started_before_there_is_a_job);
    tcase_add_test(tcase,
                   an_idle_worker_is_given_the_next_job_and_keeps_its_memory);
    tcase_add_test(tcase, as_many_jobs_as_workers_are_taken_and_no_more);
    tcase_add_test(tcase, an_answer_of_five_megabytes_arrives_whole);
    tcase_add_test(tcase, a_job_of_five_megabytes_arrives_whole);
    tcase_add_test(tcase, a_job_larger_than_a_message_can_be_is_refused);
    tcase_add_test(tcase,
                   a_pool_may_be_larger_than_a_process_may_have_descriptors);
    return tcase;
}

static TCase *lost_case(void)
{
    TCase *tcase = tcase_create("lost workers");

    tcase_add_loop_test(
        tcase, a_worker_that_dies_or_lies_is_reaped_and_its_job_is_lost, 0,
        sizeof lost_rows / sizeof lost_rows[0]);
    tcase_add_test(tcase, a_lost_worker_leaves_the_others_alone);
    tcase_add_test(tcase, a_stopped_worker_is_killed_at_its_deadline);
    tcase_add_test(tcase, the_first_deadline_counts_whoever_has_it);
    tcase_add_test(tcase, an_idle_worker_that_died_costs_the_next_job_nothing);
    tcase_add_test(tcase, ctrl_c_is_not_for_workers_but_sigterm_ends_one);
    return tcase;
}

static TCase *end_case(void)
{
    TCase *tcase = tcase_create("the end");

    tcase_add_test(tcase, a_readable_stop_descriptor_ends_the_wait);
    tcase_add_test(tcase, a_stopped_pool_has_no_workers_busy_or_idle);
    tcase_add_test(tcase, idle_brothers_leave_when_the_pool_is_stopped);
    tcase_add_test(tcase, an_idle_worker_that_was_stopped_leaves_all_the_same);
    tcase_add_test(tcase, a_worker_has_no_socket_but_its_own);
    tcase_add_test(tcase, freeing_no_pool_is_fine);
    tcase_add_test(tcase, workers_die_with_their_parent);
    return tcase;
}

static TCase *machine_case(void)
{
    TCase *tcase = tcase_create("our own machine");

    tcase_add_test(tcase, where_no_process_can_be_started_a_job_is_refused);
    tcase_add_test(tcase, where_no_descriptor_is_left_a_job_is_refused);
    tcase_add_test(tcase, a_wait_that_a_signal_interrupts_goes_on);
    tcase_add_test(tcase, a_wait_that_fails_says_so_and_loses_nothing);
    return tcase;
}

int main(void)
{
    Suite *suite = suite_create("pool");
    TCase *cases[] = {jobs_case(), lost_case(), end_case(), machine_case()};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tcase_set_timeout(cases[i], 60); /* for valgrind's sake */
        suite_add_tcase(suite, cases[i]);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
