/*
 * loop_support.h - what the twins on stage 07 need besides the loop.
 */
#ifndef TESTS_CONFORMANCE_LOOP_SUPPORT_H
#define TESTS_CONFORMANCE_LOOP_SUPPORT_H

#include "stages/07-loop/loop.h"
#include "support.h"

/* int((loop.time() - zero) / UNIT + 0.1): whole units that have passed. */
int units_since(double zero, double unit);

/*
 * Ends the program with a message if that failed, as an exception that
 * nobody catches does.
 */
void must_do(bool done);

/* asyncio.run(main()): returns what main returned. */
void *run_to_end(struct coroutine *main);

/* asyncio.new_event_loop() */
struct loop *new_loop(void);

/* loop.close(), and the loop must hold nothing any more. */
void close_loop(struct loop *loop);

/* print and loop.stop as callbacks: loop.call_soon(print, text) */
void print_text(void *text);
void stop_loop(void *loop);

#endif
