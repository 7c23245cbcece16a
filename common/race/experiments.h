/*
 * experiments.h - what is measured for the plots, as a table.
 *
 * An experiment races some entrants over one scene after another, in which
 * one quantity, x, has another value each time; or it has another program
 * measure something, which prints CSV itself.
 */
#ifndef COMMON_RACE_EXPERIMENTS_H
#define COMMON_RACE_EXPERIMENTS_H

#include <stdbool.h>
#include <stddef.h>

/* What is raced over: the practice site, and what is asked of it. */
struct scene {
    const char *x;       /* the value of what varies; NULL ends a list */
    size_t pages;        /* of the site */
    const char *latency; /* how far away they are */
    const char *size;    /* of a page; NULL: the site's own */
    size_t concurrency;  /* pages in flight at most */
    size_t processes;    /* what the entrants get as --processes; 0: nothing */
    bool follow;         /* they are given the first page alone */
};

/*
 * Who races: a program and what it is given. "-c N" is for who has another
 * number of pages in flight than the scene, else that is the scene's.
 */
struct contender {
    const char *label; /* "05-callbacks --selector=select"; NULL ends a list */
    bool alone;        /* has one page in flight, whatever it is given */
    const char *bound; /* what else may keep it from having more; or NULL */
};

struct experiment {
    const char *name;
    const char *shows; /* one sentence */

    /* A race: every contender in every scene. */
    const char *quantity; /* what x is; NULL: it is no race */
    const char *note;     /* what else a reader of the data must know */
    const struct contender *contenders;
    const struct scene *scenes;
    const struct scene *quick; /* to see that it works */
    size_t runs;
    size_t long_runs; /* of who takes EXPERIMENT_LONG_S or longer for one */
    double limit_s;   /* who takes longer for one run cannot go there */
    bool syscalls;    /* are counted */

    /*
     * Or a program: its words, up to a NULL. "%" in front of a word is the
     * directory of the programs, "@" behind one is the file, which the program
     * writes when it is over; if no word names it, it is what it prints.
     */
    const char *const *program;
    const char *const *quick_program;
    const char *needs; /* without this, as above, there is nothing to measure */
};

#define EXPERIMENT_LONG_S 2.0

/* All there are, in the order in which they are run; a NULL name is the end. */
extern const struct experiment experiments[];

/* The experiment of that name, or NULL. */
const struct experiment *experiment_find(const char *name);

#endif
