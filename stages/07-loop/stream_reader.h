/*
 * stream_reader.h - bytes that come in pieces, read as the program wants them.
 *
 * The Python it mirrors: asyncio.StreamReader (streams.py). Between whoever
 * feeds it, mostly a connection, and whoever reads stands a buffer. Who reads
 * too little makes it grow beyond its limit, and then the connection is paused.
 *
 *     self->line = stream_reader_readline(reader);
 *     CO_AWAIT(self, self->line);
 *     printf("%s", (const char *)self->line.result);
 *
 * What a read gave, `size` bytes and a NUL behind them, is the reader's: it
 * stays until the next read of this reader begins.
 */
#ifndef STAGES_07_LOOP_STREAM_READER_H
#define STAGES_07_LOOP_STREAM_READER_H

#include "future.h"

#include "common/buffer.h"

struct transport;
struct stream_read;

enum { STREAM_LIMIT = 64 * 1024 }; /* bytes; what asyncio takes, too */

/* Lives wherever its owner put it, and must not move while it is read. */
struct stream_reader {
    struct loop *loop;
    struct transport *transport; /* to be paused and resumed, or NULL */
    struct buffer buffer;        /* what came, */
    size_t taken;                /* but for these bytes of it */
    struct buffer given;         /* what the last read gave */
    size_t limit;                /* of a line, and half of the buffer's */
    struct stream_read *reading; /* that waits, or is woken; or NULL */
    const struct error *error;   /* of the connection, or NULL */
    bool eof;
    bool paused; /* the transport is, because of us */
};

/*
 * Makes an empty one. Returns false with error_last(): error_value, the limit
 * is 0. The caller calls stream_reader_close().
 */
bool stream_reader_init(struct stream_reader *reader, struct loop *loop,
                        size_t limit);

/* Frees what it holds. Who waits in a read of it fails with error_runtime. */
void stream_reader_close(struct stream_reader *reader);

/* ---- for who feeds it ---- */

/*
 * `size` bytes came; not after the end. Returns false with error_last():
 * error_memory, and nothing was taken in.
 */
bool stream_reader_feed_data(struct stream_reader *reader, const void *data,
                             size_t size);

/* No more will come. */
void stream_reader_feed_eof(struct stream_reader *reader);

/* No more will come, for that reason: who reads fails with it. */
void stream_reader_set_error(struct stream_reader *reader,
                             const struct error *error);
const struct error *stream_reader_error(const struct stream_reader *reader);

/* ---- for who reads ---- */

/* A read; lives in the frame of who awaits it. */
struct stream_read {
    struct coroutine co;
    void *result;                 /* const char *: what was read */
    size_t size;                  /* bytes of it */
    struct stream_reader *reader; /* NULL: it was closed meanwhile */
    size_t wanted;                /* what the read asks for, in bytes */
    const char *separator;
    size_t separator_size;
    size_t searched; /* bytes in which the separator does not begin */
    size_t consumed; /* LimitOverrunError.consumed */
    bool is_line;
    bool waits; /* and nothing has come yet */
    struct future future;
};

/* Read until the end of the stream. */
#define STREAM_ALL SIZE_MAX

/*
 * At most `size` bytes, as soon as there are any; none at the end of the
 * stream. All of them fail with the connection's error; error_runtime: someone
 * else reads it now; error_memory.
 */
struct stream_read stream_reader_read(struct stream_reader *reader,
                                      size_t size);

/*
 * A line with its end; what there is of it at the end of the stream, or
 * nothing. Fails with error_value if it is longer than the limit; then it is
 * dropped, or what there was of it.
 */
struct stream_read stream_reader_readline(struct stream_reader *reader);

/*
 * `size` bytes, or up to the separator and with it (`size` bytes of text that
 * must stay). Fail with error_incomplete_read if the stream ends before: then
 * `result` and `size` are what came, which is no more to be read. The second
 * one fails with error_limit_overrun if the separator is not within the limit,
 * and `consumed` bytes may be read without it; error_value: it is empty.
 */
struct stream_read stream_reader_readexactly(struct stream_reader *reader,
                                             size_t size);
struct stream_read stream_reader_readuntil(struct stream_reader *reader,
                                           const char *separator, size_t size);

/* Whether all was read and no more will come. */
bool stream_reader_at_eof(const struct stream_reader *reader);

#endif
