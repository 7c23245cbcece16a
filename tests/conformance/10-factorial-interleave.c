/*
 * 10-factorial-interleave - stage 07: three of different length, gathered.
 */
#include "loop_support.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.03;

/*
 *     async def product_up_to(label, top):
 *         total = 1
 *         for factor in range(2, top + 1):
 *             print(f"{label}: times {factor}")
 *             await asyncio.sleep(UNIT)
 *             total *= factor
 *         print(f"{label}: {top}! = {total}")
 *         return total
 */
struct product_up_to {
    struct coroutine co;
    void *result;
    char label;
    int top, factor, total;
    struct async_sleep sleep;
};

static struct future *product_up_to(struct coroutine *co)
{
    struct product_up_to *self = (struct product_up_to *)co;

    CO_BEGIN(self);
    self->total = 1;
    for (self->factor = 2; self->factor <= self->top; self->factor++) {
        printf("%c: times %d\n", self->label, self->factor);
        self->sleep = async_sleep(UNIT);
        CO_AWAIT(self, self->sleep);
        self->total *= self->factor;
    }
    printf("%c: %d! = %d\n", self->label, self->top, self->total);
    self->result = number_value(self->total);
    CO_FINALLY(self);
    CO_END(self);
}

static struct product_up_to product_up_to_new(char label, int top)
{
    return (struct product_up_to){
        .co = CO_INIT(product_up_to), .label = label, .top = top};
}

struct program {
    struct coroutine co;
    void *result;
    struct future *found;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->found = async_gather(
        (struct coroutine *[]){COROUTINE(product_up_to_new('A', 2)),
                               COROUTINE(product_up_to_new('B', 3)),
                               COROUTINE(product_up_to_new('C', 4))},
        3);
    CO_CHECK(self, self->found);
    CO_AWAIT(self, *self->found);
    printf("gathered");
    for (int i = 0; i < 3; i++) {
        const struct gather_outcome *found = self->found->result;
        printf(" %d", (int)value_number(found[i].result));
    }
    printf("\n");
    CO_FINALLY(self);
    future_free(self->found);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
