/*
 * hurt.h - a stage whose own machine fails: its calls to the system and for
 * memory go through here first (the linker's --wrap), and the n-th of them
 * fails when the environment says so.
 *
 *     HURT=recv:3:ECONNRESET        the third recv, once
 *     HURT=recv:3:ENOMEM:on         the third and all after it
 *     HURT=recv:1:EINTR:often       the first, and then about every other
 *     HURT=connect:1:EINTR:on,ppoll:2:ENOMEM        several
 *
 * What fails is what our own code calls: what libraries call inside is theirs.
 * All processes of a stage count together, in memory that they share, so that
 * "once" is once in the whole crawl; with more than one of them, or more than
 * one thread, who makes the n-th call may differ from run to run.
 */
#ifndef TESTS_HURT_HURT_H
#define TESTS_HURT_HURT_H

#include <stdatomic.h>

/* `alloc` is malloc and its kin; `so_error` what getsockopt finds there. */
#define HURT_CALLS(X) \
    X(alloc)          \
    X(close)          \
    X(connect)        \
    X(disk)           \
    X(epoll_create1)  \
    X(epoll_ctl)      \
    X(epoll_wait)     \
    X(eventfd)        \
    X(fclose)         \
    X(fdopen)         \
    X(fflush)         \
    X(fopen)          \
    X(fork)           \
    X(fstat)          \
    X(ftruncate)      \
    X(getaddrinfo)    \
    X(getline)        \
    X(getpeername)    \
    X(getsockname)    \
    X(getsockopt)     \
    X(mmap)           \
    X(mprotect)       \
    X(open)           \
    X(pipe2)          \
    X(poll)           \
    X(ppoll)          \
    X(pthread_create) \
    X(read)           \
    X(recv)           \
    X(select)         \
    X(send)           \
    X(setsockopt)     \
    X(so_error)       \
    X(socket)         \
    X(socketpair)     \
    X(stat)           \
    X(wait4)

enum hurt_call {
#define HURT_ENUM(name) HURT_##name,
    HURT_CALLS(HURT_ENUM)
#undef HURT_ENUM
        HURT_CALL_COUNT,
};

/* What becomes of a call beside an errno, which is smaller, and 0: nothing. */
enum hurt_what {
    HURT_SHORT = 10000,   /* one byte is moved, no more */
    HURT_IDLE = 10001,    /* a wait that ends too early, with nothing */
    HURT_AT_ONCE = 10002, /* a connect that need not be waited for */
    HURT_EAI = 20000,     /* from here on: getaddrinfo's codes, negated */
};

/* The file at $HURT_STATE, from which the driver learns what was done. */
struct hurt_state {
    atomic_uint made[HURT_CALL_COUNT]; /* calls of each kind */
    atomic_uint hurt;                  /* calls that were made to fail */
};

/*
 * Counts a call. Returns what must become of it: 0 for nothing, an errno, which
 * is then set, or an enum hurt_what.
 */
int hurt(enum hurt_call call);

/* The same for calls that can do nothing but fail: whether it must. */
int hurt_fails(enum hurt_call call);

/* In a process that was forked: what its parent has is not its own. */
void hurt_memory_begin_anew(void);

/* Leaves with 99 if memory was not freed; at the end of each process. */
void hurt_memory_look(void);

#endif
