/*
 * report.c - see report.h.
 */
#include "report.h"

#include "clock.h"
#include "digest.h"
#include "export_har.h"
#include "export_trace_events.h"
#include "usage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { URL_EXTRA = 128 }; /* bytes of a manifest line besides the URL */

/* ---- beginning ---- */

int report_open(struct report *report, const struct stage *stage,
                const struct options *options)
{
    *report = (struct report){.stage = stage, .options = options};
    if (outputs_open(&report->outputs, stage, options) < 0)
        return -1;
    if (!options->quiet && !options->json)
        report->lines = report->outputs.files[OUTPUT_MANIFEST].file == stdout
                            ? stderr
                            : stdout;
    /* Whoever reads the lines through a pipe wants them as they come. */
    if (report->lines == stdout)
        setvbuf(stdout, NULL, _IOLBF, 0);
    report->start_ns = clock_now_ns();
    report->start_wall_ns = clock_wall_ns();
    return 0;
}

void report_abandon(struct report *report)
{
    outputs_abandon(&report->outputs);
}

/* ---- as the crawl goes on ---- */

static void clear_progress(struct report *report)
{
    if (report->progress_shown)
        fputs("\r\033[K", stderr);
    report->progress_shown = false;
}

/* One line; less than 0, with errno, if it could not be written. */
static int write_page_line(FILE *file, const struct page *page)
{
    const struct page_result *result = &page->result;
    char why[160];

    int64_t start = result->start != 0 ? result->start : result->done;
    double seconds = (double)(result->done - start) / 1e9;
    if (result->outcome == OUTCOME_OK)
        return fprintf(file, "%-9s %3d %9" PRIu64 " %8.3fs  %s\n", "ok",
                       result->status, result->bytes, seconds, page->url);
    page_explain(page, why, sizeof why);
    return fprintf(file, "%-9s   - %9s %8.3fs  %s%s%s%s\n",
                   outcome_name(result->outcome), "-", seconds, page->url,
                   why[0] != '\0' ? " (" : "", why, why[0] != '\0' ? ")" : "");
}

void report_page(struct report *report, const struct page *page)
{
    if (page->result.outcome != OUTCOME_OK)
        report->failed++;
    if (report->lines == NULL)
        return;
    clear_progress(report);
    if (write_page_line(report->lines, page) < 0 && report->lines_error == 0)
        report->lines_error = errno;
}

void report_progress(struct report *report, const struct frontier *frontier)
{
    int64_t now = clock_now_ns();

    if (report->options->quiet || now < report->next_progress_ns)
        return;
    report->next_progress_ns = now + NS_PER_S / 10;
    if (!isatty(STDERR_FILENO)) /* a system call: stage 04 asks a lot */
        return;
    fprintf(stderr, "\r%zu of %zu pages, %zu in flight, %zu failed\033[K",
            frontier->finished, frontier->known, frontier->in_flight,
            report->failed);
    fflush(stderr);
    report->progress_shown = true;
}

/* ---- the manifest ---- */

/* One line without its end, as the digest of the crawl sees it. */
static int manifest_line(char *line, size_t size, const struct page *page)
{
    const struct page_result *result = &page->result;

    if (result->outcome == OUTCOME_OK)
        return snprintf(line, size, "ok %d %" PRIu64 " %016" PRIx64 " %s",
                        result->status, result->bytes, result->digest,
                        page->url);
    return snprintf(line, size, "%s - - - %s", outcome_name(result->outcome),
                    page->url);
}

struct totals {
    size_t pages;
    size_t failed;
    uint64_t bytes;
    uint64_t digest; /* the sum of the lines' digests: free of order */
    uint64_t waits;
    uint64_t retries;
};

static struct totals write_manifest(FILE *file, struct page **pages,
                                    size_t count, char *line, size_t size)
{
    struct totals totals = {.pages = count};

    for (size_t i = 0; i < count; i++) {
        const struct page_result *result = &pages[i]->result;
        int length = manifest_line(line, size, pages[i]);
        totals.digest += digest_add(DIGEST_EMPTY, line, (size_t)length);
        totals.failed += result->outcome != OUTCOME_OK;
        totals.bytes += result->outcome == OUTCOME_OK ? result->bytes : 0;
        totals.waits += result->waits;
        totals.retries += result->retries;
        if (file != NULL)
            fprintf(file, "%s\n", line);
    }
    return totals;
}

/* ---- the trace ---- */

/* A time since the crawl began; nothing for what did not happen. */
static void write_time(FILE *file, const struct report *report, int64_t time)
{
    if (time == 0)
        fputc(',', file);
    else
        fprintf(file, "%.6f,", (double)(time - report->start_ns) / 1e9);
}

/* A URL in normal form holds no quote; a comma needs quotes (RFC 4180). */
static void write_trace_row(FILE *file, const struct report *report,
                            const struct page *page)
{
    const struct page_result *r = &page->result;
    const char *quote = strchr(page->url, ',') != NULL ? "\"" : "";

    fprintf(file, "%s%s%s,", quote, page->url, quote);
    if (r->start != 0)
        fprintf(file, "%d", page->worker);
    fputc(',', file);
    write_time(file, report, r->start);
    write_time(file, report, r->resolved);
    write_time(file, report, r->connected);
    write_time(file, report, r->sent);
    write_time(file, report, r->first_byte);
    write_time(file, report, r->done);
    if (r->outcome == OUTCOME_OK)
        fprintf(file, "ok,%d,%" PRIu64 "\n", r->status, r->bytes);
    else
        fprintf(file, "%s,,\n", outcome_name(r->outcome));
}

static void write_trace(FILE *file, const struct report *report,
                        struct page **pages, size_t count)
{
    fputs("url,worker,start,resolved,connected,sent,first_byte,done,outcome,"
          "status,bytes\n",
          file);
    for (size_t i = 0; i < count; i++)
        write_trace_row(file, report, pages[i]);
}

