/*
 * url_spelling.c - see url_spelling.h.
 */
#include "url_spelling.h"

#include "common/http.h"
#include "fuzz.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

bool url_is_web(const struct url *url)
{
    return strcmp(url->scheme, "http") == 0 ||
           strcmp(url->scheme, "https") == 0;
}

static bool is_capital_hex(char c)
{
    return isdigit((unsigned char)c) || (c >= 'A' && c <= 'F');
}

static bool is_unreserved(int c)
{
    return isalnum(c) || (c != '\0' && strchr("-._~", c) != NULL);
}

/* Printable ASCII without blanks; escapes in capitals, and only where needed.
 */
static void check_spelling(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        assert(*c > ' ' && *c < 0x7f && strchr("\"#<>\\^`{|}", *c) == NULL);
        if (*c == '%') {
            char digits[] = {c[1], c[1] == '\0' ? '\0' : c[2], '\0'};
            assert(is_capital_hex(digits[0]) && is_capital_hex(digits[1]));
            assert(!is_unreserved((int)strtol(digits, NULL, 16)));
        }
    }
}

/* No segment of it is a dot or two. */
static void check_path(const char *target)
{
    const char *end = target + strcspn(target, "?");

    assert(*target == '/');
    for (const char *c = target; c < end; c++) {
        size_t dots = *c == '/' ? strspn(c + 1, ".") : 0;
        const char *after = c + 1 + dots;
        assert(dots == 0 || dots > 2 || (after < end && *after != '/'));
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), tail = strlen(end);

    return size >= tail && strcmp(text + size - tail, end) == 0;
}

/* A number without zeros before it, in the authority unless it is usual. */
static void check_port(const struct url *url)
{
    long port = strtol(url->port, NULL, 10);
    const char *usual = strcmp(url->scheme, "http") == 0 ? "80" : "443";
    char end[16];

    assert(*url->port != '0' && strlen(url->port) <= 5);
    assert(strspn(url->port, "0123456789") == strlen(url->port));
    assert(port >= 1 && port <= 65535);
    snprintf(end, sizeof end, ":%s", url->port);
    assert(ends_with(url->authority, end) == (strcmp(url->port, usual) != 0));
}

/* A request can be made of its parts, and they are parts of the whole. */
static void check_web(const struct url *url)
{
    struct buffer request = {0};

    assert(*url->host != '\0');
    assert(strstr(url->authority, url->host) != NULL);
    assert(strchr(url->authority, '@') == NULL);
    assert(ends_with(url->text, url->target));
    assert(strstr(url->text, url->authority) != NULL);
    check_path(url->target);
    check_port(url);
    assert(http_request(&request, url->authority, url->target, true) == 0);
    buffer_free(&request);
}

void url_check_spelling(const struct url *url)
{
    size_t scheme = strlen(url->scheme);

    assert(strlen(url->text) <= URL_MAX_LENGTH);
    assert(scheme > 0 && strncmp(url->text, url->scheme, scheme) == 0 &&
           url->text[scheme] == ':');
    for (const char *c = url->scheme; *c != '\0'; c++)
        assert(!isupper((unsigned char)*c));
    check_spelling(url->text);
    if (url_is_web(url))
        check_web(url);
    else
        assert(!*url->authority && !*url->host && !*url->port && !*url->target);
    assert(url_is_http(url) == (strcmp(url->scheme, "http") == 0));
}
