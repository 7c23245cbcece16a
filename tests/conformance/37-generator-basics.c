/*
 * 37-generator-basics - a generator driven by hand: next, send, throw, close.
 */
#include "stages/06-futures/generator.h"

#include <stdio.h>

static const struct error key_error = {0, "fuse"};
static const struct error value_error = {0, "fire"};

/*
 *     def counter():
 *         yield 1
 *         yield 2
 */
struct counter {
    struct coroutine co;
    struct yield out;
};

static struct future *counter(struct coroutine *co)
{
    struct counter *self = (struct counter *)co;

    CO_BEGIN(self);
    GENERATOR_YIELD(self, self->out, number_value(1));
    GENERATOR_YIELD(self, self->out, number_value(2));
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     def station():
 *         print("  station opens")
 *         total = 0
 *         try:
 *             while True:
 *                 try:
 *                     order = yield total
 *                     print("  got", order)
 *                     total += order
 *                 except KeyError as err:
 *                     print("  caught", err.args[0], "inside")
 *                     total = -1
 *         finally:
 *             print("  station closes")
 */
struct station {
    struct coroutine co;
    struct yield out;
    intptr_t total;
    intptr_t order;
};

static struct future *station(struct coroutine *co)
{
    struct station *self = (struct station *)co;

    CO_BEGIN(self);
    printf("  station opens\n");
    self->total = 0;
    for (;;) {
        GENERATOR_TRY_YIELD(self, self->out, number_value(self->total));
        if (self->out.co.error == &key_error) {
            printf("  caught %s inside\n", key_error.message);
            self->total = -1;
        } else if (self->out.co.error != NULL) {
            CO_RAISE(self, self->out.co.error);
        } else {
            self->order = value_number(self->out.answer.result);
            printf("  got %jd\n", (intmax_t)self->order);
            self->total += self->order;
        }
    }
    CO_FINALLY(self);
    printf("  station closes\n");
    CO_END(self);
}

/* What a request brought: a number, or that there is none. */
static void print_state(const struct generator *gen, enum generator_state state)
{
    if (state == GENERATOR_YIELDED)
        printf(" %jd", (intmax_t)value_number(gen->value));
    else
        printf(" exhausted");
}

static void pull(struct generator *gen)
{
    print_state(gen, generator_next(gen));
}

static void send(struct generator *gen, const char *title, intptr_t number)
{
    enum generator_state state = generator_send(gen, number_value(number));

    printf("%s", title);
    print_state(gen, state);
    printf("\n");
}

int main(void)
{
    struct counter numbers = {.co = CO_INIT(counter)};
    struct generator gen = generator_new(&numbers.co);
    printf("pull:");
    for (int i = 0; i < 4; i++)
        pull(&gen);
    printf("\n");

    struct station first = {.co = CO_INIT(station)};
    gen = generator_new(&first.co);
    printf("made, nothing ran\n");
    if (generator_send(&gen, number_value(5)) == GENERATOR_FAILED &&
        gen.error == &generator_just_started)
        printf("cannot send a value to a fresh generator\n");
    send(&gen, "start:", 0); /* None */
    send(&gen, "send 5:", 5);
    send(&gen, "send 6:", 6);
    enum generator_state state = generator_throw(&gen, &key_error);
    printf("throw:");
    print_state(&gen, state);
    printf("\n");
    send(&gen, "send 2:", 2);
    generator_close(&gen);
    printf("after close:");
    pull(&gen);
    printf("\n");

    struct station second = {.co = CO_INIT(station)};
    gen = generator_new(&second.co);
    generator_next(&gen);
    if (generator_throw(&gen, &value_error) == GENERATOR_FAILED)
        printf("thrown through: %s\n", gen.error->message);
    printf("after the error:");
    pull(&gen);
    printf("\n");
}
