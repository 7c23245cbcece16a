/*
 * failures.c - see failures.h. The errors are those of the manual pages, as far
 * as the world can bring them about; the others (EBADF, EFAULT, EINVAL,
 * ENOTSOCK ...) would be mistakes of ours.
 *
 * What is not here, and why:
 *   fcntl(F_GETFD)           fails only on a descriptor that is none
 *   epoll_ctl(EPOLL_CTL_DEL) needs nothing that there could be no more of
 *   kill                     of a child not reaped yet: there is one to kill
 *   sigaction, sigprocmask, pthread_sigmask, signal: only EINVAL
 *   pthread_mutex_init, pthread_cond_init, pthread_attr_*: never, in glibc
 *   prctl, setvbuf, isatty, getrusage, the clock: nothing depends on them
 *   write                    into pipes of our own, neither full nor closed,
 *                            by threads that no signal interrupts
 *   EINTR of open            there is no handler yet
 *   EAGAIN of connect        TCP says EADDRNOTAVAIL
 *   listen, bind, accept4, shutdown, sendfile, waitid: no crawl calls them
 * What libraries call inside is theirs, but for getaddrinfo and stdio, of which
 * the outcome is here.
 */
#include "failures.h"

#include <stddef.h>

enum {
    HARD = MODE_ONCE | MODE_ON,
    SOFT = MODE_ONCE | MODE_OFTEN, /* for ever it would be no interruption */
    WORKERS = MAY_PAGES | MAY_ALL | MAY_FIRST,
};

/* Until the n-th connect is interrupted, nobody waits for one in stage 01. */
static const char interrupted[] = "connect:1:EINTR:on";

