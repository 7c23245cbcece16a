/*
 * 03-deadlock-wrong - two threads take two mutexes, in opposite order. One
 * after the other that goes well; together, each waits for the other for ever.
 * docs: tsan
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t *orders[2][2] = {{&a, &b}, {&b, &a}};
static int had_both;

static void *take_both(void *argument)
{
    pthread_mutex_t **order = argument;

    pthread_mutex_lock(order[0]);
    usleep(100 * 1000); /* time enough for the other to take its first */
    pthread_mutex_lock(order[1]);
    had_both++;
    pthread_mutex_unlock(order[1]);
    pthread_mutex_unlock(order[0]);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[2];

    for (int i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, take_both, orders[i]);
        if (argc == 1)
            pthread_join(threads[i], NULL);
    }
    usleep(300 * 1000);
    printf("%s: %d of 2 had both\n", argc > 1 ? argv[1] : "apart", had_both);
}
