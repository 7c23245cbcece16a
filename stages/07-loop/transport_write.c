/*
 * transport_write.c - see transport.h: writing.
 *
 *     def write(self, data):
 *         if not self._buffer:
 *             n = self._sock.send(data)
 *             data = data[n:]
 *             if not data:
 *                 return
 *             self._loop._add_writer(self._sock_fd, self._write_ready)
 *         self._buffer.extend(data)
 *         self._maybe_pause_protocol()
 */
#include "transport_internal.h"

#include "loop_internal.h"

#include <errno.h>
#include <string.h>

static void on_writable(void *data);

/* The loop has a writer for it as long as something is kept. */
static void watch_writing(struct transport *transport)
{
    bool should = transport_get_write_buffer_size(transport) > 0;

    if (should == transport->writing)
        return;
    transport->writing = should;
    if (!should)
        loop_remove_writer(transport->loop, transport->fd);
    else if (!loop_add_writer(transport->loop, transport->fd, on_writable,
                              transport)) {
        transport->writing = false;
        transport_lose(transport, error_last());
    }
}

/* ---- the marks ---- */

static void pause_if_high(struct transport *transport)
{
    const struct protocol_type *type = transport->protocol->type;

    if (transport->told_to_pause ||
        transport_get_write_buffer_size(transport) <= transport->high)
        return;
    transport->told_to_pause = true;
    if (type->pause_writing != NULL)
        type->pause_writing(transport->protocol);
}

static void resume_if_low(struct transport *transport)
{
    const struct protocol_type *type = transport->protocol->type;

    if (!transport->told_to_pause ||
        transport_get_write_buffer_size(transport) > transport->low)
        return;
    transport->told_to_pause = false;
    if (type->resume_writing != NULL)
        type->resume_writing(transport->protocol);
}

bool transport_set_write_buffer_limits(struct transport *transport, size_t high,
                                       size_t low)
{
    static const struct error crossed =
        ERROR(&error_value, "the low-water mark is above the high one");

    if (low > high)
        return error_raise(&crossed);
    transport->high = high;
    transport->low = low;
    pause_if_high(transport);
    return true;
}

void transport_get_write_buffer_limits(const struct transport *transport,
                                       size_t *high, size_t *low)
{
    *high = transport->high;
    *low = transport->low;
}

size_t transport_get_write_buffer_size(const struct transport *transport)
{
    return transport->kept.length - transport->written;
}

/* ---- sending ---- */

/* Returns how many bytes the kernel took, or -1: the connection is lost. */
static ssize_t send_some(struct transport *transport, const char *data,
                         size_t size)
{
    ssize_t sent = send(transport->fd, data, size, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent >= 0)
        return sent;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) {
        transport->loop->census.retries++;
        return 0;
    }
    transport->unread = !transport->closing && !transport->is_pipe;
    transport_lose(transport, error_from_errno(errno));
    return -1;
}

static void shut_down(struct transport *transport)
{
    shutdown(transport->fd, SHUT_WR);
}

/* Nothing is kept any more: what waited for that can be done. */
static void on_all_sent(struct transport *transport)
{
    buffer_free(&transport->kept); /* who has nothing to write holds nothing */
    transport->written = 0;
    watch_writing(transport);
    if (transport->closing) /* that is what it waited for */
        transport_end(transport, NULL);
    else if (transport->ended)
        shut_down(transport);
}

static void on_writable(void *data)
{
    struct transport *transport = data;
    ssize_t sent =
        send_some(transport, transport->kept.data + transport->written,
                  transport_get_write_buffer_size(transport));

    if (sent < 0)
        return;
    transport->written += (size_t)sent;
    resume_if_low(transport);
    if (!transport->losing && transport_get_write_buffer_size(transport) == 0)
        on_all_sent(transport);
}

/* Appends to what is kept, in the place of what was written if that is much. */
static bool keep(struct transport *transport, const char *data, size_t size)
{
    struct buffer *kept = &transport->kept;

    if (transport->written > kept->length / 2) {
        kept->length -= transport->written;
        memmove(kept->data, kept->data + transport->written, kept->length);
        transport->written = 0;
    }
    if (buffer_append(kept, data, size) == 0)
        return true;
    transport_lose(transport, &error_memory);
    return error_raise(&error_memory);
}

/* docs: 07-transport-write */
bool transport_write(struct transport *transport, const void *data, size_t size)
{
    static const struct error ended =
        ERROR(&error_runtime, "Cannot call write() after write_eof()");
    const char *bytes = data;

    if (transport->ended)
        return error_raise(&ended);
    if (size == 0 || transport->losing)
        return true;
    if (transport_get_write_buffer_size(transport) == 0) {
        ssize_t sent = send_some(transport, bytes, size);
        if (sent < 0 || (size_t)sent == size)
            return true;
        bytes += sent;
        size -= (size_t)sent;
    }
    if (!keep(transport, bytes, size))
        return false;
    watch_writing(transport);
    pause_if_high(transport);
    return true;
}

void transport_write_eof(struct transport *transport)
{
    if (transport->closing || transport->ended)
        return;
    transport->ended = true;
    if (transport_get_write_buffer_size(transport) == 0)
        shut_down(transport);
}

bool transport_can_write_eof(const struct transport *transport)
{
    return !transport->is_pipe;
}

void transport_drop_kept(struct transport *transport)
{
    buffer_free(&transport->kept);
    transport->written = 0;
    watch_writing(transport);
}
