/*
 * subprocess_internal.h - what a process is made of.
 */
#ifndef STAGES_07_LOOP_SUBPROCESS_INTERNAL_H
#define STAGES_07_LOOP_SUBPROCESS_INTERNAL_H

#include "streams_internal.h"
#include "subprocess.h"

#include <pthread.h>

struct process {
    struct loop *loop;
    pid_t pid;                     /* 0: it was not started */
    pthread_t watcher;             /* the thread that waits for its end */
    bool watched;                  /* it was started, and not joined */
    struct threadsafe_handle told; /* by that thread */
    struct handle exited;          /* and a pass later */
    bool ended;                    /* and we know it; reaped */
    int code;
    struct stream_writer *streams[3]; /* our ends of its pipes, or NULL */
    int open_pipes;
    struct future *over; /* settled with the code: pipes have ended, too */
};

/* Has a thread wait for the end of a process that was started. */
bool process_watch(struct process *process);

#endif
