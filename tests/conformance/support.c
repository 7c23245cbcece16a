/*
 * support.c - see support.h.
 */
#include "support.h"

#include "common/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int must(int result, const char *what)
{
    if (result == -1) {
        perror(what);
        exit(EXIT_FAILURE);
    }
    return result;
}

void must_not_fail(int error, const char *what)
{
    errno = error;
    must(error == 0 ? 0 : -1, what);
}

const char *truth(bool yes)
{
    return yes ? "True" : "False";
}

void sleep_ns(int64_t ns)
{
    struct timespec left = clock_timespec(ns);

    while (nanosleep(&left, &left) < 0)
        must(errno == EINTR ? 0 : -1, "sleep");
}

/* ---- threading ---- */

static atomic_int active_count = 1;

static void *thread_main(void *argument)
{
    struct thread *thread = argument;

    thread->body(thread->argument);
    active_count--;
    thread->alive = false;
    return NULL;
}

void thread_start(struct thread *thread)
{
    active_count++;
    thread->alive = true;
    must_not_fail(pthread_create(&thread->id, NULL, thread_main, thread),
                  "start a thread");
}

void thread_join(struct thread *thread)
{
    must_not_fail(pthread_join(thread->id, NULL), "join a thread");
}

bool thread_is_alive(struct thread *thread)
{
    return thread->alive;
}

int thread_active_count(void)
{
    return active_count;
}

/* ---- sockets ---- */

int start_connect(const struct sockaddr_in *address)
{
    int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    int fd = must(socket(AF_INET, type, 0), "socket");

    if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0)
        must(errno == EINPROGRESS ? 0 : -1, "connect");
    return fd;
}

void send_all(int fd, const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        ssize_t n = send(fd, text, left, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        must(n < 0 ? -1 : 0, "send");
        text += n;
        left -= (size_t)n;
    }
}

void receive_target(int conn, char *target, size_t size)
{
    char request[1000];
    size_t got = 0;
    ssize_t n;

    do {
        n = recv(conn, request + got, sizeof request - 1 - got, 0);
        must(n < 0 ? -1 : 0, "receive a request");
        got += (size_t)n;
        request[got] = '\0';
    } while (n > 0 && strstr(request, "\r\n\r\n") == NULL);
    const char *begin = strchr(request, ' ');
    begin = begin != NULL ? begin + 1 : "";
    snprintf(target, size, "%.*s", (int)strcspn(begin, " "), begin);
}

/* ---- a slow site ---- */

struct connection {
    int fd;
    void (*serve_one)(int conn);
    struct thread thread;
};

static void connection_serve(void *argument)
{
    struct connection *connection = argument;

    connection->serve_one(connection->fd);
    close(connection->fd);
}

static void site_serve(void *argument)
{
    const struct slow_site *site = argument;
    struct connection all[MOST_CONNECTIONS];

    for (int i = 0; i < site->connections; i++) {
        all[i].fd = must(accept(site->listener, NULL, NULL), "accept");
        all[i].serve_one = site->serve_one;
        all[i].thread =
            (struct thread){.body = connection_serve, .argument = &all[i]};
        thread_start(&all[i].thread);
    }
    for (int i = 0; i < site->connections; i++)
        thread_join(&all[i].thread);
}

struct slow_site slow_site_new(int connections, void (*serve_one)(int conn))
{
    struct slow_site site = {.connections = connections,
                             .serve_one = serve_one};
    struct sockaddr *address = (struct sockaddr *)&site.address;
    socklen_t size = sizeof site.address;

    site.address.sin_family = AF_INET;
    site.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    site.listener =
        must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
    must(bind(site.listener, address, size), "bind");
    must(listen(site.listener, MOST_CONNECTIONS), "listen");
    must(getsockname(site.listener, address, &size), "look at the port");
    return site;
}

void slow_site_start(struct slow_site *site)
{
    site->thread = (struct thread){.body = site_serve, .argument = site};
    thread_start(&site->thread);
}

void slow_site_join(struct slow_site *site)
{
    thread_join(&site->thread);
    close(site->listener);
}
