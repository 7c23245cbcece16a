/*
 * 40-interleave-by-hand - two subroutines that interrupt each other without
 * calling each other.
 */
#include "stages/06-futures/generator.h"

#include <stdio.h>

static char trail[64];
static size_t trail_length;

static void trail_append(char sign)
{
    if (trail_length < sizeof trail)
        trail[trail_length++] = sign;
}

static void show(void)
{
    for (size_t i = 0; i < trail_length; i++)
        printf("%s%c", i > 0 ? " " : "", trail[i]);
    printf("\n");
    trail_length = 0;
}

/*
 *     def steps(text):
 *         for sign in text:
 *             trail.append(sign)
 *             yield
 */
struct steps {
    struct coroutine co;
    struct yield out;
    const char *text;
    const char *sign;
};

static struct future *steps(struct coroutine *co)
{
    struct steps *self = (struct steps *)co;

    CO_BEGIN(self);
    for (self->sign = self->text; *self->sign != '\0'; self->sign++) {
        trail_append(*self->sign);
        GENERATOR_YIELD(self, self->out, NULL);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct steps steps_new(const char *text)
{
    return (struct steps){.co = CO_INIT(steps), .text = text};
}

/* `parts` are called a, b, ... in the script. */
static void scripted(const char *script, struct generator parts[])
{
    for (; *script != '\0'; script++)
        generator_next(&parts[*script - 'a']);
}

enum { MOST_PARTS = 8 };

static void round_robin(struct generator parts[], size_t count)
{
    struct generator
        *ready[MOST_PARTS]; /* a ring: popleft here, append there */
    size_t first = 0, length = 0;

    for (size_t i = 0; i < count; i++)
        ready[length++] = &parts[i];
    while (length > 0) {
        struct generator *part = ready[first];
        first = (first + 1) % MOST_PARTS;
        length--;
        if (generator_next(part) == GENERATOR_OVER)
            trail_append('.');
        else
            ready[(first + length++) % MOST_PARTS] = part;
    }
}

int main(void)
{
    struct steps digits = steps_new("123"), letters = steps_new("xyz");
    scripted("aabbab", (struct generator[]){generator_new(&digits.co),
                                            generator_new(&letters.co)});
    show();

    struct steps three = steps_new("123"), one = steps_new("x"),
                 two = steps_new("pq");
    round_robin((struct generator[]){generator_new(&three.co),
                                     generator_new(&one.co),
                                     generator_new(&two.co)},
                3);
    show();
}
