/*
 * 4-measure - what a step, a system call, a context switch and a sleep take,
 * and how long that would be if a step took a second.
 */
#include "common/clock.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Six steps a round, each of which needs the last one's result. */
static double step_ns(int rounds)
{
    volatile uint64_t seed = 1;
    uint64_t x = seed;
    int64_t begun = clock_now_ns();

    for (int i = 0; i < rounds; i++)
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    int64_t ended = clock_now_ns();
    seed = x; /* so the steps cannot be left out */
    return (double)(ended - begun) / rounds / 6;
}

static double call_ns(int rounds)
{
    (void)rounds; /* your turn: getppid(), so many times */
    return 0;
}

/* What is written to `to` comes back from another process, in `from`. */
static double switch_ns(int to, int from, int rounds)
{
    (void)to, (void)from, (void)rounds; /* your turn: a byte there and back */
    return 0;
}

static double sleep_ns(int rounds)
{
    (void)rounds; /* your turn: nanosleep(), for 1 ns */
    return 0;
}

/* Starts a process that sends back every byte, until we are gone. */
static bool start_echo(int *to, int *from)
{
    int there[2], back[2];
    char byte;

    if (pipe(there) < 0 || pipe(back) < 0)
        return false;
    switch (fork()) {
    case -1:
        return false;
    case 0:
        close(there[1]);
        while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
            continue;
        _exit(0);
    }
    *to = there[1];
    *from = back[0];
    return true;
}

static void tell(const char *what, double ns, double step)
{
    static const char *const names[] = {"s", "min", "h", "days", "years"};
    static const double sizes[] = {60, 60, 24, 365.25};
    double scaled = ns / step;
    int unit = 0;

    for (; unit < 4 && scaled >= sizes[unit]; unit++)
        scaled /= sizes[unit];
    printf("%-14s %10.2f ns  %6.0f %s\n", what, ns, scaled, names[unit]);
}

int main(void)
{
    double step = step_ns(10 * 1000 * 1000);
    int to, from;

    if (!start_echo(&to, &from)) {
        perror("cannot start a process");
        return 1;
    }
    tell("one step", step, step);
    tell("system call", call_ns(200 * 1000), step);
    tell("switch", switch_ns(to, from, 10 * 1000), step);
    tell("shortest sleep", sleep_ns(100), step);
    tell("page far away", 450e6, step);
}
