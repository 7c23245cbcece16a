/*
 * message.h - messages that arrive whole or not at all.
 *
 * A stream socket keeps no borders: what one side wrote in one call may
 * arrive in many pieces, or end in the middle when that side dies. So each
 * message goes behind its length; a reader that sees the end of the stream
 * before the end of a message knows that it is torn.
 */
#ifndef STAGES_02_PROCESSES_MESSAGE_H
#define STAGES_02_PROCESSES_MESSAGE_H

#include "common/buffer.h"

#include <stddef.h>
#include <sys/types.h>

/* A length beyond this is no message of ours but garbage. */
#define MESSAGE_MAX ((size_t)256 << 20)

/*
 * Appends a message of `size` bytes to `out`, length first. Returns 0, or -1
 * with errno ENOMEM, or EMSGSIZE: longer than MESSAGE_MAX.
 */
int message_append(struct buffer *out, const void *data, size_t size);

/*
 * Looks for a whole message at the start of `length` bytes. Returns how many
 * bytes it takes up, with *payload and *size set to what is inside; 0 if more
 * bytes are needed; -1 with errno EBADMSG if this is no message.
 */
ssize_t message_parse(const char *bytes, size_t length, const char **payload,
                      size_t *size);

/*
 * Waits for a whole message on a blocking socket, and puts what is inside
 * into `payload` in place of what was there. Returns 1; 0 at the end of the
 * stream; -1 with errno, EBADMSG if the stream ended inside a message.
 */
int message_receive(int fd, struct buffer *payload);

/* Sends a whole message on a blocking socket. Returns 0, or -1 with errno. */
int message_send(int fd, const struct buffer *payload);

#endif
