/*
 * scripted.c - see scripted.h.
 */
#include "scripted.h"

#include "tcp_look.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_S = 120 };

struct scripted {
    int listener;
    int family;
    script *script;
    void *data;
    char url[64];
    uint16_t port;
    pthread_t thread;
    struct visit *visits;  /* every connection that there was */
    pthread_mutex_t mutex; /* over the visits' descriptors */
};

struct visit {
    struct scripted *server;
    int conn; /* -1: closed */
    pthread_t thread;
    struct visit *next;
};

/* ---- the server ---- */

static void *run_visit(void *argument)
{
    struct visit *visit = argument;

    struct scripted *server = visit->server;

    server->script(visit->conn, server->data);
    pthread_mutex_lock(&server->mutex);
    close(visit->conn);
    visit->conn = -1;
    pthread_mutex_unlock(&server->mutex);
    return NULL;
}

static void receive_visit(struct scripted *server, int conn)
{
    struct visit *visit = malloc(sizeof *visit);
    struct timeval patience = {.tv_sec = PATIENCE_S};
    int at_once = 1;

    setsockopt(conn, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(conn, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    *visit =
        (struct visit){.server = server, .conn = conn, .next = server->visits};
    server->visits = visit;
    if (pthread_create(&visit->thread, NULL, run_visit, visit) != 0)
        abort();
}

static void *listen_on(void *argument)
{
    struct scripted *server = argument;
    int conn;

    while ((conn = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0 ||
           errno == EINTR || errno == ECONNABORTED)
        if (conn >= 0)
            receive_visit(server, conn);
    return NULL;
}

static void bind_to_loopback(struct scripted *server)
{
    struct sockaddr_storage address = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&address;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address;
    bool is_4 = server->family == AF_INET;
    socklen_t size = is_4 ? sizeof *in : sizeof *in6;

    address.ss_family = (sa_family_t)server->family;
    if (is_4)
        in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    else
        in6->sin6_addr = in6addr_loopback;
    ck_assert_int_eq(bind(server->listener, (void *)&address, size), 0);
    getsockname(server->listener, (void *)&address, &size);
    server->port = ntohs(in->sin_port); /* at the same place in both */
    snprintf(server->url, sizeof server->url, "http://%s:%d/",
             is_4 ? "127.0.0.1" : "[::1]", server->port);
}

struct scripted *scripted_start(int family, bool deaf, script *play, void *data)
{
    struct scripted *server = calloc(1, sizeof *server);
    int small = 1;

    *server = (struct scripted){
        .listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0),
        .family = family,
        .script = play,
        .mutex = PTHREAD_MUTEX_INITIALIZER,
        .data = data};
    if (deaf) /* for the connections, too */
        setsockopt(server->listener, SOL_SOCKET, SO_RCVBUF, &small,
                   sizeof small);
    bind_to_loopback(server);
    ck_assert_int_eq(listen(server->listener, 512), 0);
    ck_assert_int_eq(pthread_create(&server->thread, NULL, listen_on, server),
                     0);
    return server;
}

uint16_t scripted_port(const struct scripted *server)
{
    return server->port;
}

const char *scripted_url(const struct scripted *server)
{
    return server->url;
}

/* Whatever its script waits for: there is no other side any more. */
static void end_visit(struct visit *visit)
{
    pthread_mutex_lock(&visit->server->mutex);
    if (visit->conn >= 0)
        shutdown(visit->conn, SHUT_RDWR);
    pthread_mutex_unlock(&visit->server->mutex);
    pthread_join(visit->thread, NULL);
    free(visit);
}

void scripted_stop(struct scripted *server)
{
    shutdown(server->listener, SHUT_RDWR); /* its accept fails */
    pthread_join(server->thread, NULL);
    while (server->visits != NULL) {
        struct visit *visit = server->visits;
        server->visits = visit->next;
        end_visit(visit);
    }
    pthread_mutex_destroy(&server->mutex);
    close(server->listener);
    free(server);
}

/* ---- for scripts ---- */

bool scripted_peek(int conn, char *bytes, size_t size)
{
    ssize_t n;

    do
        n = recv(conn, bytes, size, MSG_PEEK | MSG_WAITALL);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)size;
}

/* A byte at a time: what comes behind the blank line is the next request's. */
bool scripted_read(int conn, char *target, size_t size)
{
    unsigned last = 0;
    size_t length = 0, blanks = 0;
    char c;

    while (last != 0x0d0a0d0a) { /* CR LF CR LF */
        if (recv(conn, &c, 1, 0) != 1)
            return false;
        last = last << 8 | (unsigned char)c;
        blanks += c == ' ';
        if (blanks == 1 && c != ' ' && length + 1 < size)
            target[length++] = c;
    }
    target[length] = '\0';
    return true;
}

bool scripted_send(int conn, const void *data, size_t size)
{
    return send(conn, data, size, MSG_NOSIGNAL) == (ssize_t)size;
}

bool scripted_say(int conn, const char *text)
{
    return scripted_send(conn, text, strlen(text));
}

bool scripted_hand(int conn, const void *data, size_t size)
{
    return (size == 0 || scripted_send(conn, data, size)) &&
           tcp_await_taken(conn);
}

void scripted_await_close(int conn)
{
    struct pollfd closed = {.fd = conn, .events = POLLRDHUP};

    poll(&closed, 1, PATIENCE_S * 1000);
}

void scripted_reset(int conn)
{
    const struct linger at_once = {1, 0};

    setsockopt(conn, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

bool scripted_serve_healthy(int conn)
{
    static const char healthy[] = "GET /healthy";
    char bytes[sizeof healthy - 1], target[64], answer[128];

    for (;;) {
        if (!scripted_peek(conn, bytes, sizeof bytes))
            return false;
        if (memcmp(bytes, healthy, sizeof bytes) != 0)
            return true;
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
                 strlen(SCRIPTED_HEALTHY), SCRIPTED_HEALTHY);
        if (!scripted_read(conn, target, sizeof target) ||
            !scripted_say(conn, answer))
            return false;
    }
}
