/*
 * stream_reader_internal.h - what the reads of a stream are made of.
 */
#ifndef STAGES_07_LOOP_STREAM_READER_INTERNAL_H
#define STAGES_07_LOOP_STREAM_READER_INTERNAL_H

#include "stream_reader.h"

/* How many bytes there are to be read, and which. */
static inline size_t stream_reader_available(const struct stream_reader *reader)
{
    return reader->buffer.length - reader->taken;
}

static inline const char *
stream_reader_bytes(const struct stream_reader *reader)
{
    return reader->buffer.data + reader->taken;
}

/* The transport goes on if it is paused, and there is not too much left. */
void stream_reader_resume_if_low(struct stream_reader *reader);

/* Those that return false have set error_last(). */

/* What the last read gave is gone. False: the connection is broken. */
bool stream_read_begin(struct stream_read *self);

/*
 * From now on self->future is settled when something has happened. False: it
 * would not be, or someone else waits.
 */
bool stream_read_wait(struct stream_read *self);

/* It waits no more; also if it has not waited, or the reader is closed. */
void stream_read_waited(struct stream_read *self);

/* Moves the next `size` bytes to what is given; and gives that. */
bool stream_read_take(struct stream_read *self, size_t size);
bool stream_read_give(struct stream_read *self);
bool stream_read_take_and_give(struct stream_read *self, size_t size);

#endif
