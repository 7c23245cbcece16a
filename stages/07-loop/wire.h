/*
 * wire.h - between a future of a loop and one that threads share.
 *
 * For run_in_executor.c and run_coroutine_threadsafe.c, which are the two
 * directions of _chain_future() (futures.py). The shared future may be settled
 * in any thread and at any time, even while the loop closes or when it is
 * gone. A wire belongs to the loop, whose thread frees it with wire_let_go();
 * only a thread that is about to tell the loop then frees it in its place.
 */
#ifndef STAGES_07_LOOP_WIRE_H
#define STAGES_07_LOOP_WIRE_H

#include "concurrent.h"
#include "loop.h"

struct wire;
typedef void wire_callback(struct wire *wire);

/* First in memory of malloc(); its maker fills in the first part. */
struct wire {
    struct loop *loop;                    /* NULL: the loop let go of it */
    struct future *future;                /* of the loop; held, or NULL */
    struct concurrent_future *concurrent; /* held */
    wire_callback *call; /* by the loop, when it is told of something */
    wire_callback *cut;  /* the loop closes: it must let go of it */

    struct threadsafe_handle handle; /* of that call */
    enum { WIRE_IDLE, WIRE_WATCHING, WIRE_TOLD } state;
    struct wire *next, **link; /* among those of the loop */
};

/* The loop has it from now on. In the loop's thread. */
void wire_join(struct wire *wire);

/*
 * The same from any thread, and the loop calls it. Returns false with
 * error_last(): error_runtime, it is closed; then nothing has changed.
 */
bool wire_send(struct wire *wire);

/*
 * In whatever thread the concurrent future is settled, the loop calls the wire
 * in a later pass. In the loop's thread, and once. Returns false with
 * error_last(): error_memory.
 */
bool wire_watch(struct wire *wire);

/*
 * It is called no more: frees it, and lets both futures go. In the loop's
 * thread.
 */
void wire_let_go(struct wire *wire);

#endif
