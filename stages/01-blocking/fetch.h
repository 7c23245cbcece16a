/*
 * fetch.h - fetches one page with sockets that block.
 *
 * Stages 02 and 03 fetch with the very same code, in many processes and many
 * threads: what changes there is who waits, not how.
 */
#ifndef STAGES_01_BLOCKING_FETCH_H
#define STAGES_01_BLOCKING_FETCH_H

#include "common/options.h"
#include "common/page.h"
#include "common/resolve.h"

/*
 * Fetches the page, redirects included, and waits as long as that takes, at
 * most options->timeout_ns. Afterwards page->result says what it came to and
 * page->links what it links to. A signal to stop ends it early
 * (OUTCOME_CANCELLED). Any number of threads may fetch at the same time.
 */
void fetch(struct page *page, const struct options *options,
           struct resolver *resolver);

#endif
