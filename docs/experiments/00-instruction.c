/*
 * 00-instruction - if one step of this machine took a second, how long would
 * a system call take, a page that is 450 ms away, and a whole second?
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 10 * 1000 * 1000, STEPS = 6, CALLS = 200 * 1000 };
enum { TICK_NS = 1000 * 1000 * 1000 / CLOCKS_PER_SEC }; /* of CPU time */

static void tell(const char *what, double ns, double step_ns)
{
    static const char *const names[] = {"s", "min", "h", "days", "years"};
    static const double sizes[] = {60, 60, 24, 365.25};
    double scaled = ns / step_ns;
    int unit = 0;

    for (; unit < 4 && scaled >= sizes[unit]; unit++)
        scaled /= sizes[unit];
    printf("%-18s %12.2f ns  %5.0f %s\n", what, ns, scaled, names[unit]);
}

int main(void)
{
    unsigned long x = 1;
    clock_t begin = clock();
    for (int i = 0; i < ROUNDS; i++) /* six steps, each needs the last one */
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    double step_ns = (double)(clock() - begin) * TICK_NS / ROUNDS / STEPS;
    tell("one step", step_ns, step_ns);
    begin = clock();
    for (int i = 0; i < CALLS; i++)
        getppid();
    tell("a system call", (double)(clock() - begin) * TICK_NS / CALLS, step_ns);
    tell("a page 450 ms away", 450e6, step_ns);
    tell("one second", 1e9, step_ns);
    return x == 0; /* never: but so the steps cannot be left out */
}
