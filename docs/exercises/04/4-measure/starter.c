/*
 * How often can one thread ask, and how long does each socket wait for its
 * turn? A line for 1, 10, 100 and 400 sockets in which nothing ever arrives.
 */
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST_SOCKETS = 400 };

/* CPU time of this program, in seconds: other programs do not count. */
static double cpu_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/*
 * Asks each of the `count` sockets in turn, for about 100 ms of CPU time.
 * Returns how many questions that is a second.
 */
static double asks_per_second(const int *fds, int count)
{
    /* your turn */
    (void)fds;
    (void)count;
    return 0 * cpu_s();
}

int main(void)
{
    static const int counts[] = {1, 10, 100, MOST_SOCKETS};
    int fds[MOST_SOCKETS], ends[2];

    for (int i = 0; i < MOST_SOCKETS; i++) {
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0)
            return perror("socketpair"), 1;
        fds[i] = ends[0];
    }
    printf("sockets asks-per-second each-asked-every-us\n");
    for (int i = 0; i < 4; i++) {
        double rate = asks_per_second(fds, counts[i]);
        double every_us = rate > 0 ? 1e6 * counts[i] / rate : 0;
        printf("%d %.0f %.2f\n", counts[i], rate, every_us);
    }
}
