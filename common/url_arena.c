/*
 * url_arena.c - memory that is given back as a whole.
 */
#include "url_arena.h"

#include <stdlib.h>

enum { BLOCK_SIZE = 16 * 1024 }; /* bytes, what is larger gets its own */

struct arena_block {
    struct arena_block *next;
    max_align_t bytes[];
};

static int add_block(struct url_arena *arena, size_t size)
{
    if (size < BLOCK_SIZE)
        size = BLOCK_SIZE;

    struct arena_block *block = malloc(sizeof *block + size);

    if (!block)
        return -1;
    block->next = arena->more;
    arena->more = block;
    arena->next = (char *)block->bytes;
    arena->left = size;
    return 0;
}

/* Sizes here are a few times a URL's, so rounding up cannot overflow. */
static void *allocate(UriMemoryManager *manager, size_t size)
{
    struct url_arena *arena = manager->userData;
    size_t unit = sizeof(max_align_t);

    size = (size + unit - 1) / unit * unit;
    if (size > arena->left && add_block(arena, size) != 0)
        return NULL;

    void *memory = arena->next;

    arena->next += size;
    arena->left -= size;
    return memory;
}

/* uriparser wants it to be there; to parse and normalise it does without. */
static void *reallocate(UriMemoryManager *manager, void *memory, size_t size)
{
    (void)manager;
    (void)memory;
    (void)size;
    return NULL;
}

static void keep(UriMemoryManager *manager, void *memory)
{
    (void)manager;
    (void)memory;
}

void url_arena_init(struct url_arena *arena)
{
    arena->manager = (UriMemoryManager){
        .malloc = allocate,
        .calloc = uriEmulateCalloc,
        .realloc = reallocate,
        .reallocarray = uriEmulateReallocarray,
        .free = keep,
        .userData = arena,
    };
    arena->more = NULL;
    arena->next = (char *)arena->first;
    arena->left = sizeof arena->first;
}

void url_arena_free(struct url_arena *arena)
{
    while (arena->more) {
        struct arena_block *block = arena->more;

        arena->more = block->next;
        free(block);
    }
}
