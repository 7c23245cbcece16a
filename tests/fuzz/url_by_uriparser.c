/*
 * url_by_uriparser.c - see url_by_uriparser.h.
 */
#include "url_by_uriparser.h"

#include "common/url_internal.h"
#include "fuzz.h"

#include <stdlib.h>
#include <uriparser/Uri.h>

/* The reference by itself, escaped. */
static char *escaped_from(const char *reference)
{
    struct span span;

    assert(url_trim(&span, reference) == 0);
    const char *colon = url_scheme_end(span);
    char *escaped = malloc(3 * span_size(span) + 1), *out = escaped;
    assert(escaped != NULL);
    if (colon != NULL) {
        memcpy(out, span.first, (size_t)(colon + 1 - span.first));
        out += colon + 1 - span.first;
        span.first = colon + 1;
    }
    *url_escape(out, span) = '\0';
    return escaped;
}

/*
 * uriparser 0.9.7 writes `x:.///b`, which has no host but the path `//b`, as
 * `x://b`, which has.
 */
static bool gains_host(const UriUriA *uri, const char *text)
{
    return uri->hostText.first == NULL &&
           strncmp(strchr(text, ':'), "://", 3) == 0;
}

/* Base and reference made one, as text, or NULL. */
static char *merged(const UriUriA *base, const UriUriA *reference)
{
    UriUriA uri;
    char *text = NULL;
    int size;

    if (uriAddBaseUriA(&uri, reference, base) == URI_SUCCESS) {
        assert(uriToStringCharsRequiredA(&uri, &size) == URI_SUCCESS);
        text = malloc((size_t)size + 1);
        assert(text != NULL);
        assert(uriToStringA(text, &uri, size + 1, NULL) == URI_SUCCESS);
        /* It writes IPv6 addresses in full, which may be too much. */
        if (gains_host(&uri, text) || size > URL_MAX_LENGTH) {
            free(text);
            text = NULL;
        }
        uriFreeUriMembersA(&uri);
    }
    return text;
}

char *url_by_uriparser(const struct url *base, const char *reference)
{
    char *escaped = escaped_from(reference), *text = NULL;
    UriUriA from, to;

    if (strlen(base->text) + strlen(escaped) > URL_MAX_LENGTH) {
        free(escaped);
        return NULL;
    }
    assert(uriParseSingleUriA(&from, base->text, NULL) == URI_SUCCESS);
    if (uriParseSingleUriA(&to, escaped, NULL) == URI_SUCCESS) {
        text = merged(&from, &to);
        uriFreeUriMembersA(&to);
    }
    uriFreeUriMembersA(&from);
    free(escaped);
    return text;
}
