/*
 * 02-zombie - a child that has ended stays behind until its parent asks how:
 * no memory, no descriptors, but a number and a status.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shows what the kernel says about it (Linux). */
static void show_state(pid_t pid)
{
    char path[32], line[128] = "no such process\n";

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "State:", 6) == 0)
            break;
    fputs(line, stdout);
    if (file != NULL)
        fclose(file);
}

int main(void)
{
    siginfo_t how;
    int status;

    pid_t child = fork();
    if (child == 0)
        _exit(7);
    waitid(P_PID, (id_t)child, &how, WEXITED | WNOWAIT); /* asks, only looks */
    show_state(child);
    waitpid(child, &status, 0);
    printf("reaped: it ended with %d\n", WEXITSTATUS(status));
    show_state(child);
}
