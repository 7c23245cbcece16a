/*
 * usage.h - what the crawl has cost this process and the children it has
 * waited for, by the kernel's accounting.
 */
#ifndef COMMON_USAGE_H
#define COMMON_USAGE_H

struct usage {
    double user_s;
    double sys_s;
    long max_rss_kib; /* of this process alone */
    long voluntary_switches;
    long involuntary_switches;
};

/* Reads it now. Source: getrusage(2). */
struct usage usage_now(void);

#endif
