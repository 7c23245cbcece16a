/*
 * site_pages.c - the pages: HTML that the seed and the number decide.
 *
 * A page is a head with its links, then as much text as its size asks for,
 * then an end that never changes. The text is cut out of one block that the
 * seed has filled once.
 */
#include "site_pages.h"

#include "site_random.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE = 64 * 1024 };

/* Purposes of chance: see random_start(). */
enum { FOR_TEXT, FOR_CUT, FOR_LINKS, FOR_JITTER };

static const char page_end[] = "</p>\n</body></html>\n";

enum {
    END_LENGTH = sizeof(page_end) - 1,
    LINK_ROOM = 64, /* more than the longest link takes */
    HEAD_ROOM = 256 /* more than the rest of a head takes */
};

struct site_pages {
    const struct site_options *options;
    char text[TEXT_SIZE]; /* words and line ends */
    int64_t number;       /* of the page whose head is below, or -1 */
    size_t head_length;   /* bytes */
    char head[];          /* from the doctype to the beginning of the text */
};

static void fill_text(char *text, uint64_t seed)
{
    static const char *const words[] = {
        "wait",  "for",   "the",   "answer", "while", "others", "work",
        "and",   "then",  "come",  "back",   "to",    "read",   "what",
        "has",   "ready", "never", "spin",   "until", "it",     "arrives",
        "again", "loop",  "once",  "all",    "sleep", "page",   "socket",
    };
    uint64_t state = random_start(seed, 0, FOR_TEXT);
    size_t length = 0, column = 0;

    while (length < TEXT_SIZE) {
        const char *word =
            words[random_below(&state, sizeof(words) / sizeof(*words))];
        size_t room = TEXT_SIZE - length;
        size_t size = strlen(word) < room ? strlen(word) : room;

        memcpy(text + length, word, size);
        length += size;
        column += size + 1;
        if (length < TEXT_SIZE)
            text[length++] = column > 60 ? '\n' : ' ';
        if (column > 60)
            column = 0;
    }
}

struct site_pages *site_pages_new(const struct site_options *options)
{
    struct site_pages *pages =
        malloc(sizeof(*pages) + HEAD_ROOM + (size_t)options->links * LINK_ROOM);

    if (pages == NULL)
        return NULL;
    pages->options = options;
    pages->number = -1;
    fill_text(pages->text, options->seed);
    return pages;
}

void site_pages_free(struct site_pages *pages)
{
    free(pages);
}

int64_t site_pages_find(const struct site_pages *pages, const char *path,
                        size_t length)
{
    int64_t number = 0;

    if (length == 1 && path[0] == '/')
        return 0;
    /* One path for one page: neither `/0` nor `/01` is a page. */
    if (length < 2 || length > 9 || path[0] != '/' || path[1] == '0')
        return -1;
    for (size_t i = 1; i < length; i++) {
        if (path[i] < '0' || path[i] > '9')
            return -1;
        number = number * 10 + (path[i] - '0');
    }
    return number < pages->options->pages ? number : -1;
}

/*
 * Pages form a tree in which page n leads to the pages n * arity + 1 and
 * following, so that all can be reached from `/` in few steps. Where links
 * are left, chance decides; one of three or more is always left, so that the
 * site is a web and no mere tree.
 */
static uint32_t link_target(const struct site_options *options, uint32_t number,
                            uint32_t index, uint64_t *state)
{
    uint32_t arity = options->links > 2 ? options->links - 1 : options->links;
    uint64_t child = (uint64_t)number * arity + 1 + index;

    if (index < arity && child < options->pages)
        return (uint32_t)child;
    return (uint32_t)random_below(state, options->pages);
}

static int print_link(char *out, uint32_t target)
{
    if (target == 0)
        return sprintf(out, "<li><a href=\"/\">Page 0</a></li>\n");
    return sprintf(out, "<li><a href=\"/%u\">Page %u</a></li>\n", target,
                   target);
}

/* Makes the head of one page; the last one made is kept for the next range. */
static void make_head(struct site_pages *pages, uint32_t number)
{
    uint64_t state = random_start(pages->options->seed, number, FOR_LINKS);
    char *out = pages->head;

    if (pages->number == number)
        return;
    out += sprintf(out,
                   "<!DOCTYPE html>\n<html><head><title>Page %u</title>"
                   "</head>\n<body>\n<h1>Page %u</h1>\n<ul>\n",
                   number, number);
    for (uint32_t i = 0; i < pages->options->links; i++)
        out += print_link(out, link_target(pages->options, number, i, &state));
    out += sprintf(out, "</ul>\n<p>");
    pages->head_length = (size_t)(out - pages->head);
    pages->number = number;
}

uint64_t site_pages_length(struct site_pages *pages, uint32_t number)
{
    uint64_t least;

    make_head(pages, number);
    least = pages->head_length + END_LENGTH;
    return pages->options->size > least ? pages->options->size : least;
}

/* The part of the text at `offset` that lies in one piece in the block. */
static int write_text(struct site_pages *pages, uint64_t offset, size_t *size,
                      struct evbuffer *out)
{
    uint64_t state =
        random_start(pages->options->seed, (uint64_t)pages->number, FOR_CUT);
    size_t start = (random_below(&state, TEXT_SIZE) + offset) % TEXT_SIZE;

    if (*size > TEXT_SIZE - start)
        *size = TEXT_SIZE - start;
    return evbuffer_add(out, pages->text + start, *size);
}

/*
 * Writes from `offset` to the end of the part it lies in - head, text or end
 * - but at most *size bytes, and sets *size to how many these are.
 */
static int write_part(struct site_pages *pages, uint64_t length,
                      uint64_t offset, size_t *size, struct evbuffer *out)
{
    uint64_t text_end = length - END_LENGTH;
    uint64_t part_end = offset < pages->head_length ? pages->head_length
                        : offset < text_end         ? text_end
                                                    : length;

    if (*size > part_end - offset)
        *size = (size_t)(part_end - offset);
    if (offset < pages->head_length)
        return evbuffer_add(out, pages->head + offset, *size);
    if (offset < text_end)
        return write_text(pages, offset - pages->head_length, size, out);
    return evbuffer_add(out, page_end + (offset - text_end), *size);
}

int site_pages_write(struct site_pages *pages, uint32_t number, uint64_t offset,
                     size_t size, struct evbuffer *out)
{
    uint64_t length = site_pages_length(pages, number);

    assert(offset + size <= length);
    while (size > 0) {
        size_t written = size;

        if (write_part(pages, length, offset, &written, out) != 0)
            return -1;
        offset += written;
        size -= written;
    }
    return 0;
}

int64_t site_pages_latency_ns(const struct site_pages *pages, uint32_t number)
{
    const struct site_options *options = pages->options;
    uint64_t state = random_start(options->seed, number, FOR_JITTER);
    uint64_t width = 2 * (uint64_t)options->jitter_ns + 1;

    return options->latency_ns - options->jitter_ns +
           (int64_t)random_below(&state, width);
}
