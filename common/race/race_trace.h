/*
 * race_trace.h - reads the trace that a stage wrote: when each page got how
 * far.
 */
#ifndef COMMON_RACE_TRACE_H
#define COMMON_RACE_TRACE_H

#include <stddef.h>

/* The moments of a page, in their order, as the trace's columns have them. */
enum moment {
    MOMENT_START,
    MOMENT_RESOLVED,
    MOMENT_CONNECTED,
    MOMENT_SENT,
    MOMENT_FIRST_BYTE,
    MOMENT_DONE,
    MOMENTS
};

struct trace_row {
    char *url;
    char *worker; /* as it stands there */
    char *outcome;
    char *status;
    char *bytes;
    double at[MOMENTS]; /* seconds since the crawl began; NAN: did not happen */
    size_t place;       /* in the file: decides between equal starts */
    char *line;         /* owns the texts above */
};

struct trace {
    struct trace_row *rows;
    size_t count;
};

/*
 * Reads the CSV file `path` (RFC 4180, but no line ends inside a cell) with
 * the header line url,worker,start,resolved,connected,sent,first_byte,done,
 * outcome,status,bytes, its columns in any order, more of them left out. The
 * rows are sorted by their start, equal ones as in the file. Returns NULL and
 * the caller calls trace_free(); or what went wrong, a static text, and *trace
 * all zero.
 */
const char *trace_read(struct trace *trace, const char *path);

void trace_free(struct trace *trace);

/* "start", "resolved" ...: the column of a moment. */
const char *moment_name(enum moment moment);

/* What stands behind the server in a URL, "/7", or the whole of it. */
const char *trace_page_name(const char *url);

#endif
