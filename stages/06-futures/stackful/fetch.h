/*
 * fetch.h - fetches one page, in a fiber.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_FETCH_H
#define STAGES_06_FUTURES_STACKFUL_FETCH_H

#include "common/options.h"
#include "common/page.h"
#include "stages/06-futures/loop.h"

/* Thrown into a fetch when the crawl is stopped. */
extern const struct error cancelled;

/*
 * Fetches a page that was just taken, redirects included, and waits as long
 * as that takes: to be called in a fiber, by its task. `limit` is the
 * caller's and leads to that task; the fetch sets it for itself. Whatever
 * happens, afterwards page->result says what the page came to, and
 * page->links what it links to.
 */
void fetch(struct page *page, const struct options *options, struct loop *loop,
           struct limit *limit);

#endif
