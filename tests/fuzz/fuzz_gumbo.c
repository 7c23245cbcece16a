/*
 * fuzz_gumbo.c - the link tokenizer beside Gumbo, which builds the tree of the
 * HTML standard.
 *
 * The links and the base of a page are those of the tree, in the page's order:
 * its <a> and <area> with an href, without the copies that the standard makes
 * of them. Where links.h says that it guesses by the tags alone, and the tree
 * can be otherwise, the page is left out: is_guessed() says which.
 */
#include "common/entities.h"
#include "common/links.h"
#include "fuzz.h"

#include <ctype.h>
#include <gumbo.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* Gumbo has leaks, and fuzz_links.c looks for ours. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "detect_leaks=0";
}

/* ---- what is left out ---- */

/* Whether there is, in the page or as the beginning of a longer one, a tag. */
static bool has_tag(const char *html, const char *name)
{
    for (; (html = strchr(html, '<')) != NULL; html++)
        if (strncasecmp(html + 1, name, strlen(name)) == 0)
            return true;
    return false;
}

static bool has_any_tag(const char *html, const char *const names[])
{
    while (*names != NULL && !has_tag(html, *names))
        names++;
    return *names != NULL;
}

/*
 * In <select> and <frameset> most tags are none. In <svg> and <math> there is
 * no raw text and no template, but CDATA; and when they are over, only the
 * tree knows.
 */
static bool is_guessed(const char *html)
{
    static const char *const strict[] = {"select", "frameset", NULL};
    static const char *const foreign[] = {"svg", "math", NULL};
    static const char *const otherwise[] = {
        "title",    "textarea", "style",  "xmp",       "iframe",
        "noembed",  "noframes", "script", "plaintext", "template",
        "![CDATA[", "base",     NULL};

    return has_any_tag(html, strict) ||
           (has_any_tag(html, foreign) && has_any_tag(html, otherwise));
}

/*
 * A name that is no entity to us, which knows 270 of their 2231; or a number
 * that may be beyond 32 bits, of which Gumbo loses the rest.
 */
static bool is_strange_entity(const char *text, const char *end)
{
    char utf8[ENTITY_MAX_BYTES];
    size_t size;

    if (end - text > 2 && text[1] == '#')
        return strspn(text + 2, "xX0123456789abcdefABCDEF") > 8;
    return end - text > 1 && isalpha((unsigned char)text[1]) &&
           entity_decode(text, end, utf8, &size) == 0;
}

/* From the name on: of a value without quotes Gumbo forgets the beginning. */
static bool has_strange_entity(const GumboAttribute *attribute)
{
    const GumboStringPiece *value = &attribute->original_value;
    const char *end = value->data + value->length;

    for (const char *c = attribute->original_name.data; c < end; c++)
        if (*c == '&' && is_strange_entity(c, end))
            return true;
    return false;
}

/* ---- theirs ---- */

struct link {
    size_t offset;
    const GumboAttribute *href;
};

struct theirs {
    struct link *links;
    size_t count;
    struct link base; /* the first, or without href */
};

/* Not xlink:href, whose name is href, too. */
static const GumboAttribute *href_of(const GumboElement *element)
{
    for (unsigned i = 0; i < element->attributes.length; i++) {
        const GumboAttribute *attribute = element->attributes.data[i];
        if (attribute->attr_namespace == GUMBO_ATTR_NAMESPACE_NONE &&
            strcmp(attribute->name, "href") == 0)
            return attribute;
    }
    return NULL;
}

static void take_element(struct theirs *theirs, const GumboElement *element)
{
    struct link link = {element->start_pos.offset, href_of(element)};

    if (link.href == NULL)
        return;
    if (element->tag == GUMBO_TAG_BASE &&
        (theirs->base.href == NULL || link.offset < theirs->base.offset))
        theirs->base = link;
    if (element->tag != GUMBO_TAG_A && element->tag != GUMBO_TAG_AREA)
        return;
    theirs->links =
        realloc(theirs->links, (theirs->count + 1) * sizeof *theirs->links);
    assert(theirs->links != NULL);
    theirs->links[theirs->count++] = link;
}

