/*
 * url_test.c - URLs: their one spelling, their parts, and references.
 */
#include "common/url.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static bool is_all_zero(const struct url *url)
{
    return !url->text && !url->scheme && !url->authority && !url->host &&
           !url->port && !url->target;
}

/* ---- one URL by itself ---- */

/* What is written, and its one spelling. */
static const struct {
    const char *written, *text;
} spellings[] = {
    /* case of scheme and host, nothing else's (6.2.2.1) */
    {"http://example.org/", "http://example.org/"},
    {"HTTP://EXAMPLE.Org/Path?Query", "http://example.org/Path?Query"},
    {"http://h/%3a%2f%c3%bc", "http://h/%3A%2F%C3%BC"},
    {"http://%c3%bc.example/%c3", "http://%C3%BC.example/%C3"},
    {"http://X%C3Y/", "http://x%C3y/"},
    /* unreserved is unescaped, and only that (6.2.2.2) */
    {"http://h/%7Eme/%61%2D%2e%5f", "http://h/~me/a-._"},
    {"http://h/?%61=%26", "http://h/?a=%26"},
    {"http://%45xample/", "http://example/"},
    {"http://127.0.0.%31/", "http://127.0.0.1/"},
    {"http://h/%2561", "http://h/%2561"},
    /* dot segments (6.2.2.3), also escaped ones */
    {"http://h/a/./b/../c", "http://h/a/c"},
    {"http://h/..", "http://h/"},
    {"http://h/../../a/", "http://h/a/"},
    {"http://h/a/b/.", "http://h/a/b/"},
    {"http://h/a/b/..", "http://h/a/"},
    {"http://h/a/%2e%2E/b", "http://h/b"},
    {"http://h/a/...", "http://h/a/..."},
    {"http://h/?a/../b", "http://h/?a/../b"},
    {"http://h//a//../b", "http://h//a/b"},
    {"http://h/a/..//b", "http://h//b"},
    {"http://h//", "http://h//"},
    /* ports and empty paths (6.2.3) */
    {"http://h", "http://h/"},
    {"http://h?", "http://h/?"},
    {"http://h?q", "http://h/?q"},
    {"http://h:/", "http://h/"},
    {"http://h:80/", "http://h/"},
    {"http://h:0080/", "http://h/"},
    {"http://h:080", "http://h/"},
    {"http://h:443/", "http://h:443/"},
    {"http://h:00008080/", "http://h:8080/"},
    {"http://h:1/", "http://h:1/"},
    {"http://h:65535/", "http://h:65535/"},
    {"https://h:443", "https://h/"},
    {"https://h:80/", "https://h:80/"},
    {"ftp://h", "ftp://h"},
    {"ftp://h:80/", "ftp://h:80/"},
    {"ftp://h:/", "ftp://h/"},
    /* addresses */
    {"http://[::1]", "http://[::1]/"},
    {"http://[0:0:0:0:0:0:0:1]:80/", "http://[::1]/"},
    {"http://[FE80::ABCD]:8080/", "http://[fe80::abcd]:8080/"},
    {"http://[2001:DB8:0:0:1:0:0:1]/", "http://[2001:db8::1:0:0:1]/"},
    {"http://[::FFFF:127.0.0.1]/", "http://[::ffff:127.0.0.1]/"},
    {"http://[::ffff:7f00:1]/", "http://[::ffff:127.0.0.1]/"},
    {"http://[vF.X:Y]/", "http://[vf.x:y]/"},
    {"http://127.0.0.1:8080/", "http://127.0.0.1:8080/"},
    {"http://256.1.1.1/", "http://256.1.1.1/"},
    /* fragments and blanks */
    {"http://h/a#b", "http://h/a"},
    {"http://h#", "http://h/"},
    {"http://h/a#b#c", "http://h/a"},
    {"http://h/#a b%zz\xff", "http://h/"},
    {"   http://h/   ", "http://h/"},
    {"http://h/a #b", "http://h/a%20"},
    /* what RFC 3986 forbids is escaped */
    {"http://h/a b", "http://h/a%20b"},
    {"http://h/\"<>\\^`{|}", "http://h/%22%3C%3E%5C%5E%60%7B%7C%7D"},
    {"http://h/[a]?b[]=[c]", "http://h/%5Ba%5D?b%5B%5D=%5Bc%5D"},
    {"http://h/\xc3\xbc?\xff", "http://h/%C3%BC?%FF"},
    {"http://h/?a=b?c=d/e:f@g", "http://h/?a=b?c=d/e:f@g"},
    {"http://h/!$&'()*+,;=:@-._~", "http://h/!$&'()*+,;=:@-._~"},
    {"http://h/%", "http://h/%25"},
    {"http://h/100%", "http://h/100%25"},
    {"http://h/%4", "http://h/%254"},
    {"http://h/%zz%a", "http://h/%25zz%25a"},
    {"http://h/%%41", "http://h/%25A"},
    {"http://b\xc3\xbc"
     "cher.example/",
     "http://b%C3%BCcher.example/"},
    /* who asks is kept, but escaped where a browser would */
    {"http://u:p@h/", "http://u:p@h/"},
    {"http://U:P@H/", "http://U:P@h/"},
    {"http://@h/", "http://h/"},
    {"http://a@b@h/", "http://a%40b@h/"},
    {"http://a b[c]@[::1]/", "http://a%20b%5Bc%5D@[::1]/"},
    {"http://%61@h/@", "http://a@h/@"},
    /* other schemes */
    {"mailto:me@Example.org", "mailto:me@Example.org"},
    {"MAILTO:me", "mailto:me"},
    {"javascript:alert(\"a b\")", "javascript:alert(%22a%20b%22)"},
    {"data:text/html,<p>[1]", "data:text/html,%3Cp%3E%5B1%5D"},
    {"tel:+1-2", "tel:+1-2"},
    {"about:", "about:"},
    {"localhost:8080/", "localhost:8080/"},
    {"file:///etc/./passwd", "file:///etc/passwd"},
    {"urn:a:b", "urn:a:b"},
    {"a+b-c.9:x", "a+b-c.9:x"},
    /* a path without authority never comes to look like one */
    {"x:/a/..//b", "x:/.//b"},
    {"x:/.//b", "x:/.//b"},
    {"x:.//b", "x:/b"},
    {"x:.///b", "x:/.//b"},
};

