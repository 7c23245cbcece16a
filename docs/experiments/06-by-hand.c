/*
 * 06-by-hand - the coroutine of 06-await, its macros expanded by hand.
 */
#include "stages/06-futures/task.h"

struct asker {
    struct coroutine co;
    struct future answer;
};

/* docs: 06-by-hand */
static struct future *asker(struct coroutine *co)
{
    struct asker *self = (struct asker *)co;

    switch (self->co.line) { /* CO_BEGIN(self); */
    default:
        coroutine_lost(&self->co); /* never returns */
    case CO_NEW:
        self->co.function = __func__;
        puts("  asker: waits");
        self->co.awaits = &self->answer.co; /* CO_AWAIT(self, self->answer); */
        self->co.line = 18;                 /* the line where it stands */
        __attribute__((fallthrough));
    case 18:;
        struct future *waits = self->answer.co.resume(&self->answer.co);
        if (waits != NULL)
            return waits; /* here it leaves your function */
        self->co.awaits = NULL;
        if (self->answer.co.error != NULL) {
            self->co.error = self->answer.co.error;
            goto leave;
        }
        printf("  asker: goes on with %s\n", (char *)self->answer.result);
    leave: /* CO_FINALLY(self); */
        self->co.leaving = true;
        puts("  asker: leaves");
    } /* CO_END(self); */
    self->co.line = CO_OVER;
    return NULL;
}

int main(void)
{
    struct asker frame = {.co = CO_INIT(asker), .answer = future_new()};
    struct task task = task_new(&frame.co);

    puts("main: made a frame and a task; nothing ran");
    task_start(&task);
    puts("main: settles the future");
    future_set_result(&frame.answer, "forty-two");
    puts("main: is back");
}
