/*
 * micro.c - what the loop costs: a switch, a callback, a pass, a timer, a
 * task; each beside the same work in bare C. stdout gets CSV.
 *
 * Every round measures everything once, the floor next to what stands on it,
 * so the ratio of the two is taken round by round.
 */
#include "measures.h"

#include "common/bench.h"
#include "common/clock.h"
#include "common/command_line.h"
#include "common/csv.h"
#include "common/machine.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A row of what is written. */
struct row {
    const char *measure;
    size_t size;
    const char *unit;
    double (*take)(size_t size);
    double (*floor)(size_t size); /* or NULL */
    bool once;                    /* it takes seconds: in the first rounds */
};

static const struct row rows[] = {
    {"task switch", 2, "ns", task_switch, floor_switch, false},
    {"task switch", 10000, "ns", task_switch, floor_switch, false},
    {"call_soon chain", 1000000, "ns", call_soon_chain, NULL, false},
    {"call_soon batch", 1000, "ns", call_soon_batch, floor_callback, false},
    {"polled pass", 1, "ns", polled_pass, floor_poll, false},
    {"polled pass", 1000, "ns", polled_pass, floor_poll, false},
    {"timer arm+cancel", 1, "ns", timer_arm_and_cancel, floor_timer, false},
    {"timer arm+cancel", 100000, "ns", timer_arm_and_cancel, floor_timer,
     false},
    {"timer arm+fire", 1000, "ns", timer_arm_and_fire, NULL, false},
    {"timer arm+fire", 100000, "ns", timer_arm_and_fire, NULL, false},
    {"timers in 1 s, CPU", 1000000, "ns", timers_cpu, NULL, true},
    {"timers in 1 s, worst lateness", 1000000, "ms", timers_lateness, NULL,
     true},
    {"spawn and join", 1, "ns", spawn_and_join, floor_spawn, false},
    {"sleeping task", 100000, "B", sleeping_task, NULL, false},
};

enum { ROWS = sizeof rows / sizeof rows[0], ROUNDS_OF_THE_LONG = 5 };

struct bench {
    size_t rounds;
    double *values[ROWS], *floors[ROWS]; /* of each round */
    size_t counts[ROWS];
};

bool measures_quick;

size_t measures_times(size_t times)
{
    return measures_quick ? times / 100 : times;
}

/* ---- the command line ---- */

static const char help[] =
    "Usage: micro [OPTION]...\n"
    "Measures what stage 07's loop costs: a task switch, a callback, a pass,\n"
    "a timer, a task; each beside the same work in bare C (the floor).\n"
    "Writes CSV.\n"
    "\n"
    "  --rounds=N     how often all is measured in turn, 1 to 1000 (11)\n"
    "  --quick        two rounds of a hundredth: to see whether it works\n"
    "  --help         this text\n";

/* ---- measuring ---- */

static bool open_values(struct bench *bench)
{
    for (size_t r = 0; r < ROWS; r++) {
        bench->values[r] = calloc(bench->rounds, sizeof(double));
        bench->floors[r] = calloc(bench->rounds, sizeof(double));
        if (bench->values[r] == NULL || bench->floors[r] == NULL)
            return false;
    }
    return true;
}

static void close_values(struct bench *bench)
{
    for (size_t r = 0; r < ROWS; r++) {
        free(bench->values[r]);
        free(bench->floors[r]);
    }
}

/* Returns whether it could be measured. */
static bool measure(struct bench *bench, size_t r)
{
    const struct row *row = &rows[r];
    size_t size = row->once ? measures_times(row->size) : row->size;
    size_t at = bench->counts[r]++;

    bench->floors[r][at] = row->floor != NULL ? row->floor(size) : NAN;
    bench->values[r][at] = row->take(size);
    if (isnan(bench->values[r][at]) ||
        (row->floor != NULL && isnan(bench->floors[r][at]))) {
        fprintf(stderr, "micro: cannot measure: %s, %zu\n", row->measure, size);
        return false;
    }
    return true;
}

static bool measure_all(struct bench *bench)
{
    for (size_t round = 0; round < bench->rounds; round++)
        for (size_t r = 0; r < ROWS; r++) {
            if (rows[r].once && round >= ROUNDS_OF_THE_LONG)
                continue;
            bench_show_round(round, bench->rounds, rows[r].measure);
            if (!measure(bench, r))
                return false;
        }
    bench_show_end();
    return true;
}

/* ---- writing ---- */

static void write_row(struct bench *bench, size_t r)
{
    const struct row *row = &rows[r];
    double *values = bench->values[r], *floors = bench->floors[r];
    size_t count = bench->counts[r];

    csv_text(stdout, row->measure);
    printf(",%zu,%s,%zu", row->size, row->unit, count);
    for (size_t i = 0; i < count; i++)
        if (row->floor != NULL)
            floors[i] = values[i] / floors[i];
    bench_sort(values, count);
    bench_write_quartiles(values, count);
    bench_sort(floors, count);
    bench_write_quartiles(floors, row->floor != NULL ? count : 0);
    putchar('\n');
}

/* Returns 0, or -1 with errno. */
static int write_csv(struct bench *bench, const char *command)
{
    struct machine machine;

    machine_describe(&machine);
    bench_write_command(command, bench->rounds);
    puts("# ratio: to the same work in bare C, round by round");
    machine_write_header(stdout, &machine);
    puts("measure,size,unit,runs,low_quartile,median,high_quartile,"
         "low_ratio,median_ratio,high_ratio");
    for (size_t r = 0; r < ROWS; r++)
        write_row(bench, r);
    return fflush(stdout) != 0 || ferror(stdout) ? -1 : 0;
}

/* ---- all of it ---- */

static int complain(const char *doing)
{
    fprintf(stderr, "micro: %s: %s\n", doing, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    struct bench_options options = {
        .program = "micro", .help = help, .rounds = 11, .quick_rounds = 2};
    struct bench bench = {0};
    int status = bench_read_options(&options, argc, argv);

    if (status != BENCH_GO_ON)
        return status;
    status = 0;
    bench.rounds = options.rounds;
    measures_quick = options.quick;
    bench_raise_descriptor_limit();
    char *command = command_line_text(argc, argv);
    if (command == NULL || !open_values(&bench))
        status = complain("cannot begin");
    else if (!measure_all(&bench))
        status = 1;
    else if (write_csv(&bench, command) < 0)
        status = complain("cannot write");
    close_values(&bench);
    free(command);
    return status;
}
