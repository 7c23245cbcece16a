/*
 * 2-fix - waits, works, and says what took how long.
 *
 *     2-fix MILLISECONDS
 */
#include "common/clock.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Milliseconds since some moment, as a clock on the wall shows them. */
static double wall_ms(void)
{
    return (double)clock_now_ns() / NS_PER_MS;
}

/* Milliseconds that this program has had the processor. */
static double cpu_ms(void)
{
    return 1000.0 * (double)clock() / CLOCKS_PER_SEC;
}

/* As if a page were so far away. */
static void wait_for_it(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&left, &left) < 0)
        continue; /* a signal came: the rest of it */
}

/* As if the page were parsed. */
static uint64_t work(void)
{
    uint64_t x = 1;

    for (int i = 0; i < 3 * 1000 * 1000; i++)
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    return x;
}

int main(int argc, char **argv)
{
    long ms = argc > 1 ? atol(argv[1]) : 300;
    double begun_wall = wall_ms(), begun_cpu = cpu_ms();

    wait_for_it(ms);
    uint64_t result = work();
    double wall = wall_ms() - begun_wall, cpu = cpu_ms() - begun_cpu;
    printf("wall %.0f ms, CPU %.0f ms, %.0f%% of it waiting\n", wall, cpu,
           100 * (wall - cpu) / wall);
    return result == 0; /* never: but so the work cannot be left out */
}
