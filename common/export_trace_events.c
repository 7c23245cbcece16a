/*
 * export_trace_events.c - see export_trace_events.h. One event is one line.
 */
#include "export_trace_events.h"

#include "clock.h"
#include "json_write.h"
#include "phases.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PROCESS = 1 }; /* all tracks are one process's */

/* ---- lanes ---- */

/*
 * When each lane of one worker is free again, as a tree: the leaves are the
 * lanes, a node has the earlier time of its two children, node 1 is the root.
 * So the lowest lane that is free is found in a few steps, though there may be
 * thousands.
 */
struct lanes {
    int64_t *free_at; /* room for any worker's, even if it had all pages */
    size_t leaves;    /* a power of two, and enough for its pages at once */
    size_t used;      /* lanes that have had a page */
};

static size_t leaves_for(size_t pages)
{
    size_t leaves = 1;

    while (leaves < pages)
        leaves *= 2;
    return leaves;
}

/* All are free, for a worker that had so many pages. */
static void lanes_clear(struct lanes *lanes, size_t pages)
{
    lanes->leaves = leaves_for(pages);
    lanes->used = 0;
    memset(lanes->free_at, 0, 2 * lanes->leaves * sizeof lanes->free_at[0]);
}

/* The lane of a page that begins no earlier than those before it. */
static size_t lanes_take(struct lanes *lanes, int64_t start, int64_t done)
{
    int64_t *free_at = lanes->free_at;
    size_t node = 1;

    while (node < lanes->leaves)
        node = free_at[2 * node] <= start ? 2 * node : 2 * node + 1;
    size_t lane = node - lanes->leaves;
    free_at[node] = done;
    for (node /= 2; node > 0; node /= 2) {
        int64_t left = free_at[2 * node], right = free_at[2 * node + 1];
        free_at[node] = left < right ? left : right;
    }
    return lane;
}

/* ---- events ---- */

static void write_head(FILE *file, const struct report *report)
{
    fprintf(file,
            "{\"displayTimeUnit\": \"ms\",\n"
            " \"otherData\": {\"creator\": \"%s %s\", \"stage\": \"%s\"},\n"
            " \"traceEvents\": [\n"
            "  {\"name\": \"process_name\", \"ph\": \"M\", \"pid\": %d, "
            "\"args\": {\"name\": \"%s\"}}",
            PROJECT_NAME, PROJECT_VERSION, report->stage->name, PROCESS,
            report->stage->name);
}

/* A track is named by its worker, if there are several, and by its lane. */
static void write_track(FILE *file, size_t track, int worker, size_t lane,
                        bool alone)
{
    char name[64];

    if (alone)
        snprintf(name, sizeof name, "lane %zu", lane);
    else if (lane == 0)
        snprintf(name, sizeof name, "worker %d", worker);
    else
        snprintf(name, sizeof name, "worker %d, lane %zu", worker, lane);
    fprintf(file,
            ",\n  {\"name\": \"thread_name\", \"ph\": \"M\", \"pid\": %d, "
            "\"tid\": %zu, \"args\": {\"name\": \"%s\"}}"
            ",\n  {\"name\": \"thread_sort_index\", \"ph\": \"M\", \"pid\": "
            "%d, \"tid\": %zu, \"args\": {\"sort_index\": %zu}}",
            PROCESS, track, name, PROCESS, track, track);
}

/*
 * Whole ones, of every moment rounded down in the same way: so bars that
 * follow one another, or lie in one another, do so still. Readers make doubles
 * of these numbers, and leave out bars that overlap by as little as one
 * nanosecond.
 */
static int64_t us_since_start(const struct report *report, int64_t time)
{
    return (time - report->start_ns) / NS_PER_US;
}

/* A complete event, up to its arguments, which the caller writes and closes. */
static void begin_event(FILE *file, const char *name, const char *category,
                        const struct report *report, struct span span,
                        size_t track)
{
    int64_t begin = us_since_start(report, span.begin);
    int64_t end = us_since_start(report, span.end);

    fputs(",\n  {\"name\": ", file);
    json_write_text(file, name);
    fprintf(file,
            ", \"cat\": \"%s\", \"ph\": \"X\", \"ts\": %" PRId64
            ", \"dur\": %" PRId64 ", \"pid\": %d, \"tid\": %zu, \"args\": {",
            category, begin, end - begin, PROCESS, track);
}

