/*
 * http_feed.h - feeds an answer reader as a socket might, and more cruelly.
 */
#ifndef TESTS_HTTP_FEED_H
#define TESTS_HTTP_FEED_H

#include "common/http.h"

#include <check.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { AREA = 128 * 1024 }; /* bytes before the guard page */

/*
 * Copies a piece so that it ends where a page begins that may not be touched:
 * who reads one byte too many is killed. The copy lives until the next call.
 */
static inline const char *guarded(const char *data, size_t size)
{
    static char *guard;

    if (guard == NULL) {
        char *area =
            mmap(NULL, AREA + (size_t)sysconf(_SC_PAGESIZE),
                 PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        ck_assert_ptr_ne(area, MAP_FAILED);
        guard = area + AREA;
        ck_assert_int_eq(
            mprotect(guard, (size_t)sysconf(_SC_PAGESIZE), PROT_NONE), 0);
    }
    if (size > AREA)
        ck_abort_msg("a piece of %zu bytes", size);
    if (size > 0)
        memcpy(guard - size, data, size);
    return guard - size;
}

/*
 * Feeds one piece; returns how much of it was used. Check writes down every
 * assertion that it passes, so where a million of them hold there is an `if`.
 */
static inline size_t feed(struct http_reader *reader, const char *data,
                          size_t size)
{
    size_t used = SIZE_MAX;
    enum http_verdict verdict =
        http_reader_feed(reader, guarded(data, size), size, &used);

    if (verdict != reader->verdict)
        ck_abort_msg("verdict %d, told %d", reader->verdict, verdict);
    if (used > size || (verdict == HTTP_MORE && used < size))
        ck_abort_msg("verdict %d, %zu of %zu bytes used", verdict, used, size);
    return used;
}

/* Feeds it in pieces of `step` bytes, to the end whatever the verdict. */
static inline size_t feed_by(struct http_reader *reader, const char *data,
                             size_t size, size_t step)
{
    size_t used = 0;

    for (size_t at = 0; at < size; at += step)
        used += feed(reader, data + at, size - at < step ? size - at : step);
    return used;
}

#endif
