/*
 * cells.c - see cells.h.
 */
#include "cells.h"

#include "allocated.h"
#include "fit.h"
#include "switches.h"
#include "waiting.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

const char *cells_directory = ".";
bool cells_quick;

/* ---- the four measurements ---- */

static void fail(struct finding *finding)
{
    snprintf(finding->note, sizeof finding->note, "%s", strerror(errno));
}

static void measure_allocated(const struct cell *cell, struct finding *finding)
{
    struct allocated allocated;

    (void)cell;
    if (allocated_measure(&allocated) < 0) {
        fail(finding);
        return;
    }
    *finding = (struct finding){
        .ok = true,
        .values = {(double)allocated.frame, (double)allocated.task,
                   (double)allocated.exchange, (double)allocated.text}};
}

static void measure_waiting(const struct cell *cell, struct finding *finding)
{
    char program[4096];
    struct waiting each;

    snprintf(program, sizeof program, "%s/%s", cells_directory, cell->program);
    if (waiting_measure(program, cell->option, cell_count_of(cell), &each) <
        0) {
        fail(finding);
        return;
    }
    *finding =
        (struct finding){.ok = true, .values = {each.memory, each.kernel}};
}

/* All on one processor: else a hand-over would depend on which two. */
static void stay_here(void)
{
    cpu_set_t here;

    CPU_ZERO(&here);
    CPU_SET((size_t)sched_getcpu(), &here);
    sched_setaffinity(0, sizeof here, &here);
}

static double switch_ns(const struct cell *cell)
{
    if (strcmp(cell->kind, "stackless") == 0)
        return switch_stackless_ns(cell->depth);
    if (strcmp(cell->kind, "thread") == 0)
        return switch_thread_ns(cell->depth);
    if (strcmp(cell->kind, "process") == 0)
        return switch_process_ns(cell->depth);
    return switch_fiber_ns(cell->kind, cell->depth);
}

static void measure_switch(const struct cell *cell, struct finding *finding)
{
    stay_here();
    finding->values[0] = switch_ns(cell);
    finding->ok = finding->values[0] >= 0;
    if (!finding->ok)
        fail(finding);
}

static struct fit fit_of(const struct cell *cell)
{
    size_t cap = cell_count_of(cell);

    if (strcmp(cell->kind, "stackless") == 0)
        return fit_stackless(cap);
    if (strcmp(cell->kind, "thread") == 0)
        return fit_threads(cap);
    if (strcmp(cell->kind, "process") == 0)
        return fit_processes(cap);
    return fit_fibers(cell->kind, cap);
}

static void measure_fit(const struct cell *cell, struct finding *finding)
{
    struct fit fit = fit_of(cell);

    finding->ok = fit.count > 0;
    finding->values[0] = (double)fit.count;
    snprintf(finding->note, sizeof finding->note, "%s", fit.reason);
}

/* ---- the cells ---- */

#define WAITING                                                         \
    .measure = measure_waiting, .names = {"waiting", "waiting kernel"}, \
    .unit = "B"
#define SWITCH .measure = measure_switch, .names = {"switch"}, .unit = "ns"
#define FIT                                                               \
    .measure = measure_fit, .names = {"fit"}, .unit = "each", .depth = 3, \
    .once = true
#define STACKFUL "examples/06-stackful"

const struct cell cells[] = {
    {.measure = measure_allocated,
     .kind = "stackless",
     .names = {"frame", "task", "exchange", "text"},
     .unit = "B",
     .once = true},

    {WAITING, .kind = "stackless", .count = 2000, .quick = 200,
     .program = "06-futures"},
    {WAITING, .kind = "own", .count = 2000, .quick = 200, .program = STACKFUL,
     .option = "--switch=own"},
    {WAITING, .kind = "ucontext", .count = 2000, .quick = 200,
     .program = STACKFUL, .option = "--switch=ucontext"},
    {WAITING, .kind = "thread", .count = 1000, .quick = 100,
     .program = "03-threads"},
    {WAITING, .kind = "process", .count = 200, .quick = 20,
     .program = "02-processes"},

    {SWITCH, .kind = "stackless", .depth = 1},
    {SWITCH, .kind = "own", .depth = 1},
    {SWITCH, .kind = "ucontext", .depth = 1},
    {SWITCH, .kind = "thread", .depth = 1},
    {SWITCH, .kind = "process", .depth = 1},
    {SWITCH, .kind = "stackless", .depth = 3},
    {SWITCH, .kind = "own", .depth = 3},
    {SWITCH, .kind = "ucontext", .depth = 3},
    {SWITCH, .kind = "thread", .depth = 3},
    {SWITCH, .kind = "process", .depth = 3},
    {SWITCH, .kind = "stackless", .depth = 8},
    {SWITCH, .kind = "own", .depth = 8},
    {SWITCH, .kind = "ucontext", .depth = 8},
    {SWITCH, .kind = "thread", .depth = 8},
    {SWITCH, .kind = "process", .depth = 8},

    {FIT, .kind = "stackless", .count = 100000, .quick = 1000},
    {FIT, .kind = "own", .count = 100000, .quick = 1000},
    {FIT, .kind = "ucontext", .count = 100000, .quick = 1000},
    {FIT, .kind = "thread", .count = 5000, .quick = 100},
    {FIT, .kind = "process", .count = 2000, .quick = 50},
};
const size_t cell_count = sizeof cells / sizeof cells[0];

/* What waits for an answer holds a socket, on both sides. */
size_t cell_count_of(const struct cell *cell)
{
    size_t count = cells_quick ? cell->quick : cell->count;
    struct rlimit limit;

    if (cell->measure == measure_waiting &&
        getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > 128 &&
        count > limit.rlim_cur - 64)
        count = limit.rlim_cur - 64;
    return count;
}

static void read_finding(int fd, struct finding *finding)
{
    struct finding read_;

    if (read(fd, &read_, sizeof read_) == sizeof read_)
        *finding = read_;
    else
        snprintf(finding->note, sizeof finding->note, "it crashed");
}

void cell_measure(const struct cell *cell, struct finding *finding)
{
    int fds[2];

    *finding = (struct finding){.ok = false};
    if (pipe2(fds, O_CLOEXEC) < 0) {
        fail(finding);
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        cell->measure(cell, finding);
        _exit(write(fds[1], finding, sizeof *finding) != sizeof *finding);
    }
    close(fds[1]);
    if (pid > 0) {
        read_finding(fds[0], finding);
        waitpid(pid, NULL, 0);
    } else {
        fail(finding);
    }
    close(fds[0]);
}
