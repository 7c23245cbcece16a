/*
 * barrier.h - nobody goes on until all have come.
 *
 * The Python it mirrors: asyncio.Barrier (locks.py). A barrier is used again
 * and again: who comes while the last round still leaves waits until it is
 * empty.
 */
#ifndef STAGES_07_LOOP_BARRIER_H
#define STAGES_07_LOOP_BARRIER_H

#include "condition.h"

enum barrier_state {
    BARRIER_FILLING,
    BARRIER_DRAINING,  /* all have come, and leave */
    BARRIER_RESETTING, /* those who are in it leave with an error */
    BARRIER_BROKEN     /* for good, or until it is reset */
};

/*
 * It lives where its owner puts it, and must neither move nor go away while
 * somebody waits.
 */
struct barrier {
    struct condition condition; /* notified when the state changes */
    long parties;               /* who have to come */
    long count;                 /* who are in it */
    enum barrier_state state;
};

/* asyncio.Barrier(parties). With less than 1, waiting is an error_value. */
struct barrier barrier_new(long parties);

/* It goes away: aborts if somebody waits. Need not be called; NULL is fine. */
void barrier_free(struct barrier *barrier);

/*
 * await barrier.wait(): waits until all have come. Its result is a number,
 * from 0 to parties - 1, different for each of a round. Fails with
 * error_broken_barrier, if it is aborted, or reset before all have come; and
 * as condition_wait().
 */
struct barrier_wait {
    struct coroutine co;
    void *result;
    struct barrier *barrier;
    bool inside;
    long index;
    struct condition_acquire acquire;
    struct condition_wait_for wait;
};
struct barrier_wait barrier_wait(struct barrier *barrier);

/*
 * await barrier.reset(): who waits fails, and then it is as new.
 * await barrier.abort(): who waits fails, and all who will, until a reset.
 */
struct barrier_reset {
    struct coroutine co;
    void *result;
    struct barrier *barrier;
    struct condition_acquire acquire;
};
struct barrier_reset barrier_reset(struct barrier *barrier);

struct barrier_abort {
    struct coroutine co;
    void *result;
    struct barrier *barrier;
    struct condition_acquire acquire;
};
struct barrier_abort barrier_abort(struct barrier *barrier);

/* Who wait until all have come: barrier.n_waiting */
long barrier_n_waiting(const struct barrier *barrier);

/* barrier.broken */
bool barrier_broken(const struct barrier *barrier);

#endif
