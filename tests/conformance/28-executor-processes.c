/*
 * 28-executor-processes - stage 07: work for the processor, done by processes.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/run_in_executor.h"

#include <stdio.h>
#include <unistd.h>

static pid_t home; /* main()'s process */
static int counter;

/* ---- in the workers ---- */

struct sum {
    int value;
    bool elsewhere;
};

/*
 *     def sum_of_squares(top):
 *         global counter
 *         counter += 1
 *         return sum(n * n for n in range(top)), os.getpid() != HOME
 */
static const struct error *sum_of_squares(const void *top, void *result)
{
    struct sum *sum = result;

    counter++;
    for (int n = 0; n < *(const int *)top; n++)
        sum->value += n * n;
    sum->elsewhere = getpid() != home;
    return NULL;
}

/* def fail(text): raise ValueError(text) */
static const struct error *fail(const void *text, void *result)
{
    (void)result;
    return error_new(&error_value, "%s", (const char *)text);
}

/* ---- here ---- */

/* loop.run_in_executor(pool, sum_of_squares, top) */
static struct future *sum_in(struct executor *pool, int top)
{
    return loop_run_in_executor(async_get_running_loop(), pool, sum_of_squares,
                                &top, sizeof top, sizeof(struct sum));
}

static void print_sum(const struct sum *sum)
{
    printf("0+1+4+9+16 = %d other process: %s\n", sum->value,
           truth(sum->elsewhere));
}

static void print_sums(const struct gather_outcome *outcomes, size_t count)
{
    printf("sums:");
    for (size_t n = 0; n < count; n++)
        printf(" %d", ((struct sum *)outcomes[n].result)->value);
    printf("\n");
}

enum { JOBS = 6 };

struct program {
    struct coroutine co;
    void *result;
    struct executor *pool;
    struct future *first, *jobs[JOBS], *all, *failing;
};

/* jobs = [loop.run_in_executor(pool, sum_of_squares, n) for n in range(6)] */
static struct future *gather_jobs(struct program *self)
{
    struct coroutine *jobs[JOBS];

    for (int n = 0; n < JOBS; n++) {
        self->jobs[n] = sum_in(self->pool, n);
        if (self->jobs[n] == NULL)
            return NULL;
        jobs[n] = &self->jobs[n]->co;
    }
    return async_gather(jobs, JOBS);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->pool = executor_processes_new(3));
    CO_CHECK(self, self->first = sum_in(self->pool, 5));
    CO_AWAIT(self, *self->first);
    print_sum(self->first->result);
    CO_CHECK(self, self->all = gather_jobs(self));
    CO_AWAIT(self, *self->all);
    print_sums(self->all->result, JOBS);
    self->failing = loop_run_in_executor(loop, self->pool, fail, "far away",
                                         sizeof "far away", 0);
    CO_CHECK(self, self->failing);
    CO_TRY_AWAIT(self, *self->failing);
    if (error_is(self->failing->co.error, &error_value))
        printf("error crosses over: %s\n",
               error_message(self->failing->co.error));
    printf("our counter: %d\n", counter);
    CO_FINALLY(self);
    executor_free(self->pool);
    future_free(self->failing);
    future_free(self->all);
    for (int n = 0; n < JOBS; n++)
        future_free(self->jobs[n]);
    future_free(self->first);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    home = getpid();
    run_to_end(COROUTINE(program_new()));
}
