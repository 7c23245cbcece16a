/*
 * url.h - URLs: taken apart, resolved and brought to one spelling per page.
 *
 * The grammar is uriparser's (RFC 3986). Real pages hold blanks, bytes above
 * 127 and other bytes that RFC 3986 forbids: these are percent-encoded first,
 * as browsers do. The Python it mirrors: urllib.parse.urlsplit and urljoin.
 */
#ifndef COMMON_URL_H
#define COMMON_URL_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A URL longer than this many bytes, escaped, is none: servers refuse it long
 * before. It also bounds the calls nested inside uriparser, which is written
 * as one call a byte and needs an optimising compiler to make jumps of them.
 */
enum { URL_MAX_LENGTH = 32 * 1024 };

/*
 * A URL in the normal form of RFC 3986, 6.2.2 and 6.2.3: scheme and host in
 * lower case, unreserved characters unescaped, hex digits in capitals, no dot
 * segments, no default port, no empty path, no fragment; IPv6 addresses as in
 * RFC 5952. All members are NUL-terminated strings owned by the URL, in one
 * allocation. Only http and https URLs are taken apart further: of all others
 * the members below `scheme` are "".
 */
/* docs: 01-url */
struct url {
    char *text;      /* the whole URL: its one spelling */
    char *scheme;    /* "http" */
    char *authority; /* what `Host:` says: "example.org:8080", "[::1]" */
    char *host;      /* what a resolver is asked: "example.org", "::1" */
    char *port;      /* "80" (https: "443") where none is given */
    char *target;    /* what a request line asks for: "/path?query" */
};

/*
 * Reads an absolute URL of any scheme from `text`; blanks around it are left
 * out. Names in other alphabets are escaped but not looked up (no IDNA).
 * Returns 0; the caller calls url_free(). Or -1 with errno
 *   EINVAL  it is no URL: relative, no host (http), control bytes in it,
 *           a port that is none (1 to 65535), broken syntax, too long
 *   ENOMEM
 * and *url all zero.
 */
int url_parse(struct url *url, const char *text);

/*
 * The same for the text of a URL that was read before, and so is in normal
 * form: it is only taken apart, which takes a tenth of the time.
 */
int url_parse_normal(struct url *url, const char *text);

/*
 * Resolves a reference (RFC 3986, 5.2) against `base`: what a link or a
 * Location says, seen from the page it stands in. A reference may be a whole
 * URL. An empty one is the base itself. Leading and trailing blanks are left
 * out. `http:x` seen from an http page is `x`, as browsers have it (5.2.2
 * allows it). Returns as url_parse(). *url must not be *base.
 */
int url_resolve(struct url *url, const struct url *base, const char *reference);

/*
 * Whether both have the same scheme, host and port (RFC 6454, section 5).
 * Without a host, as in mailto:, a URL shares its origin with none.
 */
bool url_same_origin(const struct url *a, const struct url *b);

/* Whether the stages speak its scheme: only http. */
bool url_is_http(const struct url *url);

/* Frees what the URL owns and leaves it all zero. Twice is fine. */
void url_free(struct url *url);

#endif
