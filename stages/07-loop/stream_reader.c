/*
 * stream_reader.c - see stream_reader.h: the buffer, who feeds it, and how a
 * read waits and takes. The reads themselves are in stream_reads.c.
 */
#include "stream_reader_internal.h"

#include "transport.h"

#include <assert.h>
#include <string.h>

bool stream_reader_init(struct stream_reader *reader, struct loop *loop,
                        size_t limit)
{
    static const struct error no_limit =
        ERROR(&error_value, "Limit cannot be <= 0");

    *reader = (struct stream_reader){.loop = loop, .limit = limit};
    return limit > 0 || error_raise(&no_limit);
}

bool stream_reader_at_eof(const struct stream_reader *reader)
{
    return reader->eof && stream_reader_available(reader) == 0;
}

/* ---- feeding ---- */

/* Who reads goes on, or fails; he may have been cancelled just now. */
static void wake_reader(struct stream_reader *reader, const struct error *error)
{
    struct stream_read *reading = reader->reading;

    if (reading == NULL || !reading->waits)
        return;
    reading->waits = false;
    if (future_done(&reading->future))
        return;
    if (error != NULL)
        future_set_error(&reading->future, error);
    else
        future_set_result(&reading->future, NULL);
}

/* Before it grows, what was taken makes room, if it is much. */
static void pack(struct stream_reader *reader)
{
    struct buffer *buffer = &reader->buffer;

    if (reader->taken <= buffer->length / 2)
        return;
    buffer->length -= reader->taken;
    memmove(buffer->data, buffer->data + reader->taken, buffer->length);
    reader->taken = 0;
}

bool stream_reader_feed_data(struct stream_reader *reader, const void *data,
                             size_t size)
{
    assert(!reader->eof);
    if (size == 0)
        return true;
    pack(reader);
    if (buffer_append(&reader->buffer, data, size) < 0)
        return error_raise(&error_memory);
    wake_reader(reader, NULL);
    if (reader->transport != NULL && !reader->paused &&
        stream_reader_available(reader) > 2 * reader->limit) {
        reader->paused = true;
        transport_pause_reading(reader->transport);
    }
    return true;
}

void stream_reader_feed_eof(struct stream_reader *reader)
{
    reader->eof = true;
    wake_reader(reader, NULL);
}

void stream_reader_set_error(struct stream_reader *reader,
                             const struct error *error)
{
    reader->error = error;
    wake_reader(reader, error);
}

const struct error *stream_reader_error(const struct stream_reader *reader)
{
    return reader->error;
}

/* Who is in a read will not find us any more, even if data woke him before. */
void stream_reader_close(struct stream_reader *reader)
{
    static const struct error closed =
        ERROR(&error_runtime, "the reader was closed meanwhile");
    struct stream_read *reading = reader->reading;

    wake_reader(reader, NULL);
    if (reading != NULL) {
        reading->reader = NULL;
        if (reading->future.co.error == NULL)
            reading->future.co.error = &closed;
    }
    buffer_free(&reader->buffer);
    buffer_free(&reader->given);
    *reader = (struct stream_reader){.loop = reader->loop, .eof = true};
}

/* ---- waiting for more ---- */

static void resume(struct stream_reader *reader)
{
    if (!reader->paused)
        return;
    reader->paused = false;
    if (reader->transport != NULL)
        transport_resume_reading(reader->transport);
}

void stream_reader_resume_if_low(struct stream_reader *reader)
{
    if (stream_reader_available(reader) <= reader->limit)
        resume(reader);
}

/* Who waits while it is paused, or after its end, would wait for ever. */
bool stream_read_wait(struct stream_read *self)
{
    static const struct error taken =
        ERROR(&error_runtime, "another coroutine is already waiting for "
                              "incoming data");
    struct stream_reader *reader = self->reader;

    if (reader->error != NULL)
        return error_raise(reader->error);
    if (reader->reading != NULL && reader->reading->waits)
        return error_raise(&taken);
    resume(reader);
    if (stream_reader_available(reader) ==
        0) { /* who waits for nothing holds nothing */
        buffer_free(&reader->buffer);
        reader->taken = 0;
    }
    self->future = future_new(reader->loop);
    self->waits = true;
    reader->reading = self;
    return true;
}

void stream_read_waited(struct stream_read *self)
{
    if (self->reader != NULL && self->reader->reading == self)
        self->reader->reading = NULL;
    self->waits = false;
}

/* ---- giving ---- */

bool stream_read_begin(struct stream_read *self)
{
    buffer_free(&self->reader->given);
    return self->reader->error == NULL || error_raise(self->reader->error);
}

/* What was given so far, as the result. */
bool stream_read_give(struct stream_read *self)
{
    struct buffer *given = &self->reader->given;

    if (buffer_append(given, "", 1) < 0)
        return error_raise(&error_memory);
    given->length--;
    self->result = given->data;
    self->size = given->length;
    return true;
}

/* Moves the next `size` bytes to what is given. */
bool stream_read_take(struct stream_read *self, size_t size)
{
    struct stream_reader *reader = self->reader;

    if (size == 0)
        return true;
    if (size == stream_reader_available(reader) && reader->taken == 0 &&
        reader->given.data == NULL) {
        reader->given = reader->buffer; /* all of it: no need to copy */
        reader->buffer = (struct buffer){0};
    } else {
        if (buffer_append(&reader->given, stream_reader_bytes(reader), size) <
            0)
            return error_raise(&error_memory);
        reader->taken += size;
    }
    stream_reader_resume_if_low(reader);
    return true;
}

/* The same, and that is the result. */
bool stream_read_take_and_give(struct stream_read *self, size_t size)
{
    return stream_read_take(self, size) && stream_read_give(self);
}
