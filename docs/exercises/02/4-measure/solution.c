/*
 * 4-measure - forks workers that do nothing but wait, and says how much memory
 * they use, counted in two ways.
 *
 *     4-measure WORKERS [MIB]
 *
 * The parent has 16 MiB before it forks. Each worker writes to so many MiB of
 * them (0).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1024 * 1024, SIZE = 16 * MIB, MOST_WORKERS = 100 };

char memory[SIZE];

/*
 * The number behind `field`, such as "Rss:", in what Linux says about the
 * memory of a process, in KiB; or 0.
 */
static long memory_kib(pid_t pid, const char *field)
{
    char path[40], line[200];
    long kib = 0;

    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, field, strlen(field)) == 0)
            kib = atol(line + strlen(field));
    if (file != NULL)
        fclose(file);
    return kib;
}

/* Says so when it has written, and waits until the parent has gone. */
static _Noreturn void be_a_worker(size_t mib, int ready, const int gone[])
{
    char byte = 0;

    memset(memory, 2, mib * MIB);
    close(gone[1]);
    _exit(write(ready, &byte, 1) < 0 || read(gone[0], &byte, 1) < 0);
}

static long sum_kib(const pid_t pids[], int count, const char *field)
{
    long sum = 0;

    for (int i = 0; i < count; i++)
        sum += memory_kib(pids[i], field);
    return sum;
}

int main(int argc, char **argv)
{
    int workers = argc > 1 ? atoi(argv[1]) : 10;
    int mib = argc > 2 ? atoi(argv[2]) : 0;
    pid_t pids[MOST_WORKERS + 1] = {getpid()};
    int ready[2], gone[2];
    char byte;

    if (workers < 1 || workers > MOST_WORKERS || mib < 0 || mib > SIZE / MIB ||
        pipe(ready) < 0 || pipe(gone) < 0)
        return 2;
    memset(memory, 1, sizeof memory);
    long before = memory_kib(pids[0], "Pss:");
    for (int i = 1; i <= workers; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            be_a_worker((size_t)mib, ready[1], gone);
        if (pids[i] < 0 || read(ready[0], &byte, 1) != 1)
            return 1;
    }
    long rss = sum_kib(pids, workers + 1, "Rss:");
    long pss = sum_kib(pids, workers + 1, "Pss:");
    printf("processes %d\n", workers + 1);
    printf("rss_kib %ld\n", rss);
    printf("pss_kib %ld\n", pss);
    printf("pss_kib_per_worker %ld\n", (pss - before) / workers);
    close(gone[1]);
    while (wait(NULL) > 0)
        continue;
}
