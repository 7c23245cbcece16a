/*
 * coroutine_object.c - see task.h: frames in memory of their own, with room
 * for the task that will drive them in front.
 */
#include "task_internal.h"

#include <stdlib.h>
#include <string.h>

static const char magic[] = "a coroutine object";

/* What lies before a frame in a frame is no task. */
struct task *object_task(struct coroutine *object)
{
    struct task *task = (struct task *)((char *)object - FRAME_OFFSET);

    if (task->magic == magic && task->number == 0)
        return task;
    fprintf(stderr, "a coroutine was given away that is no object, or is no "
                    "longer yours: make one with COROUTINE()\n");
    abort();
}

struct coroutine *coroutine_new(const struct coroutine *frame, size_t size,
                                const char *call)
{
    struct task *task = malloc(FRAME_OFFSET + size);

    if (task == NULL)
        return error_raise_null(&error_memory);
    memset(task, 0, sizeof *task);
    task->magic = magic;
    struct coroutine *object = task_get_coroutine(task);
    memcpy(object, frame, size);
    object->function = call;
    if (running_loop != NULL && running_loop->debug) {
        task->future.loop = running_loop;
        ring_add(&running_loop->objects, task);
    }
    return object;
}

void object_leave(struct task *task)
{
    if (task->next != NULL)
        ring_remove(&task->future.loop->objects, task);
}

void coroutine_leave(struct coroutine *object)
{
    object_leave(object_task(object));
}

/* The message of the last cancellation raised in the task of a coroutine. */
static void *message_of(const struct coroutine *co)
{
    return ((const struct task *)((const char *)co - FRAME_OFFSET))->result;
}

struct future *coroutine_throw(struct coroutine *co, const struct error *error)
{
    struct coroutine *inner = co;
    struct disguise disguise;

    if (co->line == CO_NEW) { /* it dies where it stands: at its beginning */
        co->error = error;
        co->line = CO_OVER;
        return NULL;
    }
    while (inner->awaits != NULL)
        inner = inner->awaits;
    if (inner->line > 0) /* at a CO_YIELD, where nobody looks for errors */
        return co->resume(co);
    if (async_isfuture(inner) && !((struct future *)inner)->in_frame) {
        future_disguise(&disguise, (struct future *)inner, error);
        struct future *handed = co->resume(co);
        future_undisguise(&disguise);
        return handed;
    }
    inner->error = error;
    inner->line = CO_OVER;
    if (async_isfuture(inner)) /* that is read there, if it was cancelled */
        ((struct future *)inner)->result = message_of(co);
    return co->resume(co);
}

bool coroutine_end(struct coroutine *co)
{
    static const struct error ignored =
        ERROR(&error_runtime, "coroutine ignored GeneratorExit");

    if (co->line == CO_OVER)
        return true;
    if (coroutine_throw(co, &error_generator_exit) != NULL)
        return error_raise(&ignored);
    return co->error == NULL || error_is(co->error, &error_generator_exit) ||
           error_raise(co->error);
}

void object_free(struct task *task)
{
    task->magic = NULL;
    free(task);
}

bool coroutine_close(struct coroutine *object)
{
    if (object == NULL || async_isfuture(object))
        return true;
    struct task *task = object_task(object);
    bool ended = coroutine_end(object);
    object_leave(task);
    object_free(task);
    return ended;
}
