/*
 * loop_memory_outside_test.c - the loop where memory runs out: who talks to
 * the world outside, or has the loop call something.
 */
#include "loop_memory.h"

#include <signal.h>

/* ---- the world ---- */

static struct future *talks(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->child = async_create_subprocess_exec(
        (const char *[]){"cat", NULL},
        &(struct process_pipes){PROCESS_PIPE, PROCESS_PIPE, PROCESS_PIPE, 0});
    CO_CHECK(self, self->child);
    self->talk = process_communicate(self->child, "hello", 5);
    CO_AWAIT(self, self->talk);
    CO_FINALLY(self);
    process_free(self->child);
    CO_END(self);
}

static void note_signal(void *data)
{
    future_set_result(data, NULL);
}

static struct future *hears(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, loop_add_signal_handler(async_get_running_loop(), SIGUSR1,
                                           note_signal, self->future));
    raise(SIGUSR1);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    loop_remove_signal_handler(async_get_running_loop(), SIGUSR1);
    future_free(self->future);
    CO_END(self);
}

/* ---- streams ---- */

/* An echo of one line; the client hears its end when there is none. */
static struct future *serve(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->read = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->read);
    CO_CHECK(self, stream_writer_write(self->writer, self->read.result,
                                       self->read.size));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    CO_FINALLY(self);
    stream_writer_close(self->writer);
    CO_END(self);
}

static struct coroutine *on_client(struct stream_reader *reader,
                                   struct stream_writer *writer, void *data)
{
    struct program frame = program_new(serve);

    (void)data;
    frame.reader = reader;
    frame.writer = writer;
    return COROUTINE(frame);
}

static struct future *converses(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->start = async_start_server(on_client, NULL, "127.0.0.1", 0);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    self->open = async_open_connection("127.0.0.1", server_port(self->server));
    CO_AWAIT(self, self->open);
    self->writer = self->open.writer;
    CO_CHECK(self, stream_writer_write(self->writer, "hello\n", 6));
    self->read = stream_reader_read(self->open.reader, 100);
    CO_AWAIT(self, self->read);
    CO_FINALLY(self);
    stream_writer_free(self->writer);
    server_free(self->server);
    CO_END(self);
}

/* ---- calls ---- */

static void do_nothing(void *data)
{
    (void)data;
}

static void on_done(struct future *future, void *data)
{
    (void)future, (void)data;
}

static void settle(void *future)
{
    future_set_result(future, NULL);
}

/* In memory of the loop's own. */
static bool call_all(struct loop *loop, struct future *future)
{
    return loop_call_soon(loop, NULL, do_nothing, NULL) &&
           loop_call_later(loop, NULL, 0.5, do_nothing, NULL) &&
           loop_call_soon_threadsafe(loop, NULL, do_nothing, NULL) &&
           future_add_done_callback(future, on_done, NULL) &&
           loop_call_later(loop, NULL, 1, settle, future);
}

static struct future *calls(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, call_all(async_get_running_loop(), self->future));
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    if (self->future != NULL)
        future_cancel(self->future, NULL); /* settle() may come yet */
    self->sleep = async_sleep(2);
    CO_TRY_AWAIT(self, self->sleep);
    future_free(self->future);
    CO_END(self);
}

/* ---- their lives ---- */

static const struct life lives[] = {
    {"talks", talks, true},
    {"hears", hears, false},
    {"converses", converses, true},
    {"calls", calls, false},
};

START_TEST(without_memory_a_program_ends_and_nothing_is_left)
{
    life = &lives[_i];
    live_all_lives(live);
}
END_TEST

int main(void)
{
    return run_lives("loop_memory_outside",
                     without_memory_a_program_ends_and_nothing_is_left,
                     sizeof lives / sizeof lives[0], NULL);
}
