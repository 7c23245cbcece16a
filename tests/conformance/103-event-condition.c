/*
 * 103-event-condition - stage 07: events and conditions at the edges.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/condition.h"
#include "stages/07-loop/event.h"

#include <stdio.h>

/*
 *     async def at_event(label, event):
 *         try:
 *             say(label, "let go:", await event.wait(), "set:", event.is_set())
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             raise
 */
struct at_event {
    struct coroutine co;
    void *result;
    const char *label;
    struct event *event;
    struct event_wait wait;
};

static struct future *at_event(struct coroutine *co)
{
    struct at_event *self = (struct at_event *)co;

    CO_BEGIN(self);
    self->wait = event_wait(self->event);
    CO_AWAIT(self, self->wait);
    say("%s let go: %s set: %s", self->label,
        truth(value_number(self->wait.result)),
        truth(event_is_set(self->event)));
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled", self->label);
    CO_END(self);
}

static struct coroutine *wait_at_event(const char *label, void *event)
{
    return COROUTINE(((struct at_event){
        .co = CO_INIT(at_event), .label = label, .event = event}));
}

/*
 *     try:
 *         say(label, "woken:", await cond.wait())
 *     except asyncio.CancelledError:
 *         say(label, "cancelled, locked:", cond.locked())
 *         raise
 *     finally:
 *         await asyncio.sleep(0)
 *         say(label, "leaves")
 */
struct asleep {
    struct coroutine co;
    void *result;
    const char *label;
    struct condition *cond;
    struct condition_wait wait;
    struct async_sleep sleep;
};

static struct future *asleep(struct coroutine *co)
{
    struct asleep *self = (struct asleep *)co;

    CO_BEGIN(self);
    self->wait = condition_wait(self->cond);
    CO_AWAIT(self, self->wait);
    say("%s woken: %s", self->label, truth(value_number(self->wait.result)));
    CO_FINALLY(self);
    if (error_is(self->co.error, &error_cancelled))
        say("%s cancelled, locked: %s", self->label,
            truth(condition_locked(self->cond)));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    say("%s leaves", self->label);
    CO_END(self);
}

static struct asleep asleep_new(const char *label, struct condition *cond)
{
    return (struct asleep){.co = CO_INIT(asleep), .label = label, .cond = cond};
}

/*
 *     async def at_condition(label, cond):
 *         async with cond:
 *             await asleep(label, cond)
 */
struct at_condition {
    struct coroutine co;
    void *result;
    const char *label;
    struct condition *cond;
    struct condition_acquire acquire;
    struct asleep asleep;
};

static struct future *at_condition(struct coroutine *co)
{
    struct at_condition *self = (struct at_condition *)co;

    CO_BEGIN(self);
    self->acquire = condition_acquire(self->cond);
    CO_AWAIT(self, self->acquire);
    self->asleep = asleep_new(self->label, self->cond);
    CO_AWAIT(self, self->asleep);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        condition_release(self->cond);
    CO_END(self);
}

static struct coroutine *wait_at_condition(const char *label, void *cond)
{
    return COROUTINE(((struct at_condition){
        .co = CO_INIT(at_condition), .label = label, .cond = cond}));
}

/* ---- the parts of the program ---- */

/*
 * What they have in their frames. They release the lock in the middle of a
 * function, not in CO_FINALLY: nobody cancels them.
 */
struct part {
    struct coroutine co;
    void *result;
    struct event event;
    struct event_wait event_wait;
    struct condition cond;
    struct condition_acquire acquire;
    struct condition_wait wait;
    struct condition_wait_for wait_for;
    struct team team;
    struct naps naps;
    struct wait_team wait_team;
    int level; /* this and the rest are predicate()'s */
    char answer[24], asked[LINE_SIZE];
};

static struct future *event_set_then_clear(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->event = event_new();
    CO_CHECK(self, team_spawn(&self->team, wait_at_event, &self->event, "a",
                              "b", "c", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    event_set(&self->event);
    event_set(&self->event);
    say("set, cancel b: %s", truth(team_cancel(&self->team, 1)));
    event_clear(&self->event);
    CO_CHECK(self, team_spawn(&self->team, wait_at_event, &self->event, "late",
                              NULL));
    self->naps = naps(3);
    CO_AWAIT(self, self->naps);
    event_set(&self->event);
    say("set again");
    self->event_wait = event_wait(&self->event);
    CO_AWAIT(self, self->event_wait);
    say("main did not wait");
    self->wait_team = wait_team(&self->team);
    CO_AWAIT(self, self->wait_team);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *notify_counts(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, wait_at_condition, &self->cond, "a",
                              "b", "c", "d", "e", NULL));
    self->naps = naps(8);
    CO_AWAIT(self, self->naps);
    mark_pass();
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(&self->cond, 0));
    CO_CHECK(self, condition_notify(&self->cond, 2));
    CO_CHECK(self, condition_notify(&self->cond, 1));
    say("notified 2 and 1");
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("main releases the lock");
    condition_release(&self->cond);
    self->naps = naps(12);
    CO_AWAIT(self, self->naps);
    say("main notifies the rest and more");
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(&self->cond, 100));
    condition_release(&self->cond);
    self->wait_team = wait_team(&self->team);
    CO_AWAIT(self, self->wait_team);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static const char *done(const struct part *self, int i)
{
    return truth(is_done(self->team.tasks[i]));
}

static const char *cancelled(const struct part *self, int i)
{
    return truth(is_cancelled(self->team.tasks[i]));
}

