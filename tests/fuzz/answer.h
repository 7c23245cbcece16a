/*
 * answer.h - an answer as the reader of common/http.h sees it, for the targets
 * that are about it.
 */
#ifndef TESTS_FUZZ_ANSWER_H
#define TESTS_FUZZ_ANSWER_H

#include "common/http.h"

#include <stdbool.h>

struct answer {
    struct http_reader reader;
    enum http_verdict fed; /* the verdict before the server closed */
    bool keep_alive;       /* what was said then of the connection */
    size_t used;           /* bytes that belong to it */
};

/* Makes one whose body may have `max_body` bytes. */
void answer_open(struct answer *answer, uint64_t max_body);

/* Feeds it a piece, and looks at what http_reader_feed() promises of one. */
void answer_feed(struct answer *answer, const void *data, size_t size);

/* The server closes. */
void answer_end(struct answer *answer);
void answer_free(struct answer *answer);

/* All of it: opened, fed in pieces of `step` bytes, ended. */
struct answer answer_read(const void *data, size_t size, uint64_t max_body,
                          size_t step);

/* Whether nothing tells them apart that a caller may look at. */
bool answer_is(const struct answer *answer, const struct answer *other);

/*
 * Reads the bytes as one piece and checks what holds for every answer: that
 * it fits together, that memory follows what arrived, and that it is the same
 * however it is cut. The caller frees it.
 */
struct answer answer_checked(const void *data, size_t size, uint64_t max_body);

#endif
