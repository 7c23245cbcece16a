/*
 * 30-process-pool-five-jobs - a process pool of four given five jobs, close
 * then join.
 */
#include "stages/02-processes/pool.h"

#include "common/clock.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORKERS = 4, JOBS = 5 };

static const int64_t UNIT = NS_PER_S / 10;
static const int LENGTH[JOBS] = {4, 2, 1, 3, 5};

/* ---- in the workers ---- */

struct report {
    int number;
    int64_t begin;
    int64_t end;
};

/* A barrier in memory that the workers share with us and each other. */
static pthread_barrier_t *new_barrier(unsigned parties)
{
    pthread_barrierattr_t attributes;
    pthread_barrier_t *barrier =
        mmap(NULL, sizeof *barrier, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    must(barrier == MAP_FAILED ? -1 : 0, "share a barrier");
    pthread_barrierattr_init(&attributes);
    pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    must_not_fail(pthread_barrier_init(barrier, &attributes, parties),
                  "make a barrier");
    pthread_barrierattr_destroy(&attributes);
    return barrier;
}

static int long_job(void *context, const char *job, size_t size,
                    struct buffer *answer)
{
    pthread_barrier_t *meeting = context;
    struct report report;

    memcpy(&report.number, job, size);
    report.begin = clock_now_ns();
    if (report.number < 4)
        pthread_barrier_wait(meeting);
    sleep_ns(LENGTH[report.number] * UNIT);
    report.end = clock_now_ns();
    return buffer_append(answer, &report, sizeof report);
}

/* ---- multiprocessing.Pool: stage 02's, and the jobs that wait for it ---- */

struct waiting_pool {
    struct pool *pool;
    int todo[JOBS];
    int submitted;
    int given; /* of those, to a worker; the others wait */
    bool closed;
};

/* Gives out what waits, as long as somebody is idle. */
static void give_out(struct waiting_pool *waiting)
{
    while (waiting->given < waiting->submitted) {
        int *job = &waiting->todo[waiting->given];
        if (pool_submit(waiting->pool, job, sizeof *job, NULL, INT64_MAX) < 0) {
            must(errno == EAGAIN ? 0 : -1, "start a worker");
            return;
        }
        waiting->given++;
    }
}

/* Returns -1 with errno EINVAL if the pool is closed (ValueError). */
static int apply_async(struct waiting_pool *waiting, int number)
{
    if (waiting->closed) {
        errno = EINVAL;
        return -1;
    }
    waiting->todo[waiting->submitted++] = number;
    give_out(waiting);
    return 0;
}

/* Waits for all reports; each stands at its job's number. */
static void join(struct waiting_pool *waiting, struct report reports[])
{
    struct pool_event event;

    for (int i = 0; i < waiting->submitted; i++) {
        struct report report;
        must(pool_wait(waiting->pool, -1, &event), "wait for a worker");
        must(event.kind == POOL_ANSWERED ? 0 : -1, "get an answer");
        memcpy(&report, event.answer, sizeof report);
        reports[report.number] = report;
        give_out(waiting);
    }
    pool_stop(waiting->pool);
}

/* ---- what came of it ---- */

static bool all_began_before(const struct report reports[], int64_t moment)
{
    for (int n = 0; n < 4; n++)
        if (reports[n].begin >= moment)
            return false;
    return true;
}

static int64_t find_first_end(const struct report reports[])
{
    int64_t first = reports[0].end;

    for (int n = 1; n < JOBS; n++)
        if (reports[n].end < first)
            first = reports[n].end;
    return first;
}

static int compare_ends(const void *a, const void *b)
{
    const struct report *x = a, *y = b;

    return (x->end > y->end) - (x->end < y->end);
}

int main(void)
{
    struct report reports[JOBS];
    pthread_barrier_t *barrier = new_barrier(4);
    struct waiting_pool waiting = {.pool =
                                       pool_new(WORKERS, long_job, barrier)};

    must(waiting.pool == NULL ? -1 : 0, "make a pool");
    for (int n = 0; n < JOBS; n++)
        apply_async(&waiting, n);
    printf("waiting for all\n");
    waiting.closed = true;
    if (apply_async(&waiting, 5) < 0 && errno == EINVAL)
        printf("closed pool refuses job 5\n");
    join(&waiting, reports);

    int64_t first_end = find_first_end(reports);
    printf("jobs 0-3 began before any end: %s\n",
           truth(all_began_before(reports, first_end)));
    printf("job 4 began after an end: %s\n",
           truth(reports[4].begin >= first_end));
    qsort(reports, JOBS, sizeof reports[0], compare_ends);
    printf("ending order:");
    for (int i = 0; i < JOBS; i++)
        printf(" %d", reports[i].number);
    printf("\nall done\n");
    pool_free(waiting.pool);
    pthread_barrier_destroy(barrier);
    munmap(barrier, sizeof *barrier);
}
