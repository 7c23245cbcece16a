/*
 * sockets.h - the calls of a plain non-blocking socket, awaited.
 *
 * The Python it mirrors: loop.sock_recv() and its relatives
 * (selector_events.py). Each is tried at once, and waits only if the kernel
 * says "not yet":
 *
 *     self->call = loop_sock_recv_into(loop, fd, bytes, sizeof bytes);
 *     CO_AWAIT(self, self->call);
 *     size_t received = value_number(self->call.result);
 *
 * All of them fail with error_os (the errno is in it), or error_memory;
 * error_value: the socket blocks (this is seen in debug mode only);
 * error_runtime: somebody waits on that side of it already, or a transport has
 * it. A socket that is waited for must not be closed meanwhile; cancelling ends
 * the wait, and leaves the socket as it is.
 */
#ifndef STAGES_07_LOOP_SOCKETS_H
#define STAGES_07_LOOP_SOCKETS_H

#include "loop.h"

#include "common/buffer.h"

#include <sys/socket.h>
#include <sys/types.h>

/* A call on its way; lives in the frame of who awaits it. */
struct sock_call {
    struct coroutine co;
    void *result;
    struct loop *loop;
    int fd;
    int event;            /* what it waits for: SELECTOR_READ, _WRITE */
    struct future future; /* of the wait */
    /* Tries it: 1, it is done; 0, not yet; -1 with errno. */
    int (*attempt)(struct sock_call *self);
    union {
        struct {
            char *data;
            size_t size;
            struct buffer *buffer; /* or NULL: into data */
        } receive;
        struct {
            const char *data;
            size_t left;
        } send;
        struct {
            const struct sockaddr *address;
            socklen_t size;
            bool begun;
        } connect;
        struct {
            struct sockaddr *address; /* or NULL */
            socklen_t *size;
            int fd; /* of the connection, or -1 */
        } accept;
        struct {
            int file;
            off_t offset;
            size_t left, sent;
        } file;
    };
};

/*
 * Receives what is there, at most `size` bytes (more than 0): the number is
 * the result, 0 at the end of the stream. The first appends to `buffer`, the
 * second writes to `data`; both stay the caller's, and must stay meanwhile. An
 * empty buffer has no memory while it waits.
 */
struct sock_call loop_sock_recv(struct loop *loop, int fd,
                                struct buffer *buffer, size_t size);
struct sock_call loop_sock_recv_into(struct loop *loop, int fd, void *data,
                                     size_t size);

/* Sends all of it. The data must stay meanwhile. */
struct sock_call loop_sock_sendall(struct loop *loop, int fd, const void *data,
                                   size_t size);

/*
 * Connects to an address, which must stay meanwhile. When it has failed or was
 * cancelled there is nothing to be done with the socket but to close it. Over
 * a Unix socket whose server has too much to do: EAGAIN.
 */
struct sock_call loop_sock_connect(struct loop *loop, int fd,
                                   const struct sockaddr *address,
                                   socklen_t size);

/*
 * Accepts a connection from a listening socket: a non-blocking descriptor is
 * the result, the caller's. The peer's address goes to `address`, if that is
 * not NULL, in *size bytes at most, as accept(2) has it. One that nobody takes
 * since the task was cancelled just then is closed.
 */
struct sock_call loop_sock_accept(struct loop *loop, int fd,
                                  struct sockaddr *address, socklen_t *size);

/*
 * Sends a regular file from `offset` on, `count` bytes of it at most (0: to its
 * end) without copying them: the number sent is the result. Where sendfile(2)
 * cannot, it fails as that does: there is no second way, as asyncio has it.
 */
struct sock_call loop_sock_sendfile(struct loop *loop, int fd, int file,
                                    off_t offset, size_t count);

/* ---- for those who connect otherwise ---- */

/*
 * connect(2), without waiting: 1, it stands; 0, it is on its way, and the
 * socket gets writable when there is news; -1 with errno. `again`: it was on
 * its way, and this asks for the news.
 */
int sock_connect_now(int fd, const struct sockaddr *address, socklen_t size,
                     bool again);

#endif
