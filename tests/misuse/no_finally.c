/*
 * no_finally.c - a coroutine without CO_FINALLY.
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
    CO_YIELD(self, &self->future);
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
