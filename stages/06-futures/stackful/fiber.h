/*
 * fiber.h - a coroutine whose frame is a stack of its own.
 *
 * A fiber runs any C function, which may wait anywhere, as deep in its calls
 * as it likes: to wait is to leave the stack as it is and to go on on another
 * one. Nothing is saved by hand and no macro is needed; in exchange nothing
 * shows where a function may be suspended: fiber_await() may hide in any call.
 * So do gevent, Lua's coroutines and Go.
 *
 * To everybody else a fiber is a coroutine (coroutine.h): it is resumed by the
 * same call, hands out the future that it waits for, and a task drives it.
 * One thread may have fibers, and all of them.
 */
#ifndef STAGES_06_FUTURES_STACKFUL_FIBER_H
#define STAGES_06_FUTURES_STACKFUL_FIBER_H

#include "fiber_switch.h"
#include "fiber_tools.h"

#include "stages/06-futures/future.h"

/* What a fiber runs. Returns NULL, or the error it died of. */
typedef const struct error *fiber_function(void *data);

/* Lives at the top of its own stack: one mapping is all there is of it. */
struct fiber {
    struct coroutine co;
    struct future *waits; /* for this one; what resuming it returns */
    fiber_function *run;
    void *data;
    const struct fiber_switch *how;
    void *inside;          /* the context of the fiber while it waits */
    void *outside;         /* the context of who resumed it while it runs */
    struct fiber *resumer; /* the fiber that resumed it, or NULL: none */
    char *mapping;         /* the guard, and above it the stack */
    struct fiber_tools inner, outer; /* the fiber's stack; the resumer's */
};

/*
 * Below each stack lies as much that nobody may touch: who overruns it gets
 * SIGSEGV at once, as long as no single frame is larger than the guard. Both
 * are only reserved; what is touched becomes memory, a page at a time, and
 * stays so until the fiber is freed.
 */
#ifdef FIBER_ASAN
enum { FIBER_STACK_SIZE = 512 * 1024 }; /* its frames are much larger */
#else
enum { FIBER_STACK_SIZE = 64 * 1024 };
#endif
enum { FIBER_GUARD_SIZE = 64 * 1024 };

/*
 * A fiber that will run run(data), switched to by `how`. Nothing of it runs
 * yet: resume it, or make a task of its `co`. Returns NULL with errno ENOMEM:
 * no memory, or no more mappings (a fiber is two; vm.max_map_count limits
 * them). The caller frees it.
 */
struct fiber *fiber_new(const struct fiber_switch *how, fiber_function *run,
                        void *data);

/*
 * Waits, in a fiber, until a future, a coroutine or another fiber is over.
 * Returns the error it died of, or NULL. This is CO_AWAIT: it may be called
 * wherever a function may be called, and it does not leave yours.
 */
const struct error *fiber_await(struct coroutine *co);

/*
 * Hands the future out to whoever resumed this fiber, and goes on when
 * resumed again, whatever became of the future. This is CO_YIELD.
 */
void fiber_yield(struct future *future);

/* Frees a fiber that is over, or of which nothing has run. NULL is fine. */
void fiber_free(struct fiber *fiber);

#endif
