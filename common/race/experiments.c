/*
 * experiments.c - see experiments.h.
 *
 * How large everything is was chosen so that all of it together takes less
 * than 25 minutes on two cores.
 */
#include "experiments.h"

#include <string.h>

/* ---- who races ---- */

/* Ten at a time, but for those that have one by nature. */
static const struct contender ten_at_a_time[] = {
    {.label = "01-blocking", .alone = true},
    {.label = "02-processes"},
    {.label = "03-threads"},
    {.label = "04-busy-wait -c 1", .alone = true},
    {.label = "04-busy-wait -c 10"},
    {.label = "05-callbacks"},
    {.label = "06-futures"},
    {.label = "07-loop"},
    {.label = NULL},
};

/* As many at a time as the scene says. */
static const struct contender all_at_once[] = {
    {.label = "01-blocking", .alone = true},
    {.label = "02-processes",
     .bound = "the processes or descriptors one may have"},
    {.label = "03-threads", .bound = "the threads or descriptors one may have"},
    {.label = "04-busy-wait", .bound = "the descriptors one may have"},
    {.label = "05-callbacks", .bound = "the descriptors one may have"},
    {.label = "05-callbacks --selector=select",
     .bound = "select knows no descriptor above 1023"},
    {.label = "06-futures", .bound = "the descriptors one may have"},
    {.label = "07-loop", .bound = "the descriptors one may have"},
    {.label = NULL},
};

static const struct contender as_many_as_the_scene[] = {
    {.label = "01-blocking", .alone = true},
    {.label = "02-processes"},
    {.label = "03-threads"},
    {.label = "04-busy-wait"},
    {.label = "05-callbacks"},
    {.label = "06-futures"},
    {.label = "07-loop"},
    {.label = NULL},
};

static const struct contender the_loop[] = {{.label = "07-loop"},
                                            {.label = NULL}};

/* ---- over what ---- */

static const struct scene ten_pages[] = {
    {.x = "10", .pages = 10, .latency = "450ms", .concurrency = 10},
    {.x = NULL},
};
static const struct scene ten_pages_quick[] = {
    {.x = "10", .pages = 10, .latency = "10ms", .concurrency = 10},
    {.x = NULL},
};

#define PAGES(n)                                                  \
    {                                                             \
        .x = #n, .pages = n, .latency = "20ms", .concurrency = 10 \
    }
static const struct scene pages[] = {
    PAGES(1),   PAGES(3),    PAGES(10),   PAGES(30),   PAGES(100),
    PAGES(300), PAGES(1000), PAGES(3000), {.x = NULL},
};
static const struct scene pages_quick[] = {
    {.x = "1", .pages = 1, .latency = "5ms", .concurrency = 10},
    {.x = "20", .pages = 20, .latency = "5ms", .concurrency = 10},
    {.x = "500", .pages = 500, .latency = "5ms", .concurrency = 100},
    {.x = NULL},
};

#define AT_ONCE(n, away)                                       \
    {                                                          \
        .x = #n, .pages = n, .latency = away, .concurrency = n \
    }
static const struct scene concurrency[] = {
    AT_ONCE(1, "1s"),    AT_ONCE(10, "1s"),   AT_ONCE(100, "1s"),
    AT_ONCE(1000, "1s"), AT_ONCE(3000, "1s"), AT_ONCE(10000, "1s"),
    {.x = NULL},
};
static const struct scene concurrency_quick[] = {
    AT_ONCE(1, "10ms"),
    AT_ONCE(30, "10ms"),
    {.x = NULL},
};

static const struct scene burnt[] = {
    {.x = "300", .pages = 300, .latency = "20ms", .concurrency = 10},
    {.x = NULL},
};
static const struct scene burnt_quick[] = {
    {.x = "20", .pages = 20, .latency = "5ms", .concurrency = 10},
    {.x = NULL},
};

#define LOOPS(n)                                                    \
    {                                                               \
        .x = #n, .pages = 6000, .latency = "20ms", .size = "64KiB", \
        .concurrency = 128, .processes = n, .follow = true          \
    }
static const struct scene cores[] = {
    LOOPS(1), LOOPS(2), LOOPS(3), LOOPS(4), {.x = NULL},
};
#define FEW_LOOPS(n)                                             \
    {                                                            \
        .x = #n, .pages = 20, .latency = "1ms", .size = "64KiB", \
        .concurrency = 8, .processes = n, .follow = true         \
    }
static const struct scene cores_quick[] = {
    FEW_LOOPS(1),
    FEW_LOOPS(2),
    {.x = NULL},
};