/* ---- figures ---- */

static void write_json(const struct report *report, const struct totals *totals,
                       const struct frontier *frontier,
                       const struct report_figures *figures, double wall_s)
{
    struct usage usage = usage_now();

    printf("{\"stage\": \"%s\", \"pages\": %zu, \"failed\": %zu, \"bytes\": "
           "%" PRIu64 ", \"digest\": \"%016" PRIx64 "\",\n",
           report->stage->name, totals->pages, totals->failed, totals->bytes,
           totals->digest);
    printf(" \"wall_s\": %.6f, \"user_s\": %.6f, \"sys_s\": %.6f, "
           "\"max_rss_kib\": %ld,\n",
           wall_s, usage.user_s, usage.sys_s,
           usage.max_rss_kib + figures->workers_rss_kib);
    printf(" \"max_in_flight\": %zu, \"workers\": %zu, "
           "\"voluntary_switches\": %ld, \"involuntary_switches\": %ld,\n",
           frontier->max_in_flight, figures->workers, usage.voluntary_switches,
           usage.involuntary_switches);
    printf(" \"waits\": %" PRIu64 ", \"retries\": %" PRIu64 "}\n",
           totals->waits + figures->waits, totals->retries + figures->retries);
}

static void write_summary(const struct report *report,
                          const struct totals *totals, double wall_s)
{
    struct usage usage = usage_now();

    fprintf(report->lines,
            "%zu page%s, %zu failed, %" PRIu64
            " bytes in %.3f s (CPU %.3f s user, %.3f s system)\n",
            totals->pages, totals->pages == 1 ? "" : "s", totals->failed,
            totals->bytes, wall_s, usage.user_s, usage.sys_s);
}

/* ---- the end ---- */

static int by_url(const void *a, const void *b)
{
    const struct page *const *x = a, *const *y = b;

    return strcmp((*x)->url, (*y)->url);
}

/* In the order in which they ended; what never began comes last. */
static int by_done(const void *a, const void *b)
{
    const struct page_result *x = &(*(struct page *const *)a)->result;
    const struct page_result *y = &(*(struct page *const *)b)->result;

    if ((x->done == 0) != (y->done == 0))
        return x->done == 0 ? 1 : -1;
    if (x->done != y->done)
        return x->done < y->done ? -1 : 1;
    return by_url(a, b);
}

/* The lines and what else stdout was taken for; the manifest is seen to. */
static int finish_stdout(const struct report *report)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    int error = report->lines == stdout && report->lines_error != 0
                    ? report->lines_error
                    : errno;
    fprintf(stderr, "%s: cannot write stdout: %s\n", report->stage->name,
            strerror(error));
    return -1;
}

/* Whoever wrote this output returned `written`: 0, or -1 without memory. */
static int finish(struct report *report, enum output which, int written)
{
    if (written < 0)
        fprintf(stderr, "%s: no memory for all of %s\n", report->stage->name,
                output_name(which));
    return outputs_finish(&report->outputs, which) < 0 ? -1 : written;
}

/* What is asked for beside the manifest, each with the pages in its order. */
static int write_files(struct report *report, struct page **pages, size_t count)
{
    const struct output_file *files = report->outputs.files;
    FILE *trace = files[OUTPUT_TRACE].file;
    FILE *har = files[OUTPUT_HAR].file;
    FILE *events = files[OUTPUT_TRACE_EVENTS].file;
    int status = 0;

    if (trace != NULL) {
        qsort(pages, count, sizeof pages[0], by_done);
        write_trace(trace, report, pages, count);
        status |= finish(report, OUTPUT_TRACE, 0);
    }
    if (har != NULL)
        status |=
            finish(report, OUTPUT_HAR, export_har(har, report, pages, count));
    if (events != NULL)
        status |= finish(report, OUTPUT_TRACE_EVENTS,
                         export_trace_events(events, report, pages, count));
    return status;
}

static int write_all(struct report *report, struct frontier *frontier,
                     const struct report_figures *figures, struct page **pages,
                     char *line, size_t line_size)
{
    size_t count = frontier->known;
    double wall_s = (double)(clock_now_ns() - report->start_ns) / 1e9;
    int status = 0;
    FILE *manifest = report->outputs.files[OUTPUT_MANIFEST].file;

    qsort(pages, count, sizeof pages[0], by_url);
    struct totals totals =
        write_manifest(manifest, pages, count, line, line_size);
    if (manifest != NULL)
        status |= finish(report, OUTPUT_MANIFEST, 0);
    status |= write_files(report, pages, count);
    if (report->lines != NULL)
        write_summary(report, &totals, wall_s);
    if (report->options->json)
        write_json(report, &totals, frontier, figures, wall_s);
    if (manifest != stdout)
        status |= finish_stdout(report);
    return status;
}

int report_close(struct report *report, struct frontier *frontier,
                 const struct report_figures *figures)
{
    struct page **pages = malloc((frontier->known + 1) * sizeof pages[0]);
    size_t count = 0, longest = 0;

    clear_progress(report);
    for (struct page *p = frontier->pages; p != NULL; p = p->hh.next) {
        if (pages != NULL)
            pages[count++] = p;
        longest = strlen(p->url) > longest ? strlen(p->url) : longest;
    }
    char *line = malloc(longest + URL_EXTRA);
    int status = -1;
    if (pages != NULL && line != NULL)
        status = write_all(report, frontier, figures, pages, line,
                           longest + URL_EXTRA);
    else {
        fprintf(stderr, "%s: no memory for the report\n", report->stage->name);
        report_abandon(report);
    }
    free(line);
    free(pages);
    return status;
}
