/*
 * subprocess.h - other programs, their input and output as streams.
 *
 * The Python it mirrors: asyncio.create_subprocess_exec() and
 * asyncio.subprocess.Process (subprocess.py, base_subprocess.py).
 *
 *     self->child = async_create_subprocess_exec(
 *         (const char *[]){"sort", NULL},
 *         &(struct process_pipes){PROCESS_PIPE, PROCESS_PIPE});
 *     ...
 *     self->talk = process_communicate(self->child, text, size);
 *     CO_AWAIT(self, self->talk);
 *     fwrite(self->talk.out, 1, self->talk.out_size, stdout);
 */
#ifndef STAGES_07_LOOP_SUBPROCESS_H
#define STAGES_07_LOOP_SUBPROCESS_H

#include "streams.h"

#include <sys/types.h>

/* Where one of the standard streams leads. */
enum process_stream {
    PROCESS_INHERIT, /* where ours leads */
    PROCESS_PIPE,    /* to us */
    PROCESS_DEVNULL,
    PROCESS_STDOUT, /* of stderr only: to where stdout leads */
};

struct process_pipes {
    enum process_stream in, out, err;
    size_t limit; /* of the readers, in bytes; 0: STREAM_LIMIT */
};

struct process;

/*
 * Starts a program, looked for in PATH, with its arguments, NULL behind the
 * last; the first is its name. Descriptors of ours other than the standard
 * ones are closed in it if they are close-on-exec, as all of this folder's
 * are. Returns the process, which the caller lets go with process_free(); or
 * NULL with error_last(): error_os, it cannot be started (ENOENT: there is no
 * such program); error_memory; error_runtime, no loop is running.
 */
struct process *async_create_subprocess_exec(const char *const argv[],
                                             const struct process_pipes *pipes);

/* The same for a command line that sh(1) reads. */
struct process *
async_create_subprocess_shell(const char *command,
                              const struct process_pipes *pipes);

/*
 * Lets it go; NULL is fine. Closes our ends of its pipes; if it still runs,
 * it is killed. It is reaped in any case, and whoever waits for it hears so.
 * While it is not let go the loop's memory stays: see loop_free().
 */
void process_free(struct process *process);

pid_t process_pid(const struct process *process);

/*
 * Whether it has ended, and is known to have: then *code is its exit status,
 * or minus the signal that ended it; 255 if someone else reaped it.
 */
bool process_returncode(const struct process *process, int *code);

/* Our ends of its pipes; NULL if it has none. They are the process's. */
struct stream_writer *process_stdin(struct process *process);
struct stream_reader *process_stdout(struct process *process);
struct stream_reader *process_stderr(struct process *process);

/*
 * Sends a signal; nothing happens if it has ended and its pipes have not.
 * Returns false with error_last(): error_os, ESRCH: it has ended; EINVAL.
 * terminate() and kill() are SIGTERM and SIGKILL.
 */
bool process_send_signal(struct process *process, int signal_number);
bool process_terminate(struct process *process);
bool process_kill(struct process *process);

/*
 * Is over when the process has ended and its pipes are read to their end or
 * closed; at once if it is known to have ended. The result is as `code` above
 * (value_number()). With pipes that nobody reads it may never be over: use
 * process_communicate() then.
 */
struct process_wait {
    struct coroutine co;
    void *result;
    struct process *process;
    struct future *over; /* the process's; held */
    struct done_callback done;
    struct future future;
};
struct process_wait process_wait(struct process *process);

/*
 * Writes `size` bytes of input (NULL: none, and its stdin stays open), closes
 * its stdin, reads its output to the end, and waits for its end. What it wrote
 * is in the frame, with a NUL behind it (NULL: there is no pipe), and stays
 * until the process is let go. That it does not read its input is no error.
 * The input must stay meanwhile. Fails as a read does: error_runtime, someone
 * else reads its output.
 */
struct process_communicate {
    struct coroutine co;
    void *result; /* out, too */
    struct process *process;
    const char *input;
    size_t size;
    const char *out, *err;
    size_t out_size, err_size;
    struct future *all;
    struct process_wait wait;
};
struct process_communicate process_communicate(struct process *process,
                                               const char *input, size_t size);

#endif
