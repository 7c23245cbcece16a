/*
 * frames.c - what it costs to wait: in bytes, in nanoseconds, and how many
 * can. Stackless coroutines, stackful ones, threads and processes.
 *
 * Every round measures every cell once, A B C and again A B C, each in a
 * process of its own, so that none inherits another's memory and a machine
 * that grows busy meanwhile is so for all. stdout gets CSV.
 */
#include "cells.h"

#include "common/bench.h"
#include "common/command_line.h"
#include "common/csv.h"
#include "common/machine.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bench {
    size_t rounds;
    struct finding *findings; /* of each round, cell by cell */
};

/* ---- the command line ---- */

static const char help[] =
    "Usage: frames [OPTION]...\n"
    "Measures what it costs to wait: bytes for a waiting fetch, nanoseconds\n"
    "for a resume and the next wait, and how many can wait at once; for\n"
    "stackless coroutines, fibers, threads and processes. Writes CSV.\n"
    "\n"
    "  --rounds=N     how often all is measured in turn, 1 to 1000 (11)\n"
    "  --quick        two rounds, and fewer at once: to see whether it works\n"
    "  --stages=DIR   where the stages are (beside this program)\n"
    "  --help         this text\n";

/* The directory that this program is in, as far as its name tells. */
static void find_stages(char *name)
{
    char *slash = strrchr(name, '/');

    if (slash == NULL)
        return;
    *slash = '\0';
    cells_directory = name;
}

/* ---- measuring ---- */

static struct finding *finding_of(const struct bench *bench, size_t round,
                                  size_t cell)
{
    return &bench->findings[round * cell_count + cell];
}

static void measure_all(struct bench *bench)
{
    for (size_t round = 0; round < bench->rounds; round++)
        for (size_t c = 0; c < cell_count; c++) {
            if (round > 0 && cells[c].once)
                continue;
            bench_show_round(round, bench->rounds, cells[c].names[0]);
            cell_measure(&cells[c], finding_of(bench, round, c));
        }
    bench_show_end();
}

/* ---- writing ---- */

/* The values of a cell that went well, sorted. Returns how many. */
static size_t sort_values(const struct bench *bench, size_t c, size_t v,
                          double *values)
{
    size_t count = 0;

    for (size_t round = 0; round < bench->rounds; round++)
        if (finding_of(bench, round, c)->ok)
            values[count++] = finding_of(bench, round, c)->values[v];
    bench_sort(values, count);
    return count;
}

/* What went wrong in any round; or what the first one said. */
static const char *note_of(const struct bench *bench, size_t c)
{
    for (size_t round = 0; round < bench->rounds; round++)
        if (finding_of(bench, round, c)->note[0] != '\0')
            return finding_of(bench, round, c)->note;
    return "";
}

static void write_row(const struct bench *bench, size_t c, size_t v,
                      double *values)
{
    const struct cell *cell = &cells[c];
    size_t count = sort_values(bench, c, v, values);

    csv_text(stdout, cell->names[v]);
    printf(",%s,", cell->kind);
    if (cell->depth > 0)
        printf("%d", cell->depth);
    putchar(',');
    if (cell->count > 0)
        printf("%zu", cell_count_of(cell));
    printf(",%zu", count);
    bench_write_quartiles(values, count);
    printf(",%s,", cell->unit);
    csv_text(stdout, note_of(bench, c));
    putchar('\n');
}

static void write_rows(const struct bench *bench, double *values)
{
    puts("measure,kind,depth,at_once,runs,low_quartile,median,high_quartile,"
         "unit,note");
    for (size_t c = 0; c < cell_count; c++)
        for (size_t v = 0; v < CELL_VALUES && cells[c].names[v] != NULL; v++)
            write_row(bench, c, v, values);
}

static int write_csv(const struct bench *bench, const char *command)
{
    struct machine machine;
    double *values = malloc(bench->rounds * sizeof values[0]);

    if (values == NULL)
        return -1;
    machine_describe(&machine);
    bench_write_command(command, bench->rounds);
    puts("# frame, task, exchange, text: bytes of a fetch of 06-futures");
    puts("# waiting: bytes that each fetch in flight adds to the whole stage");
    puts("# waiting kernel: kernel stacks and page tables, nothing else");
    puts("# switch: a resume and the next wait, on one processor");
    puts("# fit: how many wait at once, made until the note's reason");
    machine_write_header(stdout, &machine);
    write_rows(bench, values);
    free(values);
    return fflush(stdout) != 0 || ferror(stdout) ? -1 : 0;
}

/* ---- all of it ---- */

static int complain(const char *doing)
{
    fprintf(stderr, "frames: %s: %s\n", doing, strerror(errno));
    return 1;
}

int main(int argc, char **argv)
{
    struct bench_options options = {
        .program = "frames",
        .help = help,
        .rounds = 11,
        .quick_rounds = 2,
        .has_stages = true,
    };
    struct bench bench = {0};
    char *command = command_line_text(argc, argv);

    find_stages(argv[0]);
    options.stages = cells_directory;
    int status = bench_read_options(&options, argc, argv);
    if (status != BENCH_GO_ON) {
        free(command);
        return status;
    }
    status = 0;
    bench.rounds = options.rounds;
    cells_quick = options.quick;
    cells_directory = options.stages;
    bench_raise_descriptor_limit(); /* a socket for each fetch that waits */
    bench.findings = calloc(bench.rounds * cell_count, sizeof(struct finding));
    if (command == NULL || bench.findings == NULL) {
        status = complain("cannot begin");
    } else {
        measure_all(&bench);
        if (write_csv(&bench, command) < 0)
            status = complain("cannot write");
    }
    free(bench.findings);
    free(command);
    return status;
}
