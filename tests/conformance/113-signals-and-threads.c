/*
 * 113-signals-and-threads - stage 07: several signals before the loop looks,
 * and calls from other threads.
 */
#include "common/clock.h"
#include "loop_support.h"
#include "stages/07-loop/event.h"
#include "stages/07-loop/run_in_executor.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct loop *loop;
    bool first, second;
    struct naps naps;
};

static void send_signal(int number)
{
    must(kill(getpid(), number), "kill");
}

static struct future *several(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, loop_add_signal_handler(loop, SIGUSR1, say_text, "usr1"));
    CO_CHECK(self, loop_add_signal_handler(loop, SIGUSR2, say_text, "usr2"));
    send_signal(SIGUSR1);
    send_signal(SIGUSR2);
    send_signal(SIGUSR1);
    send_signal(SIGUSR1);
    CO_CHECK(self,
             loop_call_soon(loop, NULL, say_text, "queued behind the sending"));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    self->first = loop_remove_signal_handler(loop, SIGUSR2);
    self->second = loop_remove_signal_handler(loop, SIGUSR2);
    say("removed: %s %s", truth(self->first), truth(self->second));
    CO_FINALLY(self);
    CO_END(self);
}

/* A byte on its way whose handler is removed concerns nobody any more. */
static struct future *replaced(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, loop_add_signal_handler(loop, SIGUSR1, say_text,
                                           "must not appear"));
    send_signal(SIGUSR1);
    CO_CHECK(self,
             loop_add_signal_handler(loop, SIGUSR1, say_text, "the new one"));
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    send_signal(SIGUSR1);
    loop_remove_signal_handler(loop, SIGUSR1);
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("a removed one is not called");
    CO_FINALLY(self);
    CO_END(self);
}

static void remove_itself(void *loop)
{
    say("removes itself: %s", truth(loop_remove_signal_handler(loop, SIGUSR1)));
}

static struct future *removes_itself(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, loop_add_signal_handler(loop, SIGUSR1, remove_itself, loop));
    send_signal(SIGUSR1);
    self->naps = naps(4);
    CO_AWAIT(self, self->naps);
    say("removed: %s", truth(loop_remove_signal_handler(loop, SIGUSR1)));
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *refused(struct coroutine *co)
{
    static const int numbers[] = {SIGKILL, 999};
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    for (int i = 0; i < 2; i++)
        if (!loop_add_signal_handler(self->loop, numbers[i], say_text, "") &&
            (error_is(error_last(), &error_runtime) ||
             error_is(error_last(), &error_value)))
            say("refused");
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *own_thread(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct loop *loop = self->loop;

    CO_BEGIN(self);
    CO_CHECK(self, loop_call_soon(loop, NULL, say_text, "one"));
    CO_CHECK(self, loop_call_soon_threadsafe(loop, NULL, say_text, "two"));
    CO_CHECK(self, loop_call_soon(loop, NULL, say_text, "three"));
    self->naps = naps(2);
    CO_AWAIT(self, self->naps);
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
    static coroutine_resume *const parts[] = {several, replaced, removes_itself,
                                              refused, own_thread};
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    count_passes(loop);
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 5; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i]), .loop = loop};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

/* ---- calls from a thread wake a loop that has nothing to do ---- */

struct woken {
    struct coroutine co;
    void *result;
    struct loop *loop;
    double begin;
    struct future *box;
    intptr_t got[5];
    int count;
    struct thread helper;
};

/* The one that the loop calls for; a call takes one pointer only. */
static struct woken *woken_now;

static void append(void *n)
{
    woken_now->got[woken_now->count++] = value_number(n);
}

static void set_woken(void *box)
{
    must_do(future_set_result(box, "woken"));
}

static void work(void *data)
{
    struct woken *woken = data;

    sleep_ns(50 * NS_PER_MS);
    for (int n = 0; n < 5; n++)
        must_do(loop_call_soon_threadsafe(woken->loop, NULL, append,
                                          number_value(n)));
    must_do(
        loop_call_soon_threadsafe(woken->loop, NULL, set_woken, woken->box));
}

