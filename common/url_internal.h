/*
 * url_internal.h - the three steps of url.c, each in a file of its own:
 * escape (url_escape.c), merge (url.c), normalise (url_normal.c).
 */
#ifndef COMMON_URL_INTERNAL_H
#define COMMON_URL_INTERNAL_H

#include "url.h"

#include <string.h>

/* Some bytes of a longer text. */
struct span {
    const char *first;
    const char *end; /* behind the last */
};

static inline size_t span_size(struct span span)
{
    return (size_t)(span.end - span.first);
}

/* A string without its NUL. */
static inline struct span span_from(const char *string)
{
    return (struct span){string, string + strlen(string)};
}

static inline bool span_starts(struct span span, const char *string)
{
    size_t size = strlen(string);

    return span_size(span) >= size && memcmp(span.first, string, size) == 0;
}

static inline bool span_is(struct span span, const char *string)
{
    return span_size(span) == strlen(string) && span_starts(span, string);
}

/*
 * Finds the reference in `text`: without the blanks around it and without the
 * fragment. Returns 0, or -1 with errno EINVAL if there is a control byte
 * (below 0x20 or 0x7f) anywhere in `text`.
 */
int url_trim(struct span *reference, const char *text);

/* The colon behind the reference's scheme (RFC 3986, 3.1), or NULL. */
const char *url_scheme_end(struct span reference);

/*
 * Writes `rest`, what follows a scheme and its colon or stands without them,
 * to `out`: if it begins with `//`, the authority by the authority's rules,
 * and all else with what RFC 3986 forbids percent-encoded. At most three bytes
 * come of one. Returns the end of what was written; there is no NUL. Nothing
 * is judged: what the text means, and whether it does, uriparser says.
 */
char *url_escape(char *out, struct span rest);

/*
 * Makes a URL of `text`, which is absolute and escaped, in one allocation.
 * Returns and fails as url_parse(), but leaves *url alone if it fails.
 */
int url_normalize(struct url *url, struct span text);

#endif
