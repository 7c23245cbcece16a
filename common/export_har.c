/*
 * export_har.c - see export_har.h. One entry is one line.
 */
#include "export_har.h"

#include "clock.h"
#include "http.h"
#include "json_write.h"
#include "phases.h"
#include "url.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Wall clock times are the crawl's beginning plus what has passed since. */
static void write_date(FILE *file, const struct report *report, int64_t time)
{
    int64_t wall_ns = report->start_wall_ns + (time - report->start_ns);
    time_t seconds = wall_ns / NS_PER_S;
    struct tm tm;
    char date[32];

    gmtime_r(&seconds, &tm);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    fprintf(file, "\"startedDateTime\": \"%s.%06" PRId64 "Z\"", date,
            wall_ns % NS_PER_S / NS_PER_US);
}

/* ---- the request ---- */

static void write_pair(FILE *file, const char *name, size_t name_size,
                       const char *value, size_t value_size)
{
    fputs("{\"name\": ", file);
    json_write_bytes(file, name, name_size);
    fputs(", \"value\": ", file);
    json_write_bytes(file, value, value_size);
    fputc('}', file);
}

/* "?a=1&b" as pairs, escaped as they stand in the URL. */
static void write_query(FILE *file, const char *url)
{
    const char *at = strchr(url, '?');

    fputs(" \"queryString\": [", file);
    for (const char *between = ""; at != NULL && *at != '\0'; between = ", ") {
        at++;
        size_t size = strcspn(at, "&");
        const char *equals = memchr(at, '=', size);
        size_t name_size = equals != NULL ? (size_t)(equals - at) : size;
        size_t value_at = equals != NULL ? name_size + 1 : size;
        fputs(between, file);
        write_pair(file, at, name_size, at + value_at, size - value_at);
        at += size;
    }
    fputs("],", file);
}

/* The lines "Name: value" behind the request line, up to the blank one. */
static void write_headers(FILE *file, const struct buffer *request)
{
    const char *end = request->data + request->length;
    const char *line = memchr(request->data, '\n', request->length);

    for (const char *between = ""; line != NULL; between = ", ") {
        line++;
        const char *line_end = memchr(line, '\r', (size_t)(end - line));
        const char *colon = memchr(line, ':', (size_t)(end - line));
        if (colon == NULL || line_end == NULL)
            return;
        fputs(between, file);
        write_pair(file, line, (size_t)(colon - line), colon + 2,
                   (size_t)(line_end - colon - 2));
        line = memchr(line_end, '\n', (size_t)(end - line_end));
    }
}

/* The request that the page's first hop sent, written once more. */
static int request_again(struct buffer *request, const struct page *page)
{
    struct url url;

    if (url_parse(&url, page->url) < 0)
        return -1;
    int status = http_request(request, url.authority, url.target,
                              page->result.keep_alive);
    url_free(&url);
    return status;
}

/*
 * All hops have the first one's origin, so they send the same headers; how
 * long the last one's target was is not known.
 */
static int write_request(FILE *file, const struct page *page)
{
    const struct page_result *result = &page->result;
    struct buffer request = {0};
    int status = 0;

    fputs(" \"request\": {\"method\": \"GET\", \"url\": ", file);
    json_write_text(file, page->url);
    fputs(", \"httpVersion\": \"HTTP/1.1\", \"cookies\": [], \"headers\": [",
          file);
    if (result->sent != 0 && (status = request_again(&request, page)) == 0)
        write_headers(file, &request);
    fputs("],", file);
    write_query(file, page->url);
    if (request.length > 0 && result->redirects == 0)
        fprintf(file, " \"headersSize\": %zu", request.length);
    else
        fputs(" \"headersSize\": -1", file);
    fputs(", \"bodySize\": 0},", file);
    buffer_free(&request);
    return status;
}

/* ---- the answer ---- */

static void write_error(FILE *file, const struct page *page)
{
    char why[160], text[200];

    page_explain(page, why, sizeof why);
    snprintf(text, sizeof text, "%s%s%s", outcome_name(page->result.outcome),
             why[0] != '\0' ? ": " : "", why);
    fputs(", \"_error\": ", file);
    json_write_text(file, text);
}

