/*
 * digest.h - FNV-1a, 64 bits: tells apart what is different, quickly, and is
 * no protection against someone who wants two things to look alike.
 *
 * Source: Fowler, Noll and Vo; the constants for 64 bits.
 */
#ifndef COMMON_DIGEST_H
#define COMMON_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_EMPTY UINT64_C(0xcbf29ce484222325)

/*
 * Goes on with `digest` over `size` more bytes; the first call starts from
 * DIGEST_EMPTY. The same bytes give the same digest however they are cut.
 */
static inline uint64_t digest_add(uint64_t digest, const void *data,
                                  size_t size)
{
    const unsigned char *byte = data;

    for (size_t i = 0; i < size; i++)
        digest = (digest ^ byte[i]) * UINT64_C(0x100000001b3);
    return digest;
}

#endif
