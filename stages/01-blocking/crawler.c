/*
 * 01-blocking - one page after another, and every call waits.
 *
 *     for url in urls:
 *         fetch(url)
 *
 * Who waits: the program. The state of a fetch: local variables on the stack.
 * Nothing could be simpler, and nothing is slower: while one page is on its
 * way, all others wait for their turn to begin.
 */
#include "fetch.h"

#include "common/crawl.h"

#include <errno.h>

static const struct stage stage = {
    .name = "01-blocking",
    .summary = "Crawls one page at a time with sockets that block; the "
               "concurrency is always 1.",
};

/* docs: 01-main */
int main(int argc, char **argv)
{
    struct crawl crawl;
    struct page *page;

    int status = crawl_open(&crawl, &stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        return status;
    struct resolver *resolver = resolver_new();
    if (resolver == NULL)
        crawl_give_up(&crawl, OUTCOME_SYSTEM, errno, "no resolver");
    while ((page = crawl_take(&crawl)) != NULL) {
        fetch(page, &crawl.options, resolver);
        crawl_finish(&crawl, page);
    }
    resolver_free(resolver);
    return crawl_close(&crawl);
}
