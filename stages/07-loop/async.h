/*
 * async.h - a small asyncio: all of it, for programs that use the loop.
 *
 *     Python                             here
 *     asyncio.run(main())                async_run(COROUTINE(main_new()), &r)
 *     await asyncio.sleep(1)             self->sleep = async_sleep(1);
 *                                        CO_AWAIT(self, self->sleep);
 *     task = asyncio.create_task(f())    task = async_create_task(
 *                                            COROUTINE(f_new()));
 *     await task                         CO_AWAIT(self, *self->task);
 *     loop.call_later(1, print, "x")     loop_call_later(loop, NULL, 1, say,
 *                                            "x");
 *
 * The names are asyncio's, by rule: loop.call_soon() is loop_call_soon(),
 * fut.cancelled() is future_cancelled(), asyncio.gather() is async_gather().
 * The order of events is CPython 3.11's.
 *
 * WHO OWNS WHAT
 *
 * A frame belongs to the struct or the memory that it lies in. What a function
 * returns by value, async_sleep(1) or queue_get(&queue), goes into the frame
 * of who awaits it, and needs no freeing. COROUTINE(f_new()) makes an object:
 * a frame in memory of its own. It is yours until you give it away: to
 * async_create_task(), async_gather(), async_run(), or anything else that
 * takes an awaitable. Then it is freed with its task, or at once if the call
 * fails. One that you keep is freed by coroutine_close().
 *
 * A future or a task is held: by whoever made it, until future_free() or
 * task_free(); by those who combine it with others; a task by its loop, until
 * it is done. When nobody holds it any more it is freed, and the frame with
 * it. To await is no hold: who awaits a future holds it himself, or knows who
 * does. A future in a frame, made by future_new(), is part of that frame.
 *
 * A handle or a timer that you bring is yours, and must stay where it is until
 * it was called or cancelled. When a callback runs, the loop has done with its
 * handle: the callback may set it again, or free it. Transports belong to
 * their loop until connection_lost() returns; streams, servers and processes
 * to whoever made them, until stream_writer_free() and so on.
 *
 * Errors are constants, and belong to nobody.
 *
 * A loop that closes ends what is left, with a word about each task that was
 * not done: coroutines get GeneratorExit and run their CO_FINALLY, connections
 * are lost, descriptors closed. loop_census() counts what there is.
 *
 * WHAT IS REFUSED, AND WHAT STOPS THE PROGRAM
 *
 * A call that makes no sense now (a loop that runs is run again, a future is
 * settled twice, NULL in the place of a callback) returns false or NULL, says
 * why in error_last(), and changes nothing. Where going on would mean to use
 * memory that is not there (a future freed while a task awaits it, an object
 * given away twice) the program stops with one line on stderr.
 */
#ifndef STAGES_07_LOOP_ASYNC_H
#define STAGES_07_LOOP_ASYNC_H

#include "async_generator.h"
#include "async_with.h"
#include "barrier.h"
#include "condition.h"
#include "connect.h"
#include "error_group.h"
#include "event.h"
#include "executor.h"
#include "future.h"
#include "gather.h"
#include "lock.h"
#include "loop.h"
#include "queue.h"
#include "resolve.h"
#include "run_in_executor.h"
#include "semaphore.h"
#include "server.h"
#include "shield.h"
#include "sleep.h"
#include "sockets.h"
#include "streams.h"
#include "subprocess.h"
#include "task.h"
#include "task_group.h"
#include "timeout.h"
#include "transport.h"
#include "wait.h"
#include "wait_for.h"

#endif
