/*
 * race_timeline.c - see race_timeline.h.
 */
#include "race_timeline.h"

#include "race_arguments.h"
#include "race_trace.h"

#include <math.h>
#include <string.h>

enum {
    NAME_WIDTH = 12,
    BAR_WIDTH = 58,
    MOST_ROWS = 20, /* of one entrant: what fits on a screen */
};

/* What a page may be at, and how it is drawn. */
enum phase {
    PHASE_NONE,
    PHASE_RESOLVE,
    PHASE_CONNECT,
    PHASE_SEND,
    PHASE_WAIT,
    PHASE_READ,
    PHASES
};

static const char *const ascii[PHASES] = {" ", "r", "c", "s", "-", "#"};
static const char *const blocky[PHASES] = {" ", "▗", "▞", "▚", "░", "█"};

static const char *const phase_names[PHASES] = {
    NULL, "resolve", "connect", "send", "first byte", "the rest",
};

/* The phase that a moment ends; a moment that did not happen ends none. */
static enum phase ended_by(enum moment moment)
{
    static const enum phase phases[MOMENTS] = {
        [MOMENT_START] = PHASE_NONE,        [MOMENT_RESOLVED] = PHASE_RESOLVE,
        [MOMENT_CONNECTED] = PHASE_CONNECT, [MOMENT_SENT] = PHASE_SEND,
        [MOMENT_FIRST_BYTE] = PHASE_WAIT,   [MOMENT_DONE] = PHASE_READ,
    };
    return phases[moment];
}

/* How long a page was in each phase within the column [from, to). */
static void phases_within(const struct trace_row *row, double from, double to,
                          double in_phase[PHASES])
{
    double before = row->at[MOMENT_START];
    enum phase next = PHASE_RESOLVE;

    for (int p = 0; p < PHASES; p++)
        in_phase[p] = 0;
    for (int m = MOMENT_RESOLVED; m < MOMENTS; m++) {
        if (isnan(row->at[m]))
            continue;
        /* Broken off: it was still at what came after the last success. */
        enum phase phase = m == MOMENT_DONE ? next : ended_by(m);
        double overlap = fmin(row->at[m], to) - fmax(before, from);
        if (overlap > 0)
            in_phase[phase] += overlap;
        before = row->at[m];
        next = ended_by(m) + 1;
    }
}

/*
 * What to draw in a column: the phase that fills most of it, nothing if it
 * is not half full. A page that is over in less is still seen where it was.
 */
static enum phase phase_of_column(const struct trace_row *row, double from,
                                  double to)
{
    double in_phase[PHASES], total = 0;
    enum phase most = PHASE_NONE;
    double start = row->at[MOMENT_START], done = row->at[MOMENT_DONE];

    phases_within(row, from, to, in_phase);
    for (int p = PHASE_RESOLVE; p < PHASES; p++) {
        total += in_phase[p];
        if (in_phase[p] > in_phase[most])
            most = (enum phase)p;
    }
    bool begins_here = start >= from && start < to;
    if (total * 2 < to - from && !(begins_here && done - start < to - from))
        return PHASE_NONE;
    return most;
}

static void print_row(const struct trace_row *row, double axis,
                      const char *const drawn[PHASES], FILE *out)
{
    const char *name = trace_page_name(row->url);
    bool fits = strlen(name) <= NAME_WIDTH;
    double column = axis / BAR_WIDTH;

    fprintf(out, "%-*.*s%s ", fits ? NAME_WIDTH : NAME_WIDTH - 1,
            fits ? NAME_WIDTH : NAME_WIDTH - 1, name, fits ? "" : "~");
    for (int i = 0; i < BAR_WIDTH; i++)
        fputs(drawn[phase_of_column(row, i * column, (i + 1) * column)], out);
    if (strcmp(row->outcome, "ok") != 0)
        fprintf(out, " %.8s\n", row->outcome);
    else
        fprintf(out, " %.3f\n", row->at[MOMENT_DONE] - row->at[MOMENT_START]);
}

static void print_trace(const struct trace *trace, double axis,
                        const char *const drawn[PHASES], FILE *out)
{
    for (size_t i = 0; i < trace->count && i < MOST_ROWS; i++)
        print_row(&trace->rows[i], axis, drawn, out);
    if (trace->count > MOST_ROWS)
        fprintf(out, "(the first %d of %zu pages)\n", MOST_ROWS, trace->count);
}

/* Reads the trace of the entrant's median run; what is wrong, or NULL. */
static const char *read_median_trace(const struct race *race, size_t entrant,
                                     struct trace *trace)
{
    ptrdiff_t run = entrant_median_run(race, &race->entrants[entrant]);
    char path[RACE_PATH_MAX];

    if (run < 0)
        return "no good run";
    race_trace_path(race, entrant, (size_t)run, path, sizeof path);
    return trace_read(trace, path);
}

/* When the last page of all that are drawn was over. */
static double last_moment(const struct race *race)
{
    double last = 0;

    for (size_t i = 0; i < race->entrant_count; i++) {
        struct trace trace;
        if (read_median_trace(race, i, &trace) != NULL)
            continue;
        for (size_t j = 0; j < trace.count && j < MOST_ROWS; j++)
            last = fmax(last, trace.rows[j].at[MOMENT_DONE]);
        trace_free(&trace);
    }
    return last;
}

static void print_legend(double axis, const char *const drawn[PHASES],
                         FILE *out)
{
    char end[32];

    fputs("\nwho waited for what:", out);
    for (int p = PHASE_RESOLVE; p < PHASES; p++)
        fprintf(out, "  %s %s", drawn[p], phase_names[p]);
    snprintf(end, sizeof end, "%.3f s", axis);
    fprintf(out, "\n%-*s 0%*s\n", NAME_WIDTH, "page", BAR_WIDTH - 1, end);
}

void race_timeline_print(const struct race *race, bool blocks, FILE *out)
{
    const char *const *drawn = blocks ? blocky : ascii;
    double axis = last_moment(race);

    if (axis > 0)
        print_legend(axis, drawn, out);
    for (size_t i = 0; i < race->entrant_count; i++) {
        struct trace trace;
        const char *wrong = read_median_trace(race, i, &trace);
        fprintf(out, "\n%s%s%s\n", race->entrants[i].label,
                wrong != NULL ? ": " : "", wrong != NULL ? wrong : "");
        if (wrong != NULL)
            continue;
        print_trace(&trace, axis, drawn, out);
        trace_free(&trace);
    }
}
