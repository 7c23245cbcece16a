/*
 * 1-warm-up - adds up 1 to 1000 in so many parts, each in a thread of its own.
 *
 *     1-warm-up 4
 *
 * All parts meet before they begin, so that none can be done before the last
 * one is there.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TOP = 1000, MOST_PARTS = 50 };

static pthread_barrier_t meeting;

struct part {
    pthread_t thread;
    int from, to;
    long sum;
};

static void *add_up(void *argument)
{
    struct part *part = argument;

    pthread_barrier_wait(&meeting);
    usleep(50 * 1000); /* it is hard work */
    for (int n = part->from; n <= part->to; n++)
        part->sum += n;
    return NULL;
}

/* Runs add_up() for all parts, and returns when all are done. */
static void run(struct part parts[], int count)
{
    for (int i = 0; i < count; i++)
        pthread_create(&parts[i].thread, NULL, add_up, &parts[i]);
    for (int i = 0; i < count; i++)
        pthread_join(parts[i].thread, NULL);
}

static void tell(int signal)
{
    static const char words[] = "some parts wait for one that has not begun\n";

    (void)signal;
    _exit(write(STDOUT_FILENO, words, sizeof words - 1) < 0 ? 2 : 1);
}

int main(int argc, char **argv)
{
    struct part parts[MOST_PARTS] = {0};
    int count = argc > 1 ? atoi(argv[1]) : 4;
    long sum = 0;

    if (count < 1 || count > MOST_PARTS)
        return 2;
    signal(SIGALRM, tell);
    alarm(2);
    pthread_barrier_init(&meeting, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        parts[i].from = TOP * i / count + 1;
        parts[i].to = TOP * (i + 1) / count;
    }
    run(parts, count);
    for (int i = 0; i < count; i++)
        sum += parts[i].sum;
    printf("%d parts, sum %ld\n", count, sum);
}
