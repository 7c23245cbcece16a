/*
 * 27-executor-threads - stage 07: blocking functions in the default executor
 * and in one of our own, while the loop goes on.
 */
#include "loop_support.h"

#include "common/clock.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/sleep.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double UNIT = 0.15;

static pthread_t home; /* main()'s thread */

/* ---- what blocks ---- */

struct size {
    long bytes;
    bool elsewhere;
};

/*
 *     def read_file(path):
 *         with open(path, "rb") as src:
 *             return len(src.read()), threading.get_ident() != HOME
 */
static const struct error *read_file(const void *argument, void *result)
{
    struct size *size = result;
    FILE *src = fopen(argument, "rb");

    if (src == NULL)
        return error_from_errno(errno);
    while (getc(src) != EOF)
        size->bytes++;
    fclose(src);
    size->elsewhere = !pthread_equal(pthread_self(), home);
    return NULL;
}

/* def nap(units): time.sleep(units * UNIT); return units */
static const struct error *nap(const void *units, void *result)
{
    sleep_ns((int64_t)(*(const int *)units * UNIT * NS_PER_S));
    *(int *)result = *(const int *)units;
    return NULL;
}

/* def fail(): raise OSError("disk trouble") */
static const struct error *fail(const void *argument, void *result)
{
    static const struct error trouble = ERROR(&error_os, "disk trouble");

    (void)argument;
    (void)result;
    return &trouble;
}

/* tempfile.NamedTemporaryFile(), and sample.write(bytes(100)) */
static void make_sample(char *path)
{
    int fd = must(mkstemp(path), "make a file");

    must(ftruncate(fd, 100), "write to it");
    close(fd);
}

/* ---- coroutines ---- */

/*
 *     size, elsewhere = await loop.run_in_executor(pool, read_file, path)
 *     print(label, "bytes", size, "other thread:", elsewhere)
 */
struct read_in {
    struct coroutine co;
    void *result;
    const char *label;
    struct executor *pool;
    const char *path;
    struct future *future;
};

static void print_size(const struct read_in *self)
{
    const struct size *size = self->future->result;

    printf("%s: bytes %ld other thread: %s\n", self->label, size->bytes,
           truth(size->elsewhere));
}

static struct future *read_in(struct coroutine *co)
{
    struct read_in *self = (struct read_in *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->future =
        loop_run_in_executor(loop, self->pool, read_file, self->path,
                             strlen(self->path) + 1, sizeof(struct size));
    CO_CHECK(self, self->future);
    CO_AWAIT(self, *self->future);
    print_size(self);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

static struct read_in read_in_new(const char *label, struct executor *pool,
                                  const char *path)
{
    return (struct read_in){
        .co = CO_INIT(read_in), .label = label, .pool = pool, .path = path};
}

/*
 *     async def ticker(ticks):
 *         while True:
 *             ticks.append(1)
 *             await asyncio.sleep(UNIT / 5)
 */
struct ticker {
    struct coroutine co;
    void *result;
    int *ticks;
    struct async_sleep sleep;
};

static struct future *ticker(struct coroutine *co)
{
    struct ticker *self = (struct ticker *)co;

    CO_BEGIN(self);
    for (;;) {
        ++*self->ticks;
        self->sleep = async_sleep(UNIT / 5);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct ticker ticker_new(int *ticks)
{
    return (struct ticker){.co = CO_INIT(ticker), .ticks = ticks};
}

/* loop.run_in_executor(pool, nap, units) */
static struct future *nap_in(struct executor *pool, int units)
{
    return loop_run_in_executor(async_get_running_loop(), pool, nap, &units,
                                sizeof units, sizeof units);
}

/*
 *     zero = loop.time()
 *     with concurrent.futures.ThreadPoolExecutor(workers) as pool:
 *         got = await asyncio.gather(
 *             *(loop.run_in_executor(pool, nap, n) for n in (2, 2)))
 *     print(label, "naps", *got, "took units", ...)
 */
struct two_naps {
    struct coroutine co;
    void *result;
    const char *label;
    size_t workers;
    double zero;
    struct executor *pool;
    struct future *naps[2], *got;
};

static void print_naps(const struct two_naps *self)
{
    const struct gather_outcome *got = self->got->result;

    printf("%s naps %d %d took units %d\n", self->label, *(int *)got[0].result,
           *(int *)got[1].result, units_since(self->zero, UNIT));
}

static struct future *two_naps(struct coroutine *co)
{
    struct two_naps *self = (struct two_naps *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->zero = loop_time(loop);
    CO_CHECK(self, self->pool = executor_threads_new(self->workers));
    CO_CHECK(self, self->naps[0] = nap_in(self->pool, 2));
    CO_CHECK(self, self->naps[1] = nap_in(self->pool, 2));
    self->got = async_gather(
        (struct coroutine *[]){&self->naps[0]->co, &self->naps[1]->co}, 2);
    CO_CHECK(self, self->got);
    CO_AWAIT(self, *self->got);
    print_naps(self);
    CO_FINALLY(self);
    executor_free(self->pool);
    future_free(self->got);
    future_free(self->naps[0]);
    future_free(self->naps[1]);
    CO_END(self);
}

static struct two_naps two_naps_new(const char *label, size_t workers)
{
    return (struct two_naps){
        .co = CO_INIT(two_naps), .label = label, .workers = workers};
}

struct program {
    struct coroutine co;
    void *result;
    const char *path;
    struct executor *pool;
    struct read_in reading;
    struct future *failing, *napping;
    int ticks;
    struct task *clock;
    struct two_naps naps;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->reading = read_in_new("default pool", NULL, self->path);
    CO_AWAIT(self, self->reading);
    CO_CHECK(self, self->pool = executor_threads_new(0));
    self->reading = read_in_new("own pool", self->pool, self->path);
    CO_AWAIT(self, self->reading);
    self->failing = loop_run_in_executor(loop, NULL, fail, NULL, 0, 0);
    CO_CHECK(self, self->failing);
    CO_TRY_AWAIT(self, *self->failing);
    if (error_is(self->failing->co.error, &error_os))
        printf("error crosses over: %s\n",
               error_message(self->failing->co.error));

    self->clock = async_create_task(COROUTINE(ticker_new(&self->ticks)));
    CO_CHECK(self, self->clock);
    CO_CHECK(self, self->napping = nap_in(NULL, 2));
    CO_AWAIT(self, *self->napping);
    printf("nap of %d units\n", *(int *)self->napping->result);
    printf("loop kept ticking: %s\n", truth(self->ticks >= 4));
    task_cancel(self->clock, NULL);

    self->naps = two_naps_new("one worker", 1);
    CO_AWAIT(self, self->naps);
    self->naps = two_naps_new("two workers", 2);
    CO_AWAIT(self, self->naps);
    CO_FINALLY(self);
    executor_free(self->pool);
    future_free(self->failing);
    future_free(self->napping);
    task_free(self->clock);
    CO_END(self);
}

static struct program program_new(const char *path)
{
    return (struct program){.co = CO_INIT(program), .path = path};
}

int main(void)
{
    char path[] = P_tmpdir "/sample-XXXXXX";

    home = pthread_self();
    make_sample(path);
    run_to_end(COROUTINE(program_new(path)));
    must(unlink(path), "remove the file");
}
