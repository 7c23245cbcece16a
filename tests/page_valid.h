/*
 * page_valid.h - whether a page is well-formed, each id is there once, and
 * everything it refers to is in it.
 *
 * Stricter than a browser: tags as in XML, each of them closed, values in
 * quotes.
 */
#ifndef TESTS_PAGE_VALID_H
#define TESTS_PAGE_VALID_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_MOST_OPEN = 64, PAGE_MOST_IDS = 8192 };

struct page_word {
    const char *text;
    size_t length;
};

struct page_check {
    const char *at;
    struct page_word open[PAGE_MOST_OPEN]; /* the tags around `at` */
    size_t depth;
    struct page_word ids[PAGE_MOST_IDS];
    size_t id_count;
    struct page_word links[PAGE_MOST_IDS]; /* the ids referred to */
    size_t link_count;
};

static bool page_same(struct page_word a, struct page_word b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static bool page_word_is(struct page_word word, const char *text)
{
    return page_same(word, (struct page_word){text, strlen(text)});
}

static bool page_has(const struct page_word *words, size_t count,
                     struct page_word word)
{
    for (size_t i = 0; i < count; i++)
        if (page_same(words[i], word))
            return true;
    return false;
}

static struct page_word page_name(struct page_check *page)
{
    const char *begin = page->at;

    while (isalnum((unsigned char)*page->at) ||
           (*page->at != '\0' && strchr("-_:", *page->at) != NULL))
        page->at++;
    return (struct page_word){begin, (size_t)(page->at - begin)};
}

static void page_blanks(struct page_check *page)
{
    page->at += strspn(page->at, " \t\r\n");
}

/* Each of these returns NULL, or what is wrong at page->at. */
static const char *page_link(struct page_check *page, struct page_word to)
{
    if (to.length < 2 || to.text[0] != '#')
        return "this leads out of the page";
    if (page->link_count == PAGE_MOST_IDS)
        return "too many links";
    page->links[page->link_count++] =
        (struct page_word){to.text + 1, to.length - 1};
    return NULL;
}

static const char *page_note(struct page_check *page, struct page_word name,
                             struct page_word value)
{
    if (page_word_is(name, "href") || page_word_is(name, "xlink:href"))
        return page_link(page, value);
    if (page_word_is(name, "src") || page_word_is(name, "srcset"))
        return "this is fetched";
    if (!page_word_is(name, "id"))
        return NULL;
    if (page_has(page->ids, page->id_count, value))
        return "this id was there before";
    if (page->id_count == PAGE_MOST_IDS)
        return "too many ids";
    page->ids[page->id_count++] = value;
    return NULL;
}

static const char *page_attribute(struct page_check *page)
{
    struct page_word name = page_name(page);

    page_blanks(page);
    if (name.length == 0 || *page->at != '=')
        return "no attribute";
    page->at++;
    page_blanks(page);
    char quote = *page->at;
    if (quote != '"' && quote != '\'')
        return "a value without quotes";
    page->at++;
    struct page_word value = {page->at,
                              strcspn(page->at, quote == '"' ? "\"<" : "'<")};
    if (value.text[value.length] != quote)
        return "a value that does not end";
    const char *wrong = page_note(page, name, value);
    if (wrong == NULL)
        page->at += value.length + 1;
    return wrong;
}

static const char *page_begin_tag(struct page_check *page)
{
    struct page_word tag = page_name(page);
    const char *wrong = tag.length > 0 ? NULL : "no tag";

    for (;;) {
        page_blanks(page);
        if (wrong != NULL || strchr("/>", *page->at) != NULL)
            break;
        wrong = page_attribute(page);
    }
    if (wrong != NULL)
        return wrong;
    if (page->at[0] == '/' && page->at[1] == '>') {
        page->at += 2;
        return NULL;
    }
    if (*page->at != '>')
        return "a tag that does not end";
    page->at++;
    if (page->depth == PAGE_MOST_OPEN)
        return "too deep";
    page->open[page->depth++] = tag;
    return NULL;
}

static const char *page_end_tag(struct page_check *page)
{
    struct page_word tag = page_name(page);

    if (page->depth == 0 || !page_same(page->open[page->depth - 1], tag))
        return "this closes another tag";
    page->depth--;
    return *page->at++ == '>' ? NULL : "a tag that does not end";
}

static const char *page_next(struct page_check *page)
{
    page->at += strcspn(page->at, "<&");
    if (*page->at == '&') {
        const char *end = page->at + strcspn(page->at + 1, " <&;\n") + 1;
        if (*end != ';')
            return "a bare &";
        page->at = end + 1;
    } else if (strncmp(page->at, "<!DOCTYPE html>", 15) == 0) {
        page->at += 15;
    } else if (page->at[0] == '<' && page->at[1] == '/') {
        page->at += 2;
        return page_end_tag(page);
    } else if (*page->at == '<') {
        page->at++;
        return page_begin_tag(page);
    }
    return NULL;
}

/*
 * NULL if all is well. If not, what is wrong, and at *where the place: 60
 * characters and a NUL.
 */
static const char *page_problem(const char *text, char where[61])
{
    struct page_check *page = calloc(1, sizeof *page);
    const char *wrong = page == NULL ? "no memory" : NULL;

    if (page != NULL)
        page->at = text;
    while (wrong == NULL && *page->at != '\0')
        wrong = page_next(page);
    if (wrong == NULL && page->depth > 0)
        wrong = "a tag is not closed";
    for (size_t i = 0; wrong == NULL && i < page->link_count; i++) {
        page->at = page->links[i].text;
        if (!page_has(page->ids, page->id_count, page->links[i]))
            wrong = "this leads nowhere";
    }
    where[0] = '\0';
    if (page != NULL)
        strncat(where, page->at, 60);
    free(page);
    return wrong;
}

#endif
