/*
 * fuzz_url.c - URLs: a base on the first line, a reference on the second; of
 * one line alone, a URL.
 *
 * A URL has one spelling, which is its own, and looks as url.h says; whatever
 * way leads to it, it is taken apart alike. References are resolved by
 * uriparser, too, which url.c does without.
 */
#include "common/url.h"
#include "fuzz.h"
#include "url_by_uriparser.h"
#include "url_spelling.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

static bool is_same(const struct url *a, const struct url *b)
{
    return strcmp(a->text, b->text) == 0 && strcmp(a->scheme, b->scheme) == 0 &&
           strcmp(a->authority, b->authority) == 0 &&
           strcmp(a->host, b->host) == 0 && strcmp(a->port, b->port) == 0 &&
           strcmp(a->target, b->target) == 0;
}

/* The answer of a function that makes a URL: whether there is one. */
static bool made(int result, const struct url *url)
{
    static const struct url none;

    if (result == 0)
        return true;
    assert(result == -1 && errno == EINVAL);
    assert(memcmp(url, &none, sizeof none) == 0);
    return false;
}

static bool parse(struct url *url, const char *text)
{
    return made(url_parse(url, text), url);
}

static bool resolve(struct url *url, const struct url *base, const char *text)
{
    return made(url_resolve(url, base, text), url);
}

/* ---- ways that lead to the same ---- */

static void check_again(const struct url *url)
{
    struct url again;

    assert(parse(&again, url->text));
    assert(is_same(&again, url));
    url_free(&again);
    assert(made(url_parse_normal(&again, url->text), &again));
    assert(is_same(&again, url));
    url_free(&again);
}

/* An empty reference, and one that is only a fragment, are the page itself. */
static void check_itself(const struct url *url)
{
    static const char *const selves[] = {"", "  ", "#", " #x y%"};
    struct url again;

    for (size_t i = 0; i < sizeof selves / sizeof selves[0]; i++) {
        assert(resolve(&again, url, selves[i]));
        assert(is_same(&again, url));
        url_free(&again);
    }
}

static void check_origin(const struct url *url)
{
    struct url root;

    assert(url_same_origin(url, url) == url_is_web(url));
    if (!url_is_web(url))
        return;
    assert(resolve(&root, url, "/"));
    assert(url_same_origin(url, &root) && url_same_origin(&root, url));
    assert(strcmp(root.target, "/") == 0);
    url_free(&root);
}

static void check_url(const struct url *url)
{
    url_check_spelling(url);
    check_again(url);
    check_itself(url);
    check_origin(url);
}

/* ---- references ---- */

/* `http:x`, which from an http page is `x`: not as the RFC has it. */
static bool repeats_scheme(const struct url *base, const char *reference)
{
    size_t scheme = strlen(base->scheme);

    reference += strspn(reference, " ");
    return url_is_web(base) &&
           strncasecmp(reference, base->scheme, scheme) == 0 &&
           reference[scheme] == ':' &&
           strncmp(reference + scheme + 1, "//", 2) != 0;
}

/*
 * To resolve, uriparser takes dot segments away, and to normalise those that
 * come of %2e: in a path without a root twice is not once.
 */
static bool has_escaped_dots(const struct url *url, const char *reference)
{
    return url->text != NULL && !url_is_web(url) &&
           strcasestr(reference, "%2e") != NULL;
}

static void check_uriparser(const struct url *base, const char *reference,
                            const struct url *url)
{
    struct url theirs;

    if (repeats_scheme(base, reference) || has_escaped_dots(url, reference))
        return;
    char *text = url_by_uriparser(base, reference);
    if (text != NULL && parse(&theirs, text)) {
        assert(url->text != NULL && is_same(&theirs, url));
        url_free(&theirs);
    } else if (text != NULL) {
        assert(url->text == NULL);
    }
    free(text);
}

/* A whole URL is the same from everywhere. */
static void check_absolute(const struct url *base, const char *reference,
                           const struct url *url)
{
    struct url alone;

    if (repeats_scheme(base, reference) || !parse(&alone, reference))
        return;
    assert(url->text != NULL && is_same(&alone, url));
    url_free(&alone);
}

static bool has_control(const char *text)
{
    while (*text != '\0' && !iscntrl((unsigned char)*text))
        text++;
    return *text != '\0';
}

static void check_reference(const struct url *base, const char *reference)
{
    struct url url;
    bool is_url = resolve(&url, base, reference);

    if (has_control(reference)) {
        assert(!is_url);
        return;
    }
    check_absolute(base, reference, &url);
    check_uriparser(base, reference, &url);
    if (is_url)
        check_url(&url);
    url_free(&url);
}

/* A copy with a NUL, behind which nothing may be read. */
static const char *string_from(const char *first, const char *end)
{
    static char text[GUARDED];
    size_t size = (size_t)(end - first);

    memcpy(text, first, size);
    text[size] = '\0';
    return guarded(text, strlen(text) + 1);
}

static void check(const char *text, size_t size)
{
    const char *line = memchr(text, '\n', size), *end = text + size;
    struct url base;

    if (parse(&base, string_from(text, line != NULL ? line : end))) {
        check_url(&base);
        if (line != NULL)
            check_reference(&base, string_from(line + 1, end));
    }
    url_free(&base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct draw draw = draw_from(data, size);
    struct buffer longer;

    if (size == 0)
        return 0;
    check((const char *)data, size);
    if (stretched(&longer, data, size, &draw, URL_MAX_LENGTH)) {
        check(longer.data, longer.length);
        buffer_free(&longer);
    }
    return 0;
}
