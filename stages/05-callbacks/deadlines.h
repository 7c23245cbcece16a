/*
 * deadlines.h - which of many deadlines comes first: a binary heap.
 *
 * Setting, moving and dropping one takes O(log n), looking at the first O(1):
 * a turn of the loop need not look at all the pages in flight.
 */
#ifndef STAGES_05_CALLBACKS_DEADLINES_H
#define STAGES_05_CALLBACKS_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

/*
 * One deadline; lives in the struct that it is for, and must not move while
 * it is set. All zero is one that is not set.
 */
struct deadline {
    int64_t when_ns; /* clock_now_ns() at which it passes */
    size_t place;    /* in the heap, from 1; 0: not set */
};

/* All zero is a heap with nothing in it. */
struct deadlines {
    struct deadline **heap; /* heap[1] passes first */
    size_t count;
    size_t capacity;
};

/*
 * Makes room for `count` deadlines, so that so many can be set without fail.
 * Returns 0, or -1 with errno ENOMEM.
 */
int deadlines_reserve(struct deadlines *deadlines, size_t count);

/* Sets a deadline, or moves it if it is set. There must be room for it. */
void deadlines_set(struct deadlines *deadlines, struct deadline *deadline,
                   int64_t when_ns);

/* Drops a deadline; nothing happens if it is not set. */
void deadlines_drop(struct deadlines *deadlines, struct deadline *deadline);

/* The one that passes first, or NULL. */
struct deadline *deadlines_first(const struct deadlines *deadlines);

/* Frees the heap; the deadlines are their owners'. */
void deadlines_free(struct deadlines *deadlines);

#endif
