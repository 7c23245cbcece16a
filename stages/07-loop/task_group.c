/*
 * task_group.c - see task_group.h.
 *
 *     def _on_task_done(self, task):
 *         self._tasks.discard(task)
 *         if self._on_completed_fut is not None and not self._tasks:
 *             self._on_completed_fut.set_result(True)
 *         if task.cancelled() or task.exception() is None:
 *             return
 *         self._errors.append(task.exception())
 *         if not self._aborting and not self._parent_cancel_requested:
 *             self._abort()                   # cancels all tasks
 *             self._parent_cancel_requested = True
 *             self._parent_task.cancel()
 */
#include "task_group.h"

#include "loop_internal.h"
#include "several.h"

#include <stdio.h>
#include <stdlib.h>

/* A task that is not done, or of which the group does not know it yet. */
struct task_group_member {
    struct handle link;
    struct done_callback done;
    struct task_group *group;
    struct task *task; /* held */
};

/* ---- its errors ---- */

/* So that nothing can fail when the errors come. */
static bool make_room(struct task_group *group, size_t more)
{
    size_t count = group->error_count + group->member_count + more;
    void *errors = realloc(group->errors, count * sizeof group->errors[0]);

    if (errors == NULL)
        return error_raise(&error_memory);
    group->errors = errors;
    return true;
}

static void note_base_error(struct task_group *group, const struct error *error)
{
    if (group->base_error == NULL && error_is(error, &error_keyboard_interrupt))
        group->base_error = error;
}

/* ---- its members ---- */

static void remove_member(struct task_group_member *member)
{
    struct task_group *group = member->group;

    line_remove(&group->members, &member->link);
    group->member_count--;
    free(member);
}

static void cancel_members(struct task_group *group)
{
    struct handle *link = group->members;

    group->aborting = true;
    if (link == NULL)
        return;
    do {
        task_cancel(((struct task_group_member *)link->data)->task, NULL);
        link = link->next;
    } while (link != group->members);
}

static void member_failed(struct task_group *group, const struct error *error)
{
    group->errors[group->error_count++] = error;
    note_base_error(group, error);
    if (group->aborting || group->parent_cancelled)
        return;
    cancel_members(group);
    group->parent_cancelled = true;
    task_cancel(group->parent, NULL);
}

static void member_done(struct task_group *group, struct future *future)
{
    const struct error *error;

    if (group->completed != NULL && group->members == NULL &&
        !future_done(group->completed))
        future_settle_result(group->completed, NULL);
    if (!future_cancelled(future) && future_error(future, &error) &&
        error != NULL)
        member_failed(group, error);
}

/* NULL: it will never be done. */
static void on_member_done(struct future *future, void *data)
{
    struct task_group_member *member = data;
    struct task_group *group = member->group;
    struct task *task = member->task;

    remove_member(member);
    if (future != NULL)
        member_done(group, future);
    task_free(task);
}

static void drop_members(struct task_group *group)
{
    while (group->members != NULL) {
        struct task_group_member *member = group->members->data;
        struct task *task = member->task;
        future_unwatch(&member->done);
        remove_member(member);
        task_free(task);
    }
}

/* ---- begin, and create tasks ---- */

/* Sets error_last(): "TaskGroup <TaskGroup tasks=2 entered> " and the text. */
static bool refuse(const struct task_group *group, const char *text)
{
    char tasks[32] = "", errors[32] = "";
    const char *state = "";

    if (group->member_count > 0)
        snprintf(tasks, sizeof tasks, " tasks=%zu", group->member_count);
    if (group->error_count > 0)
        snprintf(errors, sizeof errors, " errors=%zu", group->error_count);
    if (group->parent != NULL)
        state = group->aborting ? " cancelling" : " entered";
    return error_raise(error_new(&error_runtime,
                                 "TaskGroup <TaskGroup%s%s%s> "
                                 "%s",
                                 tasks, errors, state, text));
}

bool task_group_begin(struct task_group *group)
{
    if (async_get_running_loop() == NULL)
        return false;
    if (group->parent != NULL && !group->ended)
        return refuse(group, "has already been entered");
    *group = (struct task_group){0};
    if (async_current_task(NULL) == NULL)
        return refuse(group, "cannot determine the parent task");
    group->parent = async_current_task(NULL);
    return true;
}

static bool check_can_create(const struct task_group *group)
{
    if (group->parent == NULL)
        return refuse(group, "has not been entered");
    if (group->exiting && group->members == NULL)
        return refuse(group, "is finished");
    return !group->aborting || refuse(group, "is shutting down");
}

