/*
 * allocated.c - see allocated.h.
 */
#include "allocated.h"

#include "common/exchange.h"
#include "stages/06-futures/fetch.h"
#include "stages/06-futures/task.h"

#include <malloc.h>

int allocated_measure(struct allocated *allocated)
{
    char url[] = "http://127.0.0.1:40000/100";
    struct page page = {.url = url}, again = {.url = url};
    struct options options = {.timeout_ns = 1, .max_size = 1};
    struct loop loop = {0};
    struct limit limit = {0};
    struct exchange exchange;

    struct fetch *fetch = fetch_new(&page, &options, &loop, &limit);
    if (fetch == NULL)
        return -1;
    size_t before = mallinfo2().uordblks;
    exchange_begin(&exchange, &again, &options);
    if (exchange.state == EXCHANGE_OVER)
        return -1;
    *allocated = (struct allocated){
        .frame = malloc_usable_size(fetch) + sizeof(size_t),
        .task = sizeof(struct task) + sizeof(struct limit),
        .exchange = sizeof(struct exchange),
        .text = mallinfo2().uordblks - before,
    };
    return 0;
}
