/*
 * answer.c - see answer.h. Source: RFC 9112, sections 4 to 7.
 */
#include "answer.h"

#include "common/digest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum answer_state {
    STATUS_LINE,
    HEADER,
    BODY,       /* `left` bytes */
    CHUNK_SIZE, /* its line */
    CHUNK,      /* `left` bytes */
    CHUNK_END,  /* the line end behind them */
    TRAILER,
    UNTIL_CLOSE,
    DONE,
    BAD,
};

void answer_init(struct answer *answer)
{
    /* All but the line, which counts only as far as `carried` says. */
    memset(answer, 0, offsetof(struct answer, line));
    answer->digest = DIGEST_EMPTY;
}

/* ---- lines ---- */

/* Below, a line is a string without its end. */
static int read_status_line(struct answer *answer, const char *line)
{
    if (strncmp(line, "HTTP/1.", 7) != 0 || line[7] == '\0' || line[8] != ' ')
        return BAD;
    answer->status = atoi(line + 9);
    answer->keep_alive = line[7] != '0';
    return answer->status >= 100 && answer->status <= 999 ? HEADER : BAD;
}

/* The value if the line is header `name` (with its colon), or NULL. */
static const char *value_of(const char *line, const char *name)
{
    size_t length = strlen(name);

    if (strncasecmp(line, name, length) != 0)
        return NULL;
    return line + length + strspn(line + length, " \t");
}

static int end_head(struct answer *answer)
{
    if (answer->status < 200) { /* an interim answer: the real one follows */
        answer_init(answer);
        answer->began = true;
        return STATUS_LINE;
    }
    if (answer->status == 204 || answer->status == 304)
        return DONE;
    if (answer->chunked)
        return CHUNK_SIZE;
    if (answer->has_length)
        return answer->left > 0 ? BODY : DONE;
    answer->keep_alive = false;
    return UNTIL_CLOSE;
}

static int read_header(struct answer *answer, const char *line)
{
    const char *value;
    char *end;

    if (line[0] == '\0')
        return end_head(answer);
    switch (line[0] | 0x20) { /* most headers are none of ours */
    case 'c':
        if ((value = value_of(line, "Content-Length:")) != NULL) {
            answer->left = strtoull(value, &end, 10);
            answer->has_length = true;
            if (end == value)
                return BAD;
        } else if ((value = value_of(line, "Connection:")) != NULL) {
            if (strcasestr(value, "close") != NULL)
                answer->keep_alive = false;
            else if (strcasestr(value, "keep-alive") != NULL)
                answer->keep_alive = true;
        }
        break;
    case 't':
        if ((value = value_of(line, "Transfer-Encoding:")) != NULL)
            answer->chunked = strcasestr(value, "chunked") != NULL;
        break;
    }
    return HEADER;
}

static int read_chunk_size(struct answer *answer, const char *line)
{
    char *end;

    answer->left = strtoull(line, &end, 16);
    if (end == line)
        return BAD;
    return answer->left > 0 ? CHUNK : TRAILER;
}

static int read_line(struct answer *answer, const char *line)
{
    switch (answer->state) {
    case STATUS_LINE:
        return read_status_line(answer, line);
    case HEADER:
        return read_header(answer, line);
    case CHUNK_SIZE:
        return read_chunk_size(answer, line);
    case CHUNK_END:
        return line[0] == '\0' ? CHUNK_SIZE : BAD;
    default: /* TRAILER */
        return line[0] == '\0' ? DONE : TRAILER;
    }
}

static void carry(struct answer *answer, const char *data, size_t size)
{
    size_t room = ANSWER_LINE - 1 - answer->carried;

    if (size > room)
        size = room;
    memcpy(answer->line + answer->carried, data, size);
    answer->carried += (uint8_t)size;
}

/* Takes bytes up to the end of a line; returns how many it took. */
static size_t feed_line(struct answer *answer, const char *data, size_t size)
{
    const char *end = memchr(data, '\n', size);
    size_t used = end != NULL ? (size_t)(end - data) : size;

    carry(answer, data, used);
    if (end == NULL)
        return size;
    if (answer->carried > 0 && answer->line[answer->carried - 1] == '\r')
        answer->carried--;
    answer->line[answer->carried] = '\0';
    answer->carried = 0;
    answer->state = (uint8_t)read_line(answer, answer->line);
    return used + 1;
}

/* ---- the body ---- */

static size_t feed_body(struct answer *answer, const char *data, size_t size)
{
    if (answer->state != UNTIL_CLOSE && size > answer->left)
        size = (size_t)answer->left;
    answer->digest = digest_add(answer->digest, data, size);
    answer->bytes += size;
    if (answer->state == UNTIL_CLOSE)
        return size;
    answer->left -= size;
    if (answer->left == 0)
        answer->state = answer->state == BODY ? DONE : CHUNK_END;
    return size;
}

enum answer_verdict answer_feed(struct answer *answer, const char *data,
                                size_t size)
{
    size_t used = 0;

    answer->began = answer->began || size > 0;
    while (used < size && answer->state < DONE) {
        const char *rest = data + used;
        if (answer->state == BODY || answer->state == CHUNK ||
            answer->state == UNTIL_CLOSE)
            used += feed_body(answer, rest, size - used);
        else
            used += feed_line(answer, rest, size - used);
    }
    if (used < size) /* nobody asked for what comes behind an answer */
        answer->keep_alive = false;
    return answer->state == DONE  ? ANSWER_DONE
           : answer->state == BAD ? ANSWER_MALFORMED
                                  : ANSWER_MORE;
}

enum answer_verdict answer_end(const struct answer *answer)
{
    return answer->state == UNTIL_CLOSE ? ANSWER_DONE : ANSWER_TRUNCATED;
}
