/*
 * export_trace_events.h - a crawl as a timeline that chrome://tracing and
 * Perfetto open.
 */
#ifndef COMMON_EXPORT_TRACE_EVENTS_H
#define COMMON_EXPORT_TRACE_EVENTS_H

#include "report.h"

#include <stdio.h>

/*
 * Writes the crawl of the report: for each of the `count` pages an event of
 * its own, and in it one for each phase that it went through. Times are whole
 * microseconds since the crawl began. Every worker has a track; where pages of
 * one worker were in flight together, a page is on the lowest lane that was
 * free when it began, and every lane is a track. A page that never began has
 * no event. The pages are brought into another order.
 *
 * Returns 0, or -1 with errno ENOMEM, and nothing is written. Whether all
 * could be written says ferror().
 *
 * Source: Trace Event Format, Google; complete events (X) and metadata (M).
 */
int export_trace_events(FILE *file, const struct report *report,
                        struct page **pages, size_t count);

#endif
