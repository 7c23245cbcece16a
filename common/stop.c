/*
 * stop.c - see stop.h.
 */
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

/* Written by the handler, in whichever thread it runs; read by all. */
static atomic_int stopped_by;
static int pipe_fds[2] = {-1, -1};

static void on_signal(int number)
{
    int saved = errno;

    if (atomic_exchange(&stopped_by, number) != 0)
        _exit(128 + number); /* asked twice */
    /* The write end is non-blocking and the pipe empty: this cannot fail. */
    if (write(pipe_fds[1], "", 1) < 0)
        _exit(128 + number);
    errno = saved;
}

int stop_install(void)
{
    /*
     * What waits for a socket with a time limit, or for several things at
     * once, is interrupted all the same (signal(7)). What writes to a slow
     * reader must go on: stdio would lose the rest of the report.
     */
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    if (pipe2(pipe_fds, O_CLOEXEC | O_NONBLOCK) < 0)
        return -1;
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, SIGINT); /* one at a time */
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    return 0;
}

int stop_signal(void)
{
    return stopped_by;
}

int stop_fd(void)
{
    return pipe_fds[0];
}

void stop_leave_to_parent(void)
{
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    pipe_fds[0] = pipe_fds[1] = -1;
    stopped_by = 0;
}

void stop_uninstall(void)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    for (int end = 0; end < 2; end++) {
        if (pipe_fds[end] >= 0)
            close(pipe_fds[end]);
        pipe_fds[end] = -1;
    }
}
