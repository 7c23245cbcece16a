/*
 * 42-async-generator - stage 07: generators that wait between their values.
 */
#include "loop_support.h"
#include "stages/07-loop/async_generator.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/sleep.h"

#include <stdio.h>

static const double UNIT = 0.03;

/*
 *     async def numbers(count, label="gen"):
 *         try:
 *             for n in range(count):
 *                 yield n
 *                 await asyncio.sleep(UNIT)
 *         finally:
 *             print(label, "finished")
 */
struct numbers {
    struct coroutine co;
    void *result;
    int count, n;
    const char *label;
    struct async_yield out;
    struct async_sleep pause;
};

static struct future *numbers(struct coroutine *co)
{
    struct numbers *self = (struct numbers *)co;

    CO_BEGIN(self);
    for (; self->n < self->count; self->n++) {
        ASYNC_YIELD(self, self->out, number_value(self->n));
        self->pause = async_sleep(UNIT);
        CO_AWAIT(self, self->pause);
    }
    CO_FINALLY(self);
    printf("%s finished\n", self->label);
    CO_END(self);
}

static struct numbers numbers_new(int count, const char *label)
{
    return (struct numbers){
        .co = CO_INIT(numbers), .count = count, .label = label};
}

/*
 *     async def echo():
 *         word = "ready"
 *         while True:
 *             word = "echo " + str((yield word))
 */
struct echo {
    struct coroutine co;
    void *result;
    struct async_yield out;
    char word[16];
};

static struct future *echo(struct coroutine *co)
{
    struct echo *self = (struct echo *)co;

    CO_BEGIN(self);
    snprintf(self->word, sizeof self->word, "ready");
    while (true) {
        ASYNC_YIELD(self, self->out, self->word);
        snprintf(self->word, sizeof self->word, "echo %s",
                 (const char *)self->out.result);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct echo echo_new(void)
{
    return (struct echo){.co = CO_INIT(echo)};
}

/*
 *     async def consume(label):
 *         async for n in numbers(3, label):
 *             print(label, n)
 */
struct consume {
    struct coroutine co;
    void *result;
    const char *label;
    struct async_generator *numbers;
    struct async_generator_step next;
};

static struct future *consume(struct coroutine *co)
{
    struct consume *self = (struct consume *)co;

    CO_BEGIN(self);
    CO_CHECK(self,
             self->numbers = ASYNC_GENERATOR(numbers_new(3, self->label)));
    for (;;) {
        CO_ANEXT(self, self->next, self->numbers);
        printf("%s %d\n", self->label, (int)value_number(self->next.result));
    }
    CO_FINALLY(self);
    async_generator_free(self->numbers);
    CO_END(self);
}

static struct consume consume_new(const char *label)
{
    return (struct consume){.co = CO_INIT(consume), .label = label};
}

/*
 *     async for n in numbers(4):
 *         print("value", n)
 */
struct count_to_four {
    struct coroutine co;
    void *result;
    struct async_generator *numbers;
    struct async_generator_step next;
};

static struct future *count_to_four(struct coroutine *co)
{
    struct count_to_four *self = (struct count_to_four *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->numbers = ASYNC_GENERATOR(numbers_new(4, "gen")));
    for (;;) {
        CO_ANEXT(self, self->next, self->numbers);
        printf("value %d\n", (int)value_number(self->next.result));
    }
    CO_FINALLY(self);
    async_generator_free(self->numbers);
    CO_END(self);
}

static struct count_to_four count_to_four_new(void)
{
    return (struct count_to_four){.co = CO_INIT(count_to_four)};
}

/*     [n * n async for n in numbers(4) if n != 2]     */
struct squares {
    struct coroutine co;
    void *result;
    int squares[4], count;
    struct async_generator *numbers;
    struct async_generator_step next;
};

static struct future *squares(struct coroutine *co)
{
    struct squares *self = (struct squares *)co;
    int n;

    CO_BEGIN(self);
    CO_CHECK(self, self->numbers = ASYNC_GENERATOR(numbers_new(4, "gen")));
    for (;;) {
        CO_ANEXT(self, self->next, self->numbers);
        n = (int)value_number(self->next.result);
        if (n != 2)
            self->squares[self->count++] = n * n;
    }
    CO_FINALLY(self);
    async_generator_free(self->numbers);
    CO_END(self);
}

static struct squares squares_new(void)
{
    return (struct squares){.co = CO_INIT(squares)};
}

/* What is sent, and what comes back. */
struct talk {
    struct coroutine co;
    void *result;
    struct async_generator *source;
    struct async_generator_step step;
};

static struct future *talk(struct coroutine *co)
{
    struct talk *self = (struct talk *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->source = ASYNC_GENERATOR(echo_new()));
    self->step = async_generator_anext(self->source);
    CO_AWAIT(self, self->step);
    printf("%s / ", (const char *)self->step.result);
    self->step = async_generator_asend(self->source, "hi");
    CO_AWAIT(self, self->step);
    printf("%s / ", (const char *)self->step.result);
    self->step = async_generator_asend(self->source, "7");
    CO_AWAIT(self, self->step);
    printf("%s\n", (const char *)self->step.result);
    self->step = async_generator_aclose(self->source);
    CO_AWAIT(self, self->step);
    CO_FINALLY(self);
    async_generator_free(self->source);
    CO_END(self);
}

static struct talk talk_new(void)
{
    return (struct talk){.co = CO_INIT(talk)};
}

/*
 *     async for n in early:
 *         if n == 1:
 *             break
 *     print("left the loop")
 *     await early.aclose()
 *     print("end mark:", await anext(early, "no more"))
 */
struct leave_early {
    struct coroutine co;
    void *result;
    struct async_generator *early;
    struct async_generator_step step;
};

static struct future *leave_early(struct coroutine *co)
{
    struct leave_early *self = (struct leave_early *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->early = ASYNC_GENERATOR(numbers_new(100, "early")));
    for (;;) {
        CO_ANEXT(self, self->step, self->early);
        if (value_number(self->step.result) == 1)
            break;
    }
    printf("left the loop\n");
    self->step = async_generator_aclose(self->early);
    CO_AWAIT(self, self->step);
    self->step = async_generator_anext(self->early);
    CO_TRY_AWAIT(self, self->step);
    if (error_is(self->step.co.error, &error_stop_async_iteration))
        printf("end mark: no more\n");
    CO_FINALLY(self);
    async_generator_free(self->early);
    CO_END(self);
}

static struct leave_early leave_early_new(void)
{
    return (struct leave_early){.co = CO_INIT(leave_early)};
}

struct program {
    struct coroutine co;
    void *result;
    double zero;
    struct count_to_four four;
    struct future *both;
    struct squares squares;
    struct talk talk;
    struct leave_early early;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    self->zero = loop_time(loop);
    self->four = count_to_four_new();
    CO_AWAIT(self, self->four);
    printf("took four pauses: %s\n",
           truth(loop_time(loop) - self->zero > 3.9 * UNIT));
    self->both =
        async_gather((struct coroutine *[]){COROUTINE(consume_new("left")),
                                            COROUTINE(consume_new("right"))},
                     2);
    CO_CHECK(self, self->both);
    CO_AWAIT(self, *self->both);
    self->squares = squares_new();
    CO_AWAIT(self, self->squares);
    printf("squares:");
    for (int i = 0; i < self->squares.count; i++)
        printf(" %d", self->squares.squares[i]);
    printf("\n");
    self->talk = talk_new();
    CO_AWAIT(self, self->talk);
    self->early = leave_early_new();
    CO_AWAIT(self, self->early);
    CO_FINALLY(self);
    future_free(self->both);
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
