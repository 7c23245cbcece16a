/*
 * loop_internal.h - what a loop is made of, for the files of this folder.
 */
#ifndef STAGES_07_LOOP_LOOP_INTERNAL_H
#define STAGES_07_LOOP_LOOP_INTERNAL_H

#include "loop.h"

#include "stages/05-callbacks/selector.h"

#include <pthread.h>

struct watch;             /* a descriptor's reader and writer: descriptors.c */
struct signal_watch;      /* signals.c */
struct named_callback;    /* diagnosis.c */
struct executor;          /* executor.h */
struct transport;         /* transport.h */
struct server;            /* server.h */
struct wire;              /* wire.h */
struct concurrent_future; /* concurrent.h */
struct async_generator;   /* async_generator.h */

struct loop {
    /* Those in line for the next pass, and those whose turn is in this one. */
    struct handle *ready, *running;
    /* Known to be ready, as if the selector had found it: in the next pass. */
    struct handle *found;
    struct timers timers; /* due later */
    struct selector *selector;
    struct task *current; /* whose step is running */
    bool stopping;        /* this pass is the last */
    bool debug;
    struct loop_clock clock;

    struct task *tasks;   /* in a ring, those that are not done */
    struct task *objects; /* in a ring, those no task drives: debug mode */
    struct loop_census census;

    struct watch **watches; /* by descriptor; NULL where there is none */
    size_t watch_count;     /* how many there is room for */

    /* What comes from outside: from other threads, and from signals. */
    int wakeup_fd;         /* an eventfd, readable when one came */
    struct handle wakeup;  /* its reader */
    atomic_bool woken;     /* it was written to since it was read */
    int signal_pipe[2];    /* the signals that came, a byte each; or -1 */
    pthread_mutex_t mutex; /* over the inbox, and over closed */
    struct handle *inbox;  /* called from other threads */
    atomic_bool is_running;
    bool closed;
    pthread_t thread;             /* that runs it, or ran it last */
    struct signal_watch *signals; /* those that it handles */

    loop_exception_handler *exception_handler;
    void *exception_data;
    loop_task_factory *task_factory;
    double slow_callback_duration;
    struct named_callback *names;

    struct executor *executor; /* the default one, once it was needed */
    bool executor_shut_down;   /* there will be none any more */
    struct concurrent_future *executor_ended; /* when it has; NULL: none did */
    struct wire *wires;           /* to futures that other threads settle */
    struct transport *transports; /* that are not lost yet */
    struct server *servers;       /* that are not closed yet */
    char *received;               /* where they receive, once there was one */
    struct handle *generators;    /* begun, and not over: async_generator.h */
    bool freed; /* loop_free() was called: the last future takes us along */
};

/* ---- loop.c ---- */

extern const struct error error_loop_closed; /* a runtime error */

/* Whether a callback may be put in line now; else sets error_last(). */
bool loop_check(struct loop *loop, handle_callback *callback);

/* Whether it may be run now; else sets error_last(). */
bool loop_check_can_run(struct loop *loop);

/* Puts a handle that has its callback in line. */
static inline void loop_put_in_line(struct loop *loop, struct handle *handle)
{
    line_append(&loop->ready, handle);
}

/* Nobody holds anything of a freed loop any more. */
void loop_let_go(struct loop *loop);

/* ---- calls.c ---- */

/* What will be called in the end, by one of the loop's own handles or not. */
handle_callback *calls_target(const struct handle *handle);

/* Takes back a handle of the loop's own that will not be called. */
void loop_drop(struct loop *loop, struct handle *handle);

/* ---- future.c ---- */

/*
 * What a kind of future does in its own way; NULL: as a plain future. Its
 * cancel() is called whether it is done or not.
 */
struct future_type {
    const char *name; /* "Task" */
    bool (*cancel)(struct future *future, const char *message);
    void (*destroy)(struct future *future); /* frees all but the report */
    void (*let_go)(struct future *future);  /* by one who was not the last */
};

/* A future that begins as `type` has it, for those that build upon one. */
struct future future_of_type(struct loop *loop, const struct future_type *type);

/* Counts it as held, once it is where it stays. */
void future_made(struct future *future);

/*
 * The handle is put in line when the future, which is pending, is settled;
 * future_forget() takes it back as long as it is not.
 */
static inline void future_tell(struct future *future, struct handle *handle)
{
    line_append(&future->callbacks, handle);
}

static inline void future_forget(struct future *future, struct handle *handle)
{
    line_remove(&future->callbacks, handle);
}

/* Settles a pending future of any kind; tasks and others are settled so. */
void future_settle_result(struct future *future, void *result);
void future_settle_error(struct future *future, const struct error *error);
void future_settle_cancelled(struct future *future, const char *message);

/*
 * The message of one that failed with error_cancelled, for somebody who raises
 * that in its place: see future_cancel_message().
 */