/* What arrived of an answer that is not whole is not recorded. */
static void write_response(FILE *file, const struct page *page)
{
    const struct page_result *result = &page->result;
    bool ok = result->outcome == OUTCOME_OK;

    fprintf(file,
            " \"response\": {\"status\": %d, \"statusText\": \"\", "
            "\"httpVersion\": \"\", \"cookies\": [], \"headers\": [], "
            "\"content\": {\"size\": %" PRIu64 ", \"mimeType\": \"\"}, "
            "\"redirectURL\": \"\", \"headersSize\": -1, \"bodySize\": ",
            ok ? result->status : 0, ok ? result->bytes : 0);
    if (ok)
        fprintf(file, "%" PRIu64, result->bytes);
    else
        fputs("-1", file);
    if (!ok)
        write_error(file, page);
    fputs("},", file);
}

/* ---- an entry ---- */

/*
 * What did not happen is -1; but send, wait and receive must not be negative
 * (HAR 1.2, timings), so of them it is 0. The sum is the entry's `time`.
 */
static void write_timings(FILE *file, const struct page_result *result)
{
    static const char *const names[PHASES] = {"blocked", "dns",  "connect",
                                              "send",    "wait", "receive"};
    struct span spans[PHASES];

    phases_of(result, spans);
    fputs(" \"timings\": {", file);
    for (int p = 0; p < PHASES; p++) {
        fprintf(file, "\"%s\": ", names[p]);
        if (spans[p].end != 0)
            json_write_ms(file, spans[p].end - spans[p].begin);
        else
            fputs(p < PHASE_SEND ? "-1" : "0", file);
        fputs(", ", file);
    }
    fputs("\"ssl\": -1}", file);
}

static bool began(const struct page *page)
{
    return page->result.start != 0;
}

static int write_entry(FILE *file, const struct report *report,
                       const struct page *page, int64_t end_ns)
{
    const struct page_result *result = &page->result;

    fputs("   {\"pageref\": \"crawl\", ", file);
    write_date(file, report, began(page) ? result->start : end_ns);
    fputs(", \"time\": ", file);
    json_write_ms(file, began(page) ? result->done - result->start : 0);
    fputc(',', file);
    int status = write_request(file, page);
    write_response(file, page);
    fputs(" \"cache\": {},", file);
    write_timings(file, began(page) ? result : &(struct page_result){0});
    if (began(page))
        fprintf(file, ", \"_worker\": %d", page->worker);
    if (result->redirects > 0)
        fprintf(file,
                ", \"comment\": \"redirected %u time%s: the answer is the "
                "last hop's, blocked is the time of those before\"",
                result->redirects, result->redirects == 1 ? "" : "s");
    fputc('}', file);
    return status;
}

/* In the order in which they began; what never did comes last. */
static int by_start(const void *a, const void *b)
{
    const struct page *x = *(struct page *const *)a;
    const struct page *y = *(struct page *const *)b;

    if (began(x) != began(y))
        return began(x) ? -1 : 1;
    if (x->result.start != y->result.start)
        return x->result.start < y->result.start ? -1 : 1;
    return strcmp(x->url, y->url);
}

int export_har(FILE *file, const struct report *report, struct page **pages,
               size_t count)
{
    int64_t end_ns = clock_now_ns();
    int status = 0;

    qsort(pages, count, sizeof pages[0], by_start);
    fprintf(file,
            "{\"log\": {\"version\": \"1.2\",\n"
            "  \"creator\": {\"name\": \"%s\", \"version\": \"%s\", "
            "\"comment\": \"%s\"},\n"
            "  \"pages\": [{",
            PROJECT_NAME, PROJECT_VERSION, report->stage->name);
    write_date(file, report, report->start_ns);
    fprintf(file,
            ", \"id\": \"crawl\", \"title\": \"%s\", \"pageTimings\": "
            "{\"onContentLoad\": -1, \"onLoad\": -1}}],\n"
            "  \"entries\": [",
            report->stage->name);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? ",\n" : "\n", file);
        if (write_entry(file, report, pages[i], end_ns) < 0)
            status = -1;
    }
    fputs("]}}\n", file);
    return status;
}
