/*
 * html.h - where a piece of HTML ends: tags, comments, raw text.
 *
 * The tokenizer of the HTML standard (WHATWG, 13.2.5) without its tokens:
 * each function is given where a piece begins and returns where the next one
 * does. Nothing is read at or behind `end`, nothing is allocated, and no byte
 * is looked at more than a few times.
 */
#ifndef COMMON_HTML_H
#define COMMON_HTML_H

#include <stdbool.h>
#include <stddef.h>

/* A tag; the texts are parts of the page, as they stand there. */
struct html_tag {
    bool is_self_closing; /* <br/>; means something in <svg> and <math> only */
    bool is_end;          /* </a> */
    const char *name;     /* not ended by a NUL, case as in the page */
    size_t name_size;     /* bytes */
    const char *href;     /* the value of its first href, or NULL */
    const char *href_end;
};

/*
 * Finds the next tag at or behind `at`, outside of comments. Returns where it
 * ends, or NULL if there is none any more; one that never closes is none.
 */
const char *html_next_tag(const char *at, const char *end,
                          struct html_tag *tag);

/* Whether the tag has that name, given in lower case. */
bool html_tag_is(const struct html_tag *tag, const char *name);

/*
 * Where HTML goes on behind a tag that ends at `at`: there, or behind the raw
 * text that it begins, at the `</` of the tag that ends it, or at `end`.
 */
const char *html_skip_text(const char *at, const char *end,
                           const struct html_tag *tag);

#endif
