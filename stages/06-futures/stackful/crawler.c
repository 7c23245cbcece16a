/*
 * 06-stackful - the same loop and the same futures, with a stack for each.
 *
 *     for page in pages:                     import gevent
 *         gevent.spawn(fetch, page)
 *
 * Who waits: the program, once for all, in the selector, as in 06-futures. The
 * state of a fetch: a stack of its own. So a worker reads as a thread's does
 * in stage 03, without its mutex: nobody else runs until it waits. To the task
 * and the loop, which are those of 06-futures, a fiber is a coroutine.
 */
#include "fetch.h"
#include "fiber.h"

#include "common/crawl.h"
#include "common/stop.h"
#include "stages/06-futures/loop.h"
#include "stages/06-futures/task.h"

#include <errno.h>
#include <stdlib.h>

static const char *backend; /* --selector; NULL: the best there is */
static const struct fiber_switch *how;

static bool set_backend(const char *value)
{
    backend = value;
    return selector_has_backend(value);
}

static bool set_switch(const char *value)
{
    how = fiber_switch_find(value);
    return how != NULL;
}

static const struct stage stage = {
    .name = "06-stackful",
    .summary = "Crawls with fibers: coroutines that have stacks.",
    .own = (const struct stage_option[]){
        {"selector", "NAME", "epoll, poll or select (the first there is)",
         "give epoll, poll or select, as this system has it", set_backend},
        {"switch", "NAME", "own or ucontext (the first there is)",
         "give own or ucontext, as this processor has it", set_switch},
        {0}}};

struct crawler {
    struct crawl crawl;
    struct loop loop;
    struct worker *workers;
};

/* Fetches one page after another, as long as there are any. */
struct worker {
    struct limit limit;
    struct task task;
    struct fiber *fiber;
    struct page *page;
    struct crawler *crawler;
    struct worker *next, **link; /* among all there are */
};

static const struct error *work(void *data)
{
    struct worker *worker = data;
    struct crawler *crawler = worker->crawler;

    while (worker->page != NULL) {
        fetch(worker->page, &crawler->crawl.options, &crawler->loop,
              &worker->limit);
        crawl_finish(&crawler->crawl, worker->page);
        worker->page = crawl_take(&crawler->crawl);
    }
    return NULL;
}

/* Its task is done: there was no page left. */
static void on_done(void *data)
{
    struct worker *worker = data;

    *worker->link = worker->next;
    if (worker->next != NULL)
        worker->next->link = worker->link;
    fiber_free(worker->fiber);
    free(worker);
}

/* A worker that begins with this page. */
static void begin(struct crawler *crawler, struct page *page)
{
    struct worker *worker = calloc(1, sizeof *worker);

    if (worker != NULL)
        worker->fiber = fiber_new(how, work, worker);
    if (worker == NULL || worker->fiber == NULL) {
        free(worker);
        crawl_no_memory(&crawler->crawl, page);
        return;
    }
    worker->crawler = crawler;
    worker->page = page;
    worker->next = crawler->workers;
    worker->link = &crawler->workers;
    if (worker->next != NULL)
        worker->next->link = &worker->next;
    crawler->workers = worker;

    worker->task = task_new(&worker->fiber->co);
    worker->limit.task = &worker->task;
    future_on_done(&worker->task.done, on_done, worker);
    task_start(&worker->task);
}

static void begin_pages(struct crawler *crawler)
{
    struct page *page;

    while ((page = crawl_take(&crawler->crawl)) != NULL)
        begin(crawler, page);
}

/* Nobody waits any longer: the error is thrown into every fetch. */
static void end_all(struct crawler *crawler, const struct error *error)
{
    while (crawler->workers != NULL)
        task_throw(&crawler->workers->task, error);
}

/* Ctrl-C. */
static void on_stop(void *data, int events)
{
    (void)events;
    end_all(data, &cancelled);
}

/* A page that ends makes room for the next one at once, not after the turn. */
static void run(struct crawler *crawler)
{
    static const struct error no_wait = {EIO, "waiting for sockets"};

    begin_pages(crawler);
    while (!crawl_is_over(&crawler->crawl)) {
        if (loop_wait(&crawler->loop) < 0)
            end_all(crawler, &no_wait);
        while (loop_wake(&crawler->loop))
            begin_pages(crawler);
        begin_pages(crawler);
    }
    crawler->crawl.figures.waits = crawler->loop.waits;
    selector_unregister(crawler->loop.selector, stop_fd());
}

int main(int argc, char **argv)
{
    struct crawler crawler = {0};

    how = fiber_switch_find(NULL);
    int status = crawl_open(&crawler.crawl, &stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;
    if (loop_open(&crawler.loop, backend) == 0 &&
        selector_register(crawler.loop.selector, stop_fd(), SELECTOR_READ,
                          on_stop, &crawler) == 0)
        run(&crawler);
    else
        crawl_give_up(&crawler.crawl, OUTCOME_SYSTEM, errno, "no selector");
    loop_close(&crawler.loop);
    return crawl_close(&crawler.crawl);
}
