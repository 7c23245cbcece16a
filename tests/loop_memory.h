/*
 * loop_memory.h - for the suites about the loop of stage 07 where memory runs
 * out: small programs, each of which lives once for every allocation that it
 * makes, and that one fails; and once more with all from there on.
 *
 * Either the program does not notice, or it ends with an error for want of
 * memory; the loop can be closed, and nothing is left.
 */
#ifndef TESTS_LOOP_MEMORY_H
#define TESTS_LOOP_MEMORY_H

#include "allocations.h"
#include "support.h"

#include "stages/07-loop/async_generator.h"
#include "stages/07-loop/server.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/streams.h"
#include "stages/07-loop/subprocess.h"
#include "stages/07-loop/task_group.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait.h"
#include "stages/07-loop/wait_for.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

/* What one of the programs needs. */
struct program {
    struct coroutine co;
    void *result;
    struct future *future;
    struct task *task;
    struct async_sleep sleep;
    struct async_wait wait;
    struct as_completed each;
    struct as_completed_next next;
    struct async_wait_for wait_for;
    struct timeout timeout;
    struct task_group group;
    struct task_group_end end;
    struct async_generator *generators[2];
    struct async_generator_step step;
    struct loop_shutdown_asyncgens shutdown;
    struct process *child;
    struct process_communicate talk;
    struct async_start_server start;
    struct server *server;
    struct async_open_connection open;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_writer_drain drain;
    struct stream_read read;
};

static inline struct program program_new(coroutine_resume *body)
{
    return (struct program){.co = CO_INIT(body)};
}

static inline struct future *nap(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(1);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

static inline struct coroutine *napping(void)
{
    return COROUTINE(program_new(nap));
}

/* ---- living ---- */

struct life {
    const char *name;
    coroutine_resume *body;
    bool is_outside; /* it waits for what no clock of ours can move */
};

static const struct life *life; /* the one that is lived */

static inline int64_t read_time(void *now_ns)
{
    return *(int64_t *)now_ns;
}

static inline void move_time(void *now_ns, int64_t when_ns)
{
    *(int64_t *)now_ns = when_ns;
}

/* What is told of tasks that nobody waited for is not the point here. */
static inline void keep_quiet(struct loop *loop,
                              const struct error_context *context, void *data)
{
    (void)loop, (void)context, (void)data;
}

static inline bool lacks_memory(const struct error *error)
{
    return error_is(error, &error_memory) ||
           (error_is(error, &error_os) && error->number == ENOMEM);
}

static inline bool live_in(struct loop *loop)
{
    static int64_t now_ns;

    if (loop == NULL)
        return false;
    now_ns = 0;
    if (!life->is_outside)
        loop_set_clock(loop,
                       &(struct loop_clock){read_time, move_time, &now_ns});
    loop_set_exception_handler(loop, keep_quiet, NULL);
    return loop_run_until_complete(loop, COROUTINE(program_new(life->body)),
                                   NULL);
}

/* It has lived; or something failed, and it was for want of memory. */
static inline void must_be_well(bool lived)
{
    const struct error *why = lived ? NULL : error_last();
    bool failed = allocations_restore();

    ck_assert_msg(lived || (failed && lacks_memory(why)), "%s: %s: %s",
                  life->name, error_name(why), error_message(why));
}

static inline void live(void)
{
    struct loop *loop = loop_new(NULL);

    must_be_well(live_in(loop));
    ck_assert_msg(loop == NULL || loop_free(loop), "%s: %s", life->name,
                  error_message(error_last()));
}

/* What is made once, and stays, is made in a first life. */
static inline void live_all_lives(void (*one)(void))
{
    one();
    int open = count_descriptors();
    ck_assert_int_gt(allocations_try_all(one), 4);
    ck_assert_int_eq(count_descriptors(), open);
    ck_assert(!has_children());
}

/* A suite in which `all` goes over these lives, and there is one test more. */
static inline int run_lives(const char *name, const TTest *all, size_t count,
                            const TTest *more)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create("memory");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, all, 0, (int)count);
    if (more != NULL)
        tcase_add_test(tcase, more);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