static struct future *woken(struct coroutine *co)
{
    struct woken *self = (struct woken *)co;

    CO_BEGIN(self);
    woken_now = self;
    self->loop = async_get_running_loop();
    CO_CHECK(self, self->box = loop_create_future(self->loop));
    self->begin = loop_time(self->loop);
    CO_CHECK(self, loop_call_later(self->loop, NULL, 60, print_text,
                                   "must not appear"));
    self->helper = (struct thread){.body = work, .argument = self};
    thread_start(&self->helper);
    CO_AWAIT(self, *self->box);
    printf("%s in time: %s\n", (char *)self->box->result,
           truth(loop_time(self->loop) - self->begin < 30));
    printf("in order: %d %d %d %d %d\n", (int)self->got[0], (int)self->got[1],
           (int)self->got[2], (int)self->got[3], (int)self->got[4]);
    CO_FINALLY(self);
    thread_join(&self->helper);
    future_free(self->box);
    CO_END(self);
}

static struct woken woken_new(void)
{
    return (struct woken){.co = CO_INIT(woken)};
}

/* ---- a coroutine handed over by a thread ---- */

/*
 *     async def double(n):
 *         await asyncio.sleep(0.01)
 *         if n < 0:
 *             raise ValueError("negative")
 *         return 2 * n
 */
struct twofold {
    struct coroutine co;
    void *result;
    int n;
    struct async_sleep sleep;
};

static struct future *twofold(struct coroutine *co)
{
    static const struct error negative = ERROR(&error_value, "negative");
    struct twofold *self = (struct twofold *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0.01);
    CO_AWAIT(self, self->sleep);
    if (self->n < 0)
        CO_RAISE(self, &negative);
    self->result = number_value(2 * self->n);
    CO_FINALLY(self);
    CO_END(self);
}

static struct twofold twofold_new(int n)
{
    return (struct twofold){.co = CO_INIT(twofold), .n = n};
}

struct handed_over {
    struct coroutine co;
    void *result;
    struct loop *loop;
    struct event over;
    struct event_wait wait;
    intptr_t value;
    const struct error *error;
    struct thread helper;
};

static void set_event(void *event)
{
    event_set(event);
}

/* asyncio.run_coroutine_threadsafe(double(n), loop).result() */
static bool double_there(int n, struct loop *loop, void **result)
{
    struct concurrent_future *future =
        async_run_coroutine_threadsafe(COROUTINE(twofold_new(n)), loop);

    must_do(future != NULL);
    bool done = concurrent_future_result(future, -1, result);
    concurrent_future_free(future);
    return done;
}

static void hand_over(void *data)
{
    struct handed_over *self = data;
    void *result = NULL;

    must_do(double_there(21, self->loop, &result));
    self->value = value_number(result);
    if (!double_there(-1, self->loop, &result) &&
        error_is(error_last(), &error_value))
        self->error = error_last();
    must_do(
        loop_call_soon_threadsafe(self->loop, NULL, set_event, &self->over));
}

static struct future *handed_over(struct coroutine *co)
{
    struct handed_over *self = (struct handed_over *)co;

    CO_BEGIN(self);
    self->loop = async_get_running_loop();
    self->over = event_new();
    self->helper = (struct thread){.body = hand_over, .argument = self};
    thread_start(&self->helper);
    self->wait = event_wait(&self->over);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    thread_join(&self->helper);
    printf("the thread got: %d %s\n", (int)self->value,
           error_message(self->error));
    CO_END(self);
}

static struct handed_over handed_over_new(void)
{
    return (struct handed_over){.co = CO_INIT(handed_over)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
    printf("--\n");
    run_to_end(COROUTINE(woken_new()));
    printf("--\n");
    run_to_end(COROUTINE(handed_over_new()));
}