static struct future *cancelled_asleep(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, wait_at_condition, &self->cond, "a",
                              "b", "c", NULL));
    self->naps = naps(6);
    CO_AWAIT(self, self->naps);
    mark_pass();
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    say("cancel a: %s", truth(team_cancel(&self->team, 0)));
    CO_CHECK(self, condition_notify(&self->cond, 1));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("a done while main holds the lock: %s", done(self, 0));
    condition_release(&self->cond);
    self->naps = naps(6);
    CO_AWAIT(self, self->naps);
    say("done: %s %s %s", done(self, 0), done(self, 1), done(self, 2));
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify_all(&self->cond));
    condition_release(&self->cond);
    self->wait_team = wait_team(&self->team);
    CO_AWAIT(self, self->wait_team);
    say("cancelled: %s %s %s", cancelled(self, 0), cancelled(self, 1),
        cancelled(self, 2));
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *cancelled_retaking(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, wait_at_condition, &self->cond, "a",
                              "b", NULL));
    self->naps = naps(5);
    CO_AWAIT(self, self->naps);
    mark_pass();
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(&self->cond, 1));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("cancel a, at the lock: %s %s", truth(team_cancel(&self->team, 0)),
        truth(team_cancel(&self->team, 0)));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("once more: %s done: %s", truth(team_cancel(&self->team, 0)),
        done(self, 0));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    condition_release(&self->cond);
    self->naps = naps(6);
    CO_AWAIT(self, self->naps);
    say("done: %s %s - the notify is lost", done(self, 0), done(self, 1));
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(&self->cond, 1));
    condition_release(&self->cond);
    self->wait_team = wait_team(&self->team);
    CO_AWAIT(self, self->wait_team);
    say("cancelled: %s %s", cancelled(self, 0), cancelled(self, 1));
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *cancelled_just_woken(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_spawn(&self->team, wait_at_condition, &self->cond, "a",
                              "b", NULL));
    self->naps = naps(5);
    CO_AWAIT(self, self->naps);
    mark_pass();
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(&self->cond, 1));
    say("cancel a, just woken: %s", truth(team_cancel(&self->team, 0)));
    condition_release(&self->cond);
    self->naps = naps(6);
    CO_AWAIT(self, self->naps);
    say("done: %s %s - the notify is lost", done(self, 0), done(self, 1));
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, condition_notify(&self->cond, 1));
    condition_release(&self->cond);
    self->wait_team = wait_team(&self->team);
    CO_AWAIT(self, self->wait_team);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

/*
 *     def enough():
 *         asked.append(level)
 *         return level >= 3 and f"level {level}"
 */
static void *enough(void *data)
{
    struct part *part = data;

    add_words(part->asked, "%d", part->level);
    snprintf(part->answer, sizeof part->answer, "level %d", part->level);
    return part->level >= 3 ? part->answer : NULL;
}

/*
 *     async def until_enough():
 *         async with cond:
 *             say("got", await cond.wait_for(enough))
 */
struct until_enough {
    struct coroutine co;
    void *result;
    struct part *part;
    struct condition_acquire acquire;
    struct condition_wait_for wait_for;
};

static struct future *until_enough(struct coroutine *co)
{
    struct until_enough *self = (struct until_enough *)co;

    CO_BEGIN(self);
    self->acquire = condition_acquire(&self->part->cond);
    CO_AWAIT(self, self->acquire);
    self->wait_for = condition_wait_for(&self->part->cond, enough, self->part);
    CO_AWAIT(self, self->wait_for);
    say("got %s", (char *)self->wait_for.result);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co))
        condition_release(&self->part->cond);
    CO_END(self);
}

static struct until_enough until_enough_new(struct part *part)
{
    return (struct until_enough){.co = CO_INIT(until_enough), .part = part};
}

static struct future *predicate(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    CO_CHECK(self, team_add(&self->team, COROUTINE(until_enough_new(self))));
    for (self->level = 1; self->level <= 4; self->level++) {
        self->naps = naps(2);
        CO_AWAIT(self, self->naps);
        self->acquire = condition_acquire(&self->cond);
        CO_AWAIT(self, self->acquire);
        CO_CHECK(self, condition_notify_all(&self->cond));
        self->naps = naps(2);
        CO_AWAIT(self, self->naps);
        condition_release(&self->cond);
    }
    CO_AWAIT(self, *self->team.tasks[0]);
    say("asked at level%s", self->asked);
    self->level = 9;
    self->acquire = condition_acquire(&self->cond);
    CO_AWAIT(self, self->acquire);
    self->wait_for = condition_wait_for(&self->cond, enough, self);
    CO_AWAIT(self, self->wait_for);
    say("got %s at once", (char *)self->wait_for.result);
    condition_release(&self->cond);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static void say_refused(bool done_so, const char *what)
{
    if (!done_so && error_is(error_last(), &error_runtime))
        say("%s without the lock is refused", what);
}

static struct future *misuse(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    say_refused(condition_notify(&self->cond, 1), "notify");
    say_refused(condition_notify_all(&self->cond), "notify_all");
    say_refused(condition_release(&self->cond), "release");
    self->wait = condition_wait(&self->cond);
    CO_TRY_AWAIT(self, self->wait);
    if (error_is(self->wait.co.error, &error_runtime))
        say("wait without the lock is refused");
    CO_FINALLY(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {event_set_then_clear,
                                              notify_counts,
                                              cancelled_asleep,
                                              cancelled_retaking,
                                              cancelled_just_woken,
                                              predicate,
                                              misuse};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 7; self->i++) {
        printf("--\n");
        if (self->i > 0)
            mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i]),
                                   .cond = condition_new(NULL)};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
