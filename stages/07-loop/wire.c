/*
 * wire.c - see wire.h.
 */
#include "wire.h"

#include "loop_internal.h"

#include <pthread.h>
#include <stdlib.h>

/*
 * Over what two threads look at: the list of each loop, and of each wire its
 * loop and its state. It is locked before a loop's or a future's own mutex.
 */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* ---- the wires of a loop, locked ---- */

static void link_to_loop(struct wire *wire)
{
    struct wire **first = &wire->loop->wires;

    wire->next = *first;
    wire->link = first;
    if (wire->next != NULL)
        wire->next->link = &wire->next;
    *first = wire;
}

static void unlink_from_loop(struct wire *wire)
{
    *wire->link = wire->next;
    if (wire->next != NULL)
        wire->next->link = wire->link;
}

/* ---- telling the loop ---- */

/* In the loop's thread. */
static void call(void *data)
{
    struct wire *wire = data;

    wire->call(wire);
}

/* Locked: the loop cannot let go of the wire meanwhile. */
static bool tell(struct wire *wire)
{
    return loop_call_soon_threadsafe(wire->loop, &wire->handle, call, wire);
}

/* Once the loop has been told it may free the wire, even before we return. */
static void on_settled(struct concurrent_future *concurrent, void *data)
{
    struct wire *wire = data;

    (void)concurrent;
    pthread_mutex_lock(&mutex);
    bool was_let_go = wire->loop == NULL;
    if (!was_let_go) {
        wire->state = WIRE_TOLD;
        tell(wire); /* in vain if the loop is closing: then it cuts the wire */
    }
    pthread_mutex_unlock(&mutex);
    if (was_let_go)
        free(wire);
}

/* ---- for the two ends ---- */

void wire_join(struct wire *wire)
{
    pthread_mutex_lock(&mutex);
    link_to_loop(wire);
    pthread_mutex_unlock(&mutex);
}

/*
 * A loop that closes first refuses calls, then cuts its wires, for which it
 * waits for us: if this call was not refused, the wire is among them.
 */
bool wire_send(struct wire *wire)
{
    pthread_mutex_lock(&mutex);
    bool sent = tell(wire);
    if (sent)
        link_to_loop(wire);
    pthread_mutex_unlock(&mutex);
    return sent;
}

/* If it is settled, on_settled() is called at once. */
bool wire_watch(struct wire *wire)
{
    wire->state = WIRE_WATCHING;
    if (concurrent_future_add_done_callback(wire->concurrent, on_settled, wire))
        return true;
    wire->state = WIRE_IDLE;
    return false;
}

/* Returns whether a thread is on its way to on_settled(), and will free it. */
static bool leave(struct wire *wire)
{
    pthread_mutex_lock(&mutex);
    unlink_from_loop(wire);
    bool is_awaited = wire->state == WIRE_WATCHING &&
                      !concurrent_future_remove_done_callback(wire->concurrent,
                                                              on_settled, wire);
    if (is_awaited)
        wire->loop = NULL;
    pthread_mutex_unlock(&mutex);
    return is_awaited;
}

void wire_let_go(struct wire *wire)
{
    struct loop *loop = wire->loop;
    struct future *future = wire->future;
    struct concurrent_future *concurrent = wire->concurrent;

    if (!leave(wire)) {
        outside_take(loop); /* the call may be there */
        handle_cancel(loop, &wire->handle.handle);
        free(wire);
    }
    future_free(future);
    concurrent_future_free(concurrent);
}

/* ---- when the loop closes ---- */

static struct wire *first_wire(struct loop *loop)
{
    pthread_mutex_lock(&mutex);
    struct wire *first = loop->wires;
    pthread_mutex_unlock(&mutex);
    return first;
}

void wires_cut(struct loop *loop)
{
    struct wire *wire;

    while ((wire = first_wire(loop)) != NULL)
        wire->cut(wire);
}
