/*
 * answer.h - reads an HTTP/1.1 answer as it comes, for the peers whose library
 * knows no HTTP: a length, chunks, or all until the connection closes.
 *
 * Minimal on purpose. It keeps 100 bytes of a line that came in pieces, so in
 * longer ones it may miss what stands at their end; it does not mind headers
 * that contradict each other. common/http.h does; this is a floor to measure
 * from, and it is told nothing but what the practice site and nginx say.
 */
#ifndef TESTS_PEERS_ANSWER_H
#define TESTS_PEERS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum answer_verdict {
    ANSWER_MORE,
    ANSWER_DONE,
    ANSWER_MALFORMED,
    ANSWER_TRUNCATED,
};

enum { ANSWER_LINE = 100 };

struct answer {
    uint64_t bytes;  /* of the body so far */
    uint64_t digest; /* of the body so far */
    uint64_t left;   /* of the body or the chunk */
    int status;
    uint8_t state;   /* enum answer_state */
    uint8_t carried; /* bytes in `line` */
    bool began;      /* something came */
    bool keep_alive; /* the server will */
    bool chunked;
    bool has_length;
    char line[ANSWER_LINE]; /* the beginning of a line that is not whole */
};

/* Made ready for the next answer. */
void answer_init(struct answer *answer);

/* Takes what came. After ANSWER_DONE status, bytes and digest are final. */
enum answer_verdict answer_feed(struct answer *answer, const char *data,
                                size_t size);

/* The server has closed: ANSWER_DONE or ANSWER_TRUNCATED. */
enum answer_verdict answer_end(const struct answer *answer);

#endif
