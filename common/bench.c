/*
 * bench.c - see bench.h.
 */
#include "bench.h"

#include "csv.h"
#include "units.h"

#include <getopt.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { OPTION_ROUNDS = 256, OPTION_QUICK, OPTION_STAGES };

static int bad_usage(const struct bench_options *options)
{
    fprintf(stderr, "Try '%s --help'.\n", options->program);
    return 2;
}

static int read_rounds(struct bench_options *options, const char *text)
{
    uint64_t count;

    if (units_count(text, &count) < 0 || count < 1 || count > 1000) {
        fprintf(stderr, "%s: --rounds=%s: give a whole number from 1 to 1000\n",
                options->program, text);
        return bad_usage(options);
    }
    options->rounds = (size_t)count;
    return BENCH_GO_ON;
}

static int take_option(struct bench_options *options, int option, bool *counted)
{
    switch (option) {
    case OPTION_ROUNDS:
        *counted = true;
        return read_rounds(options, optarg);
    case OPTION_QUICK:
        options->quick = true;
        return BENCH_GO_ON;
    case OPTION_STAGES:
        options->stages = optarg;
        return BENCH_GO_ON;
    case 'h':
        return fputs(options->help, stdout) < 0 || fflush(stdout) != 0;
    default: /* getopt_long() has said it */
        return bad_usage(options);
    }
}

/* Those that are known, `known` of them with room for the end. */
static void list_options(const struct bench_options *options,
                         struct option known[5])
{
    *known++ =
        (struct option){"rounds", required_argument, NULL, OPTION_ROUNDS};
    *known++ = (struct option){"help", no_argument, NULL, 'h'};
    if (options->quick_rounds > 0)
        *known++ = (struct option){"quick", no_argument, NULL, OPTION_QUICK};
    if (options->has_stages)
        *known++ =
            (struct option){"stages", required_argument, NULL, OPTION_STAGES};
    *known = (struct option){0};
}

int bench_read_options(struct bench_options *options, int argc, char **argv)
{
    struct option known[5];
    int option, status = BENCH_GO_ON;
    bool counted = false; /* --rounds was given */

    list_options(options, known);
    while (status == BENCH_GO_ON &&
           (option = getopt_long(argc, argv, "h", known, NULL)) != -1)
        status = take_option(options, option, &counted);
    if (status == BENCH_GO_ON && optind < argc) {
        fprintf(stderr, "%s: %s: nothing but options is known here\n",
                options->program, argv[optind]);
        status = bad_usage(options);
    }
    if (options->quick && !counted)
        options->rounds = options->quick_rounds;
    return status;
}

void bench_raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void bench_show_round(size_t round, size_t rounds, const char *what)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\rround %zu of %zu", round + 1, rounds);
    if (what != NULL)
        fprintf(stderr, ": %s", what);
    fputs("\033[K", stderr);
}

void bench_show_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

static int compare(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return one < other ? -1 : one > other;
}

void bench_sort(double *values, size_t count)
{
    if (count > 0) /* of none there may be no array */
        qsort(values, count, sizeof values[0], compare);
}

double bench_quartile(const double *sorted, size_t count, size_t quarters)
{
    return sorted[(count - 1) * quarters / 4];
}

void bench_write_command(const char *command, size_t rounds)
{
    printf("# command: %s\n", command);
    printf("# runs: %zu, interleaved\n", rounds);
}

/* The clock tells no more than two places. */
void bench_write_quartiles(const double *sorted, size_t count)
{
    for (size_t quarters = 1; quarters <= 3; quarters++)
        csv_number(stdout,
                   count > 0
                       ? round(bench_quartile(sorted, count, quarters) * 100) /
                             100
                       : NAN);
}
