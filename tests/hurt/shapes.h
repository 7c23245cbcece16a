/*
 * shapes.h - which stages are run, and over which small crawls.
 */
#ifndef TESTS_HURT_SHAPES_H
#define TESTS_HURT_SHAPES_H

#include <stdbool.h>
#include <stddef.h>

/* One way to run one stage. */
struct variant {
    const char *name; /* NULL ends the table */
    const char *program;
    const char *argument; /* one more, or NULL */
    bool spins;           /* it burns a processor, and is meant to */
};
extern const struct variant variants[];

/* A crawl that is over in a moment. */
struct shape {
    const char *name;         /* NULL ends the table */
    const char *arguments[8]; /* see shape_argument() */
    bool waits;               /* most of it is waiting */
    bool names;               /* looked up, each by a thread of its own */
    bool follows;             /* pages become known by links of others */
    bool stale;               /* a longer manifest is there before it */
    bool no_stdin;            /* stdin is closed */
    bool all_outputs;         /* JSON on stdout, and every file there is */
};
extern const struct shape shapes[];

/*
 * An argument with {site}, {port}, {dir} and {timeout} in it replaced, the last
 * one by what a page may take. The caller frees.
 */
char *shape_argument(const char *argument, const char *site, const char *dir);

#endif
