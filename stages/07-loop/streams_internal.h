/*
 * streams_internal.h - what a stream is made of.
 */
#ifndef STAGES_07_LOOP_STREAMS_INTERNAL_H
#define STAGES_07_LOOP_STREAMS_INTERNAL_H

#include "streams.h"

struct process;
struct stream_server;

struct stream_writer {
    struct protocol protocol;
    struct transport *transport; /* NULL before it begins, and once lost */
    struct stream_reader reader;
    struct stream_writer_drain *drainers; /* those who wait in it */
    struct future closed; /* settled when the connection is lost */
    bool paused;          /* too much is kept: who drains waits */
    bool freed;           /* its owner let it go */
    bool is_pipe;         /* one way only: its end is its close */
    unsigned holds;       /* of its owner, its transport, its server's task,
                             and those who wait in it */
    void (*on_connected)(struct stream_writer *writer); /* a server's */
    struct stream_server *server; /* that accepted it, or NULL */
    struct done_callback handled; /* of the server's task */
    struct process *process;      /* of which it is a pipe, or NULL */
};

/* One that its caller holds, with no transport yet. */
struct stream_writer *stream_writer_new(struct loop *loop, size_t limit);

struct stream_writer *stream_writer_hold(struct stream_writer *writer);
void stream_writer_let_go(struct stream_writer *writer);

/* It may be used from now on, also before connection_made() has come. */
void stream_writer_set_transport(struct stream_writer *writer,
                                 struct transport *transport);

/* A pipe of the process is lost: subprocess.c */
void process_pipe_lost(struct process *process);

#endif
