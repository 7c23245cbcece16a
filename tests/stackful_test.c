/*
 * stackful_test.c - fibers: stacks that are switched, guarded, given back; and
 * the crawler that runs on them, short of memory.
 *
 * Every test is run once for each switch that this processor has.
 */
#include "stages/06-futures/stackful/fiber.h"
#include "stages/06-futures/task.h"

#include "run.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const names[] = {"ucontext", "own"};

/* How many of them there are. */
static int switch_count(void)
{
    return fiber_switch_find("own") != NULL ? 2 : 1;
}

static struct fiber *make(int i, fiber_function *body, void *data)
{
    struct fiber *fiber = fiber_new(fiber_switch_find(names[i]), body, data);

    ck_assert_ptr_nonnull(fiber);
    return fiber;
}

static struct future *resume(struct fiber *fiber)
{
    return fiber->co.resume(&fiber->co);
}

/* ---- mmap and mprotect that fail when a test says so ---- */

static bool no_mapping, no_protecting;
static void *last_mapping;

void *__real_mmap(void *, size_t, int, int, int, off_t);
int __real_mprotect(void *, size_t, int);
void *__wrap_mmap(void *, size_t, int, int, int, off_t);
int __wrap_mprotect(void *, size_t, int);

void *__wrap_mmap(void *address, size_t size, int protection, int flags, int fd,
                  off_t offset)
{
    if (no_mapping) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    last_mapping = __real_mmap(address, size, protection, flags, fd, offset);
    return last_mapping;
}

int __wrap_mprotect(void *address, size_t size, int protection)
{
    if (no_protecting) {
        errno = ENOMEM;
        return -1;
    }
    return __real_mprotect(address, size, protection);
}

/* Whether nothing at all is mapped where guard and stack were. */
static bool is_unmapped(char *mapping)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char resident;

    for (size_t i = 0; i < FIBER_GUARD_SIZE + FIBER_STACK_SIZE; i += page)
        if (mincore(mapping + i, page, &resident) == 0 || errno != ENOMEM)
            return false;
    return true;
}

/* ---- one fiber ---- */

struct story {
    struct future future;
    int steps;
    int sum;
    const struct error *error; /* of the await, or to die of */
};

static const struct error boom = {EIO, "boom"};

/* More values than there are registers, kept from one wait to the next. */
static const struct error *count_steps(void *data)
{
    struct story *story = data;
    int a = story->sum, b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5;
    double half = a / 2.0;

    for (int i = 0; i < story->steps; i++) {
        fiber_yield(&story->future);
        a++, b++, c++, d++, e++, f++, half += 0.5;
    }
    story->sum = a + b + c + d + e + f + (int)(2 * half);
    return NULL;
}

START_TEST(nothing_of_a_fiber_runs_before_it_is_resumed)
{
    struct story story = {.sum = 7};
    struct fiber *fiber = make(_i, count_steps, &story);

    ck_assert_int_eq(fiber->co.line, CO_NEW);
    fiber_free(fiber);
    ck_assert_int_eq(story.sum, 7);
}
END_TEST

START_TEST(a_fiber_goes_on_where_it_waited_with_all_its_locals)
{
    struct story story = {.future = future_new(), .steps = 10, .sum = 100};
    struct fiber *fiber = make(_i, count_steps, &story);

    for (int i = 0; i < 10; i++)
        ck_assert_ptr_eq(resume(fiber), &story.future);
    ck_assert_ptr_null(resume(fiber));
    ck_assert_int_eq(fiber->co.line, CO_OVER);
    ck_assert_int_eq(story.sum, 6 * 110 + 15 + 110);
    fiber_free(fiber);
}
END_TEST

START_TEST(fibers_take_turns_without_disturbing_each_other)
{
    enum { MANY = 50 };
    struct story stories[MANY];
    struct fiber *fibers[MANY];

    for (int i = 0; i < MANY; i++) {
        stories[i] = (struct story){.steps = i, .sum = 1000 * i};
        stories[i].future = future_new();
        fibers[i] = make(i % 2 ? _i : 0, count_steps, &stories[i]);
    }
    for (int turn = 0; turn <= MANY; turn++)
        for (int i = turn; i < MANY; i++)
            ck_assert_int_eq(resume(fibers[i]) == NULL, turn == i);
    for (int i = 0; i < MANY; i++) {
        ck_assert_int_eq(stories[i].sum, 7 * 1001 * i + 15);
        fiber_free(fibers[i]);
    }
}
END_TEST

