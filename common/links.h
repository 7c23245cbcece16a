/*
 * links.h - finds the links of an HTML page: a tokenizer, not a parser.
 *
 * It follows the tokenizer of the HTML standard (WHATWG, 13.2.5) as far as it
 * decides what is a tag, an attribute, a comment or raw text, and builds no
 * tree: a crawler needs the links, and needs them fast.
 */
#ifndef COMMON_LINKS_H
#define COMMON_LINKS_H

#include "buffer.h"

#include <stddef.h>

/* A reference longer than this many bytes is no link: it is counted and left.
 */
enum { LINK_MAX_LENGTH = 8192 };

/*
 * What a page links to, in document order, as it stands in the page: entities
 * are decoded, blanks around it and line ends inside it are gone, nothing is
 * resolved. All zero is a page without links.
 */
struct links {
    struct buffer text; /* the references, each ended by a NUL */
    size_t count;       /* how many */
    char *base;         /* of the first <base href>, or NULL; owned */
    size_t too_long;    /* references left out for their length */
};

/*
 * Scans `size` bytes of HTML, which may hold anything, NULs included, for
 * <a href>, <area href> and the first <base href>. Takes time linear in
 * `size`. What *links held before is overwritten. Returns 0, or -1 with errno
 * ENOMEM and *links as links_free() leaves it. The caller calls links_free().
 *
 * A link counts as in a browser that runs no scripts: inside <noscript> it
 * does, inside a comment, a script, a <textarea> or a <template> it does not.
 * An empty href counts: it is the page itself; the xlink:href of <svg> does
 * not. Where a browser needs the tree to tell, this guesses by the tags alone:
 * raw text and CDATA in <svg> and <math> are read as if they stood in HTML,
 * and a tag in the wrong place (<style> in <select>) as if it stood in the
 * right one.
 */
int links_scan(struct links *links, const char *html, size_t size);

/*
 * Walks the references: links_next(links, NULL) is the first, then each one's
 * next, NULL after the last. They live as long as the links.
 */
const char *links_next(const struct links *links, const char *reference);

/* Frees what was found and leaves a page without links. */
void links_free(struct links *links);

#endif
