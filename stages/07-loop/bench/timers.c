/*
 * timers.c - see measures.h: what a timer costs.
 */
#include "measures.h"

#include "common/clock.h"
#include "stages/07-loop/loop.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

/* A timer, and how late it was. */
struct alarm {
    struct timer timer;
    struct alarms *alarms;
};

struct alarms {
    struct loop *loop;
    struct alarm *all;
    size_t count;
    size_t left;   /* not called yet */
    double latest; /* in seconds */
};

static void ring(void *data)
{
    struct alarm *alarm = data;
    struct alarms *alarms = alarm->alarms;
    double late = loop_time(alarms->loop) - timer_when(&alarm->timer);

    if (late > alarms->latest)
        alarms->latest = late;
    if (--alarms->left == 0)
        loop_stop(alarms->loop);
}

static bool alarms_open(struct alarms *alarms, size_t count)
{
    *alarms = (struct alarms){.loop = loop_new(NULL),
                              .all = calloc(count, sizeof alarms->all[0]),
                              .count = count,
                              .left = count};
    for (size_t i = 0; alarms->all != NULL && i < count; i++)
        alarms->all[i].alarms = alarms;
    return alarms->loop != NULL && alarms->all != NULL;
}

static void alarms_close(struct alarms *alarms)
{
    loop_free(alarms->loop);
    free(alarms->all);
}

/* Numbers that seem to follow no rule, the same ones each time: 0 to 1. */
static double next_random(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return (double)(*seed >> 8) / (double)(1u << 24);
}

/* All of them, due at some time within `spread` seconds from now. */
static void set_all(struct alarms *alarms, double spread)
{
    unsigned seed = 1;

    for (size_t i = 0; i < alarms->count; i++)
        loop_call_later(alarms->loop, &alarms->all[i].timer,
                        spread * next_random(&seed), ring, &alarms->all[i]);
}

/* A timeout of 30 s that is never needed, while others are pending. */
double timer_arm_and_cancel(size_t pending)
{
    size_t times = measures_times(1000000);
    struct alarms alarms;
    struct timer timer = {0};
    int64_t ns = 0;

    if (alarms_open(&alarms, pending)) {
        set_all(&alarms, 3600);
        int64_t begun_ns = clock_now_ns();
        for (size_t i = 0; i < times; i++) {
            loop_call_later(alarms.loop, &timer, 30, ring, NULL);
            timer_cancel(alarms.loop, &timer);
        }
        ns = clock_now_ns() - begun_ns;
    }
    alarms_close(&alarms);
    return ns > 0 ? (double)ns / (double)times : NAN;
}

/* Due at once, in any order. */
double timer_arm_and_fire(size_t count)
{
    size_t rounds = 1 + measures_times(1000000) / count;
    struct alarms alarms;
    int64_t ns = 0;

    if (alarms_open(&alarms, count)) {
        int64_t begun_ns = clock_now_ns();
        for (size_t i = 0; i < rounds; i++) {
            alarms.left = count;
            set_all(&alarms, -1);
            loop_run_forever(alarms.loop);
        }
        ns = clock_now_ns() - begun_ns;
    }
    alarms_close(&alarms);
    return ns > 0 ? (double)ns / (double)(rounds * count) : NAN;
}

static double cpu_ns(void)
{
    struct timespec used;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec * NS_PER_S + (double)used.tv_nsec;
}

/* Sets them all, to be due within the second after, and sees them called. */
static bool live_through(struct alarms *alarms, double *cpu)
{
    unsigned seed = 1;

    double begun = cpu_ns(), zero = loop_time(alarms->loop) + 1;
    for (size_t i = 0; i < alarms->count; i++)
        loop_call_at(alarms->loop, &alarms->all[i].timer,
                     zero + next_random(&seed), ring, &alarms->all[i]);
    bool ran = loop_run_forever(alarms->loop);
    *cpu = (cpu_ns() - begun) / (double)alarms->count;
    return ran && alarms->left == 0;
}

double timers_cpu(size_t count)
{
    struct alarms alarms;
    double cpu = NAN;

    if (!alarms_open(&alarms, count) || !live_through(&alarms, &cpu))
        cpu = NAN;
    alarms_close(&alarms);
    return cpu;
}

double timers_lateness(size_t count)
{
    struct alarms alarms;
    double cpu, latest = NAN;

    if (alarms_open(&alarms, count) && live_through(&alarms, &cpu))
        latest = alarms.latest * 1000;
    alarms_close(&alarms);
    return latest;
}
