/*
 * 02-processes - the same fetch, in N processes.
 *
 *     with ProcessPoolExecutor(10) as pool:
 *         for page in pool.map(fetch, urls): ...
 *
 * Who waits: N processes, each for its own page. The state of a fetch: the
 * stack of its process. Nothing is shared, so nothing can be disturbed; what
 * a worker found out must be carried over to the parent, which alone knows
 * the frontier.
 */
#include "pool.h"

#include "common/clock.h"
#include "common/crawl.h"
#include "common/links.h"
#include "common/page_message.h"
#include "common/stop.h"
#include "stages/01-blocking/fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct stage stage = {
    .name = "02-processes",
    .summary = "Crawls with a pool of worker processes, one page each.",
};

/*
 * A worker ends its page by itself when the time is up; one that says nothing
 * for so much longer has been stopped, or hangs.
 */
static const int64_t GRACE_NS = 2 * NS_PER_S;

/* ---- in the worker: a URL in, what became of it out ---- */

struct worker_context {
    const struct options *options;
    struct resolver *resolver; /* a worker's own, made with its first page */
};

/* docs: 02-fetch-job */
static int fetch_job(void *context, const char *job, size_t size,
                     struct buffer *answer)
{
    struct worker_context *worker = context;
    struct page page = {.url = strndup(job, size)};

    if (worker->resolver == NULL)
        worker->resolver = resolver_new();
    if (page.url == NULL || worker->resolver == NULL)
        return -1;
    fetch(&page, worker->options, worker->resolver);
    int status = page_message_append(answer, &page);
    free(page.url);
    if (page.links != NULL)
        links_free(page.links);
    free(page.links);
    return status;
}

/* ---- in the parent ---- */

/*
 * Gives out pages while workers are idle or can be started. If no more can,
 * the crawl goes on with those there are.
 */
/* docs: 02-give-out */
static void give_out(struct crawl *crawl, struct pool *pool)
{
    struct page *page;

    while ((page = crawl_take(crawl)) != NULL) {
        int64_t deadline_ns =
            clock_now_ns() + crawl->options.timeout_ns + GRACE_NS;
        page->worker =
            pool_submit(pool, page->url, strlen(page->url), page, deadline_ns);
        if (page->worker < 0) {
            frontier_put_back(&crawl->frontier, page);
            frontier_limit(&crawl->frontier, pool_workers(pool));
            return;
        }
        /* Should the worker die, this is all that is known of the page. */
        page->result.start = clock_now_ns();
        if (pool_workers(pool) > crawl->figures.workers)
            crawl->figures.workers = pool_workers(pool);
    }
}

/* docs: 02-take-in */
static void take_in(struct crawl *crawl, const struct pool_event *event)
{
    struct page *page = event->tag;

    if (event->kind == POOL_ANSWERED &&
        page_message_read(page, event->answer, event->size))
        crawl_finish(crawl, page);
    else if (event->kind != POOL_NOTHING)
        crawl_lost_worker(crawl, page, event->why);
}

static void crawl_pages(struct crawl *crawl, struct pool *pool)
{
    struct pool_event event;

    while (!crawl_is_over(crawl) && stop_signal() == 0) {
        give_out(crawl, pool);
        if (crawl->frontier.in_flight == 0) {
            if (stop_signal() == 0)
                crawl_give_up(crawl, OUTCOME_SYSTEM, errno,
                              "no process could be started");
            return;
        }
        if (pool_wait(pool, stop_fd(), &event) < 0) {
            crawl_give_up(crawl, OUTCOME_SYSTEM, errno,
                          "the workers cannot be waited for");
            return;
        }
        take_in(crawl, &event);
    }
}

int main(int argc, char **argv)
{
    struct crawl crawl;

    int status = crawl_open(&crawl, &stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;
    struct worker_context context = {.options = &crawl.options};
    struct pool *pool =
        pool_new(crawl.options.concurrency, fetch_job, &context);
    if (pool == NULL) {
        crawl_give_up(&crawl, OUTCOME_SYSTEM, errno, "no pool of workers");
        return crawl_close(&crawl);
    }
    crawl_pages(&crawl, pool);
    pool_stop(pool);
    crawl.figures.workers_rss_kib = pool_rss_kib(pool);
    pool_free(pool);
    return crawl_close(&crawl);
}
