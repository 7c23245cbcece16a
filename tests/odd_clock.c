/*
 * odd_clock.c - see odd_calls.h: a clock on a machine that has much to do.
 */
#include "odd_calls.h"

#include "common/clock.h"

#include <stdlib.h>

static const int64_t LOST_NS = 150 * NS_PER_MS;

int64_t __real_clock_now_ns(void);
int64_t __wrap_clock_now_ns(void);

int64_t __wrap_clock_now_ns(void)
{
    int64_t now = __real_clock_now_ns();

    if (getenv("ODD_CLOCK") != NULL)
        now += LOST_NS * atomic_fetch_add(&odd_counts->looks, 1);
    return now;
}
