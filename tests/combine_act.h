/*
 * combine_act.h - what the tests of single combinators need: a coroutine of
 * their own, on a loop whose time is moved.
 */
#ifndef TESTS_COMBINE_ACT_H
#define TESTS_COMBINE_ACT_H

#include "stages/07-loop/gather.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/task_group.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait.h"
#include "stages/07-loop/wait_for.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* What the coroutines below need; each is the body of one test. */
struct act {
    struct coroutine co;
    void *result;
    struct future *future, *other, *gather;
    struct task *task;
    struct async_sleep sleep;
    struct async_wait wait;
    struct as_completed each;
    struct as_completed_next next;
    struct async_wait_for wait_for;
    struct timeout timeout;
    struct task_group group;
    struct task_group_end end;
    const struct gather_outcome *outcomes;
    const struct error_group *errors;
};

static char logged[512];

static void append_log(const char *text, void *data)
{
    (void)data;
    strncat(logged, text, sizeof logged - strlen(logged) - 1);
}

static void note_message(struct loop *loop, const struct error_context *context,
                         void *data)
{
    (void)loop, (void)data;
    append_log(context->message, NULL);
}

static int64_t read_time(void *now_ns)
{
    return *(int64_t *)now_ns;
}

static void move_time(void *now_ns, int64_t when_ns)
{
    *(int64_t *)now_ns = when_ns;
}

static struct loop *loop_for_test(void)
{
    static int64_t now_ns;
    struct loop *loop = loop_new(NULL);

    ck_assert_ptr_nonnull(loop);
    now_ns = 0;
    loop_set_clock(loop, &(struct loop_clock){read_time, move_time, &now_ns});
    loop_set_exception_handler(loop, note_message, NULL);
    logged[0] = '\0';
    return loop;
}

static struct act act_new(coroutine_resume *body)
{
    return (struct act){.co = CO_INIT(body)};
}

/* Runs it to its end; nothing may be left over. */
static void run(coroutine_resume *body)
{
    struct loop *loop = loop_for_test();

    ck_assert_msg(loop_run_until_complete(loop, COROUTINE(act_new(body)), NULL),
                  "%s: %s", error_name(error_last()),
                  error_message(error_last()));
    ck_assert_uint_eq(loop_census(loop).futures, 0);
    ck_assert_uint_eq(loop_census(loop).handles, 0);
    ck_assert(loop_free(loop));
}

static struct future *nap(struct coroutine *co)
{
    struct act *self = (struct act *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(1);
    CO_AWAIT(self, self->sleep);
    self->result = "rested";
    CO_FINALLY(self);
    CO_END(self);
}

static struct coroutine *napping(void)
{
    return COROUTINE(act_new(nap));
}

static bool is_case(const struct error *error, const struct error *kind,
                    const char *message)
{
    return error_is(error, kind) && strcmp(error_message(error), message) == 0;
}

/* A future of its own, to be let go by the body. */
static struct future *in_act(struct act *self)
{
    self->future = loop_create_future(async_get_running_loop());
    ck_assert_ptr_nonnull(self->future);
    return self->future;
}

#endif
