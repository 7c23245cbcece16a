/*
 * 1-warm-up - runs children that end in different ways, and says how.
 *
 *     1-warm-up 0 3 -15
 *
 * A child that is told a number from 0 on leaves with that number; one that is
 * told a negative number kills itself with that signal.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void be_the_child(int how)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* no core files */
    if (how < 0)
        kill(getpid(), -how);
    _exit(how);
}

/*
 * Runs a child and waits for its end. Returns its exit code as Python has it:
 * what it left with, or minus the number of the signal that killed it.
 */
static int run(int how)
{
    pid_t child = fork();
    if (child == 0)
        be_the_child(how);
    /* your turn: wait for the child, and look at how it ended. */
    return 0;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%s: exit code %d\n", argv[i], run(atoi(argv[i])));
    bool none = waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD;
    printf("children left: %s\n", none ? "none" : "some");
}
