/*
 * judge.h - whether a run came to what it may come to.
 */
#ifndef TESTS_HURT_JUDGE_H
#define TESTS_HURT_JUDGE_H

#include "failures.h"
#include "runs.h"

/* A way for a run to be hurt; NULL in its place: it was not. */
struct point {
    const struct failure *failure;
    enum failure_mode mode;
};

/*
 * Keeps the run, which was not hurt, as what the others of its shape are held
 * against, if it is the first of them. Returns as judge() does.
 */
const char *judge_whole(const struct run *run);

/*
 * Returns NULL, or what is wrong with the run, in a static buffer. `point` is
 * NULL for a run in which nothing may go wrong, whatever fails.
 */
const char *judge(const struct run *run, const struct point *point);

#endif
