/*
 * race_files.c - see race_files.h. JSON is in race_files_json.c.
 */
#include "race_files.h"

#include "race_arguments.h"
#include "race_files_json.h"
#include "race_trace.h"

#include "common/csv.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- CSV ---- */

/* Lines that begin with "#": gnuplot and pandas know them as comments. */
static void csv_header(FILE *file, const struct race *race,
                       const struct machine *machine, const char *command)
{
    const struct race_options *options = &race->options;
    char site[80];

    race_describe_site(race, site, sizeof site);
    fprintf(file, "# command: %s\n# site: %s\n# concurrency: %zu\n", command,
            site, options->concurrency);
    fprintf(file, "# runs: %zu, interleaved\n", options->runs);
    machine_write_header(file, machine);
}

static void csv_run(FILE *file, const struct entrant *entrant, size_t run)
{
    const struct run *this_run = &entrant->runs[run];

    csv_text(file, entrant->label);
    fprintf(file, ",%zu,%zu,", entrant->concurrency, run + 1);
    csv_text(file, this_run->state == RUN_GOOD ? "ok" : this_run->problem);
    for (int f = 0; f < FIGURES; f++)
        csv_number(file, this_run->figure[f]);
    fprintf(file, ",%s,%s\n", entrant->python != NULL ? entrant->python : "",
            this_run->digest);
}

/* Rows in the order in which they ran: A B C, A B C. */
static void write_csv(FILE *file, const struct race *race,
                      const struct machine *machine, const char *command)
{
    csv_header(file, race, machine, command);
    fputs("entrant,concurrency,run,result", file);
    for (int f = 0; f < FIGURES; f++)
        fprintf(file, ",%s", figure_name(f));
    fputs(",python_s,digest\n", file);
    for (size_t run = 0; run < race->options.runs; run++)
        for (size_t i = 0; i < race->entrant_count; i++)
            if (race->entrants[i].runs[run].state != RUN_NOT_TRIED)
                csv_run(file, &race->entrants[i], run);
}

static void timeline_rows(FILE *file, const char *label, const char *path)
{
    struct trace trace;

    if (trace_read(&trace, path) != NULL)
        return;
    for (size_t i = 0; i < trace.count; i++) {
        const struct trace_row *row = &trace.rows[i];
        csv_text(file, label);
        fprintf(file, ",%zu,", i + 1);
        csv_text(file, trace_page_name(row->url));
        fputc(',', file);
        csv_text(file, row->worker);
        for (int m = 0; m < MOMENTS; m++)
            csv_number(file, row->at[m]);
        fputc(',', file);
        csv_text(file, row->outcome);
        fputs(",,\n", file);
    }
    trace_free(&trace);
}

static double rounded(double share)
{
    return floor(100 * share + 0.5) / 100;
}

/* Rows of no page: 0 to 3.2 s, 0.99 cores. Like steps are one row. */
static void activity_rows(FILE *file, const char *label,
                          const struct activity *activity)
{
    for (size_t first = 0, i = 0; i < activity->count; first = i) {
        double running = rounded(activity->steps[first].running);
        double ready = rounded(activity->steps[first].ready);
        while (i < activity->count &&
               rounded(activity->steps[i].running) == running &&
               rounded(activity->steps[i].ready) == ready)
            i++;
        csv_text(file, label);
        fprintf(file, ",0,,,%.3f,,,,,%.3f,,%.2f,%.2f\n",
                activity->steps[first].begin, activity->steps[i - 1].end,
                running, ready);
    }
}

static void write_timeline_csv(FILE *file, const struct race *race,
                               const struct machine *machine,
                               const char *command)
{
    csv_header(file, race, machine, command);
    fputs("entrant,row,page,worker", file);
    for (int m = 0; m < MOMENTS; m++)
        fprintf(file, ",%s", moment_name(m));
    fputs(",outcome,running,ready\n", file);
    for (size_t i = 0; i < race->entrant_count; i++) {
        ptrdiff_t run = entrant_median_run(race, &race->entrants[i]);
        char path[RACE_PATH_MAX];
        if (run < 0)
            continue;
        race_trace_path(race, i, (size_t)run, path, sizeof path);
        timeline_rows(file, race->entrants[i].label, path);
        activity_rows(file, race->entrants[i].label,
                      &race->entrants[i].runs[run].activity);
    }
}

/* ---- files ---- */

static int cannot_write(const char *path)
{
    fprintf(stderr, "race: cannot write %s: %s\n", path, strerror(errno));
    return -1;
}

typedef void writer(FILE *file, const struct race *race,
                    const struct machine *machine, const char *command);

static int write_file(const char *path, writer *write, const struct race *race,
                      const struct machine *machine, const char *command)
{
    if (path == NULL)
        return 0;
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return cannot_write(path);
    write(file, race, machine, command);
    int broken = ferror(file);
    if (fclose(file) != 0 || broken)
        return cannot_write(path);
    return 0;
}

static int copy(FILE *from, FILE *to)
{
    char data[8192];
    size_t size;

    while ((size = fread(data, 1, sizeof data, from)) > 0)
        if (fwrite(data, 1, size, to) < size)
            return -1;
    return ferror(from) ? -1 : 0;
}

/* DIR/04-busy-wait-c10.csv: the label without what a file name is not. */
static void kept_path(const struct race *race, const char *label, char *path,
                      size_t size)
{
    size_t length = (size_t)snprintf(path, size, "%s/", race->options.traces);

    for (; *label != '\0' && length + 5 < size; label++) {
        if (label[0] == ' ')
            continue; /* " -c 10" becomes "-c10" */
        path[length++] = *label == '/' ? '_' : *label;
    }
    snprintf(path + length, size - length, ".csv");
}

static int keep_trace(const struct race *race, size_t entrant)
{
    ptrdiff_t run = entrant_median_run(race, &race->entrants[entrant]);
    char from_path[RACE_PATH_MAX], to_path[RACE_PATH_MAX];

    if (run < 0)
        return 0;
    race_trace_path(race, entrant, (size_t)run, from_path, sizeof from_path);
    kept_path(race, race->entrants[entrant].label, to_path, sizeof to_path);
    FILE *from = fopen(from_path, "re");
    if (from == NULL)
        return 0; /* it wrote none */
    FILE *to = fopen(to_path, "we");
    int result = to != NULL ? copy(from, to) : -1;
    if (to != NULL && fclose(to) != 0)
        result = -1;
    fclose(from);
    return result == 0 ? 0 : cannot_write(to_path);
}

int race_files_write(const struct race *race, const struct machine *machine,
                     const char *command)
{
    const struct race_options *options = &race->options;
    int result = write_file(options->csv, write_csv, race, machine, command);

    if (write_file(options->json, race_write_json, race, machine, command) < 0)
        result = -1;
    if (write_file(options->timeline_csv, write_timeline_csv, race, machine,
                   command) < 0)
        result = -1;
    for (size_t i = 0; options->traces != NULL && i < race->entrant_count; i++)
        if (keep_trace(race, i) < 0)
            result = -1;
    return result;
}
