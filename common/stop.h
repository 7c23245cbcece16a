/*
 * stop.h - Ctrl-C and SIGTERM: the first asks the crawl to stop, the second
 * leaves at once.
 */
#ifndef COMMON_STOP_H
#define COMMON_STOP_H

/*
 * From now on SIGINT and SIGTERM ask the crawl to stop and SIGPIPE is
 * ignored: a closed connection is an answer of send(2), not the end of us.
 * Calls that wait for a socket with a time limit, or for several things, are
 * interrupted (EINTR); what is being written is not. Returns 0, or -1 with
 * errno: no descriptors for the pipe of stop_fd().
 */
int stop_install(void);

/* The signal that asked the crawl to stop, or 0. */
int stop_signal(void);

/*
 * A descriptor that becomes readable, and stays so, with the first signal:
 * for those who wait for several things at once. Between the look at
 * stop_signal() and a call that waits a signal may slip in; here it cannot.
 */
int stop_fd(void);

/*
 * In a worker process: Ctrl-C, which a terminal sends to every process of the
 * group, is the parent's matter; SIGTERM ends the worker as ever.
 */
void stop_leave_to_parent(void);

/* Gives the signals back and closes the pipe. */
void stop_uninstall(void);

#endif
