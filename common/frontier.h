/*
 * frontier.h - the crawl's edge: which pages are to do, in flight, done.
 *
 * Every page is known once, by the normal form of its URL, in however many
 * spellings it was asked for or linked. Pages are taken in the order in which
 * they became known; with links followed that order is the order of answers,
 * so which pages max_pages lets in may differ from run to run. Nothing waits
 * and nothing locks: a stage with several threads puts its own mutex around it.
 */
#ifndef COMMON_FRONTIER_H
#define COMMON_FRONTIER_H

#include "page.h"

#include <stdbool.h>
#include <stddef.h>

struct origin; /* a server whose links are followed */
struct left;   /* a page beyond the cap: only its digest is kept */

struct frontier {
    struct page *pages;      /* every page known, a uthash by url */
    struct page *todo;       /* first in, first out */
    struct page **todo_tail; /* where the next one is hung */
    struct origin *origins;  /* a uthash by authority */
    struct left *left;       /* a uthash by digest of the url */
    size_t known;            /* pages in `pages` */
    size_t max_pages;        /* known never exceeds it */
    size_t in_flight;        /* taken, and neither finished nor put back */
    size_t max_in_flight;    /* the most there ever were */
    size_t concurrency;      /* in_flight never exceeds it */
    size_t room;             /* in_flight the machine has shown to bear */
    size_t finished;
    size_t ended; /* how often a page was in flight and is no more */
};

/* An empty frontier with its two caps. Nothing is allocated. */
void frontier_init(struct frontier *frontier, size_t concurrency,
                   size_t max_pages);

/*
 * Makes known a page by the normal form of its URL, which is copied. A page
 * known already is left alone; one beyond max_pages is counted as left.
 * Returns 0, or -1 with errno ENOMEM and the frontier as it was.
 */
int frontier_add(struct frontier *frontier, const char *url);

/*
 * Lets links be followed to the origin http://authority. Returns 0, or -1
 * with errno ENOMEM.
 */
int frontier_add_origin(struct frontier *frontier, const char *authority);

/* Whether `url`, in normal form, has one of the origins added. */
bool frontier_follows(const struct frontier *frontier, const char *url);

/*
 * Takes the page that has waited longest, which is then in flight until
 * frontier_finish() or frontier_put_back(). NULL: none is to do, or no more
 * may be in flight now.
 */
struct page *frontier_take(struct frontier *frontier);

/* The page, which is in flight, has its outcome. */
void frontier_finish(struct frontier *frontier, struct page *page);

/*
 * The page, which is in flight, is to be taken anew, before all others, as if
 * it had never been taken.
 */
void frontier_put_back(struct frontier *frontier, struct page *page);

/*
 * The same, because the machine ran out of descriptors, ports or memory: and
 * no more pages are taken than were in flight without it, until others end.
 * Returns false, and does nothing, if no other page was in flight while this
 * one was: then there is nothing to wait for.
 */
bool frontier_postpone(struct frontier *frontier, struct page *page);

/* Lowers the concurrency to what the stage could start: at least 1. */
void frontier_limit(struct frontier *frontier, size_t concurrency);

/* How many pages were left out because of max_pages, each counted once. */
size_t frontier_left(const struct frontier *frontier);

/* Frees the frontier with all its pages. */
void frontier_free(struct frontier *frontier);

#endif
