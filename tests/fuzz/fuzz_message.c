/*
 * fuzz_message.c - what the processes of stages 02 and 07 say to each other,
 * given any bytes.
 *
 * As a stream it is the same messages to all who read it: message_parse(),
 * message_receive() from a socket, and the listener of stage 07, which counts
 * in an index and is fed in pieces. As a payload, it comes out of a message as
 * it went in; and a page is read from it, or not, without guessing.
 */
#include "common/links.h"
#include "common/page_message.h"
#include "fuzz.h"
#include "stages/02-processes/message.h"
#include "stages/07-loop/crawler_messages.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    STREAM_MAX = 64 * 1024,    /* bytes; more would fill the socket */
    RECEIVED_MAX = 1024 * 1024 /* message_receive() allocates what is announced,
                                  up to MESSAGE_MAX: not a thousand times */
};

static void append(struct buffer *to, const void *data, size_t size)
{
    assert(buffer_append(to, data, size) == 0);
}

/* What was found in a stream: each message's size and bytes, one by one. */
static void note(struct buffer *found, const char *payload, size_t size)
{
    append(found, &size, sizeof size);
    append(found, payload, size);
}

static bool is_same(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length &&
           (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* ---- as a stream ---- */

/* What ends the stream: 0 for bytes that are no whole message, or -1. */
static ssize_t parse_all(struct buffer *found, const char *data, size_t size,
                         size_t *used)
{
    ssize_t whole;
    const char *payload;
    size_t length;

    *used = 0;
    while ((whole = message_parse(data + *used, size - *used, &payload,
                                  &length)) > 0) {
        assert((size_t)whole <= size - *used);
        assert(payload + length == data + *used + whole);
        note(found, payload, length);
        *used += (size_t)whole;
    }
    return whole;
}

/* Sends it all through a socket, and closes. */
static int socket_with(const char *data, size_t size)
{
    int pair[2];

    assert(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    assert(send(pair[0], data, size, 0) == (ssize_t)size);
    close(pair[0]);
    return pair[1];
}

/* Whether the next message has a length that would cost memory. */
static bool is_costly(const char *data, size_t size)
{
    uint64_t announced;

    if (size < sizeof announced)
        return false;
    memcpy(&announced, data, sizeof announced);
    return announced > RECEIVED_MAX && announced <= MESSAGE_MAX;
}

static void check_received(const struct buffer *found, const char *data,
                           size_t size, size_t used)
{
    struct buffer received = {0}, payload = {0};
    int status, fd;

    if (size > STREAM_MAX || is_costly(data + used, size - used))
        return;
    fd = socket_with(data, size);
    while ((status = message_receive(fd, &payload)) == 1)
        note(&received, payload.data, payload.length);
    assert(status == 0 || errno == EBADMSG);
    assert((status == 0) == (used == size)); /* it ended where one ends */
    assert(is_same(found, &received));
    close(fd);
    buffer_free(&payload);
    buffer_free(&received);
}

static bool take(void *data, uint32_t index, const char *payload, size_t size)
{
    struct buffer *found = data;

    append(found, &index, sizeof index);
    note(found, payload, size);
    return true;
}

/* As stage 07 listens, which stops at the first nonsense. */
static bool listen_in_pieces(struct buffer *taken, const char *data,
                             size_t size, size_t step)
{
    struct buffer in = {0};
    bool sense = true;

    for (size_t at = 0; at < size && sense; at += step) {
        append(&in, data + at, size - at < step ? size - at : step);
        sense = take_messages(&in, take, taken);
    }
    assert(!sense || in.length <= size);
    buffer_free(&in);
    return sense;
}

static void check_listener(const char *data, size_t size, size_t step)
{
    struct buffer whole = {0}, pieces = {0};

    bool sense = listen_in_pieces(&whole, data, size, size);
    assert(listen_in_pieces(&pieces, data, size, step) == sense);
    assert(is_same(&whole, &pieces));
    buffer_free(&whole);
    buffer_free(&pieces);
}

static void check_stream(const char *data, size_t size, struct draw *draw)
{
    struct buffer found = {0};
    size_t used;

    ssize_t end = parse_all(&found, data, size, &used);
    if (end < 0)
        assert(errno == EBADMSG);
    else if (size > 0) { /* what is cut more is no whole message either */
        const char *payload;
        size_t length, cut = draw_below(draw, size - used + 1);
        assert(message_parse(data + used, cut, &payload, &length) == 0);
    }
    check_received(&found, data, size, used);
    if (size > 0)
        check_listener(data, size, 1 + draw_below(draw, 40));
    buffer_free(&found);
}

/* ---- as a payload ---- */

static void check_payload(const char *data, size_t size)
{
    struct buffer message = {0};
    const char *payload;
    size_t length;

    append(&message, "x", 1);
    assert(message_append(&message, data, size) == 0);
    const char *begin = message.data + 1;
    for (size_t cut = 0; cut < message.length - 1; cut += 1 + cut / 8)
        assert(message_parse(begin, cut, &payload, &length) == 0);
    assert(message_parse(begin, message.length - 1, &payload, &length) ==
           (ssize_t)(message.length - 1));
    assert(length == size && (size == 0 || memcmp(payload, data, size) == 0));
    buffer_free(&message);
}

/* The same through the listener of stage 07, with an index before it. */
static void check_indexed(const char *data, size_t size, struct draw *draw)
{
    uint32_t index = (uint32_t)draw_below(draw, UINT32_MAX);
    struct buffer indexed = {0}, stream = {0}, sent = {0}, taken = {0};

    append(&indexed, &index, sizeof index);
    append(&indexed, data, size);
    for (int i = 0; i < 2; i++) {
        assert(message_append(&stream, indexed.data, indexed.length) == 0);
        take(&sent, index, data, size);
    }
    assert(listen_in_pieces(&taken, stream.data, stream.length,
                            1 + draw_below(draw, stream.length)));
    assert(is_same(&sent, &taken));
    buffer_free(&indexed);
    buffer_free(&stream);
    buffer_free(&sent);
    buffer_free(&taken);
}

/* The links of a page that was read are those that were written. */
static void check_page(const char *data, size_t size)
{
    struct page page = {0};
    struct buffer again = {0};
    size_t count = 0;

    bool is_page = page_message_read(&page, data, size);
    assert(is_page || size < sizeof page.result + sizeof(size_t) ||
           data[size - 1] != 0);
    assert(is_page || page.links == NULL);
    if (page.links != NULL) {
        for (const char *link = links_next(page.links, NULL); link != NULL;
             link = links_next(page.links, link))
            count++;
        assert(count == page.links->count);
    }
    assert(page_message_append(&again, &page) == 0);
    assert(!is_page ||
           (again.length == size && memcmp(again.data, data, size) == 0));
    buffer_free(&again);
    if (page.links != NULL)
        links_free(page.links);
    free(page.links);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct draw draw = draw_from(data, size);

    if (size > GUARDED)
        return 0;
    const char *bytes = guarded(data, size);
    check_stream(bytes, size, &draw);
    check_payload(bytes, size);
    check_indexed(bytes, size, &draw);
    check_page(bytes, size);
    return 0;
}
