/*
 * timers.c - see timers.h.
 *
 * The heap of stages/05-callbacks/deadlines.c, made for many timers. A look
 * into one of many timers is likely to miss the cache, which costs more than
 * ten comparisons. So an entry brings along all that is compared, and has
 * eight children: a third of the levels, each of which is a timer to write to.
 *
 * No entry comes before its parent, and heap[timer->place].timer == timer.
 */
#include "timers.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

enum { CHILDREN = 8, FIRST_CAPACITY = 16 };

/* docs: 07-timer-entry */
struct timer_entry {
    int64_t when_ns;
    uint64_t order; /* counts up: no two entries are equal */
    struct timer *timer;
};

/* docs: 07-timer-before */
static bool before(const struct timer_entry *a, const struct timer_entry *b)
{
    if (a->when_ns != b->when_ns)
        return a->when_ns < b->when_ns;
    return a->order < b->order;
}

/* The root is heap[1], its children are heap[2] to heap[9], and so on. */
static size_t parent_of(size_t place)
{
    return (place - 2) / CHILDREN + 1;
}

static size_t children_of(size_t place)
{
    return (place - 1) * CHILDREN + 2;
}

/* The one that comes first, of a child and the siblings behind it. */
static size_t first_of(const struct timers *timers, size_t child)
{
    const struct timer_entry *heap = timers->heap;
    size_t first = child, end = child + CHILDREN;

    if (end > timers->count + 1)
        end = timers->count + 1;
    while (++child < end)
        if (before(&heap[child], &heap[first]))
            first = child;
    return first;
}

/* Whether an entry, were it at `place`, would have to go further up. */
static bool before_parent(const struct timer_entry *heap, size_t place,
                          const struct timer_entry *entry)
{
    return place > 1 && before(entry, &heap[parent_of(place)]);
}

static void put(struct timer_entry *heap, size_t place,
                const struct timer_entry *entry)
{
    heap[place] = *entry;
    entry->timer->place = place;
}

/* Puts an entry at `place` or further up. It is a copy: what is at `place`,
   maybe the entry itself, is overwritten first. */
static void rise(struct timer_entry *heap, size_t place,
                 struct timer_entry entry)
{
    for (; before_parent(heap, place, &entry); place = parent_of(place))
        put(heap, place, &heap[parent_of(place)]);
    put(heap, place, &entry);
}

/* Puts an entry, which stands behind the heap, at `place` or further down. */
static void sink(struct timers *timers, size_t place,
                 const struct timer_entry *entry)
{
    struct timer_entry *heap = timers->heap;
    size_t child;

    while ((child = children_of(place)) <= timers->count) {
        child = first_of(timers, child);
        if (!before(&heap[child], entry))
            break;
        put(heap, place, &heap[child]);
        place = child;
    }
    put(heap, place, entry);
}

/* Doubles, so that growing to n entries copies fewer than 2n in all. */
static int grow(struct timers *timers)
{
    size_t capacity = timers->capacity * 2;

    if (capacity == 0)
        capacity = FIRST_CAPACITY;
    struct timer_entry *heap = realloc(timers->heap, capacity * sizeof heap[0]);
    if (heap == NULL)
        return -1;
    timers->heap = heap;
    timers->capacity = capacity;
    return 0;
}

int timers_add(struct timers *timers, struct timer *timer, int64_t when_ns)
{
    assert(timer->place == 0);
    /* heap[0] stays unused */
    if (timers->count + 1 >= timers->capacity && grow(timers) < 0)
        return -1;
    timer->when_ns = when_ns;
    timer->place = ++timers->count;
    struct timer_entry *last = &timers->heap[timer->place];
    *last = (struct timer_entry){when_ns, timers->next_order++, timer};
    /* Mostly it may stay: seven of eight places are in the lowest level. */
    if (before_parent(timers->heap, timer->place, last))
        rise(timers->heap, timer->place, *last);
    return 0;
}

void timers_remove(struct timers *timers, struct timer *timer)
{
    size_t place = timer->place;

    if (place == 0)
        return;
    timer->place = 0;
    struct timer_entry *heap = timers->heap, *last = &heap[timers->count--];
    if (last == &heap[place])
        return;
    /* The last one fills the gap. It may come from below another parent, so
       that here it has to go up. */
    if (before_parent(heap, place, last))
        rise(heap, place, *last);
    else
        sink(timers, place, last);
}

struct timer *timers_first(const struct timers *timers)
{
    return timers->count > 0 ? timers->heap[1].timer : NULL;
}

struct timer *timers_pop_due(struct timers *timers, int64_t now_ns)
{
    struct timer *first = timers_first(timers);

    if (first == NULL || first->when_ns > now_ns)
        return NULL;
    timers_remove(timers, first);
    return first;
}

void timers_free(struct timers *timers)
{
    for (size_t place = 1; place <= timers->count; place++)
        timers->heap[place].timer->place = 0;
    free(timers->heap);
    *timers = (struct timers){0};
}
