/*
 * their_answer.h - an answer as http-parser sees it.
 */
#ifndef TESTS_FUZZ_THEIR_ANSWER_H
#define TESTS_FUZZ_THEIR_ANSWER_H

#include "common/buffer.h"

#include <http_parser.h>
#include <stdbool.h>

struct theirs {
    struct http_parser parser;
    struct buffer name, value; /* of the header that is being read */
    struct buffer location;    /* with a NUL; empty: there is none */
    struct buffer body;
    bool in_head; /* not in the trailers */
    bool in_value;
    bool is_whole;
    bool keep_alive;
    size_t used;
};

/* All of it, fed in one piece and closed. The caller frees. */
struct theirs theirs_read(const void *data, size_t size);
void theirs_free(struct theirs *theirs);

#endif
