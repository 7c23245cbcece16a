/*
 * tries.h - which runs there are: for each crawl every way to hurt it.
 */
#ifndef TESTS_HURT_TRIES_H
#define TESTS_HURT_TRIES_H

#include "failures.h"
#include "judge.h"
#include "runs.h"

struct tries_options {
    unsigned every;  /* only every so many of the points: 1 is all */
    unsigned pairs;  /* of failures by chance, for each crawl */
    unsigned seed;   /* of that chance */
    run_over *whole; /* called with runs that nothing happens to */
    run_over *hurt;  /* with the others; `about` is their struct point */
};

/* Whether this crawl is to be tried. */
typedef bool crawl_wanted(const struct variant *variant,
                          const struct shape *shape);

/*
 * Runs the crawls as they are, each shape's first one alone, and counts their
 * calls; then each crawl with each failure at each place, with all the storms,
 * and with pairs of failures.
 */
void tries_make(const struct tries_options *options, crawl_wanted *wanted);

/* After all runs are over. */
void tries_end(void);

/*
 * What judge() needs for such orders, if they are one failure's, in a static
 * buffer; else NULL.
 */
const struct point *tries_point(const char *orders);

#endif