START_TEST(a_page_has_one_spelling)
{
    struct url url;

    ck_assert_msg(url_parse(&url, spellings[_i].written) == 0, "`%s`: errno %d",
                  spellings[_i].written, errno);
    ck_assert_str_eq(url.text, spellings[_i].text);
    url_free(&url);
}
END_TEST

START_TEST(the_one_spelling_is_its_own)
{
    struct url url;

    ck_assert_int_eq(url_parse(&url, spellings[_i].text), 0);
    ck_assert_str_eq(url.text, spellings[_i].text);
    url_free(&url);
}
END_TEST

static const char *const no_urls[] = {
    /* relative */
    "",
    " ",
    "#",
    "#a:b",
    "example.com/x",
    "/x",
    "//h/x",
    "?x",
    "x",
    ".",
    ":",
    "://h/",
    ":80",
    "1http://h/",
    "-x:y",
    "+:y",
    "ht tp://h/",
    "h\xc3:x",
    /* without a host */
    "http:",
    "http:/",
    "http://",
    "http:///",
    "http:///x",
    "http:x",
    "http:/x",
    "http://?q",
    "http://:80/",
    "http://u@/",
    "http://u@:80/",
    "https:",
    "http://#h/",
    /* no port */
    "http://h:0/",
    "http://h:00/",
    "http://h:65536/",
    "http://h:99999/",
    "http://h:100000/",
    "http://h:18446744073709551696/",
    "http://h:-80/",
    "http://h:+80/",
    "http://h:8 0/",
    "http://h: 80/",
    "http://h:80a/",
    "http://h:a/",
    "http://h::80/",
    "http://h:80:80/",
    "http://h:%38%30/",
    "ftp://h:0/",
    "ftp://h:65536/",
    /* no host */
    "http://a b/",
    "http://a\"b/",
    "http://a<b>/",
    "http://a\\b/",
    "http://a|b/",
    "http://a^b/",
    "http://{h}/",
    "http://h%/",
    "http://h%4/",
    "http://h%zz/",
    "http://[/",
    "http://]/",
    "http://[]/",
    "http://[::1/",
    "http://::1/",
    "http://[::1]x/",
    "http://[1::2::3]/",
    "http://[g::]/",
    "http://[1:2:3:4:5:6:7:8:9]/",
    "http://[::1%25eth0]/",
    "http://a[b]/",
    "http://[::1]:x/",
    "http://[v.x]/",
    "http://[127.0.0.1]/",
    /* control bytes, wherever they are */
    "\thttp://h/",
    "http://h/\n",
    "http://h/\r\n",
    "http://h/a\tb",
    "http://h/a\x01",
    "http://h\x1f/",
    "http://h/\x7f",
    "http://h/#a\nb",
    "http://h/ HTTP/1.1\r\nX: y",
    "mailto:\n",
};

