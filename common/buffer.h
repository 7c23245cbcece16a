/*
 * buffer.h - bytes that grow: the bytearray of this project.
 */
#ifndef COMMON_BUFFER_H
#define COMMON_BUFFER_H

#include <stddef.h>

/* All zero is an empty buffer. data is NULL until something is appended. */
struct buffer {
    char *data;
    size_t length;   /* bytes in use */
    size_t capacity; /* bytes allocated */
};

/*
 * Makes room for `more` bytes behind those in use. The capacity at least
 * doubles, so that appending n bytes one by one takes O(n) in all. Returns 0,
 * or -1 with errno ENOMEM and the buffer as it was.
 */
int buffer_reserve(struct buffer *buffer, size_t more);

/*
 * Copies `size` bytes to the end. Returns 0, or -1 with errno ENOMEM and the
 * buffer as it was.
 */
int buffer_append(struct buffer *buffer, const void *data, size_t size);

/* Appends a string without its NUL. Returns as buffer_append(). */
int buffer_append_string(struct buffer *buffer, const char *string);

/* Frees the bytes and leaves an empty buffer, ready for use again. */
void buffer_free(struct buffer *buffer);

#endif
