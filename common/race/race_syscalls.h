/*
 * race_syscalls.h - how many system calls a child made, with all its threads
 * and processes, as the kernel counts them.
 */
#ifndef COMMON_RACE_SYSCALLS_H
#define COMMON_RACE_SYSCALLS_H

/*
 * Has the kernel count the system calls of the processes that are forked by
 * this one from now on, each from its first exec. Returns a descriptor, to be
 * closed; or -1 with errno: it needs Linux, the right to look at other
 * processes (root, CAP_PERFMON) and tracefs at /sys/kernel/tracing.
 *
 * While one is counted, all processes' calls go a longer way in the kernel.
 */
int syscalls_count(void);

/* How many there were, of processes that have ended; NAN if not known. */
double syscalls_counted(int counter);

#endif