START_TEST(what_is_no_url_is_refused)
{
    struct url url;

    memset(&url, 0xff, sizeof url);
    errno = 0;
    ck_assert_msg(url_parse(&url, no_urls[_i]) == -1, "`%s` is `%s`",
                  no_urls[_i], url.text);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert(is_all_zero(&url));
    url_free(&url);
}
END_TEST

static const struct {
    const char *written;
    struct url url; /* text apart */
} parts[] = {
    {"http://example.org",
     {"", "http", "example.org", "example.org", "80", "/"}},
    {"http://Example.ORG:8080/a/b?c=d#e",
     {"", "http", "example.org:8080", "example.org", "8080", "/a/b?c=d"}},
    {"http://user:pass@h:81?q", {"", "http", "h:81", "h", "81", "/?q"}},
    {"http://h:80?", {"", "http", "h", "h", "80", "/?"}},
    {"https://h/x", {"", "https", "h", "h", "443", "/x"}},
    {"https://h:80/", {"", "https", "h:80", "h", "80", "/"}},
    {"http://[::1]/", {"", "http", "[::1]", "::1", "80", "/"}},
    {"http://u@[::0:1]:8080/x",
     {"", "http", "[::1]:8080", "::1", "8080", "/x"}},
    {"http://b%c3%bc/", {"", "http", "b%C3%BC", "b%C3%BC", "80", "/"}},
    {"http://h//x/../y z", {"", "http", "h", "h", "80", "//y%20z"}},
    {"mailto:a@b", {"", "mailto", "", "", "", ""}},
    {"ftp://u@h:2121/x?y", {"", "ftp", "", "", "", ""}},
    {"javascript:", {"", "javascript", "", "", "", ""}},
};

START_TEST(a_url_is_taken_apart)
{
    const struct url *expected = &parts[_i].url;
    struct url url;

    ck_assert_int_eq(url_parse(&url, parts[_i].written), 0);
    ck_assert_str_eq(url.scheme, expected->scheme);
    ck_assert_str_eq(url.authority, expected->authority);
    ck_assert_str_eq(url.host, expected->host);
    ck_assert_str_eq(url.port, expected->port);
    ck_assert_str_eq(url.target, expected->target);
    url_free(&url);
}
END_TEST

