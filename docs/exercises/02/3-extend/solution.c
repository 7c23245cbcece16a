/*
 * 3-extend - gives jobs to a pool of two workers, and says what became of each.
 *
 *     3-extend fine once fine never
 *
 * The worker that gets `once` dies, but only the first time; `never` kills each
 * worker that gets it.
 */
#include "stages/02-processes/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WORKERS = 2, MOST_JOBS = 100 };

struct job {
    const char *word;
    int *tries;      /* counted by the workers, in memory that all share */
    int lost;        /* workers */
    char result[64]; /* empty: none yet */
};

struct jobs {
    struct job all[MOST_JOBS];
    int count;
    struct job *todo[MOST_JOBS]; /* the last one is the next */
    int to_do;
};

/* In the worker. The struct is its own copy; only *tries is shared. */
static int work(void *context, const char *message, size_t size,
                struct buffer *answer)
{
    struct jobs *jobs = context;
    int number;

    memcpy(&number, message, size);
    const struct job *job = &jobs->all[number];
    int try = ++*job->tries;
    if (strcmp(job->word, "never") == 0 ||
        (strcmp(job->word, "once") == 0 && try == 1))
        return -1; /* and the worker dies */
    return buffer_append(answer, &try, sizeof try);
}

/* The job is the next one to be given out. */
static void put(struct jobs *jobs, struct job *job)
{
    jobs->todo[jobs->to_do++] = job;
}

/* The worker that had this job is gone, and `why` says how. */
static void lost(struct jobs *jobs, struct job *job, const char *why)
{
    if (++job->lost == 1)
        put(jobs, job);
    else
        snprintf(job->result, sizeof job->result, "given up, %s", why);
}

static void run(struct jobs *jobs, struct pool *pool)
{
    struct pool_event event;

    do {
        while (jobs->to_do > 0) {
            struct job *job = jobs->todo[jobs->to_do - 1];
            int number = (int)(job - jobs->all);
            if (pool_submit(pool, &number, sizeof number, job, INT64_MAX) < 0)
                break; /* nobody is idle */
            jobs->to_do--;
        }
        if (pool_wait(pool, -1, &event) < 0)
            return;
        struct job *job = event.tag;
        if (event.kind == POOL_LOST) {
            lost(jobs, job, event.why);
        } else if (event.kind == POOL_ANSWERED) {
            int try;
            memcpy(&try, event.answer, sizeof try);
            snprintf(job->result, sizeof job->result, "done, try %d", try);
        }
    } while (event.kind != POOL_NOTHING); /* nobody is busy any more */
}

int main(int argc, char **argv)
{
    struct jobs jobs = {0};
    int *tries = mmap(NULL, MOST_JOBS * sizeof tries[0], PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (tries == MAP_FAILED || argc > MOST_JOBS)
        return 1;
    jobs.count = argc - 1;
    for (int i = jobs.count - 1; i >= 0; i--) {
        jobs.all[i] = (struct job){.word = argv[i + 1], .tries = &tries[i]};
        put(&jobs, &jobs.all[i]);
    }
    struct pool *pool = pool_new(WORKERS, work, &jobs);
    if (pool == NULL)
        return 1;
    run(&jobs, pool);
    pool_free(pool);
    for (int i = 0; i < jobs.count; i++)
        printf("%s: %s\n", jobs.all[i].word, jobs.all[i].result);
}
