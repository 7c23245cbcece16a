/*
 * 41-yield-from - yield from: a generator that delegates to another one.
 */
#include "stages/06-futures/generator.h"

#include <stdio.h>
#include <string.h>

static const struct error value_error = {0, "spark"};

/*
 *     def inner():
 *         try:
 *             got = yield "inner asks"
 *             print("  inner got", got)
 *             return len(got)
 *         except ValueError as err:
 *             print("  inner caught", err)
 *             return -1
 *         finally:
 *             print("  inner leaves")
 */
struct inner {
    struct coroutine co;
    struct yield out;
    const char *got;
    int result;
};

static struct future *inner(struct coroutine *co)
{
    struct inner *self = (struct inner *)co;

    CO_BEGIN(self);
    GENERATOR_TRY_YIELD(self, self->out, "inner asks");
    if (self->out.co.error == &value_error) {
        printf("  inner caught %s\n", value_error.message);
        self->result = -1;
        CO_RETURN(self);
    }
    if (self->out.co.error != NULL)
        CO_RAISE(self, self->out.co.error);
    self->got = self->out.answer.result;
    printf("  inner got %s\n", self->got);
    self->result = (int)strlen(self->got);
    CO_FINALLY(self);
    printf("  inner leaves\n");
    CO_END(self);
}

/*
 *     def middle():
 *         try:
 *             return 10 * (yield from inner())
 *         finally:
 *             print("  middle leaves")
 */
struct middle {
    struct coroutine co;
    struct inner inner;
    int result;
};

static struct future *middle(struct coroutine *co)
{
    struct middle *self = (struct middle *)co;

    CO_BEGIN(self);
    self->inner = (struct inner){.co = CO_INIT(inner)};
    CO_AWAIT(self, self->inner);
    self->result = 10 * self->inner.result;
    CO_FINALLY(self);
    printf("  middle leaves\n");
    CO_END(self);
}

/* Any iterable may be delegated to: `yield from "ab"`. */
struct letters {
    struct coroutine co;
    struct yield out;
    const char *text;
    char letter[2];
};

static struct future *letters(struct coroutine *co)
{
    struct letters *self = (struct letters *)co;

    CO_BEGIN(self);
    for (; *self->text != '\0'; self->text++) {
        self->letter[0] = *self->text;
        GENERATOR_YIELD(self, self->out, self->letter);
    }
    CO_FINALLY(self);
    CO_END(self);
}

/*
 *     def outer():
 *         yield "outer begins"
 *         value = yield from middle()
 *         print("  outer got", value)
 *         yield from "ab"
 *         yield "outer ends"
 */
struct outer {
    struct coroutine co;
    struct yield out;
    struct middle middle;
    struct letters letters;
    int value;
};

static struct future *outer(struct coroutine *co)
{
    struct outer *self = (struct outer *)co;

    CO_BEGIN(self);
    GENERATOR_YIELD(self, self->out, "outer begins");
    self->middle = (struct middle){.co = CO_INIT(middle)};
    CO_AWAIT(self, self->middle);
    self->value = self->middle.result;
    printf("  outer got %d\n", self->value);
    self->letters = (struct letters){.co = CO_INIT(letters), .text = "ab"};
    CO_AWAIT(self, self->letters);
    GENERATOR_YIELD(self, self->out, "outer ends");
    CO_FINALLY(self);
    CO_END(self);
}

/* Prints what was yielded, or that it is over. */
static void print_state(const struct generator *gen, enum generator_state state)
{
    printf("%s\n",
           state == GENERATOR_YIELDED ? (const char *)gen->value : "closed");
}

static enum generator_state send_four(struct generator *gen)
{
    return generator_send(gen, "four");
}

static enum generator_state throw_spark(struct generator *gen)
{
    return generator_throw(gen, &value_error);
}

static void run(enum generator_state action(struct generator *gen))
{
    struct outer frame = {.co = CO_INIT(outer)};
    struct generator gen = generator_new(&frame.co);

    print_state(&gen, generator_next(&gen));
    print_state(&gen, generator_next(&gen));
    print_state(&gen, action(&gen));
}

int main(void)
{
    run(send_four);
    printf("-- throw\n");
    run(throw_spark);
    printf("-- close\n");
    run(generator_close);
    printf("-- to the end\n");

    struct outer frame = {.co = CO_INIT(outer)};
    struct generator gen = generator_new(&frame.co);
    generator_next(&gen);
    print_state(&gen, generator_next(&gen));
    generator_send(&gen, "xyz");
    printf("rest:");
    while (generator_next(&gen) == GENERATOR_YIELDED)
        printf(" %s", (const char *)gen.value);
    printf("\n");
}
