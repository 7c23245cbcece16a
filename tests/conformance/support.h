/*
 * support.h - what the twins need to read like the Python beside them: a few
 * calls of time, socket and threading, and the slow site that they crawl.
 *
 * Whatever fails here ends the program with a message, as an exception that
 * nobody catches does.
 */
#ifndef TESTS_CONFORMANCE_SUPPORT_H
#define TESTS_CONFORMANCE_SUPPORT_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Returns `result`, if it is not -1; `what` was to be done. */
int must(int result, const char *what);

/* The same for what returns an error number, as pthread_* do. */
void must_not_fail(int error, const char *what);

/* print(yes): "True" or "False". */
const char *truth(bool yes);

/* time.sleep() */
void sleep_ns(int64_t ns);

/* ---- threading ---- */

/* A threading.Thread on `body`; all but these two members is its own. */
struct thread {
    void (*body)(void *argument);
    void *argument;
    pthread_t id;
    atomic_bool alive;
};

void thread_start(struct thread *thread);
void thread_join(struct thread *thread);
bool thread_is_alive(struct thread *thread);

/* How many are alive, the first thread of the program included. */
int thread_active_count(void);

/* ---- sockets ---- */

/* A non-blocking socket on its way to `address`; sock.connect_ex(). */
int start_connect(const struct sockaddr_in *address);

/* sock.sendall() */
void send_all(int fd, const char *text);

/* What stands between the two blanks of a request, at most `size` - 1 bytes. */
void receive_target(int conn, char *target, size_t size);

/* ---- a slow site ---- */

enum { MOST_CONNECTIONS = 32 };

/* Answers so many connections, each in a thread of its own, then no more. */
struct slow_site {
    struct sockaddr_in address;
    int connections;
    void (*serve_one)(int conn); /* which is closed afterwards */
    int listener;
    struct thread thread;
};

/* Listens on a port of the kernel's choice; connections wait till it starts. */
struct slow_site slow_site_new(int connections, void (*serve_one)(int conn));
void slow_site_start(struct slow_site *site);
void slow_site_join(struct slow_site *site);

#endif
