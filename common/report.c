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

enum { FIGURES_SIZE = 128 };

/* All of a line that comes before the URL. Returns its length. */
static size_t manifest_figures(char figures[FIGURES_SIZE],
                               const struct page_result *result)
{
    if (result->outcome == OUTCOME_OK)
        return (size_t)snprintf(figures, FIGURES_SIZE,
                                "ok %d %" PRIu64 " %016" PRIx64 " ",
                                result->status, result->bytes, result->digest);
    return (size_t)snprintf(figures, FIGURES_SIZE, "%s - - - ",
                            outcome_name(result->outcome));
}

struct totals {
    size_t pages;
    size_t failed;
    uint64_t bytes;
    uint64_t digest; /* the sum of the lines' digests: free of order */
    uint64_t waits;
    uint64_t retries;
};

/* A line for each page, in their order; and no memory is needed for that. */
static struct totals write_manifest(FILE *file, const struct page *pages)
{
    struct totals totals = {0};
    char figures[FIGURES_SIZE];

    for (const struct page *p = pages; p != NULL; p = p->hh.next) {
        const struct page_result *result = &p->result;
        size_t length = manifest_figures(figures, result);
        uint64_t digest = digest_add(DIGEST_EMPTY, figures, length);
        totals.digest += digest_add(digest, p->url, strlen(p->url));
        totals.pages++;
        totals.failed += result->outcome != OUTCOME_OK;
        totals.bytes += result->outcome == OUTCOME_OK ? result->bytes : 0;
        totals.waits += result->waits;
        totals.retries += result->retries;
        if (file != NULL)
            fprintf(file, "%s%s\n", figures, p->url);
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

static int by_url(const struct page *a, const struct page *b)
{
    return strcmp(a->url, b->url);
}

/* In the order in which they ended; what never began comes last. */
static int by_done(const void *a, const void *b)
{
    const struct page *page_x = *(struct page *const *)a;
    const struct page *page_y = *(struct page *const *)b;
    const struct page_result *x = &page_x->result, *y = &page_y->result;

    if ((x->done == 0) != (y->done == 0))
        return x->done == 0 ? 1 : -1;
    if (x->done != y->done)
        return x->done < y->done ? -1 : 1;
    return by_url(page_x, page_y);
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

/* They want the pages in orders of their own, for which there is memory. */
static int write_ordered(struct report *report, struct frontier *frontier)
{
    struct page **pages = malloc((frontier->known + 1) * sizeof pages[0]);
    size_t count = 0;
    int status = 0;

    for (struct page *p = frontier->pages; p != NULL && pages != NULL;
         p = p->hh.next)
        pages[count++] = p;
    if (pages != NULL)
        status = write_files(report, pages, count);
    for (int i = 0; i < OUTPUTS; i++) /* those that have not had their turn */
        if (i != OUTPUT_MANIFEST && report->outputs.files[i].file != NULL)
            status |= finish(report, i, -1);
    free(pages);
    return status;
}

int report_close(struct report *report, struct frontier *frontier,
                 const struct report_figures *figures)
{
    double wall_s = (double)(clock_now_ns() - report->start_ns) / 1e9;
    FILE *manifest = report->outputs.files[OUTPUT_MANIFEST].file;
    int status = 0;

    clear_progress(report);
    HASH_SORT(frontier->pages, by_url); /* in place */
    struct totals totals = write_manifest(manifest, frontier->pages);
    if (manifest != NULL)
        status |= finish(report, OUTPUT_MANIFEST, 0);
    status |= write_ordered(report, frontier);
    if (report->lines != NULL)
        write_summary(report, &totals, wall_s);
    if (report->options->json)
        write_json(report, &totals, frontier, figures, wall_s);
    if (manifest != stdout)
        status |= finish_stdout(report);
    return status;
}
