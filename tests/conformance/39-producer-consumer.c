/*
 * 39-producer-consumer - producer and consumer as two coroutines in one
 * thread, no lock.
 */
#include "stages/06-futures/generator.h"

#include <stdio.h>

/*
 *     def consumer():
 *         reply = ""
 *         try:
 *             while True:
 *                 item = yield reply
 *                 print("  consumer uses", item)
 *                 reply = f"thanks for {item}"
 *         finally:
 *             print("  consumer closed")
 */
struct consumer {
    struct coroutine co;
    struct yield out;
    char reply[32];
    int item;
};

static struct future *consumer(struct coroutine *co)
{
    struct consumer *self = (struct consumer *)co;

    CO_BEGIN(self);
    self->reply[0] = '\0';
    for (;;) {
        GENERATOR_YIELD(self, self->out, self->reply);
        self->item = (int)value_number(self->out.answer.result);
        printf("  consumer uses %d\n", self->item);
        snprintf(self->reply, sizeof self->reply, "thanks for %d", self->item);
    }
    CO_FINALLY(self);
    printf("  consumer closed\n");
    CO_END(self);
}

static void producer(struct generator *sink, int amount)
{
    generator_send(sink, NULL);
    for (int item = 1; item <= amount; item++) {
        printf("producer makes %d\n", item);
        generator_send(sink, number_value(item));
        printf("producer hears: %s\n", (const char *)sink->value);
    }
    generator_close(sink);
}

int main(void)
{
    struct consumer frame = {.co = CO_INIT(consumer)};
    struct generator sink = generator_new(&frame.co);

    producer(&sink, 5);
}
