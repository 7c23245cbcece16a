/*
 * actors.h - small scripts played by tasks that share locks and a queue: what
 * they do, and in which pass of the loop, is written down and compared with
 * what CPython 3.11.7's asyncio makes of the same scripts.
 *
 * An actor is "A: a y r", a name and the steps of a coroutine, one letter each:
 *
 *     a lock.acquire()    r lock.release()
 *     s semaphore.acquire()    t semaphore.release()
 *     w event.wait()    e event.set()    f event.clear()
 *     [ condition.acquire()    ] condition.release()
 *     n condition.wait()    u condition.wait_for(lambda: level >= 2)
 *     + level += 1    1 notify()    2 notify(2)    * notify_all()
 *     p queue.put(...)    P put_nowait(...)    items are 1, 2, 3 ...
 *     g queue.get()    G get_nowait()    d task_done()    j join()
 *     b barrier.wait()    B barrier.reset()    X barrier.abort()
 *     y sleep(0)    xA tasks["A"].cancel()    ? what there is
 *
 * All but y and x are written down when they are over: "3:Aa", in pass 3 A had
 * done a; "=5", what it gave; "!ValueError", that it failed. A cancelled actor
 * ends, "!cancelled-by-B", others go on after an error. Who is not done in the
 * end is "stuck". Ending those must leave nobody in any line.
 */
#ifndef TESTS_ACTORS_H
#define TESTS_ACTORS_H

#include "stages/07-loop/barrier.h"
#include "stages/07-loop/condition.h"
#include "stages/07-loop/event.h"
#include "stages/07-loop/lock.h"
#include "stages/07-loop/loop.h"
#include "stages/07-loop/queue.h"
#include "stages/07-loop/semaphore.h"
#include "stages/07-loop/sleep.h"

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { PASSES = 60, ACTORS = 26 };

/* What the actors of a play share. */
struct world {
    struct lock lock;
    struct semaphore semaphore;
    struct event event;
    struct condition condition;
    struct queue queue;
    struct barrier barrier;
    int level, made;
    struct task *tasks[ACTORS]; /* by name */
    struct loop *loop;
    bool over;
    char log[4000];
};

static struct world world_new(void)
{
    return (struct world){.semaphore = semaphore_new(1),
                          .barrier = barrier_new(2)};
}

__attribute__((format(printf, 2, 3))) static void note(struct world *world,
                                                       const char *format, ...)
{
    size_t length = strlen(world->log);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(world->log + length, sizeof world->log - length, format,
              arguments);
    va_end(arguments);
}

/* ---- what there is ---- */

/* A part of it that is not as it was in the beginning. */
__attribute__((format(printf, 3, 4))) static void tell(char *text, bool is_so,
                                                       const char *format, ...)
{
    size_t length = strlen(text);
    va_list arguments;

    if (!is_so)
        return;
    text[length] = length == 0 ? '=' : ',';
    va_start(arguments, format);
    vsprintf(text + length + 1, format, arguments);
    va_end(arguments);
}

/* "locked+2": the lock is locked, and two wait; of a condition's lock "held".
 */
static void tell_locks(const struct world *world, char *text)
{
    size_t waiting = world->lock.waiters.count;
    bool locked = lock_locked(&world->lock);
    size_t inner = world->condition.own.waiters.count;

    tell(text, locked || waiting > 0, "%s+%zu", locked ? "locked" : "free",
         waiting);
    waiting = world->semaphore.waiters.count;
    tell(text, world->semaphore.value != 1 || waiting > 0, "%s:%ld+%zu",
         semaphore_locked(&world->semaphore) ? "locked" : "open",
         world->semaphore.value, waiting);
    waiting = world->event.waiters.count;
    tell(text, event_is_set(&world->event) || waiting > 0, "%s+%zu",
         event_is_set(&world->event) ? "set" : "unset", waiting);
    waiting = world->condition.waiters.count;
    locked = condition_locked(&world->condition);
    tell(text, locked || waiting + inner > 0, "%s+%zu+%zu",
         locked ? "held" : "free", inner, waiting);
}

static void tell_queue(const struct queue *queue, char *text)
{
    const struct {
        const char *name;
        size_t count;
    } parts[] = {{"items", queue_size(queue)},
                 {"getters", queue->getters.count},
                 {"putters", queue->putters.count},
                 {"unfinished", queue->unfinished},
                 {"joiners", queue->finished.waiters.count}};

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        tell(text, parts[i].count > 0, "%s:%zu", parts[i].name, parts[i].count);
}

