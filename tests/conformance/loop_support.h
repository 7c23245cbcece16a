/*
 * loop_support.h - what the twins on stage 07 need besides the loop.
 */
#ifndef TESTS_CONFORMANCE_LOOP_SUPPORT_H
#define TESTS_CONFORMANCE_LOOP_SUPPORT_H

#include "stages/07-loop/loop.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/task_group.h"
#include "stages/07-loop/wait.h"
#include "support.h"

/* int((loop.time() - zero) / UNIT + 0.1): whole units that have passed. */
int units_since(double zero, double unit);

/*
 * Ends the program with a message if that failed, as an exception that
 * nobody catches does.
 */
void must_do(bool done);

/* asyncio.run(main()): returns what main returned. */
void *run_to_end(struct coroutine *main);

/*
 * From now on the loop's time stands still but where the loop would wait, and
 * is moved instead: for programs that a busy machine could disturb. To be
 * called before timers are set.
 */
void step_time(struct loop *loop);

/*
 * The same for a loop whose own sockets are all that it waits for: its time is
 * moved once a few passes have found nothing to do.
 */
void step_time_over_sockets(struct loop *loop);

/* time.monotonic() and time.sleep() by that time, with or without a loop. */
double stepped_time(void);
void stepped_sleep(double seconds);

/* asyncio.new_event_loop() */
struct loop *new_loop(void);

/* loop.close(), and the loop must hold nothing any more. */
void close_loop(struct loop *loop);

/* loop.run_until_complete(awaitable): returns what that gave. */
void *run_until_complete(struct loop *loop, struct coroutine *awaitable);

/* future.result() */
void *result_of(struct future *future);

/* print and loop.stop as callbacks: loop.call_soon(print, text) */
void print_text(void *text);
void stop_loop(void *loop);

/* ---- in which pass of the loop something happens ---- */

/*
 * loop.call_soon(tick, loop): counts the passes. It puts itself in line again
 * each time, so it is the first to be called in every pass.
 */
void count_passes(struct loop *loop);

/* The pass that is running counts as 0. */
void mark_pass(void);

/* print(f"[{passes - zero}]", ...), and the same of a text as a callback */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_text(void *text);

/* line += " " + words: for a line of which the words are put together */
enum { LINE_SIZE = 128 };
void add_words(char line[LINE_SIZE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* for _ in range(times): await asyncio.sleep(0) */
struct naps {
    struct coroutine co;
    void *result;
    int times;
    struct async_sleep sleep;
};
struct naps naps(int times);

/* task.done(), task.cancelled() */
bool is_done(const struct task *task);
bool is_cancelled(const struct task *task);

/* await asyncio.wait([task]) */
struct wait_task {
    struct coroutine co;
    void *result;
    struct future *future;
    struct async_wait wait;
};
struct wait_task wait_task(struct task *task);

/* ---- several tasks ---- */

enum { MOST_TASKS = 8 };

/* A list of tasks; all zero is an empty one. */
struct team {
    struct task *tasks[MOST_TASKS];
    size_t count;
};

/* tasks.append(asyncio.create_task(object)) */
bool team_add(struct team *team, struct coroutine *object);

/*
 * tasks += [asyncio.create_task(role(label, thing)) for label in labels]; NULL
 * ends the labels. A role makes an object.
 */
typedef struct coroutine *team_role(const char *label, void *thing);
bool team_spawn(struct team *team, team_role *role, void *thing, ...)
    __attribute__((sentinel));

/* tasks[i].cancel() */
bool team_cancel(struct team *team, size_t i);

/* Lets them go: del tasks */
void team_free(struct team *team);

/* await asyncio.wait(tasks) */
struct wait_team {
    struct coroutine co;
    void *result;
    struct future *futures[MOST_TASKS];
    size_t count;
    struct async_wait wait;
};
struct wait_team wait_team(const struct team *team);

/* group.create_task(object), the task of which nobody asks for */
bool group_add(struct task_group *group, struct coroutine *object);

/* "/ one / two": the errors of a group; in one buffer. */
const char *errors_in(const struct error_group *group);

/* What the CancelledError raised last in this task was told, or "nothing". */
const char *told(void);

#endif
