/*
 * 03-threads - the same fetch, in N threads over one frontier.
 *
 *     with ThreadPoolExecutor(10) as pool:
 *         for page in pool.map(fetch, urls): ...
 *
 * Who waits: N threads, each for its own page. The state of a fetch: the
 * stack of its thread. Everything is shared, so nothing need be copied and
 * everything must be guarded: one mutex over the frontier, and a condition
 * for those who find nothing to do.
 */
#include "common/crawl.h"
#include "stages/01-blocking/fetch.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const struct stage stage = {
    .name = "03-threads",
    .summary = "Crawls with a pool of threads over one frontier.",
};

/*
 * A stack is address space that nobody else can have, and the default of 8 MiB
 * is far more than a fetch needs.
 */
enum { STACK_SIZE = 512 * 1024 };

/* docs: 03-shared */
struct shared {
    pthread_mutex_t mutex;  /* over the crawl */
    pthread_cond_t changed; /* there may be a page to take, or it is over */
    struct crawl *crawl;
    struct resolver *resolver; /* has a lock of its own */
};

struct worker {
    pthread_t thread;
    struct shared *shared;
    int number;
};

/*
 * The next page, or NULL when the crawl is over; waits while others may still
 * find links. Whoever takes a page wakes one more if there are more: nobody
 * is woken for nothing, and nobody sleeps while there is work. Locked.
 */
/* docs: 03-take */
static struct page *take(struct shared *shared)
{
    struct crawl *crawl = shared->crawl;
    struct page *page;

    while ((page = crawl_take(crawl)) == NULL && !crawl_is_over(crawl))
        pthread_cond_wait(&shared->changed, &shared->mutex);
    if (page == NULL)
        pthread_cond_broadcast(&shared->changed); /* over: for all of us */
    else if (crawl->frontier.todo != NULL)
        pthread_cond_signal(&shared->changed);
    return page;
}

/* docs: 03-work */
static void *work(void *argument)
{
    struct worker *worker = argument;
    struct shared *shared = worker->shared;
    struct page *page;

    pthread_mutex_lock(&shared->mutex);
    while ((page = take(shared)) != NULL) {
        page->worker = worker->number;
        pthread_mutex_unlock(&shared->mutex);
        /* In flight, the page is this thread's alone. */
        fetch(page, &shared->crawl->options, shared->resolver);
        pthread_mutex_lock(&shared->mutex);
        crawl_finish(shared->crawl, page);
    }
    pthread_mutex_unlock(&shared->mutex);
    return NULL;
}

/* No more threads than there can be pages for them. */
static size_t workers_wanted(const struct crawl *crawl)
{
    size_t pages = crawl->options.follow ? crawl->options.max_pages
                                         : crawl->frontier.known;

    return crawl->options.concurrency < pages ? crawl->options.concurrency
                                              : pages;
}

/*
 * Starts up to `wanted` workers and returns how many there are: one that
 * cannot be started only means fewer. `*error` says why there are not more.
 */
/* docs: 03-start-workers */
static size_t start_workers(struct shared *shared, struct worker *workers,
                            size_t wanted, int *error)
{
    size_t started = 0;

    pthread_attr_t small;

    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, STACK_SIZE);
    for (*error = 0; started < wanted; started++) {
        struct worker *worker = &workers[started];
        worker->shared = shared;
        worker->number = (int)started;
        *error = pthread_create(&worker->thread, &small, work, worker);
        if (*error != 0)
            break;
    }
    pthread_attr_destroy(&small);
    return started;
}

/* docs: 03-crawl-pages */
static void crawl_pages(struct shared *shared)
{
    struct crawl *crawl = shared->crawl;
    size_t wanted = workers_wanted(crawl), started = 0;
    struct worker *workers = calloc(wanted, sizeof workers[0]);
    int error = ENOMEM;

    if (workers != NULL)
        started = start_workers(shared, workers, wanted, &error);
    for (size_t i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    free(workers);
    crawl->figures.workers = started;
    if (started == 0)
        crawl_give_up(crawl, OUTCOME_SYSTEM, error,
                      "no thread could be started");
}

int main(int argc, char **argv)
{
    struct crawl crawl;

    int status = crawl_open(&crawl, &stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;
    struct shared shared = {
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .changed = PTHREAD_COND_INITIALIZER,
        .crawl = &crawl,
        .resolver = resolver_new(),
    };
    if (shared.resolver == NULL)
        crawl_give_up(&crawl, OUTCOME_SYSTEM, errno, "no resolver");
    else
        crawl_pages(&shared);
    resolver_free(shared.resolver);
    return crawl_close(&crawl);
}
