/*
 * shield.h - who waits may be cancelled, what he waits for is not.
 *
 * The Python it mirrors: asyncio.shield() (tasks.py).
 */
#ifndef STAGES_07_LOOP_SHIELD_H
#define STAGES_07_LOOP_SHIELD_H

#include "loop.h"

/*
 * A future that is settled as the awaitable is, but may be cancelled alone:
 * then the awaitable goes on, and nobody is told how it ends; an error that
 * nobody asks for is reported. If the awaitable is cancelled, so is the
 * future. Of one that is done it is that future itself.
 *
 * A coroutine object gets a task, a future or task is held. The caller lets
 * the future go with future_free(), at any time. Returns NULL with
 * error_last(): error_runtime, an object, and no loop is running;
 * error_memory; or what is behind an awaitable that is NULL.
 */
struct future *async_shield(struct coroutine *awaitable);

#endif