START_TEST(what_was_read_before_is_taken_apart_alike)
{
    struct url url, again;

    ck_assert_int_eq(url_parse(&url, spellings[_i].text), 0);
    ck_assert_int_eq(url_parse_normal(&again, spellings[_i].text), 0);
    ck_assert_str_eq(again.text, url.text);
    ck_assert_str_eq(again.scheme, url.scheme);
    ck_assert_str_eq(again.authority, url.authority);
    ck_assert_str_eq(again.host, url.host);
    ck_assert_str_eq(again.port, url.port);
    ck_assert_str_eq(again.target, url.target);
    url_free(&url);
    url_free(&again);
}
END_TEST

START_TEST(freeing_leaves_it_all_zero_and_twice_is_fine)
{
    struct url url;

    ck_assert_int_eq(url_parse(&url, "http://h/"), 0);
    url_free(&url);
    ck_assert(is_all_zero(&url));
    url_free(&url);
}
END_TEST

/* ---- references ---- */

#define RFC_BASE "http://a/b/c/d;p?q"

static const struct {
    const char *base, *reference;
    const char *text; /* NULL: refused */
} references[] = {
    /* RFC 3986, 5.4.1; our URLs are without fragments */
    {RFC_BASE, "g:h", "g:h"},
    {RFC_BASE, "g", "http://a/b/c/g"},
    {RFC_BASE, "./g", "http://a/b/c/g"},
    {RFC_BASE, "g/", "http://a/b/c/g/"},
    {RFC_BASE, "/g", "http://a/g"},
    {RFC_BASE, "//g", "http://g/"},
    {RFC_BASE, "?y", "http://a/b/c/d;p?y"},
    {RFC_BASE, "g?y", "http://a/b/c/g?y"},
    {RFC_BASE, "#s", "http://a/b/c/d;p?q"},
    {RFC_BASE, "g#s", "http://a/b/c/g"},
    {RFC_BASE, "g?y#s", "http://a/b/c/g?y"},
    {RFC_BASE, ";x", "http://a/b/c/;x"},
    {RFC_BASE, "g;x", "http://a/b/c/g;x"},
    {RFC_BASE, "g;x?y#s", "http://a/b/c/g;x?y"},
    {RFC_BASE, "", "http://a/b/c/d;p?q"},
    {RFC_BASE, ".", "http://a/b/c/"},
    {RFC_BASE, "./", "http://a/b/c/"},
    {RFC_BASE, "..", "http://a/b/"},
    {RFC_BASE, "../", "http://a/b/"},
    {RFC_BASE, "../g", "http://a/b/g"},
    {RFC_BASE, "../..", "http://a/"},
    {RFC_BASE, "../../", "http://a/"},
    {RFC_BASE, "../../g", "http://a/g"},
    /* 5.4.2 */
    {RFC_BASE, "../../../g", "http://a/g"},
    {RFC_BASE, "../../../../g", "http://a/g"},
    {RFC_BASE, "/./g", "http://a/g"},
    {RFC_BASE, "/../g", "http://a/g"},
    {RFC_BASE, "g.", "http://a/b/c/g."},
    {RFC_BASE, ".g", "http://a/b/c/.g"},
    {RFC_BASE, "g..", "http://a/b/c/g.."},
    {RFC_BASE, "..g", "http://a/b/c/..g"},
    {RFC_BASE, "./../g", "http://a/b/g"},
    {RFC_BASE, "./g/.", "http://a/b/c/g/"},
    {RFC_BASE, "g/./h", "http://a/b/c/g/h"},
    {RFC_BASE, "g/../h", "http://a/b/c/h"},
    {RFC_BASE, "g;x=1/./y", "http://a/b/c/g;x=1/y"},
    {RFC_BASE, "g;x=1/../y", "http://a/b/c/y"},
    {RFC_BASE, "g?y/./x", "http://a/b/c/g?y/./x"},
    {RFC_BASE, "g?y/../x", "http://a/b/c/g?y/../x"},
    {RFC_BASE, "g#s/./x", "http://a/b/c/g"},
    {RFC_BASE, "g#s/../x", "http://a/b/c/g"},
    {RFC_BASE, "http:g", "http://a/b/c/g"}, /* as browsers have it */
    /* the base's scheme said again */
    {RFC_BASE, "HTTP:/g", "http://a/g"},
    {RFC_BASE, "http:", "http://a/b/c/d;p?q"},
    {RFC_BASE, "http:?y", "http://a/b/c/d;p?y"},
    {RFC_BASE, "http://g", "http://g/"},
    {RFC_BASE, "https:g", NULL},
    {"https://h/a/b", "http:g", NULL},
    {"https://h/a/b", "https:g", "https://h/a/g"},
    {"mailto:x", "mailto:y", "mailto:y"},
    /* bases of few parts */
    {"http://h", "g", "http://h/g"},
    {"http://h?q", "g", "http://h/g"},
    {"http://h?q", "", "http://h/?q"},
    {"http://h/?a/b/c", "g", "http://h/g"},
    {"ftp://h", "g", "ftp://h/g"},
    {"ftp://h", "?q", "ftp://h?q"},
    {"ftp://u@h:21", "//x", "ftp://x"},
    {"http://u:p@h:81/a", "/b", "http://u:p@h:81/b"},
    {"http://u:p@h:81/a", "//g/b", "http://g/b"},
    {"http://[::1]:81/a/b?c", "d", "http://[::1]:81/a/d"},
    /* bases without a hierarchy */
    {"mailto:x", "y", "mailto:y"},
    {"mailto:x", "", "mailto:x"},
    {"mailto:x?y", "#z", "mailto:x?y"},
    {"mailto:x", "?z", "mailto:x?z"},
    {"mailto:x", "http://h", "http://h/"},
    {"urn:a:b", "/c", "urn:/c"},
    {"x:/a", ".//b", "x:/.//b"},
    {"x:/a", "/.//b", "x:/.//b"},
    {"x:a", "//h", "x://h"},
    /* other schemes seen from http */
    {RFC_BASE, "mailto:x", "mailto:x"},
    {RFC_BASE, "javascript:void(0)", "javascript:void(0)"},
    {RFC_BASE, "HTTPS://H", "https://h/"},
    /* what looks like a scheme and is none: a path, as in browsers */
    {RFC_BASE, "1:2", "http://a/b/c/1:2"},
    {RFC_BASE, ":g", "http://a/b/c/:g"},
    {RFC_BASE, "./g:h", "http://a/b/c/g:h"},
    {RFC_BASE, "a/b:c", "http://a/b/c/a/b:c"},
    {RFC_BASE, "a b:c", "http://a/b/c/a%20b:c"},
    /* blanks and escapes */
    {RFC_BASE, "  g  ", "http://a/b/c/g"},
    {RFC_BASE, "   ", "http://a/b/c/d;p?q"},
    {RFC_BASE, "a b/\xc3\xbc?[x]", "http://a/b/c/a%20b/%C3%BC?%5Bx%5D"},
    {RFC_BASE, "%2e%2e/g", "http://a/b/g"},
    {RFC_BASE, "//G:80/%7e", "http://g/~"},
    {RFC_BASE, "//u v@g/", "http://u%20v@g/"},
    {RFC_BASE, "g%", "http://a/b/c/g%25"},
    {"http://h/a%20b/c", "d", "http://h/a%20b/d"},
    /* refused */
    {RFC_BASE, "//", NULL},
    {RFC_BASE, "///g", NULL},
    {RFC_BASE, "//g h/", NULL},
    {RFC_BASE, "//g:0/", NULL},
    {RFC_BASE, "http://", NULL},
    {RFC_BASE, "http://:80/", NULL},
    {RFC_BASE, "g\n", NULL},
    {RFC_BASE, "\tg", NULL},
    {RFC_BASE, "g\r\nHost: x", NULL},
    {RFC_BASE, "g#\x01", NULL},
};

