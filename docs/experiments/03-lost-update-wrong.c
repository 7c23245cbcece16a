/*
 * 03-lost-update-wrong - two threads count in one variable without a mutex.
 * docs: tsan
 */
#include <pthread.h>
#include <stdio.h>

enum { ADDITIONS = 1000 * 1000 };

static pthread_barrier_t turn; /* makes happen what might happen */
static volatile int total;     /* volatile makes nothing safe */

static void *add(void *nothing)
{
    for (int i = 0; i < ADDITIONS; i++) {
        int seen = total;
        if (i == 0)
            pthread_barrier_wait(&turn); /* both have seen 0 */
        total = seen + 1;
    }
    return nothing;
}

int main(void)
{
    pthread_t threads[2];

    pthread_barrier_init(&turn, NULL, 2);
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, add, NULL) != 0)
            return 1;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    printf("%d added, %d are there: %s\n", 2 * ADDITIONS, total,
           total == 2 * ADDITIONS ? "all" : "some are lost");
}