static const struct scene counter_cases[] = {
    {.x = "one page", .pages = 1, .latency = "0", .concurrency = 10},
    {.x = "4 connections with small pages",
     .pages = 4000,
     .latency = "0",
     .concurrency = 4},
    {.x = "4 connections with large pages",
     .pages = 400,
     .latency = "0",
     .size = "1MiB",
     .concurrency = 4},
    {.x = NULL},
};
static const struct scene counter_cases_quick[] = {
    {.x = "one page", .pages = 1, .latency = "0", .concurrency = 10},
    {.x = "4 connections with large pages",
     .pages = 8,
     .latency = "0",
     .size = "1MiB",
     .concurrency = 4},
    {.x = NULL},
};

/* ---- other programs ---- */

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* ---- all of them ---- */

const struct experiment experiments[] = {
    {
        .name = "ten-pages",
        .shows = "the stages beside the articles' figures",
        .quantity = "pages",
        .contenders = ten_at_a_time,
        .scenes = ten_pages,
        .quick = ten_pages_quick,
        .runs = 10,
        .long_runs = 10,
        .limit_s = 60,
    },
    {
        .name = "timelines",
        .shows = "what each page waited for, in each stage's median run",
        .program = WORDS("%race", "--quiet", "--runs=3", "--timeline-csv=@"),
        .quick_program = WORDS("%race", "--quiet", "--runs=1", "--latency=10ms",
                               "--timeline-csv=@"),
    },
    {
        .name = "pages",
        .shows = "time against the number of pages, ten at a time",
        .quantity = "pages",
        .contenders = ten_at_a_time,
        .scenes = pages,
        .quick = pages_quick,
        .runs = 10,
        .long_runs = 3,
        .limit_s = 10,
    },
    {
        .name = "concurrency",
        .shows = "time, CPU and memory against the pages in flight",
        .quantity = "pages in flight; as many pages, all at once",
        .contenders = all_at_once,
        .scenes = concurrency,
        .quick = concurrency_quick,
        .runs = 10,
        .long_runs = 3,
        .limit_s = 20,
    },
    {
        .name = "burnt",
        .shows = "CPU, switches, retries and system calls for a page",
        .quantity = "pages",
        .note = "syscalls are counted by the kernel, which makes each of them "
                "0.1 us slower; empty where it must not be asked",
        .contenders = ten_at_a_time,
        .scenes = burnt,
        .quick = burnt_quick,
        .runs = 10,
        .long_runs = 3,
        .limit_s = 60,
        .syscalls = true,
    },
    {
        .name = "cores",
        .shows = "the full loop in one process and in more",
        .quantity = "processes",
        .note = "the practice site has the same cores, and is one process",
        .contenders = the_loop,
        .scenes = cores,
        .quick = cores_quick,
        .runs = 10,
        .long_runs = 5,
        .limit_s = 60,
    },
    {
        .name = "counter-cases",
        .shows = "where waiting is not what takes the time",
        .quantity = "case",
        .contenders = as_many_as_the_scene,
        .scenes = counter_cases,
        .quick = counter_cases_quick,
        .runs = 10,
        .long_runs = 5,
        .limit_s = 60,
    },
    {
        .name = "heavy",
        .shows = "pages that need CPU stall the loop; executors mend it",
        .program = WORDS("%heavy"),
        .quick_program = WORDS("%heavy", "--quick"),
    },
    {
        .name = "selectors",
        .shows = "a wake-up against idle descriptors",
        .program = WORDS("%selectors"),
        .quick_program = WORDS("%selectors", "--rounds=1"),
    },
    {
        .name = "frames",
        .shows = "what a waiting fetch needs, and what a switch costs",
        .program = WORDS("%frames"),
        .quick_program = WORDS("%frames", "--rounds=1"),
    },
    {
        .name = "micro",
        .shows = "what the loop costs, beside the same work in bare C",
        .program = WORDS("%micro"),
        .quick_program = WORDS("%micro", "--quick"),
    },
    {
        .name = "peers",
        .shows = "the same job by other libraries and languages",
        .program = WORDS("env", "CSV=@", "sh", "tests/peers/bench.sh", "%."),
        .quick_program = WORDS("env", "CSV=@", "PART=100", "ROUNDS=1",
                               "WORK=ac", "sh", "tests/peers/bench.sh", "%."),
        .needs = "%peers",
    },
    {.name = NULL},
};

const struct experiment *experiment_find(const char *name)
{
    for (const struct experiment *experiment = experiments;
         experiment->name != NULL; experiment++)
        if (strcmp(experiment->name, name) == 0)
            return experiment;
    return NULL;
}
