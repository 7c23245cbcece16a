/*
 * crawl.h - a crawl from its command line to its exit status: all that a
 * stage's main() does besides its own waiting.
 *
 *     struct crawl crawl;
 *     int status = crawl_open(&crawl, &stage, argc, argv);
 *     if (status != OPTIONS_GO_ON)
 *         return status;
 *     while ((page = crawl_take(&crawl)) != NULL) {
 *         fetch(page);
 *         crawl_finish(&crawl, page);
 *     }
 *     return crawl_close(&crawl);
 *
 * Nothing in here waits and nothing locks: a stage with several threads puts
 * its own mutex around it.
 */
#ifndef COMMON_CRAWL_H
#define COMMON_CRAWL_H

#include "frontier.h"
#include "options.h"
#include "report.h"

struct crawl {
    const struct stage *stage;
    struct options options;
    struct frontier frontier;
    struct report report;
    struct report_figures figures; /* the stage may add to them */
    size_t links_left;             /* of another origin or scheme, too long */
    bool lost_links;               /* no memory to add what was found */
};

/*
 * Reads the command line and the lists of URLs, opens the files to be
 * written, and from then on lets Ctrl-C stop the crawl. Returns OPTIONS_GO_ON
 * and the caller calls crawl_close(); or the program's exit status, all being
 * said. In that case nothing was fetched and no file was changed.
 */
int crawl_open(struct crawl *crawl, const struct stage *stage, int argc,
               char **argv);

/*
 * The next page to fetch, in flight until crawl_finish() or
 * crawl_lost_worker(). NULL: none may be taken now. Whether that is so for
 * good says crawl_is_over().
 */
struct page *crawl_take(struct crawl *crawl);

/* No page is in flight, and none will be: all are done, or we must stop. */
bool crawl_is_over(const struct crawl *crawl);

/*
 * The page has its outcome: says so, and adds its links to what is to do. A
 * page that found the machine short of descriptors, ports or memory is taken
 * again later instead, if other pages in flight may set some free.
 */
void crawl_finish(struct crawl *crawl, struct page *page);

/*
 * The worker that had the page is gone. The page is taken once more; the
 * second time it is over, OUTCOME_WORKER, for the reason `why` (static text).
 */
void crawl_lost_worker(struct crawl *crawl, struct page *page, const char *why);

/* There is no memory to begin with the page: as crawl_finish() has it. */
void crawl_no_memory(struct crawl *crawl, struct page *page);

/*
 * Gives every page without an outcome this one, those in flight included: the
 * crawl cannot go on, for the reason `error` (an errno, or 0) and `why` (static
 * text), which is said on stderr. Nobody may be at work on a page any more.
 */
void crawl_give_up(struct crawl *crawl, enum outcome outcome, int error,
                   const char *why);

/*
 * Ends the crawl: what has no outcome was cancelled. Writes the report, frees
 * everything, returns the exit status: 0, 1, or 128 + the signal.
 */
int crawl_close(struct crawl *crawl);

#endif
