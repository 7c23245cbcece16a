/*
 * crawl.c - see crawl.h.
 */
#include "crawl.h"

#include "clock.h"
#include "links.h"
#include "start_list.h"
#include "stop.h"
#include "url.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Were stdin, stdout or stderr closed, the first socket would get its number,
 * and a page line would go to a web server. What is written to such a
 * stand-in fails, as it would have on the closed one.
 */
static int hold_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            return -1;
    return 0;
}

int crawl_open(struct crawl *crawl, const struct stage *stage, int argc,
               char **argv)
{
    *crawl = (struct crawl){.stage = stage, .figures = {.workers = 1}};
    if (hold_standard_descriptors() < 0) {
        fprintf(stderr, "%s: cannot open /dev/null: %s\n", stage->name,
                strerror(errno));
        return 1;
    }
    int status = options_parse(&crawl->options, stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;

    frontier_init(&crawl->frontier, crawl->options.concurrency,
                  crawl->options.max_pages);
    status = start_list_read(&crawl->frontier, stage, &crawl->options);
    if (status == 0 && report_open(&crawl->report, stage, &crawl->options) < 0)
        status = options_file_status(errno);
    if (status == 0 && stop_install() < 0) {
        fprintf(stderr, "%s: cannot watch for signals: %s\n", stage->name,
                strerror(errno));
        report_abandon(&crawl->report);
        status = 1;
    }
    if (status == 0)
        return OPTIONS_GO_ON;
    frontier_free(&crawl->frontier);
    options_free(&crawl->options);
    return status;
}

struct page *crawl_take(struct crawl *crawl)
{
    if (stop_signal() != 0)
        return NULL;
    struct page *page = frontier_take(&crawl->frontier);
    report_progress(&crawl->report, &crawl->frontier);
    return page;
}

bool crawl_is_over(const struct crawl *crawl)
{
    const struct frontier *frontier = &crawl->frontier;

    return frontier->in_flight == 0 &&
           (frontier->todo == NULL || stop_signal() != 0);
}

static void leave_link(struct crawl *crawl, const struct page *page,
                       const char *link)
{
    crawl->links_left++;
    if (crawl->options.verbose)
        fprintf(stderr, "%s: %s links to %s: left\n", crawl->stage->name,
                page->url, link);
}

/* What the page links to becomes known; the page needs its links no more. */
static void add_links(struct crawl *crawl, struct page *page)
{
    struct links *links = page->links;

    page->links = NULL;
    crawl->links_left += links->too_long;
    if (links->too_long > 0 && crawl->options.verbose)
        fprintf(
            stderr, "%s: %s: %zu links too long (%d bytes) or too many: left\n",
            crawl->stage->name, page->url, links->too_long, LINK_MAX_LENGTH);
    for (const char *link = links_next(links, NULL); link != NULL;
         link = links_next(links, link))
        if (!frontier_follows(&crawl->frontier, link))
            leave_link(crawl, page, link);
        else if (frontier_add(&crawl->frontier, link) < 0)
            crawl->lost_links = true;
    links_free(links);
    free(links);
}

void crawl_finish(struct crawl *crawl, struct page *page)
{
    if (page->result.starved && stop_signal() == 0 &&
        frontier_postpone(&crawl->frontier, page))
        return;
    frontier_finish(&crawl->frontier, page);
    report_page(&crawl->report, page);
    if (page->links != NULL)
        add_links(crawl, page);
}

/* docs: 02-lost-worker */
void crawl_lost_worker(struct crawl *crawl, struct page *page, const char *why)
{
    page->workers_lost++;
    if (page->workers_lost == 1 && stop_signal() == 0) {
        frontier_put_back(&crawl->frontier, page);
        return;
    }
    page->result.outcome =
        stop_signal() == 0 ? OUTCOME_WORKER : OUTCOME_CANCELLED;
    page->result.why = why;
    page->result.done = clock_now_ns();
    crawl_finish(crawl, page);
}

void crawl_no_memory(struct crawl *crawl, struct page *page)
{
    page->result = (struct page_result){
        .outcome = OUTCOME_SYSTEM,
        .error = ENOMEM,
        .starved = true,
        .start = clock_now_ns(),
        .done = clock_now_ns(),
    };
    crawl_finish(crawl, page);
}

void crawl_give_up(struct crawl *crawl, enum outcome outcome, int error,
                   const char *why)
{
    struct frontier *frontier = &crawl->frontier;

    if (why != NULL) /* pages that never began do not say it */
        fprintf(stderr, "%s: %s%s%s\n", crawl->stage->name, why,
                error != 0 ? ": " : "", error != 0 ? strerror(error) : "");
    for (struct page *p = frontier->pages; p != NULL; p = p->hh.next) {
        if (p->result.outcome != OUTCOME_NONE)
            continue;
        p->result.outcome = outcome;
        p->result.error = error;
        p->result.why = why;
        frontier->finished++;
        if (p->result.start == 0) { /* it never began: no line of its own */
            crawl->report.failed++;
            continue;
        }
        p->result.done = clock_now_ns();
        report_page(&crawl->report, p);
    }
    frontier->in_flight = 0;
    frontier->todo = NULL;
    frontier->todo_tail = &frontier->todo;
}

/* What was left out, and why; on stderr, unless we are to be quiet. */
static void say_what_was_left(const struct crawl *crawl, size_t cancelled)
{
    const char *name = crawl->stage->name;
    size_t beyond = frontier_left(&crawl->frontier);

    if (crawl->lost_links)
        fprintf(stderr, "%s: no memory for some of the links found\n", name);
    if (crawl->options.quiet)
        return;
    if (beyond > 0)
        fprintf(stderr, "%s: %zu page%s left: --max-pages=%zu was reached\n",
                name, beyond, beyond == 1 ? "" : "s", crawl->options.max_pages);
    if (crawl->links_left > 0 && crawl->options.verbose)
        fprintf(stderr, "%s: %zu links to elsewhere left\n", name,
                crawl->links_left);
    if (cancelled > 0)
        fprintf(stderr, "%s: stopped: %zu page%s cancelled\n", name, cancelled,
                cancelled == 1 ? "" : "s");
}

int crawl_close(struct crawl *crawl)
{
    size_t cancelled = 0;
    int status = 0;

    crawl_give_up(crawl, OUTCOME_CANCELLED, 0, NULL);
    for (struct page *p = crawl->frontier.pages; p != NULL; p = p->hh.next)
        cancelled += p->result.outcome == OUTCOME_CANCELLED;
    if (report_close(&crawl->report, &crawl->frontier, &crawl->figures) < 0 ||
        crawl->report.failed > 0 || crawl->lost_links)
        status = 1;
    say_what_was_left(crawl, cancelled);
    if (stop_signal() != 0)
        status = 128 + stop_signal();
    stop_uninstall();
    frontier_free(&crawl->frontier);
    options_free(&crawl->options);
    return status;
}