static const struct error *die(void *data)
{
    return ((struct story *)data)->error;
}

START_TEST(the_error_a_fiber_dies_of_is_its_coroutines)
{
    struct story story = {.error = &boom};
    struct fiber *fiber = make(_i, die, &story);

    ck_assert_ptr_null(resume(fiber));
    ck_assert_ptr_eq(fiber->co.error, &boom);
    fiber_free(fiber);
}
END_TEST

START_TEST(resuming_a_fiber_that_is_over_aborts)
{
    struct story story = {0};
    struct fiber *fiber = make(_i, die, &story);

    resume(fiber);
    resume(fiber);
}
END_TEST

static const struct error *resume_myself(void *data)
{
    struct fiber *fiber = *(struct fiber **)data;

    resume(fiber);
    return NULL;
}

START_TEST(a_fiber_that_resumes_itself_aborts)
{
    struct fiber *fiber = NULL;

    fiber = make(_i, resume_myself, &fiber);
    resume(fiber);
}
END_TEST

/* ---- awaiting: futures, coroutines and fibers, in each other ---- */

static const struct error *await_future(void *data)
{
    struct story *story = data;

    story->error = fiber_await(&story->future.co);
    story->steps++;
    return story->error;
}

START_TEST(a_task_drives_a_fiber_and_settling_its_future_wakes_it)
{
    struct story story = {.future = future_new()};
    struct fiber *fiber = make(_i, await_future, &story);
    struct task task = task_new(&fiber->co);

    task_start(&task);
    ck_assert_int_eq(story.steps, 0);
    future_set_result(&story.future, NULL);
    ck_assert_int_eq(story.steps, 1);
    ck_assert(future_is_done(&task.done));
    ck_assert_ptr_null(task.done.co.error);
    fiber_free(fiber);
}
END_TEST

START_TEST(an_error_that_is_thrown_in_is_what_the_await_returns)
{
    struct story story = {.future = future_new()};
    struct fiber *fiber = make(_i, await_future, &story);
    struct task task = task_new(&fiber->co);

    task_start(&task);
    ck_assert(task_throw(&task, &boom));
    ck_assert_ptr_eq(story.error, &boom);
    ck_assert_ptr_eq(task.done.co.error, &boom);
    fiber_free(fiber);
}
END_TEST

START_TEST(a_future_that_is_settled_is_not_waited_for)
{
    struct story story = {.future = future_new()};
    struct fiber *fiber = make(_i, await_future, &story);

    future_set_error(&story.future, &boom);
    ck_assert_ptr_null(resume(fiber));
    ck_assert_ptr_eq(fiber->co.error, &boom);
    fiber_free(fiber);
}
END_TEST

/* A stackless coroutine that awaits whatever `inner` is. */
struct frame {
    struct coroutine co;
    struct fiber *inner;
};

static struct future *await_fiber(struct coroutine *co)
{
    struct frame *self = (struct frame *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->inner);
    CO_FINALLY(self);
    CO_END(self);
}

static const struct error *await_coroutine(void *co)
{
    return fiber_await(co);
}

START_TEST(switching_nests_through_fibers_and_coroutines_alike)
{
    struct story story = {.future = future_new()};
    struct fiber *inner = make(_i, await_future, &story);
    struct frame frame = {CO_INIT(await_fiber), inner};
    struct fiber *middle = make(0, await_coroutine, &frame.co);
    struct fiber *outer = make(_i, await_coroutine, &middle->co);
    struct task task = task_new(&outer->co);

    task_start(&task);
    ck_assert_ptr_eq(task.waits, &story.future);
    ck_assert(task_throw(&task, &boom));
    ck_assert_ptr_eq(inner->co.error, &boom);
    ck_assert_ptr_eq(frame.co.error, &boom);
    ck_assert_ptr_eq(middle->co.error, &boom);
    ck_assert_ptr_eq(task.done.co.error, &boom);
    fiber_free(outer);
    fiber_free(middle);
    fiber_free(inner);
}
END_TEST

