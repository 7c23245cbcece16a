/*
 * crawler_messages.h - what the processes of the crawler say to each other.
 *
 * Stage 02's messages, whole or not at all, through a stream: first a worker's
 * index, then a page's URL, or on the way back what became of the page.
 */
#ifndef STAGES_07_LOOP_CRAWLER_MESSAGES_H
#define STAGES_07_LOOP_CRAWLER_MESSAGES_H

#include "streams.h"

#include "common/buffer.h"

/* Sends one. Returns false with error_last(): error_memory. */
bool send_message(struct stream_writer *writer, uint32_t index,
                  const struct buffer *payload);

/* Called with each that came; returns false if it is none of ours. */
typedef bool on_message(void *data, uint32_t index, const char *payload,
                        size_t size);

/*
 * Takes all that are whole out of `in`, which keeps what is not. Returns false
 * if it makes no sense, or one was none of ours.
 */
bool take_messages(struct buffer *in, on_message *take, void *data);

/*
 *     async def listen(reader):
 *         while data := await reader.read(65536):
 *             for message in whole_messages(data):
 *                 take(message)
 *
 * Is over when the other side says no more, or nonsense.
 */
struct listen {
    struct coroutine co;
    void *result;
    struct stream_writer *writer;
    on_message *take;
    void *data;
    struct buffer in; /* what is not whole yet */
    struct stream_read read;
};
struct listen listen_new(struct stream_writer *writer, on_message *take,
                         void *data);

#endif
