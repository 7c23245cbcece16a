/*
 * 07-loop - workers over a queue, in the full event loop.
 *
 *     async def crawl(self):
 *         workers = [create_task(self.work()) for _ in range(concurrency)]
 *         await self.pages.join()
 *         self.over = True
 *         for worker in workers:
 *             worker.cancel()
 *
 *     async def work(self):
 *         while not self.over:
 *             page = await self.pages.get()
 *             await wait_for(self.fetch(page), timeout)
 *             self.pages.task_done()
 *
 * Who waits: the loop, once for all, and in it every worker for its page. The
 * state of a fetch: its coroutine's frame. What was hand-made before is the
 * loop's now: deadlines, names, cancelling, and cleaning up.
 */
#include "crawler.h"

#include "common/stop.h"
#include "common/units.h"
#include "stages/05-callbacks/selector.h"

#include <signal.h>
#include <stdlib.h>

/* ---- options of its own ---- */

static struct crawler the_crawler = {.process_count = 1};

static bool set_backend(const char *value)
{
    the_crawler.backend = value;
    return selector_has_backend(value);
}

static bool set_keep_alive(const char *value)
{
    (void)value;
    return the_crawler.keep_alive = true;
}

static bool set_processes(const char *value)
{
    uint64_t count;

    if (units_count(value, &count) < 0 || count < 1 || count > 256)
        return false;
    the_crawler.process_count = (size_t)count;
    return true;
}

static bool set_debug(const char *value)
{
    (void)value;
    return the_crawler.debug = true;
}

static const struct stage stage = {
    .name = "07-loop",
    .summary = "Crawls with tasks in an event loop like asyncio's.",
    .own = (const struct stage_option[]){
        {"selector", "NAME", "epoll, poll or select (the first there is)",
         "give epoll, poll or select, as this system has it", set_backend},
        {"keep-alive", NULL, "use connections again where servers keep them",
         NULL, set_keep_alive},
        {"processes", "N", "share the work among N loops, a process each (1)",
         "give a whole number from 1 to 256", set_processes},
        {"debug", NULL, "name slow callbacks; on SIGUSR1 show all tasks", NULL,
         set_debug},
        {0}}};

static void feed(struct crawler *crawler);

/* ---- a worker ---- */

struct worker {
    struct coroutine co;
    void *result;
    struct crawler *crawler;
    struct page *page; /* in hand, or NULL */
    union {
        struct queue_get get;
        struct fetch_page fetch;
    };
};

/* docs: 07-work */
static struct future *work(struct coroutine *co)
{
    struct worker *self = (struct worker *)co;
    struct crawler *crawler = self->crawler;

    CO_BEGIN(self);
    while (!crawler->over) {
        self->get = queue_get(&crawler->pages);
        CO_AWAIT(self, self->get);
        self->page = crawler_take(crawler, self->get.result);
        self->fetch =
            fetch_page(&crawler->fetcher, self->page, &crawler->crawl.options);
        CO_AWAIT(self, self->fetch);
        crawler_finish(crawler, self->page);
        self->page = NULL;
    }
    CO_FINALLY(self);
    if (self->page != NULL) /* cancelled, which it knows already */
        crawler_finish(crawler, self->page);
    CO_END(self);
}

static struct worker worker_new(struct crawler *crawler)
{
    return (struct worker){.co = CO_INIT(work), .crawler = crawler};
}

static struct coroutine *make_local_worker(struct crawler *crawler,
                                           size_t index)
{
    (void)index;
    return COROUTINE(worker_new(crawler));
}

/* ---- pages for the workers ---- */

struct page *crawler_take(struct crawler *crawler, void *item)
{
    crawler->idle--;
    return item;
}

void crawler_done(struct crawler *crawler)
{
    if (crawler->failed)
        return;
    crawler->idle++;
    feed(crawler);
    queue_task_done(&crawler->pages);
}

void crawler_finish(struct crawler *crawler, struct page *page)
{
    crawl_finish(&crawler->crawl, page);
    crawler_done(crawler);
}

static bool hire(struct crawler *crawler)
{
    struct task *task =
        async_create_task(crawler->make_worker(crawler, crawler->count));

    if (task == NULL)
        return false;
    crawler->workers[crawler->count++] = task;
    crawler->idle++;
    return true;
}

/*
 * Takes as many pages as may be in flight. A worker is hired when there is
 * more to do than there are idle ones.
 */
static void feed(struct crawler *crawler)
{
    struct page *page;

    while ((page = crawl_take(&crawler->crawl)) != NULL)
        if ((queue_size(&crawler->pages) >= crawler->idle && !hire(crawler)) ||
            !queue_put_nowait(&crawler->pages, page))
            crawl_no_memory(&crawler->crawl, page);
}

/* ---- the crawl ---- */

