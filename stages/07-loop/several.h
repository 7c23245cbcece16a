/*
 * several.h - what those have in common that take several awaitables.
 */
#ifndef STAGES_07_LOOP_SEVERAL_H
#define STAGES_07_LOOP_SEVERAL_H

#include "task.h"

/* Whether a pointer came before: Python's set() and dict. */
struct seen {
    struct seen_slot *slots;
    size_t mask; /* there are so many, and one more: a power of two */
};

/* For `count` pointers. Returns false with error_last(): error_memory. */
bool seen_begin(struct seen *seen, size_t count);

/*
 * Returns the number with which this pointer came first; the given one if this
 * is the first time, or it is NULL. O(1).
 */
size_t seen_first(struct seen *seen, const void *pointer, size_t number);

void seen_end(struct seen *seen);

/*
 * Closes the objects among those that were not taken: from this one on, as
 * far as they did not come before. Keeps error_last().
 */
void several_close(struct coroutine *const awaitables[], size_t from,
                   size_t count);

#endif
