/*
 * sockets.c - see sockets.h.
 *
 *     async def sock_recv(self, sock, n):
 *         try:
 *             return sock.recv(n)
 *         except BlockingIOError:
 *             pass
 *         fut = self.create_future()
 *         self._add_reader(sock.fileno(), self._sock_recv, fut, sock, n)
 *         return await fut
 */
#include "sockets.h"

#include "loop_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/sendfile.h>
#include <unistd.h>

/* What an attempt returns when a call failed. */
static int not_yet_or_failed(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : -1;
}

/* ---- waiting ---- */

/* The socket may be ready: readiness is a hint, so it is tried again. */
static void on_ready(void *data);

/* The call that waits on this side of the socket, or NULL. */
static struct sock_call *who_waits(const struct sock_call *self)
{
    const struct handle *handle =
        descriptors_handle(self->loop, self->fd, self->event);

    return handle != NULL && handle->callback == on_ready ? handle->data : NULL;
}

/* Another may be in its place: it was cancelled, and has not left yet. */
static void stop_watching(struct sock_call *self)
{
    if (who_waits(self) != self)
        return;
    if (self->event == SELECTOR_READ)
        loop_remove_reader(self->loop, self->fd);
    else
        loop_remove_writer(self->loop, self->fd);
}

static void on_ready(void *data)
{
    struct sock_call *self = data;

    if (future_done(&self->future))
        return; /* cancelled in this very pass */
    int done = self->attempt(self);
    int error = errno;
    self->loop->census.retries += done == 0;
    if (done == 0)
        return;
    stop_watching(self);
    if (done < 0)
        future_set_error(&self->future, error_from_errno(error));
    else
        future_set_result(&self->future, NULL);
}

static bool watch(struct sock_call *self)
{
    static const struct error in_use =
        ERROR(&error_runtime, "somebody else waits for that socket");
    const struct sock_call *other = who_waits(self);

    if (other != NULL
            ? !future_done(&other->future)
            : descriptors_handle(self->loop, self->fd, self->event) != NULL)
        return error_raise(&in_use);
    return self->event == SELECTOR_READ
               ? loop_add_reader(self->loop, self->fd, on_ready, self)
               : loop_add_writer(self->loop, self->fd, on_ready, self);
}

/* ---- what all calls have in common ---- */

/* One that blocks would stop the whole loop. */
static bool check_does_not_block(int fd)
{
    static const struct error blocks =
        ERROR(&error_value, "the socket must be non-blocking");
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0)
        return error_raise(error_from_errno(errno));
    return (flags & O_NONBLOCK) != 0 || error_raise(&blocks);
}

static int accept_one(struct sock_call *self);

/* Nobody will hear of the connection that it has accepted. */
static void drop_accepted(struct sock_call *self)
{
    if (self->attempt == accept_one && self->accept.fd >= 0)
        close(self->accept.fd);
}

static struct future *call(struct coroutine *co)
{
    struct sock_call *self = (struct sock_call *)co;
    int done;

    CO_BEGIN(self);
    if (loop_get_debug(self->loop))
        CO_CHECK(self, check_does_not_block(self->fd));
    done = self->attempt(self);
    if (done < 0)
        CO_RAISE(self, error_from_errno(errno));
    if (done == 0) {
        self->loop->census.retries++;
        self->future = future_new(self->loop);
        CO_CHECK(self, watch(self));
        CO_AWAIT(self, self->future);
    }
    CO_FINALLY(self);
    stop_watching(self);
    if (self->co.error != NULL)
        drop_accepted(self);
    CO_END(self);
}

static struct sock_call call_new(struct loop *loop, int fd, int event,
                                 int attempt(struct sock_call *self))
{
    return (struct sock_call){.co = CO_INIT(call),
                              .loop = loop,
                              .fd = fd,
                              .event = event,
                              .attempt = attempt};
}

/* ---- receiving ---- */

static int receive_into(struct sock_call *self, char *data)
{
    ssize_t received = recv(self->fd, data, self->receive.size, 0);

    if (received < 0)
        return not_yet_or_failed();
    self->result = number_value(received);
    return 1;
}

static int receive(struct sock_call *self)
{
    struct buffer *buffer = self->receive.buffer;

    if (buffer == NULL)
        return receive_into(self, self->receive.data);
    if (buffer_reserve(buffer, self->receive.size) < 0)
        return -1;
    int done = receive_into(self, buffer->data + buffer->length);
    if (done > 0)
        buffer->length += (size_t)value_number(self->result);
    else if (buffer->length == 0)
        buffer_free(buffer); /* who waits needs no room */
    return done;
}

