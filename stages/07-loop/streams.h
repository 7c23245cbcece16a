/*
 * streams.h - connections as a reader and a writer.
 *
 * The Python it mirrors: asyncio's StreamWriter, open_connection() and
 * start_server() (streams.py).
 *
 *     self->open = async_open_connection("localhost", 8000);
 *     CO_AWAIT(self, self->open);
 *     self->reader = self->open.reader;
 *     self->writer = self->open.writer;
 *     stream_writer_write(self->writer, "GET / ...", n);
 *     self->drain = stream_writer_drain(self->writer);
 *     CO_AWAIT(self, self->drain);
 *     ...
 *     CO_FINALLY(self);
 *     stream_writer_free(self->writer);
 *
 * Reader and writer are one piece of memory. It is let go with
 * stream_writer_free(), which closes the connection if that was not done.
 */
#ifndef STAGES_07_LOOP_STREAMS_H
#define STAGES_07_LOOP_STREAMS_H

#include "connect.h"
#include "server.h"
#include "sleep.h"
#include "stream_reader.h"
#include "task.h"
#include "transport.h"

struct stream_writer;

/* ---- writing ---- */

/*
 * Sends the bytes, or keeps a copy until they can be sent. Never waits: that
 * is what drain is for. Returns as transport_write() does; on a connection
 * that was lost the bytes are dropped.
 */
bool stream_writer_write(struct stream_writer *writer, const void *data,
                         size_t size);

/* The same for `count` pieces, one behind the other. */
struct iovec;
bool stream_writer_writelines(struct stream_writer *writer,
                              const struct iovec pieces[], size_t count);

/* Ends our half once all is sent. */
void stream_writer_write_eof(struct stream_writer *writer);
bool stream_writer_can_write_eof(const struct stream_writer *writer);

/*
 * Is over when there is room to write on: at once, unless too much is kept.
 * Fails with what the connection was lost for; error_os, ECONNRESET, if it
 * was just closed.
 */
struct stream_writer_drain {
    struct coroutine co;
    void *result;
    struct stream_writer *writer;
    struct future future;
    struct stream_writer_drain *next, **link; /* among those who wait */
    struct async_sleep sleep;
};
struct stream_writer_drain stream_writer_drain(struct stream_writer *writer);

/* ---- its end ---- */

/* Closes once all is sent; the reader gets what has come, and then the end. */
void stream_writer_close(struct stream_writer *writer);
bool stream_writer_is_closing(const struct stream_writer *writer);

/* Is over when the connection is; fails with what it was lost for. */
struct stream_writer_wait_closed {
    struct coroutine co;
    void *result;
    struct stream_writer *writer;
};
struct stream_writer_wait_closed
stream_writer_wait_closed(struct stream_writer *writer);

/*
 * Closes it and lets writer and reader go; NULL is fine. What is kept is still
 * sent. Who is in a read of it fails with error_runtime; who drains, or waits
 * for its end, waits on.
 */
void stream_writer_free(struct stream_writer *writer);

/* ---- about it ---- */

struct stream_reader *stream_writer_reader(struct stream_writer *writer);

/* NULL once the connection is lost. */
struct transport *stream_writer_transport(struct stream_writer *writer);

/* get_extra_info("peername") and "sockname": as transport_get_peername(). */
int stream_writer_get_peername(const struct stream_writer *writer,
                               struct sockaddr *address, socklen_t *size);
int stream_writer_get_sockname(const struct stream_writer *writer,
                               struct sockaddr *address, socklen_t *size);

/* ---- clients ---- */

/*
 * Connects as loop_create_connection() does, or to a Unix socket. Before it is
 * awaited `limit` may be set, of the reader, in bytes. In the end reader and
 * writer are there, the caller's: see above; if it failed, they are NULL. Also
 * fails with error_value: the limit is 0.
 */
struct async_open_connection {
    struct coroutine co;
    void *result; /* the writer, too */
    struct stream_reader *reader;
    struct stream_writer *writer;
    const char *host;
    uint16_t port;
    const char *path; /* of the Unix socket; NULL: it is none */
    size_t limit;
    struct loop *loop;
    struct loop_create_connection connect;
};
struct async_open_connection async_open_connection(const char *host,
                                                   uint16_t port);
struct async_open_connection async_open_unix_connection(const char *path);

/*
 * A stream over a socket that is connected and non-blocking: there is nothing
 * to be awaited. Returns NULL with error_last() as transport_new(); then the
 * socket is closed.
 */
struct stream_writer *async_open_socket(struct loop *loop, int fd);

/* ---- servers ---- */

/*
 * What is done with a connection: makes a coroutine object, which a task of
 * its own drives; NULL closes the connection. When the task is over the server
 * frees the writer, if the coroutine has not. An error that leaves it is
 * reported to the exception handler.
 */
typedef struct coroutine *stream_handler(struct stream_reader *reader,
                                         struct stream_writer *writer,
                                         void *data);

/*
 * A server as loop_create_server() makes it, whose connections are streams.
 * Before it is awaited `limit` may be set. The server is the result; it is
 * freed with server_free(). Also fails with error_value: the limit is 0.
 */
struct async_start_server {
    struct coroutine co;
    void *result;
    const char *host;
    uint16_t port;
    size_t limit;
    stream_handler *handler;
    void *data;
    struct loop_create_server create;
};
struct async_start_server async_start_server(stream_handler *handler,
                                             void *data, const char *host,
                                             uint16_t port);

/*
 * The same over a socket that is bound and non-blocking, and over a Unix
 * socket: there is nothing to be awaited. Return as loop_create_server_on().
 */
struct server *async_start_server_on(stream_handler *handler, void *data,
                                     int fd, size_t limit);
struct server *async_start_unix_server(stream_handler *handler, void *data,
                                       const char *path, size_t limit);

#endif