static void tell_all(const struct world *world, char *text)
{
    long inside = barrier_n_waiting(&world->barrier);
    bool broken = barrier_broken(&world->barrier);

    tell_locks(world, text);
    tell_queue(&world->queue, text);
    tell(text, inside > 0 || broken, "barrier:%ld%s", inside,
         broken ? "broken" : "");
    if (*text == '\0')
        strcpy(text, "=nothing");
}

/* ---- an actor ---- */

struct actor {
    struct coroutine co;
    void *result;
    struct world *world;
    char text[2]; /* its name */
    char step;
    const char *script;      /* what is left of it */
    const struct error *why; /* the step failed */
    char outcome[200];
    union {
        struct awaitable any;
        struct async_sleep sleep;
        struct lock_acquire lock_acquire;
        struct semaphore_acquire semaphore_acquire;
        struct event_wait event_wait;
        struct condition_acquire condition_acquire;
        struct condition_wait condition_wait;
        struct condition_wait_for condition_wait_for;
        struct queue_put queue_put;
        struct queue_get queue_get;
        struct queue_join queue_join;
        struct barrier_wait barrier_wait;
        struct barrier_reset barrier_reset;
        struct barrier_abort barrier_abort;
    } inner;
};

static void *is_at_two(void *world)
{
    return number_value(((struct world *)world)->level >= 2);
}

static void *next_item(struct world *world)
{
    return number_value(++world->made);
}

/* Makes the frame of a step that has to be awaited; false: it has none. */
static bool begin(struct actor *self)
{
    struct world *world = self->world;

    switch (self->step) {
    case 'y':
        self->inner.sleep = async_sleep(0);
        return true;
    case 'a':
        self->inner.lock_acquire = lock_acquire(&world->lock);
        return true;
    case 's':
        self->inner.semaphore_acquire = semaphore_acquire(&world->semaphore);
        return true;
    case 'w':
        self->inner.event_wait = event_wait(&world->event);
        return true;
    case '[':
        self->inner.condition_acquire = condition_acquire(&world->condition);
        return true;
    case 'n':
        self->inner.condition_wait = condition_wait(&world->condition);
        return true;
    case 'u':
        self->inner.condition_wait_for =
            condition_wait_for(&world->condition, is_at_two, world);
        return true;
    case 'p':
        self->inner.queue_put = queue_put(&world->queue, next_item(world));
        return true;
    case 'g':
        self->inner.queue_get = queue_get(&world->queue);
        return true;
    case 'j':
        self->inner.queue_join = queue_join(&world->queue);
        return true;
    case 'b':
        self->inner.barrier_wait = barrier_wait(&world->barrier);
        return true;
    case 'B':
        self->inner.barrier_reset = barrier_reset(&world->barrier);
        return true;
    case 'X':
        self->inner.barrier_abort = barrier_abort(&world->barrier);
        return true;
    default:
        return false;
    }
}

static void note_number(struct actor *self, const void *value)
{
    snprintf(self->outcome, sizeof self->outcome, "=%d",
             (int)value_number(value));
}

/* Does a step that need not be awaited; false with error_last(): it failed. */
static bool do_at_once(struct actor *self)
{
    struct world *world = self->world;
    void *item;

    switch (self->step) {
    case 'r':
        return lock_release(&world->lock);
    case 't':
        return semaphore_release(&world->semaphore);
    case 'e':
        event_set(&world->event);
        return true;
    case 'f':
        event_clear(&world->event);
        return true;
    case ']':
        return condition_release(&world->condition);
    case '+':
        world->level++;
        return true;
    case '1':
        return condition_notify(&world->condition, 1);
    case '2':
        return condition_notify(&world->condition, 2);
    case '*':
        return condition_notify_all(&world->condition);
    case 'P':
        return queue_put_nowait(&world->queue, next_item(world));
    case 'G':
        if (!queue_get_nowait(&world->queue, &item))
            return false;
        note_number(self, item);
        return true;
    case 'd':
        return queue_task_done(&world->queue);
    case 'x':
        task_cancel(world->tasks[*self->script++ - 'A'], self->text);
        return true;
    case '?':
        tell_all(world, self->outcome);
        return true;
    default:
        ck_abort_msg("there is no step '%c'", self->step);
    }
}

/* "!ValueError", "!cancelled-by-A"; or "!cancelled", if there is no message. */
static void note_failure(struct actor *self)
{
    const char *by = task_cancel_message(async_current_task(NULL));

    if (!error_is(self->why, &error_cancelled))
        snprintf(self->outcome, sizeof self->outcome, "!%s",
                 error_name(self->why));
    else
        snprintf(self->outcome, sizeof self->outcome, "!cancelled%s%s",
                 by != NULL ? "-by-" : "", by != NULL ? by : "");
}

