/*
 * site_client.h - a client on plain sockets, for the tests of the practice
 * site: it sends what it is told, byte by byte if need be, and says what came
 * back and how it ended.
 *
 * Everything fails the test when it cannot do its work.
 */
#ifndef TESTS_SITE_CLIENT_H
#define TESTS_SITE_CLIENT_H

#include "common/buffer.h"
#include "run.h"

#include <check.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PATIENCE_MS = 30000, /* for what must come */
    SILENCE_MS = 60,     /* to believe that nothing comes */
};

enum ending { CLOSED, RESET, OPEN, ENOUGH };

/* All that arrived, with a NUL behind it, and how it ended. */
struct received {
    struct buffer bytes;
    enum ending ending;
};

static inline const char *ending_name(enum ending ending)
{
    static const char *const names[] = {"a close", "a reset",
                                        "an open connection", "no end"};

    return names[ending];
}

/* Connects to the site that printed this URL. */
static inline int dial(const char *url)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST};
    struct addrinfo *address;
    char host[64];
    char *port;

    ck_assert_int_eq(strncmp(url, "http://", 7), 0);
    snprintf(host, sizeof(host), "%s", url + 7);
    host[strcspn(host, "/")] = '\0';
    port = strrchr(host, ':');
    ck_assert_ptr_nonnull(port);
    *port++ = '\0';
    if (host[0] == '[') {
        memmove(host, host + 1, strlen(host));
        host[strcspn(host, "]")] = '\0';
    }
    ck_assert_int_eq(getaddrinfo(host, port, &hints, &address), 0);
    int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, address->ai_addr, address->ai_addrlen), 0);
    freeaddrinfo(address);
    return fd;
}

/* Sends all of it, unless the site has closed meanwhile. */
static inline void say(int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        ssize_t n = send(fd, at, size, MSG_NOSIGNAL);

        if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
            return;
        ck_assert_msg(n > 0, "send: %s", strerror(errno));
        at += n;
        size -= (size_t)n;
    }
}

static inline void say_text(int fd, const char *text)
{
    say(fd, text, strlen(text));
}

static inline void say_get(int fd, const char *path)
{
    char text[4096];

    snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: h.test\r\n\r\n",
             path);
    say_text(fd, text);
}

/* Receives once, at most `room` bytes, waiting at most `timeout_ms`. */
static inline ssize_t receive_some(int fd, struct buffer *bytes, size_t room,
                                   int timeout_ms)
{
    struct timeval timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};

    ck_assert_int_eq(buffer_reserve(bytes, room + 1), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    ssize_t n = recv(fd, bytes->data + bytes->length, room, 0);
    if (n > 0)
        bytes->length += (size_t)n;
    bytes->data[bytes->length] = '\0';
    return n;
}

/* Exactly `size` bytes more, which must come. */
static inline void receive_bytes(int fd, struct buffer *bytes, size_t size)
{
    for (size_t end = bytes->length + size; bytes->length < end;) {
        ssize_t n = receive_some(fd, bytes, end - bytes->length, PATIENCE_MS);
        ck_assert_msg(n > 0, "%zu bytes are missing: %s", end - bytes->length,
                      n < 0 ? strerror(errno) : "closed");
    }
}

/*
 * Everything until it ends, or `most` bytes. If the bytes wanted have come
 * and a short silence follows, the connection counts as open.
 */
static inline struct received receive_until(int fd, size_t wanted, size_t most)
{
    struct received received = {.ending = ENOUGH};

    while (received.bytes.length < most) {
        bool patient = received.bytes.length < wanted;
        ssize_t n = receive_some(fd, &received.bytes, 65536,
                                 patient ? PATIENCE_MS : SILENCE_MS);

        if (n > 0)
            continue;
        if (n < 0 && errno == EINTR)
            continue;
        received.ending = n == 0 ? CLOSED : errno == ECONNRESET ? RESET : OPEN;
        ck_assert_msg(received.ending != OPEN || !patient,
                      "%zu bytes came, %zu were to come: %.300s",
                      received.bytes.length, wanted, received.bytes.data);
        break;
    }
    return received;
}

/* Everything until the site closes or resets, which it must. */
static inline struct received receive_all(int fd)
{
    return receive_until(fd, SIZE_MAX, SIZE_MAX);
}

/* One answer with Content-Length, and no byte more. The caller frees. */
static inline struct buffer receive_answer(int fd)
{
    struct buffer answer = {0};
    const char *length = NULL;

    while (answer.length < 4 ||
           memcmp(answer.data + answer.length - 4, "\r\n\r\n", 4) != 0)
        receive_bytes(fd, &answer, 1);
    length = strstr(answer.data, "Content-Length: ");
    ck_assert_msg(length != NULL, "no length in %s", answer.data);
    receive_bytes(fd, &answer, strtoul(length + 16, NULL, 10));
    return answer;
}

/* The body within an answer. */
static inline const char *body_of(const struct buffer *answer)
{
    const char *end = strstr(answer->data, "\r\n\r\n");

    ck_assert_msg(end != NULL, "no whole head in %s", answer->data);
    return end + 4;
}

/* Asks for a page on a connection of its own. The caller frees. */
static inline struct buffer get(const char *url, const char *path)
{
    int fd = dial(url);

    say_get(fd, path);
    struct buffer answer = receive_answer(fd);
    close(fd);
    return answer;
}

static inline void assert_starts(const struct buffer *bytes, const char *with)
{
    ck_assert_msg(bytes->length >= strlen(with) &&
                      memcmp(bytes->data, with, strlen(with)) == 0,
                  "this should begin with `%s`:\n%.300s", with,
                  bytes->length > 0 ? bytes->data : "");
}

static inline void assert_same(const struct buffer *a, const struct buffer *b)
{
    ck_assert_uint_eq(a->length, b->length);
    ck_assert_int_eq(memcmp(a->data, b->data, a->length), 0);
}

#endif
