/*
 * two_waits_on_one_line.c - two labels that are the same.
 */
#include "stages/06-futures/future.h"

struct reader {
    struct coroutine co;
    struct future future;
    int way;
    int length;
};

static struct future *reader(struct coroutine *co)
{
    struct reader *self = (struct reader *)co;

    CO_BEGIN(self);
    /* clang-format off */
    CO_YIELD(self, &self->future); CO_YIELD(self, &self->future);
    /* clang-format on */
    CO_FINALLY(self);
    CO_END(self);
}

int main(void)
{
    struct reader frame = {
        .co = CO_INIT(reader), .future = future_new(), .way = 1, .length = 1};

    if (frame.co.resume(&frame.co) != &frame.future)
        return 1;
    future_set_result(&frame.future, NULL);
    return frame.co.resume(&frame.co) == NULL ? 0 : 1;
}
