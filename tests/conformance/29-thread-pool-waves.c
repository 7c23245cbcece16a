/*
 * 29-thread-pool-waves - stage 07: six blocking jobs for three threads.
 */
#include "loop_support.h"

#include "common/clock.h"
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>
#include <stdlib.h>

static const double UNIT = 0.25;

enum { JOBS = 6 };

/* ---- in the threads ---- */

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int busy, peak;
static pthread_t names[JOBS]; /* a set */
static int name_count;

static void add_name(pthread_t name)
{
    for (int i = 0; i < name_count; i++)
        if (pthread_equal(names[i], name))
            return;
    names[name_count++] = name;
}

/*
 *     def square(n):
 *         with guard:
 *             busy += 1
 *             peak = max(peak, busy)
 *             names.add(threading.get_ident())
 *         time.sleep(UNIT)
 *         with guard:
 *             busy -= 1
 *         return n ** 2
 */
static const struct error *square(const void *argument, void *result)
{
    int n = *(const int *)argument;

    pthread_mutex_lock(&guard);
    if (++busy > peak)
        peak = busy;
    add_name(pthread_self());
    pthread_mutex_unlock(&guard);
    sleep_ns((int64_t)(UNIT * NS_PER_S));
    pthread_mutex_lock(&guard);
    busy--;
    pthread_mutex_unlock(&guard);
    *(int *)result = n * n;
    return NULL;
}

/* ---- in the loop ---- */

struct program {
    struct coroutine co;
    void *result;
    struct executor *pool;
    double zero;
    struct future *jobs[JOBS];
    struct async_wait wait;
};

/* jobs = [loop.run_in_executor(pool, square, n) for n in range(6)] */
static bool submit_all(struct program *self)
{
    struct loop *loop = async_get_running_loop();

    for (int n = 0; n < JOBS; n++) {
        self->jobs[n] = loop_run_in_executor(loop, self->pool, square, &n,
                                             sizeof n, sizeof n);
        if (self->jobs[n] == NULL)
            return false;
    }
    return true;
}

static void print_numbers(const char *label, const int numbers[JOBS])
{
    printf("%s:", label);
    for (int n = 0; n < JOBS; n++)
        printf(" %d", numbers[n]);
    printf("\n");
}

static int compare(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void print_results(struct future *const jobs[JOBS])
{
    int squares[JOBS];

    for (int n = 0; n < JOBS; n++)
        squares[n] = *(int *)result_of(jobs[n]);
    print_numbers("in submission order", squares);
    qsort(squares, JOBS, sizeof squares[0], compare);
    print_numbers("sorted from the set", squares);
}

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->zero = loop_time(async_get_running_loop());
    CO_CHECK(self, submit_all(self));
    printf("submitted %d\n", JOBS);
    self->wait =
        async_wait(self->jobs, JOBS, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    printf("done %zu pending %zu\n", self->wait.done_count,
           self->wait.pending_count);
    print_results(self->jobs);
    printf("peak %d threads %d units %d\n", peak, name_count,
           units_since(self->zero, UNIT));
    CO_FINALLY(self);
    for (int n = 0; n < JOBS; n++)
        future_free(self->jobs[n]);
    CO_END(self);
}

static struct program program_new(struct executor *pool)
{
    return (struct program){.co = CO_INIT(program), .pool = pool};
}

int main(void)
{
    struct executor *pool = executor_threads_new(3);

    must_do(pool != NULL);
    run_to_end(COROUTINE(program_new(pool)));
    executor_free(pool);
}
