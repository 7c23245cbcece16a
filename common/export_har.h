/*
 * export_har.h - a crawl as an HTTP Archive, which browsers' network panels
 * open.
 */
#ifndef COMMON_EXPORT_HAR_H
#define COMMON_EXPORT_HAR_H

#include "report.h"

#include <stdio.h>

/*
 * Writes the crawl of the report: an entry for each of the `count` pages, in
 * the order in which they began, which they are brought into. Every page has
 * its outcome. Returns 0, or -1 with errno ENOMEM: the file is whole, but the
 * headers of some requests are not in it. Whether all could be written says
 * ferror().
 *
 * What a page's record does not hold is -1 or empty, as the source has it: an
 * answer's headers, its HTTP version and its type. An entry is a page with all
 * its redirects: the URL is that of the first hop, the answer and the times
 * are those of the last, and what came before it is `blocked`. A page that
 * failed has the status 0 and an _error, as browsers have it. One that never
 * began stands last, at the end of the crawl.
 *
 * Source: HAR 1.2 specification (Jan Odvarko).
 */
int export_har(FILE *file, const struct report *report, struct page **pages,
               size_t count);

#endif
