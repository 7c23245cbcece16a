/*
 * task.h - drives a coroutine: resumes it whenever what it waits for is there.
 *
 * The Python it mirrors: the Task in ten lines of the articles:
 *
 *     def step(self, future):
 *         try:
 *             next_future = self.coro.send(future.result)
 *         except StopIteration:
 *             return
 *         next_future.add_done_callback(self.step)
 */
#ifndef STAGES_06_FUTURES_TASK_H
#define STAGES_06_FUTURES_TASK_H

#include "future.h"

/*
 * Lives wherever its owner put it, and must not move. `done` is settled when
 * the coroutine is over, with the coroutine's error if it died of one; who
 * waits for it may free the task and the frame.
 */
struct task {
    struct future done;
    struct coroutine *co;
    struct future *waits; /* for this one, or NULL: over, or running now */
};

/*
 * Makes a task of a coroutine of which nothing has run. Nothing runs yet:
 * first say whom to wake when it is done, then call task_start().
 */
struct task task_new(struct coroutine *co);

/* Runs the coroutine up to its first wait, or to its end. */
void task_start(struct task *task);

/*
 * Throws an error into the coroutine, at the place where it waits: the future
 * that it waits for fails. Returns false if it does not wait.
 */
bool task_throw(struct task *task, const struct error *error);

#endif
