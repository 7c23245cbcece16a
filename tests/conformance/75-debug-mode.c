/*
 * 75-debug-mode - stage 07: what debug mode watches for. The time is stepped:
 * on a busy machine the quick callback might be slow, too.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>
#include <string.h>

static const char *report;

static void tap(const char *text, void *data)
{
    (void)data;
    if (strstr(text, "took") != NULL)
        report = "slow callback reported";
}

/* time.sleep() as a callback */
static void sleep_seconds(void *seconds)
{
    stepped_sleep(*(const double *)seconds);
}

/* ---- a foreign thread ---- */

static void say_so(bool done)
{
    if (!done && error_is(error_last(), &error_runtime))
        printf("  refused\n");
}

static void use_call_soon(void *loop)
{
    say_so(loop_call_soon(loop, NULL, print_text,
                          "  called from a foreign thread"));
}

static void use_call_soon_threadsafe(void *loop)
{
    say_so(loop_call_soon_threadsafe(loop, NULL, print_text,
                                     "  called from a foreign thread"));
}

static void from_foreign_thread(void schedule(void *loop))
{
    struct thread thread = {.body = schedule,
                            .argument = async_get_running_loop()};

    thread_start(&thread);
    thread_join(&thread);
}

/* ---- the loop's thread ---- */

/*
 *     reports.clear()
 *     loop.call_soon(time.sleep, seconds)
 *     await asyncio.sleep(0)
 *     await asyncio.sleep(0)
 *     print(" ", label, "callback:", *(reports or ["nothing reported"]))
 */
struct watch {
    struct coroutine co;
    void *result;
    const char *label;
    double seconds;
    struct async_sleep sleep;
};

static struct future *watch(struct coroutine *co)
{
    struct watch *self = (struct watch *)co;

    CO_BEGIN(self);
    report = "nothing reported";
    CO_CHECK(self, loop_call_soon(async_get_running_loop(), NULL, sleep_seconds,
                                  &self->seconds));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    printf("  %s callback: %s\n", self->label, report);
    CO_FINALLY(self);
    CO_END(self);
}

static struct watch watch_new(const char *label, double seconds)
{
    return (struct watch){
        .co = CO_INIT(watch), .label = label, .seconds = seconds};
}

struct program {
    struct coroutine co;
    void *result;
    int debug;
    struct watch watch;
    struct async_sleep sleep;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    step_time(loop);
    loop_set_slow_callback_duration(loop, 0.05);
    for (self->debug = 0; self->debug <= 1; self->debug++) {
        loop_set_debug(loop, self->debug);
        printf("debug %s\n", truth(loop_get_debug(loop)));
        self->watch = watch_new("quick", 0);
        CO_AWAIT(self, self->watch);
        self->watch = watch_new("slow", 0.1);
        CO_AWAIT(self, self->watch);
    }
    printf("call_soon\n");
    from_foreign_thread(use_call_soon);
    printf("call_soon_threadsafe\n");
    from_foreign_thread(use_call_soon_threadsafe);
    self->sleep = async_sleep(0.02);
    CO_AWAIT(self, self->sleep);
    loop_set_debug(loop, false);
    printf("debug %s\n", truth(loop_get_debug(loop)));
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    async_set_log(tap, NULL);
    run_to_end(COROUTINE(program_new()));
}
