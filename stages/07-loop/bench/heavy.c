/*
 * heavy.c - what pages that need CPU do to the loop, and what executors mend.
 *
 * Pages arrive one after another, and each is hashed: in the loop, or by an
 * executor of threads or of processes. A ticker that wants to be woken every
 * millisecond stands for all others in the loop: how late it is woken at worst
 * is how long the loop had no time for anybody. stdout gets CSV, a row for
 * each run.
 */
#include "common/bench.h"
#include "common/clock.h"
#include "common/command_line.h"
#include "common/csv.h"
#include "common/digest.h"
#include "common/machine.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/loop.h"
#include "stages/07-loop/run_in_executor.h"
#include "stages/07-loop/sleep.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MIB = 1 << 20, MOST_PAGES = 24 };

static const double APART_S = 0.005; /* from one page's arrival to the next */
static const double TICK_S = 0.001;

/* MiB of a page */
static const size_t sizes[] = {0, 1, 4, 16};

/* Who hashes. */
struct place {
    const char *name;
    struct executor *(*executor_new)(size_t max_workers); /* NULL: the loop */
};

static const struct place places[] = {
    {"in the loop", NULL},
    {"in threads", executor_threads_new},
    {"in processes", executor_processes_new},
};

enum {
    SIZES = sizeof sizes / sizeof sizes[0],
    PLACES = sizeof places / sizeof places[0],
};

/* What one run came to. */
struct figures {
    bool well;
    double wall_s;
    double pause_s; /* the worst one */
    size_t ticks;
    double user_s, sys_s;
    uint64_t digest; /* of all pages */
};

static char body[MIB]; /* what all pages are made of */

/* ---- a page ---- */

static const struct error *hash(const void *argument, void *result)
{
    size_t mib = *(const size_t *)argument;
    uint64_t digest = DIGEST_EMPTY;

    for (size_t i = 0; i < mib; i++)
        digest = digest_add(digest, body, sizeof body);
    *(uint64_t *)result = digest;
    return NULL;
}

/*
 *     async def page(arrives, mib, executor):
 *         await asyncio.sleep(arrives)
 *         if executor is None:
 *             return hash(mib)
 *         return await loop.run_in_executor(executor, hash, mib)
 */
struct page {
    struct coroutine co;
    void *result;
    double arrives;
    size_t mib;
    struct executor *executor;
    struct async_sleep sleep;
    struct future *hashed;
    uint64_t digest;
};

