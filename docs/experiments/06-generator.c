/*
 * 06-generator - two functions that stop in the middle and go on later, in one
 * thread: each keeps its place and its variable in a struct of its own.
 */
#include <stdio.h>

struct steps {
    int place;        /* where to go on; 0: it has not begun */
    const char *sign; /* the loop's variable: it must last, too */
};

/* Returns the next sign, or 0 when there are no more. */
static char steps_next(struct steps *self, const char *text)
{
    switch (self->place) {
    case 0:
        for (self->sign = text; *self->sign != '\0'; self->sign++) {
            self->place = 1;
            return *self->sign;
        case 1:; /* into the middle of the loop */
        }
    }
    self->place = 2;
    return '\0';
}

int main(void)
{
    struct steps a = {0}, b = {0};

    for (const char *turn = "aabbab"; *turn != '\0'; turn++)
        printf(" %c",
               *turn == 'a' ? steps_next(&a, "123") : steps_next(&b, "xyz"));
    printf("  in one thread\n");
}
