/*
 * chunk_model.h - what a chunked body comes to, said once more and otherwise.
 *
 * The reader goes byte by byte through states and keeps nothing; this has all
 * bytes before it, looks for line ends, and asks of each line what is wrong
 * with it first. Where the two disagree, one of them is wrong.
 */
#ifndef TESTS_FUZZ_CHUNK_MODEL_H
#define TESTS_FUZZ_CHUNK_MODEL_H

#include "common/http.h"

struct chunk_model {
    enum http_verdict verdict; /* HTTP_MORE: the end is not there */
    size_t used;               /* when it is whole */
    struct buffer body;
    bool lf_alone; /* some line ended without a CR */
};

/* The caller frees the body. */
struct chunk_model chunk_model_read(const char *data, size_t size,
                                    size_t max_body);

#endif