static struct future *page(struct coroutine *co)
{
    struct page *self = (struct page *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(self->arrives);
    CO_AWAIT(self, self->sleep);
    if (self->executor == NULL) {
        hash(&self->mib, &self->digest);
        CO_RETURN(self);
    }
    self->hashed =
        loop_run_in_executor(async_get_running_loop(), self->executor, hash,
                             &self->mib, sizeof self->mib, sizeof self->digest);
    CO_CHECK(self, self->hashed);
    CO_AWAIT(self, *self->hashed);
    self->digest = *(uint64_t *)self->hashed->result;
    CO_FINALLY(self);
    self->result = &self->digest;
    future_free(self->hashed);
    CO_END(self);
}

static struct page page_new(size_t number, size_t mib,
                            struct executor *executor)
{
    return (struct page){.co = CO_INIT(page),
                         .arrives = (double)number * APART_S,
                         .mib = mib,
                         .executor = executor};
}

/* ---- the ticker ---- */

/*
 *     async def ticker():
 *         while True:
 *             due = loop.time() + TICK
 *             await asyncio.sleep(TICK)
 *             pause = max(pause, loop.time() - due)
 */
struct ticker {
    struct coroutine co;
    void *result;
    struct figures *figures;
    double due;
    struct async_sleep sleep;
};

static struct future *ticker(struct coroutine *co)
{
    struct ticker *self = (struct ticker *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    for (;;) {
        self->due = loop_time(loop) + TICK_S;
        self->sleep = async_sleep(TICK_S);
        CO_AWAIT(self, self->sleep);
        self->figures->ticks++;
        self->figures->pause_s =
            fmax(self->figures->pause_s, loop_time(loop) - self->due);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct ticker ticker_new(struct figures *figures)
{
    return (struct ticker){.co = CO_INIT(ticker), .figures = figures};
}

/* ---- a run ---- */

/*
 *     async def crawl(pages, mib, executor):
 *         tick = asyncio.create_task(ticker())
 *         digests = await asyncio.gather(*(page(i, mib, executor)
 *                                          for i in range(pages)))
 *         tick.cancel()
 */
struct crawl {
    struct coroutine co;
    void *result;
    size_t pages, mib;
    struct executor *executor;
    struct figures *figures;
    struct task *tick;
    struct future *all;
};

static struct future *gather_pages(const struct crawl *self)
{
    struct coroutine *objects[MOST_PAGES];

    for (size_t i = 0; i < self->pages; i++)
        objects[i] = COROUTINE(page_new(i, self->mib, self->executor));
    return async_gather(objects, self->pages);
}

static void add_digests(struct crawl *self)
{
    const struct gather_outcome *pages = self->all->result;

    for (size_t i = 0; i < self->pages; i++)
        self->figures->digest += *(const uint64_t *)pages[i].result;
}

static struct future *crawl(struct coroutine *co)
{
    struct crawl *self = (struct crawl *)co;

    CO_BEGIN(self);
    self->tick = async_create_task(COROUTINE(ticker_new(self->figures)));
    CO_CHECK(self, self->tick);
    self->all = gather_pages(self);
    CO_CHECK(self, self->all);
    CO_AWAIT(self, *self->all);
    add_digests(self);
    CO_FINALLY(self);
    if (self->tick != NULL)
        task_cancel(self->tick, NULL);
    task_free(self->tick);
    future_free(self->all);
    CO_END(self);
}

static struct crawl crawl_new(size_t pages, size_t mib,
                              struct executor *executor,
                              struct figures *figures)
{
    return (struct crawl){.co = CO_INIT(crawl),
                          .pages = pages,
                          .mib = mib,
                          .executor = executor,
                          .figures = figures};
}

/* CPU seconds of this process, and of the workers that are gone. */
static void cpu_seconds(double *user_s, double *sys_s)
{
    struct rusage own, workers;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &workers);
    *user_s = (double)(own.ru_utime.tv_sec + workers.ru_utime.tv_sec) +
              (double)(own.ru_utime.tv_usec + workers.ru_utime.tv_usec) / 1e6;
    *sys_s = (double)(own.ru_stime.tv_sec + workers.ru_stime.tv_sec) +
             (double)(own.ru_stime.tv_usec + workers.ru_stime.tv_usec) / 1e6;
}

/* The executor's start and end count, too. */
static struct figures run(size_t pages, size_t mib, const struct place *place)
{
    struct figures figures = {0};
    struct executor *executor = NULL;
    double user_s, sys_s;
    int64_t begun_ns = clock_now_ns();

    cpu_seconds(&user_s, &sys_s);
    if (place->executor_new != NULL) {
        executor = place->executor_new((size_t)sysconf(_SC_NPROCESSORS_ONLN));
        if (executor == NULL)
            return figures;
    }
    figures.well =
        async_run(COROUTINE(crawl_new(pages, mib, executor, &figures)), NULL);
    executor_free(executor);
    figures.wall_s = (double)(clock_now_ns() - begun_ns) / (double)NS_PER_S;
    cpu_seconds(&figures.user_s, &figures.sys_s);
    figures.user_s -= user_s;
    figures.sys_s -= sys_s;
    return figures;
}

/* ---- what is written ---- */

static void write_head(const char *command, size_t rounds, size_t pages)
{
    struct machine machine;

    machine_describe(&machine);
    bench_write_command(command, rounds);
    printf("# x: MiB of each of %zu pages, which arrive %g ms apart\n", pages,
           APART_S * 1e3);
    printf("# worst_pause_ms: how late somebody was woken who wanted to be "
           "every %g ms\n",
           TICK_S * 1e3);
    machine_write_header(stdout, &machine);
    puts("experiment,x,entrant,run,result,wall_s,user_s,sys_s,"
         "worst_pause_ms,ticks,pages,why");
}

static void write_row(size_t mib, const char *entrant, size_t round,
                      size_t pages, const struct figures *figures,
                      const char *why)
{
    printf("heavy,%zu,%s,%zu,%s", mib, entrant, round + 1,
           why[0] == '\0' ? "ok" : "failed");
    csv_number(stdout, figures->wall_s);
    csv_number(stdout, figures->user_s);
    csv_number(stdout, figures->sys_s);
    csv_number(stdout, figures->pause_s * 1e3);
    printf(",%zu,%zu,", figures->ticks, pages);
    csv_text(stdout, why);
    putchar('\n');
}

/* All must find the same as the first of them. Returns whether all is well. */
static bool measure_size(size_t round, size_t mib, size_t pages)
{
    uint64_t digest = 0;
    bool well = true;

    for (size_t p = 0; p < PLACES; p++) {
        struct figures figures = run(pages, mib, &places[p]);
        const char *why = "";
        if (p == 0)
            digest = figures.digest;
        if (!figures.well)
            why = "the loop failed";
        else if (figures.digest != digest)
            why = "it found another digest";
        well = well && why[0] == '\0';
        write_row(mib, places[p].name, round, pages, &figures, why);
    }
    return well;
}

static bool measure_all(size_t rounds, size_t pages)
{
    bool well = true;

    for (size_t round = 0; round < rounds; round++)
        for (size_t s = 0; s < SIZES; s++) {
            bench_show_round(round, rounds, NULL);
            well = measure_size(round, sizes[s], pages) && well;
        }
    bench_show_end();
    return well;
}

/* ---- the command line ---- */

static const char help[] =
    "Usage: heavy [OPTION]...\n"
    "Measures how long pages that need CPU keep the loop from everybody else:\n"
    "hashed in the loop, in threads, in processes. Writes CSV.\n"
    "\n"
    "  --rounds=N     how often all is measured in turn, 1 to 1000 (10)\n"
    "  --quick        two rounds with fewer pages: to see whether it works\n"
    "  --help         this text\n";

int main(int argc, char **argv)
{
    struct bench_options options = {
        .program = "heavy", .help = help, .rounds = 10, .quick_rounds = 2};
    int status = bench_read_options(&options, argc, argv);
    size_t pages = options.quick ? 4 : MOST_PAGES;

    if (status != BENCH_GO_ON)
        return status;
    char *command = command_line_text(argc, argv);
    if (command == NULL) {
        fputs("heavy: no memory to begin with\n", stderr);
        return 1;
    }
    memset(body, 'x', sizeof body);
    write_head(command, options.rounds, pages);
    free(command);
    bool well = measure_all(options.rounds, pages);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "heavy: cannot write: %s\n", strerror(errno));
        return 1;
    }
    return well ? 0 : 1;
}