static void take_node(struct theirs *theirs, const GumboNode *node)
{
    const unsigned copy = GUMBO_INSERTION_ADOPTION_AGENCY_CLONED |
                          GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT;
    const GumboVector *children = &node->v.element.children;

    if (node->type != GUMBO_NODE_ELEMENT)
        return; /* text, or a template, which is not in the page */
    if ((node->parse_flags & copy) == 0)
        take_element(theirs, &node->v.element);
    for (unsigned i = 0; i < children->length; i++)
        take_node(theirs, children->data[i]);
}

static int by_offset(const void *a, const void *b)
{
    size_t one = ((const struct link *)a)->offset;
    size_t other = ((const struct link *)b)->offset;

    return (one > other) - (one < other);
}

static struct theirs theirs_from(const GumboOutput *output)
{
    struct theirs theirs = {0};

    take_node(&theirs, output->root);
    if (theirs.count > 0) /* the tree has moved some */
        qsort(theirs.links, theirs.count, sizeof *theirs.links, by_offset);
    return theirs;
}

/* ---- both ---- */

/* As a reference is tidied: without blanks around and line ends inside. */
static bool is_reference(const char *ours, const GumboAttribute *href)
{
    const char *value = href->value, *end = value + strlen(value);

    if (has_strange_entity(href))
        return true;
    while (value < end && (unsigned char)*value <= ' ')
        value++;
    while (value < end && (unsigned char)end[-1] <= ' ')
        end--;
    for (; value < end; value++)
        if (strchr("\t\n\r", *value) == NULL && *value != *ours++)
            return false;
    return *ours == '\0';
}

static bool agree(const struct links *ours, const struct theirs *theirs)
{
    const char *link = NULL;

    if (ours->count != theirs->count ||
        (ours->base != NULL) != (theirs->base.href != NULL))
        return false;
    for (size_t i = 0; i < theirs->count; i++) {
        link = links_next(ours, link);
        if (!is_reference(link, theirs->links[i].href))
            return false;
    }
    return ours->base == NULL || is_reference(ours->base, theirs->base.href);
}

static void explain(const struct links *ours, const struct theirs *theirs,
                    const char *html)
{
    fprintf(stderr, "html: %s\nours: %zu, base %s:", html, ours->count,
            ours->base != NULL ? ours->base : "-");
    for (const char *link = links_next(ours, NULL); link != NULL;
         link = links_next(ours, link))
        fprintf(stderr, " <%s>", link);
    fprintf(stderr, "\ntheirs: %zu, base %s:", theirs->count,
            theirs->base.href != NULL ? theirs->base.href->value : "-");
    for (size_t i = 0; i < theirs->count; i++)
        fprintf(stderr, " <%s>", theirs->links[i].href->value);
    fprintf(stderr, "\n");
    abort();
}

static void compare(const char *html, size_t size)
{
    const GumboOptions *options = &kGumboDefaultOptions;
    GumboOutput *output = gumbo_parse_with_options(options, html, size);
    struct links ours;

    struct theirs theirs = theirs_from(output);
    assert(links_scan(&ours, html, size) == 0);
    if (!agree(&ours, &theirs))
        explain(&ours, &theirs, html);
    links_free(&ours);
    free(theirs.links);
    gumbo_destroy_output(options, output);
}

/* Blanks, and what is printed. */
static bool is_plain(uint8_t byte)
{
    return (byte >= ' ' && byte < 0x7f) ||
           (byte != 0 && strchr("\t\n\f\r", byte) != NULL);
}

/*
 * Other bytes mean nothing in HTML but themselves, and are made one that does
 * as well: of many Gumbo makes U+FFFD.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *html = malloc(size + 1);

    assert(html != NULL);
    for (size_t i = 0; i < size; i++)
        html[i] = is_plain(data[i]) ? (char)data[i] : '~';
    html[size] = '\0';
    if (!is_guessed(html))
        compare(html, size);
    free(html);
    return 0;
}
