/*
 * race_figures.c - names, medians and spreads of what was measured.
 */
#include "race.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this many runs a quartile is one of the runs in disguise. */
enum { RUNS_FOR_QUARTILES = 8 };

const char *figure_name(enum figure figure)
{
    static const char *const names[FIGURES] = {
        [FIGURE_WALL] = "wall_s",
        [FIGURE_INSIDE_WALL] = "inside_wall_s",
        [FIGURE_USER] = "user_s",
        [FIGURE_SYS] = "sys_s",
        [FIGURE_CORE] = "core_percent",
        [FIGURE_PEAK_KIB] = "peak_kib",
        [FIGURE_WORKERS] = "workers",
        [FIGURE_VOLUNTARY] = "voluntary_switches",
        [FIGURE_INVOLUNTARY] = "involuntary_switches",
        [FIGURE_WAITS] = "waits",
        [FIGURE_RETRIES] = "retries",
        [FIGURE_SYSCALLS] = "syscalls",
        [FIGURE_IN_FLIGHT] = "max_in_flight",
        [FIGURE_PAGES] = "pages",
        [FIGURE_FAILED] = "failed",
        [FIGURE_BYTES] = "bytes",
    };
    return names[figure];
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The value `part` of the way through the sorted ones, between two if so. */
static double quantile(const double *sorted, size_t count, double part)
{
    double place = part * (double)(count - 1);
    size_t below = (size_t)place;

    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] +
           (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

bool race_has_quartiles(const struct race *race)
{
    return race->options.runs >= RUNS_FOR_QUARTILES;
}

struct spread figure_spread(const struct race *race,
                            const struct entrant *entrant, enum figure figure)
{
    double values[RACE_MAX_RUNS];
    size_t count = 0;
    double edge = race_has_quartiles(race) ? 0.25 : 0;

    for (size_t i = 0; i < race->options.runs; i++) {
        const struct run *run = &entrant->runs[i];
        if (run->state == RUN_GOOD && !isnan(run->figure[figure]))
            values[count++] = run->figure[figure];
    }
    if (count == 0)
        return (struct spread){NAN, NAN, NAN};
    qsort(values, count, sizeof values[0], by_value);
    return (struct spread){.low = quantile(values, count, edge),
                           .median = quantile(values, count, 0.5),
                           .high = quantile(values, count, 1 - edge)};
}

ptrdiff_t entrant_median_run(const struct race *race,
                             const struct entrant *entrant)
{
    double median = figure_spread(race, entrant, FIGURE_WALL).median;
    ptrdiff_t best = -1;

    for (size_t i = 0; i < race->options.runs; i++) {
        const struct run *run = &entrant->runs[i];
        if (run->state != RUN_GOOD || run->figure[FIGURE_WALL] > median)
            continue;
        if (best < 0 ||
            run->figure[FIGURE_WALL] > entrant->runs[best].figure[FIGURE_WALL])
            best = (ptrdiff_t)i;
    }
    return best;
}

double entrant_times_faster(const struct race *race,
                            const struct entrant *entrant)
{
    for (size_t i = 0; i < race->entrant_count; i++) {
        const struct entrant *first = &race->entrants[i];
        if (first->path != NULL && strncmp(first->label, "01-", 3) == 0)
            return figure_spread(race, first, FIGURE_WALL).median /
                   figure_spread(race, entrant, FIGURE_WALL).median;
    }
    return NAN;
}

void race_trace_path(const struct race *race, size_t entrant, size_t run,
                     char *path, size_t size)
{
    snprintf(path, size, "%s/trace-%zu-%zu", race->directory, entrant, run);
}

void race_describe_site(const struct race *race, char *text, size_t size)
{
    const struct race_options *options = &race->options;
    const char *follow = options->follow ? ", following links" : "";

    if (options->url_count > 0)
        snprintf(text, size, "%zu URL%s of yours%s", options->url_count,
                 options->url_count == 1 ? "" : "s", follow);
    else
        snprintf(text, size, "%zu page%s, %g ms away%s", options->pages,
                 options->pages == 1 ? "" : "s",
                 (double)options->latency_ns / 1e6, follow);
}
