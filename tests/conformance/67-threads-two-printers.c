/*
 * 67-threads-two-printers - two threads that print at different paces, then
 * join.
 */
#include "common/clock.h"
#include "support.h"

#include <stdio.h>

static const int64_t UNIT = NS_PER_S / 8;

struct printer {
    const char *name;
    double pace; /* units */
    int times;
    struct thread thread;
};

static void run(void *data)
{
    const struct printer *self = data;

    int64_t zero = clock_now_ns();
    for (int count = 1; count <= self->times; count++) {
        int64_t when = zero + (int64_t)(count * self->pace * (double)UNIT);
        int64_t left = when - clock_now_ns();
        sleep_ns(left > 0 ? left : 0);
        printf("%s %d\n", self->name, count);
    }
}

static void print_alive(const char *when, struct printer pair[])
{
    printf("alive %s: %s %s\n", when, truth(thread_is_alive(&pair[0].thread)),
           truth(thread_is_alive(&pair[1].thread)));
}

int main(void)
{
    struct printer pair[] = {{.name = "fast", .pace = 1, .times = 5},
                             {.name = "slow", .pace = 3.5, .times = 2}};

    for (int i = 0; i < 2; i++) {
        pair[i].thread.body = run;
        pair[i].thread.argument = &pair[i];
    }
    print_alive("before", pair);
    for (int i = 0; i < 2; i++)
        thread_start(&pair[i].thread);
    printf("threads now: %d\n", thread_active_count());
    for (int i = 0; i < 2; i++)
        thread_join(&pair[i].thread);
    print_alive("after", pair);
    printf("main ends\n");
}
