/*
 * support.h - what several suites need: counting what is left over, files in
 * a directory of their own, and what was written to a standard stream.
 *
 * Everything fails the test when it cannot do its work.
 */
#ifndef TESTS_SUPPORT_H
#define TESTS_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* How many descriptors this process has open. */
int count_descriptors(void);

/* How many threads this process has. */
int count_threads(void);

/* Whether this process has any child, be it a zombie. */
bool has_children(void);

/*
 * Makes and removes the directory that temp_path() is about: an unchecked
 * fixture, so that it is removed whatever becomes of the tests.
 */
void temp_dir_make(void);
void temp_dir_remove(void);

/* The path of a file in it, which need not be there. The caller frees. */
char *temp_path(const char *name);

/* Writes a whole file. */
void file_write(const char *path, const void *data, size_t size);

/* Reads a whole file, and a NUL behind it. The caller frees. */
char *file_read(const char *path);

/* A standard stream that is caught. */
struct capture {
    FILE *stream;
    int fd;     /* the stream's own descriptor meanwhile */
    FILE *file; /* where it goes */
};

/* From now on what is written to stdout or stderr is kept. */
void capture_begin(struct capture *capture, FILE *stream);

/* Gives the stream back; returns what was written. The caller frees. */
char *capture_end(struct capture *capture);

/* Sends the stream to the file at `path`, for the rest of the test. */
void send_stream_to(FILE *stream, const char *path);

#endif