START_TEST(a_reference_is_seen_from_its_base)
{
    struct url base, url;

    ck_assert_int_eq(url_parse(&base, references[_i].base), 0);
    errno = 0;
    int result = url_resolve(&url, &base, references[_i].reference);

    if (references[_i].text) {
        ck_assert_msg(result == 0, "`%s`: errno %d", references[_i].reference,
                      errno);
        ck_assert_str_eq(url.text, references[_i].text);
    } else {
        ck_assert_msg(result == -1, "`%s` is `%s`", references[_i].reference,
                      url.text);
        ck_assert_int_eq(errno, EINVAL);
        ck_assert(is_all_zero(&url));
    }
    url_free(&url);
    url_free(&base);
}
END_TEST

START_TEST(a_whole_url_is_the_same_from_everywhere)
{
    struct url base, url;

    ck_assert_int_eq(url_parse(&base, "x://y/z"), 0);
    ck_assert_int_eq(url_resolve(&url, &base, spellings[_i].written), 0);
    ck_assert_str_eq(url.text, spellings[_i].text);
    url_free(&url);
    url_free(&base);
}
END_TEST

/* ---- origins ---- */

static const struct {
    const char *a, *b;
    bool same;
} origins[] = {
    {"http://h/a", "http://h/b?c", true},
    {"http://h/", "http://H:80", true},
    {"http://u:p@h/", "http://h/", true},
    {"https://h/", "https://h:443/", true},
    {"http://[::1]/", "http://[0::1]:80/", true},
    {"http://h/", "https://h/", false},
    {"http://h:443/", "https://h/", false},
    {"http://h/", "http://h:8080/", false},
    {"http://h/", "http://h./", false},
    {"http://h/", "http://www.h/", false},
    {"http://localhost/", "http://127.0.0.1/", false},
    {"mailto:a", "mailto:a", false},
    {"mailto:a", "http://h/", false},
};

