/*
 * race_options.h - the command line of the race.
 */
#ifndef COMMON_RACE_OPTIONS_H
#define COMMON_RACE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RACE_MAX_RUNS = 1000, RACE_MAX_PAGES = 1000000 };

struct race_options {
    size_t runs;         /* rounds in which every entrant runs once */
    size_t pages;        /* of the practice site */
    const char *latency; /* of the practice site, as typed */
    int64_t latency_ns;
    size_t concurrency;  /* pages in flight at most */
    const char *timeout; /* for one page, as typed; NULL: the stages' own */
    int64_t limit_ns;    /* for one run, then it is killed */
    bool follow;         /* give one URL, let them find the others */
    const char *only;    /* names of the entrants wanted, or NULL for all */
    const char *stages;  /* where the stages are, or NULL: beside the race */
    const char *site;    /* the site program, or NULL: `site` in the same */
    const char **urls;   /* a site of the user's, instead of ours; owned */
    size_t url_count;
    bool timeline;
    const char *json; /* files to write, or NULL */
    const char *csv;
    const char *timeline_csv;
    const char *traces;     /* a directory for traces, or NULL */
    char **command;         /* the user's own program: tail of argv, or NULL */
    const char *experiment; /* run this in place of a race, or NULL */
    bool quick;             /* a small variant of it */
    const char *page_size;  /* of the practice site; NULL: the site's own */
    size_t processes;       /* what entrants get as --processes; 0: nothing */
    bool untraced;          /* they need not write a trace */
    bool syscalls;          /* are counted, if that is allowed */
    bool quiet;
    bool verbose;
};

enum { RACE_GO_ON = -1 };

/*
 * Reads the command line. Returns RACE_GO_ON and the caller frees with
 * race_options_free(); or the exit status of the program, all being said: 0
 * after --help and --version, 2 for bad usage, 1 without memory (a message
 * on stderr). Files to be written are opened once, so that a race is not
 * measured in vain; what they hold stays until the race is over.
 */
int race_options_read(struct race_options *options, int argc, char **argv);

void race_options_free(struct race_options *options);

/* Whether it is the race of the articles: ten pages, 450 ms, ten at once. */
bool race_options_are_the_articles(const struct race_options *options);

/*
 * Says on stderr what is wrong, as printf() would, and where to find help.
 * Returns 2, the exit status of bad usage.
 */
int race_bad_usage(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
