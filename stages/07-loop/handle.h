/*
 * handle.h - a callback that stands in line.
 *
 * The Python it mirrors: asyncio.Handle (events.py). A handle carries its own
 * links, so that putting it in line, taking it out again and moving a whole
 * line behind another cost a few assignments and no memory: tasks, timers and
 * futures each have one inside.
 */
#ifndef STAGES_07_LOOP_HANDLE_H
#define STAGES_07_LOOP_HANDLE_H

#include <stdbool.h>
#include <stddef.h>

/* Called once for each time that it was put in line. */
typedef void handle_callback(void *data);

/*
 * All zero is one in no line. While it stands in one it must not move, and
 * its memory must stay; when it is called it stands in none any more, so the
 * callback may put it in line again, or free it.
 */
struct handle {
    struct handle *next, *prev; /* in a ring; NULL: in no line */
    handle_callback *callback;  /* NULL once it was cancelled */
    void *data;
};

static inline bool handle_is_in_line(const struct handle *handle)
{
    return handle->next != NULL;
}

/* handle.cancelled() */
static inline bool handle_cancelled(const struct handle *handle)
{
    return handle->callback == NULL;
}

/* ---- lines: a pointer to the first of a ring, NULL if there is none ---- */

/* Puts a handle that stands nowhere at the end. */
static inline void line_append(struct handle **line, struct handle *handle)
{
    struct handle *first = *line;

    if (first == NULL) {
        *line = handle->next = handle->prev = handle;
        return;
    }
    handle->next = first;
    handle->prev = first->prev;
    first->prev->next = handle;
    first->prev = handle;
}

/* Takes out one that stands in this line. */
static inline void line_remove(struct handle **line, struct handle *handle)
{
    if (*line == handle)
        *line = handle->next != handle ? handle->next : NULL;
    handle->next->prev = handle->prev;
    handle->prev->next = handle->next;
    handle->next = handle->prev = NULL;
}

/* Moves all of `from` behind those in `to`, in their order. */
static inline void line_splice(struct handle **to, struct handle **from)
{
    struct handle *first = *from;

    if (first == NULL)
        return;
    *from = NULL;
    if (*to == NULL) {
        *to = first;
        return;
    }
    struct handle *last = first->prev, *end = (*to)->prev;
    end->next = first;
    first->prev = end;
    last->next = *to;
    (*to)->prev = last;
}

#endif