START_TEST(an_origin_is_scheme_host_and_port)
{
    struct url a, b;

    ck_assert_int_eq(url_parse(&a, origins[_i].a), 0);
    ck_assert_int_eq(url_parse(&b, origins[_i].b), 0);
    ck_assert_int_eq(url_same_origin(&a, &b), origins[_i].same);
    ck_assert_int_eq(url_same_origin(&b, &a), origins[_i].same);
    url_free(&a);
    url_free(&b);
}
END_TEST

START_TEST(only_http_is_spoken)
{
    static const struct {
        const char *text;
        bool spoken;
    } table[] = {
        {"http://h/", true}, {"HTTP://h/", true}, {"https://h/", false},
        {"ftp://h/", false}, {"httpx:x", false},  {"mailto:http", false},
    };

    for (size_t i = 0; i < COUNT(table); i++) {
        struct url url;

        ck_assert_int_eq(url_parse(&url, table[i].text), 0);
        ck_assert_int_eq(url_is_http(&url), table[i].spoken);
        url_free(&url);
    }
}
END_TEST

/* ---- sizes ---- */

/* `beginning` and as many whole `piece`s as make at most `size` bytes. */
static char *repeated(const char *beginning, const char *piece, size_t size)
{
    char *text = malloc(size + 1);
    size_t length = strlen(beginning), step = strlen(piece);

    ck_assert_ptr_nonnull(text);
    memcpy(text, beginning, length);
    for (; length + step <= size; length += step)
        memcpy(text + length, piece, step);
    text[length] = '\0';
    return text;
}

/* What might make a parser recurse, or start over and over. */
static const struct {
    const char *beginning, *piece;
} pieces[] = {
    {"http://h/", "a"},
    {"http://h", "/a"},
    {"http://h", "/"},
    {"http://h", "/.."},
    {"http://h", "/a/.."},
    {"http://h/", "./"},
    {"http://h/", "%41"},
    {"http://h/", "%2f"},
    {"http://h/", "%"},
    {"http://h/?", "?"},
    {"http://h/", " "},
    {"http://h/", "\xff"},
    {"http://h/#", "#"},
    {"http://", "h"},
    {"http://", "h."},
    {"http://", "%61"},
    {"http://", "a@"},
    {"http://", "a:"},
    {"http://h:", "0"},
    {"http://h:", "1"},
    {"http://[", ":"},
    {"http://[", "["},
    {"http://[", "1:"},
    {"http://[v1.", ":"},
    {"", " "},
    {"", "a"},
    {"", "a:"},
    {"x:", ":"},
    {"x:", "../"},
    {"x:/", "/"},
    {"x:", "//"},
    {"x:", "a/../"},
};

