/*
 * race_trace.c - see race_trace.h.
 */
#include "race_trace.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COLUMNS = 32 };

/* Texts come first, the moments follow: columns[COLUMN_TIMES + moment]. */
enum {
    COLUMN_URL,
    COLUMN_WORKER,
    COLUMN_OUTCOME,
    COLUMN_STATUS,
    COLUMN_BYTES,
    COLUMN_TIMES,
    COLUMNS = COLUMN_TIMES + MOMENTS
};

const char *moment_name(enum moment moment)
{
    static const char *const names[MOMENTS] = {
        "start", "resolved", "connected", "sent", "first_byte", "done",
    };
    return names[moment];
}

static const char *column_name(int column)
{
    static const char *const names[COLUMN_TIMES] = {"url", "worker", "outcome",
                                                    "status", "bytes"};
    return column < COLUMN_TIMES ? names[column]
                                 : moment_name(column - COLUMN_TIMES);
}

/* Takes the quotes off a cell, in place; returns what follows its end. */
static char *unquote(char *cell)
{
    char *to = cell;
    const char *from = cell + 1;

    while (*from != '\0' && (from[0] != '"' || from[1] == '"')) {
        from += from[0] == '"'; /* two of them mean one */
        *to++ = *from++;
    }
    char *rest = cell + (from - cell) + (*from == '"');
    *to = '\0';
    return rest;
}

/* Cuts a line into cells, in place. Returns how many, 0 if too many. */
static size_t split(char *line, char *cells[MAX_COLUMNS])
{
    size_t count = 0;

    line[strcspn(line, "\r\n")] = '\0';
    while (count < MAX_COLUMNS) {
        char *end;
        cells[count++] = line;
        end = line[0] == '"' ? unquote(line) : line + strcspn(line, ",");
        if (*end != ',')
            return *end == '\0' ? count : 0;
        *end = '\0';
        line = end + 1;
    }
    return 0;
}

/* Sets where[c] to the place of column c in the header line. */
static bool find_columns(char *header, size_t where[COLUMNS])
{
    char *cells[MAX_COLUMNS];
    size_t count = split(header, cells);

    for (int c = 0; c < COLUMNS; c++) {
        where[c] = 0;
        while (where[c] < count && strcmp(cells[where[c]], column_name(c)) != 0)
            where[c]++;
        if (where[c] == count)
            return false;
    }
    return true;
}

/* An empty cell is what did not happen. */
static bool read_time(const char *cell, double *at)
{
    char *end;

    *at = NAN;
    if (cell[0] == '\0')
        return true;
    *at = strtod(cell, &end);
    return *end == '\0' && isfinite(*at);
}

/* Takes over `line` if it returns true. */
static bool read_row(struct trace_row *row, char *line,
                     const size_t where[COLUMNS])
{
    char *cells[MAX_COLUMNS];
    size_t count = split(line, cells);

    for (int c = 0; c < COLUMNS; c++)
        if (where[c] >= count)
            return false;
    *row = (struct trace_row){
        .url = cells[where[COLUMN_URL]],
        .worker = cells[where[COLUMN_WORKER]],
        .outcome = cells[where[COLUMN_OUTCOME]],
        .status = cells[where[COLUMN_STATUS]],
        .bytes = cells[where[COLUMN_BYTES]],
        .line = line,
    };
    for (int m = 0; m < MOMENTS; m++)
        if (!read_time(cells[where[COLUMN_TIMES + m]], &row->at[m]))
            return false;
    return true;
}

static int by_start(const void *a, const void *b)
{
    const struct trace_row *x = a, *y = b;
    double start_x = x->at[MOMENT_START], start_y = y->at[MOMENT_START];

    if (isnan(start_x) || isnan(start_y)) /* never begun: last */
        return isnan(start_x) - isnan(start_y);
    if (start_x != start_y)
        return start_x < start_y ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

static const char *read_rows(struct trace *trace, FILE *file,
                             const size_t where[COLUMNS])
{
    size_t room = 0, capacity = 0;
    char *line = NULL;

    while (getline(&line, &capacity, file) >= 0) {
        if (trace->count == room) {
            room = room == 0 ? 16 : 2 * room;
            struct trace_row *rows = realloc(trace->rows, room * sizeof *rows);
            if (rows == NULL) {
                free(line);
                return "no memory for the trace";
            }
            trace->rows = rows;
        }
        if (!read_row(&trace->rows[trace->count], line, where)) {
            free(line);
            return "a broken row in the trace";
        }
        trace->rows[trace->count].place = trace->count;
        trace->count++;
        line = NULL; /* the row has it */
        capacity = 0;
    }
    free(line);
    return ferror(file) ? "the trace cannot be read" : NULL;
}

const char *trace_read(struct trace *trace, const char *path)
{
    size_t where[COLUMNS], capacity = 0;
    char *header = NULL;
    const char *wrong = NULL;
    FILE *file = fopen(path, "re");

    *trace = (struct trace){0};
    if (file == NULL)
        return "no trace";
    if (getline(&header, &capacity, file) < 0 || !find_columns(header, where))
        wrong = "a trace without the header line of a trace";
    if (wrong == NULL)
        wrong = read_rows(trace, file, where);
    free(header);
    fclose(file);
    if (wrong != NULL)
        trace_free(trace);
    else if (trace->count > 0)
        qsort(trace->rows, trace->count, sizeof trace->rows[0], by_start);
    return wrong;
}

void trace_free(struct trace *trace)
{
    for (size_t i = 0; i < trace->count; i++)
        free(trace->rows[i].line);
    free(trace->rows);
    *trace = (struct trace){0};
}

const char *trace_page_name(const char *url)
{
    const char *server = strstr(url, "://");
    const char *path = server != NULL ? strchr(server + 3, '/') : NULL;

    return path != NULL ? path : url;
}
