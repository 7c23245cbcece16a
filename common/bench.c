/*
 * bench.c - see bench.h.
 */
#include "bench.h"

#include "csv.h"
#include "units.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

int bench_read_rounds(const char *program, const char *text, size_t *rounds)
{
    uint64_t count;

    if (units_count(text, &count) < 0 || count < 1 || count > 1000) {
        fprintf(stderr, "%s: --rounds=%s: give a whole number from 1 to 1000\n",
                program, text);
        return -1;
    }
    *rounds = (size_t)count;
    return 0;
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