void *future_take_message(struct future *future);

/*
 * An error has to be raised where a coroutine waits for a future that others
 * look at, too, and that has not failed so: for the one who awaits it, and
 * for this step only, it looks as if it had. Worn by heap futures; one in a
 * frame is failed for good.
 */
struct disguise {
    struct future *future;     /* NULL: it was taken off */
    const struct error *error; /* as it is */
    int line;
    bool awaited;
    struct disguise *outer;
};
void future_disguise(struct disguise *disguise, struct future *future,
                     const struct error *error);
void future_undisguise(struct disguise *disguise);

/*
 * `return future.result()` of a future that is done, in a coroutine: sets
 * *result, and returns NULL; or returns what is to be raised.
 */
const struct error *future_receive(struct future *future, void **result);

/* ---- done_callbacks.c ---- */

/*
 * future_add_done_callback() in memory of the caller's, all zero or done with,
 * that must stay until the call. If there will be no call, since the future is
 * freed unsettled or the loop is closed, it is called at once, with NULL.
 */
void future_watch(struct future *future, struct done_callback *done,
                  future_callback *callback, void *data);

/* Takes it back, even if it is in line. Any number of times, also before. */
void future_unwatch(struct done_callback *done);

/* Puts all who wait in line: the future is settled. */
void future_tell_all(struct future *future);

/* It will not be settled. Nothing may wait for it but such callbacks. */
void future_drop_callbacks(struct future *future);

/* Nor will this handle, taken out of its line, be called, if it is of one. */
bool future_drop_call(struct handle *handle);

/* ---- task.c ---- */

/* What a task hands out that only lets the others have their turn. */
extern struct future task_bare_yield;

/* The task whose step it is, or NULL. */
struct task *task_of_step(const struct handle *handle);

/* In the running task error_cancelled is raised, with this message. */
void task_raise_cancelled(const char *message);

/* The object goes to another thread: this one's loop forgets it. */
void coroutine_leave(struct coroutine *object);

/* Ends the tasks of a loop that closes. */
void tasks_abandon(struct loop *loop);

/* The name of the task and of its coroutine, into `text`. */
void task_describe(const struct task *task, char *text, size_t size);

/* ---- async_generator.c, async_generator_end.c ---- */

extern const struct error async_generator_ignored_exit;

/*
 * Answers the yield that it stands at: with an error, if there is one. One
 * that has not begun dies of an error, and takes no notice of a value.
 */
void async_generator_answer(struct async_generator *generator, void *sent,
                            const struct error *thrown);

/* Ends the generators of a loop that closes, once no task runs any more. */
void generators_abandon(struct loop *loop);

/* ---- descriptors.c ---- */

/* Puts in line those whose descriptors the last select found ready. */
void descriptors_put_ready(struct loop *loop);
void descriptors_close(struct loop *loop);

/* The reader of a descriptor, or its writer, as it is now; NULL: none. */
const struct handle *descriptors_handle(const struct loop *loop, int fd,
                                        int event);

/* ---- wire.c and run_in_executor.c ---- */

/* The loop closes: nobody tells it anything any more. */
void wires_cut(struct loop *loop);

/*
 * Where the result of a loop_run_in_executor() will be, as long as its future
 * is held. Until that is done it is the work's, too.
 */
void *wrapped_bytes(struct future *future);

/* Its own executor takes no more work, and ends by itself. */
void default_executor_close(struct loop *loop);

/* ---- transport.c ---- */

/* Loses those that are left when the loop closes. */
void transports_close(struct loop *loop);

/* ---- server.c ---- */

/* Closes those that are left when the loop closes. */
void servers_close(struct loop *loop);

/* ---- outside.c ---- */

int outside_open(struct loop *loop);
void outside_take(struct loop *loop); /* what other threads want called */
void outside_drop_call(struct handle *handle); /* if it came from there */
void outside_close(struct loop *loop);

/* Writes at most once until the loop has read it. Also from a signal. */
void outside_wake(struct loop *loop);

/* ---- signals.c ---- */

/* Those that came have their turn a pass later. */
void signals_put_in_line(struct loop *loop);
bool signals_drop_call(struct handle *handle); /* if it is one of theirs */
void signals_close(struct loop *loop);

/* ---- diagnosis.c ---- */

/* By the callback that is running, with callback_raise(); NULL: nothing. */
extern _Thread_local const struct error *raised_error;

/* Calls what stands in line as debug mode has it: timed. */
void diagnosis_call(struct loop *loop, struct handle *handle);

/* The callback that has just run called callback_raise(). */
void diagnosis_report_raised(struct loop *loop, const char *name);

void diagnosis_close(struct loop *loop);

void async_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- the loop that this thread runs ---- */

extern _Thread_local struct loop *running_loop;

#endif