static void write_page(FILE *file, const struct report *report,
                       const struct page *page, size_t track)
{
    const struct page_result *result = &page->result;
    char why[160];

    begin_event(file, page->url, "page", report,
                (struct span){result->start, result->done}, track);
    fprintf(file, "\"outcome\": \"%s\", \"worker\": %d",
            outcome_name(result->outcome), page->worker);
    if (result->outcome == OUTCOME_OK)
        fprintf(file, ", \"status\": %d, \"bytes\": %" PRIu64, result->status,
                result->bytes);
    if (result->redirects > 0)
        fprintf(file, ", \"redirects\": %u", result->redirects);
    page_explain(page, why, sizeof why);
    if (why[0] != '\0') {
        fputs(", \"why\": ", file);
        json_write_text(file, why);
    }
    fputs("}}", file);
}

static void write_phases(FILE *file, const struct report *report,
                         const struct page *page, size_t track)
{
    struct span spans[PHASES];

    phases_of(&page->result, spans);
    for (int p = 0; p < PHASES; p++) {
        if (spans[p].end == 0)
            continue;
        begin_event(file, phase_name((enum phase)p), "phase", report, spans[p],
                    track);
        fputs("\"url\": ", file);
        json_write_text(file, page->url);
        fputs("}}", file);
    }
}

/* ---- the crawl ---- */

/* Worker by worker, each one's pages as they began. */
static int by_worker(const void *a, const void *b)
{
    const struct page *x = *(struct page *const *)a;
    const struct page *y = *(struct page *const *)b;

    if (x->worker != y->worker)
        return x->worker < y->worker ? -1 : 1;
    if (x->result.start != y->result.start)
        return x->result.start < y->result.start ? -1 : 1;
    return strcmp(x->url, y->url);
}

/* Moves those that began to the front. Returns how many they are. */
static size_t only_begun(struct page **pages, size_t count)
{
    size_t begun = 0;

    for (size_t i = 0; i < count; i++) {
        struct page *page = pages[i];
        if (page->result.start == 0)
            continue;
        pages[i] = pages[begun];
        pages[begun++] = page;
    }
    return begun;
}

/* The pages of one worker, who is alone or not, on tracks from `first` on. */
static void write_worker(FILE *file, const struct report *report,
                         struct page **pages, size_t count, struct lanes *lanes,
                         size_t first, bool alone)
{
    lanes_clear(lanes, count);
    for (size_t i = 0; i < count; i++) {
        const struct page *page = pages[i];
        size_t lane = lanes_take(lanes, page->result.start, page->result.done);
        if (lane == lanes->used) {
            write_track(file, first + lane, page->worker, lane, alone);
            lanes->used++;
        }
        write_page(file, report, page, first + lane);
        write_phases(file, report, page, first + lane);
    }
}

static void write_workers(FILE *file, const struct report *report,
                          struct page **pages, size_t count,
                          struct lanes *lanes)
{
    size_t first = 1; /* track 0 would be taken for the idle task's */

    for (size_t i = 0, end; i < count; i = end) {
        for (end = i; end < count && pages[end]->worker == pages[i]->worker;)
            end++;
        write_worker(file, report, pages + i, end - i, lanes, first,
                     end - i == count);
        first += lanes->used;
    }
}

int export_trace_events(FILE *file, const struct report *report,
                        struct page **pages, size_t count)
{
    struct lanes lanes = {0};

    count = only_begun(pages, count);
    lanes.free_at = malloc(2 * leaves_for(count) * sizeof lanes.free_at[0]);
    if (lanes.free_at == NULL)
        return -1;
    qsort(pages, count, sizeof pages[0], by_worker);
    write_head(file, report);
    write_workers(file, report, pages, count, &lanes);
    fputs("]}\n", file);
    free(lanes.free_at);
    return 0;
}