static void note_step(struct actor *self)
{
    if (self->world->over)
        return;
    if (self->why != NULL)
        note_failure(self);
    else if (self->step == 'y' || self->step == 'x')
        return;
    note(self->world, "%s%zu:%c%c%s", *self->world->log != '\0' ? " " : "",
         loop_census(self->world->loop).passes + 1, self->text[0], self->step,
         self->outcome);
}

static struct future *actor(struct coroutine *co)
{
    struct actor *self = (struct actor *)co;

    CO_BEGIN(self);
    while (*self->script != '\0') {
        self->step = *self->script++;
        self->outcome[0] = '\0';
        self->why = NULL;
        if (self->step == ' ')
            continue;
        if (begin(self)) {
            CO_TRY_AWAIT(self, self->inner.any);
            self->why = self->inner.any.co.error;
            if (strchr("gb", self->step) != NULL && self->why == NULL)
                note_number(self, self->inner.any.result);
        } else if (!do_at_once(self)) {
            self->why = error_last();
        }
        note_step(self);
        if (self->world->over || error_is(self->why, &error_cancelled))
            CO_RAISE(self, self->why);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct actor actor_new(struct world *world, const char *text)
{
    return (struct actor){.co = CO_INIT(actor),
                          .world = world,
                          .text = {text[0]},
                          .script = text + 2};
}

/* ---- the play ---- */

/* A callback that comes in every pass, until there were enough of them. */
struct ticker {
    struct handle handle;
    struct world *world;
};

static void tick(void *data)
{
    struct ticker *ticker = data;
    struct loop *loop = ticker->world->loop;

    if (loop_census(loop).passes >= PASSES) {
        ticker->world->over = true;
        loop_stop(loop);
        return;
    }
    ck_assert(loop_call_soon(loop, &ticker->handle, tick, ticker));
}

static void say_nothing(struct loop *loop, const struct error_context *context,
                        void *data)
{
    (void)loop, (void)context, (void)data;
}

/* Those who are stuck, and lets all tasks go. */
static void end_play(struct world *world)
{
    const char *separator = *world->log != '\0' ? " stuck:" : "stuck:";

    for (int i = 0; i < ACTORS; i++) {
        struct task *task = world->tasks[i];
        if (task != NULL && !future_done(&task->future)) {
            note(world, "%s%c", separator, 'A' + i);
            separator = "";
        } else if (task != NULL) {
            future_error(&task->future, &(const struct error *){NULL});
        }
        task_free(task);
    }
}

/* Ending those who are stuck must leave nobody in any line. */
static void check_nobody_waits(struct world *world)
{
    lock_free(&world->lock);
    semaphore_free(&world->semaphore);
    event_free(&world->event);
    condition_free(&world->condition);
    barrier_free(&world->barrier);
    queue_free(&world->queue);
}

/* Has the actors, parted by '|', play in this world: see world->log. */
static void play(struct world *world, const char *scripts)
{
    struct ticker ticker = {.world = world};
    char *copy = strdup(scripts), *rest = copy, *script;

    world->loop = loop_new(NULL);
    ck_assert_ptr_nonnull(world->loop);
    loop_set_exception_handler(world->loop, say_nothing, NULL);
    ck_assert(loop_call_soon(world->loop, &ticker.handle, tick, &ticker));
    while ((script = strsep(&rest, "|")) != NULL) {
        script += strspn(script, " ");
        struct task *task =
            loop_create_task(world->loop, COROUTINE(actor_new(world, script)));
        ck_assert_ptr_nonnull(task);
        world->tasks[script[0] - 'A'] = task;
    }
    ck_assert(loop_run_forever(world->loop));
    end_play(world);
    ck_assert(loop_free(world->loop));
    check_nobody_waits(world);
    free(copy);
}

/* The same, and it must go as it does in CPython. */
static void plays(struct world *world, const char *scripts, const char *log)
{
    play(world, scripts);
    ck_assert_str_eq(world->log, log);
}

/* ---- errors ---- */

/* Whether the last call was refused with an error of that kind and text. */
static void check_last_error(const struct error *kind, const char *message)
{
    ck_assert(error_is(error_last(), kind));
    ck_assert_str_eq(error_message(error_last()), message);
}

/* Runs a frame of which nothing has run, to its end, in a loop of its own. */
#define run_alone(frame) run_object(COROUTINE(frame))

static bool run_object(struct coroutine *object)
{
    struct loop *loop = loop_new(NULL);

    ck_assert_ptr_nonnull(loop);
    bool ended = loop_run_until_complete(loop, object, NULL);
    const struct error *why = error_last();
    ck_assert(loop_free(loop));
    return ended || error_raise(why);
}

#endif
