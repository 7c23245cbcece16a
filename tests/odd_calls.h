/*
 * odd_calls.h - linked into the stages that the tests run, in place of some
 * calls (--wrap): the machine does what it seldom does, at the very moment
 * that the test asks for in the environment, and else what it always does.
 *
 *     ODD_CONNECT=itself:PORT      a connect to that port reaches itself
 *     ODD_CONNECT=at-once          it is over when the call returns
 *     ODD_CONNECT=interrupted      it goes on behind a call that says EINTR
 *     ODD_CONNECT=starved:PORT:N   to that port it fails with errno N, once;
 *                                  then a byte goes into the FIFO $ODD_TELL
 *     ODD_SIGNAL=CALL:N:S[:T]      at the Nth connect, send or recv of all the
 *                                  crawl its first process gets signal S, and
 *                                  T; a send to a server is a `request`, too
 *     ODD_START=CALL:N[:on]        the Nth fork or thread cannot be started;
 *                                  or none from then on
 *     ODD_TEAR=TIMES:S             so many times in all a worker sends half of
 *                                  what it has to say, and then itself signal S
 *     ODD_CLOCK=slow               150 ms go by between any two looks at it
 *
 * All processes of a crawl count together. tests/hurt is for what fails by
 * rule, at every call there is.
 */
#ifndef TESTS_ODD_CALLS_H
#define TESTS_ODD_CALLS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

enum odd_call {
    ODD_CONNECT,
    ODD_SEND,
    ODD_REQUEST,
    ODD_RECV,
    ODD_FORK,
    ODD_THREAD,
    ODD_CALLS
};

/* Shared by the processes of a crawl. */
struct odd_counts {
    atomic_int calls[ODD_CALLS];
    atomic_int done;   /* how often the oddity that may happen only so often */
    atomic_long looks; /* at the clock */
};
extern struct odd_counts *odd_counts;

/* The first process of the crawl. */
extern pid_t odd_program;

/* A call of that kind is about to be made: is it the one for the signal? */
void odd_signal(enum odd_call call);

/* Whether what $NAME says is for this call; then `*rest` is behind "CALL:". */
bool odd_is_for(const char *name, enum odd_call call, const char **rest);

/* Whether it may happen once more, of that many times in all. */
bool odd_may_happen(int times);

#endif
