/*
 * race_table.c - see race_table.h.
 *
 * Twelve figures for each entrant do not fit into 80 columns, so the table
 * has two bands over the same rows: what it took, and what it cost.
 */
#include "race_table.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CELL = 24, TABLE_WIDTH = 80 };

/* A number of seconds, per cents and so on; "-" if it is not known. */
static const char *decimal(char *cell, double number, int digits,
                           const char *unit)
{
    if (isnan(number))
        return "-";
    snprintf(cell, CELL, "%.*f%s", digits, number, unit);
    return cell;
}

/* A count in at most five characters: 9999, 12.3k, 3.1M, 45.0M. */
static const char *count(char *cell, double number)
{
    static const char units[] = "kMGT";

    if (isnan(number))
        return "-";
    if (number < 9999.5) {
        snprintf(cell, CELL, "%.0f", number);
        return cell;
    }
    size_t unit = 0;
    number /= 1000;
    while (number >= 999.5 && units[unit + 1] != '\0') {
        number /= 1000;
        unit++;
    }
    snprintf(cell, CELL, "%.*f%c", number < 99.95 ? 1 : 0, number, units[unit]);
    return cell;
}

static double median(const struct race *race, const struct entrant *entrant,
                     enum figure figure)
{
    return figure_spread(race, entrant, figure).median;
}

/* "0.452 - 0.460": the ends of the spread. */
static const char *range(char *cell, struct spread spread)
{
    if (isnan(spread.low))
        return "-";
    snprintf(cell, CELL, "%.3f - %.3f", spread.low, spread.high);
    return cell;
}

/* "10/10": the pages with an answer in the worst run, of those there were. */
static const char *pages(char *cell, const struct race *race,
                         const struct entrant *entrant)
{
    const struct race_options *options = &race->options;
    double good = INFINITY, all = NAN;

    for (size_t i = 0; i < options->runs; i++) {
        const double *figure = entrant->runs[i].figure;
        if (entrant->runs[i].state == RUN_NOT_TRIED ||
            isnan(figure[FIGURE_PAGES]) || isnan(figure[FIGURE_FAILED]))
            continue;
        good = fmin(good, figure[FIGURE_PAGES] - figure[FIGURE_FAILED]);
        all = fmax(all, figure[FIGURE_PAGES]);
    }
    if (isnan(all))
        return "-";
    if (options->url_count == 0 && !options->follow)
        all = (double)options->pages;
    snprintf(cell, CELL, "%.0f/%.0f", good, all);
    return cell;
}

