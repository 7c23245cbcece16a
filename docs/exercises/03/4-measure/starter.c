/*
 * 4-measure - makes threads that do nothing but wait, and says how much address
 * space and how much memory each of them takes.
 *
 *     4-measure THREADS STACK_KIB [TOUCH_KIB]
 *
 * Each thread writes to so many KiB of its stack (0) before it waits.
 */
#include <alloca.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIB = 1024, MOST_THREADS = 1000 };

static pthread_barrier_t ready, end;

static void *wait_for_the_end(void *touch_kib)
{
    size_t size = *(size_t *)touch_kib * KIB;
    volatile char *stack = alloca(size + 1);

    for (size_t i = 0; i < size; i++)
        stack[i] = 1;
    pthread_barrier_wait(&ready);
    pthread_barrier_wait(&end);
    return NULL;
}

/* The number behind `field`, such as "VmRSS:", in /proc/self/status, in KiB. */
static long memory_kib(const char *field)
{
    char line[200];
    long kib = 0;

    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, field, strlen(field)) == 0)
            kib = atol(line + strlen(field));
    if (file != NULL)
        fclose(file);
    return kib;
}

/* Starts a thread with a stack of so many KiB. Returns an error number, or 0.
 */
static int start(pthread_t *thread, size_t stack_kib, size_t *touch_kib)
{
    (void)stack_kib; /* your turn: give it attributes that say so. */
    return pthread_create(thread, NULL, wait_for_the_end, touch_kib);
}

int main(int argc, char **argv)
{
    int threads = argc > 1 ? atoi(argv[1]) : 100;
    size_t stack_kib = argc > 2 ? (size_t)atoi(argv[2]) : 512;
    size_t touch_kib = argc > 3 ? (size_t)atoi(argv[3]) : 0;
    pthread_t all[MOST_THREADS];

    if (threads < 1 || threads > MOST_THREADS || touch_kib + 16 > stack_kib)
        return 2;
    pthread_barrier_init(&ready, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&end, NULL, (unsigned)threads + 1);
    long address_kib = memory_kib("VmSize:"), rss_kib = memory_kib("VmRSS:");
    for (int i = 0; i < threads; i++)
        if (start(&all[i], stack_kib, &touch_kib) != 0)
            return 1;
    pthread_barrier_wait(&ready);
    /* your turn: how much more is it than before they were made? */
    pthread_barrier_wait(&end);
    for (int i = 0; i < threads; i++)
        pthread_join(all[i], NULL);
    printf("threads %d\n", threads);
    printf("stack_kib %zu\n", stack_kib);
    printf("address_kib_per_thread %ld\n", address_kib / threads);
    printf("memory_kib_per_thread %ld\n", rss_kib / threads);
}