/* Settles, inside a fiber, the future that another fiber waits for. */
static const struct error *settle(void *future)
{
    future_set_result(future, NULL);
    return NULL;
}

START_TEST(a_fiber_may_wake_another_and_goes_on_when_that_one_waits)
{
    struct story story = {.future = future_new()};
    struct fiber *sleeper = make(_i, await_future, &story);
    struct fiber *waker = make(_i, settle, &story.future);
    struct task sleeps = task_new(&sleeper->co);
    struct task wakes = task_new(&waker->co);

    task_start(&sleeps);
    task_start(&wakes);
    ck_assert(future_is_done(&sleeps.done));
    ck_assert(future_is_done(&wakes.done));
    fiber_free(sleeper);
    fiber_free(waker);
}
END_TEST

/* ---- the stack ---- */

static struct fiber *digger;

static void on_segv(int number, siginfo_t *info, void *context)
{
    uintptr_t address = (uintptr_t)info->si_addr;
    uintptr_t guard = (uintptr_t)digger->mapping;

    (void)number;
    (void)context;
    /* Right below the stack, not somewhere behind the guard. */
    _exit(address >= guard + FIBER_GUARD_SIZE / 2 &&
                  address < guard + FIBER_GUARD_SIZE
              ? 42
              : 43);
}

__attribute__((noinline)) static int dig(int depth)
{
    volatile char earth[1000];

    earth[0] = (char)depth;
    return depth == 0 ? 0 : dig(depth - 1) + earth[0];
}

static const struct error *dig_for_ever(void *data)
{
    *(volatile int *)data = dig(1 << 30);
    return NULL;
}

