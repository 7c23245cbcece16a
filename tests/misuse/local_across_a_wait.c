/*
 * local_across_a_wait.c - a local that is not initialised after the wait.
 */
#include "stages/06-futures/future.h"

struct reader {
    struct coroutine co;
    struct future future;
    int way;
    int length;
};

/* docs: 06-local-across */
static struct future *reader(struct coroutine *co)
{
    struct reader *self = (struct reader *)co;

    CO_BEGIN(self);
    int chunk = self->length + 1;
    CO_AWAIT(self, self->future);
    self->length = chunk;
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
