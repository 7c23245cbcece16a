/*
 * 3-extend - workers take jobs from a queue until it is closed and empty.
 *
 *     3-extend WORKERS JOBS
 */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_WORKERS = 50, MOST_JOBS = 1000 };

struct queue {
    pthread_mutex_t mutex; /* over all that follows */
    pthread_cond_t changed;
    int jobs[MOST_JOBS];
    int first, end; /* jobs[first] to jobs[end - 1] are in it */
    bool closed;
};

static struct queue queue = {.mutex = PTHREAD_MUTEX_INITIALIZER,
                             .changed = PTHREAD_COND_INITIALIZER};
static int done; /* under the queue's mutex, too */

/* Puts a job. Returns false if the queue is closed or full. */
static bool queue_put(struct queue *q, int job)
{
    pthread_mutex_lock(&q->mutex);
    bool ok = q->end < MOST_JOBS;
    if (ok) {
        q->jobs[q->end++] = job;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->mutex);
    return ok;
}

/*
 * Takes the first job into *job; waits for one if there is none. Returns false
 * if there is none and the queue is closed, so that none can come.
 */
static bool queue_get(struct queue *q, int *job)
{
    pthread_mutex_lock(&q->mutex);
    while (q->first == q->end)
        pthread_cond_wait(&q->changed, &q->mutex);
    bool ok = q->first < q->end;
    if (ok)
        *job = q->jobs[q->first++];
    pthread_mutex_unlock(&q->mutex);
    return ok;
}

/* No more jobs will be put. What is in the queue is still to be done. */
static void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->mutex);
    q->closed = true; /* your turn: who looks at it, and who is asleep? */
    pthread_mutex_unlock(&q->mutex);
}

static void *work(void *nothing)
{
    int job;

    while (queue_get(&queue, &job)) {
        usleep(1000); /* it is hard work */
        pthread_mutex_lock(&queue.mutex);
        done++;
        pthread_mutex_unlock(&queue.mutex);
    }
    return nothing;
}

static void tell(int signal)
{
    static const char words[] = "some workers wait for ever\n";

    (void)signal;
    _exit(write(STDOUT_FILENO, words, sizeof words - 1) < 0 ? 2 : 1);
}

int main(int argc, char **argv)
{
    int workers = argc > 1 ? atoi(argv[1]) : 3;
    int jobs = argc > 2 ? atoi(argv[2]) : 10;
    pthread_t threads[MOST_WORKERS];

    if (workers < 1 || workers > MOST_WORKERS || jobs < 0 || jobs > MOST_JOBS)
        return 2;
    signal(SIGALRM, tell);
    alarm(4);
    for (int i = 0; i < workers; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            return 2;
    for (int job = 0; job < jobs; job++)
        queue_put(&queue, job);
    usleep(20 * 1000); /* some are asleep by now */
    queue_close(&queue);
    bool refused = !queue_put(&queue, jobs);
    for (int i = 0; i < workers; i++)
        pthread_join(threads[i], NULL);
    printf("workers %d, done %d of %d, another one: %s\n", workers, done, jobs,
           refused ? "refused" : "taken");
}
