/*
 * task_group.h - tasks that end together, before who began them goes on.
 *
 * The Python it mirrors: asyncio.TaskGroup (taskgroups.py).
 *
 *     CO_BEGIN(self);
 *     CO_CHECK(self, task_group_begin(&self->group));
 *     CO_CHECK(self, self->first = task_group_create_task(    async with
 *                        &self->group,                        TaskGroup() as
 *                        COROUTINE(fetch_new(1))));           group: ...
 *     CO_FINALLY(self);
 *     self->end = task_group_end(&self->group, self->co.error);
 *     CO_TRY_AWAIT(self, self->end);
 *     self->co.error = self->end.co.error;
 *     task_free(self->first);
 *     CO_END(self);
 */
#ifndef STAGES_07_LOOP_TASK_GROUP_H
#define STAGES_07_LOOP_TASK_GROUP_H

#include "error_group.h"
#include "loop.h"

struct task_group_member;

/* Part of a frame. All zero is one that was not begun. */
struct task_group {
    struct task *parent;    /* whose group it is; NULL: it is not begun */
    struct handle *members; /* that are not done, in a ring */
    size_t member_count;
    const struct error **errors; /* what they failed with */
    size_t error_count;
    const struct error *base_error; /* one that stands for all */
    struct future *completed;       /* settled when there is no member left */
    bool exiting;                   /* the body is over */
    bool ended;
    bool aborting;         /* all members are cancelled, no more are taken */
    bool parent_cancelled; /* by us, to abort what it does in the body */
};

/* Lives in the frame of who awaits it; it fails as the group does. */
struct task_group_end {
    struct coroutine co;
    void *result;
    struct task_group *group;
    const struct error *raised;    /* in the body */
    const struct error *cancelled; /* the parent, by others: to go on with */
    const char *message;           /* with this one */
    const struct error *left_with; /* it cannot wait for the end */
    struct future completed;
};

/*
 * Begins a group of the current task. It must be ended by awaiting
 * task_group_end(), and may not move before. Returns false with error_last():
 * error_runtime, this is no task, or the group is begun.
 */
bool task_group_begin(struct task_group *group);

/*
 * A task of the group, from an object, which is closed if this fails; the
 * caller lets it go with task_free(). If it fails, the others are cancelled,
 * and the body, too. Returns NULL with error_last(): error_runtime, the group
 * is not begun, ended, or shutting down; or as loop_create_task().
 */
struct task *task_group_create_task(struct task_group *group,
                                    struct coroutine *object);

/*
 * Waits until all its tasks are done, with what the body ended with, NULL if
 * all was well; an error of the body cancels them. Then fails with an
 * error_group() of all errors, the body's as the last; or with error_cancelled
 * if nothing failed but the task was cancelled by others; or with
 * error_keyboard_interrupt alone, if that is among them. Of a group that is
 * not begun it fails as the body did.
 */
struct task_group_end task_group_end(struct task_group *group,
                                     const struct error *error);

#endif
