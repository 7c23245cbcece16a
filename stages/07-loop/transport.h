/*
 * transport.h - the bytes' side of a connection: who writes, gets them sent;
 * what comes, goes to the protocol.
 *
 * The Python it mirrors: asyncio's _SelectorSocketTransport
 * (selector_events.py). A write is tried at once; only what the kernel does not
 * take is kept, and sent when it has room. Beyond a high-water mark of what is
 * kept the protocol is asked to pause, below a low one to resume.
 *
 * A transport belongs to its loop. It may be used from connection_made() until
 * connection_lost() returns; a loop that closes loses what is still open.
 */
#ifndef STAGES_07_LOOP_TRANSPORT_H
#define STAGES_07_LOOP_TRANSPORT_H

#include "loop.h"
#include "protocol.h"

#include <sys/socket.h>

struct transport;

/*
 * A transport over a connected socket, which it closes in the end, and never
 * lets block, whatever its flags. In the next pass the protocol hears of it,
 * then reading begins, then `waiter` (a future that stays until then, or NULL)
 * is settled, unless it was cancelled. Returns NULL with error_last():
 * error_memory, error_runtime (the loop is closed); then the socket is as it
 * was.
 */
struct transport *transport_new(struct loop *loop, int fd,
                                struct protocol *protocol,
                                struct future *waiter);

/*
 * The same over the read end of a pipe: nothing can be written, and at its end
 * it is over, whatever eof_received() returns.
 */
struct transport *transport_new_pipe(struct loop *loop, int fd,
                                     struct protocol *protocol,
                                     struct future *waiter);

/*
 * The first with a protocol from the factory, which is called with `data`.
 * Fails also if that makes none; whenever it fails the socket is closed, and a
 * protocol that was made hears connection_lost().
 */
struct transport *transport_open(struct loop *loop, protocol_factory *factory,
                                 void *data, int fd, struct future *waiter);

/*
 * Whoever made it waits no more for it to begin: closes it. Not once
 * connection_lost() has come.
 */
void transport_give_up(struct transport *transport);

/* ---- writing ---- */

/*
 * Sends `size` bytes, which are copied if need be. Never waits. What cannot be
 * sent any more is dropped; why, connection_lost() says. Returns false with
 * error_last(): error_runtime, after transport_write_eof(); error_memory: the
 * connection is lost.
 */
bool transport_write(struct transport *transport, const void *data,
                     size_t size);

/*
 * Ends our half, once all is sent; we may read on. Nothing happens if it is
 * closing, or ended already.
 */
void transport_write_eof(struct transport *transport);
bool transport_can_write_eof(const struct transport *transport);

/* How many bytes are kept. */
size_t transport_get_write_buffer_size(const struct transport *transport);

/*
 * The marks, in bytes: the protocol pauses above `high` (64 KiB at first), and
 * resumes at `low` (16 KiB) or below. Returns false with error_last():
 * error_value, low is above high.
 */
bool transport_set_write_buffer_limits(struct transport *transport, size_t high,
                                       size_t low);
void transport_get_write_buffer_limits(const struct transport *transport,
                                       size_t *high, size_t *low);

/* ---- reading ---- */

/*
 * No data_received() and no eof_received() until it is resumed; nothing
 * happens if it is so already, or closing.
 */
void transport_pause_reading(struct transport *transport);
void transport_resume_reading(struct transport *transport);
bool transport_is_reading(const struct transport *transport);

/* ---- ending ---- */

/*
 * Reads no more, and closes once all is sent; what is written until then is
 * sent, too. The other one closes at once, losing what is kept. Both return
 * first: connection_lost() comes in a later pass. Any number of times, in any
 * callback of the protocol.
 */
void transport_close(struct transport *transport);
void transport_abort(struct transport *transport);
bool transport_is_closing(const struct transport *transport);

/* ---- about it ---- */

struct loop *transport_get_loop(const struct transport *transport);
struct protocol *transport_get_protocol(const struct transport *transport);

/* From now on another one hears of it. */
void transport_set_protocol(struct transport *transport,
                            struct protocol *protocol);

/* get_extra_info("socket"): the descriptor; it stays the transport's. */
int transport_get_fd(const struct transport *transport);

/*
 * get_extra_info("sockname") and ("peername"): into `address`, of *size bytes
 * at most, as getsockname(2) has it. Returns 0, or -1 with errno.
 */
int transport_get_sockname(const struct transport *transport,
                           struct sockaddr *address, socklen_t *size);
int transport_get_peername(const struct transport *transport,
                           struct sockaddr *address, socklen_t *size);

#endif
