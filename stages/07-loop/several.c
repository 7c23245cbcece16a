/*
 * several.c - see several.h. The table has open addressing, and is at most
 * half full.
 */
#include "several.h"

#include <stdint.h>
#include <stdlib.h>

struct seen_slot {
    const void *pointer; /* NULL: it is free */
    size_t number;
};

bool seen_begin(struct seen *seen, size_t count)
{
    size_t size = 2;

    while (size < 2 * count)
        size *= 2;
    seen->mask = size - 1;
    seen->slots = calloc(size, sizeof *seen->slots);
    return seen->slots != NULL || error_raise(&error_memory);
}

/* Pointers differ in the middle: below they are aligned, above alike. */
static size_t hash(const void *pointer)
{
    return (size_t)(((uintptr_t)pointer >> 4) * UINT64_C(0x9E3779B97F4A7C15) >>
                    20);
}

size_t seen_first(struct seen *seen, const void *pointer, size_t number)
{
    size_t i = hash(pointer) & seen->mask;

    if (pointer == NULL)
        return number;
    while (seen->slots[i].pointer != NULL && seen->slots[i].pointer != pointer)
        i = (i + 1) & seen->mask;
    if (seen->slots[i].pointer == NULL)
        seen->slots[i] = (struct seen_slot){pointer, number};
    return seen->slots[i].number;
}

void seen_end(struct seen *seen)
{
    free(seen->slots);
    seen->slots = NULL;
}

static bool came_before(struct coroutine *const awaitables[], size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (awaitables[j] == awaitables[i])
            return true;
    return false;
}

void several_close(struct coroutine *const awaitables[], size_t from,
                   size_t count)
{
    const struct error *why = error_last();

    for (size_t i = from; i < count; i++)
        if (awaitables[i] != NULL && !came_before(awaitables, i) &&
            !async_isfuture(awaitables[i]))
            coroutine_close(awaitables[i]);
    error_raise(why);
}