struct crawl_all {
    struct coroutine co;
    void *result;
    struct crawler *crawler;
    struct queue_join join;
    size_t i;
};

static struct future *crawl_all(struct coroutine *co)
{
    struct crawl_all *self = (struct crawl_all *)co;
    struct crawler *crawler = self->crawler;

    CO_BEGIN(self);
    if (crawler->processes != NULL)
        CO_CHECK(self, processes_begin(crawler));
    feed(crawler);
    self->join = queue_join(&crawler->pages);
    CO_AWAIT(self, self->join);
    CO_FINALLY(self);
    if (crawler->failed)
        CO_RETURN(self);
    /*
     * In Python 3.11 a wait_for() whose fetch has just ended returns that, and
     * forgets that it was cancelled: such a worker must see it by itself.
     */
    crawler->over = true;
    for (size_t i = 0; i < crawler->count; i++)
        task_cancel(crawler->workers[i], NULL);
    for (self->i = 0; self->i < crawler->count && !crawler->failed; self->i++)
        CO_TRY_AWAIT(self, *crawler->workers[self->i]);
    CO_END(self);
}

static struct crawl_all crawl_all_new(struct crawler *crawler)
{
    return (struct crawl_all){.co = CO_INIT(crawl_all), .crawler = crawler};
}

/* Ctrl-C: nobody waits any longer. */
static void on_stop(void *data)
{
    struct crawler *crawler = data;

    loop_remove_reader(crawler->loop, stop_fd());
    task_cancel(crawler->main, NULL);
}

/* SIGUSR1, with --debug: where is everybody? */
static void show_tasks(void *data)
{
    const struct crawler *crawler = data;
    const struct task *task = async_all_tasks(crawler->loop);

    for (; task != NULL; task = task_next(task))
        task_print_stack(task, stderr);
}

struct loop *crawler_new_loop(const struct crawler *crawler)
{
    struct loop *loop = loop_new(crawler->backend);

    if (loop != NULL)
        loop_set_debug(loop, crawler->debug);
    return loop;
}

/* Either we fetch ourselves, or other processes do. */
static bool begin(struct crawler *crawler)
{
    size_t most = crawler->crawl.options.concurrency;
    bool alone = crawler->process_count == 1;

    crawler->workers = calloc(most, sizeof(struct task *));
    if (crawler->workers == NULL)
        return error_raise(&error_memory);
    if (!alone && !processes_open(crawler))
        return false;
    crawler->make_worker = alone ? make_local_worker : make_remote_worker;
    crawler->loop = crawler_new_loop(crawler);
    return crawler->loop != NULL &&
           (!alone || fetcher_open(&crawler->fetcher, crawler->loop,
                                   crawler->keep_alive));
}

static bool run(struct crawler *crawler)
{
    struct loop *loop = crawler->loop;

    if (crawler->debug)
        loop_add_signal_handler(loop, SIGUSR1, show_tasks, crawler);
    crawler->main = loop_create_task(loop, COROUTINE(crawl_all_new(crawler)));
    if (crawler->main == NULL ||
        !loop_add_reader(loop, stop_fd(), on_stop, crawler))
        return false;
    return loop_run_until_complete(loop, &crawler->main->co, NULL) ||
           error_is(error_last(), &error_cancelled);
}

static void end(struct crawler *crawler)
{
    if (crawler->loop != NULL) {
        crawler->crawl.figures.waits += loop_census(crawler->loop).waits;
        crawler->crawl.figures.retries += loop_census(crawler->loop).retries;
        if (crawler->failed)
            loop_close(crawler->loop); /* ends what is on its way */
        fetcher_close(&crawler->fetcher);
    }
    processes_close(crawler);
    for (size_t i = 0; i < crawler->count; i++)
        task_free(crawler->workers[i]);
    free(crawler->workers);
    task_free(crawler->main);
    loop_free(crawler->loop);
    queue_free(&crawler->pages);
}

/* In words; what the system says of it comes behind them. */
static const char *what_failed(const struct crawler *crawler,
                               const struct error *why)
{
    if (why->number == 0)
        return error_message(why);
    return crawler->loop == NULL && crawler->process_count > 1
               ? "no process could be started"
               : "the loop cannot run";
}

int main(int argc, char **argv)
{
    int status = crawl_open(&the_crawler.crawl, &stage, argc, argv);

    if (status != OPTIONS_GO_ON)
        return status;
    the_crawler.failed = !begin(&the_crawler) || !run(&the_crawler);
    const struct error *why = error_last();
    const char *what =
        the_crawler.failed ? what_failed(&the_crawler, why) : NULL;
    end(&the_crawler);
    if (the_crawler.failed)
        crawl_give_up(&the_crawler.crawl, OUTCOME_SYSTEM, why->number, what);
    return crawl_close(&the_crawler.crawl);
}
