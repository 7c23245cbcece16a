/*
 * race.h - what the race knows: who runs, each run, and its figures.
 *
 * A stage is an executable that keeps the contract of a stage, nothing more:
 * no file of the race includes anything of theirs.
 */
#ifndef COMMON_RACE_H
#define COMMON_RACE_H

#include "race_activity.h"
#include "race_manifests.h"
#include "race_options.h"
#include "race_site.h"

#include <stdbool.h>
#include <stddef.h>

/* What is measured of one run, as numbers; NAN for what is not known. */
enum figure {
    FIGURE_WALL,        /* seconds from fork() to the end, as seen by us */
    FIGURE_INSIDE_WALL, /* seconds as the child itself has them */
    FIGURE_USER,        /* CPU seconds of the child and its children */
    FIGURE_SYS,
    FIGURE_CORE,     /* CPU time as per cent of the wall time of one core */
    FIGURE_PEAK_KIB, /* memory: the peaks of all its processes */
    FIGURE_WORKERS,  /* processes or threads */
    FIGURE_VOLUNTARY,
    FIGURE_INVOLUNTARY, /* context switches */
    FIGURE_WAITS,       /* returns from the blocking wait */
    FIGURE_RETRIES,     /* calls that answered "not yet" */
    FIGURE_SYSCALLS,    /* if they are counted */
    FIGURE_IN_FLIGHT,   /* pages at once, at most */
    FIGURE_PAGES,
    FIGURE_FAILED,
    FIGURE_BYTES,
    FIGURES
};

enum run_state { RUN_NOT_TRIED, RUN_GOOD, RUN_BAD };

struct run {
    enum run_state state;
    bool overdue;      /* it was killed when its time was up */
    char problem[600]; /* of a bad run: what went wrong, one line or more */
    double figure[FIGURES];
    char digest[24];    /* as the child's JSON has it */
    ptrdiff_t manifest; /* which of the different ones, -1 for none */
    struct activity activity; /* with --timeline-csv: what it did meanwhile */
};

/* One program in one configuration: a row of the table. */
struct entrant {
    char *label;        /* "04-busy-wait -c 1": its name everywhere */
    char *path;         /* of a stage, or NULL: options.command is run */
    size_t concurrency; /* what it gets as -c */
    char option[48];    /* what else, or "" */
    const char *python; /* seconds the articles' program took, or NULL */
    struct run *runs;   /* options.runs of them */
};

struct race {
    struct race_options options;
    struct entrant *entrants;
    size_t entrant_count;
    struct manifests manifests;
    char *directory; /* our temporary files; NULL while there is none */
    struct race_site site;
    char **urls; /* what an entrant is given, one by one; owned */
    size_t url_count;
    bool over;  /* nobody runs any more: a signal, or the site died */
    bool wrong; /* not all was well: exit 1 */
};

/* The middle and the spread of a figure over an entrant's good runs. */
struct spread {
    double low;
    double median;
    double high;
};

/* The figure's name in CSV and JSON: "wall_s". Static text. */
const char *figure_name(enum figure figure);

/*
 * Smallest, median and largest of a figure over the good runs; quartiles in
 * place of the ends where race_has_quartiles(). All NAN if there are none.
 */
struct spread figure_spread(const struct race *race,
                            const struct entrant *entrant, enum figure figure);

/* Whether there are runs enough for quartiles to mean something. */
bool race_has_quartiles(const struct race *race);

/*
 * The good run whose wall time is the median, the lower one of two; -1 if
 * there is no good run. Its trace is the one to look at.
 */
ptrdiff_t entrant_median_run(const struct race *race,
                             const struct entrant *entrant);

/*
 * Wall time of stage 01 over the entrant's; NAN without either. Medians of
 * one interleaved race: a drift of the machine hits both.
 */
double entrant_times_faster(const struct race *race,
                            const struct entrant *entrant);

/*
 * Writes where the trace of a run is, or would be, into `path`.
 */
void race_trace_path(const struct race *race, size_t entrant, size_t run,
                     char *path, size_t size);

/* "10 pages, 450 ms away" or "2 URLs": what was raced over. */
void race_describe_site(const struct race *race, char *text, size_t size);

#endif
