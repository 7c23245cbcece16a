/*
 * url_escape.c - what people write as a reference, in RFC 3986's alphabet.
 *
 * The rules are those of browsers: a byte that may not stand where it stands
 * becomes %XX. The Python it mirrors: urllib.parse.quote with a long `safe`.
 */
#include "url_internal.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7f;
}

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/*
 * May stand in a path or a query (RFC 3986, 3.3 and 3.4): unreserved, reserved
 * but the brackets and `#`. In ASCII most of these are neighbours.
 */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '&' && c <= ';') /* & ... 0-9 : ; */
           || (c >= '?' && c <= 'Z')                        /* ? @ A-Z */
           || c == '=' || c == '_' || c == '~' || c == '!' || c == '$';
}

static bool is_escape(const char *c, const char *end)
{
    return end - c >= 3 && c[0] == '%' && is_hex(c[1]) && is_hex(c[2]);
}

int url_trim(struct span *reference, const char *text)
{
    const char *end = text;

    for (; *end; end++) {
        if (is_control((unsigned char)*end)) {
            errno = EINVAL;
            return -1;
        }
    }
    while (*text == ' ')
        text++;
    while (end > text && end[-1] == ' ')
        end--;

    const char *fragment = memchr(text, '#', (size_t)(end - text));

    reference->first = text;
    reference->end = fragment ? fragment : end;
    return 0;
}

const char *url_scheme_end(struct span reference)
{
    const char *c = reference.first;

    if (c == reference.end || !is_alpha(*c))
        return NULL;
    while (c < reference.end && (is_alpha(*c) || is_digit(*c) || *c == '+' ||
                                 *c == '-' || *c == '.'))
        c++;
    return c < reference.end && *c == ':' ? c : NULL;
}

static char *put_escaped(char *out, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char)c;

    *out++ = '%';
    *out++ = hex[byte >> 4];
    *out++ = hex[byte & 15];
    return out;
}

/* A stray % is one that somebody forgot to escape: %25. */
static char *put_path_and_query(char *out, struct span span)
{
    for (const char *c = span.first; c < span.end; c++) {
        if (is_plain(*c) || is_escape(c, span.end))
            *out++ = *c;
        else
            out = put_escaped(out, *c);
    }
    return out;
}

/* Everything up to the last @, so an @ in it is escaped too. */
static char *put_userinfo(char *out, struct span span)
{
    for (const char *c = span.first; c < span.end; c++) {
        bool plain = is_plain(*c) && *c != '@';

        if (plain || is_escape(c, span.end))
            *out++ = *c;
        else
            out = put_escaped(out, *c);
    }
    return out;
}

/*
 * No browser makes a host of `a b` or `a%zz`: ASCII is left for the parser to
 * refuse, which also lets the brackets of an IPv6 address stand.
 */
static char *put_host_and_port(char *out, struct span span)
{
    for (const char *c = span.first; c < span.end; c++) {
        if ((unsigned char)*c < 0x80)
            *out++ = *c;
        else
            out = put_escaped(out, *c);
    }
    return out;
}

static char *put_authority(char *out, struct span span)
{
    const char *at = memrchr(span.first, '@', (size_t)(span.end - span.first));

    if (at) {
        out = put_userinfo(out, (struct span){span.first, at});
        *out++ = '@';
        span.first = at + 1;
    }
    return put_host_and_port(out, span);
}

char *url_escape(char *out, struct span rest)
{
    if (rest.end - rest.first < 2 || memcmp(rest.first, "//", 2) != 0)
        return put_path_and_query(out, rest);
    *out++ = '/';
    *out++ = '/';

    struct span authority = {rest.first + 2, rest.first + 2};

    while (authority.end < rest.end && *authority.end != '/' &&
           *authority.end != '?')
        authority.end++;
    out = put_authority(out, authority);
    return put_path_and_query(out, (struct span){authority.end, rest.end});
}
