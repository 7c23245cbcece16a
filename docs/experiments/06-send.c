/*
 * 06-send - a generator that adds up what it is sent: send, throw and close.
 */
#include "stages/06-futures/generator.h"

static const struct error reset = {0, "reset"};

struct adder {
    struct coroutine co;
    struct yield out;
    intptr_t total;
};

/* docs: 06-adder */
static struct future *adder(struct coroutine *co)
{
    struct adder *self = (struct adder *)co;

    CO_BEGIN(self);
    for (;;) {
        GENERATOR_TRY_YIELD(self, self->out, number_value(self->total));
        if (self->out.co.error == &reset)
            self->total = 0; /* caught: the generator goes on */
        else if (self->out.co.error != NULL)
            CO_RAISE(self, self->out.co.error);
        else
            self->total += value_number(self->out.answer.result);
    }
    CO_FINALLY(self);
    printf("finally: %jd\n", (intmax_t)self->total);
    CO_END(self);
}

int main(void)
{
    struct adder frame = {.co = CO_INIT(adder)};
    struct generator gen = generator_new(&frame.co);

    generator_next(&gen); /* up to its first yield */
    generator_send(&gen, number_value(5));
    generator_send(&gen, number_value(6));
    printf("sent 5 and 6: %jd\n", (intmax_t)value_number(gen.value));
    generator_throw(&gen, &reset);
    generator_send(&gen, number_value(2));
    printf("reset and 2: %jd\n", (intmax_t)value_number(gen.value));
    generator_close(&gen);
}
