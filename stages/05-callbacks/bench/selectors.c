/*
 * selectors.c - what a wake-up costs with epoll, poll and select, against the
 * number of descriptors that are registered and idle.
 *
 * Every round measures each number with each selector in turn, A B C and
 * again A B C, so that a machine that grows hot or busy meanwhile is so for
 * all. stdout gets CSV, one row for each number and selector.
 */
#include "wake_up.h"

#include "common/bench.h"
#include "common/clock.h"
#include "common/command_line.h"
#include "common/csv.h"
#include "common/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

/* "none" writes and reads and waits nowhere: what no selector can go below. */
static const char *const backends[] = {"epoll", "poll", "select", "none"};

static const struct scene scenes[] = {
    {.ready = 1},   {.idle = 10},    {.idle = 100},
    {.idle = 1000}, {.idle = 10000}, {.idle = 15000},
    {.ready = 10},  {.ready = 100},  {.ready = WAKE_UP_MAX_READY},
};

enum {
    BACKENDS = sizeof backends / sizeof backends[0],
    SCENES = sizeof scenes / sizeof scenes[0],
};

/* In each round a cell is measured so many times; fewer if they take long. */
enum { MOST_SAMPLES = 500, LEAST_SAMPLES = 10, WARM_UPS = 3 };
static const int64_t LONG_NS = 20 * NS_PER_MS;

/* One selector in one scene: a row of what is written. */
struct cell {
    double *samples; /* nanoseconds for one wake-up */
    size_t count;
    char problem[80]; /* why it could not be measured, or "" */
};

struct bench {
    size_t rounds;
    struct sockets sockets;
    struct cell cells[SCENES][BACKENDS];
};

/* ---- the command line ---- */

static const char help[] =
    "Usage: selectors [OPTION]...\n"
    "Measures what one wake-up costs with epoll, poll and select while other\n"
    "descriptors are registered and idle, and writes CSV to stdout.\n"
    "\n"
    "  --rounds=N   how often all is measured in turn, 1 to 1000 (20)\n"
    "  --help       this text\n";

/* ---- measuring ---- */

static int open_sockets(struct bench *bench)
{
    size_t most = 0;

    for (size_t s = 0; s < SCENES; s++)
        if (scene_ends(&scenes[s]) > most)
            most = scene_ends(&scenes[s]);
    return sockets_open(&bench->sockets, most);
}

/*
 * It cannot be measured for the reason `error` (an errno): keeps that for the
 * row. Returns 0, or -1 with errno if there is just no memory now.
 */
static int refuse(struct cell *cell, int error)
{
    if (error == ENOMEM)
        return -1;
    if (error == EMFILE)
        snprintf(cell->problem, sizeof cell->problem,
                 "more descriptors than we may have (RLIMIT_NOFILE)");
    else if (error == ERANGE)
        snprintf(cell->problem, sizeof cell->problem,
                 "no descriptor above %d (FD_SETSIZE)", FD_SETSIZE - 1);
    else
        snprintf(cell->problem, sizeof cell->problem, "%s", strerror(error));
    return 0;
}

static int take_samples(struct cell *cell, struct wake_up *wake_up)
{
    double *samples = realloc(cell->samples,
                              (cell->count + MOST_SAMPLES) * sizeof samples[0]);

    if (samples == NULL)
        return -1;
    cell->samples = samples;
    for (int i = 0; i < WARM_UPS; i++)
        if (wake_up_measure(wake_up) < 0)
            return -1;
    int64_t until_ns = clock_now_ns() + LONG_NS;
    for (int i = 0;
         i < LEAST_SAMPLES || (i < MOST_SAMPLES && clock_now_ns() < until_ns);
         i++) {
        int64_t ns = wake_up_measure(wake_up);
        if (ns < 0)
            return -1;
        samples[cell->count++] = (double)ns;
    }
    return 0;
}

/* Returns 0, or -1 with errno. */
static int measure(struct bench *bench, size_t s, size_t b)
{
    struct cell *cell = &bench->cells[s][b];
    const char *backend = strcmp(backends[b], "none") == 0 ? NULL : backends[b];

    if (cell->problem[0] != '\0')
        return 0;
    if (scene_ends(&scenes[s]) > bench->sockets.count)
        return refuse(cell, EMFILE);
    struct wake_up *wake_up = wake_up_new(backend, &bench->sockets, &scenes[s]);
    if (wake_up == NULL)
        return refuse(cell, errno);
    int status = take_samples(cell, wake_up);
    wake_up_free(wake_up);
    return status;
}

static int measure_all(struct bench *bench)
{
    for (size_t round = 0; round < bench->rounds; round++) {
        bench_show_round(round, bench->rounds, NULL);
        for (size_t s = 0; s < SCENES; s++)
            for (size_t b = 0; b < BACKENDS; b++)
                if (measure(bench, s, b) < 0)
                    return -1;
    }
    bench_show_end();
    return 0;
}

/* ---- writing ---- */

static void write_row(struct cell *cell, size_t s, size_t b)
{
    const struct scene *scene = &scenes[s];

    printf("%s,%zu,%zu,", backends[b], scene->idle,
           scene->ready > 0 ? scene->ready : 1);
    csv_text(stdout, cell->count > 0 ? "ok" : cell->problem);
    printf(",%zu", cell->count);
    bench_sort(cell->samples, cell->count);
    bench_write_quartiles(cell->samples, cell->count);
    putchar('\n');
}

/* Returns 0, or -1 with errno. */
static int write_csv(struct bench *bench, const char *command)
{
    struct machine machine;

    machine_describe(&machine);
    bench_write_command(command, bench->rounds);
    puts("# wake-up: one byte written to a Unix socket, a wait, a read");
    machine_write_header(stdout, &machine);
    puts("backend,idle,ready,result,samples,"
         "low_quartile_ns,median_ns,high_quartile_ns");
    for (size_t s = 0; s < SCENES; s++)
        for (size_t b = 0; b < BACKENDS; b++)
            write_row(&bench->cells[s][b], s, b);
    return fflush(stdout) != 0 || ferror(stdout) ? -1 : 0;
}

/* ---- all of it ---- */

static void bench_free(struct bench *bench)
{
    sockets_close(&bench->sockets);
    for (size_t s = 0; s < SCENES; s++)
        for (size_t b = 0; b < BACKENDS; b++)
            free(bench->cells[s][b].samples);
}

static int complain(const char *doing)
{
    fprintf(stderr, "selectors: %s: %s\n", doing, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    struct bench_options options = {
        .program = "selectors", .help = help, .rounds = 20};
    struct bench bench = {0};
    int status = bench_read_options(&options, argc, argv);

    if (status != BENCH_GO_ON)
        return status;
    status = 0;
    bench.rounds = options.rounds;
    bench_raise_descriptor_limit();
    char *command = command_line_text(argc, argv);
    if (command == NULL || open_sockets(&bench) < 0)
        status = complain("cannot begin");
    else if (measure_all(&bench) < 0)
        status = complain("cannot measure");
    else if (write_csv(&bench, command) < 0)
        status = complain("cannot write");
    bench_free(&bench);
    free(command);
    return status;
}
