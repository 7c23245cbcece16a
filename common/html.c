/*
 * html.c - where a piece of HTML ends.
 *
 * The standard writes its tokenizer as eighty states, each fed one character.
 * Most states only wait for the character that ends something; here that is a
 * loop or a memchr(), and the state is the line of code. The names of the
 * standard's states stand in the comments.
 */
#include "html.h"

#include <string.h>

/* CR too: the standard has made line feeds of them before. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/* Whether these bytes are that word, which is in lower case. */
static bool is_word(const char *text, size_t size, const char *word)
{
    size_t i = 0;

    while (i < size && word[i] && lower(text[i]) == word[i])
        i++;
    return i == size && word[i] == '\0';
}

static bool starts_with(const char *at, const char *end, const char *word)
{
    size_t size = strlen(word);

    return (size_t)(end - at) >= size && is_word(at, size, word);
}

static const char *find(const char *at, const char *end, char c)
{
    return memchr(at, c, (size_t)(end - at));
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && is_blank(*at))
        at++;
    return at;
}

/* ---- tags ---- */

/* Before attribute value: returns the value's end, NULL if it has none. */
static const char *read_value(const char *at, const char *end,
                              const char **value)
{
    if (at < end && (*at == '"' || *at == '\'')) {
        *value = at + 1;
        return find(at + 1, end, *at);
    }
    *value = at;
    while (at < end && !is_blank(*at) && *at != '>')
        at++;
    return at < end ? at : NULL;
}

/*
 * Attribute name: whatever it begins with, even `=`, is its first character.
 * Of two attributes with one name the first counts.
 */
static const char *read_attribute(const char *at, const char *end,
                                  struct html_tag *tag)
{
    const char *name = at++;

    while (at < end && !is_blank(*at) && *at != '/' && *at != '>' && *at != '=')
        at++;

    const char *name_end = at, *value = at, *value_end = at;

    at = skip_blanks(at, end);
    if (at < end && *at == '=') {
        at = skip_blanks(at + 1, end);
        value_end = read_value(at, end, &value);
        if (!value_end)
            return NULL;
        at = value == at ? value_end : value_end + 1; /* behind the quote */
    }
    if (!tag->href && is_word(name, (size_t)(name_end - name), "href")) {
        tag->href = value;
        tag->href_end = value_end;
    }
    return at;
}

/* Before attribute name, after the tag's name and after each attribute. */
static const char *read_attributes(const char *at, const char *end,
                                   struct html_tag *tag)
{
    while (at) {
        tag->is_self_closing = false;
        while (at < end && (is_blank(*at) || *at == '/'))
            tag->is_self_closing = *at++ == '/';
        if (at == end)
            return NULL;
        if (*at == '>')
            return at + 1;
        at = read_attribute(at, end, tag);
    }
    return NULL;
}

static const char *read_tag(const char *at, const char *end,
                            struct html_tag *tag)
{
    tag->name = at;
    while (at < end && !is_blank(*at) && *at != '/' && *at != '>')
        at++;
    tag->name_size = (size_t)(at - tag->name);
    tag->href = NULL;
    return read_attributes(at, end, tag);
}

bool html_tag_is(const struct html_tag *tag, const char *name)
{
    return is_word(tag->name, tag->name_size, name);
}

/* ---- what looks like a tag and is none ---- */

/*
 * All that begins like markup and is neither tag nor comment: a doctype,
 * `<?php`, `</ a`, CDATA. It ends at the first `>`, even a quoted one.
 */
static const char *skip_bogus_comment(const char *at, const char *end)
{
    const char *close = find(at, end, '>');

    return close ? close + 1 : end;
}

/* Behind `<!--`. The dashes of `<!-->` and `<!--->` open and close it. */
static const char *skip_comment(const char *at, const char *end)
{
    if (starts_with(at, end, ">"))
        return at + 1;
    if (starts_with(at, end, "->"))
        return at + 2;
    for (; (at = find(at, end, '-')); at++) {
        if (starts_with(at, end, "-->"))
            return at + 3;
        if (starts_with(at, end, "--!>"))
            return at + 4;
    }
    return end;
}

const char *html_next_tag(const char *at, const char *end, struct html_tag *tag)
{
    while ((at = find(at, end, '<'))) {
        at++;
        tag->is_end = starts_with(at, end, "/");
        if (tag->is_end)
            at++;
        if (at < end && is_letter(*at))
            return read_tag(at, end, tag);
        if (starts_with(at, end, "!--") && !tag->is_end)
            at = skip_comment(at + 3, end);
        else if (tag->is_end || starts_with(at, end, "!") ||
                 starts_with(at, end, "?"))
            at = skip_bogus_comment(at, end);
    }
    return NULL;
}

/* ---- raw text ---- */

/* Whether a tag of that name stands here; nothing longer, as `</titles>`. */
static bool is_tag_at(const char *at, const char *end, const char *opening,
                      const char *name)
{
    if (!starts_with(at, end, opening))
        return false;
    at += strlen(opening);
    if (!starts_with(at, end, name))
        return false;
    at += strlen(name);
    return at < end && (is_blank(*at) || *at == '/' || *at == '>');
}

/* RCDATA and RAWTEXT differ in their entities only. */
static const char *skip_raw_text(const char *at, const char *end,
                                 const char *name)
{
    for (; (at = find(at, end, '<')); at++) {
        if (is_tag_at(at, end, "</", name))
            return at;
    }
    return end;
}

/*
 * Script data. Pages used to hide their scripts from older browsers in a
 * comment, and some scripts write scripts: so inside `<!--` a `<script>` takes
 * one `</script>` for itself.
 */
static const char *skip_script(const char *at, const char *end)
{
    enum { PLAIN, ESCAPED, DOUBLE_ESCAPED } state = PLAIN;

    for (; at < end; at++) {
        if (state == PLAIN && !(at = find(at, end, '<')))
            return end;
        if (state != PLAIN && starts_with(at, end, "-->")) {
            state = PLAIN;
        } else if (state == PLAIN && starts_with(at, end, "<!--")) {
            state = ESCAPED;
            at++; /* its dashes may be those of the end: <!--> */
        } else if (is_tag_at(at, end, "</", "script")) {
            if (state != DOUBLE_ESCAPED)
                return at;
            state = ESCAPED;
        } else if (state == ESCAPED && is_tag_at(at, end, "<", "script")) {
            state = DOUBLE_ESCAPED;
        }
    }
    return end;
}

const char *html_skip_text(const char *at, const char *end,
                           const struct html_tag *tag)
{
    static const char *const raw[] = {"title",  "textarea", "style",   "xmp",
                                      "iframe", "noembed",  "noframes"};

    if (tag->is_end)
        return at;
    if (html_tag_is(tag, "plaintext"))
        return end;
    if (html_tag_is(tag, "script"))
        return skip_script(at, end);
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        if (html_tag_is(tag, raw[i]))
            return skip_raw_text(at, end, raw[i]);
    }
    return at;
}
