/*
 * failures.h - how a call can fail, and what a crawl may come to by that.
 */
#ifndef TESTS_HURT_FAILURES_H
#define TESTS_HURT_FAILURES_H

/* When it fails: the n-th time alone, from then on, about every other time. */
enum failure_mode { MODE_ONCE = 1, MODE_ON = 2, MODE_OFTEN = 4 };

/*
 * What else may happen than nothing at all, which is always fine. A page that
 * is hurt has one of the failure's outcomes; a single failure hurts one page
 * at most, unless more is allowed here.
 */
enum may {
    MAY_PAGES = 1,   /* pages are hurt */
    MAY_ALL = 2,     /* even one failure may hurt all of them, or one */
    MAY_FLIGHT = 4,  /* or all that were in flight */
    MAY_STOP = 8,    /* the crawl does not begin, and leaves no file */
    MAY_USAGE = 16,  /* in which case it may be bad usage: exit status 2 */
    MAY_REPORT = 32, /* not all of the report is written, and that is said */
    MAY_FIRST = 64,  /* the first can hurt pages, the others only mean fewer */
    MUST_SAY = 128,  /* so it is, and the exit status must not be 0 */
};

struct failure {
    const char *call;     /* as hurt.h has it; NULL ends the table */
    const char *what;     /* an errno, or what hurt.c knows beside */
    unsigned modes;       /* of enum failure_mode */
    unsigned may;         /* of enum may */
    const char *outcomes; /* of pages that are hurt: "reset timeout" */
    const char *with; /* what else must fail so that it is called, or NULL */
};

extern const struct failure failures[];

/* Many calls fail at once, in the same run, and nothing may come of it. */
struct storm {
    const char *name;
    const char *orders; /* for $HURT */
};

extern const struct storm storms[];

#endif
