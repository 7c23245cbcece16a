/*
 * fit.c - see fit.h.
 */
#include "fit.h"

#include "chain.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DEPTH = 3 };

/* ---- when to stop ---- */

/* A number from a file of "Key:  number" lines, or of one number. */
static long number_in(const char *path, const char *key)
{
    char line[128];
    long number = -1;
    FILE *file = fopen(path, "re");

    while (file != NULL && number < 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            sscanf(line + strlen(key), "%ld", &number);
    if (file != NULL)
        fclose(file);
    return number;
}

/* A third of the memory is left to the others. */
static bool is_memory_short(void)
{
    long total = number_in("/proc/meminfo", "MemTotal:");
    long available = number_in("/proc/meminfo", "MemAvailable:");

    return available >= 0 && available < total / 3;
}

/* Whether one more may be made; else the reason is said. */
static bool may_go_on(struct fit *fit, size_t cap)
{
    if (fit->count >= cap)
        snprintf(fit->reason, sizeof fit->reason, "no more were tried");
    else if (fit->count % 256 == 0 && is_memory_short())
        snprintf(fit->reason, sizeof fit->reason,
                 "stopped: a third of the memory is left");
    else
        return true;
    return false;
}

static void refused(struct fit *fit, int error)
{
    snprintf(fit->reason, sizeof fit->reason, "refused: %s", strerror(error));
}

/* ---- stackless frames ---- */

struct waiting {
    struct chain_link frames[DEPTH];
    struct future never;
    struct waiting *next;
};

struct fit fit_stackless(size_t cap)
{
    struct fit fit = {0};
    struct waiting *all = NULL, *one;

    for (; may_go_on(&fit, cap); fit.count++) {
        one = malloc(sizeof *one);
        if (one == NULL) {
            refused(&fit, errno);
            break;
        }
        one->never = future_new();
        chain_make(one->frames, DEPTH, &one->never);
        one->frames[0].co.resume(&one->frames[0].co);
        one->next = all;
        all = one;
    }
    while ((one = all) != NULL) {
        all = one->next;
        free(one);
    }
    return fit;
}

/* ---- fibers ---- */

/* What usually stops them is not memory but the number of mappings. */
static void fiber_refused(struct fit *fit, int error)
{
    long most = number_in("/proc/sys/vm/max_map_count", "");

    if (error == ENOMEM && most > 0 && fit->count >= (size_t)most / 2 - 100)
        snprintf(fit->reason, sizeof fit->reason,
                 "refused: two mappings each, vm.max_map_count is %ld", most);
    else
        refused(fit, error);
}

struct fit fit_fibers(const char *how, size_t cap)
{
    struct fit fit = {0};
    struct chain_calls calls = {.depth = DEPTH, .never = future_new()};
    const struct fiber_switch *fiber_switch = fiber_switch_find(how);
    struct fiber **all = malloc(cap * sizeof all[0]);

    if (all == NULL || fiber_switch == NULL) {
        refused(&fit, all == NULL ? ENOMEM : ENOTSUP);
        cap = 0;
    }
    for (; cap > 0 && may_go_on(&fit, cap); fit.count++) {
        struct fiber *fiber = fiber_new(fiber_switch, chain_call, &calls);
        if (fiber == NULL) {
            fiber_refused(&fit, errno);
            break;
        }
        fiber->co.resume(&fiber->co);
        all[fit.count] = fiber;
    }
    calls.stop = true;
    for (size_t i = 0; i < fit.count; i++) {
        all[i]->co.resume(&all[i]->co);
        fiber_free(all[i]);
    }
    free(all);
    return fit;
}

/* ---- threads and processes: all read from a pipe till it is closed ---- */

__attribute__((noinline)) static void wait_deep(int fd, int depth)
{
    char byte;

    if (depth > 1)
        wait_deep(fd, depth - 1);
    else
        while (read(fd, &byte, 1) < 0 && errno == EINTR)
            continue;
    __asm__ volatile("");
}

static void *wait_in_thread(void *fd)
{
    wait_deep(*(int *)fd, DEPTH);
    return NULL;
}

struct fit fit_threads(size_t cap)
{
    struct fit fit = {0};
    int fds[2] = {-1, -1};
    pthread_t *all = malloc(cap * sizeof all[0]);

    if (all == NULL || pipe(fds) < 0) {
        refused(&fit, errno);
        free(all);
        return fit;
    }
    for (; may_go_on(&fit, cap); fit.count++) {
        int error =
            pthread_create(&all[fit.count], NULL, wait_in_thread, &fds[0]);
        if (error != 0) {
            refused(&fit, error);
            break;
        }
    }
    close(fds[1]);
    for (size_t i = 0; i < fit.count; i++)
        pthread_join(all[i], NULL);
    close(fds[0]);
    free(all);
    return fit;
}

struct fit fit_processes(size_t cap)
{
    struct fit fit = {0};
    int fds[2];

    if (pipe(fds) < 0) {
        refused(&fit, errno);
        return fit;
    }
    for (; may_go_on(&fit, cap); fit.count++) {
        pid_t pid = fork();
        if (pid < 0) {
            refused(&fit, errno);
            break;
        }
        if (pid == 0) {
            close(fds[1]); /* else it would wait for itself */
            wait_deep(fds[0], DEPTH);
            _exit(0);
        }
    }
    close(fds[1]);
    close(fds[0]);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
    return fit;
}
