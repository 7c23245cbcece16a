/*
 * main.c - `make hurt`: every stage over every small crawl, and each call to
 * the system or for memory that it makes fails in a run of its own.
 *
 *   hurt [-e EVERY] [-l SECONDS] [-p PAIRS] [-s SEED] [VARIANT [SHAPE
 * [ORDERS]]]
 *
 * First each crawl is run as it is: all stages must come to the same manifest,
 * and how many calls of each kind it takes is counted. With -e only every so
 * many of the points is tried, with -p beside them so many pairs of failures
 * by chance for each crawl. A variant and a shape are tried alone when they are
 * named, and with orders (see hurt.h) one run is shown. $UNDER is a command to
 * run the stages under. Exit: 0 all is well, 1 something is not, 2 bad usage.
 */
#include "judge.h"
#include "practice.h"
#include "runs.h"
#include "tries.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_LATE = 200 };

static const char *only[3]; /* variant, shape, orders; or NULL */

/* Runs that were too slow, and are done again when there is time. */
static struct run late[MAX_LATE];
static size_t late_count;

/* The figures of the end. */
static unsigned runs, tried, missed, bad;

/* ---- what a run came to ---- */

static void complain(const struct run *run, const char *problem)
{
    bad++;
    printf("make hurt ONLY='%s %s %s'\n    %s\n", run->variant->name,
           run->shape->name, run->orders, problem);
    fflush(stdout);
}

/*
 * A page for which the machine had no time among all the others: those runs are
 * done again, one by one. Returns whether there is room to remember it.
 */
static bool do_again(const struct run *run, const char *problem)
{
    if (strncmp(problem, "'timeout ", 9) != 0 || late_count == MAX_LATE)
        return false;
    late[late_count++] = *run;
    return true;
}

static void over_whole(struct run *run)
{
    const char *problem = judge_whole(run);

    runs++;
    run->about = NULL; /* to whatever it was, it has been put */
    if (problem != NULL && !do_again(run, problem))
        complain(run, problem);
}

/* A spin is found by what it burns, where no checker slows all down. */
static const char *judge_cpu(const struct run *run)
{
    enum { MOST_MS = 250 };

    if (run->variant->spins || getenv("PATIENT") != NULL ||
        run->cpu_ns < MOST_MS * INT64_C(1000000))
        return NULL;
    return "it burns the processor where it should wait";
}

/* Returns what is wrong with a run that is over, or NULL. */
static const char *take_in(const struct run *run)
{
    const char *problem = judge(run, run->hurt > 0 ? run->about : NULL);

    runs++;
    if (run->hurt > 0)
        tried++;
    else
        missed++;
    return problem != NULL ? problem : judge_cpu(run);
}

static void over_again(struct run *run)
{
    const char *problem = take_in(run);

    if (problem != NULL)
        complain(run, problem);
}

static void over_hurt(struct run *run)
{
    const char *problem = take_in(run);

    if (problem != NULL && !do_again(run, problem))
        complain(run, problem);
}

static void try_late_again(void)
{
    runs_await_all();
    while (late_count > 0) {
        const struct run *run = &late[--late_count];
        runs_start(run->variant, run->shape, run->orders, run->about,
                   over_again);
        runs_await_all();
    }
}

/* ---- all of them, or one ---- */

static void over_shown(struct run *run)
{
    printf(
        "-- stdout\n%s-- stderr\n%s-- manifest\n%s-- wait status %#x, %.3f s "
        "of CPU, %u calls hurt\n",
        run->out, run->err, run->manifest != NULL ? run->manifest : "",
        (unsigned)run->status, (double)run->cpu_ns / 1e9, run->hurt);
    over_again(run);
    if (run->hurt == 0)
        complain(run, "nothing was hurt: there are not so many calls");
}

static bool is_wanted(const struct variant *variant, const struct shape *shape)
{
    return (only[0] == NULL || strcmp(only[0], variant->name) == 0) &&
           (only[1] == NULL || strcmp(only[1], shape->name) == 0);
}

/* Runs it as it is, and with these orders. */
static void show(const char *orders)
{
    for (const struct shape *s = shapes; s->name != NULL; s++)
        for (const struct variant *v = variants; v->name != NULL; v++) {
            if (!is_wanted(v, s))
                continue;
            runs_start(v, s, "", NULL, over_whole);
            runs_await_all();
            runs_start(v, s, orders, tries_point(orders), over_shown);
            runs_await_all();
        }
}

/* ---- the command line ---- */

static _Noreturn void usage(void)
{
    fprintf(stderr, "usage: hurt [-e EVERY] [-l SECONDS] [-p PAIRS] [-s SEED] "
                    "[VARIANT [SHAPE [ORDERS]]]\n");
    exit(2);
}

static unsigned number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);

    if (*end != '\0' || value < 1 || value > 1000000)
        usage();
    return (unsigned)value;
}

static void read_options(struct runs_options *options,
                         struct tries_options *tries, int argc, char **argv)
{
    int letter;

    while ((letter = getopt(argc, argv, "e:l:p:s:")) != -1) {
        if (letter == 'e')
            tries->every = number(optarg);
        else if (letter == 'l')
            options->limit_s = (int)number(optarg);
        else if (letter == 'p')
            tries->pairs = number(optarg);
        else if (letter == 's')
            tries->seed = number(optarg);
        else
            usage();
    }
    for (int i = 0; i < 3 && optind < argc; i++)
        only[i] = argv[optind++];
    if (optind < argc)
        usage();
}

int main(int argc, char **argv)
{
    const char *build = getenv("BUILD") != NULL ? getenv("BUILD") : "build";
    struct runs_options options = {.build = build,
                                   .under = getenv("UNDER"),
                                   .limit_s = getenv("PATIENT") ? 120 : 15};
    struct tries_options tries = {
        .every = 1, .seed = 1, .whole = over_whole, .hurt = over_hurt};

    read_options(&options, &tries, argc, argv);
    practice_open(build);
    options.dir = practice_dir();
    options.site = practice_site();
    runs_open(&options);
    if (only[2] != NULL)
        show(only[2]);
    else
        tries_make(&tries, is_wanted);
    try_late_again();
    tries_end();
    printf("hurt: %u points tried in %u runs, %u more not reached: ", tried,
           runs, missed);
    if (tries.pairs > 0)
        printf("pairs from seed %u: ", tries.seed);
    if (bad > 0)
        printf("%u went wrong\n", bad);
    else
        puts("all well");
    return bad > 0 || runs == 0 ? 1 : 0;
}
