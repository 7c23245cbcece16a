/*
 * json_write.h - the values of JSON that need care (RFC 8259).
 *
 * Braces, commas and names are written by whoever writes the object.
 */
#ifndef COMMON_JSON_WRITE_H
#define COMMON_JSON_WRITE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Writes a string, with its quotes. Bytes above 127 go as they are: what is
 * given is taken for UTF-8.
 */
void json_write_text(FILE *file, const char *text);

/* The same, of `size` bytes. */
void json_write_bytes(FILE *file, const char *bytes, size_t size);

/* Writes a number; null, as JSON has no word for it, if it is none. */
void json_write_number(FILE *file, double number);

/* Writes nanoseconds as milliseconds, to the last digit. */
void json_write_ms(FILE *file, int64_t ns);

#endif
