/*
 * 52-stream-limit - stage 07: the limit of a stream reader.
 */
#include "loop_support.h"
#include "stages/07-loop/streams.h"

#include <stdio.h>
#include <string.h>

enum { LIMIT = 16 };

static const char LONG_LINE[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
                                "short\n";

/* async def fresh(data, end=True): */
static bool fresh(struct stream_reader *reader, const char *data, bool end)
{
    stream_reader_close(reader); /* the one before */
    if (!stream_reader_init(reader, async_get_running_loop(), LIMIT) ||
        !stream_reader_feed_data(reader, data, strlen(data)))
        return false;
    if (end)
        stream_reader_feed_eof(reader);
    return true;
}

static bool fresh_of(struct stream_reader *reader, char letter, bool end)
{
    char letters[41] = "";

    memset(letters, letter, 40);
    return fresh(reader, letters, end);
}

struct program {
    struct coroutine co;
    void *result;
    struct stream_reader reader;
    struct stream_read read;
    size_t size;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, fresh(&self->reader, LONG_LINE, true));
    self->read = stream_reader_readuntil(&self->reader, "\n", 1);
    CO_TRY_AWAIT(self, self->read);
    if (error_is(self->read.co.error, &error_limit_overrun)) {
        printf("separator found too late, consumed: %zu\n",
               self->read.consumed);
        self->read =
            stream_reader_readexactly(&self->reader, self->read.consumed);
        CO_AWAIT(self, self->read);
        self->size = self->read.size;
        self->read = stream_reader_readline(&self->reader);
        CO_AWAIT(self, self->read);
        printf("skipped %zu left on the line: %zu\n", self->size,
               self->read.size);
    }
    self->read = stream_reader_readline(&self->reader);
    CO_AWAIT(self, self->read);
    printf("next: %s", (char *)self->read.result);

    CO_CHECK(self, fresh_of(&self->reader, 'y', false));
    self->read = stream_reader_readuntil(&self->reader, "--end--", 7);
    CO_TRY_AWAIT(self, self->read);
    if (error_is(self->read.co.error, &error_limit_overrun))
        printf("separator not found, consumed: %zu\n", self->read.consumed);

    CO_CHECK(self, fresh(&self->reader, LONG_LINE, true));
    self->read = stream_reader_readline(&self->reader);
    CO_TRY_AWAIT(self, self->read);
    if (error_is(self->read.co.error, &error_value))
        printf("readline refuses the long line\n");
    self->read = stream_reader_readline(&self->reader);
    CO_AWAIT(self, self->read);
    printf("next: %s", (char *)self->read.result);

    CO_CHECK(self, fresh_of(&self->reader, 'z', true));
    self->read = stream_reader_readexactly(&self->reader, 33);
    CO_AWAIT(self, self->read);
    self->size = self->read.size;
    self->read = stream_reader_read(&self->reader, STREAM_ALL);
    CO_AWAIT(self, self->read);
    printf("readexactly: %zu read: %zu\n", self->size, self->read.size);

    stream_reader_close(&self->reader);
    if (!stream_reader_init(&self->reader, async_get_running_loop(), 0) &&
        error_is(error_last(), &error_value))
        printf("a limit of zero is refused\n");
    CO_FINALLY(self);
    stream_reader_close(&self->reader);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