START_TEST(size_alone_does_no_harm)
{
    static const size_t sizes[] = {
        1024, URL_MAX_LENGTH / 3, URL_MAX_LENGTH, 64 * 1024, 1024 * 1024,
    };
    struct url base;

    ck_assert_int_eq(url_parse(&base, RFC_BASE), 0);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        char *text = repeated(pieces[_i].beginning, pieces[_i].piece, sizes[i]);
        struct url url, again;

        if (url_resolve(&url, &base, text) == 0) {
            ck_assert_uint_le(strlen(url.text), URL_MAX_LENGTH);
            ck_assert_int_eq(url_parse(&again, url.text), 0);
            ck_assert_str_eq(again.text, url.text);
            url_free(&again);
        } else {
            ck_assert_int_eq(errno, EINVAL);
        }
        url_free(&url);
        free(text);
    }
    url_free(&base);
}
END_TEST

START_TEST(a_url_ends_at_its_longest)
{
    char *longest = repeated("http://h/", "x", URL_MAX_LENGTH);
    char *longer = repeated("http://h/", "x", URL_MAX_LENGTH + 1);
    char *escaped = repeated("http://h/", "<", URL_MAX_LENGTH / 3 + 9);
    struct url url, resolved;

    ck_assert_int_eq(url_parse(&url, longest), 0);
    ck_assert_str_eq(url.text, longest);
    ck_assert_int_eq(url_resolve(&resolved, &url, "a"), 0);
    ck_assert_str_eq(resolved.text, "http://h/a");
    url_free(&resolved);
    ck_assert_int_eq(url_resolve(&resolved, &url, "?a"), -1);
    ck_assert_int_eq(errno, EINVAL);
    url_free(&url);
    ck_assert_int_eq(url_parse(&url, longer), -1);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(url_parse(&url, escaped), -1);
    ck_assert_int_eq(errno, EINVAL);
    free(longest);
    free(longer);
    free(escaped);
}
END_TEST

static Suite *url_suite(void)
{
    Suite *suite = suite_create("url");
    TCase *cases = tcase_create("url");

    tcase_add_loop_test(cases, a_page_has_one_spelling, 0, COUNT(spellings));
    tcase_add_loop_test(cases, the_one_spelling_is_its_own, 0,
                        COUNT(spellings));
    tcase_add_loop_test(cases, what_is_no_url_is_refused, 0, COUNT(no_urls));
    tcase_add_loop_test(cases, a_url_is_taken_apart, 0, COUNT(parts));
    tcase_add_loop_test(cases, what_was_read_before_is_taken_apart_alike, 0,
                        COUNT(spellings));
    tcase_add_test(cases, freeing_leaves_it_all_zero_and_twice_is_fine);
    tcase_add_loop_test(cases, a_reference_is_seen_from_its_base, 0,
                        COUNT(references));
    tcase_add_loop_test(cases, a_whole_url_is_the_same_from_everywhere, 0,
                        COUNT(spellings));
    tcase_add_loop_test(cases, an_origin_is_scheme_host_and_port, 0,
                        COUNT(origins));
    tcase_add_test(cases, only_http_is_spoken);
    tcase_add_loop_test(cases, size_alone_does_no_harm, 0, COUNT(pieces));
    tcase_add_test(cases, a_url_ends_at_its_longest);
    suite_add_tcase(suite, cases);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(url_suite());

    srunner_run_all(runner, CK_ENV);

    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
