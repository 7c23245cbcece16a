/*
 * fetch.h - fetches one page, as a coroutine.
 *
 * There are two of them with this one face: fetch_flat.c is one generator that
 * yields futures; fetch.c has its waits factored out into coroutines of their
 * own. The crawler, the task and the loop cannot tell them apart.
 */
#ifndef STAGES_06_FUTURES_FETCH_H
#define STAGES_06_FUTURES_FETCH_H

#include "loop.h"

#include "common/options.h"
#include "common/page.h"

struct fetch;

/* Thrown into a fetch when the crawl is stopped. */
extern const struct error cancelled;

/*
 * A frame of which nothing has run, for a page that was just taken. `limit`
 * is the caller's: the fetch sets it for itself. Returns NULL with errno
 * ENOMEM. The caller frees it when it is over.
 *
 * A fetch never dies of an error: whatever happens, in the end page->result
 * says what the page came to, and page->links what it links to.
 */
struct fetch *fetch_new(struct page *page, const struct options *options,
                        struct loop *loop, struct limit *limit);

/* Its coroutine, for a task. */
struct coroutine *fetch_coroutine(struct fetch *fetch);

/* Frees a frame that is over. */
void fetch_free(struct fetch *fetch);

#endif
