/*
 * 63-fork-parent-child - fork: one call, two returns.
 */
#include "support.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int amount = 1;

static _Noreturn void be_the_child(pid_t home, int read_end, int write_end)
{
    static const char message[] = "child is done";

    close(read_end);
    amount += 41;
    printf("child: fork gave 0, amount %d - my parent is home: %s\n", amount,
           truth(getppid() == home));
    fflush(stdout);
    must((int)write(write_end, message, sizeof message - 1), "write");
    _exit(7);
}

int main(void)
{
    pid_t home = getpid();
    int ends[2], status;
    char message[100];
    size_t length = 0;
    ssize_t n;

    must(pipe(ends), "make a pipe");
    printf("one process\n");
    fflush(stdout); /* or the child would have a copy to write */
    pid_t number = must(fork(), "fork");
    if (number == 0)
        be_the_child(home, ends[0], ends[1]);
    close(ends[1]); /* or our own copy would keep the pipe from ending */
    while ((n = read(ends[0], message + length, sizeof message - length)) > 0)
        length += (size_t)n;
    must((int)n, "read");
    close(ends[0]);
    must(waitpid(number, &status, 0), "wait");
    printf("parent: fork gave a number above 0: %s\n", truth(number > 0));
    printf("parent: pipe says: %.*s\n", (int)length, message);
    printf("parent: exit status %d amount %d\n", WEXITSTATUS(status), amount);
}
