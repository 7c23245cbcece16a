/*
 * links.c - the links among a page's tags.
 *
 * html.c tells the tags from all that only looks like one; here the hrefs of
 * the right ones are decoded and tidied. The Python it mirrors: a subclass of
 * html.parser.HTMLParser with handle_starttag().
 */
#include "links.h"

#include "entities.h"
#include "html.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Appends a byte that stands for something else, or itself if for nothing. */
static int append_special(struct buffer *out, const char **at, const char *end)
{
    char utf8[ENTITY_MAX_BYTES];
    size_t size, used;

    if (**at == '\0') {
        *at += 1;
        return buffer_append(out, "\xEF\xBF\xBD", 3); /* U+FFFD */
    }
    used = entity_decode(*at, end, utf8, &size);
    if (used == 0) {
        *at += 1;
        return buffer_append(out, "&", 1);
    }
    *at += used;
    return buffer_append(out, utf8, size);
}

/* Appends an attribute's value, without its entities and NULs. */
static int append_decoded(struct buffer *out, const char *at, const char *end)
{
    while (at < end) {
        const char *run = at;

        while (at < end && *at != '&' && *at != '\0')
            at++;
        if (buffer_append(out, run, (size_t)(at - run)) != 0)
            return -1;
        if (at < end && append_special(out, &at, end) != 0)
            return -1;
    }
    return 0;
}

/* As browsers read a URL (WHATWG URL, 4.4): what goes at its ends ... */
static bool is_trimmed(char c)
{
    return (unsigned char)c <= ' ';
}

/* ... and what goes everywhere. */
static bool is_dropped(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

/* Tidies the reference in out from `start` on, and shortens out to it. */
static void tidy(struct buffer *out, size_t start)
{
    size_t end = out->length, next = start;

    while (start < end && is_trimmed(out->data[start]))
        start++;
    while (end > start && is_trimmed(out->data[end - 1]))
        end--;
    for (; start < end; start++) {
        if (!is_dropped(out->data[start]))
            out->data[next++] = out->data[start];
    }
    out->length = next;
}

/*
 * Appends a tag's reference with its NUL. Returns 1 if it did, 0 if the
 * reference is too long, or -1 with errno ENOMEM.
 */
static int append_reference(struct links *links, const struct html_tag *tag)
{
    size_t start = links->text.length;

    if (append_decoded(&links->text, tag->href, tag->href_end) != 0)
        return -1;
    tidy(&links->text, start);
    if (links->text.length - start > LINK_MAX_LENGTH) {
        links->text.length = start;
        links->too_long++;
        return 0;
    }
    return buffer_append(&links->text, "", 1) == 0 ? 1 : -1;
}

static int take_link(struct links *links, const struct html_tag *tag)
{
    int appended = append_reference(links, tag);

    if (appended > 0)
        links->count++;
    return appended < 0 ? -1 : 0;
}

/* Decoded where the next link will be, then moved to a place of its own. */
static int take_base(struct links *links, const struct html_tag *tag)
{
    size_t start = links->text.length;
    int appended = append_reference(links, tag);

    if (appended <= 0)
        return appended;
    links->text.length = start;
    links->base = strdup(links->text.data + start);
    return links->base ? 0 : -1;
}

static int take_tag(struct links *links, const struct html_tag *tag)
{
    if (tag->is_end || !tag->href)
        return 0;
    if (html_tag_is(tag, "a") || html_tag_is(tag, "area"))
        return take_link(links, tag);
    if (html_tag_is(tag, "base") && !links->base)
        return take_base(links, tag);
    return 0;
}

/* What the tags so far have opened and not closed again. */
struct opened {
    size_t templates; /* what is in them is not in the page */
    size_t foreign;   /* <svg> and <math> */
};

static bool is_foreign(const struct html_tag *tag)
{
    return html_tag_is(tag, "svg") || html_tag_is(tag, "math");
}

/*
 * In <svg> and <math> `<title/>` is a whole element; in HTML the slash means
 * nothing, and it is the beginning of a title.
 */
static bool is_whole(const struct opened *opened, const struct html_tag *tag)
{
    return tag->is_self_closing && (opened->foreign > 0 || is_foreign(tag));
}

static void note_opened(struct opened *opened, const struct html_tag *tag)
{
    size_t *count = html_tag_is(tag, "template") ? &opened->templates
                    : is_foreign(tag)            ? &opened->foreign
                                                 : NULL;

    if (count && !tag->is_end)
        *count += 1;
    else if (count && *count > 0)
        *count -= 1;
}

int links_scan(struct links *links, const char *html, size_t size)
{
    if (size == 0)
        html = ""; /* an empty page may be NULL */

    const char *end = html + size;
    struct opened opened = {0};
    struct html_tag tag;

    *links = (struct links){0};
    for (const char *at = html; (at = html_next_tag(at, end, &tag));) {
        if (opened.templates == 0 && take_tag(links, &tag) != 0) {
            links_free(links);
            errno = ENOMEM;
            return -1;
        }
        if (!is_whole(&opened, &tag)) {
            note_opened(&opened, &tag);
            at = html_skip_text(at, end, &tag);
        }
    }
    return 0;
}

const char *links_next(const struct links *links, const char *reference)
{
    if (links->count == 0)
        return NULL;
    if (!reference)
        return links->text.data;

    const char *next = reference + strlen(reference) + 1;

    return next < links->text.data + links->text.length ? next : NULL;
}

void links_free(struct links *links)
{
    buffer_free(&links->text);
    free(links->base);
    *links = (struct links){0};
}
