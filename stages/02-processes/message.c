/*
 * message.c - see message.h.
 */
#include "message.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

/* Both ends are the same program on the same machine: no byte order needed. */
typedef uint64_t message_length;

int message_append(struct buffer *out, const void *data, size_t size)
{
    message_length length = size;

    if (size > MESSAGE_MAX) {
        errno = EMSGSIZE;
        return -1;
    }
    if (buffer_reserve(out, sizeof length + size) < 0)
        return -1;
    buffer_append(out, &length, sizeof length); /* cannot fail: reserved */
    buffer_append(out, data, size);
    return 0;
}

/* docs: 02-message-parse */
ssize_t message_parse(const char *bytes, size_t length, const char **payload,
                      size_t *size)
{
    message_length announced;

    if (length < sizeof announced)
        return 0;
    memcpy(&announced, bytes, sizeof announced);
    if (announced > MESSAGE_MAX) {
        errno = EBADMSG;
        return -1;
    }
    if (length - sizeof announced < announced)
        return 0;
    *payload = bytes + sizeof announced;
    *size = announced;
    return (ssize_t)(sizeof announced + announced);
}

/* Receives exactly `size` bytes, or fewer at the end of the stream. */
static ssize_t receive_all(int fd, void *data, size_t size)
{
    size_t got = 0;

    while (got < size) {
        ssize_t n = recv(fd, (char *)data + got, size - got, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        got += (size_t)n;
    }
    return (ssize_t)got;
}

/* docs: 02-message-receive */
int message_receive(int fd, struct buffer *payload)
{
    message_length length;
    ssize_t got = receive_all(fd, &length, sizeof length);

    if (got <= 0)
        return (int)got;
    payload->length = 0;
    if (got == sizeof length && length <= MESSAGE_MAX) {
        if (buffer_reserve(payload, length) < 0)
            return -1;
        got = receive_all(fd, payload->data, length);
        if (got < 0)
            return -1;
        payload->length = (size_t)got;
        if (payload->length == length)
            return 1;
    }
    errno = EBADMSG;
    return -1;
}

static int send_all(int fd, const void *data, size_t size)
{
    while (size > 0) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data = (const char *)data + n;
        size -= (size_t)n;
    }
    return 0;
}

int message_send(int fd, const struct buffer *payload)
{
    message_length length = payload->length;

    if (send_all(fd, &length, sizeof length) < 0)
        return -1;
    return send_all(fd, payload->data, payload->length);
}
