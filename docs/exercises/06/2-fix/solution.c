/*
 * Measures a line that arrives in pieces. Each argument is a piece; main sends
 * them one after another, and a coroutine reads them at the other end.
 */
#include "stages/06-futures/loop.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- ready: waits until a socket is ready to be read, as in fetch.c ---- */

struct ready {
    struct coroutine co;
    struct loop *loop;
    int fd;
    struct future future;
};

static struct future *ready(struct coroutine *co)
{
    struct ready *self = (struct ready *)co;

    CO_BEGIN(self);
    self->future = future_new();
    if (loop_watch(self->loop, self->fd, SELECTOR_READ, &self->future) < 0)
        abort();
    CO_AWAIT(self, self->future);
    CO_FINALLY(self);
    loop_unwatch(self->loop, self->fd);
    CO_END(self);
}

/* ---- measure: the length of a line ---- */

struct measure {
    struct coroutine co;
    struct loop *loop;
    int fd;
    size_t length; /* so far */
    bool ends;
    size_t result;
    struct ready ready;
};

/* Receives a piece, the end of the line not counted. True: the end was there */
static bool receive(struct measure *self, size_t *length)
{
    char piece[256];
    ssize_t n = recv(self->fd, piece, sizeof piece, 0);
    bool ends = n <= 0 || piece[n - 1] == '\n';

    *length += n > 0 ? (size_t)(n - ends) : 0;
    return ends;
}

static struct future *measure(struct coroutine *co)
{
    struct measure *self = (struct measure *)co;

    CO_BEGIN(self);
    while (!self->ends) {
        self->ready = (struct ready){
            .co = CO_INIT(ready), .loop = self->loop, .fd = self->fd};
        CO_AWAIT(self, self->ready);
        self->ends = receive(self, &self->length);
    }
    self->result = self->length;
    CO_FINALLY(self);
    CO_END(self);
}

int main(int argc, char **argv)
{
    struct loop loop;
    int ends[2];

    if (argc < 2 || loop_open(&loop, NULL) < 0 ||
        socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        return 1;
    struct measure frame = {
        .co = CO_INIT(measure), .loop = &loop, .fd = ends[0]};
    struct task task = task_new(&frame.co);
    task_start(&task);
    for (int i = 1; i < argc; i++) {
        send(ends[1], argv[i], strlen(argv[i]), MSG_NOSIGNAL);
        if (i == argc - 1)
            send(ends[1], "\n", 1, MSG_NOSIGNAL);
        loop_wait(&loop);
        while (loop_wake(&loop))
            continue;
    }
    if (!future_is_done(&task.done)) {
        puts("the line never ended");
        return 1;
    }
    printf("%zu bytes in %d pieces\n", frame.result, argc - 1);
    loop_close(&loop);
    close(ends[0]);
    close(ends[1]);
}
