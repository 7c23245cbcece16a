/*
 * race_child.c - see race_child.h.
 */
#include "race_child.h"

#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* A child that writes without end is stopped before the disk is full. */
#define LARGEST_FILE (256 << 20)

static volatile sig_atomic_t caught;
static sigset_t held;  /* the four signals */
static sigset_t usual; /* the mask we were started with */

static void on_signal(int number)
{
    if (number != SIGCHLD && caught == 0)
        caught = number;
}

void child_signals_hold(void)
{
    static const int numbers[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal}; /* no SA_RESTART */
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigemptyset(&held);
    sigemptyset(&action.sa_mask);
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        sigaddset(&held, numbers[i]);
        sigaction(numbers[i], &action, &before);
        if (numbers[i] == SIGHUP && before.sa_handler == SIG_IGN)
            sigaction(SIGHUP, &before, NULL); /* started by nohup(1) */
    }
    sigaction(SIGPIPE, &ignore, NULL);
    sigprocmask(SIG_BLOCK, &held, &usual);
    /* Whoever started us may have blocked them: then we would never wake. */
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        sigdelset(&usual, numbers[i]);
}

void child_signals_release(void)
{
    sigprocmask(SIG_UNBLOCK, &held, NULL);
}

int child_signal(void)
{
    return caught;
}

/* In the child: signals, descriptors and limits as a program expects them. */
static void child_become(char *const argv[], pid_t parent, int out, int err)
{
    struct sigaction usual_action = {.sa_handler = SIG_DFL};
    struct rlimit limit = {LARGEST_FILE, LARGEST_FILE};

    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* even if we are killed ourselves */
    if (getppid() != parent)
        _exit(127);
#else
    (void)parent;
#endif
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        return;
    setrlimit(RLIMIT_FSIZE, &limit);
    sigemptyset(&usual_action.sa_mask);
    sigaction(SIGPIPE, &usual_action, NULL);
    sigprocmask(SIG_SETMASK, &usual, NULL);
    execvp(argv[0], argv);
}

/* A pipe that closes when a program takes the child's place. */
static int exec_pipe(int ends[2])
{
    if (pipe(ends) < 0)
        return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}

int child_start(struct child *child, char *const argv[], int out, int err)
{
    int ends[2], error = 0;
    pid_t parent = getpid();

    if (exec_pipe(ends) < 0)
        return -1;
    /*
     * fork(), and not vfork() or posix_spawn(): on Linux the peak memory of
     * a process (ru_maxrss) outlives exec and so starts with the peak of the
     * address space that called it. After fork() that is a fresh copy with
     * hardly a page of its own; with the others it is all that the race has
     * ever used, and every small stage would seem as large as the race.
     */
    pid_t pid = fork();
    if (pid == 0) {
        child_become(argv, parent, out, err);
        error = errno;
        if (write(ends[1], &error, sizeof error) < 0)
            _exit(126); /* then the exit status must say it */
        _exit(127);
    }
    error = errno;
    close(ends[1]);
    if (pid > 0) {
        setpgid(pid, pid); /* here too: whoever comes first */
        child->pid = pid;
        ssize_t got;
        while ((got = read(ends[0], &error, sizeof error)) < 0 &&
               errno == EINTR)
            ;
        if (got == 0) /* closed by exec: the program runs */
            error = 0;
        else
            child_reap(child, NULL, NULL);
    }
    close(ends[0]);
    errno = error;
    return error == 0 ? 0 : -1;
}

bool child_has_ended(const struct child *child)
{
    siginfo_t info = {.si_pid = 0};

    if (child->pid == 0)
        return true;
    /* WNOWAIT: it stays a zombie and keeps its number until child_reap() */
    return waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) <
               0 ||
           info.si_pid != 0;
}

/* Waits for a signal, a byte or the deadline, whichever comes first. */
static bool wait_a_while(int64_t deadline, int fd)
{
    int64_t left = deadline - clock_now_ns();
    struct timespec timeout = clock_timespec(left > 0 ? left : 0);
    fd_set readable;

    FD_ZERO(&readable);
    if (fd >= 0)
        FD_SET(fd, &readable);
    return pselect(fd + 1, &readable, NULL, NULL, &timeout, &usual) > 0;
}

enum child_news child_wait(const struct child *child, int64_t deadline,
                           const struct child *other, int fd)
{
    bool readable = false;

    for (;;) {
        if (readable)
            return CHILD_READABLE;
        if (child_has_ended(child))
            return CHILD_ENDED;
        if (caught != 0)
            return CHILD_INTERRUPTED;
        if (other != NULL && child_has_ended(other))
            return CHILD_OTHER_ENDED;
        if (clock_now_ns() >= deadline)
            return CHILD_OVERDUE;
        readable = wait_a_while(deadline, fd);
    }
}

void child_reap(struct child *child, int *status, struct rusage *usage)
{
    if (child->pid == 0)
        return;
    /* Before the wait: after it the number may be somebody else's. */
    kill(-child->pid, SIGKILL);
    kill(child->pid, SIGKILL); /* if it has left its group */
    while (wait4(child->pid, status, 0, usage) < 0 && errno == EINTR)
        ;
    child->pid = 0;
}

void child_stop(struct child *child)
{
    int64_t deadline = clock_now_ns() + 2 * NS_PER_S;

    if (child->pid == 0)
        return;
    kill(child->pid, SIGTERM);
    while (!child_has_ended(child) && clock_now_ns() < deadline)
        wait_a_while(deadline, -1);
    child_reap(child, NULL, NULL);
}
