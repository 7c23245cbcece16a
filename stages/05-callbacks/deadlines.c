/*
 * deadlines.c - see deadlines.h.
 *
 * heap[i] passes no later than its children heap[2i] and heap[2i + 1].
 */
#include "deadlines.h"

#include <assert.h>
#include <stdlib.h>

int deadlines_reserve(struct deadlines *deadlines, size_t count)
{
    size_t capacity = deadlines->capacity < 16 ? 16 : deadlines->capacity;

    if (count < deadlines->capacity)
        return 0;
    while (capacity <= count) /* heap[0] stays unused */
        capacity *= 2;
    struct deadline **heap =
        realloc(deadlines->heap, capacity * sizeof heap[0]);
    if (heap == NULL)
        return -1;
    deadlines->heap = heap;
    deadlines->capacity = capacity;
    return 0;
}

static void put(struct deadlines *deadlines, size_t place,
                struct deadline *deadline)
{
    deadlines->heap[place] = deadline;
    deadline->place = place;
}

/* Moves the deadline towards the root as long as it passes before its parent.
 */
static void rise(struct deadlines *deadlines, struct deadline *deadline)
{
    size_t place = deadline->place;

    for (; place > 1; place /= 2) {
        struct deadline *parent = deadlines->heap[place / 2];
        if (parent->when_ns <= deadline->when_ns)
            break;
        put(deadlines, place, parent);
    }
    put(deadlines, place, deadline);
}

/* Moves it away from the root as long as a child passes before it. */
static void sink(struct deadlines *deadlines, struct deadline *deadline)
{
    struct deadline **heap = deadlines->heap;
    size_t place = deadline->place, child;

    for (; (child = 2 * place) <= deadlines->count; place = child) {
        if (child < deadlines->count &&
            heap[child + 1]->when_ns < heap[child]->when_ns)
            child++;
        if (deadline->when_ns <= heap[child]->when_ns)
            break;
        put(deadlines, place, heap[child]);
    }
    put(deadlines, place, deadline);
}

void deadlines_set(struct deadlines *deadlines, struct deadline *deadline,
                   int64_t when_ns)
{
    if (deadline->place == 0) {
        assert(deadlines->count + 1 < deadlines->capacity);
        put(deadlines, ++deadlines->count, deadline);
    }
    deadline->when_ns = when_ns;
    rise(deadlines, deadline);
    sink(deadlines, deadline);
}

void deadlines_drop(struct deadlines *deadlines, struct deadline *deadline)
{
    size_t place = deadline->place;

    if (place == 0)
        return;
    struct deadline *last = deadlines->heap[deadlines->count--];
    deadline->place = 0;
    if (last == deadline)
        return;
    put(deadlines, place, last);
    rise(deadlines, last);
    sink(deadlines, last);
}

struct deadline *deadlines_first(const struct deadlines *deadlines)
{
    return deadlines->count > 0 ? deadlines->heap[1] : NULL;
}

void deadlines_free(struct deadlines *deadlines)
{
    free(deadlines->heap);
    *deadlines = (struct deadlines){0};
}
