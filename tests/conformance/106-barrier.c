/*
 * 106-barrier - stage 07: who waits at a barrier, and what a cancel, a reset
 * and an abort do to them.
 */
#include "loop_support.h"
#include "stages/07-loop/barrier.h"

#include <stdio.h>

/*
 *     async def guest(label, barrier):
 *         try:
 *             say(label, "passes as number", await barrier.wait())
 *         except asyncio.BrokenBarrierError:
 *             say(label, "broken")
 *         except asyncio.CancelledError:
 *             say(label, "cancelled")
 *             raise
 */
struct guest {
    struct coroutine co;
    void *result;
    const char *label;
    struct barrier *barrier;
    struct barrier_wait wait;
};

static struct future *guest(struct coroutine *co)
{
    struct guest *self = (struct guest *)co;
    const struct error *error;

    CO_BEGIN(self);
    self->wait = barrier_wait(self->barrier);
    CO_TRY_AWAIT(self, self->wait);
    error = self->wait.co.error;
    if (error == NULL)
        say("%s passes as number %d", self->label,
            (int)value_number(self->wait.result));
    else if (error_is(error, &error_broken_barrier))
        say("%s broken", self->label);
    else if (error_is(error, &error_cancelled))
        say("%s cancelled", self->label);
    if (!error_is(error, &error_broken_barrier))
        CO_RAISE(self, error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct coroutine *come(const char *label, void *barrier)
{
    return COROUTINE(((struct guest){
        .co = CO_INIT(guest), .label = label, .barrier = barrier}));
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct barrier barrier;
    struct barrier_wait first, second;
    struct barrier_reset reset;
    struct barrier_abort abort;
    struct team team;
    struct naps naps;
    struct wait_team wait;
};

static struct future *rounds(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->barrier = barrier_new(3);
    CO_CHECK(self,
             team_spawn(&self->team, come, &self->barrier, "a", "b", NULL));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("waiting: %ld of %ld", barrier_n_waiting(&self->barrier),
        self->barrier.parties);
    CO_CHECK(self, team_spawn(&self->team, come, &self->barrier, "c", "d", "e",
                              "f", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    say("waiting: %ld", barrier_n_waiting(&self->barrier));
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->barrier = barrier_new(3);
    CO_CHECK(self,
             team_spawn(&self->team, come, &self->barrier, "a", "b", NULL));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("cancel a: %s", truth(team_cancel(&self->team, 0)));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("waiting: %ld broken: %s", barrier_n_waiting(&self->barrier),
        truth(barrier_broken(&self->barrier)));
    CO_CHECK(self, team_spawn(&self->team, come, &self->barrier, "c", NULL));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("waiting: %ld", barrier_n_waiting(&self->barrier));
    CO_CHECK(self, team_spawn(&self->team, come, &self->barrier, "d", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *reset(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->barrier = barrier_new(3);
    CO_CHECK(self,
             team_spawn(&self->team, come, &self->barrier, "a", "b", NULL));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    self->reset = barrier_reset(&self->barrier);
    CO_AWAIT(self, self->reset);
    say("reset, waiting: %ld broken: %s", barrier_n_waiting(&self->barrier),
        truth(barrier_broken(&self->barrier)));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    team_free(&self->team);
    CO_CHECK(self, team_spawn(&self->team, come, &self->barrier, "c", "d", "e",
                              NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

static struct future *aborted(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->barrier = barrier_new(2);
    CO_CHECK(self, team_spawn(&self->team, come, &self->barrier, "a", NULL));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    self->abort = barrier_abort(&self->barrier);
    CO_AWAIT(self, self->abort);
    say("aborted, waiting: %ld broken: %s", barrier_n_waiting(&self->barrier),
        truth(barrier_broken(&self->barrier)));
    CO_CHECK(self, team_spawn(&self->team, come, &self->barrier, "b", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    self->reset = barrier_reset(&self->barrier);
    CO_AWAIT(self, self->reset);
    say("reset, broken: %s", truth(barrier_broken(&self->barrier)));
    team_free(&self->team);
    CO_CHECK(self,
             team_spawn(&self->team, come, &self->barrier, "c", "d", NULL));
    self->wait = wait_team(&self->team);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    team_free(&self->team);
    CO_END(self);
}

/*
 *     async with asyncio.Barrier(1) as number:
 *         say("as a block, number:", number)
 *
 * To enter it is to wait; to leave it is nothing.
 */
static struct future *alone(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->barrier = barrier_new(1);
    self->first = barrier_wait(&self->barrier);
    CO_AWAIT(self, self->first);
    self->second = barrier_wait(&self->barrier);
    CO_AWAIT(self, self->second);
    say("alone, number: %d %d", (int)value_number(self->first.result),
        (int)value_number(self->second.result));
    self->barrier = barrier_new(1);
    self->first = barrier_wait(&self->barrier);
    CO_AWAIT(self, self->first);
    say("as a block, number: %d", (int)value_number(self->first.result));
    self->barrier = barrier_new(0); /* refused when it is used */
    self->first = barrier_wait(&self->barrier);
    CO_TRY_AWAIT(self, self->first);
    if (error_is(self->first.co.error, &error_value))
        say("a barrier for nobody is refused");
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
    static coroutine_resume *const parts[] = {rounds, cancelled, reset, aborted,
                                              alone};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i])};
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