const struct failure failures[] = {
    /* ---- opening a connection ---- */
    {"socket", "EMFILE", HARD, MAY_PAGES, "system", NULL},
    {"socket", "ENFILE", HARD, MAY_PAGES, "system", NULL},
    {"socket", "ENOBUFS", HARD, MAY_PAGES, "system", NULL},
    {"socket", "ENOMEM", HARD, MAY_PAGES, "system", NULL},
    {"socket", "EACCES", HARD, MAY_PAGES, "connect", NULL},
    {"socket", "EAFNOSUPPORT", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "EINTR", HARD | MODE_OFTEN, 0, "", NULL},
    {"connect", "EINPROGRESS", HARD | MODE_OFTEN, 0, "", NULL},
    {"connect", "at-once", HARD | MODE_OFTEN, 0, "", NULL},
    {"connect", "ECONNREFUSED", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "ECONNRESET", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "ENETUNREACH", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "EHOSTUNREACH", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "EACCES", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "EPERM", HARD, MAY_PAGES, "connect", NULL},
    {"connect", "ETIMEDOUT", HARD, MAY_PAGES, "timeout", NULL},
    {"connect", "EADDRNOTAVAIL", HARD, MAY_PAGES, "system", NULL},
    {"connect", "ENOBUFS", HARD, MAY_PAGES, "system", NULL},
    {"connect", "ENOMEM", HARD, MAY_PAGES, "system", NULL},
    {"so_error", "ECONNREFUSED", HARD, MAY_PAGES, "connect", interrupted},
    {"so_error", "EHOSTUNREACH", HARD, MAY_PAGES, "connect", interrupted},
    {"so_error", "ETIMEDOUT", HARD, MAY_PAGES, "timeout", interrupted},
    {"so_error", "ENOMEM", HARD, MAY_PAGES, "system", interrupted},
    {"getsockopt", "ENOBUFS", HARD, MAY_PAGES, "system", interrupted},
    {"setsockopt", "ENOMEM", HARD, MAY_PAGES, "system", NULL},
    {"setsockopt", "ENOPROTOOPT", HARD, MAY_PAGES, "system connect", NULL},
    {"getsockname", "ENOBUFS", HARD, 0, "", NULL},
    {"getpeername", "ENOBUFS", HARD, 0, "", NULL},

    /* ---- names; whoever waits for one shares its failure ---- */
    {"getaddrinfo", "EAI_NONAME", HARD, MAY_PAGES | MAY_ALL, "resolve", NULL},
    {"getaddrinfo", "EAI_AGAIN", HARD, MAY_PAGES | MAY_ALL, "resolve", NULL},
    {"getaddrinfo", "EAI_FAIL", HARD, MAY_PAGES | MAY_ALL, "resolve", NULL},
    {"getaddrinfo", "EAI_MEMORY", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"getaddrinfo", "EAI_SYSTEM", HARD, MAY_PAGES | MAY_ALL, "system", NULL},

    /* ---- talking ---- */
    {"send", "EINTR", SOFT, 0, "", NULL},
    {"send", "EAGAIN", SOFT, 0, "", NULL},
    {"send", "short", HARD, 0, "", NULL},
    {"send", "ECONNRESET", HARD, MAY_PAGES, "reset", NULL},
    {"send", "EPIPE", HARD, MAY_PAGES, "reset", NULL},
    {"send", "EHOSTUNREACH", HARD, MAY_PAGES, "reset", NULL},
    {"send", "ETIMEDOUT", HARD, MAY_PAGES, "timeout", NULL},
    {"send", "ENOBUFS", HARD, MAY_PAGES, "system", NULL},
    {"send", "ENOMEM", HARD, MAY_PAGES, "system", NULL},
    {"recv", "EINTR", SOFT, 0, "", NULL},
    {"recv", "EAGAIN", SOFT, 0, "", NULL},
    {"recv", "short", HARD, 0, "", NULL},
    {"recv", "ECONNRESET", HARD, MAY_PAGES, "reset", NULL},
    {"recv", "EHOSTUNREACH", HARD, MAY_PAGES, "reset", NULL},
    {"recv", "ETIMEDOUT", HARD, MAY_PAGES, "timeout", NULL},
    {"recv", "ENOMEM", HARD, MAY_PAGES, "system", NULL},

    /* ---- waiting ---- */
    {"poll", "EINTR", SOFT, 0, "", NULL},
    {"poll", "idle", SOFT, 0, "", NULL},
    {"poll", "ENOMEM", HARD, MAY_PAGES | MAY_FLIGHT, "system", NULL},
    {"poll", "EINVAL", HARD, MAY_PAGES | MAY_FLIGHT, "system", NULL},
    {"ppoll", "EINTR", SOFT, 0, "", interrupted},
    {"ppoll", "idle", SOFT, 0, "", interrupted},
    {"ppoll", "ENOMEM", HARD, MAY_PAGES, "system", interrupted},
    {"select", "EINTR", SOFT, 0, "", NULL},
    {"select", "idle", SOFT, 0, "", NULL},
    {"select", "ENOMEM", HARD, MAY_PAGES | MAY_FLIGHT, "system", NULL},
    {"epoll_wait", "EINTR", SOFT, 0, "", NULL},
    {"epoll_wait", "idle", SOFT, 0, "", NULL},
    {"epoll_wait", "EINVAL", HARD, MAY_PAGES | MAY_FLIGHT, "system", NULL},
    {"epoll_create1", "EMFILE", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"epoll_create1", "ENFILE", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"epoll_create1", "ENOMEM", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"epoll_ctl", "ENOMEM", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"epoll_ctl", "ENOSPC", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"eventfd", "EMFILE", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"eventfd", "ENFILE", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"eventfd", "ENODEV", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"eventfd", "ENOMEM", HARD, MAY_PAGES | MAY_ALL, "system", NULL},
    {"pipe2", "EMFILE", HARD, MAY_PAGES | MAY_ALL | MAY_STOP, "system", NULL},
    {"pipe2", "ENFILE", HARD, MAY_PAGES | MAY_ALL | MAY_STOP, "system", NULL},
    {"read", "EINTR", SOFT, 0, "", NULL},
    {"read", "EAGAIN", SOFT, 0, "", NULL},
    {"close", "EINTR", HARD, 0, "", NULL},
    {"close", "EIO", HARD, 0, "", NULL},

    /* ---- workers ---- */
    {"pthread_create", "EAGAIN", HARD, WORKERS, "system", NULL},
    {"fork", "EAGAIN", HARD, WORKERS, "system", NULL},
    {"fork", "ENOMEM", HARD, WORKERS, "system", NULL},
    {"socketpair", "EMFILE", HARD, WORKERS, "system", NULL},
    {"socketpair", "ENFILE", HARD, WORKERS, "system", NULL},
    {"socketpair", "ENOBUFS", HARD, WORKERS, "system", NULL},
    {"wait4", "EINTR", SOFT, 0, "", NULL},
    {"wait4", "ECHILD", HARD, 0, "", NULL},

    /* ---- files ---- */
    {"open", "EMFILE", HARD, MAY_STOP, "", NULL},
    {"open", "ENFILE", HARD, MAY_STOP, "", NULL},
    {"open", "ENOMEM", HARD, MAY_STOP, "", NULL},
    {"open", "EACCES", HARD, MAY_STOP | MAY_USAGE, "", NULL},
    {"open", "EROFS", HARD, MAY_STOP | MAY_USAGE, "", NULL},
    {"open", "ENOSPC", HARD, MAY_STOP, "", NULL},
    {"open", "EDQUOT", HARD, MAY_STOP, "", NULL},
    {"fopen", "EMFILE", HARD, MAY_STOP, "", NULL},
    {"fopen", "ENFILE", HARD, MAY_STOP, "", NULL},
    {"fopen", "ENOMEM", HARD, MAY_STOP, "", NULL},
    {"fopen", "EACCES", HARD, MAY_STOP | MAY_USAGE, "", NULL},
    {"fopen", "EIO", HARD, MAY_STOP, "", NULL},
    {"fdopen", "ENOMEM", HARD, MAY_STOP, "", NULL},
    {"getline", "ENOMEM", HARD, MAY_STOP, "", NULL},
    {"getline", "EIO", HARD, MAY_STOP, "", NULL},
    {"stat", "EIO", HARD, MAY_STOP, "", NULL},
    {"stat", "ENOMEM", HARD, MAY_STOP, "", NULL},
    {"fstat", "EIO", HARD, MAY_STOP | MAY_REPORT, "", NULL},
    {"fstat", "EOVERFLOW", HARD, MAY_STOP | MAY_REPORT, "", NULL},
    {"ftruncate", "EINTR", SOFT, 0, "", NULL},
    {"ftruncate", "EIO", HARD, MAY_REPORT | MUST_SAY, "", NULL},
    {"ftruncate", "EPERM", HARD, MAY_REPORT | MUST_SAY, "", NULL},
    {"fflush", "EIO", HARD, MAY_REPORT | MUST_SAY, "", NULL},
    {"fflush", "ENOSPC", HARD, MAY_REPORT | MUST_SAY, "", NULL},
    {"fclose", "EIO", HARD, MAY_REPORT | MUST_SAY, "", NULL},
    {"fclose", "EDQUOT", HARD, MAY_REPORT | MUST_SAY, "", NULL},
    {"disk", "EFBIG", MODE_ONCE, MAY_REPORT, "", NULL},

    /* ---- memory ---- */
    {"alloc", "ENOMEM", HARD, MAY_PAGES | MAY_ALL | MAY_STOP | MAY_REPORT,
     "system", NULL},
    {"mmap", "ENOMEM", HARD, MAY_PAGES, "system", NULL},
    {"mmap", "EAGAIN", HARD, MAY_PAGES, "system", NULL},
    {"mprotect", "ENOMEM", HARD, MAY_PAGES, "system", NULL},
    {NULL, NULL, 0, 0, NULL, NULL},
};

const struct storm storms[] = {
    {"EINTR everywhere",
     "connect:1:EINTR:often,send:1:EINTR:often,recv:1:EINTR:often,"
     "poll:1:EINTR:often,ppoll:1:EINTR:often,select:1:EINTR:often,epoll_wait:1:"
     "EINTR:often,"
     "read:1:EINTR:often,close:1:EINTR:often,wait4:1:EINTR:often,"
     "ftruncate:1:EINTR:often"},
    {"EAGAIN after readiness",
     "send:1:EAGAIN:often,recv:1:EAGAIN:often,read:1:EAGAIN:often"},
    {"waits that end too early",
     "connect:1:EINTR:on,poll:1:idle:often,ppoll:1:idle:often,"
     "select:1:idle:often,epoll_wait:1:idle:often"},
    {"one byte at a time", "send:1:short:on,recv:1:short:on"},
    {"one byte at a time, with EINTR and EAGAIN between",
     "send:1:EINTR:often,send:1:short:on,recv:1:EAGAIN:often,recv:1:short:on,"
     "poll:1:EINTR:often,select:1:EINTR:often,epoll_wait:1:EINTR:often"},
    {"connects that need no wait", "connect:1:at-once:on"},
    {NULL, NULL},
};
