/*
 * subprocess_talk.c - see subprocess.h: what is said to a process, and heard.
 *
 *     async def communicate(self, input=None):
 *         stdin, stdout, stderr = await gather(
 *             self._feed_stdin(input),
 *             self._read_stream(1), self._read_stream(2))
 *         await self.wait()
 *         return (stdout, stderr)
 */
#include "gather.h"
#include "subprocess_internal.h"

#include "loop_internal.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

pid_t process_pid(const struct process *process)
{
    return process->pid;
}

bool process_returncode(const struct process *process, int *code)
{
    if (process->ended)
        *code = process->code;
    return process->ended;
}

struct stream_writer *process_stdin(struct process *process)
{
    return process->streams[STDIN_FILENO];
}

static struct stream_reader *reader_of(struct process *process, int number)
{
    return process->streams[number] != NULL ? &process->streams[number]->reader
                                            : NULL;
}

struct stream_reader *process_stdout(struct process *process)
{
    return reader_of(process, STDOUT_FILENO);
}

struct stream_reader *process_stderr(struct process *process)
{
    return reader_of(process, STDERR_FILENO);
}

/* ---- signals ---- */

/* Not to another process that has got its number since it was reaped. */
bool process_send_signal(struct process *process, int number)
{
    if (future_done(process->over))
        return error_raise(error_from_errno(ESRCH));
    return process->ended || kill(process->pid, number) == 0 ||
           error_raise(error_from_errno(errno));
}

bool process_terminate(struct process *process)
{
    return process_send_signal(process, SIGTERM);
}

bool process_kill(struct process *process)
{
    return process_send_signal(process, SIGKILL);
}

/* ---- wait ---- */

/* NULL: nobody will say so any more. */
static void on_over(struct future *over, void *data)
{
    struct future *future = data;

    if (over != NULL && !future_done(future))
        future_set_result(future, over->result);
}

/* Everyone has a future of his own: to cancel one disturbs no other. */
static void begin_wait(struct process_wait *self)
{
    self->over = future_hold(self->process->over);
    self->future = future_new(self->process->loop);
    future_watch(self->over, &self->done, on_over, &self->future);
}

static struct future *wait_for_end(struct coroutine *co)
{
    struct process_wait *self = (struct process_wait *)co;

    CO_BEGIN(self);
    if (self->process->ended) {
        self->result = number_value(self->process->code);
    } else {
        begin_wait(self);
        CO_AWAIT(self, self->future);
        self->result = self->future.result;
    }
    CO_FINALLY(self);
    future_unwatch(&self->done);
    future_free(self->over);
    CO_END(self);
}

struct process_wait process_wait(struct process *process)
{
    return (struct process_wait){.co = CO_INIT(wait_for_end),
                                 .process = process};
}

/* ---- communicate ---- */

struct feed_stdin {
    struct coroutine co;
    void *result;
    struct stream_writer *writer; /* held: others may fail, and leave us */
    const char *input;
    size_t size;
    struct stream_writer_drain drain;
};

static bool is_broken_pipe(const struct error *error)
{
    return error_is(error, &error_os) &&
           (error->number == EPIPE || error->number == ECONNRESET);
}

static struct future *feed_stdin(struct coroutine *co)
{
    struct feed_stdin *self = (struct feed_stdin *)co;

    CO_BEGIN(self);
    stream_writer_hold(self->writer);
    CO_CHECK(self, stream_writer_write(self->writer, self->input, self->size));
    self->drain = stream_writer_drain(self->writer);
    CO_TRY_AWAIT(self, self->drain);
    if (self->drain.co.error != NULL && !is_broken_pipe(self->drain.co.error))
        CO_RAISE(self, self->drain.co.error);
    stream_writer_close(self->writer);
    CO_FINALLY(self);
    stream_writer_let_go(self->writer);
    CO_END(self);
}

static struct feed_stdin feed_stdin_new(struct stream_writer *writer,
                                        const char *input, size_t size)
{
    return (struct feed_stdin){.co = CO_INIT(feed_stdin),
                               .writer = writer,
                               .input = input,
                               .size = size};
}

/* All three at once: whoever waits for one would not hear the others. */
static struct future *begin_talk(struct process_communicate *self)
{
    struct process *process = self->process;
    struct coroutine *parts[3];
    size_t count = 0;

    if (self->input != NULL && process_stdin(process) != NULL)
        parts[count++] = COROUTINE(
            feed_stdin_new(process_stdin(process), self->input, self->size));
    for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++)
        if (process->streams[i] != NULL)
            parts[count++] = COROUTINE(
                stream_reader_read(&process->streams[i]->reader, STREAM_ALL));
    return async_gather(parts, count);
}

/* What the last read of a stream gave. */
static const char *given(struct process *process, int number, size_t *size)
{
    const struct stream_reader *reader = reader_of(process, number);

    *size = reader != NULL ? reader->given.length : 0;
    return reader != NULL ? reader->given.data : NULL;
}

static struct future *communicate(struct coroutine *co)
{
    struct process_communicate *self = (struct process_communicate *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->all = begin_talk(self));
    CO_AWAIT(self, *self->all);
    self->wait = process_wait(self->process);
    CO_AWAIT(self, self->wait);
    self->out = given(self->process, STDOUT_FILENO, &self->out_size);
    self->err = given(self->process, STDERR_FILENO, &self->err_size);
    self->result = (void *)(uintptr_t)self->out;
    CO_FINALLY(self);
    future_free(self->all);
    self->all = NULL;
    CO_END(self);
}

struct process_communicate process_communicate(struct process *process,
                                               const char *input, size_t size)
{
    return (struct process_communicate){.co = CO_INIT(communicate),
                                        .process = process,
                                        .input = input,
                                        .size = size};
}
