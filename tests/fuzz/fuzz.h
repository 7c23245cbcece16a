/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one file, fuzz_NAME.c, with one function that is given bytes
 * and aborts if something that must hold for all bytes does not. `make fuzz`
 * links it with libFuzzer, which looks for such bytes; `make check` with
 * replay.c, which tries those in corpus/NAME and what lies near them.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include "common/buffer.h"
#include "common/digest.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The target. Always returns 0, as libFuzzer wants it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * Numbers that look random and follow from the input alone, so that what
 * failed once fails again. splitmix64, by Sebastiano Vigna.
 */
struct draw {
    uint64_t state;
};

static inline struct draw draw_from(const void *data, size_t size)
{
    return (struct draw){digest_add(DIGEST_EMPTY, data, size)};
}

/* A number below `limit`, which is not 0. */
static inline size_t draw_below(struct draw *draw, size_t limit)
{
    uint64_t z = draw->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (size_t)((z ^ (z >> 31)) % limit);
}

enum { GUARDED = 256 * 1024 }; /* bytes */

/*
 * Copies a piece so that it ends where a page begins that may not be touched:
 * whoever reads one byte too many is killed, sanitizer or not. The copy lives
 * until the next call.
 */
static inline const char *guarded(const void *data, size_t size)
{
    static char *end;

    if (end == NULL) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        char *area = mmap(NULL, GUARDED + page, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        assert(area != MAP_FAILED);
        end = area + GUARDED;
        assert(mprotect(end, page, PROT_NONE) == 0);
    }
    assert(size <= GUARDED);
    if (size > 0)
        memcpy(end - size, data, size);
    return end - size;
}

/*
 * The input again with some of its bytes repeated, so that what was added is
 * `limit` or somewhat less: libFuzzer's own inputs are too short to reach a
 * limit. Few inputs are worth its time: those for which the first draw says
 * so. Else returns false. The caller frees *longer.
 */
static inline bool stretched(struct buffer *longer, const void *data,
                             size_t size, struct draw *draw, size_t limit)
{
    const char *bytes = data;

    if (size == 0 || draw_below(draw, 16) != 0)
        return false;
    size_t at = draw_below(draw, size);
    size_t piece = draw_below(draw, 2) == 0 ? 1 : 1 + draw_below(draw, 24);
    if (piece > size - at)
        piece = size - at;
    size_t few = limit < 32 ? limit : 32;
    size_t times = (limit + 4 - draw_below(draw, few)) / piece;
    *longer = (struct buffer){0};
    assert(buffer_append(longer, bytes, at) == 0);
    for (; times > 0; times--)
        assert(buffer_append(longer, bytes + at, piece) == 0);
    assert(buffer_append(longer, bytes + at, size - at) == 0);
    return true;
}

#endif
