/*
 * fiber_own.c - a switch of our own for x86-64: fifteen instructions.
 *
 * To the compiler a switch is a call of a function, and across a call only
 * six registers and the stack pointer must be as they were (System V ABI for
 * x86-64, 3.2.1). So these are all there is to keep; xv6's swtch.S does the
 * same for its kernel threads.
 *
 * What is left out: the control words for rounding and floating-point traps
 * would have to be kept as well, if anybody here changed them; so would a
 * shadow stack (CET), where one is in use.
 */
#include "fiber_switch.h"

#ifdef __x86_64__
#include <stdint.h>

/* On the stack that is left lie six registers and where to return to. */
struct own_context {
    void *stack_pointer;
};

void fiber_swap_stacks(void **save_stack_pointer, void *load_stack_pointer);

// clang-format off
/* docs: 06-fiber-swap */
__asm__(
    ".text\n"
    ".globl fiber_swap_stacks\n"
    ".hidden fiber_swap_stacks\n"
    ".type fiber_swap_stacks, @function\n"
    "fiber_swap_stacks:\n"         /* the call has pushed where to return to */
    "    push %rbp\n"              /* the six registers that a function must */
    "    push %rbx\n"              /* leave as they are go beside it, on the */
    "    push %r12\n"              /* stack that we are about to leave       */
    "    push %r13\n"
    "    push %r14\n"
    "    push %r15\n"
    "    mov %rsp, (%rdi)\n"       /* *save_stack_pointer: here they are     */
    "    mov %rsi, %rsp\n"         /* and from now on we are on the other    */
    "    pop %r15\n"               /* stack, where six others lie, left by   */
    "    pop %r14\n"               /* this very function: in reverse order   */
    "    pop %r13\n"
    "    pop %r12\n"
    "    pop %rbx\n"
    "    pop %rbp\n"
    "    ret\n"                    /* to whoever called it on that stack     */
    ".size fiber_swap_stacks, . - fiber_swap_stacks\n");
/* docs: end */
// clang-format on

/*
 * Lays out a stack as if fiber_swap_stacks() had been called on it by entry()
 * before its first instruction. `ret` leaves the stack pointer at the last
 * word: 8 beyond a multiple of 16, as the ABI wants it where a function begins.
 */
static void own_make(void *opaque, char *stack, size_t stack_size,
                     void (*entry)(void))
{
    struct own_context *context = opaque;
    uint64_t *words = (uint64_t *)(void *)(stack + stack_size) - 8;

    for (int i = 0; i < 6; i++)
        words[i] = 0; /* r15 r14 r13 r12 rbx rbp */
    words[6] = (uint64_t)(uintptr_t)entry;
    words[7] = 0; /* where entry() would return to: debuggers stop here */
    context->stack_pointer = words;
}

static void own_swap(void *from, void *to)
{
    fiber_swap_stacks(&((struct own_context *)from)->stack_pointer,
                      ((struct own_context *)to)->stack_pointer);
}

const struct fiber_switch fiber_own = {
    .name = "own",
    .size = sizeof(struct own_context),
    .make = own_make,
    .swap = own_swap,
};
#else
typedef int fiber_own_is_for_x86_64; /* C wants something in a file */
#endif
