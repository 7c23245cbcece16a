/*
 * crawler.h - what the files of the crawler share.
 */
#ifndef STAGES_07_LOOP_CRAWLER_H
#define STAGES_07_LOOP_CRAWLER_H

#include "crawler_fetch.h"
#include "queue.h"

#include "common/crawl.h"

struct crawler;
struct processes;

/* Makes the coroutine object of a worker; `index` is its own, from 0. */
typedef struct coroutine *make_worker(struct crawler *crawler, size_t index);

struct crawler {
    struct crawl crawl;
    const char *backend; /* --selector; NULL: the best there is */
    bool keep_alive, debug;
    size_t process_count; /* --processes; 1: this one alone */
    struct loop *loop;
    struct fetcher fetcher;
    struct processes *processes; /* that fetch in our place, or NULL */
    make_worker *make_worker;
    struct queue pages;    /* taken from the frontier, waiting for a worker */
    struct task **workers; /* `count` of them */
    size_t count;
    size_t idle; /* workers that have no page */
    struct task *main;
    bool over;   /* a worker that has ended its page leaves */
    bool failed; /* the loop cannot go on: nobody may wait in it */
};

/* A worker took the page from the queue: it is in hand. */
struct page *crawler_take(struct crawler *crawler, void *item);

/* The worker has done with it: the page has its outcome. */
void crawler_finish(struct crawler *crawler, struct page *page);

/* The same, after the crawl was told in another way. */
void crawler_done(struct crawler *crawler);

/* A loop as the options have it. NULL with error_last(). */
struct loop *crawler_new_loop(const struct crawler *crawler);

/* ---- crawler_processes.c ---- */

/*
 * Forks the processes; before there is a loop. They leave when we do. Returns
 * false with error_last(): none could be started.
 */
bool processes_open(struct crawler *crawler);

/* From now on, in the loop, pages can be given to them. */
bool processes_begin(struct crawler *crawler);

/* What gives its pages to one of them, and waits for the answer. */
struct coroutine *make_remote_worker(struct crawler *crawler, size_t index);

/* Ends them. Also if they were never opened. */
void processes_close(struct crawler *crawler);

#endif
