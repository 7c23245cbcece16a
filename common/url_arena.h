/*
 * url_arena.h - the memory that uriparser works in: given back as a whole.
 *
 * uriparser 0.9.7 loses what it has copied when memory runs out in the middle
 * of a normalisation. Here that does not matter: nothing is freed by itself,
 * all of it at the end. Most URLs fit into the arena and cost no malloc().
 */
#ifndef COMMON_URL_ARENA_H
#define COMMON_URL_ARENA_H

#include <stddef.h>
#include <uriparser/Uri.h>

struct url_arena {
    UriMemoryManager manager; /* for the functions of uriparser with Mm */
    struct arena_block *more; /* allocated when the first bytes were used up */
    char *next;               /* what is left begins here */
    size_t left;              /* bytes */
    max_align_t first[64];
};

/* Makes an empty arena; it must not move. Nothing is allocated. */
void url_arena_init(struct url_arena *arena);

/* Frees all that was allocated in it. */
void url_arena_free(struct url_arena *arena);

#endif
