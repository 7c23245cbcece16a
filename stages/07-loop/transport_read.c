/*
 * transport_read.c - see transport.h: reading.
 *
 *     def _read_ready(self):
 *         data = self._sock.recv(self.max_size)
 *         if not data:
 *             if not self._protocol.eof_received():
 *                 self.close()
 *         else:
 *             self._protocol.data_received(data)
 */
#include "transport_internal.h"

#include "loop_internal.h"

#include <errno.h>
#include <unistd.h>

/* The protocol called callback_raise(): that is the connection's end. */
static void lose_if_raised(struct transport *transport, const char *message)
{
    const struct error *error = raised_error;

    if (error == NULL)
        return;
    raised_error = NULL;
    if (!error_is(error, &error_os))
        loop_call_exception_handler(
            transport->loop,
            &(struct error_context){.message = message, .error = error});
    transport_lose(transport, error);
}

static void hand_over(struct transport *transport, const char *data,
                      size_t size)
{
    const struct protocol_type *type = transport->protocol->type;

    if (type->data_received != NULL)
        type->data_received(transport->protocol, data, size);
    lose_if_raised(transport,
                   "Fatal error: protocol.data_received() call failed.");
}

/* Whether the protocol wants to keep the connection. */
static bool hand_over_end(struct transport *transport)
{
    const struct protocol_type *type = transport->protocol->type;
    bool keep =
        type->eof_received != NULL && type->eof_received(transport->protocol);

    lose_if_raised(transport,
                   "Fatal error: protocol.eof_received() call failed.");
    return keep;
}

/* Of a pipe there is nothing to be kept; it hears of both in a later pass. */
static void end_pipe(void *data)
{
    hand_over_end(data);
    transport_end(data, NULL);
}

static void on_end(struct transport *transport)
{
    transport->at_end = true;
    if (transport->is_pipe) {
        transport_lose(transport, NULL);
        transport->lose.callback = end_pipe;
    } else if (!hand_over_end(transport)) {
        transport_close(transport);
    } else {
        transport_watch_reading(transport); /* there is no more to come */
    }
}

static ssize_t receive(const struct transport *transport)
{
    char *received = transport->loop->received;

    if (transport->is_pipe)
        return read(transport->fd, received, TRANSPORT_MOST_AT_ONCE);
    return recv(transport->fd, received, TRANSPORT_MOST_AT_ONCE, MSG_DONTWAIT);
}

static void on_readable(void *data)
{
    struct transport *transport = data;
    ssize_t size = receive(transport);

    if (size > 0)
        hand_over(transport, transport->loop->received, (size_t)size);
    else if (size == 0)
        on_end(transport);
    else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
        transport_lose(transport, error_from_errno(errno));
    else
        transport->loop->census.retries++;
}

void transport_read_rest(struct transport *transport)
{
    ssize_t size;

    while (transport->begun && !transport->paused && !transport->at_end &&
           (size = receive(transport)) > 0)
        hand_over(transport, transport->loop->received, (size_t)size);
}

void transport_watch_reading(struct transport *transport)
{
    bool should = transport->begun && !transport->paused &&
                  !transport->at_end && !transport->closing;

    if (should == transport->reading)
        return;
    transport->reading = should;
    if (!should)
        loop_remove_reader(transport->loop, transport->fd);
    else if (!loop_add_reader(transport->loop, transport->fd, on_readable,
                              transport)) {
        transport->reading = false;
        transport_lose(transport, error_last());
    }
}

void transport_pause_reading(struct transport *transport)
{
    transport->paused = true;
    transport_watch_reading(transport);
}

void transport_resume_reading(struct transport *transport)
{
    transport->paused = false;
    transport_watch_reading(transport);
}

bool transport_is_reading(const struct transport *transport)
{
    return !transport->paused && !transport->closing;
}
