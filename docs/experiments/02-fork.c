/*
 * 02-fork - one call, two returns, and from then on two memories: what the
 * child found out comes back through a pipe, and as its exit status.
 */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int amount = 1;

static _Noreturn void be_the_child(int out)
{
    static const char message[] = "found 42";

    amount += 41;
    printf("child:  fork gave me 0, and amount is %d\n", amount);
    fflush(stdout);
    _exit(write(out, message, sizeof message) < 0 ? 1 : 7);
}

int main(void)
{
    int ends[2], status;
    char message[16] = "";

    if (pipe(ends) < 0)
        return 1;
    pid_t child = fork();
    if (child == 0)
        be_the_child(ends[1]);
    if (child < 0 || read(ends[0], message, sizeof message - 1) < 0 ||
        waitpid(child, &status, 0) < 0)
        return 1;
    printf("parent: fork gave me the child's number: %s\n",
           child > 0 ? "yes" : "no");
    printf("parent: it says \"%s\" and ended with %d\n", message,
           WEXITSTATUS(status));
    printf("parent: amount is %d\n", amount);
}
