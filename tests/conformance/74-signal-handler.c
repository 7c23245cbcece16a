/*
 * 74-signal-handler - stage 07: a signal of the operating system is handled
 * by an ordinary callback of the loop.
 */
#include "loop_support.h"
#include "stages/07-loop/event.h"
#include "stages/07-loop/wait_for.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/*
 *     def on_signal(word):
 *         nonlocal count
 *         count += 1
 *         print("handler", word, count)
 *         rung.set()
 */
static struct event rung;
static int count;

static void on_signal(void *word)
{
    printf("handler %s %d\n", (char *)word, ++count);
    event_set(&rung);
}

static void send_signal(void *data)
{
    (void)data;
    must(kill(getpid(), SIGUSR1), "send a signal");
}

struct program {
    struct coroutine co;
    void *result;
    struct event_wait wait;
    struct async_wait_for patience;
    bool first, second;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    rung = event_new();
    CO_CHECK(self, loop_add_signal_handler(loop, SIGUSR1, on_signal, "ring"));
    send_signal(NULL);
    printf("sender goes on first\n");
    self->wait = event_wait(&rung);
    CO_AWAIT(self, self->wait);
    event_clear(&rung);
    CO_CHECK(self, loop_call_later(loop, NULL, 0.02, send_signal, NULL));
    self->patience = async_wait_for(COROUTINE(event_wait(&rung)), 5);
    CO_AWAIT(self, self->patience);
    self->first = loop_remove_signal_handler(loop, SIGUSR1);
    self->second = loop_remove_signal_handler(loop, SIGUSR1);
    printf("removed: %s %s\n", truth(self->first), truth(self->second));
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