static void add_member(struct task_group *group,
                       struct task_group_member *member, struct task *task)
{
    *member = (struct task_group_member){
        .link.data = member, .group = group, .task = task};
    future_hold(&task->future);
    line_append(&group->members, &member->link);
    group->member_count++;
    future_watch(&task->future, &member->done, on_member_done, member);
}

/* What there must be to take one more; NULL with error_last() otherwise. */
static struct task_group_member *new_member(struct task_group *group)
{
    if (!check_can_create(group) || !make_room(group, 2))
        return NULL;
    struct task_group_member *member = malloc(sizeof *member);
    return member != NULL ? member : error_raise_null(&error_memory);
}

struct task *task_group_create_task(struct task_group *group,
                                    struct coroutine *object)
{
    if (object == NULL)
        return NULL;
    struct task_group_member *member = new_member(group);
    if (member == NULL) {
        several_close(&object, 0, 1);
        return NULL;
    }
    struct task *task = loop_create_task(group->parent->future.loop, object);
    if (task != NULL)
        add_member(group, member, task);
    else
        free(member);
    return task;
}

/* ---- end ---- */

/* It goes on with this cancelling, if nothing else is to be raised. */
static void note_cancelled(struct task_group_end *self,
                           const struct error *error)
{
    self->cancelled = error;
    self->message = task_cancel_message(self->group->parent);
}

static void enter(struct task_group_end *self)
{
    struct task_group *group = self->group;

    group->exiting = true;
    note_base_error(group, self->raised);
    if (error_is(self->raised, &error_cancelled))
        note_cancelled(self, self->raised);
    /* What we asked for we must take back; was it asked for by others, too? */
    if (group->parent_cancelled && task_uncancel(group->parent) == 0)
        self->cancelled = NULL;
    if (self->raised != NULL && !group->aborting)
        cancel_members(group);
}

/* Returns what it must be left with at once, or NULL. */
static const struct error *interrupted(struct task_group_end *self)
{
    const struct error *error = self->completed.co.error;

    self->group->completed = NULL;
    if (error == NULL || !error_is(error, &error_cancelled))
        return error;
    if (!self->group->aborting) {
        note_cancelled(self, error);
        cancel_members(self->group);
    }
    return NULL;
}

static const struct error *verdict(struct task_group_end *self)
{
    struct task_group *group = self->group;

    if (group->base_error != NULL)
        return group->base_error;
    if (self->cancelled != NULL && group->error_count == 0) {
        task_raise_cancelled(self->message);
        return self->cancelled;
    }
    if (self->raised != NULL && !error_is(self->raised, &error_cancelled)) {
        if (!make_room(group, 1))
            return error_last();
        group->errors[group->error_count++] = self->raised;
    }
    if (group->error_count == 0)
        return NULL;
    return error_group_new("unhandled errors in a TaskGroup", group->errors,
                           group->error_count);
}

static void clean_up(struct task_group *group)
{
    drop_members(group);
    free(group->errors);
    group->errors = NULL;
    group->error_count = 0;
    group->completed = NULL;
    group->ended = true;
}

/*
 *     async def __aexit__(self, et, exc, tb):
 *         self._exiting = True
 *         ...                                 # enter()
 *         while self._tasks:
 *             self._on_completed_fut = loop.create_future()
 *             try:
 *                 await self._on_completed_fut
 *             except CancelledError as ex:
 *                 if not self._aborting:
 *                     propagate_cancellation_error = ex
 *                     self._abort()
 *             self._on_completed_fut = None
 *         ...                                 # verdict()
 */
static struct future *end(struct coroutine *co)
{
    struct task_group_end *self = (struct task_group_end *)co;

    CO_BEGIN(self);
    if (self->group->parent == NULL || self->group->ended)
        CO_RAISE(self, self->raised);
    enter(self);
    if (error_is(self->raised, &error_generator_exit))
        CO_RAISE(self, self->raised); /* nobody will drive us any more */
    while (self->group->members != NULL) {
        self->completed = future_new(self->group->parent->future.loop);
        self->group->completed = &self->completed;
        CO_TRY_AWAIT(self, self->completed);
        self->left_with = interrupted(self);
        if (self->left_with != NULL)
            CO_RAISE(self, self->left_with);
    }
    CO_RAISE(self, verdict(self));
    CO_FINALLY(self);
    clean_up(self->group);
    CO_END(self);
}

struct task_group_end task_group_end(struct task_group *group,
                                     const struct error *error)
{
    return (struct task_group_end){
        .co = CO_INIT(end), .group = group, .raised = error};
}
