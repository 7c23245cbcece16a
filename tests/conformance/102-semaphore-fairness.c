/*
 * 102-semaphore-fairness - stage 07: who gets the places of a semaphore when
 * those who wait are cancelled.
 */
#include "loop_support.h"
#include "stages/07-loop/async_with.h"
#include "stages/07-loop/semaphore.h"

#include <stdio.h>

/*
 *     async def taker(label, sem, yields=1):
 *         try:
 *             await sem.acquire()
 *         except asyncio.CancelledError:
 *             say(label, "cancelled, locked:", sem.locked())
 *             raise
 *         say(label, "has a unit, locked:", sem.locked())
 *         for _ in range(yields):
 *             await asyncio.sleep(0)
 *         sem.release()
 *         say(label, "gave it back, locked:", sem.locked())
 */
struct taker {
    struct coroutine co;
    void *result;
    const char *label;
    struct semaphore *sem;
    struct semaphore_acquire acquire;
    struct naps naps;
};

static struct future *taker(struct coroutine *co)
{
    struct taker *self = (struct taker *)co;

    CO_BEGIN(self);
    self->acquire = semaphore_acquire(self->sem);
    CO_TRY_AWAIT(self, self->acquire);
    if (error_is(self->acquire.co.error, &error_cancelled))
        say("%s cancelled, locked: %s", self->label,
            truth(semaphore_locked(self->sem)));
    if (self->acquire.co.error != NULL)
        CO_RAISE(self, self->acquire.co.error);
    say("%s has a unit, locked: %s", self->label,
        truth(semaphore_locked(self->sem)));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.co)) {
        semaphore_release(self->sem);
        say("%s gave it back, locked: %s", self->label,
            truth(semaphore_locked(self->sem)));
    }
    CO_END(self);
}

static struct coroutine *take(const char *label, void *sem)
{
    return COROUTINE(
        ((struct taker){.co = CO_INIT(taker), .label = label, .sem = sem}));
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct semaphore sem;
    struct team team;
    struct semaphore_acquire acquire;
    struct naps naps;
    struct wait_team wait;
};

/* say(what, "locked:", sem.locked()) */
static void say_locked(const struct part *self, const char *what)
{
    say("%slocked: %s", what, truth(semaphore_locked(&self->sem)));
}

static struct future *in_order(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->sem = semaphore_new(2);
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "a", "b", "c", "d",
                              "e", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel d, waiting: %s", truth(team_cancel(&self->team, 3)));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say_locked(self, "");
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *no_overtaking(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->sem = semaphore_new(0);
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "waiter", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    semaphore_release(&self->sem);
    say_locked(self, "released, ");
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "newcomer", NULL));
    self->acquire = semaphore_acquire(&self->sem);
    CO_AWAIT(self, self->acquire);
    say("main has a unit");
    semaphore_release(&self->sem);
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say_locked(self, "");
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *several_at_once(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->sem = semaphore_new(0);
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "a", "b", "c", "d",
                              NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (int i = 0; i < 3; i++) {
        semaphore_release(&self->sem);
        say_locked(self, "released, ");
    }
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say_locked(self, "");
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *woken_is_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->sem = semaphore_new(0);
    CO_CHECK(self,
             team_spawn(&self->team, take, &self->sem, "a", "b", "c", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    semaphore_release(&self->sem);
    say("cancel a, just woken: %s", truth(team_cancel(&self->team, 0)));
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "newcomer", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say_locked(self, "");
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *all_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    bool a, b;

    CO_BEGIN(self);
    self->sem = semaphore_new(0);
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    semaphore_release(&self->sem);
    a = team_cancel(&self->team, 0);
    b = team_cancel(&self->team, 1);
    say("cancel a and b: %s %s locked: %s", truth(a), truth(b),
        truth(semaphore_locked(&self->sem)));
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "newcomer", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say_locked(self, "");
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *cancelled_then_released(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    bool a, b;

    CO_BEGIN(self);
    self->sem = semaphore_new(0);
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    a = team_cancel(&self->team, 0);
    b = team_cancel(&self->team, 1);
    say("cancel a and b: %s %s", truth(a), truth(b));
    semaphore_release(&self->sem);
    say_locked(self, "released, ");
    self->acquire = semaphore_acquire(&self->sem);
    CO_AWAIT(self, self->acquire);
    say_locked(self, "main has it at once, ");
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static bool is_refused(struct semaphore *sem)
{
    return !semaphore_release(sem) && error_is(error_last(), &error_value);
}

static struct future *bounded(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->sem = bounded_semaphore_new(1);
    if (is_refused(&self->sem))
        say_locked(self, "a release too many is refused, ");
    self->acquire = semaphore_acquire(&self->sem);
    CO_AWAIT(self, self->acquire);
    say_locked(self, "inside, ");
    CO_CHECK(self, team_spawn(&self->team, take, &self->sem, "a", "b", NULL));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    semaphore_release(&self->sem);
    say_locked(self, "left, ");
    if (is_refused(&self->sem)) {
        say("a release too many is refused");
    } else {
        say("a unit in transit is not noticed");
        self->acquire = semaphore_acquire(&self->sem);
        CO_AWAIT(self, self->acquire);
    }
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say_locked(self, "");
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
    static coroutine_resume *const parts[] = {
        in_order,        no_overtaking,
        several_at_once, woken_is_cancelled,
        all_cancelled,   cancelled_then_released,
        bounded};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 7; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i])};
        CO_AWAIT(self, self->part);
    }
    self->part.sem = semaphore_new(-1); /* refused when it is used */
    if (is_refused(&self->part.sem))
        say("a negative start is refused");
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
