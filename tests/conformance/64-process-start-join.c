/*
 * 64-process-start-join - start a process on a function, join it, look at how
 * it ended.
 */
#include "stages/06-futures/error.h"

#include "common/clock.h"
#include "support.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns the error that nobody caught, or NULL. */
typedef const struct error *process_body(void);

struct process {
    pid_t pid;
    int sentinel; /* a pipe of which the child has the other end: it ends so */
    int exit_code;
    bool alive;
};

static struct process process_start(process_body *body)
{
    int ends[2];

    must(pipe(ends), "make a pipe");
    fflush(stdout);
    pid_t pid = must(fork(), "fork");
    if (pid == 0) {
        const struct error *uncaught = body();
        fflush(stdout);
        _exit(uncaught != NULL ? 1 : 0);
    }
    close(ends[1]);
    return (struct process){.pid = pid, .sentinel = ends[0], .alive = true};
}

/* Minus the signal's number for one that was killed. */
static int exit_code(int status)
{
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

/* Waits for its end, at most `limit_ms` milliseconds, -1: as long as it takes.
 */
static void process_join(struct process *process, int limit_ms)
{
    struct pollfd end = {.fd = process->sentinel, .events = POLLIN};
    int status;

    if (must(poll(&end, 1, limit_ms), "poll") == 0)
        return;
    must(waitpid(process->pid, &status, 0), "wait");
    close(process->sentinel);
    process->exit_code = exit_code(status);
    process->alive = false;
}

static const struct error *greet(void)
{
    printf("child greets %s\n", "parent");
    return NULL;
}

static const struct error *leave(void)
{
    _exit(3);
}

static const struct error *crash(void)
{
    static const struct error runtime_error = {0, "uncaught"};

    return &runtime_error;
}

static const struct error *dawdle(void)
{
    sleep_ns(60 * NS_PER_S);
    return NULL;
}

static void start_and_join(const char *name, process_body *body)
{
    struct process child = process_start(body);

    process_join(&child, -1);
    printf("%s exit code %d\n", name, child.exit_code);
}

int main(void)
{
    printf("starting\n");
    struct process child = process_start(greet);
    process_join(&child, -1);
    printf("joined, exit code %d alive: %s\n", child.exit_code,
           truth(child.alive));
    start_and_join("leave", leave);
    start_and_join("crash", crash);
    child = process_start(dawdle);
    process_join(&child, 50);
    printf("join with a limit, alive: %s\n", truth(child.alive));
    kill(child.pid, SIGTERM);
    process_join(&child, -1);
    printf("terminated, exit code %d\n", child.exit_code);
}
