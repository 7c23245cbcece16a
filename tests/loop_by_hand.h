/*
 * loop_by_hand.h - for the suites about the loop of stage 07: one whose clock
 * moves only when it would wait, whose log is caught, and of which nothing may
 * be left when a test is over.
 */
#ifndef TESTS_LOOP_BY_HAND_H
#define TESTS_LOOP_BY_HAND_H

#include "stages/07-loop/loop.h"
#include "stages/07-loop/sleep.h"

#include "each_selector.h"

#include <stdint.h>
#include <stdio.h>

/* Of this test; NULL: the test has freed it. */
static struct loop *loop;

/* ---- the clock ---- */

/* In seconds; it begins at 1000, so that there is a past. */
static int64_t clock_ns;

static inline int64_t clock_shows(void *data)
{
    (void)data;
    return clock_ns;
}

static inline void clock_move_to(void *data, int64_t when_ns)
{
    (void)data;
    clock_ns = when_ns;
}

static inline void clock_go_on(double seconds)
{
    clock_ns += (int64_t)(seconds * 1e9);
}

static inline double seconds_gone(void)
{
    return loop_time(loop) - 1000;
}

/* ---- what was said, in order ---- */

static char said[256];

/* A callback: `data` is a text, which is put behind the others. */
static inline void speak(void *data)
{
    size_t length = strlen(said);

    snprintf(said + length, sizeof said - length, "%s", (const char *)data);
}

/* To be said: speak() takes no const. */
static inline void *words(const char *text)
{
    return (void *)(uintptr_t)text;
}

static inline void forget_what_was_said(void)
{
    said[0] = '\0';
}

#define ck_said(text) ck_assert_str_eq(said, text)

/* ---- the log ---- */

static char logged[2048];

static inline void keep_log(const char *text, void *data)
{
    size_t length = strlen(logged);

    (void)data;
    snprintf(logged + length, sizeof logged - length, "%s\n", text);
}

static inline bool was_logged(const char *part)
{
    return strstr(logged, part) != NULL;
}

/* It was, and it is all. */
static inline void must_have_logged(const char *part)
{
    ck_assert_msg(was_logged(part), "'%s' was not logged, but: %s", part,
                  logged);
    logged[0] = '\0';
}

/* ---- refusals ---- */

/* The call returned false or NULL, for a reason of this kind. */
#define ck_refused(call, of_kind)                                              \
    do {                                                                       \
        ck_assert_msg(!(call), "this was not refused: %s", #call);             \
        ck_assert_msg(error_is(error_last(), &(of_kind)), "%s: %s: %s", #call, \
                      error_name(error_last()), error_message(error_last()));  \
    } while (0)

/* ---- running ---- */

static inline size_t passes(void)
{
    return loop_census(loop).passes;
}

static inline void run_passes(int count)
{
    while (count-- > 0) {
        loop_stop(loop);
        ck_assert(loop_run_forever(loop));
    }
}

/* A callback. */
static inline void stop(void *data)
{
    (void)data;
    loop_stop(loop);
}

static inline void run_for(double seconds)
{
    ck_assert(loop_call_later(loop, NULL, seconds, stop, NULL));
    ck_assert(loop_run_forever(loop));
}

/* Until nothing is due any more, neither now nor later. */
static inline void run_dry(void)
{
    struct loop_census before, after;

    do {
        before = loop_census(loop);
        run_for(1000);
        after = loop_census(loop);
    } while (before.handles != after.handles || before.tasks != after.tasks);
}

/* ---- coroutines that many tests have a use for ---- */

/*
 *     async def waiter(future):
 *         try:
 *             return await future
 *         finally:
 *             cleaned()
 */
struct waiter {
    struct coroutine co;
    void *result;
    struct future *future;
    int *cleaned; /* counted up; NULL: not */
};

static inline struct future *waiter(struct coroutine *co)
{
    struct waiter *self = (struct waiter *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, *self->future);
    self->result = self->future->result;
    CO_FINALLY(self);
    if (self->cleaned != NULL)
        ++*self->cleaned;
    CO_END(self);
}

static inline struct waiter waiter_new(struct future *future, int *cleaned)
{
    return (struct waiter){
        .co = CO_INIT(waiter), .future = future, .cleaned = cleaned};
}

static inline struct task *wait_in_task(struct future *future, int *cleaned)
{
    struct task *task =
        loop_create_task(loop, COROUTINE(waiter_new(future, cleaned)));

    ck_assert_ptr_nonnull(task);
    return task;
}

/*
 *     async def napper(delay, before, after):
 *         say(before); await sleep(delay); say(after)
 */
struct napper {
    struct coroutine co;
    void *result;
    double delay;
    const char *before, *after;
    struct async_sleep sleep;
};

static inline struct future *napper(struct coroutine *co)
{
    struct napper *self = (struct napper *)co;

    CO_BEGIN(self);
    speak(words(self->before));
    self->sleep = async_sleep(self->delay);
    CO_AWAIT(self, self->sleep);
    speak(words(self->after));
    self->result = words(self->after);
    CO_FINALLY(self);
    CO_END(self);
}

static inline struct napper napper_new(double delay, const char *before,
                                       const char *after)
{
    return (struct napper){.co = CO_INIT(napper),
                           .delay = delay,
                           .before = before,
                           .after = after};
}

/* ---- every test ---- */

static inline void loop_begin(const char *backend)
{
    static const struct loop_clock by_hand = {clock_shows, clock_move_to, NULL};

    loop = loop_new(backend);
    ck_assert_ptr_nonnull(loop);
    clock_ns = INT64_C(1000000000000);
    loop_set_clock(loop, &by_hand);
}

static inline void loop_end(void)
{
    ck_assert_msg(loop_free(loop), "%s", error_message(error_last()));
    loop = NULL;
}

/* The test goes on with this backend; it is over where there is none. */
#define WITH_SELECTOR(i)                        \
    do {                                        \
        if (!selector_has_backend(backends[i])) \
            return;                             \
        loop_end();                             \
        loop_begin(backends[i]);                \
    } while (0)

static inline void each_begins(void)
{
    said[0] = logged[0] = '\0';
    async_set_log(keep_log, NULL);
    descriptors_before = count_descriptors();
    loop_begin(NULL);
}

static inline void each_ends(void)
{
    loop_end();
    ck_assert_int_eq(count_descriptors(), descriptors_before);
    ck_assert_str_eq(logged, "");
}

/* As run_suite() of each_selector.h, with a loop for each test. */
static inline int run_loop_suite(const char *name, const TTest *const once[],
                                 const TTest *const each[])
{
    return run_suite_between(name, each_begins, each_ends, once, each);
}

#endif
