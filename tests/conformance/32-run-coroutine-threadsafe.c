/*
 * 32-run-coroutine-threadsafe - stage 07: coroutines for a loop in another
 * thread, and their results for this one.
 */
#include "loop_support.h"
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/sleep.h"

#include <semaphore.h>
#include <stdio.h>

static const double UNIT = 0.03;

static struct loop *loop;
static sem_t cleaned; /* a threading.Event */

/*
 *     async def add(a, b, units):
 *         await asyncio.sleep(units * UNIT)
 *         if b == 0:
 *             raise ValueError("nothing to add")
 *         return a + b
 */
struct add {
    struct coroutine co;
    void *result;
    int a, b;
    double units;
    struct async_sleep sleep;
};

static struct future *add(struct coroutine *co)
{
    static const struct error nothing = ERROR(&error_value, "nothing to add");
    struct add *self = (struct add *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->units * UNIT);
    CO_AWAIT(self, self->sleep);
    if (self->b == 0)
        CO_RAISE(self, &nothing);
    self->result = number_value(self->a + self->b);
    CO_FINALLY(self);
    CO_END(self);
}

static struct add add_new(int a, int b, double units)
{
    return (struct add){.co = CO_INIT(add), .a = a, .b = b, .units = units};
}

/*
 *     async def stubborn():
 *         try:
 *             await asyncio.sleep(100 * UNIT)
 *         finally:
 *             cleaned.set()
 */
struct stubborn {
    struct coroutine co;
    void *result;
    struct async_sleep sleep;
};

static struct future *stubborn(struct coroutine *co)
{
    struct stubborn *self = (struct stubborn *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(100 * UNIT);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    sem_post(&cleaned);
    CO_END(self);
}

static struct stubborn stubborn_new(void)
{
    return (struct stubborn){.co = CO_INIT(stubborn)};
}

/* cleaned.wait(5) */
static bool wait_until_cleaned(void)
{
    struct timespec deadline;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 5;
    return sem_timedwait(&cleaned, &deadline) == 0;
}

/* asyncio.run_coroutine_threadsafe(object, loop) */
static struct concurrent_future *hand_over(struct coroutine *object)
{
    struct concurrent_future *future =
        async_run_coroutine_threadsafe(object, loop);

    must_do(future != NULL);
    return future;
}

/* future.result(), and what it failed with; the future is let go */
static const struct error *take_result(struct concurrent_future *future,
                                       intptr_t *number)
{
    void *result = NULL;
    bool has_result = concurrent_future_result(future, -1, &result);
    const struct error *error = has_result ? NULL : error_last();

    concurrent_future_free(future);
    *number = value_number(result);
    return error;
}

static void print_sum(const char *label, struct concurrent_future *future)
{
    intptr_t sum;
    const struct error *error = take_result(future, &sum);

    if (error_is(error, &error_value))
        printf("error: %s\n", error_message(error));
    else if (error == NULL && label != NULL)
        printf("%s: %ld\n", label, (long)sum);
}

static void run_forever(void *unused)
{
    (void)unused;
    must_do(loop_run_forever(loop));
}

int main(void)
{
    struct thread worker = {.body = run_forever};
    struct concurrent_future *slow, *doomed;

    loop = new_loop();
    sem_init(&cleaned, 0, 0);
    thread_start(&worker);
    print_sum("sum", hand_over(COROUTINE(add_new(1, 2, 1))));
    print_sum("sum", hand_over(COROUTINE(add_new(1, 0, 1))));
    slow = hand_over(COROUTINE(add_new(20, 22, 3)));
    if (!concurrent_future_result(slow, UNIT, NULL) &&
        error_is(error_last(), &error_timeout))
        printf("not yet, done: %s\n", truth(concurrent_future_done(slow)));
    print_sum("later", slow);
    doomed = hand_over(COROUTINE(stubborn_new()));
    print_sum(NULL, hand_over(COROUTINE(add_new(0, 1, 1))));
    printf("cancel: %s\n", truth(concurrent_future_cancel(doomed)));
    printf("cleaned up inside the loop: %s\n", truth(wait_until_cleaned()));
    if (!concurrent_future_result(doomed, -1, NULL) &&
        error_is(error_last(), &error_cancelled))
        printf("outer future is cancelled\n");
    concurrent_future_free(doomed);
    must_do(loop_call_soon_threadsafe(loop, NULL, stop_loop, loop));
    thread_join(&worker);
    close_loop(loop);
    sem_destroy(&cleaned);
}