START_TEST(who_overruns_the_stack_hits_the_guard_at_once)
{
    static char signal_stack[256 * 1024];
    struct sigaction action = {.sa_sigaction = on_segv,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    int sum, status;
    pid_t pid = fork();

    if (pid == 0) {
        stack_t other = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
        digger = make(_i, dig_for_ever, &sum);
        sigaltstack(&other, NULL);
        sigaction(SIGSEGV, &action, NULL);
        resume(digger);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 42);
}
END_TEST

/* Touches what is left of the stack, but for a little. */
static const struct error *use_most(void *data)
{
    volatile char most[FIBER_STACK_SIZE - 16 * 1024];

    for (size_t i = 0; i < sizeof most; i += 256)
        most[i] = 1;
    *(int *)data = most[0] + most[sizeof most / 256 * 256 - 256];
    return NULL;
}

START_TEST(a_fiber_may_use_its_stack_to_the_last_pages)
{
    int sum = 0;
    struct fiber *fiber = make(_i, use_most, &sum);

    resume(fiber);
    ck_assert_int_eq(sum, 2);
    fiber_free(fiber);
}
END_TEST

START_TEST(a_freed_fiber_leaves_nothing_mapped)
{
    struct story story = {.error = NULL};
    struct fiber *fiber = make(_i, die, &story);
    char *mapping = fiber->mapping;

    resume(fiber);
    ck_assert(!is_unmapped(mapping));
    fiber_free(fiber);
    ck_assert(is_unmapped(mapping));
    fiber_free(NULL);
}
END_TEST

START_TEST(without_memory_there_is_no_fiber)
{
    no_mapping = true;
    struct fiber *fiber = fiber_new(fiber_switch_find(names[_i]), die, NULL);
    int error = errno;
    no_mapping = false;
    ck_assert_ptr_null(fiber);
    ck_assert_int_eq(error, ENOMEM);
}
END_TEST

START_TEST(a_stack_that_cannot_be_guarded_is_given_back)
{
    no_protecting = true;
    struct fiber *fiber = fiber_new(fiber_switch_find(names[_i]), die, NULL);
    int error = errno;
    no_protecting = false;
    ck_assert_ptr_null(fiber);
    ck_assert_int_eq(error, ENOMEM);
    ck_assert(is_unmapped(last_mapping));
}
END_TEST

START_TEST(a_switch_is_found_by_its_name)
{
    ck_assert_str_eq(fiber_switch_find(names[_i])->name, names[_i]);
    ck_assert_ptr_eq(fiber_switch_find(NULL),
                     fiber_switch_find(names[switch_count() - 1]));
    ck_assert_ptr_null(fiber_switch_find("none"));
}
END_TEST

/* ---- the crawler ---- */

/*
 * 400 fibers are 50 MiB, mapped. Whoever gets none waits for one to come free.
 * (The sanitizers map terabytes: there is no such limit with them.)
 */
START_TEST(a_crawl_without_memory_for_all_fibers_goes_on_with_fewer)
{
#ifndef FIBER_ASAN
    struct site site = site_start(
        (const char *const[]){"--pages=400", "--latency=20ms", NULL});
    char command[1024];

    snprintf(command, sizeof command,
             "ulimit -v 32768; exec %s --switch=%s -q -f -c 400 "
             "--max-pages=400 --manifest=- %s",
             built("examples/06-stackful"), names[_i], site.url);
    struct ended ended =
        run((const char *const[]){"/bin/sh", "-c", command, NULL});
    ck_assert_msg(ended.status == 0, "%d: %s", ended.status, ended.err);
    int ok = 0;
    for (char *line = ended.out; (line = strstr(line, "ok 200 ")); line++)
        ok++;
    ck_assert_int_eq(ok, 400);
    ended_free(&ended);
    site_stop(&site);
#endif
}
END_TEST

START_TEST(a_crawl_without_memory_for_any_fiber_says_so)
{
#ifndef FIBER_ASAN
    /* The program itself takes a few MiB: with a little more it begins. */
    char command[1024];
    bool said = false;

    for (int kib = 2048; kib < 65536 && !said; kib += 64) {
        snprintf(command, sizeof command,
                 "ulimit -v %d; exec %s --switch=%s -q --manifest=- "
                 "http://127.0.0.1:1/",
                 kib, built("examples/06-stackful"), names[_i]);
        struct ended ended =
            run((const char *const[]){"/bin/sh", "-c", command, NULL});
        said = ended.status == 1 &&
               strstr(ended.out, "system - - - http://127.0.0.1:1/") != NULL;
        bool done = strstr(ended.out, "connect - - - ") != NULL;
        ended_free(&ended);
        if (done)
            break;
    }
    ck_assert(said);
#endif
}
END_TEST

static void add(TCase *tcase, const TTest *test)
{
    tcase_add_loop_test(tcase, test, 0, switch_count());
}

int main(void)
{
    Suite *suite = suite_create("stackful");
    TCase *tcase = tcase_create("stackful");

    add(tcase, nothing_of_a_fiber_runs_before_it_is_resumed);
    add(tcase, a_fiber_goes_on_where_it_waited_with_all_its_locals);
    add(tcase, fibers_take_turns_without_disturbing_each_other);
    add(tcase, the_error_a_fiber_dies_of_is_its_coroutines);
    tcase_add_loop_test_raise_signal(tcase,
                                     resuming_a_fiber_that_is_over_aborts,
                                     SIGABRT, 0, switch_count());
    tcase_add_loop_test_raise_signal(tcase, a_fiber_that_resumes_itself_aborts,
                                     SIGABRT, 0, switch_count());
    add(tcase, a_task_drives_a_fiber_and_settling_its_future_wakes_it);
    add(tcase, an_error_that_is_thrown_in_is_what_the_await_returns);
    add(tcase, a_future_that_is_settled_is_not_waited_for);
    add(tcase, switching_nests_through_fibers_and_coroutines_alike);
    add(tcase, a_fiber_may_wake_another_and_goes_on_when_that_one_waits);
    add(tcase, who_overruns_the_stack_hits_the_guard_at_once);
    add(tcase, a_fiber_may_use_its_stack_to_the_last_pages);
    add(tcase, a_freed_fiber_leaves_nothing_mapped);
    add(tcase, without_memory_there_is_no_fiber);
    add(tcase, a_stack_that_cannot_be_guarded_is_given_back);
    add(tcase, a_switch_is_found_by_its_name);
    add(tcase, a_crawl_without_memory_for_all_fibers_goes_on_with_fewer);
    add(tcase, a_crawl_without_memory_for_any_fiber_says_so);
    tcase_set_timeout(tcase, 60); /* for valgrind's sake */
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
