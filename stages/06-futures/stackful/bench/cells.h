/*
 * cells.h - everything that is measured: each cell once in a round.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_BENCH_CELLS_H
#define STAGES_06_FUTURES_STACKFUL_BENCH_CELLS_H

#include <stdbool.h>
#include <stddef.h>

enum { CELL_VALUES = 4 };

/* What one round found, or why there is nothing. */
struct finding {
    bool ok;
    double values[CELL_VALUES];
    char note[96]; /* what went wrong, or what else is to be said */
};

struct cell;
typedef void measurement(const struct cell *cell, struct finding *finding);

/* A measurement of one kind; a row for each of its values. */
struct cell {
    measurement *measure;
    const char *kind;               /* "stackless", "own", "thread", ... */
    const char *names[CELL_VALUES]; /* of its values, NULL: no more */
    const char *unit;               /* of all of them */
    int depth;                      /* how deep in its calls it waits, or 0 */
    size_t count;                   /* how many at once, or 0 */
    size_t quick;                   /* the same, when there is little time */
    const char *program;            /* the stage that is measured, or NULL */
    const char *option;             /* what it is given besides, or NULL */
    bool once;                      /* the first round tells all */
};

extern const struct cell cells[];
extern const size_t cell_count;

/* Where the stages are; and whether there is little time. */
extern const char *cells_directory;
extern bool cells_quick;

/* How many at once. */
size_t cell_count_of(const struct cell *cell);

/* Measures, in a process of its own. */
void cell_measure(const struct cell *cell, struct finding *finding);

#endif
