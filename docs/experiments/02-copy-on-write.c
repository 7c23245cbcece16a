/*
 * 02-copy-on-write - fork copies no memory: parent and child share each page
 * of it until one of the two writes there (how much that is, Linux tells).
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MIB = 1024 * 1024, SIZE = 64 * MIB };

char memory[SIZE];

/* MiB of this process that nobody else has. */
static long own_mib(void)
{
    long kib, sum = 0;
    char line[256];

    FILE *file = fopen("/proc/self/smaps_rollup", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "Private_Dirty: %ld", &kib) == 1)
            sum += kib;
    if (file != NULL)
        fclose(file);
    return sum / 1024;
}

int main(void)
{
    memset(memory, 1, SIZE);
    if (fork() > 0)
        return wait(NULL) < 0;
    printf("child of a parent with 64 MiB: %ld MiB of its own\n", own_mib());
    memset(memory, 2, SIZE / 4);
    printf("having written a quarter:     %ld MiB\n", own_mib());
}
