/*
 * crawler_remote.c - see crawler.h: a worker that gives its pages to another
 * process.
 *
 *     async def work(self):
 *         while not self.over:
 *             page = await self.pages.get()
 *             share = min(self.shares, key=lambda share: share.pages)
 *             share.send(page.url)
 *             await wait_for(page.answered, timeout + GRACE)
 *             self.pages.task_done()
 */
#include "crawler_messages.h"
#include "crawler_processes.h"
#include "wait_for.h"

#include "common/clock.h"

#include <signal.h>
#include <string.h>

/* Seconds beyond a page's time, after which a silent process hangs. */
static const double GRACE = 2;

struct remote_worker {
    struct coroutine co;
    void *result;
    struct crawler *crawler;
    size_t index;
    struct page *page; /* in hand, or NULL */
    struct future answered;
    union {
        struct queue_get get;
        struct async_wait_for limit;
    };
};

/* The one with the fewest pages; NULL: there is none. */
static struct share *least_busy(struct crawler *crawler)
{
    struct share *best = NULL;

    for (size_t i = 0; i < crawler->process_count; i++) {
        struct share *share = &crawler->processes->shares[i];
        if (share->writer != NULL &&
            (best == NULL || share->pages < best->pages))
            best = share;
    }
    return best;
}

/* Gives the page to a process. */
static bool give(struct remote_worker *self)
{
    static const struct error nobody =
        ERROR(&error_os, "no process could be started");
    struct buffer url = {.data = self->page->url,
                         .length = strlen(self->page->url)};

    processes_revive(self->crawler);
    struct share *share = least_busy(self->crawler);
    self->answered = future_new(self->crawler->loop);
    if (share == NULL)
        return error_raise(&nobody);
    self->crawler->processes->jobs[self->index] =
        (struct job){share, self->page, &self->answered};
    share->pages++;
    self->page->worker = (int)(share - self->crawler->processes->shares);
    /* Should the process die, this is all that is known of the page. */
    self->page->result.start = clock_now_ns();
    if (send_message(share->writer, (uint32_t)self->index, &url))
        return true;
    share->pages--;
    return false;
}

/* It was cancelled, hangs, died, or there is none. */
static void fail_page(struct remote_worker *self, const struct error *error)
{
    struct crawler *crawler = self->crawler;
    struct job *job = &crawler->processes->jobs[self->index];
    struct page *page = self->page;

    if (job->share != NULL && error_is(error, &error_timeout))
        kill(job->share->pid, SIGKILL); /* its listener sees to the rest */
    job->share = NULL;
    if (error_is(error, &error_timeout)) {
        crawl_lost_worker(&crawler->crawl, page,
                          "its process did not answer in time");
        return;
    }
    if (error == &process_died) {
        crawl_lost_worker(&crawler->crawl, page, error_message(error));
        return;
    }
    page->result.outcome =
        error_is(error, &error_cancelled) ? OUTCOME_CANCELLED : OUTCOME_SYSTEM;
    page->result.error = error->number;
    page->result.done = clock_now_ns();
    crawl_finish(&crawler->crawl, page);
}

static void end_page(struct remote_worker *self, const struct error *error)
{
    if (error != NULL)
        fail_page(self, error);
    else
        crawl_finish(&self->crawler->crawl, self->page);
    self->page = NULL;
    crawler_done(self->crawler);
}

static double seconds_for_a_page(const struct crawler *crawler)
{
    return (double)crawler->crawl.options.timeout_ns / NS_PER_S;
}

static struct future *work_remotely(struct coroutine *co)
{
    struct remote_worker *self = (struct remote_worker *)co;
    struct crawler *crawler = self->crawler;

    CO_BEGIN(self);
    while (!crawler->over) {
        self->get = queue_get(&crawler->pages);
        CO_AWAIT(self, self->get);
        self->page = crawler_take(crawler, self->get.result);
        if (!give(self)) {
            end_page(self, error_last());
            continue;
        }
        self->limit = async_wait_for(&self->answered.co,
                                     seconds_for_a_page(crawler) + GRACE);
        CO_TRY_AWAIT(self, self->limit);
        if (self->limit.co.error != NULL &&
            !error_is(self->limit.co.error, &error_exception))
            CO_RAISE(self, self->limit.co.error); /* or it is being closed */
        end_page(self, self->limit.co.error);
    }
    CO_FINALLY(self);
    if (self->page != NULL)
        end_page(self, self->co.error);
    CO_END(self);
}

static struct remote_worker remote_worker_new(struct crawler *crawler,
                                              size_t index)
{
    return (struct remote_worker){
        .co = CO_INIT(work_remotely), .crawler = crawler, .index = index};
}

struct coroutine *make_remote_worker(struct crawler *crawler, size_t index)
{
    return COROUTINE(remote_worker_new(crawler, index));
}
