/*
 * 03-thread - two threads wait side by side, and have one memory: what each
 * of them has written, main sees when it has joined them.
 */
#include "common/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

static int amounts[2] = {1, 1};

static void *wait_and_add(void *argument)
{
    int *amount = argument; /* this thread's alone */

    nanosleep(&(struct timespec){.tv_nsec = 200 * NS_PER_MS}, NULL);
    *amount += 41;
    return NULL;
}

int main(void)
{
    pthread_t threads[2];
    int64_t start_ns = clock_now_ns();

    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, wait_and_add, &amounts[i]) != 0)
            return 1;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("amounts: %d %d\n", amounts[0], amounts[1]);
    printf("waited for 200 ms twice, in %lld ms\n",
           (long long)((clock_now_ns() - start_ns) / NS_PER_MS));
}
