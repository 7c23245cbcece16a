/*
 * report.h - what a crawl says: a line per page as it ends, progress, and at
 * the end the summary, the JSON object, the manifest, the trace and exports.
 *
 * stdout carries results, stderr carries talk. Whatever stdout is taken for
 * (--json, --manifest=-), the page lines and the summary make way for it.
 */
#ifndef COMMON_REPORT_H
#define COMMON_REPORT_H

#include "frontier.h"
#include "options.h"
#include "outputs.h"

#include <stdint.h>
#include <stdio.h>

struct report {
    const struct stage *stage;
    const struct options *options;
    struct outputs outputs;
    FILE *lines; /* page lines and summary go here, or NULL */
    int64_t start_ns;
    int64_t start_wall_ns; /* the same moment, in nanoseconds since 1970 */
    int64_t next_progress_ns;
    bool progress_shown; /* a progress line stands on the terminal */
    int lines_error;     /* errno of the first line that was not written */
    size_t failed;       /* pages that ended otherwise than ok */
};

/* The figures that only the stage knows. */
struct report_figures {
    size_t workers; /* processes, threads, loops */
    uint64_t waits; /* returns from a wait for many pages at once */
    uint64_t retries;
    long workers_rss_kib; /* peak memory of worker processes, added up */
};

/*
 * Opens the files that the options name, so that one that cannot be written
 * is noticed before anything is fetched; what stands in them is kept till
 * report_close(). Returns 0, or -1 with errno, after a message on stderr.
 */
int report_open(struct report *report, const struct stage *stage,
                const struct options *options);

/* A page has its outcome: its line, if lines are wanted. */
void report_page(struct report *report, const struct page *page);

/* Progress on stderr, ten times a second at most, if that is a terminal. */
void report_progress(struct report *report, const struct frontier *frontier);

/*
 * Writes all that is due at the end. Every page of the frontier has its
 * outcome. Returns 0, or -1 after a message on stderr: something could not be
 * written.
 */
int report_close(struct report *report, struct frontier *frontier,
                 const struct report_figures *figures);

/*
 * For a crawl that never began: closes the files, and removes those that were
 * not there before.
 */
void report_abandon(struct report *report);

#endif
