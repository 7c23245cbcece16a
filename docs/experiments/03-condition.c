/*
 * 03-condition - one thread waits for what another does: a mutex over the
 * jobs, and a condition variable for whoever finds none.
 */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int jobs; /* under the mutex */

static void *work(void *nothing)
{
    for (int done = 0; done < 3; done++) {
        pthread_mutex_lock(&mutex);
        while (jobs == 0) /* lets go of the mutex, sleeps, takes it again */
            pthread_cond_wait(&changed, &mutex);
        jobs--;
        pthread_mutex_unlock(&mutex);
        printf("did job %d\n", done + 1);
    }
    return nothing;
}

int main(void)
{
    pthread_t worker;

    if (pthread_create(&worker, NULL, work, NULL) != 0)
        return 1;
    for (int i = 0; i < 3; i++) {
        pthread_mutex_lock(&mutex);
        jobs++;
        pthread_mutex_unlock(&mutex);
        pthread_cond_signal(&changed);
    }
    pthread_join(worker, NULL);
    printf("jobs left: %d\n", jobs);
}
