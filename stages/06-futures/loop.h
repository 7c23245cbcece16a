/*
 * loop.h - what a task may wait for here, and the loop that wakes it: sockets
 * through stage 05's selector, names, and a deadline.
 *
 * Whoever waits makes a future and asks the loop to settle it. There are no
 * timers to wait for and nothing is cancelled but by the deadline or Ctrl-C:
 * that is for stage 07.
 */
#ifndef STAGES_06_FUTURES_LOOP_H
#define STAGES_06_FUTURES_LOOP_H

#include "future.h"
#include "task.h"

#include "common/resolve.h"
#include "stages/05-callbacks/deadlines.h"
#include "stages/05-callbacks/selector.h"

struct loop {
    struct selector *selector;
    struct resolver *resolver;
    struct deadlines deadlines;
    struct name *names; /* those whose lookup is waited for */
    uint64_t waits;     /* returns from the selector */
};

/*
 * A loop with stage 05's selector, `backend` as there. Returns 0, or -1 with
 * errno; loop_close() in any case.
 */
int loop_open(struct loop *loop, const char *backend);

/*
 * Waits until somebody can be woken. Returns 0, or -1 with errno: nobody can
 * be waited for any more.
 */
int loop_wait(struct loop *loop);

/*
 * After loop_wait(): wakes one of those whose sockets are ready, and returns
 * true; or, when there are no more, those whose time is up, and returns false.
 */
bool loop_wake(struct loop *loop);

/* Frees the loop. That nobody waits for anything in it any more is asserted. */
void loop_close(struct loop *loop);

/* ---- sockets ---- */

/*
 * Settles `future` (NULL its result) when `fd` is ready for `events`. To be
 * ended by loop_unwatch(), in any case. Returns 0, or -1 with errno as
 * selector_register() has it.
 */
int loop_watch(struct loop *loop, int fd, int events, struct future *future);

void loop_unwatch(struct loop *loop, int fd);

/* ---- names ---- */

/* A name that somebody waits for; lives in the waiter's frame. */
struct name {
    struct lookup *lookup;
    struct future *future;
    struct name *next;
};

/* Settles `future` when the lookup is over; ended by loop_forget_name(). */
void loop_watch_name(struct loop *loop, struct name *name,
                     struct lookup *lookup, struct future *future);

/* Nothing happens if it was settled. */
void loop_forget_name(struct loop *loop, struct name *name);

/* ---- the time ---- */

/*
 * A task and by when it must have done something. All but `deadline`, which
 * the loop's heap knows, is for whoever set it.
 */
struct limit {
    struct deadline deadline; /* first: it leads to the limit */
    struct task *task;
};

/* What loop_set_limit() throws. */
extern const struct error timed_out;

/*
 * Throws timed_out into the task at `when_ns` (clock_now_ns()); moves the
 * limit if it is set. Returns 0, or -1 with errno ENOMEM (not if it is set).
 */
int loop_set_limit(struct loop *loop, struct limit *limit, int64_t when_ns);

void loop_drop_limit(struct loop *loop, struct limit *limit);

#endif
