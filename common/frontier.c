/*
 * frontier.c - see frontier.h.
 */
#include "frontier.h"

#include "digest.h"
#include "links.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct origin {
    UT_hash_handle hh;
    char authority[]; /* as Host says it: no user, no default port */
};

struct left {
    uint64_t digest;
    UT_hash_handle hh;
};

void frontier_init(struct frontier *frontier, size_t concurrency,
                   size_t max_pages)
{
    *frontier = (struct frontier){.concurrency = concurrency,
                                  .room = concurrency,
                                  .max_pages = max_pages};
    frontier->todo_tail = &frontier->todo;
}

static void page_free(struct page *page)
{
    if (page->links != NULL)
        links_free(page->links);
    free(page->links);
    free(page->url);
    free(page);
}

static struct page *page_new(const char *url)
{
    struct page *page = calloc(1, sizeof *page);

    if (page == NULL)
        return NULL;
    page->url = strdup(url);
    if (page->url == NULL) {
        free(page);
        return NULL;
    }
    return page;
}

/* uthash calls this when it has no memory; it left the element out. */
#undef uthash_nonfatal_oom
#define uthash_nonfatal_oom(element) (out_of_memory = true)

/* A page too many is remembered by eight bytes, so that it counts once. */
static int add_left(struct frontier *frontier, const char *url)
{
    bool out_of_memory = false;
    uint64_t digest = digest_add(DIGEST_EMPTY, url, strlen(url));
    struct left *left;

    HASH_FIND(hh, frontier->left, &digest, sizeof digest, left);
    if (left != NULL)
        return 0;
    left = malloc(sizeof *left);
    if (left == NULL)
        return -1;
    left->digest = digest;
    HASH_ADD(hh, frontier->left, digest, sizeof left->digest, left);
    if (out_of_memory) {
        free(left);
        errno = ENOMEM;
        return -1;
    }
    return 0;
}

int frontier_add(struct frontier *frontier, const char *url)
{
    bool out_of_memory = false;
    struct page *page;

    HASH_FIND_STR(frontier->pages, url, page);
    if (page != NULL)
        return 0;
    if (frontier->known == frontier->max_pages)
        return add_left(frontier, url);
    page = page_new(url);
    if (page == NULL)
        return -1;
    HASH_ADD_KEYPTR(hh, frontier->pages, page->url, strlen(page->url), page);
    if (out_of_memory) {
        page_free(page);
        errno = ENOMEM;
        return -1;
    }
    frontier->known++;
    *frontier->todo_tail = page;
    frontier->todo_tail = &page->next;
    return 0;
}

int frontier_add_origin(struct frontier *frontier, const char *authority)
{
    bool out_of_memory = false;
    struct origin *origin;
    size_t length = strlen(authority);

    HASH_FIND_STR(frontier->origins, authority, origin);
    if (origin != NULL)
        return 0;
    origin = malloc(sizeof *origin + length + 1);
    if (origin == NULL)
        return -1;
    memcpy(origin->authority, authority, length + 1);
    HASH_ADD_STR(frontier->origins, authority, origin);
    if (out_of_memory) {
        free(origin);
        errno = ENOMEM;
        return -1;
    }
    return 0;
}

/* In normal form the authority ends at the first slash, user@ before it. */
bool frontier_follows(const struct frontier *frontier, const char *url)
{
    static const char http[] = "http://";
    const struct origin *origin;

    if (strncmp(url, http, sizeof http - 1) != 0)
        return false;
    const char *authority = url + sizeof http - 1;
    size_t length = strcspn(authority, "/");
    const char *user_end = memchr(authority, '@', length);
    if (user_end != NULL) {
        length -= (size_t)(user_end + 1 - authority);
        authority = user_end + 1;
    }
    HASH_FIND(hh, frontier->origins, authority, length, origin);
    return origin != NULL;
}

/* docs: 01-frontier-take */
struct page *frontier_take(struct frontier *frontier)
{
    struct page *page = frontier->todo;

    if (page == NULL || frontier->in_flight >= frontier->room)
        return NULL;
    frontier->todo = page->next;
    if (frontier->todo == NULL)
        frontier->todo_tail = &frontier->todo;
    page->next = NULL;
    page->ended_before = frontier->ended;
    frontier->in_flight++;
    if (frontier->in_flight > frontier->max_in_flight)
        frontier->max_in_flight = frontier->in_flight;
    return page;
}

void frontier_finish(struct frontier *frontier, struct page *page)
{
    assert(page->result.outcome != OUTCOME_NONE);
    assert(frontier->in_flight > 0);
    frontier->in_flight--;
    frontier->ended++;
    frontier->finished++;
    /* Something came free: perhaps the machine bears one more now. */
    if (frontier->room < frontier->concurrency)
        frontier->room++;
}

void frontier_put_back(struct frontier *frontier, struct page *page)
{
    assert(frontier->in_flight > 0);
    frontier->in_flight--;
    frontier->ended++;
    page->result = (struct page_result){0};
    page->next = frontier->todo;
    if (frontier->todo == NULL)
        frontier->todo_tail = &page->next;
    frontier->todo = page;
}

bool frontier_postpone(struct frontier *frontier, struct page *page)
{
    /* Whoever took what it lacked may have ended before it could say so. */
    if (frontier->in_flight == 1 && frontier->ended == page->ended_before)
        return false;
    frontier_put_back(frontier, page);
    frontier->room = frontier->in_flight > 0 ? frontier->in_flight : 1;
    return true;
}

void frontier_limit(struct frontier *frontier, size_t concurrency)
{
    if (concurrency < 1)
        concurrency = 1;
    if (concurrency < frontier->concurrency)
        frontier->concurrency = concurrency;
    if (frontier->room > frontier->concurrency)
        frontier->room = frontier->concurrency;
}

size_t frontier_left(const struct frontier *frontier)
{
    return HASH_COUNT(frontier->left);
}

void frontier_free(struct frontier *frontier)
{
    struct page *page, *next_page;
    struct origin *origin, *next_origin;
    struct left *left, *next_left;

    HASH_ITER(hh, frontier->pages, page, next_page)
    {
        HASH_DEL(frontier->pages, page);
        page_free(page);
    }
    HASH_ITER(hh, frontier->origins, origin, next_origin)
    {
        HASH_DEL(frontier->origins, origin);
        free(origin);
    }
    HASH_ITER(hh, frontier->left, left, next_left)
    {
        HASH_DEL(frontier->left, left);
        free(left);
    }
    *frontier = (struct frontier){0};
}
