/*
 * 101-lock-fairness - stage 07: who gets a lock when those who wait are
 * cancelled and others come.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/lock.h"
#include "stages/07-loop/wait_for.h"

#include <stdio.h>

/*
 *     async def taker(label, lock, yields=1):
 *         try:
 *             await lock.acquire()
 *         except asyncio.CancelledError:
 *             say(label, "cancelled, locked:", lock.locked())
 *             raise
 *         say(label, "has it")
 *         for _ in range(yields):
 *             await asyncio.sleep(0)
 *         lock.release()
 *         say(label, "released it, locked:", lock.locked())
 */
struct taker {
    struct coroutine co;
    void *result;
    const char *label;
    struct lock *lock;
    struct lock_acquire acquire;
    struct naps naps;
};

static struct future *taker(struct coroutine *co)
{
    struct taker *self = (struct taker *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(self->lock);
    CO_TRY_AWAIT(self, self->acquire);
    if (error_is(self->acquire.co.error, &error_cancelled))
        say("%s cancelled, locked: %s", self->label,
            truth(lock_locked(self->lock)));
    if (self->acquire.co.error != NULL)
        CO_RAISE(self, self->acquire.co.error);
    say("%s has it", self->label);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co)) {
        lock_release(self->lock);
        say("%s released it, locked: %s", self->label,
            truth(lock_locked(self->lock)));
    }
    CO_END(self);
}

static struct coroutine *take(const char *label, void *lock)
{
    return COROUTINE(
        ((struct taker){.co = CO_INIT(taker), .label = label, .lock = lock}));
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct lock lock;
    struct team team;
    struct lock_acquire acquire;
    const struct error *error;
    struct naps naps;
    struct wait_team wait;
};

static void cancel_a_and_b(struct part *self)
{
    bool a = team_cancel(&self->team, 0), b = team_cancel(&self->team, 1);

    say("cancel a and b: %s %s", truth(a), truth(b));
}

static struct future *in_order(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, team_spawn(&self->team, take, &self->lock, "a", "b", "c",
                              "d", NULL));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
    say("cancel b in the middle: %s", truth(team_cancel(&self->team, 1)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    lock_release(&self->lock);
    say("main released it, locked: %s", truth(lock_locked(&self->lock)));
    CO_CHECK(self,
             team_spawn(&self->team, take, &self->lock, "newcomer", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *no_overtaking(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, team_spawn(&self->team, take, &self->lock, "waiter", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    lock_release(&self->lock);
    say("main released it and wants it back, locked: %s",
        truth(lock_locked(&self->lock)));
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    say("main has it again");
    lock_release(&self->lock);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *woken_is_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self,
             team_spawn(&self->team, take, &self->lock, "a", "b", "c", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    lock_release(&self->lock);
    say("cancel a, just woken: %s", truth(team_cancel(&self->team, 0)));
    CO_CHECK(self,
             team_spawn(&self->team, take, &self->lock, "newcomer", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *woken_and_next_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self,
             team_spawn(&self->team, take, &self->lock, "a", "b", "c", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    lock_release(&self->lock);
    cancel_a_and_b(self);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *all_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, team_spawn(&self->team, take, &self->lock, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    lock_release(&self->lock);
    cancel_a_and_b(self);
    CO_CHECK(self,
             team_spawn(&self->team, take, &self->lock, "newcomer", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *only_cancelled_ahead(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    CO_CHECK(self, team_spawn(&self->team, take, &self->lock, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    cancel_a_and_b(self);
    lock_release(&self->lock);
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    say("main takes it past the cancelled ones");
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    lock_release(&self->lock);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

/*
 *     async with lock:
 *         say("inside, locked:", lock.locked())
 *         waiting = create_task(asyncio.wait_for(lock.acquire(), 0))
 *         await asyncio.wait([waiting])
 *         say("no time to wait:",
 *             isinstance(waiting.exception(), TimeoutError))
 */
static struct future *misuse(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    if (!lock_release(&self->lock) && error_is(error_last(), &error_runtime))
        say("release of a free lock is refused");
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    say("inside, locked: %s", truth(lock_locked(&self->lock)));
    CO_CHECK(self, team_add(&self->team,
                            COROUTINE(async_wait_for(
                                COROUTINE(lock_acquire(&self->lock)), 0))));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_CHECK(self, future_error(&self->team.tasks[0]->future, &self->error));
    say("no time to wait: %s", truth(error_is(self->error, &error_timeout)));
    lock_release(&self->lock);
    say("outside, locked: %s", truth(lock_locked(&self->lock)));
    self->acquire = lock_acquire(&self->lock);
    CO_AWAIT(self, self->acquire);
    say("acquire gives %s", truth(value_number(self->acquire.result)));
    CO_FINALLY(self);
    team_free(&self->team);
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
    static coroutine_resume *const parts[] = {in_order,
                                              no_overtaking,
                                              woken_is_cancelled,
                                              woken_and_next_cancelled,
                                              all_cancelled,
                                              only_cancelled_ahead,
                                              misuse};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 7; self->i++) {
        printf("--\n");
        mark_pass();
        self->part =
            (struct part){.co = CO_INIT(parts[self->i]), .lock = lock_new()};
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
