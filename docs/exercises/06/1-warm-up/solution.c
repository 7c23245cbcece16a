/*
 * Two runs of numbers, in turn: each is halved if it is even, else tripled and
 * one added, until it is 1.
 */
#include "stages/06-futures/generator.h"

/*
 *     def run(number):
 *         steps = 0
 *         while number != 1:
 *             yield number
 *             number = number // 2 if number % 2 == 0 else 3 * number + 1
 *             steps += 1
 *         return steps
 */
struct run {
    struct coroutine co;
    struct yield out;
    int number; /* what it begins with, and then where it is */
    int steps;  /* what it returns */
};

static struct future *run(struct coroutine *co)
{
    struct run *self = (struct run *)co;

    CO_BEGIN(self);
    while (self->number != 1) {
        GENERATOR_YIELD(self, self->out, number_value(self->number));
        self->number =
            self->number % 2 == 0 ? self->number / 2 : 3 * self->number + 1;
        self->steps++;
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct run run_new(int number)
{
    return (struct run){.co = CO_INIT(run), .number = number};
}

int main(void)
{
    struct run frames[2] = {run_new(6), run_new(5)};
    struct generator runs[2] = {generator_new(&frames[0].co),
                                generator_new(&frames[1].co)};
    int live = 2;

    for (int turn = 0; live > 0; turn = 1 - turn) {
        if (runs[turn].co->line == CO_OVER)
            continue;
        if (generator_next(&runs[turn]) == GENERATOR_YIELDED) {
            printf("%c %d\n", 'a' + turn, (int)value_number(runs[turn].value));
            continue;
        }
        printf("%c is over after %d steps\n", 'a' + turn, frames[turn].steps);
        live--;
    }
}
