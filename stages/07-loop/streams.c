/*
 * streams.c - see streams.h: what stands between a transport and those who
 * read and write. What a writer's user waits for is in stream_waits.c.
 *
 *     class StreamReaderProtocol(FlowControlMixin, Protocol):
 *         def data_received(self, data):
 *             self._stream_reader.feed_data(data)
 *         def connection_lost(self, exc):
 *             ...
 */
#include "streams_internal.h"

#include "loop_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/uio.h>

/* ---- what the transport tells ---- */

void stream_writer_set_transport(struct stream_writer *writer,
                                 struct transport *transport)
{
    writer->transport = transport;
    writer->reader.transport = transport;
}

static void connection_made(struct protocol *protocol,
                            struct transport *transport)
{
    struct stream_writer *writer = (struct stream_writer *)protocol;

    stream_writer_set_transport(writer, transport);
    if (writer->on_connected != NULL)
        writer->on_connected(writer);
}

static void data_received(struct protocol *protocol, const char *data,
                          size_t size)
{
    struct stream_writer *writer = (struct stream_writer *)protocol;

    if (stream_reader_feed_data(&writer->reader, data, size))
        return;
    stream_reader_set_error(&writer->reader, &error_memory);
    transport_abort(writer->transport);
}

/* The connection stays: we may write on; but not through a pipe. */
static bool eof_received(struct protocol *protocol)
{
    struct stream_writer *writer = (struct stream_writer *)protocol;

    stream_reader_feed_eof(&writer->reader);
    return !writer->is_pipe;
}

static void pause_writing(struct protocol *protocol)
{
    ((struct stream_writer *)protocol)->paused = true;
}

/* Those who drain leave the list themselves. */
static void wake_drainers(struct stream_writer *writer,
                          const struct error *error)
{
    struct stream_writer_drain *drain = writer->drainers;

    for (; drain != NULL; drain = drain->next) {
        if (future_done(&drain->future))
            continue;
        if (error != NULL)
            future_set_error(&drain->future, error);
        else
            future_set_result(&drain->future, NULL);
    }
}

static void resume_writing(struct protocol *protocol)
{
    struct stream_writer *writer = (struct stream_writer *)protocol;

    writer->paused = false;
    wake_drainers(writer, NULL);
}

static void connection_lost(struct protocol *protocol,
                            const struct error *error)
{
    struct stream_writer *writer = (struct stream_writer *)protocol;

    if (error == NULL) {
        stream_reader_feed_eof(&writer->reader);
        future_set_result(&writer->closed, NULL);
    } else {
        stream_reader_set_error(&writer->reader, error);
        future_set_error(&writer->closed, error);
    }
    if (writer->paused)
        wake_drainers(writer, error);
    stream_writer_set_transport(writer, NULL);
    if (writer->process != NULL)
        process_pipe_lost(writer->process);
    stream_writer_let_go(writer); /* the transport's hold */
}

static const struct protocol_type stream_type = {
    .connection_made = connection_made,
    .data_received = data_received,
    .eof_received = eof_received,
    .pause_writing = pause_writing,
    .resume_writing = resume_writing,
    .connection_lost = connection_lost,
};

/* ---- its life ---- */

struct stream_writer *stream_writer_new(struct loop *loop, size_t limit)
{
    struct stream_writer *writer = calloc(1, sizeof *writer);

    if (writer == NULL)
        return error_raise_null(&error_memory);
    writer->protocol.type = &stream_type;
    writer->closed = future_new(loop);
    writer->holds = 1;
    if (stream_reader_init(&writer->reader, loop, limit))
        return writer;
    free(writer);
    return NULL;
}

struct stream_writer *stream_writer_hold(struct stream_writer *writer)
{
    writer->holds++;
    return writer;
}

void stream_writer_let_go(struct stream_writer *writer)
{
    if (--writer->holds > 0)
        return;
    stream_reader_close(&writer->reader);
    free(writer);
}

/* What is read is nobody's any more; what was written still has to go. */
void stream_writer_free(struct stream_writer *writer)
{
    if (writer == NULL || writer->freed)
        return;
    writer->freed = true;
    stream_writer_close(writer);
    stream_reader_close(&writer->reader);
    stream_writer_let_go(writer);
}

void stream_writer_close(struct stream_writer *writer)
{
    if (writer->transport != NULL)
        transport_close(writer->transport);
}

bool stream_writer_is_closing(const struct stream_writer *writer)
{
    return writer->transport == NULL || transport_is_closing(writer->transport);
}

/* ---- writing ---- */

bool stream_writer_write(struct stream_writer *writer, const void *data,
                         size_t size)
{
    return writer->transport == NULL ||
           transport_write(writer->transport, data, size);
}

/* Joined, as asyncio does: one call of the kernel, if it takes them all. */
bool stream_writer_writelines(struct stream_writer *writer,
                              const struct iovec pieces[], size_t count)
{
    struct buffer joined = {0};
    bool done = true;

    for (size_t i = 0; done && i < count; i++)
        if (buffer_append(&joined, pieces[i].iov_base, pieces[i].iov_len) < 0)
            done = error_raise(&error_memory);
    done = done && stream_writer_write(writer, joined.data, joined.length);
    buffer_free(&joined);
    return done;
}

void stream_writer_write_eof(struct stream_writer *writer)
{
    if (writer->is_pipe)
        stream_writer_close(writer);
    else if (writer->transport != NULL)
        transport_write_eof(writer->transport);
}

bool stream_writer_can_write_eof(const struct stream_writer *writer)
{
    return writer->transport == NULL ||
           transport_can_write_eof(writer->transport);
}

/* ---- about it ---- */

struct stream_reader *stream_writer_reader(struct stream_writer *writer)
{
    return &writer->reader;
}

struct transport *stream_writer_transport(struct stream_writer *writer)
{
    return writer->transport;
}

static int not_connected(void)
{
    errno = ENOTCONN;
    return -1;
}

int stream_writer_get_peername(const struct stream_writer *writer,
                               struct sockaddr *address, socklen_t *size)
{
    return writer->transport != NULL
               ? transport_get_peername(writer->transport, address, size)
               : not_connected();
}

int stream_writer_get_sockname(const struct stream_writer *writer,
                               struct sockaddr *address, socklen_t *size)
{
    return writer->transport != NULL
               ? transport_get_sockname(writer->transport, address, size)
               : not_connected();
}
