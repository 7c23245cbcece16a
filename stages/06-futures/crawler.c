/*
 * 06-futures - coroutines that wait for futures, and tasks that drive them.
 *
 *     for url in urls:
 *         Task(fetch(url))
 *     while tasks_alive:
 *         for key, mask in selector.select():
 *             key.data.set_result(None)
 *
 * Who waits: the program, once for all, in the selector. The state of a fetch:
 * its frame, which the coroutine's function reads like local variables. The
 * story is told from top to bottom again, as in stage 01, and one callback is
 * left in all the program: the task's step.
 *
 * This file is the same for both fetches, fetch_flat.c and fetch.c.
 */
#include "fetch.h"
#include "loop.h"
#include "task.h"

#include "common/crawl.h"
#include "common/stop.h"

#include <errno.h>
#include <stdlib.h>

static const char *backend; /* --selector; NULL: the best there is */

static bool set_backend(const char *value)
{
    backend = value;
    return selector_has_backend(value);
}

static const struct stage stage = {
    .name = "06-futures",
    .summary = "Crawls with coroutines that wait for futures.",
    .own = (const struct stage_option[]){
        {"selector", "NAME", "epoll, poll or select (the first there is)",
         "give epoll, poll or select, as this system has it", set_backend},
        {0}}};

/* A page on its way. */
struct flight {
    struct limit limit;
    struct task task;
    struct page *page;
    struct fetch *fetch;
    struct crawler *crawler;
    struct flight *next, **link; /* among all in flight */
};

struct crawler {
    struct crawl crawl;
    struct loop loop;
    struct flight *flights;
};

static void flight_free(struct flight *flight)
{
    *flight->link = flight->next;
    if (flight->next != NULL)
        flight->next->link = flight->link;
    fetch_free(flight->fetch);
    free(flight);
}

/* Its task is done, and with it the page. */
static void on_done(void *data)
{
    struct flight *flight = data;
    struct crawler *crawler = flight->crawler;
    struct page *page = flight->page;

    flight_free(flight);
    crawl_finish(&crawler->crawl, page);
}

static void begin(struct crawler *crawler, struct page *page)
{
    struct flight *flight = calloc(1, sizeof *flight);

    if (flight != NULL)
        flight->fetch = fetch_new(page, &crawler->crawl.options, &crawler->loop,
                                  &flight->limit);
    if (flight == NULL || flight->fetch == NULL) {
        free(flight);
        crawl_no_memory(&crawler->crawl, page);
        return;
    }
    flight->crawler = crawler;
    flight->page = page;
    flight->next = crawler->flights;
    flight->link = &crawler->flights;
    if (flight->next != NULL)
        flight->next->link = &flight->next;
    crawler->flights = flight;

    flight->task = task_new(fetch_coroutine(flight->fetch));
    flight->limit.task = &flight->task;
    future_on_done(&flight->task.done, on_done, flight);
    task_start(&flight->task);
}

static void begin_pages(struct crawler *crawler)
{
    struct page *page;

    while ((page = crawl_take(&crawler->crawl)) != NULL)
        begin(crawler, page);
}

/* docs: 06-end-all */
/* Nobody waits any longer: the error is thrown into every fetch. */
static void end_all(struct crawler *crawler, const struct error *error)
{
    while (crawler->flights != NULL)
        task_throw(&crawler->flights->task, error);
}

/* Ctrl-C. */
static void on_stop(void *data, int events)
{
    (void)events;
    end_all(data, &cancelled);
}

/* docs: 06-run */
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
