/*
 * site_pages.h - the pages: HTML that the seed and the number decide.
 *
 * A page is never stored. Any range of its bytes can be written again at any
 * time, so thousands of long pages may be on their way in little memory.
 */
#ifndef COMMON_SITE_PAGES_H
#define COMMON_SITE_PAGES_H

#include "site_options.h"

#include <event2/buffer.h>
#include <stddef.h>
#include <stdint.h>

struct site_pages;

/*
 * The pages of a site with these options, which must outlive them. Returns
 * NULL with errno ENOMEM; else the caller calls site_pages_free().
 */
struct site_pages *site_pages_new(const struct site_options *options);

/* Frees them; NULL is fine. */
void site_pages_free(struct site_pages *pages);

/* The number of the page at `path` (no query), or -1 where there is none. */
int64_t site_pages_find(const struct site_pages *pages, const char *path,
                        size_t length);

/* The length of a page's body in bytes. */
uint64_t site_pages_length(struct site_pages *pages, uint32_t number);

/*
 * Appends `size` bytes of a page's body, from `offset` on, to `out`; the
 * range must lie within the page. Returns 0, or -1 where memory ran out.
 */
int site_pages_write(struct site_pages *pages, uint32_t number, uint64_t offset,
                     size_t size, struct evbuffer *out);

/* The latency of a page in nanoseconds: the option's, more or less jitter. */
int64_t site_pages_latency_ns(const struct site_pages *pages, uint32_t number);

#endif
