/*
 * footprint.c - see footprint.h.
 */
#include "footprint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The number behind `key` in a file of lines "Key:  number". */
static int number_in(const char *path, const char *key, double *number)
{
    char line[256];
    int found = 0;
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return -1;
    while (found == 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, key, strlen(key)) == 0)
            found = sscanf(line + strlen(key), "%lf", number) == 1;
    fclose(file);
    if (found == 0)
        errno = ENODATA;
    return found == 1 ? 0 : -1;
}

/*
 * The size of one thread's stack in the kernel: all there are by all threads
 * there are. It is a power of two.
 */
static int kernel_stack_size(double *size)
{
    double all_kib, threads = 0, pages = 4096;
    FILE *load = fopen("/proc/loadavg", "re");

    if (load == NULL)
        return -1;
    if (fscanf(load, "%*f %*f %*f %*d/%lf", &threads) != 1)
        threads = 0;
    fclose(load);
    if (threads == 0 ||
        number_in("/proc/meminfo", "KernelStack:", &all_kib) < 0)
        return -1;
    while (pages * 1.5 < all_kib * 1024 / threads)
        pages *= 2;
    *size = pages;
    return 0;
}

static int add_process(pid_t pid, double stack_size,
                       struct footprint *footprint)
{
    char path[64];
    double pss_kib, tables_kib, threads;

    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    if (number_in(path, "Pss:", &pss_kib) < 0)
        return -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    if (number_in(path, "VmPTE:", &tables_kib) < 0 ||
        number_in(path, "Threads:", &threads) < 0)
        return -1;
    footprint->memory += pss_kib * 1024;
    footprint->kernel += tables_kib * 1024 + threads * stack_size;
    return 0;
}

int footprint_take(pid_t pid, struct footprint *footprint)
{
    char path[64];
    double stack_size;
    int child, status;

    *footprint = (struct footprint){0};
    if (kernel_stack_size(&stack_size) < 0)
        return -1;
    status = add_process(pid, stack_size, footprint);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid,
             (int)pid);
    FILE *children = fopen(path, "re");
    if (children == NULL)
        return -1;
    while (status == 0 && fscanf(children, "%d", &child) == 1)
        status = add_process(child, stack_size, footprint);
    fclose(children);
    return status;
}
