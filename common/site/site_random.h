/*
 * site_random.h - chance that comes out the same on every machine.
 *
 * Source: splitmix64 (Steele, Lea and Flood, 2014). rand() is not used: its
 * numbers differ from one C library to the next.
 */
#ifndef COMMON_SITE_RANDOM_H
#define COMMON_SITE_RANDOM_H

#include <stdint.h>

/* Advances *state and returns 64 bits that look random. */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A number below `limit` (not 0); the bias is below limit / 2^64. */
static inline uint64_t random_below(uint64_t *state, uint64_t limit)
{
    return random_next(state) % limit;
}

/*
 * A state of its own for each page and purpose, so that, say, more links on
 * a page do not change which page misbehaves.
 */
static inline uint64_t random_start(uint64_t seed, uint64_t page,
                                    uint64_t purpose)
{
    uint64_t state = seed;

    state = random_next(&state) ^ page;
    state = random_next(&state) ^ purpose;
    return random_next(&state);
}

#endif
