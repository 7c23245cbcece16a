/*
 * 03-lost-wake-up-wrong - looks for a job without the mutex, and then waits.
 * What is signalled between the two wakes nobody: it waits for ever.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t turn; /* makes happen what might happen */
static int jobs;

static void *work(void *nothing)
{
    if (jobs == 0) {
        pthread_barrier_wait(&turn); /* at this moment the job comes */
        pthread_barrier_wait(&turn);
        pthread_mutex_lock(&mutex);
        pthread_cond_wait(&changed, &mutex);
        pthread_mutex_unlock(&mutex);
    }
    puts("got the job");
    return nothing;
}

int main(void)
{
    pthread_t worker;

    pthread_barrier_init(&turn, NULL, 2);
    pthread_create(&worker, NULL, work, NULL);
    pthread_barrier_wait(&turn);
    jobs++;
    pthread_cond_signal(&changed); /* nobody waits yet: forgotten at once */
    pthread_barrier_wait(&turn);
    usleep(300 * 1000);
    printf("jobs: %d, and the worker sleeps\n", jobs);
}
