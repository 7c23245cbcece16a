/*
 * scripted.h - servers that do what a script says: plain sockets and threads,
 * and no loop of ours. A script waits for what the other side does, and never
 * for a while.
 */
#ifndef TESTS_SCRIPTED_H
#define TESTS_SCRIPTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scripted;

/*
 * What is done with each connection, in a thread of its own; then it is closed.
 */
typedef void script(int conn, void *data);

/*
 * Begins to listen on the loopback address of that family, at a port of the
 * kernel's choice. With `deaf` the kernel takes in as little as it may before
 * the script reads. Fails the test if it cannot.
 */
struct scripted *scripted_start(int family, bool deaf, script *play,
                                void *data);

uint16_t scripted_port(const struct scripted *server);

/* "http://127.0.0.1:PORT/", or of [::1]. */
const char *scripted_url(const struct scripted *server);

/* Breaks off what connections there still are, and waits for their scripts. */
void scripted_stop(struct scripted *server);

/* ---- for scripts; all return false when the other side is gone ---- */

/* Reads a request, and puts its target into `target`, cut to that size. */
bool scripted_read(int conn, char *target, size_t size);

/* Waits until this many bytes can be read, which stay unread. */
bool scripted_peek(int conn, char *bytes, size_t size);

bool scripted_send(int conn, const void *data, size_t size);
bool scripted_say(int conn, const char *text);

/* Sends it, and waits until the other side has received all of it. */
bool scripted_hand(int conn, const void *data, size_t size);

/*
 * Waits until the other side has closed, without reading; if what it has yet
 * to send is in the way of that, until scripted_stop().
 */
void scripted_await_close(int conn);

/* The close, when the script returns, will be a reset. */
void scripted_reset(int conn);

/*
 * Answers requests for /healthy/... as they should be answered, until another
 * one comes, of which it reads nothing: as much as is needed to know that.
 */
bool scripted_serve_healthy(int conn);

/* What /healthy/... comes to: its body. */
#define SCRIPTED_HEALTHY "in good health\n"

#endif
