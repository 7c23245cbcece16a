/*
 * 38-generator-return - the return value of a generator, and what a task makes
 * of it.
 */
#include "stages/06-futures/generator.h"

#include <stdio.h>

/*
 *     def shop():
 *         bread = yield "bread price?"
 *         milk = yield "milk price?"
 *         return bread + milk
 */
struct shop {
    struct coroutine co;
    struct yield out;
    intptr_t bread;
    intptr_t milk;
    intptr_t result;
};

static struct future *shop(struct coroutine *co)
{
    struct shop *self = (struct shop *)co;

    CO_BEGIN(self);
    GENERATOR_YIELD(self, self->out, "bread price?");
    self->bread = value_number(self->out.answer.result);
    GENERATOR_YIELD(self, self->out, "milk price?");
    self->milk = value_number(self->out.answer.result);
    self->result = self->bread + self->milk;
    CO_FINALLY(self);
    CO_END(self);
}

/* Answers each request with send, until the stop. */
static void drive(struct generator *gen, const int answers[])
{
    enum generator_state state = generator_next(gen);

    for (int turn = 0; state == GENERATOR_YIELDED; turn++) {
        const char *request = gen->value;
        printf("asked: %s answer: %d\n", request, answers[turn]);
        state = generator_send(gen, number_value(answers[turn]));
    }
}

/*
 *     def one_question(name):
 *         print("begins with", name)
 *         reply = yield name
 *         print("reply was", reply)
 */
struct one_question {
    struct coroutine co;
    struct yield out;
    const char *name;
    const char *result; /* NULL: None */
};

static struct future *one_question(struct coroutine *co)
{
    struct one_question *self = (struct one_question *)co;

    CO_BEGIN(self);
    printf("begins with %s\n", self->name);
    GENERATOR_YIELD(self, self->out, (char *)self->name);
    printf("reply was %jd\n", (intmax_t)value_number(self->out.answer.result));
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    struct shop errand = {.co = CO_INIT(shop)};
    struct generator gen = generator_new(&errand.co);
    drive(&gen, (const int[]){3, 2});
    printf("bill: %jd\n", (intmax_t)errand.result);

    struct one_question ask = {.co = CO_INIT(one_question), .name = "Zoe"};
    gen = generator_new(&ask.co);
    if (generator_next(&gen) == GENERATOR_YIELDED)
        printf("yielded: %s\n", (const char *)gen.value);
    if (generator_send(&gen, number_value(6)) == GENERATOR_OVER)
        printf("ended, value: %s\n", ask.result != NULL ? ask.result : "None");
}
