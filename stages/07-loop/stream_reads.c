/*
 * stream_reads.c - see stream_reader.h: what may be read.
 *
 *     async def readexactly(self, n):
 *         while len(self._buffer) < n:
 *             if self._eof:
 *                 raise IncompleteReadError(...)
 *             await self._wait_for_data('readexactly')
 *         data = bytes(self._buffer[:n])
 *         del self._buffer[:n]
 *         self._maybe_resume_transport()
 *         return data
 */
#include "stream_reader_internal.h"
#include "task.h"

#include <string.h>

static struct stream_read read_new(coroutine_resume *code,
                                   struct stream_reader *reader)
{
    return (struct stream_read){.co = CO_INIT(code), .reader = reader};
}

/* ---- read ---- */

static size_t at_most(size_t wanted, const struct stream_reader *reader)
{
    return wanted < stream_reader_available(reader)
               ? wanted
               : stream_reader_available(reader);
}

static struct future *read_some(struct coroutine *co)
{
    struct stream_read *self = (struct stream_read *)co;
    struct stream_reader *reader = self->reader;

    CO_BEGIN(self);
    CO_CHECK(self, stream_read_begin(self));
    if (self->wanted > 0 && stream_reader_available(reader) == 0 &&
        !reader->eof) {
        CO_CHECK(self, stream_read_wait(self));
        CO_AWAIT(self, self->future);
    }
    CO_CHECK(self,
             stream_read_take_and_give(self, at_most(self->wanted, reader)));
    CO_FINALLY(self);
    stream_read_waited(self);
    CO_END(self);
}

/* Until the end, however much it is: what comes is moved on at once. */
static struct future *read_all(struct coroutine *co)
{
    struct stream_read *self = (struct stream_read *)co;
    struct stream_reader *reader = self->reader;

    CO_BEGIN(self);
    CO_CHECK(self, stream_read_begin(self));
    while (!stream_reader_at_eof(reader)) {
        CO_CHECK(self, stream_read_take(self, stream_reader_available(reader)));
        if (reader->error != NULL) /* it came just behind what woke us */
            CO_RAISE(self, reader->error);
        if (reader->eof)
            break;
        CO_CHECK(self, stream_read_wait(self));
        CO_AWAIT(self, self->future);
    }
    CO_CHECK(self, stream_read_give(self));
    CO_FINALLY(self);
    stream_read_waited(self);
    CO_END(self);
}

struct stream_read stream_reader_read(struct stream_reader *reader, size_t size)
{
    struct stream_read self =
        read_new(size == STREAM_ALL ? read_all : read_some, reader);

    self.wanted = size;
    return self;
}

/* ---- readexactly ---- */

static const struct error incomplete =
    ERROR(&error_incomplete_read, "the stream ended before all of it came");

static struct future *read_exactly(struct coroutine *co)
{
    struct stream_read *self = (struct stream_read *)co;
    struct stream_reader *reader = self->reader;

    CO_BEGIN(self);
    CO_CHECK(self, stream_read_begin(self));
    while (stream_reader_available(reader) < self->wanted) {
        if (reader->eof) {
            CO_CHECK(self, stream_read_take_and_give(
                               self, stream_reader_available(reader)));
            CO_RAISE(self, &incomplete);
        }
        CO_CHECK(self, stream_read_wait(self));
        CO_AWAIT(self, self->future);
    }
    CO_CHECK(self, stream_read_take_and_give(self, self->wanted));
    CO_FINALLY(self);
    stream_read_waited(self);
    CO_END(self);
}

struct stream_read stream_reader_readexactly(struct stream_reader *reader,
                                             size_t size)
{
    struct stream_read self = read_new(read_exactly, reader);

    self.wanted = size;
    return self;
}

/* ---- readuntil and readline ---- */

/*
 * Looks for the separator in what it has not looked at. Returns where it
 * begins, or -1; then only its first bytes can be at the end of what it saw.
 */
static ssize_t find_separator(struct stream_read *self)
{
    size_t size = stream_reader_available(self->reader),
           sep = self->separator_size;

    if (size < self->searched + sep) /* someone else may have read some */
        return -1;
    const char *bytes = stream_reader_bytes(self->reader);
    const char *found = memmem(bytes + self->searched, size - self->searched,
                               self->separator, sep);
    if (found != NULL)
        return found - bytes;
    self->searched = size + 1 - sep;
    return -1;
}

/* The end came before the separator: of a line that is all there is. */
static bool give_rest(struct stream_read *self)
{
    if (!stream_read_take_and_give(self, stream_reader_available(self->reader)))
        return false;
    return self->is_line || error_raise(&incomplete);
}

static const char never[] =
    "Separator is not found, and chunk exceed the limit";
static const char too_late[] =
    "Separator is found, but chunk is longer than limit";

/* The separator is not within the limit, but behind `size` bytes, or beyond. */
static bool refuse_chunk(struct stream_read *self, size_t size, bool found)
{
    static const struct error overruns[] = {
        ERROR(&error_limit_overrun, never),
        ERROR(&error_limit_overrun, too_late)};

    self->consumed = size;
    return error_raise(&overruns[found]);
}

/* So is a line's end: the line is dropped, or what there is of it. */
static bool drop_line(struct stream_read *self, size_t size, bool found)
{
    static const struct error long_lines[] = {ERROR(&error_value, never),
                                              ERROR(&error_value, too_late)};
    struct stream_reader *reader = self->reader;

    reader->taken += found ? size + 1 : stream_reader_available(reader);
    stream_reader_resume_if_low(reader);
    return error_raise(&long_lines[found]);
}

static bool check_limit(struct stream_read *self, size_t size, bool found)
{
    if (size <= self->reader->limit)
        return true;
    return self->is_line ? drop_line(self, size, found)
                         : refuse_chunk(self, size, found);
}

static struct future *read_until(struct coroutine *co)
{
    static const struct error empty =
        ERROR(&error_value, "Separator should be at least one-byte string");
    struct stream_read *self = (struct stream_read *)co;
    struct stream_reader *reader = self->reader;
    ssize_t found;

    CO_BEGIN(self);
    if (self->separator_size == 0)
        CO_RAISE(self, &empty);
    CO_CHECK(self, stream_read_begin(self));
    while ((found = find_separator(self)) < 0) {
        CO_CHECK(self, check_limit(self, self->searched, false));
        if (reader->eof) {
            CO_CHECK(self, give_rest(self));
            CO_RETURN(self);
        }
        CO_CHECK(self, stream_read_wait(self));
        CO_AWAIT(self, self->future);
    }
    CO_CHECK(self, check_limit(self, (size_t)found, true));
    CO_CHECK(self, stream_read_take_and_give(self, (size_t)found +
                                                       self->separator_size));
    CO_FINALLY(self);
    stream_read_waited(self);
    CO_END(self);
}

struct stream_read stream_reader_readuntil(struct stream_reader *reader,
                                           const char *separator, size_t size)
{
    struct stream_read self = read_new(read_until, reader);

    self.separator = separator;
    self.separator_size = size;
    return self;
}

struct stream_read stream_reader_readline(struct stream_reader *reader)
{
    struct stream_read self = stream_reader_readuntil(reader, "\n", 1);

    self.is_line = true;
    return self;
}
