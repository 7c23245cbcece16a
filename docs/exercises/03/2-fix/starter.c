/*
 * 2-fix - two workers take jobs from a queue. Every second job is taken away
 * again by somebody who is faster than the worker that was woken for it.
 *
 *     2-fix
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { WORKERS = 2, JOBS = 6, STOP = -1 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* over all below */
static pthread_cond_t not_empty = PTHREAD_COND_INITIALIZER;
static int jobs[JOBS + WORKERS];
static int first, end; /* jobs[first] to jobs[end - 1] are in the queue */
static int waiting;    /* workers, in get() */
static int done, taken_away, made_up;

/* All three with the mutex held. */
static void put(int job)
{
    jobs[end++] = job;
    pthread_cond_signal(&not_empty);
}

static int take_first(void)
{
    return first < end ? jobs[first++] : 0; /* 0: nobody has given that */
}

static int get(void)
{
    waiting++;
    /* your turn: who is woken, and what does it find? */
    if (first == end)
        pthread_cond_wait(&not_empty, &mutex);
    waiting--;
    return take_first();
}

static void *work(void *nothing)
{
    int job;

    pthread_mutex_lock(&mutex);
    while ((job = get()) != STOP)
        if (job != 0)
            done++;
        else
            made_up++;
    pthread_mutex_unlock(&mutex);
    return nothing;
}

/* Until all workers wait for a job; with the mutex held. */
static void let_them_wait(void)
{
    do {
        pthread_mutex_unlock(&mutex);
        usleep(20 * 1000);
        pthread_mutex_lock(&mutex);
    } while (waiting < WORKERS || first < end);
}

static void tell(int signal)
{
    static const char words[] = "it does not end\n";

    (void)signal;
    _exit(write(STDOUT_FILENO, words, sizeof words - 1) < 0 ? 2 : 1);
}

int main(void)
{
    pthread_t threads[WORKERS];

    signal(SIGALRM, tell);
    alarm(3);
    pthread_mutex_lock(&mutex);
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&threads[i], NULL, work, NULL) != 0)
            return 2;
    for (int job = 1; job <= JOBS; job++) {
        let_them_wait();
        put(job);
        if (job % 2 == 0) /* before the woken worker has the mutex */
            taken_away += take_first() == job;
    }
    let_them_wait();
    for (int i = 0; i < WORKERS; i++)
        put(STOP);
    pthread_mutex_unlock(&mutex);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    printf("jobs %d, done %d, taken away %d, made up %d\n", JOBS, done,
           taken_away, made_up);
}