struct sock_call loop_sock_recv(struct loop *loop, int fd,
                                struct buffer *buffer, size_t size)
{
    struct sock_call self = call_new(loop, fd, SELECTOR_READ, receive);

    self.receive.buffer = buffer;
    self.receive.size = size;
    return self;
}

struct sock_call loop_sock_recv_into(struct loop *loop, int fd, void *data,
                                     size_t size)
{
    struct sock_call self = call_new(loop, fd, SELECTOR_READ, receive);

    self.receive.data = data;
    self.receive.size = size;
    return self;
}

/* ---- sending ---- */

/* What is left when the kernel took some of it waits until it takes more. */
static int send_on(struct sock_call *self)
{
    if (self->send.left == 0)
        return 1;
    ssize_t sent =
        send(self->fd, self->send.data, self->send.left, MSG_NOSIGNAL);
    if (sent < 0)
        return not_yet_or_failed();
    self->send.data += sent;
    self->send.left -= (size_t)sent;
    return self->send.left == 0;
}

struct sock_call loop_sock_sendall(struct loop *loop, int fd, const void *data,
                                   size_t size)
{
    struct sock_call self = call_new(loop, fd, SELECTOR_WRITE, send_on);

    self.send.data = data;
    self.send.left = size;
    return self;
}

/*
 * sendfile(2) knows no MSG_NOSIGNAL: SIGPIPE is held back meanwhile, and taken
 * away if it came.
 */
static ssize_t send_file_quietly(int fd, int file, off_t *offset, size_t size)
{
    const struct timespec at_once = {0};
    sigset_t pipe, before;

    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &before);
    ssize_t sent = sendfile(fd, file, offset, size);
    int error = errno;
    if (sent < 0 && error == EPIPE)
        sigtimedwait(&pipe, NULL, &at_once);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return sent;
}

static int send_file(struct sock_call *self)
{
    ssize_t sent = send_file_quietly(self->fd, self->file.file,
                                     &self->file.offset, self->file.left);

    if (sent < 0)
        return not_yet_or_failed();
    self->file.left -= (size_t)sent;
    self->file.sent += (size_t)sent;
    self->result = number_value((intptr_t)self->file.sent);
    return self->file.left == 0 || sent == 0; /* the end of the file */
}

struct sock_call loop_sock_sendfile(struct loop *loop, int fd, int file,
                                    off_t offset, size_t count)
{
    struct sock_call self = call_new(loop, fd, SELECTOR_WRITE, send_file);
    size_t most = SSIZE_MAX; /* where the last byte may be */

    if (offset > 0)
        most -= (size_t)offset;
    self.file.file = file;
    self.file.offset = offset;
    self.file.left = count > 0 && count < most ? count : most;
    self.file.sent = 0;
    return self;
}

/* ---- connecting ---- */

int sock_connect_now(int fd, const struct sockaddr *address, socklen_t size,
                     bool again)
{
    if (connect(fd, address, size) == 0 || (errno == EISCONN && again))
        return 1;
    return errno == EINPROGRESS || errno == EALREADY || errno == EINTR ? 0 : -1;
}

static int connect_on(struct sock_call *self)
{
    bool again = self->connect.begun;

    self->connect.begun = true;
    return sock_connect_now(self->fd, self->connect.address, self->connect.size,
                            again);
}

struct sock_call loop_sock_connect(struct loop *loop, int fd,
                                   const struct sockaddr *address,
                                   socklen_t size)
{
    struct sock_call self = call_new(loop, fd, SELECTOR_WRITE, connect_on);

    self.connect.address = address;
    self.connect.size = size;
    self.connect.begun = false;
    return self;
}

/* ---- accepting ---- */

static int accept_one(struct sock_call *self)
{
    int fd = accept4(self->fd, self->accept.address, self->accept.size,
                     SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (fd < 0) /* one that was gone before we could take it is not ours */
        return errno == ECONNABORTED ? 0 : not_yet_or_failed();
    self->accept.fd = fd;
    self->result = number_value(fd);
    return 1;
}

struct sock_call loop_sock_accept(struct loop *loop, int fd,
                                  struct sockaddr *address, socklen_t *size)
{
    struct sock_call self = call_new(loop, fd, SELECTOR_READ, accept_one);

    self.accept.address = address;
    self.accept.size = size;
    self.accept.fd = -1;
    return self;
}
