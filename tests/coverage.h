/*
 * coverage.h - included before everything else in the build of `make
 * coverage`: a process writes down what it counted when it ends by exit or a
 * return from main, and otherwise takes it along. So here it is written before
 * _exit, abort and exec, too; and a worker that is to be killed is asked first.
 *
 * Whoever dies by another signal, or hangs, still takes it along. The suites
 * run enough of their kind to their end.
 */
#ifndef TESTS_COVERAGE_H
#define TESTS_COVERAGE_H

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void __gcov_dump(void);
void __gcov_reset(void);

/*
 * What tests make fail must not fail here: tests/hurt asks whether we write,
 * and a limit on the length of files is lifted. One for the whole program.
 */
__attribute__((weak)) int coverage_is_writing;

static inline void coverage_begin_to_write(void)
{
    const struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};

    coverage_is_writing = 1;
    setrlimit(RLIMIT_FSIZE, &all);
}

/* After main, which may have returned. */
__attribute__((destructor)) static inline void coverage_at_end(void)
{
    coverage_begin_to_write();
}

/* Should exec fail, counting goes on from nothing. */
static inline void coverage_write(void)
{
    coverage_begin_to_write();
    __gcov_dump();
    __gcov_reset();
    coverage_is_writing = 0;
}

/* From 128 on it is a signal's handler that leaves, where nothing is safe. */
_Noreturn static inline void coverage_exit(int status)
{
    if (status < 128)
        coverage_write();
    _exit(status);
}

/* Not safe either; but a worker has nothing to do when it is killed. */
static inline void coverage_on_last_words(int number)
{
    (void)number;
    coverage_exit(0);
}

/* By a signal that, if nobody knows it, does nothing. */
enum { COVERAGE_LAST_WORDS = SIGURG };

static inline pid_t coverage_fork(void)
{
    pid_t pid = fork();

    if (pid == 0)
        signal(COVERAGE_LAST_WORDS, coverage_on_last_words);
    return pid;
}

/* Whether it has ended, or is no child. sys/wait.h would name too much. */
static inline int coverage_has_left(pid_t pid)
{
    siginfo_t info = {0};

    return syscall(SYS_waitid, 1 /* P_PID */, pid, &info,
                   WEXITED | WNOHANG | WNOWAIT, NULL) < 0 ||
           info.si_pid != 0;
}

/* Waits for a moment until it has left by itself. */
static inline int coverage_kill(pid_t pid, int number)
{
    if (number == SIGKILL && pid > 0 && kill(pid, COVERAGE_LAST_WORDS) == 0)
        for (int i = 0; i < 200 && !coverage_has_left(pid); i++)
            usleep(1000);
    return kill(pid, number);
}

#define _exit(status) coverage_exit(status)
#define abort()       (coverage_write(), abort())

/* What the tests kill must die as they say, and when. */
#ifndef COVERAGE_OF_TESTS
#define pause()           (coverage_write(), pause())
#define fork()            coverage_fork()
#define kill(pid, number) coverage_kill(pid, number)
#define execl(...)        (coverage_write(), execl(__VA_ARGS__))
#define execv(...)        (coverage_write(), execv(__VA_ARGS__))
#define execvp(...)       (coverage_write(), execvp(__VA_ARGS__))
#endif

#endif
