/*
 * task_internal.h - a task and the frame behind it, for the files about both.
 */
#ifndef STAGES_07_LOOP_TASK_INTERNAL_H
#define STAGES_07_LOOP_TASK_INTERNAL_H

#include "loop_internal.h"

/* Behind the task comes its coroutine's frame, aligned for anything. */
enum {
    ALIGNMENT = _Alignof(max_align_t),
    FRAME_OFFSET = (sizeof(struct task) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT
};

/* ---- rings of tasks: the first of them, NULL if there is none ---- */

static inline void ring_add(struct task **ring, struct task *task)
{
    struct task *first = *ring;

    if (first == NULL) {
        *ring = task->next = task->prev = task;
        return;
    }
    task->next = first;
    task->prev = first->prev;
    first->prev->next = task;
    first->prev = task;
}

static inline void ring_remove(struct task **ring, struct task *task)
{
    if (*ring == task)
        *ring = task->next != task ? task->next : NULL;
    task->next->prev = task->prev;
    task->prev->next = task->next;
    task->next = task->prev = NULL;
}

/* ---- coroutine_object.c ---- */

/* The task that an object will be driven by. Aborts if it is no object. */
struct task *object_task(struct coroutine *object);

/* It is given away, or closed: nobody need miss it. */
void object_leave(struct task *task);

/* Frees an object's or a task's memory. */
void object_free(struct task *task);

/*
 * Raises an error where the coroutine waits: what it awaits fails. Returns
 * what it waits for next, as resuming it does.
 */
struct future *coroutine_throw(struct coroutine *co, const struct error *error);

/*
 * Lets a coroutine end that nobody drives any more. Returns false with
 * error_last(): what it failed with, or it waited again.
 */
bool coroutine_end(struct coroutine *co);

#endif
