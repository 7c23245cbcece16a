/*
 * stream_waits.c - see streams.h: what a writer's user waits for.
 *
 *     async def _drain_helper(self):
 *         if self._connection_lost:
 *             raise ConnectionResetError('Connection lost')
 *         if self._paused:
 *             waiter = self._loop.create_future()
 *             self._drain_waiters.append(waiter)
 *             await waiter
 */
#include "streams_internal.h"

#include <errno.h>

/* ---- drain ---- */

static void drain_begin(struct stream_writer_drain *self)
{
    struct stream_writer_drain **link = &self->writer->drainers;

    self->future = future_new(self->writer->reader.loop);
    while (*link != NULL)
        link = &(*link)->next;
    *link = self;
    self->link = link;
}

static void drain_end(struct stream_writer_drain *self)
{
    if (self->link == NULL)
        return;
    *self->link = self->next;
    if (self->next != NULL)
        self->next->link = self->link;
    self->link = NULL;
}

static struct future *drain(struct coroutine *co)
{
    static const struct error lost = {&error_os, NULL, "Connection lost",
                                      ECONNRESET};
    struct stream_writer_drain *self = (struct stream_writer_drain *)co;

    CO_BEGIN(self);
    stream_writer_hold(self->writer);
    if (self->writer->reader.error != NULL)
        CO_RAISE(self, self->writer->reader.error);
    if (stream_writer_is_closing(self->writer)) {
        /* So that who writes in a loop hears of it: connection_lost() needs
           a pass. */
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    if (self->writer->transport == NULL)
        CO_RAISE(self, &lost);
    if (self->writer->paused) {
        drain_begin(self);
        CO_AWAIT(self, self->future);
    }
    CO_FINALLY(self);
    drain_end(self);
    stream_writer_let_go(self->writer);
    CO_END(self);
}

struct stream_writer_drain stream_writer_drain(struct stream_writer *writer)
{
    return (struct stream_writer_drain){.co = CO_INIT(drain), .writer = writer};
}

/* ---- wait_closed ---- */

static struct future *wait_closed(struct coroutine *co)
{
    struct stream_writer_wait_closed *self =
        (struct stream_writer_wait_closed *)co;

    CO_BEGIN(self);
    stream_writer_hold(self->writer);
    CO_AWAIT(self, self->writer->closed);
    CO_FINALLY(self);
    stream_writer_let_go(self->writer);
    CO_END(self);
}

struct stream_writer_wait_closed
stream_writer_wait_closed(struct stream_writer *writer)
{
    return (struct stream_writer_wait_closed){.co = CO_INIT(wait_closed),
                                              .writer = writer};
}