/* The figures stand in columns even beside a stage 04 with -c 10000. */
static int name_width(const struct race *race)
{
    size_t width = 18;

    for (size_t i = 0; i < race->entrant_count; i++) {
        size_t length = strlen(race->entrants[i].label);
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_time_row(const struct race *race,
                           const struct entrant *entrant, FILE *out)
{
    struct spread wall = figure_spread(race, entrant, FIGURE_WALL);
    char cells[4][CELL];

    fprintf(out, "%-*s %9s  %17s %9s %11s", name_width(race), entrant->label,
            decimal(cells[0], wall.median, 3, ""), range(cells[1], wall),
            decimal(cells[2], entrant_times_faster(race, entrant), 1, "x"),
            pages(cells[3], race, entrant));
    if (entrant->python != NULL)
        fprintf(out, "  %9s", entrant->python);
    fputc('\n', out);
}

static void print_time_band(const struct race *race, FILE *out)
{
    bool python = race_options_are_the_articles(&race->options);

    fprintf(out, "%-*s %9s  %17s %9s %11s%s\n", name_width(race),
            "what it took", "wall s",
            race_has_quartiles(race) ? "quartiles" : "min - max", "faster",
            "pages ok", python ? "   Python s" : "");
    for (size_t i = 0; i < race->entrant_count; i++)
        print_time_row(race, &race->entrants[i], out);
}

/* Memory in MiB, with a fraction as long as there is room for one. */
static const char *mebibytes(char *cell, double kib)
{
    return decimal(cell, kib / 1024, kib < 999.95 * 1024 ? 1 : 0, "");
}

static void print_cost_row(const struct race *race,
                           const struct entrant *entrant, FILE *out)
{
    char cells[9][CELL];

    fprintf(out, "%-*s %6s %6s %5s %5s %7s %6s %6s %5s %7s\n", name_width(race),
            entrant->label,
            decimal(cells[0], median(race, entrant, FIGURE_USER), 3, ""),
            decimal(cells[1], median(race, entrant, FIGURE_SYS), 3, ""),
            decimal(cells[2], median(race, entrant, FIGURE_CORE), 0, "%"),
            mebibytes(cells[3], median(race, entrant, FIGURE_PEAK_KIB)),
            count(cells[4], median(race, entrant, FIGURE_WORKERS)),
            count(cells[5], median(race, entrant, FIGURE_VOLUNTARY)),
            count(cells[6], median(race, entrant, FIGURE_INVOLUNTARY)),
            count(cells[7], median(race, entrant, FIGURE_WAITS)),
            count(cells[8], median(race, entrant, FIGURE_RETRIES)));
}

static void print_cost_band(const struct race *race, FILE *out)
{
    fprintf(out, "%-*s %6s %6s %5s %5s %7s %13s\n", name_width(race), "",
            "CPU s", "CPU s", "of a", "peak", "procs,", "ctx switches");
    fprintf(out, "%-*s %6s %6s %5s %5s %7s %6s %6s %5s %7s\n", name_width(race),
            "what it cost", "user", "sys", "core", "MiB", "threads", "own",
            "forced", "waits", "retries");
    for (size_t i = 0; i < race->entrant_count; i++)
        print_cost_row(race, &race->entrants[i], out);
}

static size_t runs_of_state(const struct race *race, enum run_state state)
{
    size_t runs = 0;

    for (size_t i = 0; i < race->entrant_count; i++)
        for (size_t j = 0; j < race->options.runs; j++)
            runs += race->entrants[i].runs[j].state == state;
    return runs;
}

static void print_agreement(const struct race *race, FILE *out)
{
    const struct manifests *manifests = &race->manifests;

    if (manifests->count > 1) {
        fprintf(out, "%zu DIFFERENT MANIFESTS: see below\n", manifests->count);
        return;
    }
    if (manifests->count == 0)
        return;
    const struct manifest *one = &manifests->list[0];
    fprintf(out, "one manifest: %zu page%s, digest %016" PRIx64, one->lines,
            one->lines == 1 ? "" : "s", one->digest);
    if (one->runs > 1)
        fprintf(out, ", the same in all %zu runs", one->runs);
    fputc('\n', out);
}

/*
 * What is too long for the table, many flags above all, is cut: --csv and
 * --json have all of it.
 */
static void print_cut(const char *line, FILE *out)
{
    bool fits = strlen(line) <= TABLE_WIDTH;

    fprintf(out, "%.*s%s\n", fits ? TABLE_WIDTH : TABLE_WIDTH - 3, line,
            fits ? "" : "...");
}

static void print_parameters(const struct race *race,
                             const struct machine *machine, FILE *out)
{
    const struct race_options *options = &race->options;
    char site[80], line[512];

    race_describe_site(race, site, sizeof site);
    fprintf(out, "race: %s, %zu at a time; %zu run%s each, in turn\n", site,
            options->concurrency, options->runs, options->runs == 1 ? "" : "s");
    snprintf(line, sizeof line, "machine: %s; %s", machine->cpu,
             machine->kernel);
    print_cut(line, out);
    snprintf(line, sizeof line, "built by: %s, %s", machine->compiler,
             machine->flags);
    print_cut(line, out);
    if (race_options_are_the_articles(options))
        fputs("Python s: what the articles measured, with ten pages of a "
              "site far away\n",
              out);
}

void race_table_print(const struct race *race, const struct machine *machine,
                      FILE *out)
{
    size_t not_tried = runs_of_state(race, RUN_NOT_TRIED);

    print_time_band(race, out);
    fputc('\n', out);
    print_cost_band(race, out);
    fputc('\n', out);
    print_agreement(race, out);
    print_parameters(race, machine, out);
    if (not_tried > 0)
        fprintf(out, "cut short: %zu of %zu runs are missing\n", not_tried,
                race->entrant_count * race->options.runs);
}
