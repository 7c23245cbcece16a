/*
 * 02-open-end-wrong - waits for the end of a pipe and holds an open end of it
 * itself. It would wait for ever; an alarm ends it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void be_the_reader(const int ends[])
{
    char byte;

    /* close(ends[1]) is missing: fork copied the writing end, too. */
    alarm(1);
    while (read(ends[0], &byte, 1) == 1)
        printf("reader: got %c\n", byte), fflush(stdout);
    printf("reader: that was all\n");
    fflush(stdout);
    _exit(0);
}

int main(void)
{
    int ends[2], status;

    if (pipe(ends) < 0)
        return 1;
    pid_t reader = fork();
    if (reader == 0)
        be_the_reader(ends);
    if (write(ends[1], "A", 1) != 1)
        return 1;
    close(ends[1]); /* "no more comes", we think */
    waitpid(reader, &status, 0);
    if (WIFSIGNALED(status))
        printf("reader: %s while it waited\n", strsignal(WTERMSIG(status)));
}
