/*
 * A loop that is nothing but a line of handles. One of them is greedy: each
 * time that it is called it puts itself in line again, a thousand times.
 * Before the third pass the time of another has come.
 */
#include "stages/07-loop/handle.h"

#include <stdio.h>

static struct handle *ready; /* those who stand in line */

/*
 * Calls those that stand in line now. Who is put in line meanwhile has to
 * wait for the next pass, and so the line is taken away as a whole.
 */
static void pass(void)
{
    struct handle *running = ready, *handle;

    ready = NULL;
    while ((handle = running) != NULL) {
        line_remove(&running, handle);
        handle->callback(handle->data);
    }
}

static void be_greedy(void *data);
static void be_on_time(void *data);

static struct handle greedy = {.callback = be_greedy};
static struct handle timer = {.callback = be_on_time};
static int calls;         /* of the greedy one */
static int calls_in_time; /* how many it had before the timer; 0: no timer */

static void be_greedy(void *data)
{
    (void)data;
    if (++calls < 1000)
        line_append(&ready, &greedy);
}

static void be_on_time(void *data)
{
    (void)data;
    calls_in_time = calls;
}

int main(void)
{
    line_append(&ready, &greedy);
    for (int passes = 1; ready != NULL; passes++) {
        if (passes == 3) /* phase 2: its time has come */
            line_append(&ready, &timer);
        pass();
    }
    if (calls_in_time > 0)
        printf("the timer came after %d calls\n", calls_in_time);
    else
        printf("the timer did not come in %d calls\n", calls);
}
