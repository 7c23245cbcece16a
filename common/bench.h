/*
 * bench.h - what programs that measure have in common: how often, the show of
 * progress, quartiles, and the head of what they write.
 *
 * They measure in rounds, everything once in each round, A B C and again
 * A B C, so that a machine that grows hot or busy meanwhile is so for all.
 */
#ifndef COMMON_BENCH_H
#define COMMON_BENCH_H

#include <stdbool.h>
#include <stddef.h>

/* What such a program can be told. */
struct bench_options {
    const char *program;
    const char *help;    /* the text of --help */
    size_t quick_rounds; /* with --quick; 0: there is no --quick */
    bool has_stages;     /* there is --stages=DIR */

    size_t rounds; /* before reading: those without --rounds and --quick */
    bool quick;
    const char *stages; /* as it was before if it is not given */
};

enum { BENCH_GO_ON = -1 };

/*
 * Reads --rounds=N (1 to 1000), --quick, --stages=DIR and --help, as far as
 * they are known here. Returns BENCH_GO_ON; or the exit status of the
 * program, all being said: 0 after --help, 2 for bad usage.
 */
int bench_read_options(struct bench_options *options, int argc, char **argv);

/* As many descriptors as we may have. */
void bench_raise_descriptor_limit(void);

/* On a terminal, which round it is and what is measured (NULL: not said). */
void bench_show_round(size_t round, size_t rounds, const char *what);
void bench_show_end(void);

/* Sorts them, so that the smallest is first. */
void bench_sort(double *values, size_t count);

/* Of sorted values, at least one: that below which `quarters` fourths lie. */
double bench_quartile(const double *sorted, size_t count, size_t quarters);

/* The first lines of a CSV file on stdout: the command, and the rounds. */
void bench_write_command(const char *command, size_t rounds);

/* A cell for each quartile, with a comma before it; empty for no values. */
void bench_write_quartiles(const double *sorted, size_t count);

#endif
