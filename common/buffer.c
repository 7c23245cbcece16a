/*
 * buffer.c - see buffer.h.
 */
#include "buffer.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_FIRST = 64 };

int buffer_reserve(struct buffer *buffer, size_t more)
{
    if (more <= buffer->capacity - buffer->length)
        return 0;
    if (more > SIZE_MAX / 2 - buffer->length) {
        errno = ENOMEM;
        return -1;
    }
    size_t capacity = buffer->capacity * 2;
    if (capacity < BUFFER_FIRST)
        capacity = BUFFER_FIRST;
    if (capacity < buffer->length + more)
        capacity = buffer->length + more;
    char *data = realloc(buffer->data, capacity);
    if (data == NULL)
        return -1;
    buffer->data = data;
    buffer->capacity = capacity;
    return 0;
}

int buffer_append(struct buffer *buffer, const void *data, size_t size)
{
    if (size == 0)
        return 0;
    if (buffer_reserve(buffer, size) < 0)
        return -1;
    memcpy(buffer->data + buffer->length, data, size);
    buffer->length += size;
    return 0;
}

int buffer_append_string(struct buffer *buffer, const char *string)
{
    return buffer_append(buffer, string, strlen(string));
}

void buffer_free(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}
