/*
 * units.h - numbers as people type them: `16MiB`, `300ms`, `10`.
 *
 * Shared by every program of the project, so that they all understand the
 * same words and refuse the same mistakes.
 */
#ifndef COMMON_UNITS_H
#define COMMON_UNITS_H

#include <stdint.h>

/*
 * Reads a count: decimal digits only, no sign, no blank. Returns 0 and sets
 * *count, or -1 (errno EINVAL: not a number; ERANGE: above UINT64_MAX).
 */
int units_count(const char *text, uint64_t *count);

/*
 * Reads a size: a number, with or without a fraction, and nothing or one of
 * B, kB, KiB, MB, MiB, GB, GiB (case matters only little: k and K, b and B
 * are the same). A bare number is bytes. Returns 0 and sets *bytes, or -1
 * (errno EINVAL: no size; ERANGE: above UINT64_MAX / 2).
 */
int units_size(const char *text, uint64_t *bytes);

/*
 * Reads a duration: a number, with or without a fraction, and nothing or one
 * of ns, us, ms, s, min, h. A bare number is seconds. Returns 0 and sets *ns,
 * or -1 (errno EINVAL: no duration; ERANGE: above 100 years).
 */
int units_duration(const char *text, int64_t *ns);

#endif
