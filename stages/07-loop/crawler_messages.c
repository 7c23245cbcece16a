/*
 * crawler_messages.c - see crawler_messages.h.
 */
#include "crawler_messages.h"

#include "stages/02-processes/message.h"

#include <string.h>

enum { READ_SIZE = 64 * 1024 };

static int append_message(struct buffer *out, uint32_t index,
                          const struct buffer *payload)
{
    struct buffer message = {0};
    int status = -1;

    if (buffer_append(&message, &index, sizeof index) == 0 &&
        buffer_append(&message, payload->data, payload->length) == 0)
        status = message_append(out, message.data, message.length);
    buffer_free(&message);
    return status;
}

bool send_message(struct stream_writer *writer, uint32_t index,
                  const struct buffer *payload)
{
    struct buffer out = {0};
    bool sent = append_message(&out, index, payload) == 0
                    ? stream_writer_write(writer, out.data, out.length)
                    : error_raise(&error_memory);

    buffer_free(&out);
    return sent;
}

bool take_messages(struct buffer *in, on_message *take, void *data)
{
    const char *payload;
    uint32_t index;
    size_t size, used = 0;
    ssize_t whole;

    while ((whole = message_parse(in->data + used, in->length - used, &payload,
                                  &size)) > 0) {
        if (size < sizeof index)
            return false;
        memcpy(&index, payload, sizeof index);
        if (!take(data, index, payload + sizeof index, size - sizeof index))
            return false;
        used += (size_t)whole;
    }
    in->length -= used;
    memmove(in->data, in->data + used, in->length);
    return whole == 0;
}

static bool take_read(struct listen *self)
{
    return self->read.size > 0 &&
           buffer_append(&self->in, self->read.result, self->read.size) == 0 &&
           take_messages(&self->in, self->take, self->data);
}

static struct future *listen_to(struct coroutine *co)
{
    struct listen *self = (struct listen *)co;

    CO_BEGIN(self);
    do {
        self->read =
            stream_reader_read(stream_writer_reader(self->writer), READ_SIZE);
        CO_AWAIT(self, self->read);
    } while (take_read(self));
    CO_FINALLY(self);
    buffer_free(&self->in);
    CO_END(self);
}

struct listen listen_new(struct stream_writer *writer, on_message *take,
                         void *data)
{
    return (struct listen){
        .co = CO_INIT(listen_to), .writer = writer, .take = take, .data = data};
}
