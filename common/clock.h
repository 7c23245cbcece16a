/*
 * clock.h - the monotonic clock, in nanoseconds.
 *
 * Every deadline and every time in a report is taken from it: the wall clock
 * may be set back or forth in the middle of a crawl, this one only goes on.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S  INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

/* Nanoseconds since some fixed moment, the same one for all processes. */
int64_t clock_now_ns(void);

/* Nanoseconds since 1970, for people to read: never for a difference. */
int64_t clock_wall_ns(void);

/* The same duration, for the system calls that take a timespec. */
struct timespec clock_timespec(int64_t ns);

#endif
