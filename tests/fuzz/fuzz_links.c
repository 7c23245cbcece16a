/*
 * fuzz_links.c - the link tokenizer, given any bytes for a page.
 *
 * What it finds is tidy and adds up, and nothing but URLs come of it; a page
 * cut short has the first of its links; and links that are written into a page
 * anew are found there.
 */
#include "common/links.h"
#include "common/url.h"
#include "fuzz.h"
#include "url_spelling.h"

#include <stdbool.h>

enum {
    ALL_CUTS = 128,   /* bytes: shorter pages are cut at every byte */
    SOME_CUTS = 8,    /* longer ones this often */
    SOME_LINKS = 8,   /* are resolved */
    BUFFER_LEAST = 64 /* bytes that a buffer begins with */
};

static struct links scan(const void *html, size_t size)
{
    struct links links;

    assert(links_scan(&links, guarded(html, size), size) == 0);
    return links;
}

/* No blanks around it, no line ends in it, not too long. */
static void check_reference(const char *reference)
{
    size_t size = strlen(reference);

    assert(size <= LINK_MAX_LENGTH);
    assert(strpbrk(reference, "\t\r\n") == NULL);
    assert(size == 0 || ((unsigned char)reference[0] > ' ' &&
                         (unsigned char)reference[size - 1] > ' '));
}

/* Whether it is ASCII: no byte of it is above 127. */
static bool is_ascii(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)text[i] > 127)
            return false;
    return true;
}

/* The length of the character in UTF-8 that begins there, or 0. */
static size_t utf8_length(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    size_t length = c[0] < 0x80                    ? 1
                    : c[0] >= 0xc2 && c[0] <= 0xdf ? 2
                    : c[0] >= 0xe0 && c[0] <= 0xef ? 3
                    : c[0] >= 0xf0 && c[0] <= 0xf4 ? 4
                                                   : 0;

    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
        (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
        return 0; /* longer than needed, a surrogate, beyond U+10FFFF */
    return length;
}

/* What entities and NULs of an ASCII page become is UTF-8. */
static void check_utf8(const char *text)
{
    for (size_t length; *text != '\0'; text += length) {
        length = utf8_length(text);
        assert(length > 0);
    }
}

/* The walk ends after `count` of them, where the text ends. */
static void check_links(const struct links *links, size_t size)
{
    const char *end = links->text.data;
    size_t count = 0;

    for (const char *link = links_next(links, NULL); link != NULL;
         link = links_next(links, link)) {
        assert(link == end);
        check_reference(link);
        end = link + strlen(link) + 1;
        count++;
    }
    assert(count == links->count);
    assert(count == 0 || end == links->text.data + links->text.length);
    assert(count + links->too_long <= size / strlen("<a href>"));
    if (links->base != NULL)
        check_reference(links->base);
    /* A NUL becomes three bytes, and the buffer doubles. */
    assert(links->text.capacity <= BUFFER_LEAST + 6 * size);
}

static bool is_beginning(const struct links *part, const struct links *whole)
{
    if (part->base != NULL &&
        (whole->base == NULL || strcmp(part->base, whole->base) != 0))
        return false;
    return part->count <= whole->count && part->too_long <= whole->too_long &&
           part->text.length <= whole->text.length &&
           (part->text.length == 0 ||
            memcmp(part->text.data, whole->text.data, part->text.length) == 0);
}

static void check_cuts(const struct links *whole, const void *html, size_t size)
{
    struct draw draw = draw_from(html, size);
    size_t cuts = size <= ALL_CUTS ? size : SOME_CUTS;

    for (size_t i = 0; i < cuts; i++) {
        size_t cut = size <= ALL_CUTS ? i : draw_below(&draw, size);
        struct links part = scan(html, cut);
        check_links(&part, cut);
        assert(is_beginning(&part, whole));
        links_free(&part);
    }
}

/* ---- written anew ---- */

static void append(struct buffer *html, const char *string)
{
    assert(buffer_append_string(html, string) == 0);
}

/* Text as an attribute's value between double quotes. */
static void append_escaped(struct buffer *html, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '&')
            append(html, "&amp;");
        else if (*text == '"')
            append(html, "&quot;");
        else
            assert(buffer_append(html, text, 1) == 0);
    }
}

static void append_tag(struct buffer *html, const char *opening,
                       const char *reference)
{
    append(html, opening);
    append_escaped(html, reference);
    append(html, "\">");
}

static void check_written(const struct links *links)
{
    struct buffer html = {0};
    struct links again;

    if (links->base != NULL)
        append_tag(&html, "<base href=\"", links->base);
    for (const char *link = links_next(links, NULL); link != NULL;
         link = links_next(links, link))
        append_tag(&html, "<!-- \" --><A id='\"' href = \"", link);
    assert(links_scan(&again, html.data, html.length) == 0);
    assert(again.count == links->count && again.too_long == 0);
    assert((again.base != NULL) == (links->base != NULL));
    assert(again.text.length == links->text.length);
    assert(is_beginning(&again, links));
    links_free(&again);
    buffer_free(&html);
}

static void check_characters(const struct links *links)
{
    for (const char *link = links_next(links, NULL); link != NULL;
         link = links_next(links, link))
        check_utf8(link);
    if (links->base != NULL)
        check_utf8(links->base);
}

/* Seen from a page, links are URLs in normal form or none. */
static void check_urls(const struct links *links)
{
    const char *link = NULL;
    struct url page, url;

    assert(url_parse(&page, "http://h/a/b?c") == 0);
    for (int i = 0; i < SOME_LINKS; i++) {
        if ((link = links_next(links, link)) == NULL)
            break;
        if (url_resolve(&url, &page, link) == 0)
            url_check_spelling(&url);
        url_free(&url);
    }
    url_free(&page);
}

static void check(const void *html, size_t size)
{
    struct links links = scan(html, size);

    if (is_ascii(html, size))
        check_characters(&links);
    check_links(&links, size);
    check_urls(&links);
    check_cuts(&links, html, size);
    check_written(&links);
    links_free(&links);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct draw draw = draw_from(data, size);
    struct buffer longer;

    check(data, size);
    if (stretched(&longer, data, size, &draw, LINK_MAX_LENGTH)) {
        check(longer.data, longer.length);
        buffer_free(&longer);
    }
    return 0;
}
