/*
 * fiber.c - see fiber.h: stacks, and who runs on which.
 *
 *     resumer                     fiber
 *     co->resume(co) -----------> run(data) begins, or fiber_yield() returns
 *                    <----------- fiber_yield(future), or run() has returned
 */
#include "fiber.h"

#include <assert.h>
#include <errno.h>
#include <sys/mman.h>

enum { MAPPING_SIZE = FIBER_GUARD_SIZE + FIBER_STACK_SIZE };

/* `line` of one that has begun; where it goes on only its stack knows. */
enum { WAITS = 1, RUNS = 2 };

static struct fiber *running; /* the innermost one, or NULL: none */

/* ---- switching ---- */

/* From the fiber to whoever resumed it; for good if it is over. */
static void go_out(struct fiber *fiber)
{
    bool over = fiber->co.line == CO_OVER;

    fiber_tools_leave(over ? NULL : &fiber->inner, &fiber->outer);
    fiber->how->swap(fiber->inside, fiber->outside);
    fiber_tools_arrive(&fiber->inner, &fiber->outer);
}

/* The first function on a fiber's stack. There is nobody to return to. */
static void enter(void)
{
    struct fiber *fiber = running;

    fiber_tools_arrive(&fiber->inner, &fiber->outer);
    fiber->co.error = fiber->run(fiber->data);
    fiber->co.line = CO_OVER;
    go_out(fiber);
    abort(); /* it is over: fiber_resume() goes in no more */
}

static struct future *fiber_resume(struct coroutine *co)
{
    struct fiber *fiber = (struct fiber *)co;
    struct fiber_tools here = {0}, there;

    if (co->line == CO_OVER)
        coroutine_lost(co);
    assert(co->line != RUNS); /* it would resume itself */
    co->line = RUNS;
    fiber->waits = NULL;
    fiber->resumer = running;
    running = fiber;
    fiber_tools_leave(&here, &fiber->inner);
    fiber->how->swap(fiber->outside, fiber->inside);
    fiber_tools_arrive(&here, &there);
    running = fiber->resumer;
    return fiber->waits;
}

void fiber_yield(struct future *future)
{
    assert(running != NULL && future != NULL);
    running->waits = future;
    running->co.line = WAITS;
    go_out(running);
}

/* docs: 06-fiber-await */
/*
 * The loop of `yield from`: what it waits for is handed out until it is over.
 * The place where it goes on needs no saving: it is on the stack.
 */
const struct error *fiber_await(struct coroutine *co)
{
    struct future *future;

    while ((future = co->resume(co)) != NULL)
        fiber_yield(future);
    return co->error;
}

/* ---- stacks ---- */

/* A guard, and above it a stack. Returns NULL with errno. */
static char *map_stack(void)
{
    char *mapping = mmap(NULL, MAPPING_SIZE, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);

    if (mapping == MAP_FAILED)
        return NULL;
    if (mprotect(mapping + FIBER_GUARD_SIZE, FIBER_STACK_SIZE,
                 PROT_READ | PROT_WRITE) < 0) {
        munmap(mapping, MAPPING_SIZE);
        errno = ENOMEM;
        return NULL;
    }
    return mapping;
}

/* Takes `size` bytes off the top of a stack, aligned to 16. */
static void *take(char **top, size_t size)
{
    return *top -= (size + 15) / 16 * 16;
}

struct fiber *fiber_new(const struct fiber_switch *how, fiber_function *run,
                        void *data)
{
    char *mapping = map_stack();

    if (mapping == NULL)
        return NULL;
    char *stack = mapping + FIBER_GUARD_SIZE, *top = mapping + MAPPING_SIZE;
    struct fiber *fiber = take(&top, sizeof *fiber);
    *fiber = (struct fiber){
        .co = {.resume = fiber_resume, .function = "fiber"},
        .run = run,
        .data = data,
        .how = how,
        .inside = take(&top, how->size),
        .outside = take(&top, how->size),
        .mapping = mapping,
    };
    size_t stack_size = (size_t)(top - stack);
    fiber->inner = fiber_tools_new(stack, stack_size);
    how->make(fiber->inside, stack, stack_size, enter);
    return fiber;
}

void fiber_free(struct fiber *fiber)
{
    if (fiber == NULL)
        return;
    assert(fiber->co.line == CO_OVER || fiber->co.line == CO_NEW);
    struct fiber_tools inner = fiber->inner;
    fiber_tools_end(&inner);
    munmap(fiber->mapping, MAPPING_SIZE);
}
